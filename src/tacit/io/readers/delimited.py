"""Tables of delimited text: CSV and TSV with a header line, quoted as RFC 4180 says."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final

from tacit.errors import DataError
from tacit.io.batching import gather
from tacit.io.files import open_decompressed
from tacit.io.lines import read_blocks
from tacit.io.places import shown
from tacit.io.tables import BATCH_ROWS, MAX_TEXT_BYTES, ROWS_PER_UNIT, TableReader, Unit, register_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from tacit.io.tables import Batch

_UNQUOTED: Final = {",": re.compile(r"[^,\r\n]*"), "\t": re.compile(r"[^\t\r\n]*")}
_BROKEN: Final = re.compile("[\ud800-\udfff]")
"""Bytes that are not UTF-8 were decoded to lone surrogates, which valid UTF-8 cannot spell."""
_Record = list[str] | str
"""The fields of a record, or the reason why there are none."""


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
            return dict.fromkeys(_header(_Table(file, path).blocks(), path)[0], "text")

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
            blocks = _Table(file, unit.path).blocks()
            header, first = _header(blocks, unit.path)
            missing = [name for name in names if name not in header]
            if missing:
                told = ", ".join(repr(shown(name)) for name in header)
                raise DataError(f"{shown(unit.path)} has no column {shown(missing[0])!r}. It has: {told}.")
            places = {name: header.index(name) for name in names}
            yield from gather(chain([first], blocks), lambda rows: _columns(rows, len(header), places), batch_rows)


def _header(blocks: Iterator[tuple[list[_Record], int]], path: str) -> tuple[list[str], tuple[list[_Record], int]]:
    """The names of the columns, and what follows them in their block."""
    records, size = next((block for block in blocks if block[0]), ([], 0))
    if not records:
        raise DataError(f"{shown(path)} is empty: it has no header line. Leave it out, or write it.")
    header = records[0]
    if isinstance(header, str) or any(map(_BROKEN.search, header)):
        raise DataError(f"{shown(path)}: the header line cannot be read as UTF-8 text. Is it a table of text?")
    twice = [name for name, times in Counter(header).items() if times > 1]
    if twice:
        raise DataError(f"{shown(path)}: the header names column {shown(twice[0])!r} twice. Rename one of them.")
    return header, (records[1:], size)


class _Table:
    """The records of a table, header included, a block of lines at a time."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        self._file = file
        self._path = path
        self._delimiter = "\t" if ".tsv" in path.lower().rsplit("/", 1)[-1] else ","
        self._line = 1

    def blocks(self) -> Iterator[tuple[list[_Record], int]]:
        """Records without blank lines, and the bytes they took up."""
        parts: list[str] = []  # The lines of a record whose last quotation mark is still open.
        room = 0
        for number, block in enumerate(read_blocks(self._file)):
            if block is None:
                if parts:
                    raise self._unclosed(0)
                self._line += 1
                yield ["too-long"], 0
                continue
            # At the very start, and nowhere else, a byte order mark is not text.
            parts.append((block if number else block.removeprefix(b"\xef\xbb\xbf")).decode("utf-8", "surrogateescape"))
            room += len(block)
            if len(parts) > 1 and '"' not in parts[-1]:
                if room > MAX_TEXT_BYTES:
                    raise self._unclosed(0)
                continue
            text = "".join(parts)
            records, rest = self._parse(text)
            if len(rest) > MAX_TEXT_BYTES:
                raise self._unclosed(0)
            self._line += text.count("\n", 0, len(text) - len(rest))
            parts = [rest] if rest else []
            yield records, room
            room = len(rest)
        if parts:
            raise self._unclosed(0)

    def _parse(self, text: str) -> tuple[list[_Record], str]:
        """The records of whole lines, and the lines of the last one when it goes on behind them."""
        try:
            found = list(csv.reader(io.StringIO(text, newline="\n"), delimiter=self._delimiter, strict=True))
        except csv.Error:
            return self._parse_each(text)
        return [record for record in found if record], ""

    def _parse_each(self, text: str) -> tuple[list[_Record], str]:
        """The same when a record is odd, long, or goes on behind the text: the odd ones are looked at closely."""
        lines = list(io.StringIO(text, newline="\n"))
        records: list[_Record] = []
        done = 0
        while done < len(lines):
            reader = csv.reader(islice(lines, done, None), delimiter=self._delimiter, strict=True)
            begun = done
            try:
                for record in reader:
                    done = begun + reader.line_num
                    if record:
                        records.append(record)
            except csv.Error:
                record_or_reason, taken = self._scan(lines, done)
                if not taken:
                    return records, "".join(lines[done:])
                records.append(record_or_reason)
                done += taken
        return records, ""

    def _scan(self, lines: list[str], first: int) -> tuple[_Record, int]:
        """Read one record as the csv module does, but of any length; 0 lines when it goes on behind the text."""
        fields: list[str] = []
        at, line, text = 0, first, lines[first]
        while True:
            if text.startswith('"', at):
                pieces: list[str] = []
                at += 1
                while True:
                    end = text.find('"', at)
                    if end < 0:
                        pieces.append(text[at:])
                        line, at = line + 1, 0
                        if line == len(lines):
                            return fields, 0
                        text = lines[line]
                        continue
                    pieces.append(text[at:end])
                    at = end + 1
                    if not text.startswith('"', at):
                        break
                    pieces.append('"')
                    at += 1
                fields.append("".join(pieces))
            else:
                match = _UNQUOTED[self._delimiter].match(text, at)
                fields.append(match[0] if match else "")
                at += len(fields[-1])
            if text.startswith(self._delimiter, at):
                at += 1
            elif not text[at:].strip("\r\n"):
                long = sum(map(len, fields)) > MAX_TEXT_BYTES
                return "too-long" if long else fields, line + 1 - first
            elif line > first:
                # Whatever is wrong, it goes on over several lines: where records begin is not known any more.
                raise self._unclosed(first, line)
            else:
                return "malformed", 1

    def _unclosed(self, first: int, noticed: int | None = None) -> DataError:
        where = "" if noticed is None else f" (noticed in line {self._line + noticed:,})"
        return DataError(
            f"{shown(self._path)}, line {self._line + first:,}: a quotation mark is opened there and not closed{where}."
            " Close it, or double it where it is part of the text."
        )


def _columns(records: list[_Record], width: int, places: dict[str, int]) -> tuple[pl.DataFrame, dict[int, str]]:
    """The columns asked for, and the rows that have a problem with the reason."""
    import polars as pl

    reasons: dict[int, str] = {}
    if set(map(type, records)) != {list} or set(map(len, records)) != {width}:
        reasons = {
            at: record if isinstance(record, str) else "malformed"
            for at, record in enumerate(records)
            if isinstance(record, str) or len(record) != width
        }
    problems = dict(reasons)
    columns: list[pl.Series] = []
    for name, place in places.items():
        if reasons:
            values = [None if at in reasons else record[place] or None for at, record in enumerate(records)]
        else:
            values = [record[place] or None for record in records]
        try:
            columns.append(pl.Series(name, values, dtype=pl.String))
        except UnicodeEncodeError:
            broken = {at for at, value in enumerate(values) if value and _BROKEN.search(value)}
            readable = [None if at in broken else value for at, value in enumerate(values)]
            columns.append(pl.Series(name, readable, dtype=pl.String))
            problems |= dict.fromkeys(broken, "encoding")
    return pl.DataFrame(columns), problems
