"""Reading documents: every file becomes documents, or a reason why not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tacit.dialogue.documents.find import find_documents
from tacit.dialogue.documents.registry import ENTRY_POINTS, available_formats, reader_of
from tacit.dialogue.documents.source import Source, Unreadable
from tacit.errors import DataError, TacitError
from tacit.io.places import shown
from tacit.plugins import broken_note

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tacit.dialogue.protocols import Document


def read_documents(
    places: Sequence[str | os.PathLike[str]], *, leave_out: Path | None = None
) -> Iterator[Document | Unreadable]:
    """Read the documents below some places, one after the other.

    Nothing is unpacked to disk, nothing in a document is run or followed.

    Args:
        places: Files and folders; see `tacit.dialogue.documents.find.find_documents`.
        leave_out: A folder to pass over.

    Yields:
        Documents, and what could not be read, with the reason.

    Raises:
        UsageError: If a place is an address of another machine.
        DataError: If a place does not exist, or nothing at all could be read.

    Example:
        >>> import tempfile, pathlib
        >>> from tacit.dialogue.protocols import Document
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = pathlib.Path(folder, "a.md").write_text("# Llamas" + chr(10) + "They *hum*.")
        ...     _ = pathlib.Path(folder, "b.bin").write_bytes(b"x")
        ...     for found in read_documents([folder]):
        ...         print(found.name, found.title if isinstance(found, Document) else found.reason)
        a.md Llamas
        b.bin no reader for .bin files
    """
    lost: list[Unreadable] = []
    any_read = False
    for source in find_documents(places, leave_out):
        for found in [source] if isinstance(source, Unreadable) else read_source(source):
            if isinstance(found, Unreadable):
                lost.append(found)
            else:
                any_read = True
            yield found
    if not any_read:
        raise nothing_read(places, lost)


def read_source(source: Source) -> Iterator[Document | Unreadable]:
    """Read one file. Never raises for what is in it."""
    try:
        reader = reader_of(source)
        if reader is None:
            yield Unreadable(source.name, f"no reader for {shown(source.path.suffix.lower())} files")
            return
        for found in reader(source):
            yield found if isinstance(found, Unreadable) else _clean(found, source)
    except TacitError as error:
        yield Unreadable(source.name, str(error))
    except OSError as error:
        yield Unreadable(source.name, f"cannot be read: {error.strerror or error}")
    except Exception as error:  # parsers of other people meet files of other people: anything may happen
        said = shown(str(error).strip().partition("\n")[0][:200])
        yield Unreadable(source.name, f"damaged, or not what its name says ({type(error).__name__}: {said})")


def nothing_read(places: Sequence[str | os.PathLike[str]], lost: Sequence[Unreadable]) -> DataError:
    """What to say when there is not one document."""
    where = ", ".join(shown(str(place)) for place in places)
    if not lost:
        return DataError(
            f"There are no documents in {where} (hidden files are left out). Name files or folders that hold some of: "
            f"{', '.join(available_formats())}."
        )
    first = "; ".join(f"{shown(one.name)}: {one.reason.rstrip('.')}" for one in lost[:3])
    more = f"; and {len(lost) - 3:,} more" if len(lost) > 3 else ""
    return DataError(
        f"Nothing in {where} could be read. {first}{more}. The endings that can be read are "
        f"{', '.join(available_formats())}.{broken_note(ENTRY_POINTS)}"
    )


def _clean(document: Document, source: Source) -> Document:
    """Without characters that engines and files of UTF-8 cannot hold, at the same places; with a title."""
    text, title = _storable(document.text), _storable(document.title)
    if not title and not document.whole:
        title = source.path.stem.encode("utf-8", "replace").decode()
    if text is document.text and title is document.title:
        return document
    return replace(document, text=text, title=title)


def _storable(text: str) -> str:
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
    return text
