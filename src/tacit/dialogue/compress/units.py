"""The pieces a passage can be cut into: sentences, and the clauses of long ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.dialogue.records import Passage

LEAST_WORDS: Final = 8
"""Of a clause that stands on its own. Longer ones read better; shorter ones make a better choice possible."""
_BOUND: Final = re.compile(r"[(\[{]|[)\]}]|(?<=[,;:])\s+|\s[-–—]\s+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or a clause of one.

    Attributes:
        sentence: Number of the sentence in its passage.
        start: Where it begins in the text of the passage, in characters.
        end: Where it ends.
        words: How many it costs; the parts of an address on the web are words too.
        terms: Its content terms.
    """

    sentence: int
    start: int
    end: int
    words: int
    terms: frozenset[str]


@lru_cache(maxsize=4096)
def units(passage: Passage) -> tuple[Unit, ...]:
    """The pieces of a passage, in order; kept for the turns to come.

    Example:
        >>> from tacit.dialogue.records import Passage
        >>> text = "Llamas, kept for their wool all over the Andes, hum softly when they are tired or ill. They spit."
        >>> [text[unit.start : unit.end] for unit in units(Passage("a", text))][1:]
        ['hum softly when they are tired or ill.', 'They spit.']
    """
    text = passage.text
    return tuple(
        Unit(number, start, end, len(words(text[start:end])), frozenset(content(text[start:end])))
        for number, (first, last) in enumerate(sentences(text))
        for start, end in _clauses(text, first, last)
    )


def _clauses(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """A sentence, cut after commas and the like where both sides are long enough, never within brackets."""
    start, before, depth = first, first, 0
    said, left = 0, len(words(text[first:last]))
    for match in _BOUND.finditer(text, first, last):
        mark = match[0]
        if not mark[-1].isspace():
            depth = max(depth + (1 if mark in "([{" else -1), 0)
            continue
        some = len(words(text[before : match.end()]))
        before, said, left = match.end(), said + some, left - some
        if depth == 0 and said >= LEAST_WORDS and left >= LEAST_WORDS:
            yield start, match.start()
            start, said = match.end(), 0
    yield start, last
