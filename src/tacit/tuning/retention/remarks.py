"""What deserves notice in a measurement of retention, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report.figures import count, known, listing, points, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.tuning.retention.result import Comparison, Missing

_MUCH: Final = 0.1
"""Share of items without an answer that is worth a word."""


def remarks_on(comparisons: Sequence[Comparison], missing: Sequence[Missing]) -> tuple[str, ...]:
    """Verdicts that rest on little, losses of form, drift that cannot be, and answers that are missing."""
    told = (words for found in comparisons for words in _about(found))
    return (*told, *_about_base(comparisons), *_about_first_layer(comparisons), *_about_missing(missing))


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
    yield from (f"{found.tuned}: {note}" for note in found.notes)


def _about_first_layer(comparisons: Sequence[Comparison]) -> Iterator[str]:
    names = [found.tuned for found in comparisons if found.drift is not None and found.drift.only_later]
    if names:
        yield (
            f"{listing(names)}: attention in the first layer is exactly the base's, and has moved further up. So it is "
            "where nothing but values was tuned."
        )


def _about_base(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Of each task once, for it is the same base in all comparisons."""
    weak = {level.task: level.kept for found in comparisons for level in found.levels
            if level.task is not None and level.shots is None and level.kept.verdict == "not measurable"}  # fmt: skip
    for task, kept in weak.items():
        told = "" if known(kept.base) is None else f" ({share(kept.base)})"
        yield f"{task}: {kept.retention.missing}{told}, so what is left of it cannot be measured."


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
