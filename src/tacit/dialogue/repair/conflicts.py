"""Passages that state different values for the same thing: one of them is wrong, out of date, or planted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from tacit.dialogue.records import Span
from tacit.dialogue.repair.values import Value, states, values
from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.dialogue.records import Hit

_DEPTH: Final = 5
"""Passages that are compared: what an answer leans on."""
_SENTENCES: Final = 60
"""Of one passage that are compared."""
_SHARED: Final = 3
"""Content words, values left out, that two sentences must share to be on the same thing ..."""
_ALIKE: Final = 0.7
"""... and which share of all their words that must be."""
_PROSE: Final = re.compile(r"[A-Z\"“'][^\[\]|<>]{15,400}[.!]", re.DOTALL)
"""Statements, not headings, links and listings: pages of two towns differ in those without contradicting each other."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence.

    Attributes:
        span: Where it stands.
        about: Its content terms.
        title: Those of the title above it.
    """

    span: Span
    about: frozenset[str]
    title: frozenset[str]

    @property
    def values(self) -> frozenset[Value]:
        """What it states; read when asked for, as most sentences are on something else."""
        return values(self.span.text)


def statements(hit: Hit) -> Iterator[Statement]:
    """The sentences of a passage that state anything."""
    passage = hit.passage
    title = frozenset(content(passage.title))
    for start, end in sentences(passage.text)[:_SENTENCES]:
        span = Span(passage, start, end)
        yield Statement(span, frozenset(content(span.text)), title)


def conflicts(hits: Sequence[Hit]) -> tuple[tuple[Span, Span], ...]:
    """Pairs of sentences, of different passages, that state different values for the same thing.

    Two sentences are on the same thing if they share nearly all their words but the values, and their titles do not
    tell two things apart: pages made of the same words state other values of other things. They conflict if each states
    one value of a kind that the other does not: "opened in 1889" and "opened in 1925".

    Args:
        hits: What was found, best first.

    Example:
        >>> from tacit.dialogue.records import Hit, Passage
        >>> said = ("The bridge over the fjord opened in 1889.", "The bridge over the fjord opened in 1925.")
        >>> pairs = conflicts([Hit(Passage(str(at), text), 1.0) for at, text in enumerate(said)])
        >>> [(one.text[-5:-1], other.text[-5:-1]) for one, other in pairs]
        [('1889', '1925')]
    """
    stated = [[each for each in statements(hit) if _PROSE.fullmatch(each.span.text)] for hit in hits[:_DEPTH]]
    return tuple(
        (one.span, other.span)
        for first, second in combinations(stated, 2)
        for one in first
        for other in second
        if conflicting(one, other)
    )


def conflicting(one: Statement, other: Statement) -> bool:
    """Whether two sentences state different values of one kind for the same thing, and agree in all other values."""
    common = len(one.about & other.about)
    if common < _SHARED or 2 * common < min(len(one.about), len(other.about)):
        return False
    mine = [value for value in one.values if not states(other.values, value)]
    theirs = [value for value in other.values if not states(one.values, value)]
    named = any(value.kind == "name" and states(other.values, value) for value in one.values)
    if not (named or one.title <= other.title or other.title <= one.title):
        return False
    if len(mine) != 1 or len(theirs) != 1 or mine[0].kind != theirs[0].kind:
        return False
    # Names differ between any two pages made of the same words; they conflict if another name says the thing is one.
    if mine[0].kind == "name" and not any(value.kind == "name" for value in one.values - set(mine)):
        return False
    about = one.about - set(content(mine[0].text)), other.about - set(content(theirs[0].text))
    shared = len(about[0] & about[1])
    return shared >= _SHARED and shared >= _ALIKE * len(about[0] | about[1])
