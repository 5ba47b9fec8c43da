"""Which checks there are, which checkpoint is the best, and when training stops."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import torch
from tests.tuning.train.train_work import load
from torch import nn

from tacit.errors import InsufficientDataError
from tacit.evidence.estimate import Estimate
from tacit.tuning.partial.hold import hold
from tacit.tuning.partial.sets import select
from tacit.tuning.train.average import averaged, between
from tacit.tuning.train.live import Live
from tacit.tuning.train.outcome import choose, remarks_on
from tacit.tuning.train.settings import TuneSettings
from tacit.tuning.train.sparkline import sparkline
from tacit.tuning.train.watch import Reading, Watch, is_due, mean_loss, undisturbed

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Falling:
    """A model whose few-shot ability falls as its values move away from the base's."""

    held: Any
    each: float = 0.1
    known: bool = True
    asked: list[float] = field(default_factory=list)

    def base(self) -> Reading:
        return self._reading(1.0)

    def __call__(self) -> Reading:
        start = self.held.originals()
        moved = max((now - start[name]).abs().max().item() for name, now in self.held.state().items())
        self.asked.append(moved)
        return self._reading(1 - self.each * moved)

    def _reading(self, left: float) -> Reading:
        if not self.known:
            return Reading(Estimate.none("the base guesses"))
        return Reading(Estimate(left, left - 0.02, left + 0.02, 96, "Fieller"), ((4, left),))


def watched(folder: Path, **settings: Any) -> tuple[Watch, Any, Falling]:
    model, _ = load(folder)
    held = hold(model, select(model, "value"))
    gauge = Falling(held)
    ids = torch.tensor([[1, 5, 6, 7]])
    batch = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": ids}
    told = TuneSettings(**settings)
    return Watch(held, model, told, held_out=[batch], gauge=gauge), held, gauge  # type: ignore[arg-type]


def steps(watch: Watch, held: Any, count: int) -> int:
    """Each step moves every trained value by 1; returns how many were made."""
    watch.begin()
    for step in range(1, count + 1):
        with torch.no_grad():
            for entries in held.parameters():
                entries.add_(1.0)
        watch.after(step, count)
        if watch.stopped:
            return step
    return count


def test_checks_are_dense_at_first() -> None:
    assert [step for step in range(130) if is_due(step, 40)] == [0, 1, 2, 5, 10, 20, 40, 80, 120]
    assert [step for step in range(12) if is_due(step, 1)] == list(range(12))


def test_it_stops_outside_the_bound_and_keeps_what_is_inside(llama: Path) -> None:
    watch, held, _ = watched(llama, stop_at_retention=0.75, patience=2, check_every=1)
    made = steps(watch, held, 50)
    assert made == 4  # steps 3 and 4 are outside
    assert [check.inside for check in watch.checks] == [True, True, True, False, False]
    assert watch.best is not None
    inside = [check for check in watch.checks if check.inside]
    assert watch.best[0] == min(inside, key=lambda check: check.held_out or 0.0).step
    start = held.originals()
    for name, entries in watch.best[1].items():
        torch.testing.assert_close(entries, start[name] + watch.best[0], rtol=0, atol=1e-5)
    kept = choose(watch, made, 50)
    assert (kept.step, kept.steps, kept.planned) == (watch.best[0], 4, 50)
    lowest = min(check.held_out or 0.0 for check in watch.checks)
    assert kept.cost == pytest.approx((kept.held_out or 0.0) - lowest)
    assert any(
        "stopped after 4 of 50 steps" in words
        for words in remarks_on(kept, watch.checks, TuneSettings(stop_at_retention=0.75), stopped=True)
    )


def test_without_a_bound_the_last_step_is_kept(llama: Path) -> None:
    watch, held, _ = watched(llama, check_every=2)
    made = steps(watch, held, 3)
    kept = choose(watch, made, 3)
    assert (kept.step, kept.reason, kept.cost, watch.best) == (3, "the last step", None, None)
    assert [check.step for check in watch.checks] == [0, 1, 2, 3]
    assert any("Only 70.0" in words for words in remarks_on(kept, watch.checks, TuneSettings(), stopped=False))


def test_a_base_without_the_ability_is_not_asked_again_and_cannot_bound(llama: Path) -> None:
    watch, held, gauge = watched(llama, check_every=1)
    gauge.known = False
    steps(watch, held, 3)
    assert gauge.asked == []
    assert [check.reading is None for check in watch.checks] == [False, True, True, True]
    (told,) = remarks_on(choose(watch, 3, 3), watch.checks, TuneSettings(), stopped=False)
    assert "not known: the base guesses" in told
    watch, held, gauge = watched(llama, stop_at_retention=0.9)
    gauge.known = False
    with pytest.raises(InsufficientDataError, match=r"the base guesses.*--stop-at-retention"):
        watch.begin()


