"""Formats of documents, and how another one is added: one file with one function under `document_format`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from tacit.errors import UsageError
from tacit.plugins import load_plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tacit.dialogue.documents.source import Source, Unreadable
    from tacit.dialogue.protocols import Document

ENTRY_POINTS: Final = "tacit.document_format"
_BUILT_IN: Final = ("docx", "html", "markdown", "pdf", "python", "rst", "tables", "text")


class Reader(Protocol):
    """Reads one file; whatever it raises makes the file `Unreadable`, a `DataError` with its own words."""

    def __call__(self, source: Source, /) -> Iterator[Document | Unreadable]:
        """The documents in the file, always the same in the same order, and what of it cannot be read."""
        ...


_REGISTRY: dict[str, Reader] = {}


def document_format(*endings: str) -> Callable[[Reader], Reader]:
    """Decorator: make a function read the files with these endings.

    Args:
        endings: In lower case with the dot, e.g. ``.md``; of several that fit a name the longest counts.

    Raises:
        UsageError: If another function reads one of them.
    """

    def register(reader: Reader) -> Reader:
        for ending in endings:
            if _REGISTRY.setdefault(ending, reader) is not reader:
                raise UsageError(f"Two formats of documents claim {ending} files. Take one of the plug-ins out.")
        return reader

    return register


def available_formats() -> dict[str, Reader]:
    """What reads each ending, built in or plugged in."""
    for name in _BUILT_IN:
        import_module(f"tacit.dialogue.documents.formats.{name}")
    load_plugins(ENTRY_POINTS)
    return dict(sorted(_REGISTRY.items()))


def reader_of(source: Source) -> Reader | None:
    """What reads a file, by its ending; a file that the user named, or without any ending, is tried as plain text."""
    formats, name = available_formats(), source.path.name.lower()
    fitting = [ending for ending in formats if name.endswith(ending)]
    if fitting:
        return formats[max(fitting, key=len)]
    return formats[".txt"] if source.named or not source.path.suffix else None
