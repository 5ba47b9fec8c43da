"""Arrow IPC, file and stream format: ``.arrow`` of Hugging Face ``datasets``, Feather, ``write_ipc`` of Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from tacit.errors import DataError, UsageError
from tacit.io.files import open_binary, shown, size
from tacit.io.readers import ipc
from tacit.io.tables import (
    BATCH_ROWS,
    ROWS_PER_UNIT,
    Batch,
    TableReader,
    Unit,
    register_reader,
)
from tacit.io.values import as_batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

READ_BYTES: Final = 67_108_864
"""Record batches are decoded together until they reach this many bytes or the rows of a batch."""


@register_reader
class ArrowReader(TableReader):
    """Reads Arrow IPC. Units are whole record batches, because less cannot be decoded."""

    name: ClassVar[str] = "arrow"
    suffixes: ClassVar[tuple[str, ...]] = (".arrow", ".feather", ".ipc")

    def columns(self, path: str) -> dict[str, str]:
        """See `TableReader.columns`."""
        return dict(_index(path).columns)

    def rows(self, path: str) -> int | None:
        """See `TableReader.rows`."""
        return sum(message.rows for message in _index(path).messages)

    def units(self, path: str, rows_per_unit: int = ROWS_PER_UNIT) -> list[Unit]:
        """See `TableReader.units`. Units count rows; each ends with the record batch that fills it."""
        units: list[Unit] = []
        start = stop = 0
        for message in _index(path).messages:
            stop += message.rows
            if stop - start >= rows_per_unit:
                units.append(Unit(path, self.name, len(units), start, stop))
                start = stop
        if stop > start or not units:
            units.append(Unit(path, self.name, len(units), start, stop))
        return units

    def batches(self, unit: Unit, columns: Sequence[str], batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """See `TableReader.batches`. Memory is bounded by `READ_BYTES` or the largest record batch."""
        columns = list(dict.fromkeys(columns))
        if not columns:
            raise UsageError("No column was asked for.")
        found = _index(unit.path)
        missing = [name for name in columns if name not in found.columns]
        if missing:
            there = ", ".join(shown(name) for name in found.columns)
            raise DataError(f"{shown(unit.path)} has no column '{shown(missing[0])}'. It has: {there}.")
        total = sum(message.rows for message in found.messages)
        if unit.start > total or (unit.stop is not None and unit.stop > total):
            raise DataError(f"{shown(unit.path)} has {total:,} rows, fewer than before. Start the run again.")
        row = unit.start
        with open_binary(unit.path) as file:
            for group in _groups(found.messages, unit, batch_rows):
                rows = sum(message.rows for message in group)
                frame = _decode(ipc.stream(file, unit.path, group, found.schema), columns, rows, unit.path, row)
                row += rows
                for piece in frame.iter_slices(batch_rows):
                    yield as_batch(piece)


def _index(path: str) -> ipc.Index:
    length = size(path)
    with open_binary(path) as file:
        return ipc.index(file, path, length)


def _groups(messages: Sequence[ipc.Message], unit: Unit, batch_rows: int) -> Iterator[tuple[ipc.Message, ...]]:
    """Record batches of a unit that are decoded together, behind the dictionaries that hold for them."""
    dictionaries: dict[int, ipc.Message] = {}
    group: list[ipc.Message] = []
    row = rows = room = 0
    for message in messages:
        new_dictionary = message.dictionary is not None
        full = rows + message.rows > batch_rows or room + message.body > READ_BYTES
        if group and (new_dictionary or full):
            yield (*dictionaries.values(), *group)
            group, rows, room = [], 0, 0
        if message.dictionary is not None:
            # A dictionary may refer to others, so one that is replaced moves behind those it may refer to.
            dictionaries.pop(message.dictionary, None)
            dictionaries[message.dictionary] = message
        elif message.rows:
            if unit.start <= row and (unit.stop is None or row < unit.stop):
                group.append(message)
                rows, room = rows + message.rows, room + message.body
            row += message.rows
    if group:
        yield (*dictionaries.values(), *group)


def _decode(data: bytes, columns: Sequence[str], rows: int, path: str, row: int) -> pl.DataFrame:
    import polars as pl

    why = "it does not hold the rows that it claims"
    try:
        frame = pl.read_ipc_stream(data, columns=list(columns)).select(columns)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        why = shown((str(error).strip() or type(error).__name__).splitlines()[0][:200])
    else:
        if frame.height == rows:
            return frame
    raise DataError(f"{shown(path)} is corrupt between row {row:,} and row {row + rows:,}: {why}. Write it again.")
