"""What a user holds against an answer, and what to look for once more."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from tacit.dialogue.records import Query
from tacit.dialogue.text.terms import content, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.dialogue.protocols import Situation
    from tacit.dialogue.records import Turn

Manner = Literal["meant", "holds", "doubts", "asks"]

_QUESTION: Final = 0.6
"""Weight of the terms of the disputed question beside those of the claim, which count 1."""
_ANSWER: Final = 0.05
_STATEMENT: Final = 3
"""Fewer words without a number are the name of a topic: "carthage?"."""
_OPENING: Final = re.compile(
    r"^\W*(?:(?:no|nope|but|well|hmm+|wait|oh|oops|sorry|excuse me|actually|really|so|then|what(?=\W*[?!])|huh|hey"
    r"|ok|okay|and|however|yes"
    r"|come on|i see)\b[\s,.!?:;-]*)+",
    re.IGNORECASE,
)
_MEANT: Final = re.compile(
    r"\b(?:i (?:(?:only|just|actually|really) )?(?:mean|meant|was asking|am asking|'?m asking|was referring"
    r"|was talking)"
    r"|when i say|my question (?:is|was)|i'm (?:asking|referring|talking))\b(?: (?:about|for|to|that|if|is))?\b[\s,:]*",
    re.IGNORECASE,
)
_HOLDS: Final = re.compile(
    r"\b(?:i|my \w+(?: \w+)?|someone|people|others|they)(?: have| had|'ve| was| were|'m| am)?(?: just| also| once"
    r"| always| pretty)? "
    r"(?:heard|thought|read|believe[ds]?|says?|said|told(?: me)?|tells(?: me)?|remember(?:ed)?|recall|assumed|sure"
    r"|think|guess|know"
    r"|saw|claims?|insists?)\b(?: that)?[\s,:]*",
    re.IGNORECASE,
)
_DOUBTS: Final = re.compile(
    r"\b(?:are you (?:really |quite )?(?:sure|certain)(?: (?:about (?:that|this|it)|of (?:that|this|it)))?"
    r"|is (?:that|this|it) (?:really )?(?:true|right|correct|so)|really"
    r"|(?:that|this|it)(?:'s| is| can)?(?:n't|'t| not|not)? (?:be )?(?:true|right|correct|wrong|false|incorrect)"
    r"|you(?:'re| are) (?:wrong|mistaken|incorrect)|i (?:do not|don't|doubt|can't|cannot) (?:think|believe)(?: so"
    r"| that| it)*"
    r"|i doubt (?:that|it|this))\b[\s,.!?:;-]*",
    re.IGNORECASE,
)
_CHECKS: Final = re.compile(
    r"^\W*(?:are you (?:saying|telling me|suggesting)|(?:do |did )?you mean|does that mean|that means|in other words)"
    r"(?: that)?\b[\s,:]*",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"^\W*(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|can|could|should|would|will"
    r"|has|have|may"
    r"|any|tell|give|explain|describe|list|name|show|provide|please|if|you mentioned)\b(?!n't)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a user holds against the last answer.

    Attributes:
        manner: ``holds`` states something else, ``doubts`` only doubts, ``meant`` corrects the question, ``asks`` asks
            about what was said or names a thing.
        text: What is held, without the words around; empty for mere doubt.
        question: The question that was answered.
        answer: The answer that is disputed.
    """

    manner: Manner
    text: str
    question: str
    answer: str

    @property
    def disputes(self) -> bool:
        """Whether there is anything to judge. If not, the turn wants an answer: to `query`, which joins both turns."""
        return self.manner in {"holds", "doubts"}


def claim(situation: Situation) -> Claim:
    """What the turn holds against the last answer.

    Example:
        >>> from tacit.dialogue.records import Turn
        >>> history = [Turn("user", "When did the bridge open?"), Turn("assistant", "In 1925.")]
        >>> made = claim_of(history, "No, my friend says it opened in 1889!")
        >>> made.manner, made.text
        ('holds', 'it opened in 1889')
        >>> claim_of(history, "Are you sure?").manner
        'doubts'
    """
    return claim_of(situation.history, situation.turn)


def claim_of(history: Sequence[Turn], turn: str) -> Claim:
    """What a turn holds against the last answer of a history; see `claim`."""
    turn = turn.replace("’", "'")
    answer = next((said.text for said in reversed(history) if said.role == "assistant"), "")
    asked = [said.text for said in reversed(history) if said.role == "user"]
    question = next((text for text in asked if not _about_another(text)), asked[0] if asked else "")
    rest = _OPENING.sub("", turn)
    meant, holds, doubted = _MEANT.search(rest), _HOLDS.search(rest), _DOUBTS.search(rest)
    if meant:
        return Claim("meant", _trimmed(rest[meant.end() :] or rest[: meant.start()]), question, answer)
    if holds:
        return Claim("holds", _trimmed(rest[holds.end() :]), question, answer)
    if checks := _CHECKS.match(rest):
        return Claim("holds", _trimmed(rest[checks.end() :]), question, answer)
    left = _trimmed(_OPENING.sub("", _DOUBTS.sub(" ", rest)))
    if not content(left):
        return Claim("doubts", "", question, answer)
    named = len(words(left)) < _STATEMENT and not any(letter.isdigit() for letter in left)
    asks = _ASKS.match(left) or (named and not _OPENING.match(turn))
    return Claim("asks" if asks and not doubted else "holds", left, question, answer)


def _about_another(text: str) -> bool:
    """Whether an earlier turn disputed in its turn: then what it disputed is still the question."""
    rest = _OPENING.sub("", text.replace("’", "'"))
    doubts = _DOUBTS.match(rest) and not content(_DOUBTS.sub(" ", rest))
    return bool(doubts or ((_DOUBTS.match(rest) or "?" not in rest) and _HOLDS.search(rest)))


def query(claim: Claim, before: Mapping[str, float] | None = None) -> Query:
    """What to look for once more: the claim, the question before it at less weight, the answer at hardly any.

    Args:
        claim: What is held.
        before: Weights of terms of the conversation so far: "When was it built?" does not say what.

    Example:
        >>> found = query(Claim("holds", "it opened in 1889", "When did the bridge open?", "In 1925."))
        >>> sorted(found.terms.items())
        [('1889', 1.0), ('1925', 0.05), ('bridg', 0.6), ('open', 1.6)]
    """
    terms: defaultdict[str, float] = defaultdict(float)
    asked = 1.0 if claim.manner == "doubts" else _QUESTION
    for text, weight in ((claim.text, 1.0), (claim.question, asked), (claim.answer, _ANSWER)):
        for term in set(content(text)):
            terms[term] += weight
    most = max((before or {}).values(), default=1.0)
    for term, weight in (before or {}).items():
        terms.setdefault(term, _QUESTION * weight / most)
    texts = [part for part in (claim.question, claim.text) if part]
    return Query(
        " ".join(texts), dict(terms), tuple((part, 1 / len(texts)) for part in texts), "looked again for the claim"
    )


def _trimmed(text: str) -> str:
    return " ".join(text.split()).strip(" .,;:!?-")
