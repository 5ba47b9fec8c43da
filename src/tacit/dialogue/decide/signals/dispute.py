"""Whether a turn takes up the last answer itself: doubts it, corrects it, did not understand it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.registry import signal
from tacit.dialogue.text.terms import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.protocols import Situation

_CUES: Final = {
    "meant": r"\bi (?:(?:only|just|actually|really) )?(?:mean|meant|was asking|was referring|was talking|am asking"
    r"|'?m asking)\b"
    r"|\b(?:when i say|my question|not what i|i did ?n[o']?t (?:mean|ask)|rather)\b",
    "doubt": r"\b(?:are you (?:sure|certain)|is that (?:true|right|correct)|is it true|really\?|not (?:true|right"
    r"|correct)"
    r"|not sure(?! (?:what|how|if|whether|when|where|which|who))|that(?:'s| is| was| can)(?: ?n[o']t| not)|wrong"
    r"|incorrect"
    r"|mistaken|disagree|contradict\w*|doubt|double.check|(?:don'?t|do not|can'?t|cannot) (?:think|believe)|no longer"
    r"|impossible|can(?:'t|not) be)\b|\?!|!\?|\bwhat\?",
    "heard": r"\b(?:i|my \w+|someone|people|others)(?: have| had|'ve| was| were|'m| am)?(?: just| also| once| always)? "
    r"(?:heard|thought|read|believe|believed|says?|said|told|tells|remember|remembered|recall|assumed"
    r"|am pretty sure|think"
    r"|guess|know|knew|understand|understood|saw|seen)\b|^(?:thought|heard)\b",
    "you": r"\byou(?:'ve| have|'re| are)? ?(?:just |also |previously )?(?:said|say|saying|mention\w*|told|stated?"
    r"|wrote|listed"
    r"|mean|meant|referr?\w*|gave|claim\w*|suggest\w*|talking about|talked)\b"
    r"|\b(?:earlier|(?:as|from|mentioned|named|said|stated|the|you) above|above(?=\W*$)|your (?:answer|response|last)"
    r"|mentioned)\b",
    "unclear": r"\b(?:clarify|clarification|confus\w+|(?:don'?t|do not|didn'?t|did not) (?:\w+ )?(?:understand"
    r"|get it|follow)"
    r"|unclear|not clear|layman\w*|simpl\w+ (?:terms|words)|elaborate|rephrase|in other words"
    r"|what (?:do|does|did) (?:you|that|it|this) mean|(?:explain|give|provide|tell me)(?: \w+){0,3} (?:more"
    r"|detail\w*|again"
    r"|further|better)|more (?:detail\w*|clarification)|what (?:is|are|was) (?:that|those|this|these)) ?\b",
    "against": r"^\W*(?:but|no|nope|not|however|what\W*[?!]|huh|hmm+|wait|oh(?! my)|oops|sorry|excuse me|actually"
    r"|really"
    r"|come on)\b",
    "so": r"^\W*(?:so|then|that means|which means|because|you mean|i see|in that case|and if|if so|just)\b",
    "tag": r"\b(?:right|correct|true|isn'?t it|no|yes|huh)\s*[?!]+\s*$",
}
_PATTERNS: Final = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _CUES.items()}
_ASKS: Final = re.compile(
    r"\?|^\W*(?:\w+[,.] )?(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|can|could|should"
    r"|would|will|has|have|may|any|tell|give|explain|describe|list|name|show|provide)\b",
    re.IGNORECASE,
)


@signal
class Dispute:
    """Cues of a turn that is about what was answered, 1 or 0. All are missing in a first turn.

    ``meant`` corrects the question, ``doubt`` doubts the answer, ``heard`` holds against it what was heard elsewhere,
    ``you`` asks about the assistant's words, ``unclear`` asks to explain, ``against`` and ``so`` begin like a reply,
    ``tag`` ends in "right?", ``statement`` asks nothing at all.
    """

    name = "dispute"

    def read(self, situation: Situation) -> Mapping[str, float | None]:
        """See the class."""
        names = [*_PATTERNS, "statement"]
        if not situation.history:
            return dict.fromkeys(f"dispute.{name}" for name in names)
        turn = situation.turn.strip().replace("’", "'")
        found = [bool(pattern.search(turn)) for pattern in _PATTERNS.values()]
        found.append(len(words(turn)) > 2 and not _ASKS.search(turn))
        return {f"dispute.{name}": float(cue) for name, cue in zip(names, found, strict=True)}
