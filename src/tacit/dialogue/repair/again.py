"""Looking again: what is disputed is retrieved once more, and judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tacit.dialogue.repair.claim import claim, query
from tacit.dialogue.repair.judge import judge_claim

if TYPE_CHECKING:
    from tacit.dialogue.protocols import Retriever, Situation
    from tacit.dialogue.replies import Decision

_REASONS: Final = {
    "kept": "The turn doubts the last reply; looked at again, the documents support it.",
    "corrected": "The turn disputes the last reply; looked at again, the documents support the turn.",
    "open": "The turn disputes the last reply; looked at again, the documents do not settle it.",
    None: "The turn corrects what was asked, so it was looked for again.",
}


def look_again(
    situation: Situation, decision: Decision, retriever: Retriever, passages: int
) -> tuple[Situation, Decision]:
    """Retrieve for what is disputed, and judge it.

    Args:
        situation: The turn that disputes or corrects.
        decision: To repair.
        retriever: Finds passages.
        passages: How many.

    Returns:
        The situation with what was found for the claim, and the decision with its judgement and verdict: ``None`` if
        the turn corrects the question, so that there is nothing to judge but something to answer.
    """
    made = claim(situation)
    asked = query(made, situation.query.terms)
    found = retriever.retrieve(asked, passages)
    again = replace(situation, query=asked, hits=tuple(found))
    judged = judge_claim(again, found) if made.disputes else None
    verdict = judged.verdict if judged else None
    return again, replace(decision, verdict=verdict, judgement=judged, reason=_REASONS[verdict])
