"""Plain text, with the underlined headings and the tables of many a README."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.dialogue.documents.builder import Builder
from tacit.dialogue.documents.decode import decode
from tacit.dialogue.documents.formats.grid import without_grids
from tacit.dialogue.documents.registry import document_format
from tacit.dialogue.documents.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.dialogue.documents.source import Source
    from tacit.dialogue.protocols import Document

_HEADING: Final = re.compile(
    r"^(?:([=\-~^\"*+#`:.'_])\1{2,}[ \t]*\n)?(?P<words>[^\s][^\n]{0,199})\n(?P<line>([=\-~^\"*+#`:.'_])\4{2,})[ \t]*$",
    re.MULTILINE,
)
_ROOM: Final = 3
"""Characters by which a heading may be longer than its underline."""


@document_format(".txt", ".text", ".log", ".org", ".adoc")
def read_text(source: Source) -> Iterator[Document | Unreadable]:
    """Read plain text.

    Raises:
        DataError: If it is not text or too large.
    """
    text, remark = decode(source.data())
    if remark:
        yield Unreadable(source.name, remark, part=True)
    made = Builder()
    add_text(made, text)
    yield made.document(source.name)


def add_text(made: Builder, text: str, above: int = 0) -> None:
    r"""Add text with underlined headings; the lines under and over them are left out.

    Args:
        made: Where to.
        text: What is added.
        above: Levels above those of the text.

    Example:
        >>> made = Builder()
        >>> add_text(made, "Llamas\n======\nThey hum.\n\nFood\n----\nGrass.")
        >>> made.document("a.txt").headings
        ((0, 1, 'Llamas'), (19, 2, 'Food'))
    """
    text = without_grids(text)
    levels: dict[str, int] = {}
    at = 0
    for match in _HEADING.finditer(text):
        words, line = match["words"].rstrip(), match["line"]
        if len(words) > len(line) + _ROOM or not any(map(str.isalnum, words)):
            continue
        made.block(text[at : match.start()])
        made.heading(above + levels.setdefault(match[0][0] + line[0] if match[1] else line[0], len(levels) + 1), words)
        at = match.end()
    made.block(text[at:])
