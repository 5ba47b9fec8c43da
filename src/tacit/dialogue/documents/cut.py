"""Cutting documents into passages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.documents.source import Row
from tacit.dialogue.records import Passage
from tacit.dialogue.text.listings import is_listing
from tacit.dialogue.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.dialogue.protocols import Document

WORDS: Final = 180
OVERLAP: Final = 30
CUTTING: Final = 2
"""Changes when the same document is cut differently by a later version: then indexes are made anew."""

_JOINT: Final = " > "
_LONGEST_WORD: Final = 10
"""Characters that count as a word at least: listings, tables and scripts without blanks would else have no bounds."""
_LONGEST_LINE: Final = 4_000
"""Characters that are looked at together; a longer line is data, and is cut anywhere."""
_LONGEST_TITLE: Final = 300
_PARAGRAPH: Final = re.compile(r"\n\s*\n")
_LINE: Final = re.compile(r"[^\n]*\S[^\n]*")
_LONGEST_LISTED: Final = 600
"""Characters of a line of a listing; longer ones are data."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence or a listing: its place, its size in words, and whether a paragraph of prose begins with it."""

    start: int
    end: int
    words: int
    begins: bool


def cut(document: Document, words: int = WORDS, overlap: int = OVERLAP) -> list[Passage]:
    r"""Cut a document into passages.

    A passage never goes across a heading. It ends with a paragraph if it is at least half full by then, otherwise with
    a sentence; the next one begins with the last sentences again.

    Args:
        document: What is cut. If it is `whole`, it becomes one passage.
        words: Words of a passage, about.
        overlap: Words at most that a passage shares with the one before.

    Returns:
        Passages in order; none of a document without words. For each of them,
        ``document.text[passage.start : passage.end] == passage.text``.

    Example:
        >>> from tacit.dialogue.protocols import Document
        >>> made = cut(Document("llamas.md", "Food\n\nGrass.", "Llamas", ((0, 1, "Food"),)))
        >>> [(passage.id, passage.title, passage.text) for passage in made]
        [('llamas.md:6-12', 'Llamas > Food', 'Grass.')]
    """
    if document.whole:
        given = document.id if isinstance(document, Row) else document.name
        whole = Passage(given, document.text, document.title, document.name, 0, len(document.text))
        return [whole] if document.text.strip() else []
    found = []
    for title, start, end in _sections(document):
        for first, last in _windows(list(_pieces(document.text, start, end, words)), words, overlap):
            text = document.text[first:last]
            found.append(Passage(f"{document.name}:{first}-{last}", text, title, document.name, first, last))
    return found


def _sections(document: Document) -> Iterator[tuple[str, int, int]]:
    """Titles and places of what stands between headings."""
    text, headings = document.text, document.headings
    yield document.title[:_LONGEST_TITLE], 0, headings[0][0] if headings else len(text)
    path: list[tuple[int, str]] = []
    for at, (start, level, words) in enumerate(headings):
        end = headings[at + 1][0] if at + 1 < len(headings) else len(text)
        path = [(above, told) for above, told in path if above < level]
        line = text.find("\n", start, end)
        body = end if line < 0 else line
        if not text[body:end].strip() and (at + 1 == len(headings) or headings[at + 1][1] <= level):
            body = start  # nothing stands under it, so it speaks for itself
        else:
            path.append((level, words))
        yield _title(document.title, [told for _, told in path]), body, end
        if body == start:
            path.append((level, words))


def _title(title: str, headings: list[str]) -> str:
    if headings and headings[0] == title:
        headings = headings[1:]
    return _JOINT.join(filter(None, [title, *headings]))[:_LONGEST_TITLE]


def _pieces(text: str, start: int, end: int, words: int) -> Iterator[_Piece]:
    while start < end:
        match = _PARAGRAPH.search(text, start, min(end, start + _LONGEST_LINE))
        stop = match.end() if match else min(end, start + _LONGEST_LINE)
        if not match and stop < end:
            # Rather at a line, then at a blank, than within a word.
            near = max(text.rfind("\n", start + 1, stop), -1)
            near = near if near > 0 else text.rfind(" ", start + _LONGEST_LINE // 2, stop)
            stop = near if near > 0 else stop
        listed = is_listing(text[start:stop])
        begins = not listed  # what leads up to a listing stays with it
        for first, last in _lines(text, start, stop, words) if listed else sentences(text[start:stop]):
            yield _Piece(start + first, start + last, _size(text[start + first : start + last]), begins)
            begins = False
        start = stop


def _lines(text: str, start: int, stop: int, words: int) -> Iterator[tuple[int, int]]:
    """A listing in one, or if it is longer than a passage its lines; their places after `start`."""
    body = text[start:stop].rstrip()
    if _size(body) <= words:
        yield len(body) - len(body.lstrip("\n")), len(body)
        return
    for line in _LINE.finditer(body):
        for first in range(line.start(), line.end(), _LONGEST_LISTED):
            yield first, min(first + _LONGEST_LISTED, line.end())


def _size(text: str) -> int:
    return max(len(text.split()), len(text) // _LONGEST_WORD, 1)


def _windows(pieces: list[_Piece], words: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Places of passages: as many sentences as fit, the first ones again those that end the passage before."""
    begin = 0
    while begin < len(pieces):
        end, size = begin, 0
        half = begin
        while end < len(pieces) and (end == begin or size + pieces[end].words <= words):
            if pieces[end].begins and 2 * size >= words:
                half = end
            size += pieces[end].words
            end += 1
        if end < len(pieces) and half > begin and not pieces[end].begins:
            end = half
        yield pieces[begin].start, pieces[end - 1].end
        if end == len(pieces):
            return
        again, shared = end, 0
        while again - 1 > begin and shared + pieces[again - 1].words <= overlap:
            again -= 1
            shared += pieces[again].words
        begin = again
