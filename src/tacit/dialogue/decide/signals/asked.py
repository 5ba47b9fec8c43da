"""Whether what is asked of a thing stands anywhere in what the documents say of it.

The documents know the thing, as a title or heading names it, and still need not hold what is asked: a near miss. This
can be told only where the question is narrow enough to say what an answer would look like.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.reading import DEPTH, reading
from tacit.dialogue.decide.registry import signal
from tacit.dialogue.decide.signals.askings import askings
from tacit.dialogue.text.terms import content, terms, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tacit.dialogue.decide.reading import Sentence
    from tacit.dialogue.decide.signals.askings import Asking
    from tacit.dialogue.protocols import Situation

_JOINTS: Final = re.compile(r"\s(?:>|\||[-–—»·])\s|,\s|\sand\s|\s*\([^()]*\)", re.IGNORECASE)
"""Between the names in a title: headings, the site, what tells it from others of its name."""
_POINTS: Final = re.compile(r"\b(?:it|its|he|she|his|her|him|they|them|their)\b|\bth(?:e|is|at|ese|ose)\s+(\w+)", re.I)
_BACK: Final = 4
"""Turns of the user in which a thing is looked for that the last one only points at."""
_NAMED: Final = re.compile(
    r"\b(?:what|which)\s+(?!is\b|are\b|was\b|were\b|do\b|does\b|did\b|can\b|could\b|will\b|would\b|has\b|have\b|had\b"
    r"|should\b|about\b|if\b|happen|else\b|other\b)\w|\b(?:what|which)\s+(?:is|are|was|were)\s+(?:the|its|his|her|their)\b",
    re.IGNORECASE,
)
"""Asks for something by the noun that it is called by: "which engine", "what is the capital of"."""
_ABSTRACT: Final = """
advantag aim area aspect benefit caus concept connect consequ definit differ differenc effect goal idea impact import
influenc issu main mean origin outcom part point problem purpos reason relationship result role signific similar stori
theme topic way
"""
_VAGUE: Final = frozenset(_ABSTRACT.split())
"""Terms of nouns that are seldom written beside what they stand for: few texts say "the outcome was"."""


@signal
class Asked:
    """``open``: the share of the askings of a turn (see `askings`) that nothing found on its subject gives.

    Its subject is the longest name in a title that the turn holds, or points at. An asking counts as given if a
    sentence on the subject has the shape of an answer (a year, metres, somebody's name) and a word of what is asked;
    what is called by a noun ("which engine"), if that noun is anywhere. What cannot be told by that is taken as given.
    """

    name = "asked"

    def read(self, situation: Situation) -> Mapping[str, float | None]:
        """See the class; missing where the turn names no subject or asks nothing that could be told."""
        found = [given for _, given in read_askings(situation)]
        told = any(given is not None for given in found)
        return {"asked.open": sum(given is False for given in found) / len(found) if told else None}


def read_askings(situation: Situation) -> list[tuple[Asking, bool | None]]:
    """The askings of a turn, each with whether something found gives it; ``None`` where that cannot be told."""
    asked, name = askings(situation.turn), _subject(situation)
    if not asked or not name:
        return [(asking, None) for asking in asked]
    known = {word.lower() for word in words(situation.turn) if word[0].isupper()} | set(name)
    named, mine = ("|".join(map(re.escape, sorted(some))) for some in (known, name))
    own = re.compile(rf"\b(?:(?-i:(?=[A-Z]))(?:{named})|{mine})\w*", re.IGNORECASE)
    about = [(one, own.sub("", one.text), title) for one, title in _about(situation, name)]  # no name of anything else
    return [(asking, _given(asking, name, about)) for asking in asked]


def _subject(situation: Situation) -> frozenset[str]:
    """Terms of the name that the turn is about: its own if a title is named there, else what it points at."""
    named = {name for hit in situation.hits[:DEPTH] for name in names(hit.passage.title)}
    if own := _longest(named, situation.turn):
        return own
    pointed = [found[1] for found in _POINTS.finditer(situation.turn)]
    said = [turn.text for turn in reversed(situation.history) if turn.role == "user"][:_BACK]
    earlier = next(filter(None, (_longest(named, text) for text in said)), frozenset[str]())
    return earlier if None in pointed or not earlier.isdisjoint(terms(" ".join(filter(None, pointed)))) else frozenset()


def _longest(named: set[frozenset[str]], text: str) -> frozenset[str]:
    held = set(content(text))
    return max(
        (name for name in named if name <= held), key=lambda name: (len(name), sorted(name)), default=frozenset()
    )


@lru_cache(maxsize=4096)
def names(title: str) -> tuple[frozenset[str], ...]:
    """The terms of each name in a title.

    Example:
        >>> [sorted(name) for name in names("Logan (film) > Cast and crew")]
        [['logan'], ['cast'], ['crew']]
    """
    return tuple(found for part in _JOINTS.split(title) if (found := frozenset(content(part))))


def _about(situation: Situation, name: frozenset[str]) -> Iterator[tuple[Sentence, frozenset[str]]]:
    """Sentences under a title that holds the name, and others that hold it themselves; with the terms of the title."""
    for passage in reading(situation).passages:
        titled = name <= passage.title.held
        yield from ((one, passage.title.held) for one in passage.sentences if titled or name <= one.held)


def _given(asking: Asking, name: frozenset[str], about: list[tuple[Sentence, str, frozenset[str]]]) -> bool | None:
    wanted = [term for term in asking.terms if term not in name]
    forms = [rf"\b{re.escape(term[: max(4, len(term) - 2)])}" for term in wanted if len(term) > 3]
    related = re.compile("|".join(forms) or r"(?!)", re.IGNORECASE)

    def on_it(one: Sentence, title: frozenset[str]) -> bool:
        return not one.held.union(title).isdisjoint(wanted) or related.search(one.text) is not None

    kind = asking.kind
    if kind is None:
        named = _NAMED.search(asking.text)
        noun = content(asking.text[named.start() :])[:1] if named else ()
        told = wanted and noun and name.isdisjoint(noun) and _VAGUE.isdisjoint(wanted)
        return any(on_it(one, title) for one, _, title in about) if told else None
    if not wanted and kind.name == "person":
        return None
    return any(
        ((kind.telling or not wanted) and kind.shape.search(text)) or (on_it(one, title) and kind.loose.search(text))
        for one, text, title in about
    )
