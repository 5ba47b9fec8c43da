"""Tables of delimited text: CSV and TSV with a header line, quoted as RFC 4180 says."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final

from tacit.errors import DataError
from tacit.io.files import open_decompressed
from tacit.io.lines import read_lines
from tacit.io.places import shown
from tacit.io.tables import BATCH_ROWS, ROWS_PER_UNIT, Batch, Problem, TableReader, Unit, register_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH_BYTES: Final = 67_108_864


@register_reader
class DelimitedReader(TableReader):
    """Reads CSV and TSV. A file is one unit, because a line break may stand within quotes.

    A field that is empty, quoted or not, is null. A row with more or fewer fields than the header is a problem of
    that row; blank lines are not rows.
    """

    name: ClassVar[str] = "delimited"
    suffixes: ClassVar[tuple[str, ...]] = tuple(
        ending + packed for ending in (".csv", ".tsv") for packed in ("", ".gz", ".zst")
    )

    def columns(self, path: str) -> dict[str, str]:
        """See `TableReader.columns`. Every column is text."""
        with open_decompressed(path) as file:
            return dict.fromkeys(_header(_records(file, path), path), "text")

    def rows(self, path: str) -> int | None:
        """See `TableReader.rows`; never known beforehand."""
        return None

    def units(self, path: str, rows_per_unit: int = ROWS_PER_UNIT) -> list[Unit]:
        """See `TableReader.units`."""
        return [Unit(path, self.name, 0, 0, None)]

    def batches(self, unit: Unit, columns: Sequence[str], batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """See `TableReader.batches`."""
        names = list(dict.fromkeys(columns))
        with open_decompressed(unit.path) as file:
            records = _records(file, unit.path)
            header = _header(records, unit.path)
            missing = [name for name in names if name not in header]
            if missing:
                told = ", ".join(repr(shown(name)) for name in header)
                raise DataError(f"{shown(unit.path)} has no column {shown(missing[0])!r}. It has: {told}.")
            places = [header.index(name) for name in names]
            texts: list[list[str | None]] = [[] for _ in names]
            problems: list[Problem] = []
            rows = room = 0
            for record in records:
                reason = _add(record, len(header), places, texts)
                if reason:
                    problems.append(Problem(rows, reason))
                rows += 1
                room += sum(len(field) for field in record) if isinstance(record, list) else 0
                if rows == batch_rows or room >= BATCH_BYTES:
                    yield _batch(names, texts, problems)
                    texts, problems, rows, room = [[] for _ in names], [], 0, 0
            if rows:
                yield _batch(names, texts, problems)


def _add(record: list[str] | str, width: int, places: list[int], texts: list[list[str | None]]) -> str:
    """Add the wanted fields of a record, or nulls; the reason when it has none."""
    reason = record if isinstance(record, str) else "" if len(record) == width else "malformed"
    for place, column in zip(places, texts, strict=True):
        value: str | None = None
        if not reason:
            value = record[place] or None
            if value is not None and not value.isascii() and _broken(value):
                value, reason = None, "encoding"
        column.append(value)
    return reason


def _broken(value: str) -> bool:
    # Bytes that are not UTF-8 were decoded to lone surrogates, which valid UTF-8 cannot spell.
    return any("\ud800" <= c <= "\udfff" for c in value)


def _header(records: Iterator[list[str] | str], path: str) -> list[str]:
    header = next(records, None)
    if header is None:
        raise DataError(f"{shown(path)} is empty: it has no header line. Leave it out, or write it.")
    if isinstance(header, str) or any(_broken(name) for name in header):
        raise DataError(f"{shown(path)}: the header line cannot be read as UTF-8 text. Is it a table of text?")
    twice = [name for name, times in Counter(header).items() if times > 1]
    if twice:
        raise DataError(f"{shown(path)}: the header names column {shown(twice[0])!r} twice. Rename one of them.")
    return header


def _records(file: BinaryIO, path: str) -> Iterator[list[str] | str]:
    """The records of a table, header included; instead of a record, the reason why there is none."""
    name = path.lower().rsplit("/", 1)[-1]
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter="\t" if ".tsv" in name else ",", strict=True)
    while True:
        first = lines.number + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLongError) as error:
            yield _reason(error, path, first, lines)
            continue
        if record:
            yield record


def _reason(error: Exception, path: str, first: int, lines: _Lines) -> str:
    """Why a record cannot be read; raised when it is not the record's own fault alone."""
    if lines.number > first or lines.ended:
        # Whatever is wrong, it goes on over several lines: a quotation mark that was never closed.
        raise DataError(
            f"{shown(path)}, line {first:,}: a quotation mark is opened there and not closed "
            f"(noticed in line {lines.number:,}). Close it, or double it where it is part of the text."
        ) from error
    return "too-long" if isinstance(error, _TooLongError) or "field larger" in str(error) else "malformed"


class _TooLongError(Exception):
    """A line is longer than what is read as text."""


class _Lines:
    """The lines of a table as text, and where it is.

    Attributes:
        number: Lines given out so far.
        ended: Whether there are no more.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._lines = read_lines(file)
        self.number = 0
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines, b"")
        if line == b"":
            self.ended = True
            raise StopIteration
        self.number += 1
        if line is None:
            raise _TooLongError
        text = line.decode("utf-8", "surrogateescape")
        return text.removeprefix("\ufeff") if self.number == 1 else text


def _batch(names: list[str], texts: list[list[str | None]], problems: list[Problem]) -> Batch:
    import polars as pl

    columns = dict(zip(names, texts, strict=True))
    return Batch(pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)), tuple(problems))
