"""Local models: whatever is shared and batched, scores are those of one whole pass per option."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tacit.errors import UsageError
from tacit.tuning.retention.protocol import Answer, Prompt
from tacit.tuning.retention.reasons import NOT_FINITE, TOO_LONG

torch = pytest.importorskip("torch")

from tests.tuning.retention.local_work import MODELS, model, plain_scores, prompts, tokenizer  # noqa: E402

from tacit.tuning.retention.local import LocalAnswerer  # noqa: E402 - needs torch


def answerer(made: Any, cutter: Any = None, **options: Any) -> LocalAnswerer:
    return LocalAnswerer(made, cutter or tokenizer(), name="tiny", identity="1", **options)


FEW = ("llama", "gpt2", "gemma2, window of 40")
"""Rotations, learned positions, and a window: what can go wrong with a cache. The others wait for `slow`."""


def check_equal(made: Any, answers: list[Answer], asked: list[Prompt], cutter: Any = None, close: float = 1e-4) -> None:
    for prompt, answer in zip(asked, answers, strict=True):
        expected = plain_scores(made, cutter or tokenizer(), prompt)
        assert answer.scores == pytest.approx(expected, abs=close)
        assert answer.choice == int(np.argmax(expected))


@pytest.mark.parametrize(
    "name", [name if name in FEW else pytest.param(name, marks=pytest.mark.slow) for name in MODELS]
)
def test_scores_are_those_of_whole_passes(name: str) -> None:
    made = model(name)
    asker = answerer(made)
    answers = asker.answer(prompts())
    check_equal(made, answers, prompts())
    assert asker.remarks == ()
    assert asker.proof is not None
    assert asker.proof < 1e-4


@pytest.mark.parametrize("kind", ["ended", "sentences"])
@pytest.mark.parametrize("batch", [1, 7])
def test_scores_do_not_depend_on_tokenizer_or_batch(kind: str, batch: int) -> None:
    made, asked = model("llama"), prompts()[::3]
    check_equal(made, answerer(made, tokenizer(kind), batch=batch).answer(asked), asked, tokenizer(kind))


def test_a_tokenizer_that_joins_question_and_answer_is_cut_at_what_they_share() -> None:
    cutter = tokenizer("sentences")
    asked = prompts()[0]
    stem = cutter(asked.question)["input_ids"]
    whole = [cutter(asked.question + option)["input_ids"] for option in asked.options]
    assert any(end[: len(stem)] != stem for end in whole), "the tokenizer of this test joins nothing"
    made = model("llama")
    check_equal(made, answerer(made, cutter).answer([asked]), [asked], cutter)


def test_options_of_one_token_and_of_several_and_of_different_number() -> None:
    context = prompts()[-1].context
    asked = [
        Prompt(context, "Input: a b a b a b\nOutput:", (" a", " b")),
        Prompt(context, "Input: of a rather longer kind\nOutput:", (" a", " somewhat longer", " somewhat shorter")),
        Prompt(context, "Input: c\nOutput:", (" a", " ab", " abc")),
    ]
    made = model("llama")
    check_equal(made, answerer(made).answer(asked), asked)


def test_demonstrations_are_read_once() -> None:
    made = model("llama")
    asker = answerer(made)
    asked = [prompt for prompt in prompts(16)[: 16 * 4] if prompt.context]
    asker.answer(asked)  # proven now
    read = 0

    def count(module: Any, arguments: Any, given: dict[str, Any]) -> None:
        nonlocal read
        read += given["input_ids"].shape[0] * given["input_ids"].shape[1] if given["input_ids"].shape[0] == 1 else 0

    made.register_forward_pre_hook(count, with_kwargs=True)
    asker.answer(asked)
    contexts = [len(tokenizer()(context)["input_ids"]) for context in dict.fromkeys(p.context for p in asked)]
    # Rows that are read alone: the contexts, of which each goes on from the one before, and a few odd questions.
    assert read < 1.5 * contexts[-1] < sum(contexts)


def test_the_same_is_answered_the_same_and_in_whatever_company() -> None:
    asker = answerer(model("gpt2"))
    asked = prompts()
    answers = asker.answer(asked)
    assert asker.answer(asked) == answers
    for number in (0, 11, 23):
        (alone,) = asker.answer([asked[number]])
        assert alone.scores == pytest.approx(answers[number].scores, abs=1e-4)
        assert alone.choice == answers[number].choice


def test_in_form_is_whether_an_option_is_what_comes_next() -> None:
    made, cutter = model("llama"), tokenizer()
    asked, expected = [], []
    for number, prompt in enumerate(prompts()):
        ids = cutter(prompt.context + prompt.question)["input_ids"]
        with torch.no_grad():
            said = cutter.decode([int(made(torch.tensor([ids])).logits[0, -1].argmax())])
        if said.strip() and said.isprintable():
            options = ((" zzz", said), (" zzz", " yyy"), (" zzz", f"{said}q"))[number % 3]
            asked.append(Prompt(prompt.context, prompt.question, options))
            expected.append(any(option.startswith(said) for option in options))
    assert {True, False} <= set(expected)
    assert [answer.in_form for answer in answerer(made).answer(asked)] == expected


def test_what_is_too_long_is_missing_and_the_rest_is_not() -> None:
    asked = prompts()
    lengths = [len(tokenizer()(prompt.context + prompt.question)["input_ids"]) for prompt in asked]
    made = model("gpt2", n_positions=max(lengths) - 20)
    answers = answerer(made).answer(asked)
    missing = [answer.missing == TOO_LONG for answer in answers]
    assert any(missing)
    assert not all(missing)
    assert all(answer.choice is None and answer.scores is None for answer in answers if answer.missing)
    kept = [number for number, answer in enumerate(answers) if not answer.missing]
    check_equal(made, [answers[number] for number in kept], [asked[number] for number in kept])
    assert all(lengths[number] <= max(lengths) - 20 for number in kept)


def test_a_model_that_forgets_is_asked_the_plain_way() -> None:
    made = model("llama")
    forward = made.forward

    def forgetful(past_key_values: Any = None, **given: Any) -> Any:
        given["attention_mask"] = None
        return forward(past_key_values=None, **given)

    made.forward = forgetful
    asker = answerer(made)
    answers = asker.answer(prompts())
    made.forward = forward
    check_equal(made, answers, prompts())
    (remark,) = asker.remarks
    assert "reads every prompt as a whole" in remark


def test_a_model_that_is_wrong_only_after_long_contexts_is_found_out() -> None:
    made = model("llama")
    forward = made.forward

    def short(past_key_values: Any = None, **given: Any) -> Any:
        out = forward(past_key_values=past_key_values, **given)
        if past_key_values is not None and past_key_values.get_seq_length() > 100:
            out.logits = out.logits.roll(1, -1)
        return out

    made.forward = short
    asker = answerer(made)
    answers = asker.answer(prompts())
    made.forward = forward
    check_equal(made, answers, prompts())
    assert "differ by" in asker.remarks[0]
    assert asker.proof is not None
    assert asker.proof > 1e-3


def test_a_model_whose_memory_cannot_be_copied_is_asked_the_plain_way() -> None:
    made = model("llama")
    forward = made.forward

    def other_memory(past_key_values: Any = None, **given: Any) -> Any:
        out = forward(past_key_values=past_key_values, **given)
        out["past_key_values"] = object()
        return out

    made.forward = other_memory
    asker = answerer(made)
    answers = asker.answer(prompts()[::3])
    made.forward = forward
    check_equal(made, answers, prompts()[::3])
    assert "AttributeError" in asker.remarks[0]


def test_a_state_space_model_is_answered_for_whether_or_not_it_shares() -> None:
    MODELS["mamba"] = ("mamba", {"hidden_size": 32, "num_hidden_layers": 2, "state_size": 8})
    try:
        made = model("mamba")
    finally:
        del MODELS["mamba"]
    asked = prompts()[::5]
    check_equal(made, answerer(made).answer(asked), asked)


def test_low_precision_shares_too() -> None:
    asker = answerer(model("llama", torch.bfloat16))
    assert all(answer.choice is not None for answer in asker.answer(prompts()))
    assert asker.remarks == ()


def test_a_model_in_training_stays_in_training_and_can_go_on() -> None:
    made = model("gpt2", resid_pdrop=0.5, embd_pdrop=0.5)
    made.train()
    made.transformer.h[0].eval()
    asker = answerer(made)
    assert asker.answer(prompts()) == asker.answer(prompts()), "dropout was on"
    assert made.training
    assert not made.transformer.h[0].training
    before = asker.answer(prompts()[-1:])
    made(torch.tensor([[1, 2, 3]]), labels=torch.tensor([[1, 2, 3]])).loss.backward()
    torch.optim.SGD(made.parameters(), lr=1.0).step()
    assert asker.answer(prompts()[-1:]) != before, "something was kept from before the step"


def test_scores_that_are_no_numbers_are_missing() -> None:
    made = model("llama")
    with torch.no_grad():
        made.lm_head.weight.fill_(torch.nan)
    answers = answerer(made).answer(prompts()[:20])
    assert {answer.missing for answer in answers} == {NOT_FINITE}


def test_hostile_text_is_asked_about() -> None:
    made = model("llama")
    asked = [Prompt("\x1b[2J\u202e", "<s></s>\0 naïve 日本\nOutput:", (" \u200b", " 🙂 b", " {{x}}"))]
    check_equal(made, answerer(made).answer(asked), asked)


def test_nothing_asked_is_nothing_answered() -> None:
    assert answerer(model("llama")).answer([]) == []


def test_what_cannot_be_asked_is_refused() -> None:
    made = model("llama")
    with pytest.raises(UsageError, match="at least"):
        answerer(made, batch=0)
    with pytest.raises(UsageError, match="nothing to go by"):
        answerer(made, tokenizer("sentences")).answer([Prompt("", "", (" a", " b"))])
    made.config.is_encoder_decoder = True
    with pytest.raises(UsageError, match="encoder-decoder"):
        answerer(made)
