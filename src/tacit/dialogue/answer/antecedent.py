"""What a turn points back at: "it", or "the festival", of which the name stands in an earlier turn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.pronouns import dangling
from tacit.dialogue.decide.signals.asked import names
from tacit.dialogue.text.terms import content, terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tacit.dialogue.protocols import Situation

_THE: Final = re.compile(r"\bth(?:e|is|at|ese|ose)\s+(\w+)", re.IGNORECASE)
_ABOUT: Final = re.compile(
    r"\A\W*+(?:(?:and|but|so|ok|okay|then)\b\W*+)*+(?:what|how) about\b|\bones?\W*+\Z", re.IGNORECASE
)
"""Asks the same of something else, or something else of one of the same."""
_DONE: Final = re.compile(r"\b(?:i|you|we|they|to)\s+([a-z]+)")
"""A word that is a verb there, whatever it is in a title: "when I interrupt it"."""
_BACK: Final = 8
"""Earlier turns, of both sides, in which a name is looked for."""


def leant_on(situation: Situation) -> frozenset[str]:
    """The content terms of what the user said before, back to what points at nothing; none if this turn does not."""
    found: set[str] = set()
    turn = situation.turn
    said = (turn.text for turn in reversed(situation.history[-_BACK:]) if turn.role == "user")
    while _leans(turn) and (turn := next(said, "")):
        found.update(content(turn))
    return frozenset(found)


def _leans(turn: str) -> bool:
    return dangling(turn) > 0 or _ABOUT.search(turn) is not None


def antecedent(situation: Situation) -> frozenset[str]:
    """The terms of what the turn points back at: of the name in a title that was said last, the longest one.

    A pronoun points at any, "the festival" at one that the word is part of. Of replies only the last counts, and if it
    holds but one. Nothing if the turn points at nothing, or itself holds such a name.

    Args:
        situation: The turn; the titles are those of what was found.
    """
    turn = situation.turn
    nouns, anything = frozenset(terms(" ".join(_THE.findall(turn)))), dangling(turn) > 0
    if not situation.history or not (nouns or anything):
        return frozenset()
    known = {name for hit in situation.hits for name in names(hit.passage.title)}
    meant = {name for name in known if anything or not name.isdisjoint(nouns)}
    for back, said in enumerate(reversed(situation.history[-_BACK:])):
        found = _longest(meant, content(_DONE.sub(" ", said.text)))
        if found and (said.role == "user" or (back == 0 and len(found) == 1)):
            return frozenset() if _longest(known, content(turn)) else min(found, key=sorted)
    return frozenset()


def _longest(named: Iterable[frozenset[str]], said: Iterable[str]) -> list[frozenset[str]]:
    """The names that are held whole, but for those that are part of another."""
    held = [name for name in named if name <= set(said)]
    return [name for name in held if not any(name < other for other in held)]
