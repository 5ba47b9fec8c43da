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
_BACK: Final = 8
"""Earlier turns, of both sides, in which a name is looked for."""


def antecedent(situation: Situation) -> frozenset[str]:
    """The terms of what the turn points back at: of the name in a title that was said last, the longest one.

    A pronoun points at any, "the festival" at one that the word is part of. Of a reply, which may quote from several
    places, a name counts if it is the only one. Nothing if the turn points at nothing, or itself holds such a name.

    Args:
        situation: The turn; the titles are those of what was found.
    """
    turn = situation.turn
    nouns = frozenset(terms(" ".join(_THE.findall(turn))))
    anything = dangling(turn) > 0
    if not nouns and not anything:
        return frozenset()
    known = {name for hit in situation.hits for name in names(hit.passage.title)}
    own = frozenset(content(turn))
    meant = {name for name in known if anything or not name.isdisjoint(nouns)}
    for said in reversed(situation.history[-_BACK:]):
        found = _longest(meant, content(said.text))
        if found and (said.role == "user" or len(found) == 1):
            best = min(found, key=sorted)
            return best if not _longest(known, own) or not best <= own else frozenset()
    return frozenset()


def _longest(named: Iterable[frozenset[str]], said: Iterable[str]) -> list[frozenset[str]]:
    """The names that are held whole, but for those that are part of another."""
    terms_ = set(said)
    held = [name for name in named if name <= terms_]
    return [name for name in held if not any(name < other for other in held)]
