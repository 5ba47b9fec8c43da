"""What somebody who builds an assistant over documents should do, in sentences that are worked out from the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.report.figures import listing, points
from tacit.studies.conversation.analyse import ALL, RETAINED
from tacit.studies.conversation.claims import NOT_HELPED
from tacit.studies.conversation.presets import STEPS
from tacit.studies.conversation.words import STEPS as STEP_WORDS
from tacit.studies.conversation.words import TURNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tacit.judge.result import ScaleResult
    from tacit.studies.conversation.result import ConversationResult, Lift
    from tacit.verify.result import CompareResult


def advise(found: ConversationResult) -> tuple[str, ...]:
    """The advice, most important first; nothing is advised that the intervals leave open."""
    return (*_text(found.verdicts), *_steps(found.lifts), *_broken(found.comparisons))


def _text(verdicts: Mapping[str, ScaleResult]) -> Iterator[str]:
    found = {made: [v.verdict for r in verdicts.values() for v in r.verdicts if v.capability == made]
             for made in NOT_HELPED}  # fmt: skip
    never = [TURNS[made] for made, seen in found.items() if seen and set(seen) <= {"flat", "inverse", "saturating"}]
    if never:
        yield (
            f"Do not expect more text to mend {listing(never)}: neither more documents, nor more passages, nor "
            "documents that tell more did."
        )
    helped = [TURNS[v.capability] for v in verdicts["told"].verdicts if v.verdict == "scaling"] if verdicts else []
    if helped:
        yield f"Do write down what is asked for: documents that tell more help with {listing(helped)}."


def _steps(lifts: Sequence[Lift]) -> Iterator[str]:
    for source in dict.fromkeys(one.source for one in lifts):
        where = "" if source == "world" else f" ({source})"
        for step in STEPS:
            mine = [
                one for one in lifts
                if (one.source, one.step, one.how, one.metric) == (source, step, "added", "served") and one.made != ALL
            ]  # fmt: skip
            gains = [_told(one) for one in mine if one.difference.low is not None and one.difference.low > 0]
            costs = [_told(one) for one in mine if one.difference.high is not None and one.difference.high < 0]
            told = [f"helps with {listing(gains)}"] * bool(gains) + [f"costs {listing(costs)}"] * bool(costs)
            if told:
                yield f"{STEP_WORDS[step].capitalize()}, added to the steps before it, {' and '.join(told)}{where}."


def _told(one: Lift) -> str:
    return f"{TURNS.get(one.made, one.made)} ({points(100 * (one.difference.value or 0.0))} points)"


def _broken(comparisons: Mapping[str, CompareResult]) -> Iterator[str]:
    for source, result in comparisons.items():
        lost = [one for one in result.retained if one.verdict == "broken"]
        if lost:
            told = listing([f"{one.capability} {points(100 * (one.effect.value or 0.0))} points" for one in lost])
            risk = any(one.capability == RETAINED[1] for one in lost)
            yield f"Watch what the steps cost ({source}): {told}." + " --risk moves the line for declining." * risk
