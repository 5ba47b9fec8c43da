"""What holds a model to its base: zero at the base, positive away from it, and pulling back towards it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.tuning.train.train_work import load

from tacit.errors import UsageError
from tacit.tuning.partial.hold import hold
from tacit.tuning.partial.sets import select
from tacit.tuning.train.objectives import few_shot
from tacit.tuning.train.objectives.divergence import divergence
from tacit.tuning.train.objectives.protocol import Setting, make_keeper
from tacit.tuning.train.running import quiet_libraries
from tacit.tuning.train.shots import Piece, ShotBatches

if TYPE_CHECKING:
    from pathlib import Path

PROMPTS = ShotBatches.of(
    [Piece((1, *range(at, at + 8)), (False, *([False, True] * 4))) for at in range(5, 25)], pad=0, batch=4, seed=0
)
IDS = torch.tensor([[1, 5, 6, 7], [1, 8, 9, 10]])
INPUTS = {"input_ids": IDS, "attention_mask": torch.ones_like(IDS), "labels": IDS}
LOGITS = arrays("float64", (3, 5), elements=st.floats(-20, 20))


@given(LOGITS, LOGITS)
def test_divergence_is_that_of_the_definition(base: Any, tuned: Any) -> None:
    one, other = torch.tensor(base), torch.tensor(tuned)
    p, q = one.softmax(-1), other.softmax(-1)
    expected = (p * (p.log() - q.log())).sum(-1).mean().item()
    assert divergence(one, other).item() == pytest.approx(expected, abs=1e-4)
    assert divergence(one, one).item() == pytest.approx(0, abs=1e-6)


def test_divergence_of_nothing_is_zero() -> None:
    nothing = torch.zeros(0, 5, requires_grad=True)
    assert divergence(nothing, nothing).item() == 0


def made(name: str, folder: Path) -> tuple[Any, Any, Any]:
    model, _ = load(folder)
    held = hold(model, select(model, "value"))
    keeper = make_keeper(name)
    keeper.prepare(Setting(held, model, PROMPTS if keeper.needs_prompts else None))
    return model, held, keeper


@pytest.mark.parametrize("name", ["few-shot", "kl", "l2", "ewc"])
def test_zero_at_the_base_and_pulling_back_to_it(name: str, neox: Path) -> None:
    model, held, keeper = made(name, neox)
    assert keeper.term(model, INPUTS, None, 0).item() == pytest.approx(0, abs=1e-6)
    with torch.no_grad():
        for entries in held.parameters():
            entries.add_(0.3 * torch.ones_like(entries))
    away = keeper.term(model, INPUTS, None, 0)
    assert away.item() > 1e-3
    away.backward()
    with torch.no_grad():
        for entries in held.parameters():
            entries.sub_(1e-3 * entries.grad)
    assert keeper.term(model, INPUTS, None, 0).item() < away.item()


def test_half_the_squared_distance(llama: Path) -> None:
    model, held, keeper = made("l2", llama)
    with torch.no_grad():
        for entries in held.parameters():
            entries.add_(0.5)
    assert keeper.term(model, INPUTS, None, 0).item() == pytest.approx(0.5 * 0.25 * held.trained, rel=1e-5)


def test_answers_that_do_not_fit_are_computed_anew_and_are_the_same(
    llama: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for room in (few_shot.CACHE_BYTES, 0):
        monkeypatch.setattr(few_shot, "CACHE_BYTES", room)
        model, held, keeper = made("few-shot", llama)
        with torch.no_grad():
            for entries in held.parameters():
                entries.add_(0.3)
        found.append([keeper.term(model, INPUTS, None, draw).item() for draw in range(5)])
    assert found[0] == pytest.approx(found[1], abs=1e-6)
    assert min(found[0]) > 0


def test_information_is_zero_where_nothing_depends_on_an_entry(llama: Path) -> None:
    _, held, keeper = made("ewc", llama)
    assert all((weight >= 0).all() and weight.max() > 0 for weight in keeper._weight)
    # It is an average over prompts: half as many prompts, drawn alike, give numbers of the same size.
    total = sum(weight.sum().item() for weight in keeper._weight)
    assert 0 < total < 1e4 * held.trained


def test_no_information_on_factors_that_do_not_act_yet(llama: Path) -> None:
    pytest.importorskip("peft")
    model, _ = load(llama)
    held = hold(model, select(model, "lora-value", rank=2))
    with quiet_libraries(), pytest.raises(UsageError, match=r"--keep ewc.*--keep l2"):
        make_keeper("ewc").prepare(Setting(held, model, PROMPTS))
