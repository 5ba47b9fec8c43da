"""Few-shot prompts: which tokens are answers, what is drawn when, and that demonstrations fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.tuning.train.train_work import byte_tokenizer, load

from tacit.errors import DataError, UsageError
from tacit.tuning.retention.protocol import Answer
from tacit.tuning.train.gauge import Gauge
from tacit.tuning.train.shots import (
    KEEPING_SEEDS,
    Joint,
    Piece,
    ShotBatch,
    ShotBatches,
    encode_marked,
    example_prompts,
    task_prompts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.tuning.retention.protocol import Prompt
    from tacit.tuning.retention.tasks.protocol import Task

pieces = st.lists(st.integers(3, 9), min_size=1, max_size=6).map(
    lambda ids: Piece((1, *ids, 2), (False, *(True for _ in ids), True))
)


def test_marked_stretches_are_marked_tokens() -> None:
    tokenizer = byte_tokenizer()
    (piece,) = encode_marked(tokenizer, [[("In: 3", False), (" odd", True), ("\n", False), ("ü", True)]])
    answers = tokenizer.decode([token for token, answer in zip(piece.ids, piece.answer, strict=True) if answer])
    assert answers == " oddü"
    assert piece.ids[0] == tokenizer.bos_token_id
    assert tokenizer.decode(piece.ids[1:]) == "In: 3 odd\nü"


def test_prompts_of_generated_tasks_have_an_answer_per_demonstration_and_one_more() -> None:
    tokenizer = byte_tokenizer()
    made = task_prompts(tokenizer, ["mapping", "regression"], prompts=4, shots=3, seed=0)
    for prompt in made:
        starts = np.flatnonzero(np.diff([0, *prompt.answer]) == 1)
        assert len(starts) == 4
        assert prompt.answer[-1]
    assert made == task_prompts(tokenizer, ["mapping", "regression"], prompts=4, shots=3, seed=0)
    assert len({prompt.ids for prompt in made}) == 4


def test_what_is_kept_and_what_is_measured_are_made_from_other_seeds(
    llama: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tacit.tuning.retention.settings import RetentionSettings
    from tacit.tuning.retention.tasks import protocol
    from tacit.tuning.train import gauge

    seeds: dict[str, set[int]] = {"keep": set(), "measure": set()}
    make = protocol.make_task

    def noted(name: str, *, seed: int, items: int, pool: int) -> protocol.Task:
        seeds["keep" if items == 1 else "measure"].add(seed)
        return make(name, seed=seed, items=items, pool=pool)

    monkeypatch.setattr(protocol, "make_task", noted)
    monkeypatch.setattr(gauge, "make_task", noted)
    model, tokenizer = load(llama)  # type: ignore[arg-type]
    for seed in (0, 7, 2**32 - 1):
        task_prompts(tokenizer, ["mapping"], prompts=20, shots=2, seed=seed)
        Gauge(model, tokenizer, seed=seed)
    assert len(seeds["measure"]) == 3
    assert KEEPING_SEEDS <= min(seeds["keep"]) <= max(seeds["keep"]) < gauge.GAUGE_SEEDS <= min(seeds["measure"])
    with pytest.raises(UsageError, match="--seed"):
        RetentionSettings(seed=KEEPING_SEEDS)  # so that no seed of `tacit retention` is among these


class Knowing:
    """Right in one task, always wrong in all others, and counts what it is asked."""

    name, identity, asked = "knowing", "1", 0

    def __init__(self, task: Task) -> None:
        self._task, self._answers = task, {item.input: item.answer for item in task.items}

    def answer(self, prompts: Sequence[Prompt]) -> list[Answer]:
        self.asked += len(prompts)
        return [Answer(self._choice(prompt)) for prompt in prompts]

    def _choice(self, prompt: Prompt) -> int | None:
        asked = prompt.question.removeprefix(self._task.before).removesuffix(self._task.between)
        answer = self._answers.get(asked)
        return next((at for at, option in enumerate(prompt.options) if option.strip() == answer), None)


def test_tasks_that_the_base_cannot_do_are_not_asked_again(llama: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tacit.tuning.train.gauge.DRAWS", 2)
    model, tokenizer = load(llama)  # type: ignore[arg-type]
    gauge = Gauge(model, tokenizer, seed=0, names=("mapping", "pattern", "regression"))
    answerer = gauge._answerer = Knowing(gauge._tasks[1])  # type: ignore[assignment]
    base = gauge.base()
    asked = answerer.asked
    later = gauge()
    assert 3 * (answerer.asked - asked) == asked
    assert base.retention.value == later.retention.value == 1
    assert base.accuracy == later.accuracy == gauge.base().accuracy == ((4, 1.0), (8, 1.0))


def test_logits_are_those_that_predict_the_answers(llama: object) -> None:
    model, _ = load(llama)  # type: ignore[arg-type]
    prompts = [Piece((1, 5, 6, 7, 8), (True, False, True, False, True)), Piece((1, 9, 4), (False, False, True))]
    batch = ShotBatch.of(prompts, pad=0)
    with torch.no_grad():
        found = batch.logits(model.eval())
        wanted = [model(torch.tensor([prompt.ids])).logits[0] for prompt in prompts]
    assert batch.targets.tolist() == [6, 8, 4]  # nothing predicts the first token, so it is no answer
    expected = torch.stack([wanted[0][1], wanted[0][3], wanted[1][1]])
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
    alone = [one.logits(model) for one in batch.singles()]
    torch.testing.assert_close(torch.cat(alone), found, rtol=0, atol=1e-5)


@given(st.integers(1, 7), st.integers(0, 30))
def test_every_batch_comes_once_before_any_comes_again(count: int, times: int) -> None:
    prompts = [Piece((1, at + 3), (False, True)) for at in range(count)]
    made = ShotBatches.of(prompts, pad=0, batch=1, seed=5)
    drawn = [made.draw(times * count + at)[0] for at in range(count)]
    assert sorted(drawn) == list(range(count))


@given(st.lists(pieces, min_size=1, max_size=5), pieces, st.integers(4, 40), st.booleans())
def test_joined_prompts_fit_and_hold_whole_demonstrations(
    shown: list[Piece], asked: Piece, most: int, every: bool
) -> None:
    joint = Joint(start=1, end=2, between=(99,), every_answer=every)
    found = joint.join(shown, asked, most)
    if found is None:
        assert len(shown[0].ids) - 1 + 1 + len(asked.ids) - 1 > most
        return
    assert len(found.ids) == len(found.answer) <= most
    assert found.ids.count(1) == 1  # a text begins once
    assert found.ids[0] == 1
    assert found.ids.count(2) == 1  # and ends once
    whole = found.ids.count(99)
    assert 1 <= whole <= len(shown)
    answers = sum(asked.answer) + (sum(sum(piece.answer) - 1 for piece in shown[:whole]) if every else 0)
    assert sum(found.answer) == answers


def test_a_question_is_never_among_its_demonstrations() -> None:
    examples = [{"input_ids": [1, 10 + at, 2], "labels": [-100, 10 + at, 2]} for at in range(6)]
    joint = Joint(start=1, end=2)
    for at, prompt in enumerate(example_prompts(examples, joint, shots=3, max_length=50, seed=0)):
        assert len(prompt.ids) == 1 + 3 + 1 + 1
        assert prompt.ids.count(10 + at) == 1


def test_too_few_or_too_long_examples() -> None:
    example = {"input_ids": [1, 5, 2], "labels": [-100, 5, 2]}
    with pytest.raises(DataError, match="at least two examples"):
        example_prompts([example], Joint(), shots=1, max_length=9, seed=0)
    with pytest.raises(DataError, match=r"No two examples fit into 4 tokens.*--max-length"):
        example_prompts([example, example], Joint(), shots=1, max_length=4, seed=0)
