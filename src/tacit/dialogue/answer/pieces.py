"""The pieces of a passage that can be quoted: sentences, items of lists, rows of tables, listings."""

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
"""``other`` is not quoted: headings, lists of links, questions, words that send the reader elsewhere."""

_BLOCK: Final = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|$))+")
_PROMPT: Final = re.compile(
    r"\s*(?:\$ |>>> |#!|(?:import|from) [\w.]+(?: import .*)?$|\w[\w ]*\w:\n\s+\S)", re.MULTILINE
)
_PROSE: Final = re.compile(
    r"\s*(?:[-*•+]\s|\d{1,3}[.)]\s)|\s*[\"“']?[A-Z][^=]* [^=]* [^=]*[^:;,][.!?:][\"”')]*\s*$", re.DOTALL
)
_SYMBOLS: Final = re.compile(r"[][(){}<>=;_|\\]|--")
_DENSE: Final = 0.06
"""Share of the characters of a listing that letters of prose are not."""
_ROW: Final = re.compile(r"\S \| \S|^\s*\|")
_ITEM: Final = re.compile(r"\s*(?:[-*•+#>|]|\d{1,3}[.)])\s")
_ENDED: Final = re.compile(r"[.!?:…][\"'”’)\]]*\Z")
_LONGEST: Final = 600
"""Characters of a sentence; see `tacit.dialogue.text.sentences`."""
_LINK: Final = re.compile(r"!?\[[^\[\]\n]*\]\s?\([^)\n]*\)|https?://\S+")
_POINTER: Final = re.compile(
    r"(?:for (?:more|further|additional|detailed) (?:information|details)|(?:to )?(?:learn|read|find out|see) more|"
    r"see (?:also|the)?|"
    r"click|related|back to|skip to|return to|table of contents|copyright|all rights)\b",
    re.IGNORECASE,
)
"""Beginnings of sentences that send the reader elsewhere."""
_FEW: Final = 2
"""Words that say nothing on their own."""
_LONGEST_HEADING: Final = 9
"""Words of a line of its own, without an end, that is taken for a heading."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is quoted whole or not at all.

    Attributes:
        number: Its place in the passage, from 0.
        start: Where it begins in the text of the passage, in characters.
        end: Where it ends.
        shape: What it is.
        words: How many it shows, at least 1.
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

    Listings that follow each other are one piece. A sentence that leads up to something is one with what follows.

    Example:
        >>> from tacit.dialogue.records import Passage
        >>> text = "Feeding\n\nLlamas eat grass. You can feed one:\n\n$ llama feed --hay\n\nfood | kilograms"
        >>> for piece in pieces(Passage("a", text)):
        ...     print(piece.shape, repr(text[piece.start : piece.end]))
        other 'Feeding'
        prose 'Llamas eat grass.'
        code 'You can feed one:\n\n$ llama feed --hay'
        row 'food | kilograms'
    """
    text = passage.text
    found: list[tuple[Shape, int, int]] = []
    for shape, start, end in _parts(passage):
        before = found[-1] if found else None
        led = before is not None and text[before[1] : before[2]].endswith(":") and shape in {"code", "prose"}
        if before and (led or shape == before[0] == "code"):
            found[-1] = (shape, before[1], end)
        else:
            found.append((shape, start, end))
    return tuple(
        Piece(
            number, start, end, shape, max(len(words(clean(text[start:end]))), 1), frozenset(content(text[start:end]))
        )
        for number, (shape, start, end) in enumerate(found)
    )


def is_code(block: str) -> bool:
    """Whether lines are a listing: commands, statements, grammar.

    Example:
        >>> is_code("$ tacit doctor"), is_code("x = f(y)"), is_code("It is, as f(y) is, a call.")
        (True, True, False)
    """
    if _PROMPT.match(block):
        return True
    bare = _LINK.sub("", block)
    return not _PROSE.match(bare) and len(_SYMBOLS.findall(bare)) > _DENSE * len(bare)


def blocks(text: str) -> Iterator[tuple[bool, str]]:
    """The blocks of a text, parted by empty lines, each with whether it is a listing."""
    for block in _BLOCK.finditer(text):
        rows = _ROW.search(block[0]) is not None
        yield not rows and is_code(block[0]), block[0].rstrip()


def _parts(passage: Passage) -> Iterator[tuple[Shape, int, int]]:
    text = passage.text
    for block in _BLOCK.finditer(text):
        start = _after_title(passage, block.start(), block.end())
        if is_code(text[start : block.end()]) and not _ROW.search(text, start, block.end()):
            yield (
                "code",
                block.start() if start == block.start() else start,
                start + len(text[start : block.end()].rstrip()),
            )
            continue
        alone = "\n" not in text[start : block.end()].strip()
        for first, last in _whole(text, start, block.end()):
            yield _shape(text[first:last], alone), first, last


def _whole(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of a block, those that were cut at the end of a line joined again."""
    found: list[tuple[int, int]] = []
    for first, last in ((start + first, start + last) for first, last in sentences(text[start:end])):
        cut = found and not _ENDED.search(text, *found[-1]) and not _ITEM.match(text, first) and text[first - 1] == "\n"
        if cut and last - found[-1][0] <= _LONGEST:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _shape(text: str, alone: bool) -> Shape:
    """What a sentence is; whether it is the only line of its block tells headings."""
    said = clean(text)
    count = len(words(said))
    if _ROW.search(text):
        return "row"
    if count <= _FEW or said.endswith(("?", ":")) or _POINTER.match(said):
        return "other"
    if len(words(_LINK.sub("", text))) <= _FEW:
        return "other"
    heading = alone and count <= _LONGEST_HEADING and said[-1:].isalnum() and not _ITEM.match(text)
    return "other" if heading or text.startswith("#") else "prose"


def _after_title(passage: Passage, start: int, end: int) -> int:
    """Where a block begins without the title, which many passages repeat before their first sentence."""
    title = passage.title
    if title and start == 0 and passage.text.startswith(title + "\n"):
        after = len(title)
        while after < end and passage.text[after].isspace():
            after += 1
        return after if after < end else start
    return start
