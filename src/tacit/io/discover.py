"""From what a user names to files and the readers that read them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tacit.errors import DataError, UsageError
from tacit.io.folders import expand
from tacit.io.places import is_remote, local_path, shown
from tacit.io.tables import available_readers

if TYPE_CHECKING:
    from collections.abc import Sequence

_SEEN: Final = 5


@dataclass(frozen=True, slots=True)
class Source:
    """A file and how it is read.

    Attributes:
        path: Local path or URL.
        reader: Name of the reader.
    """

    path: str
    reader: str


def find_sources(paths: Sequence[str]) -> list[Source]:
    """Find the files that paths stand for, and a reader for each by its suffix.

    Args:
        paths: Files, folders, globs or URLs, in the order in which their rows count.

    Returns:
        The files, sorted within a folder or glob. Files of other kinds in a folder or glob are left out.

    Raises:
        UsageError: If a file named outright has a suffix that no reader reads, or a file is named twice.
        DataError: If nothing is found.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("b.csv", "a.parquet", "notes.md"):
        ...         _ = pathlib.Path(folder, name).write_text("")
        ...     [source.reader for source in find_sources([folder])]
        ['parquet', 'delimited']
    """
    readers = {suffix: name for name, cls in available_readers().items() for suffix in cls.suffixes}
    sources: list[Source] = []
    for path in paths:
        files = expand(path)
        found = [Source(file, reader) for file in files if (reader := _reader_of(file, readers))]
        if not found:
            raise _nothing(path, files, sorted(readers))
        sources += found
    _refuse_repeats(sources)
    return sources


def _reader_of(file: str, readers: dict[str, str]) -> str:
    name = file.lower()
    fitting = [suffix for suffix in readers if name.endswith(suffix)]
    return readers[max(fitting, key=len)] if fitting else ""


def _nothing(path: str, files: list[str], suffixes: list[str]) -> DataError | UsageError:
    known = f"The endings that can be read are {', '.join(suffixes)}."
    if len(files) == 1 and (files[0] == path or (not is_remote(path) and Path(files[0]) == local_path(path))):
        return UsageError(f"{shown(path)} has an ending that no reader reads. {known}")
    seen = ", ".join(shown(Path(file).name) for file in files[:_SEEN])
    more = f" and {len(files) - _SEEN} more" if len(files) > _SEEN else ""
    return DataError(f"{shown(path)} holds nothing that can be read: {seen}{more}. {known}")


def _refuse_repeats(sources: list[Source]) -> None:
    identities = Counter(s.path if is_remote(s.path) else str(Path(s.path).resolve()) for s in sources)
    twice = [path for path, times in identities.items() if times > 1]
    if twice:
        raise UsageError(f"{shown(twice[0])} is named twice; its captions would count twice. Name it once.")
