"""What a turn asks, one asking at a time. English, by word lists; no parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.signals.kinds import KINDS
from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from tacit.dialogue.decide.signals.kinds import Kind

_ASKS: Final = r"(?:what|who(?:m|se)?|when|where|which|why|how)\b"
_VERB: Final = r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should)\b"
_SUBJECT: Final = r"(?:it|they|he|she|there|the|this|that|these|those|its|their|his|her|you|i|we|an?|any|all)\b"
_PREPOSED: Final = r"(?:(?:in|on|at|from|for|to|by|with|of|about|above|under|since|until)\s+)?"
_WORD: Final = re.compile(rf"\b{_ASKS}", re.IGNORECASE)
_ASKED: Final = re.compile(rf"\b{_ASKS}|\b{_VERB}\s+{_SUBJECT}", re.IGNORECASE)
_ASKED_FIRST: Final = re.compile(
    rf"^\W*+(?:(?:and|but|so|then|also|ok(?:ay)?|(?:please )?tell me|i want to know|i wonder)\W++)?{_PREPOSED}{_ASKS}",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(
    rf"(?:[,;]\s*)?\b(?:and|but|plus)\s+(?:(?:also|then|if so)\W+)?(?={_PREPOSED}{_ASKS}|{_VERB}\s+{_SUBJECT})"
    rf"|[,;]\s*(?={_PREPOSED}{_ASKS})",
    re.IGNORECASE,
)
_BARE: Final = re.compile(rf"^(?:(?:and|but|also|then)\W++)*+{_PREPOSED}{_ASKS}(?:\W+\w+)?", re.IGNORECASE)
"""An asking that leaves the rest to its neighbour: "and when?", "how often?"."""
_KINDS: Final = """
kind sort type
old tall high wide deep thick far broad long large big small heavi fast expens often year date centuri decad month
season day time citi town villag countri state counti contin region place street locat colour color
"""
_OF_KINDS: Final = frozenset(_KINDS.split())
"""Terms that say what kind of answer is asked for, and need not stand beside it."""
_CLASS_OF: Final = re.compile(r"\b(?:kind|sort|type)s? of\b", re.IGNORECASE)
_MOST: Final = 4
"""Askings that are read of a turn."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One thing that is asked.

    Attributes:
        text: Its words.
        kind: What would answer it; ``None`` if that is not told by the words.
        terms: Its content terms without those of the kind; those of its neighbour where it leaves them to that.
    """

    text: str
    kind: Kind | None
    terms: tuple[str, ...]


@lru_cache(maxsize=256)
def askings(turn: str) -> tuple[Asking, ...]:
    """What a turn asks: its questions, and the parts of those that are joined by "and".

    Example:
        >>> [asking.text for asking in askings("It is old. How old is the bridge, and who built it?")]
        ['How old is the bridge', 'who built it']
        >>> [(one.kind.name, one.terms) for one in askings("Who built the bridge and when?")]
        [('person', ('built', 'bridg')), ('time', ('built', 'bridg'))]
    """
    parts = [part for start, end in sentences(turn) for part in _parts(turn[start:end])][:_MOST]
    own = [tuple(term for term in dict.fromkeys(content(part)) if term not in _OF_KINDS) for part in parts]
    return tuple(
        Asking(
            part, _kind(part), next(filter(None, (*own[at::-1], *own[at:])), ()) if _BARE.fullmatch(part) else own[at]
        )
        for at, part in enumerate(parts)
    )


def idle(turn: str) -> frozenset[str]:
    """The terms of a turn that only say what kind of answer is asked for.

    Example:
        >>> sorted(idle("How long do they sleep?")), sorted(idle("a long sleep"))
        (['long'], [])
    """
    told = any(asking.kind for asking in askings(turn)) or _CLASS_OF.search(turn)
    return _OF_KINDS.intersection(content(turn)) if told else frozenset()


def _parts(sentence: str) -> list[str]:
    """The askings of a sentence; none if it asks nothing."""
    if not (_ASKED.search(sentence) if sentence.rstrip("\"')”’").endswith("?") else _ASKED_FIRST.match(sentence)):
        return []
    parts, start = [], 0
    for joint in _JOINT.finditer(sentence):
        if _ASKED.search(before := sentence[start : joint.start()]):
            parts.append(before)
            start = joint.end()
    return [part.strip(" ,;?!.") for part in (*parts, sentence[start:])]


def _kind(asking: str) -> Kind | None:
    """By the first question word; what follows may be a clause of its own: "what happens when ..."."""
    word = _WORD.search(asking)
    return next((kind for kind in KINDS if kind.cue.match(asking, word.start())), None) if word else None
