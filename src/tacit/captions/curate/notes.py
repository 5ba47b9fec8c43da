"""What the reader of a selection must know, in sentences."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from tacit.report.figures import count, number, percent

if TYPE_CHECKING:
    from tacit.captions.curate.result import CurateResult, TypeOutcome

HEAVY: Final = 2.0
"""From this many repetitions on average, the reader is warned."""
UPWEIGHTING: Final = (
    "Repeating or up-weighting the few captions that state something has been tried and was not enough: it did not "
    "teach models spatial relations (Kamath, Hessel and Chang 2023, What'sUp). Collect more of them instead."
)


def make_notes(result: CurateResult) -> tuple[str, ...]:
    """Everything that is not as asked, and what to do about it."""
    notes: list[str] = []
    if result.size < result.budget:
        notes.append(
            f"There are only {count(result.size)} different captions that may be chosen, fewer than the budget of "
            f"{count(result.budget)}; the targets are shares of these."
        )
    for outcome in result.types:
        notes += [note for note in (_short(result, outcome), _repeated(outcome), _excess(result, outcome)) if note]
    if any(_mean_repeats(outcome) >= HEAVY for outcome in result.types if outcome.wanted):
        notes.append(UPWEIGHTING)
    notes += [note for outcome in result.types if (note := _wrong(outcome))]
    left_out = sum(n for _, _, n in result.overlaps)
    if left_out:
        told = "1 caption overlaps" if left_out == 1 else f"{count(left_out)} captions overlap"
        notes.append(f"{told} evaluation items and cannot be chosen.")
    return tuple(notes)


def _mean_repeats(outcome: TypeOutcome) -> float:
    return outcome.chosen / outcome.different if outcome.different else 0.0


def _short(result: CurateResult, outcome: TypeOutcome) -> str:
    """Why a target is not reached."""
    if outcome.met or outcome.wanted is None or outcome.target is None:
        return ""
    needs = f"{percent(outcome.target)} of {count(result.size)} needs {count(outcome.wanted)}"
    if not outcome.distinct:
        return f"{outcome.type}: {needs}, and none of the {count(result.pool)} captions that may be chosen states it."
    if outcome.needed_repeats is None:
        return (
            f"{outcome.type}: {needs}, and {count(outcome.chosen)} were chosen, although there are more: all targets "
            "together do not fit, because too few captions state several of the types at once. Lower the targets."
        )
    share = f"{percent(outcome.in_pool / result.pool)} of {count(result.pool)} captions state it"
    return (
        f"{outcome.type}: {share}; {needs}, and there are {count(outcome.distinct)} different ones: each would stand "
        f"in the selection {number(outcome.needed_repeats)} times. --max-repeat {ceil(outcome.needed_repeats)} "
        f"allows it{' as far as the other targets do' if len(_targets(result)) > 1 else ''}; otherwise lower the "
        "target or the budget, or collect more of them."
    )


def _targets(result: CurateResult) -> list[TypeOutcome]:
    return [outcome for outcome in result.types if outcome.wanted is not None]


def _repeated(outcome: TypeOutcome) -> str:
    if outcome.most_repeated < 2 or outcome.wanted is None:
        return ""
    return (
        f"{outcome.type}: {count(outcome.different)} different captions fill {count(outcome.chosen)} places, each "
        f"{number(_mean_repeats(outcome))} times on average and {outcome.most_repeated} times at most."
    )


def _excess(result: CurateResult, outcome: TypeOutcome) -> str:
    if not outcome.excess or outcome.target is None:
        return ""
    return (
        f"{outcome.type}: {percent(outcome.share)} instead of {percent(outcome.target)}, {count(outcome.excess)} more "
        f"than asked for. It could not be avoided: captions needed for other targets, or to fill the budget of "
        f"{count(result.budget)} once those that state no targeted type are used up, state it too."
    )


def _wrong(outcome: TypeOutcome) -> str:
    """What to ask for so that the true share is as wanted."""
    high, precision = outcome.true_share.high, outcome.precision.value
    if not outcome.met or outcome.target is None or high is None or high >= outcome.target or not precision:
        return ""
    ask = outcome.target / precision
    told = f" Ask for {percent(ask)} to expect {percent(outcome.target)}." if ask <= 1 else ""
    return (
        f"{outcome.type}: the detector is right in {percent(precision)} of the captions that it finds, so fewer than "
        f"the target truly state it.{told}"
    )
