"""What the question itself tells: some are seldom answered by documents, whatever they hold. English only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.registry import signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.protocols import Situation

_VERBS: Final = (
    r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|am|may|might|isn't|aren't|wasn't|don't"
    r"|doesn't|didn't|can't|won't|wouldn't|shouldn't)\b"
)
_LINK: Final = r"(?:so|but|and|or|btw|by the way|then|also|plus)\b"
_TELL: Final = r"(?! you (?:tell|explain|give|clarify|summar|describe|please|elaborate|provide|help))"


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


CLOSED: Final = _cue(rf"(?:^\W*+|(?<=\w)[^\w.!?;,]*+[.!?;,]\W*+)(?:(?:{_LINK}|ok|okay|well|oh)\W++)?{_VERBS}{_TELL}")
"""A question for yes or no: its clause begins with a verb of which the subject follows."""
COMPARED: Final = _cue(r"\b(?:same|differen(?:t|ces?)|versus|vs|compared?|comparison|similar|others?|another|else)\b")
"""A comparison: half of what it takes is often not there."""
UTMOST: Final = _cue(
    r"\b(?:most|least|last|first|only|longest|largest|biggest|smallest|highest|lowest|fastest|oldest|newest|latest)\b"
)
"""A superlative: true of one thing, and seldom written down for each kind of thing."""
BROAD: Final = _cue(
    r"\bwhat(?:'s| is| are| was| were) (?:an? |the )?\w++(?:[ -]\w++){0,3}\W*+$"
    r"|^\W*(?:tell|explain|describe|give|summar|talk|show)\w*\b"
    r"|\babout\b|\btypes? of\b|\bhistory of\b|\b(?:benefit|advantage)s?\b|^[^?]{1,40}$"
)
"""What a thing is, or all there is about it: any passage on it will do."""
ASKING: Final = _cue(
    rf"\b(?:how|when|who(?:m|se)?|where|why|steps?|instructions?|reasons?)\b|{CLOSED.pattern}|^\W*what"
)
"""Anything that asks for something; keywords and "tell me about" do not."""
_ASKS: Final = r"(?!\W*(?:and\W+)?(?:what|who\w*|when|where|which|why|how)\b)"
REMARK: Final = _cue(
    rf"^\W*(?:{_LINK}{_ASKS}|(?:isn't|aren't|wasn't|don't|doesn't|didn't|can't|won't|wouldn't|shouldn't)\b)"
)
"""A remark on the last reply: it begins with a conjunction that no question word follows, or with a negated verb."""


def narrowness(question: str) -> float:
    """How little would answer a question: cues for narrow questions less cues for broad ones, each counting 1.

    Equal weights are chosen on purpose: few conversations have labels (Dawes 1979, The robust beauty of improper
    linear models).

    Example:
        >>> narrowness("Was this the longest mission?"), narrowness("What is a guinea pig?"), narrowness("guinea pigs")
        (2.0, -1.0, -2.0)
    """
    narrow = sum(bool(cue.search(question)) for cue in (CLOSED, COMPARED, UTMOST))
    return float(narrow - bool(BROAD.search(question)) - (not ASKING.search(question)))


@signal
class Question:
    """``narrow``: see `narrowness`; ``remark``: 1 if the turn begins as a remark on the last reply, else 0."""

    name = "question"

    def read(self, situation: Situation) -> Mapping[str, float | None]:
        """See the class."""
        remark = bool(situation.history and REMARK.search(situation.turn))
        return {"question.narrow": narrowness(situation.turn), "question.remark": float(remark)}
