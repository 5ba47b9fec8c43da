"""What an audit reads: the files, the column that holds the text, and the units of work."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tacit.errors import DataError, UsageError
from tacit.io.columns import check_same_columns, choose_text_column
from tacit.io.discover import find_sources
from tacit.io.facts import choose_image_column
from tacit.io.places import is_remote
from tacit.io.tables import Unit, get_reader
from tacit.runs.manifest import InputRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.io.discover import Source

ROWS_PER_UNIT: Final = 655_360
"""Small enough to lose little when a run is killed, large enough that the work outweighs the bookkeeping."""
NESTED: Final = ("list", "struct")
"""Kinds of columns whose values do not name a group."""
_OURS: Final = frozenset({"type", "subtype", "counts"})
"""Columns of the tables that an audit writes."""
_MARKS: Final = ("ETag", "etag", "blob_id", "sha256", "LastModified")
"""Where stores say which version of a file they hold."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Files that are audited together.

    Attributes:
        paths: The files, in the order in which their rows are numbered.
        text: The column that holds the captions.
        guessed: Whether the column was guessed.
        units: The pieces of work, in order.
        rows: How many rows the files say they hold; ``None`` when only reading them tells.
    """

    paths: tuple[str, ...]
    text: str
    guessed: bool
    units: tuple[Unit, ...]
    rows: int | None

    def records(self) -> list[InputRecord]:
        """Size and hash of every file, for the manifest.

        Raises:
            DataError: If a file cannot be read.
        """
        return [record_of(path) for path in self.paths]


def open_corpus(
    paths: Sequence[str | os.PathLike[str]],
    text: str | None,
    group_by: str | None,
    written: Sequence[Path] = (),
) -> Corpus:
    """Find the files and the column.

    Args:
        paths: Files, folders, globs or addresses.
        text: The column that holds the captions; guessed when ``None``.
        group_by: A further column that must be there.
        written: Files that this audit writes. What an earlier one wrote there is left out; other files are refused.

    Raises:
        DataError: If there is nothing to read, or a file is damaged or lacks a column.
        UsageError: If the column is not there or cannot be guessed, or cannot make groups.
    """
    sources = _without_results(find_sources([os.fspath(path) for path in paths]), written)
    if not sources:
        raise DataError("There is nothing to read: name at least one file, folder, glob or address.")
    first = sources[0]
    columns = get_reader(first.reader).columns(first.path)
    column = choose_text_column(columns, text, where=first.path)
    check_same_columns(sources, [column, *([group_by] if group_by else [])])
    if group_by and columns[group_by] in NESTED:
        raise UsageError(
            f"--group-by: column {group_by!r} holds a {columns[group_by]} in each row, and no single value."
        )
    units: list[Unit] = []
    total: int | None = 0
    for source in sources:
        reader = get_reader(source.reader)
        # Workers on other machines have another working directory.
        path = source.path if is_remote(source.path) else str(Path(source.path).absolute())
        units += reader.units(path, ROWS_PER_UNIT)
        rows = reader.rows(path)
        total = None if total is None or rows is None else total + rows
    return Corpus(tuple(s.path for s in sources), column, text is None, tuple(units), total)


def _without_results(sources: Sequence[Source], written: Sequence[Path]) -> list[Source]:
    """Leave out what an earlier audit wrote into the folder of its captions; nothing else is ever overwritten."""
    places = {path.resolve() for path in written}
    kept = []
    for source in sources:
        if is_remote(source.path) or Path(source.path).resolve() not in places:
            kept.append(source)
        elif not get_reader(source.reader).columns(source.path).keys() >= _OURS:
            raise UsageError(f"{source.path} is read, and would be overwritten. Choose another --out or --hits.")
    return kept


def image_column(corpus: Corpus, wanted: str | None) -> str:
    """The column that names each caption's image.

    Args:
        corpus: What is read.
        wanted: The column the user names; guessed when ``None``.

    Raises:
        DataError: If a file lacks it that is not the first.
        UsageError: If it is not there or cannot be guessed.
    """
    sources = find_sources(corpus.paths)
    columns = get_reader(sources[0].reader).columns(sources[0].path)
    found = choose_image_column(columns, wanted, sources[0].path, "Choose one with --image COL.")
    check_same_columns(sources, [corpus.text, found])
    return found


def record_of(path: str) -> InputRecord:
    """Size and hash of a file, or what its store says of its version.

    Raises:
        DataError: If it cannot be read.
    """
    if not is_remote(path):
        return InputRecord.of(Path(path))
    from tacit.io.places import filesystem

    facts = filesystem(path).info(path)
    # What the store says tells one version from another, without reading all of it twice.
    mark = next((str(facts[key]) for key in _MARKS if facts.get(key)), "")
    return InputRecord(path, int(facts.get("size") or 0), f"store:{mark}" if mark else "unknown")
