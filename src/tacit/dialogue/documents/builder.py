"""Putting a document's text together from headings and blocks."""

from __future__ import annotations

from textwrap import indent

from tacit.dialogue.documents.source import MAX_TEXT
from tacit.dialogue.protocols import Document
from tacit.dialogue.text.listings import INDENT
from tacit.errors import DataError


class Builder:
    r"""Text with headings on lines of their own and empty lines between blocks.

    Example:
        >>> made = Builder()
        >>> made.heading(1, "Llamas")
        >>> made.block("They hum.")
        >>> made.document("llamas.md").text
        'Llamas\n\nThey hum.'
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._headings: list[tuple[int, int, str]] = []
        self._at = 0

    def heading(self, level: int, words: str) -> None:
        """Add a heading; one without words is none.

        Args:
            level: 1 is highest.
            words: On any number of lines; they become one.
        """
        if words := " ".join(words.split()):
            self._headings.append((self._at, level, words))
            self.block(words)

    def listing(self, text: str) -> None:
        """Add lines that are to stay as they are: indented, so that they are known for a listing wherever it is cut."""
        self.block(indent(text.expandtabs(4), INDENT))

    def block(self, text: str) -> None:
        """Add a paragraph, a list or a table.

        Raises:
            DataError: If there is more text by now than a document may hold.
        """
        if text := text.strip("\n").rstrip():
            self._parts.append(text)
            self._at += len(text) + 2
            if self._at > MAX_TEXT:
                raise DataError(f"holds more than {MAX_TEXT:,} characters once it is unpacked: split it")

    def document(self, name: str, title: str = "") -> Document:
        """The document, called after the heading above all others if there is no title, or one made of that heading.

        Pages are called "Food - The zoo" where their heading is "Food"; that would say it twice.
        """
        title, highest = " ".join(title.split()), min((level for _, level, _ in self._headings), default=0)
        top = [words for _, level, words in self._headings if level == highest]
        called = top[0] if len(top) == 1 and (not title or top[0] in title) else title
        return Document(name, "\n\n".join(self._parts), called, tuple(self._headings))
