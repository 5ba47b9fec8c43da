"""The pieces of a passage that can be quoted: sentences, items of lists, rows of tables, listings with what leads up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from tacit.dialogue.answer.display import clean
from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.dialogue.records import Passage

Shape = Literal["prose", "row", "code", "other"]
"""``other`` is what is never quoted: headings, lists of links, questions, and words that send the reader elsewhere."""

_BLOCK: Final = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|$))+")
_CODE_LINE: Final = re.compile(
    r"\s*(?:\$ |>>> |\.\.\. |#!|@\w|[{}()\[\]]|(?:import|from|def|class|return|with|for|while|if|else|elif|try|except|"
    r"finally|print|let|const|var|function|public|private|SELECT|curl|pip|git|docker|sudo|npm)\b[^.]*[\w\"')\]]*[\[({:\"']|"
    r"(?:import|from) [\w.]+(?: import [\w.*, ()]+)?$|[\w.\[\]\"', ]+ (?:[-+*/|&]?=|::=|:=) ?\S|[\w.]+\(.*\)?[,:;]?$|"
    r".*(?:[;{}\\]|\) *->.*:|\):|\],?|\),?)$|\.(?:\w+)\(|[\"'][^\"']*[\"'] ?[:,])"
)
_ROW: Final = re.compile(r"\S \| \S|\|.*\|")
_LINK: Final = re.compile(r"!?\[[^\[\]\n]*\]\s?\([^)\n]*\)|https?://\S+")
_ITEM: Final = re.compile(r"[ \t]*(?:[-*•+]|\d{1,3}[.)])[ \t]")
_POINTER: Final = re.compile(
    r"(?:for (?:more|further|additional|detailed) (?:information|details)|(?:to )?(?:learn|read|find out|see) more|"
    r"see (?:also|the)?|"
    r"click|related|back to|skip to|return to|table of contents|copyright|all rights)\b",
    re.IGNORECASE,
)
"""Beginnings of sentences that send the reader elsewhere."""
_LONGEST_HEADING: Final = 8
"""Words of a line without an end that is taken for a heading."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is quoted whole or not at all.

    Attributes:
        number: Its place in the passage, from 0.
        start: Where it begins in the text of the passage, in characters.
        end: Where it ends.
        shape: What it is.
        words: How many it shows.
        terms: Its content terms.
    """

    number: int
    start: int
    end: int
    shape: Shape
    words: int
    terms: frozenset[str]


@lru_cache(maxsize=4096)
def pieces(passage: Passage) -> tuple[Piece, ...]:
    r"""The pieces of a passage, in order; kept for the turns to come.

    Example:
        >>> from tacit.dialogue.records import Passage
        >>> text = "Feeding\n\nLlamas eat grass. Feed one:\n\n$ llama feed --hay\n\nkind | kilograms"
        >>> [(piece.shape, text[piece.start : piece.end]) for piece in pieces(Passage("a", text))]
        [('other', 'Feeding'), ('prose', 'Llamas eat grass.'), ('code', 'Feed one:\n\n$ llama feed --hay'),
         ('row', 'kind | kilograms')]
    """
    found: list[tuple[Shape, int, int]] = []
    for shape, start, end in _cut(passage):
        if shape == "code" and found and _leads(passage.text, *found[-1]):
            found[-1] = ("code", found[-1][1], end)
        else:
            found.append((shape, start, end))
    return tuple(
        Piece(number, start, end, shape, len(words(clean(passage.text[start:end]))), frozenset(content(passage.text[start:end])))
        for number, (shape, start, end) in enumerate(found)
    )


def is_code(text: str) -> bool:
    """Whether most lines look like a listing: commands, statements, indented below what they belong to."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or _ITEM.match(lines[0]):
        return False
    return 2 * sum(_CODE_LINE.match(line) is not None for line in lines) > len(lines)
