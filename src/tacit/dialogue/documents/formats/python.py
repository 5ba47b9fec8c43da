"""Python source: cut at classes and functions, with tables of texts (``{"name": "text"}``) read as texts."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from tacit.dialogue.documents.builder import Builder
from tacit.dialogue.documents.decode import decode
from tacit.dialogue.documents.formats.text import add_text
from tacit.dialogue.documents.registry import document_format
from tacit.dialogue.documents.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.dialogue.documents.source import Source
    from tacit.dialogue.protocols import Document

_LONGEST: Final = 8_388_608
"""Characters that are parsed."""
_TEXTS: Final = 200
"""Characters that the texts of a table have on average; shorter ones are constants."""


@document_format(".py", ".pyi")
def read_python(source: Source) -> Iterator[Document | Unreadable]:
    """Read Python source. Nothing is run or imported.

    Raises:
        DataError: If it is not text or too large.
    """
    text, remark = decode(source.data())
    if remark:
        yield Unreadable(source.name, remark, part=True)
    made = Builder()
    try:
        tree = ast.parse(text[: _LONGEST + 1]) if len(text) <= _LONGEST else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    if tree is None:
        yield Unreadable(source.name, "cannot be parsed as Python: read as plain text", part=True)
        made.block(text)
    else:
        _Source(made, text).add(tree.body, 0, text.count("\n") + 1)
    yield made.document(source.name, source.path.name)


class _Source:
    """Puts the lines of a module together anew, under headings."""

    def __init__(self, made: Builder, text: str) -> None:
        self._made = made
        self._lines = text.split("\n")  # not splitlines(): Python's lines end at line feeds only

    def add(self, body: Sequence[ast.stmt], start: int, end: int, above: str = "") -> None:
        """Add lines from `start` to `end`, of which `body` are the statements and `above` are the classes around."""
        at = start
        for statement in body:
            first = min([statement.lineno, *(mark.lineno for mark in getattr(statement, "decorator_list", ()))]) - 1
            last = statement.end_lineno or statement.lineno
            if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                self._block(at, first)
                name = f"{above}{statement.name}"
                self._made.heading(1 + name.count("."), name)
                if isinstance(statement, ast.ClassDef):
                    self.add(statement.body, first, last, f"{name}.")
                else:
                    self._block(first, last)
                at = last
            elif table := _texts(statement):
                self._block(at, first)
                for name, text in table:
                    self._made.heading(1, name)
                    add_text(self._made, text, 1)
                at = last
        self._block(at, end)

    def _block(self, start: int, end: int) -> None:
        self._made.block("\n".join(self._lines[start:end]))


def _texts(statement: ast.stmt) -> list[tuple[str, str]]:
    """Names and texts of a dictionary that is assigned, if it is a table of texts."""
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    if not isinstance(value, ast.Dict) or not value.values:
        return []
    found = [
        (key.value, text.value)
        for key, text in zip(value.keys, value.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
        and isinstance(text, ast.Constant) and isinstance(text.value, str)
    ]  # fmt: skip
    if len(found) < len(value.values) or sum(len(text) for _, text in found) < _TEXTS * len(found):
        return []
    return found