def test_what_was_measured_goes_through_a_checkpoint(llama: Path, tmp_path: Path) -> None:
    watch, held, _ = watched(llama, stop_at_retention=0.75, check_every=1)
    steps(watch, held, 2)
    watch.save(tmp_path)
    again, _, _ = watched(llama, stop_at_retention=0.75, check_every=1)
    again.load(tmp_path)
    assert again.checks == watch.checks
    assert again.best is not None
    assert watch.best is not None
    assert again.best[0] == watch.best[0]
    assert all(torch.equal(again.best[1][name], entries) for name, entries in watch.best[1].items())


def test_asking_uses_no_random_numbers_and_leaves_the_mode(llama: Path) -> None:
    model, _ = load(llama)
    model.train()
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    with undisturbed(model):
        assert not model.training
        torch.rand(5)
    assert torch.equal(torch.rand(2), expected)
    assert model.training


def test_mean_loss_is_that_of_learned_tokens(llama: Path) -> None:
    model, _ = load(llama)
    ids = torch.tensor([[1, 5, 6, 7, 0], [1, 8, 9, 0, 0]])
    labels = torch.tensor([[-100, -100, 6, 7, -100], [-100, 8, -100, -100, -100]])
    batch = {"input_ids": ids, "attention_mask": (ids > 0).long(), "labels": labels}
    with torch.no_grad():
        told = model(input_ids=ids, attention_mask=batch["attention_mask"]).logits.log_softmax(-1)
        expected = -(told[0, 1, 6] + told[0, 2, 7] + told[1, 0, 8]) / 3
        assert mean_loss(model, [batch]) == pytest.approx(expected.item(), rel=1e-5)
    assert mean_loss(model, []) is None


def test_a_part_of_the_change_is_taken_back(llama: Path) -> None:
    _, held, gauge = watched(llama)
    start = held.originals()
    with torch.no_grad():
        for entries in held.parameters():
            entries.add_(4.0)
    alpha, tries = averaged(held, 0.5, bound=0.9, measure=lambda: (None, None))
    assert (alpha, tries) == (0.5, ())
    assert all(torch.allclose(now, start[name] + 2.0) for name, now in held.state().items())
    with torch.no_grad():
        for entries in held.parameters():
            entries.add_(2.0)
    # 0.1 is lost for each unit of the change, which is 4: at most a quarter may stay.
    alpha, tries = averaged(held, None, bound=0.9, measure=lambda: (None, gauge()))
    assert alpha == 0.2
    assert len(tries) == 10
    assert all(torch.allclose(now, start[name] + 0.8, atol=1e-6) for name, now in held.state().items())
    alpha, _ = averaged(held, None, bound=1.5, measure=lambda: (None, gauge()))
    assert alpha == 0.0
    assert all(torch.equal(now, start[name]) for name, now in held.state().items())


def test_the_lowest_held_out_loss_inside_the_bound_decides(llama: Path) -> None:
    _, held, gauge = watched(llama)
    with torch.no_grad():
        for entries in held.parameters():
            entries.add_(1.0)
    losses = iter([9.0, 5.0, 3.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    alpha, _ = averaged(held, None, bound=0.945, measure=lambda: (next(losses), gauge()))
    assert alpha == 0.5  # 0.7 is better, and outside


def test_the_change_of_lora_is_scaled_once() -> None:
    down, up = nn.Parameter(torch.randn(2, 3)), nn.Parameter(torch.randn(4, 2))
    start = {"v.lora_A": torch.randn(2, 3), "v.lora_B": torch.zeros(4, 2)}
    part = between(start, {"v.lora_A": down.detach(), "v.lora_B": up.detach()}, 0.3)
    torch.testing.assert_close(part["v.lora_B"] @ part["v.lora_A"], 0.3 * (up @ down).detach())


def test_curves_fit_a_terminal(llama: Path, tmp_path: Path) -> None:
    watch, held, _ = watched(llama, check_every=1)
    steps(watch, held, 2)
    with (tmp_path / "told").open("w", encoding="utf-8") as stream:
        live = Live(watch.checks, stream)
        live.begin([])
        live.after(1, 200, 2.0)
        live.after(2, 200, 1.0)
        shown = live.lines(2, 200)
        live.close()
    assert shown[0].startswith("step 2 of 200, loss 1.000, held out ")
    assert "few-shot ability left 80.0%" in shown[0]
    assert shown[1] == "loss      █▁"
    assert len(shown) == 4
    assert (tmp_path / "told").read_text(encoding="utf-8") == ""  # a line each half minute, and it took no second
    assert len(sparkline(list(range(1000)), 40)) == 40
