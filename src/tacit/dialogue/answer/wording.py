"""What is said where nothing is quoted: that the documents do not say, what was meant, a greeting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.dialogue.text.terms import content, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.dialogue.protocols import Situation
    from tacit.dialogue.replies import Decision

_MOST_LOOKED_FOR: Final = 6
_SMALL_TALK: Final = (
    (re.compile(r"\b(?:thanks?|thank you|thx|cheers|great|perfect|awesome|appreciate)\b", re.I), "You're welcome."),
    (re.compile(r"\b(?:bye|goodbye|see you|good night|farewell)\b", re.I), "Goodbye."),
    (re.compile(r"\b(?:hi|hello|hey|good (?:morning|afternoon|evening)|greetings)\b", re.I),
     "Hello. Ask me anything about the documents."),
    (re.compile(r"\b(?:who|what) are you\b|\byour name\b|\bcan you do\b", re.I),
     "I answer questions from the documents that were indexed, and say where each answer comes from."),
)  # fmt: skip


def listed(items: Sequence[str], last: str) -> str:
    """Items as English lists them.

    Example:
        >>> listed(["a", "b", "c"], "or")
        'a, b or c'
    """
    return f" {last} ".join((", ".join(items[:-1]), items[-1])) if len(items) > 1 else "".join(items)


def looked_for(situation: Situation, decision: Decision) -> str:
    """What was searched for, quoted; the content words of the turn if the decision does not say."""
    found = decision.looked_for or tuple(dict.fromkeys(word for word in words(situation.turn) if content(word)))
    return listed([f"“{word}”" for word in found[:_MOST_LOOKED_FOR]], "and")


def declined(situation: Situation, decision: Decision, nearby: str) -> str:
    """That the documents hold no answer, what was looked for, and what they hold near it."""
    asked = looked_for(situation, decision)
    said = f"The documents don't say. I looked for {asked}." if asked else "The documents don't say."
    return f"{said} You may find something near it here: {nearby}." if nearby else said


def chatted(turn: str) -> str:
    """A reply to what asks for nothing."""
    return next((reply for cue, reply in _SMALL_TALK if cue.search(turn)), "All right. Ask me about the documents.")


def repaired(decision: Decision) -> str:
    """What stands before the quotations of a reply to a dispute, or to a turn that corrects what was asked."""
    if decision.verdict == "kept":
        return "I looked again, and the documents support what I said."
    if decision.verdict == "corrected":
        return "You are right, and I was wrong."
    if decision.verdict is None:
        return "Looked for again as you meant it."
    return "I looked again. The documents settle it neither way; this is what comes nearest."


def missing(situation: Situation, decision: Decision) -> str:
    """The part of a question that a partial answer leaves open."""
    asked = looked_for(situation, decision) if decision.looked_for else ""
    return f"The documents do not say more about {asked}." if asked else "The documents do not say the rest."
