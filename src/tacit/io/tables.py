"""Tables of text: what a reader of one file format is, and how one is registered.

A reader turns files into *units* (pieces that are read, journalled and resumed as a whole) and units into *batches*.
It never interprets: what could not be read as text is handed on as a problem of its row, with a reason.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

ENTRY_POINTS: Final = "tacit.reader"
ROWS_PER_UNIT: Final = 1_000_000
BATCH_ROWS: Final = 131_072
MAX_TEXT_BYTES: Final = 16_777_216
"""A longer line or member is not read as text; it becomes a problem of its row."""

REASONS: Final = {
    "encoding": "not valid UTF-8",
    "malformed": "the row could not be parsed",
    "too-long": f"longer than {MAX_TEXT_BYTES:,} bytes",
    "not-text": "the value is not text",
    "no-member": "the sample has no text member",
}
"""Why a row has no text, by code."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of one file.

    Attributes:
        path: The file, as discovered (local path or URL given by the user).
        reader: Name of the reader.
        part: Position among the units of the file, from 0.
        start: Where it starts, in what the reader counts (rows, or bytes).
        stop: Where it stops, exclusive; ``None`` for the end of the file.
    """

    path: str
    reader: str
    part: int
    start: int
    stop: int | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that has no text for a reason other than being null.

    Attributes:
        row: Index in the batch's frame, where the text is null.
        reason: A key of `REASONS`.
    """

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive rows of a unit.

    Attributes:
        frame: The columns asked for, in that order, as ``String`` (other types are cast; lists and structs are not
            text). One row per row of the input, also for those that could not be read.
        problems: Rows that could not be read, ascending.
    """

    frame: pl.DataFrame
    problems: tuple[Problem, ...] = ()


class TableReader(ABC):
    """Reads one file format.

    Attributes:
        name: Short name, e.g. ``parquet``.
        suffixes: File endings it reads, lower-case, with compression, e.g. ``(".jsonl", ".jsonl.gz")``.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]

    @abstractmethod
    def columns(self, path: str) -> dict[str, str]:
        """Names of the columns and their types in plain words (``text``, ``integer``, ``list`` ...), in file order.

        Raises:
            DataError: If the file is not in this format, is truncated or is empty.
        """

    @abstractmethod
    def rows(self, path: str) -> int | None:
        """How many rows the file says it holds, or ``None`` when only reading it tells."""

    @abstractmethod
    def units(self, path: str, rows_per_unit: int = ROWS_PER_UNIT) -> list[Unit]:
        """Cut a file into units; the same file always gives the same units."""

    @abstractmethod
    def batches(self, unit: Unit, columns: Sequence[str], batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """Read a unit in order, in constant memory.

        Raises:
            DataError: If the file is truncated, lies about itself or lacks a column; the message names file and place.
        """


_REGISTRY: dict[str, type[TableReader]] = {}
_BUILT_IN: Final = ("parquet", "jsonlines", "delimited", "webdataset", "arrow")


def register_reader(cls: type[TableReader]) -> type[TableReader]:
    """Class decorator: make a reader known by its name and its suffixes.

    Raises:
        UsageError: If another class already took the name or one of the suffixes.
    """
    for other in _REGISTRY.values():
        shared = set(cls.suffixes) & set(other.suffixes)
        if other is not cls and (other.name == cls.name or shared):
            raise UsageError(f"Readers {other.name!r} and {cls.name!r} claim the same name or files: {sorted(shared)}.")
    _REGISTRY[cls.name] = cls
    return cls


def available_readers() -> dict[str, type[TableReader]]:
    """Readers by name, built in and plugged in."""
    from importlib import import_module

    from tacit.plugins import load_plugins

    for module in _BUILT_IN:
        import_module(f"tacit.io.readers.{module}")
    load_plugins(ENTRY_POINTS)
    return dict(sorted(_REGISTRY.items()))


def get_reader(name: str) -> TableReader:
    """A reader by name.

    Raises:
        UsageError: If there is none of that name.
    """
    readers = available_readers()
    if name not in readers:
        raise UsageError(f"There is no reader called {name!r}. Installed: {', '.join(readers)}.")
    return readers[name]()
