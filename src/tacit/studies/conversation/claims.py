"""The statements of the study, each with its number, interval and whether it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.evidence.estimate import Estimate
from tacit.studies.claims import Claim
from tacit.studies.conversation.analyse import ALL, CLEAR, JUDGED, RETAINED, difference
from tacit.studies.conversation.presets import STEPS
from tacit.studies.conversation.runs import BASELINE, CUT_OFF, WHOLE
from tacit.studies.conversation.words import AXES, TURNS
from tacit.studies.conversation.words import STEPS as STEP_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tacit.judge.result import ScaleResult
    from tacit.studies.conversation.analyse import Table, Turned
    from tacit.studies.conversation.result import Cell, ConversationResult
    from tacit.verify.result import CompareResult

FAILS: Final = 0.1
"""Share of failures above which the baseline is said to fail."""
SAVED: Final = 0.3
"""Share of the words that compressing is to save."""
COSTS: Final = 0.05
"""Share of turns that a step may cost elsewhere."""
NOT_HELPED: Final = ("near_miss", "vague", "dispute")
"""What more text should not mend; that follow-ups and plain questions need the text is no surprise."""
_MENDS: Final = {
    "world": {"resolve": "pronoun", "decline": "near_miss", "clarify": "vague", "repair": "dispute"},
    "data": {"decline": "unanswerable", "clarify": "underspecified", "repair": "clarification"},
}
"""What each step is for."""


def make_claims(found: ConversationResult, table: Table) -> tuple[Claim, ...]:
    """All claims, in the order of the loop: measure, judge, fix, verify.

    Args:
        found: The study, without claims.
        table: The turns it was made of.
    """
    seed = int(found.settings["seed"])
    claims = [*_measured(found.cells), *_judged(found.verdicts)]
    for source in found.comparisons:
        claims += [*_mended(found, source), *_compressed(found, source)]
    for source, comparison in found.comparisons.items():
        claims += [*_verified(comparison, source), *_against_cut_off(table, source, seed)]
    return tuple(claims)


def _claim(name: str, found: Estimate, holds: bool, why: str) -> Claim:
    missing = f" {found.missing}." if found.missing else ""
    return Claim(name, found.value, found.low, found.high, found.n, holds, f"{why} {found.method}.{missing}")


def _above(found: Estimate, bound: float) -> bool:
    return found.low is not None and found.low > bound


def _less(found: Estimate) -> Estimate:
    """One less a share."""
    if found.value is None or found.low is None or found.high is None:
        return found
    return Estimate(1 - found.value, 1 - found.high, 1 - found.low, found.n, found.method, found.level)


def _measured(cells: Sequence[Cell]) -> Iterator[Claim]:
    for cell in cells:
        if cell.arm == BASELINE and cell.made in {"pronoun", *NOT_HELPED, *_MENDS["data"].values()}:
            lost = _less(cell.served)
            yield _claim(
                f"The baseline fails on {TURNS[cell.made]}{_at(cell.source)}",
                lost,
                _above(lost, FAILS),
                f"Share of such turns at which it does not give what is right; above {FAILS:.0%} is failing.",
            )


def _at(source: str) -> str:
    return "" if source == "world" else f" ({source})"


def _judged(verdicts: Mapping[str, ScaleResult]) -> Iterator[Claim]:
    for axis, result in verdicts.items():
        for one in result.verdicts:
            if one.capability in NOT_HELPED or (axis != "told" and one.capability in JUDGED):
                slope, low, high = (None if end is None else end / 100 for end in (one.slope, one.low, one.high))
                yield Claim(
                    f"No cure for {TURNS[one.capability]}: {AXES[axis]}",
                    slope,
                    low,
                    high,
                    sum(point.n for point in one.points),
                    one.verdict in {"flat", "inverse", "saturating"},
                    f"Slope per decade, 90 % interval; verdict: {one.verdict}. {' '.join(one.reasons[:1])} n is turns "
                    "over all levels.",
                )


def _mended(found: ConversationResult, source: str) -> Iterator[Claim]:
    mends = _MENDS["world" if source == "world" else "data"]
    for step, made in mends.items():
        for how, among in (("alone", "by itself"), ("added", "added to the steps before it")):
            lift = found.lift(step, how, made, source=source)
            if lift is not None:
                yield _claim(
                    f"{STEP_WORDS[step].capitalize()} mends {TURNS[made]}, {among}{_at(source)}",
                    lift,
                    _above(lift, 0.0),
                    "Share of turns with what is right, with the step less without it.",
                )
    for made, metric, words, why in (
        (ALL, "recall", "finds more of what holds the answer", "Recall@5 of passages (data) or documents (world)"),
        ("pronoun", "shown", "brings the right answer of follow-ups before the answerer", "Share of such turns"),
    ):
        lift = found.lift("resolve", "alone", made, metric, source)
        if lift is not None:
            yield _claim(f"Resolving {words}{_at(source)}", lift, _above(lift, 0.0), f"{why}, with it less without it.")


def _compressed(found: ConversationResult, source: str) -> Iterator[Claim]:
    saved = found.lift("compress", "added", ALL, "words", source)
    before = _words(found, source, "+".join(STEPS[:-1]))
    if saved is not None and saved.value is not None and saved.low is not None and saved.high is not None and before:
        share = Estimate(-saved.value / before, -saved.high / before, -saved.low / before, saved.n, saved.method)
        yield _claim(
            f"Compressing saves {SAVED:.0%} of the words shown or more{_at(source)}",
            share,
            _above(share, SAVED),
            f"Words shown with it less without it, as a share of the {before:,.0f} without it.",
        )
    for metric, words, why in (
        ("shown", "leaves in all but {:.0%} of the right answers", "the right answer among the words shown"),
        ("served", "costs less than {:.0%} of turns", "what is right in the reply"),
    ):
        cost = found.lift("compress", "added", ALL, metric, source)
        if cost is not None and cost.value is not None:
            yield _claim(
                f"Compressing {words.format(COSTS)}{_at(source)}",
                cost,
                _above(cost, -COSTS),
                f"Share of turns with {why}, with it less without it.",
            )


def _words(found: ConversationResult, source: str, arm: str) -> float:
    """Mean words shown, over all turns."""
    cells = [cell for cell in found.cells if (cell.source, cell.arm) == (source, arm)]
    return sum((cell.words.value or 0.0) * cell.n for cell in cells) / max(sum(cell.n for cell in cells), 1)


_KEPT: Final = {
    RETAINED[0]: "does not lose clear questions that the baseline gets right",
    RETAINED[1]: "does not decline clear questions",
    RETAINED[2]: "does not ask back on clear questions",
}


def _verified(result: CompareResult, source: str) -> Iterator[Claim]:
    wanted = {"pronoun", *_MENDS["world" if source == "world" else "data"].values()}
    for one in result.comparisons:
        if one.role == "target" and one.capability in wanted:
            yield _claim(
                f"Everything on beats decisions of the same rates at random on {TURNS[one.capability]}{_at(source)}",
                one.effect,
                one.verdict == "improved",
                f"Everything on less the sham; verdict: {one.verdict}.",
            )
        elif one.role == "retain":
            yield _claim(
                f"Everything on {_KEPT[one.capability]}{_at(source)}",
                one.effect,
                one.verdict == "kept",
                f"Everything on less the baseline; a loss of less than {result.settings['margin']:g} points is none; "
                f"verdict: {one.verdict}.",
            )


def _against_cut_off(table: Table, source: str, seed: int) -> Iterator[Claim]:
    def arm(name: str, made: Collection[str]) -> list[Turned]:
        return [turn for turn in table[source, name] if turn.row.made in made]

    no_answer, clear = ("near_miss", "unanswerable"), CLEAR
    for found, words in (
        (difference(arm(CUT_OFF, no_answer), arm(WHOLE, no_answer), "declined", seed),
         "declines more of what has no answer"),
        (difference(arm(WHOLE, clear), arm(CUT_OFF, clear), "declined", seed), "declines fewer clear questions"),
    ):  # fmt: skip
        yield _claim(
            f"Everything on {words} than a cut-off on the score that declines as often{_at(source)}",
            found,
            _above(found, 0.0),
            "Difference of the shares declined.",
        )
