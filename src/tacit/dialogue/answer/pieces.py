"""The pieces of a passage that can be quoted: sentences, items of lists, rows of tables, listings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from tacit.dialogue.answer.display import clean
from tacit.dialogue.text.listings import INDENT, is_listing
from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.dialogue.records import Passage

Shape = Literal["prose", "row", "code", "led", "other"]
"""``led`` is a listing with the sentence that leads up to it. ``other`` is not quoted: headings, lists of links,
questions, words that send the reader elsewhere."""

_BLOCK: Final = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|$))+")
_ROW: Final = re.compile(r"\S \| \S|^\s*\|")
_OPTION: Final = re.compile(r"^[ \t]*-{1,2}\w[^\n]*?(?:  |\n[ \t]{8,})\S", re.MULTILINE)
"""How the help of a command begins to tell of an option."""
_ENTRY: Final = re.compile(r"(?<![^\n])[ \t]*(?:-{1,2}\w[^\n:]{0,60}:\s|[A-Z][A-Z_.]{2,30}:\s)")
"""How a paragraph begins that tells of an option or an argument."""
_FOOTNOTE: Final = re.compile(r"\s*\[\d{1,3}\]\s")
_DIRECTIVE: Final = re.compile(r"\s*\.\. [\w:-]+::")
"""What a tool is to put there; no person reads it."""
_SURE: Final = re.compile(rf"{INDENT}|\s*(?:[$] |>>> |\w+\s*::=)")
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
        entry: Number of the entry it is part of, where a passage tells of one thing after the other under names of
            theirs, as references do; 0 before the first.
    """

    number: int
    start: int
    end: int
    shape: Shape
    words: int
    terms: frozenset[str]
    entry: int = 0


@lru_cache(maxsize=4096)
def pieces(passage: Passage) -> tuple[Piece, ...]:
    r"""The pieces of a passage, in order; kept for the turns to come.

    Listings that follow each other are one piece. A sentence that leads up to something is one with what follows, and
    so is a line that names what is told below it, further in.

    Example:
        >>> from tacit.dialogue.records import Passage
        >>> text = "Feeding\n\nLlamas eat grass. You can feed one:\n\n$ llama feed --hay\n\nfood | kilograms"
        >>> for piece in pieces(Passage("a", text)):
        ...     print(piece.shape, repr(text[piece.start : piece.end]))
        other 'Feeding'
        prose 'Llamas eat grass.'
        led 'You can feed one:\n\n$ llama feed --hay'
        row 'food | kilograms'
    """
    text = passage.text
    found: list[tuple[Shape, int, int, int]] = []
    entry = 0
    for shape, start, end in _parts(passage):
        before = found[-1] if found else None
        follows = before is not None and shape in {"code", "prose"}
        headed = before is not None and follows and heads(text, before[1], before[2], start)
        led = before is not None and follows and text.endswith(":", before[1], before[2])
        more = (
            before is not None
            and shape == "code"
            and before[0] in {"code", "led"}
            and _column(text, start) >= _column(text, before[2] - 1)
        )
        entry += headed or _ENTRY.match(text, start) is not None
        if before and (headed or led or more):
            shown: Shape = "led" if shape == "code" and (led or before[0] == "led") else shape
            found[-1] = (shown, before[1], end, entry)
        else:
            found.append((shape, start, end, entry))
    return tuple(
        Piece(
            number, start, end, shape, max(len(words(clean(text[start:end]))), 1), frozenset(content(text[start:end])),
            part,
        )
        for number, (shape, start, end, part) in enumerate(found)
    )  # fmt: skip


def blocks(text: str) -> Iterator[tuple[bool, str]]:
    """The blocks of a text, parted by empty lines, each with whether it is a listing."""
    for block in _BLOCK.finditer(text):
        yield _is_code(block[0]), block[0].rstrip()


def _is_code(block: str) -> bool:
    """Whether a block is a listing, not a table, though bars may stand in both."""
    return is_listing(block) and (_ROW.search(block) is None or _SURE.match(block) is not None)


def heads(text: str, start: int, end: int, after: int) -> bool:
    """Whether a line names what is told below it, further in: ``str.split(sep)``, or a term that is explained.

    Args:
        text: Where the line is.
        start: Where it begins.
        end: Where it ends.
        after: Where begins what follows.
    """
    line = text[start:end]
    return (
        "\n" not in line
        and "\n" in text[end:after]
        and line[-1:] not in ".!?…:;,"
        and not _ITEM.match(line)
        and _column(text, start) < _column(text, after)
    )


def _column(text: str, at: int) -> int:
    """How far in the line of a place is."""
    begin = text.rfind("\n", 0, at) + 1
    end = text.find("\n", begin)
    line = text[begin : end if end >= 0 else len(text)]
    return len(line) - len(line.lstrip())


def _parts(passage: Passage) -> Iterator[tuple[Shape, int, int]]:
    text = passage.text
    for block in _BLOCK.finditer(text):
        start = _after_title(passage, block.start(), block.end())
        if _is_code(text[start : block.end()]):
            yield from _listed(text, start, start + len(text[start : block.end()].rstrip()))
            continue
        alone = "\n" not in text[start : block.end()].strip()
        for first, last in _whole(text, start, block.end()):
            yield _shape(text[first:last], alone), first, last


def _listed(text: str, start: int, end: int) -> Iterator[tuple[Shape, int, int]]:
    """A listing: whole, or if it tells of options each of these."""
    rows = [match.start() for match in _OPTION.finditer(text, start, end)]
    if len(rows) < _FEW:
        yield ("other" if _DIRECTIVE.match(text, start) else "code"), start, end
        return
    if text[start : rows[0]].strip():
        yield "code", start, rows[0] - 1
    for first, last in pairwise([*rows, end + 1]):
        yield "row", first, last - 1


def _whole(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of a block, those that were cut at the end of a line joined again."""
    found: list[tuple[int, int]] = []
    for first, last in ((start + first, start + last) for first, last in sentences(text[start:end])):
        within = found and (not _ITEM.match(text, first) or text[found[-1][1] - 1] == ",")
        cut = within and not _ENDED.search(text, *found[-1])
        if cut and text.count("\n", found[-1][1], first) == 1 and last - found[-1][0] <= _LONGEST:
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
    return "other" if heading or text.startswith("#") or _FOOTNOTE.match(text) else "prose"


def _after_title(passage: Passage, start: int, end: int) -> int:
    """Where a block begins without the title, which many passages repeat before their first sentence."""
    title = passage.title
    if title and start == 0 and passage.text.startswith(title + "\n"):
        after = len(title)
        while after < end and passage.text[after].isspace():
            after += 1
        return after if after < end else start
    return start
