"""What the user may have meant: names in the passages that are one of what the turn leaves open. English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.dialogue.clarify.names import instances
from tacit.dialogue.decide.reading import DEPTH
from tacit.dialogue.decide.signals.definite import open_phrases
from tacit.dialogue.text.terms import terms

if TYPE_CHECKING:
    from tacit.dialogue.protocols import Situation

MOST: Final = 6


def focus(situation: Situation) -> str:
    """The noun that a turn leaves open, as the user wrote it, in the singular; empty if none is found.

    Of several the one that was not mentioned before, then the last: "the author of the book".
    """
    said = {term for turn in situation.history for term in terms(turn.text)}
    found = open_phrases(situation)
    fresh = [phrase for phrase in found if not set(terms(phrase.head)) & said] or found
    return fresh[-1].noun if fresh else ""


def options(situation: Situation, focus: str) -> tuple[str, ...]:
    """Names in the passages found that the open noun may stand for; 2 to 6 of them, or none.

    Args:
        situation: The turn.
        focus: What `focus` gave.
    """
    if not focus:
        return ()
    found = instances([hit.passage for hit in situation.hits[:DEPTH]], focus, situation.turn)
    return tuple(found[:MOST]) if len(found) > 1 else ()
