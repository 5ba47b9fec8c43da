"""What deserves notice in a measurement of retention, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report.figures import between, count, interval, known, percent, points

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.tuning.retention.result import Comparison, Missing
    from tacit.tuning.retention.statistics import Kept

_MUCH: Final = 0.1
"""Share of items without an answer that is worth a word."""


def remarks_on(comparisons: Sequence[Comparison], missing: Sequence[Missing]) -> tuple[str, ...]:
    """Verdicts that rest on little, losses of form, drift that cannot be, and answers that are missing."""
    return (*(words for found in comparisons for words in _about(found)), *_about_missing(missing))


def _about(found: Comparison) -> Iterator[str]:
    whole = found.levels[0]
    if found.same:
        yield (
            f"{found.tuned}: no answer differs from the base's, so retention is 1 and its interval has no width. Was "
            "anything tuned?"
        )
    left, kept = whole.kept.left_out, whole.kept.items
    if left > _MUCH * (left + kept):
        yield f"{found.tuned}: {count(left)} of {count(left + kept)} items lack an answer and are left out."
    form = whole.form_difference
    if form.high is not None and form.high < 0:
        yield (
            f"{found.tuned} keeps less to the form of the answers ({points(100 * (known(form) or 0.0))} points): part "
            "of what reads as a loss may be a habit of writing, not in-context learning."
        )
    zero = found.level(shots=0)
    lost = whole.gain.high is not None and whole.gain.high < 1
    if zero is not None and zero.kept.difference.low is not None and zero.kept.difference.low > 0 and lost:
        yield (
            f"{found.tuned} is better without demonstrations ({points(100 * (zero.kept.difference.value or 0.0))} "
            "points), so they have less left to add: read the retention of gains beside that."
        )
    for level in found.levels:
        if level.task is not None and level.shots is None and level.kept.verdict == "not measurable":
            yield f"{level.task}: {level.kept.retention.missing}; {_beside(level.kept)}."
    if found.drift is not None and found.drift.only_later:
        yield (
            f"{found.tuned}: attention in the first layer is bit for bit the base's, and has moved further up. So it "
            "is when nothing but values was tuned."
        )
    yield from (f"{found.tuned}: {note}" for note in found.notes)


def _beside(kept: Kept) -> str:
    difference, base = kept.difference, known(kept.base)
    if difference.value is None or base is None:
        return "the difference is not known either"
    ends = between(difference.low, difference.high, lambda value: points(100 * value))
    return f"base {percent(base)} ({interval(kept.base)}), difference {points(100 * difference.value)} points ({ends})"


def _about_missing(missing: Sequence[Missing]) -> Iterator[str]:
    """A prompt that is too long is so in every draw, so equal reasons are told once per model."""
    groups: dict[tuple[str, str], list[Missing]] = {}
    for lacking in missing:
        groups.setdefault((lacking.model, lacking.reason), []).append(lacking)
    for (model, reason), found in groups.items():
        shots = sorted({lacking.shots for lacking in found})
        total = sum(lacking.count for lacking in found)
        yield (
            f"{model}: {count(total)} answers are missing, with {', '.join(map(str, shots))} demonstrations: {reason}."
        )
