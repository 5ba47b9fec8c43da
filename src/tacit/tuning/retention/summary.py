"""From answers to what was kept: per task and over all, per number of demonstrations and over all above 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.evidence.comparing.crossed_ratio import crossed_means
from tacit.evidence.estimate import Estimate
from tacit.tuning.retention.statistics import Kept, averaged, gain_kept, kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tacit.tuning.retention.answers import Answered, TaskRecord
    from tacit.tuning.retention.settings import RetentionSettings
    from tacit.tuning.retention.statistics import Pair

NOT_TOLD: Final = "the models do not tell"
NO_DEMONSTRATIONS: Final = "no demonstrations, so nothing that they add"


@dataclass(frozen=True, slots=True)
class Level:
    """One comparison of a tuned model with its base.

    Attributes:
        task: Which task; ``None`` for all, pooled.
        shots: How many demonstrations; ``None`` for the mean over all numbers above 0.
        kept: Accuracies, retention and verdict.
        gain: Retention of what demonstrations add (`tacit.tuning.retention.statistics.gain_kept`).
        base_in_form: Share of the base's answers in a form that can be read.
        tuned_in_form: That of the tuned model.
        form_difference: Tuned less base.
    """

    task: str | None
    shots: int | None
    kept: Kept
    gain: Estimate
    base_in_form: Estimate
    tuned_in_form: Estimate
    form_difference: Estimate


def levels(
    answered: Answered, tasks: Sequence[TaskRecord], base: str, tuned: str, settings: RetentionSettings
) -> tuple[Level, ...]:
    """Compare two models at every level.

    Args:
        answered: What was answered.
        tasks: The tasks.
        base: Name of the base.
        tuned: Name of the tuned model.
        settings: Margin and level.

    Returns:
        All tasks pooled, then each task; of each the mean over numbers of demonstrations, then each number. Pairs of
        which one model has no answers are left out.
    """
    found = []
    for group in (tasks, *([task] for task in tasks)):
        of = _Group(answered, group, base, tuned)
        name = None if group is tasks else group[0].name
        for shots in (None, *answered.shots):
            pairs = of.right(shots)
            if pairs:
                found.append(_level(name, shots, pairs, of, settings))
    return tuple(found)


class _Group:
    """Some tasks of two models."""

    def __init__(self, answered: Answered, tasks: Sequence[TaskRecord], base: str, tuned: str) -> None:
        self._answered, self._tasks, self._names = answered, tasks, (base, tuned)

    def right(self, shots: int | None) -> list[Pair]:
        return self._all(shots, "right")

    def form(self, shots: int | None) -> list[Pair]:
        return [pair for pair in (p.complete() for p in self._all(shots, "in_form")) if pair is not None]

    def _all(self, shots: int | None, column: str) -> list[Pair]:
        if shots is not None:
            return _there(self._answered.pair(*self._names, task, shots, column) for task in self._tasks)
        few = [k for k in self._answered.shots if k > 0]
        pairs = []
        for task in self._tasks:
            own = _there(self._answered.pair(*self._names, task, k, column) for k in few)
            # A number of demonstrations at which nothing was answered (prompts too long) is left out of the mean.
            own = [pair for pair in own if pair.complete() is not None]
            same = [pair for pair in own if pair.base.shape == own[0].base.shape]
            if same:
                pairs.append(averaged(same))
        return pairs


def _there(pairs: Iterable[Pair | None]) -> list[Pair]:
    return [pair for pair in pairs if pair is not None]


def _level(
    task: str | None, shots: int | None, pairs: Sequence[Pair], of: _Group, settings: RetentionSettings
) -> Level:
    level = settings.level
    form = of.form(shots)
    none = Estimate.none(NOT_TOLD, level=level)
    return Level(
        task=task,
        shots=shots,
        kept=kept(pairs, margin=settings.margin, level=level),
        gain=Estimate.none(NO_DEMONSTRATIONS, level=level) if shots == 0 else gain_kept(pairs, of.right(0), level),
        base_in_form=crossed_means([pair.base for pair in form], level) if form else none,
        tuned_in_form=crossed_means([pair.tuned for pair in form], level) if form else none,
        form_difference=crossed_means([pair.tuned - pair.base for pair in form], level) if form else none,
    )
