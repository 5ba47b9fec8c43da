"""What is measured while a model trains: the loss on what is held out, and how much of its few-shot ability is left.

Most damage falls in the first 5 to 100 steps, so checks are dense there. The best checkpoint inside the bound is kept:
the one with the lowest held-out loss.
"""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import torch

from tacit.errors import InsufficientDataError
from tacit.evidence.estimate import Estimate
from tacit.runs.atomic import write_atomic, writing
from tacit.tuning.train.checkpoints import read_tensors, write_tensors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from torch import Tensor, nn

    from tacit.tuning.partial.hold import Held
    from tacit.tuning.train.gauge import Gauge
    from tacit.tuning.train.settings import TuneSettings

    Batch = Mapping[str, Tensor]

Measured: TypeAlias = "tuple[float | None, Reading | None]"
"""Held-out loss, and what is left of the few-shot ability."""

EARLY: Final = (0, 1, 2, 5)
"""The first checks; from 10 on their distance doubles until it is `TuneSettings.check_every`."""
CHECKS: Final = "checks.json"
BEST: Final = "best.safetensors"


def is_due(step: int, every: int) -> bool:
    """Whether there is a check after a step.

    Example:
        >>> [step for step in range(501) if is_due(step, 100)]
        [0, 1, 2, 5, 10, 20, 40, 80, 100, 200, 300, 400, 500]
    """
    if step >= every or step in EARLY:
        return step in EARLY or step % every == 0
    return step % 10 == 0 and math.log2(step / 10).is_integer()


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of the few-shot ability is left.

    Attributes:
        retention: ``(tuned - chance) / (base - chance)``, pooled over tasks.
        accuracy: Number of demonstrations and accuracy with that many.
    """

    retention: Estimate
    accuracy: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What was measured after a step.

    Attributes:
        step: 0 is the base.
        held_out: Mean loss per token on what is held out, in nats; ``None`` when nothing is.
        reading: What is left of the few-shot ability; ``None`` when that is not measured.
        inside: Whether it is within the bound; ``None`` when there is none.
    """

    step: int
    held_out: float | None
    reading: Reading | None
    inside: bool | None

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Check:
        """From what `dataclasses.asdict` makes of it, via JSON."""
        reading = told["reading"] and Reading(
            Estimate(**told["reading"]["retention"]), tuple((k, a) for k, a in told["reading"]["accuracy"])
        )
        return cls(told["step"], told["held_out"], reading, told["inside"])


class Watch:
    """Checks at early steps and then now and again, keeps the best checkpoint inside the bound, and stops outside it.

    Args:
        held: The trained entries.
        model: The model, not wrapped.
        settings: Bound, patience and distance of checks.
        held_out: Batches of what is not trained on.
        gauge: Measures what is left of the few-shot ability; ``None`` to leave that. Where the base turns out to have
            none, it is not asked again.
        share: Gives all processes what the first one measured; the others measure nothing.

    Attributes:
        checks: In the order of steps.
        best: Step and trained entries of the best checkpoint so far; ``None`` when there is no bound.
    """

    def __init__(
        self,
        held: Held,
        model: nn.Module,
        settings: TuneSettings,
        *,
        held_out: Sequence[Batch] = (),
        gauge: Gauge | None = None,
        share: Callable[[Callable[[], Measured]], Measured] = lambda make: make(),
    ) -> None:
        self._held, self._model, self._settings = held, model, settings
        self._held_out, self._gauge, self._share = held_out, gauge, share
        self.checks: list[Check] = []
        self.best: tuple[int, dict[str, Tensor]] | None = None

    def begin(self) -> None:
        """Check the base, unless that was done before the run was cut short."""
        if not self.checks:
            self._check(0)

    def after(self, step: int, last: int) -> None:
        """Check, where one is due.

        Args:
            step: How many steps were made.
            last: How many there will be.
        """
        if is_due(step, self._settings.check_every) or step == last:
            self._check(step)

    @property
    def stopped(self) -> bool:
        """Whether the last checks, `TuneSettings.patience` of them, were all outside the bound."""
        last = self.checks[-self._settings.patience :]
        return len(last) == self._settings.patience and all(check.inside is False for check in last)

    def measure(self) -> Measured:
        """Held-out loss and what is left of the few-shot ability, of the model as it is."""
        return self._share(self._measure)

    def _measure(self) -> Measured:
        with undisturbed(self._model):
            held_out = mean_loss(self._model, self._held_out) if self._held_out else None
            return held_out, self._read()

    def _read(self) -> Reading | None:
        if self._gauge is None:
            return None
        base = self._gauge.base()
        return base if not self.checks else None if base.retention.value is None else self._gauge()

    def _check(self, step: int) -> None:
        held_out, reading = self.measure()
        check = Check(step, held_out, reading, self._inside(step, reading))
        self.checks.append(check)
        if check.inside and self._is_best(check):
            self.best = (step, self._held.state())

    def _inside(self, step: int, reading: Reading | None) -> bool | None:
        bound = self._settings.stop_at_retention
        if bound is None or reading is None:
            return None
        if step == 0 and reading.retention.value is None:
            raise InsufficientDataError(
                f"What is left of the few-shot ability cannot be measured: {reading.retention.missing}. Leave out "
                "--stop-at-retention; a base without few-shot ability has none to lose."
            )
        return reading.retention.value is not None and reading.retention.value >= bound

    def _is_best(self, check: Check) -> bool:
        """Whether no earlier check inside the bound has a lower held-out loss; the later counts when there is none."""
        earlier = [other.held_out for other in self.checks[:-1] if other.inside and other.held_out is not None]
        return check.held_out is None or not earlier or check.held_out < min(earlier)

    def save(self, folder: Path) -> None:
        """Write what was measured so far into a checkpoint."""
        told = {"checks": [asdict(check) for check in self.checks], "best": self.best and self.best[0]}
        with writing(folder):
            write_atomic(folder / CHECKS, json.dumps(told, allow_nan=False).encode())
        if self.best is not None:
            write_tensors(folder / BEST, self.best[1])

    def load(self, folder: Path) -> None:
        """Go on from a checkpoint."""
        told = json.loads((folder / CHECKS).read_bytes())
        self.checks = [Check.of_json(check) for check in told["checks"]]
        self.best = None if told["best"] is None else (told["best"], read_tensors(folder / BEST))


@contextmanager
def undisturbed(model: nn.Module) -> Iterator[None]:
    """While a model is asked in the midst of training: no dropout, no gradients, and no random numbers used up."""
    training = model.training
    devices = [torch.cuda.current_device()] if torch.cuda.is_available() and torch.cuda.is_initialized() else []  # type: ignore[no-untyped-call]
    model.eval()
    try:
        with torch.random.fork_rng(devices=devices), torch.no_grad():
            yield
    finally:
        model.train(training)


def mean_loss(model: nn.Module, batches: Sequence[Batch]) -> float | None:
    """Mean loss per learned token, in nats; ``None`` when it is no number.

    Args:
        model: A causal language model.
        batches: With ``input_ids``, ``attention_mask`` and ``labels``.
    """
    device = next(model.parameters()).device
    total, tokens = 0.0, 0
    for batch in batches:
        labels = batch["labels"].to(device)[:, 1:]
        logits = model(**{name: value.to(device) for name, value in batch.items() if name != "labels"}).logits[:, :-1]
        learned = labels != -100
        loss = torch.nn.functional.cross_entropy(logits[learned].float(), labels[learned], reduction="sum")
        total, tokens = total + loss.item(), tokens + int(learned.sum())
    return total / tokens if tokens and math.isfinite(total) else None
