"""JSON Lines: one JSON object per line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from tacit.errors import DataError
from tacit.io.files import open_binary, open_decompressed, size
from tacit.io.lines import read_lines
from tacit.io.objects import CAST, as_text, note_types, parse_object
from tacit.io.places import shown
from tacit.io.tables import BATCH_ROWS, ROWS_PER_UNIT, Batch, Problem, TableReader, Unit, register_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEAD_ROWS: Final = 1_000
"""The columns are those of the first rows."""
BYTES_PER_ROW: Final = 128
"""What a row is reckoned at when a file is cut into ranges of bytes."""
BATCH_BYTES: Final = 67_108_864
"""A batch ends with the line that fills it."""
_COMPRESSED: Final = (".gz", ".zst")
_Field = tuple[str, bool, list[str | None]]
"""A column that is being filled: its name, whether numbers are cast to text, and its values."""


@register_reader
class JsonLinesReader(TableReader):
    """Reads JSON Lines. Blank lines are not rows. Units are ranges of bytes; a compressed file is one unit."""

    name: ClassVar[str] = "jsonlines"
    suffixes: ClassVar[tuple[str, ...]] = tuple(
        ending + packed for ending in (".jsonl", ".ndjson") for packed in ("", *_COMPRESSED)
    )

    def columns(self, path: str) -> dict[str, str]:
        """See `TableReader.columns`. They are the keys of the first rows."""
        types: dict[str, str] = {}
        rows = 0
        with open_decompressed(path) as file:
            for line in read_lines(file):
                found = _row(line)
                if found is None:
                    continue
                note_types(types, found)
                rows += 1
                if rows == HEAD_ROWS:
                    break
        if not rows:
            raise DataError(f"{shown(path)} is empty: it holds no line with a JSON object. Leave it out, or write it.")
        if not types:
            raise DataError(f"{shown(path)}: none of the first {rows:,} lines is a JSON object with keys.")
        return types

    def rows(self, path: str) -> int | None:
        """See `TableReader.rows`; never known beforehand."""
        return None

    def units(self, path: str, rows_per_unit: int = ROWS_PER_UNIT) -> list[Unit]:
        """See `TableReader.units`. Units count bytes: a line belongs to the unit it starts in."""
        if path.lower().endswith(_COMPRESSED):
            return [Unit(path, self.name, 0, 0, None)]
        step = max(rows_per_unit * BYTES_PER_ROW, 1)
        starts = range(0, max(size(path), 1), step)
        return [
            Unit(path, self.name, part, start, start + step if part + 1 < len(starts) else None)
            for part, start in enumerate(starts)
        ]

    def batches(self, unit: Unit, columns: Sequence[str], batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """See `TableReader.batches`. A key that a row lacks is null."""
        names = list(dict.fromkeys(columns))
        there = self.columns(unit.path)
        cast = {name: there.get(name, "text") in CAST for name in names}
        whole = unit.start == 0 and unit.stop is None
        with open_decompressed(unit.path) if whole else open_binary(unit.path) as file:
            fields: list[_Field] = [(name, cast[name], []) for name in names]
            problems: list[Problem] = []
            rows = room = 0
            for line in read_lines(file, unit.start, unit.stop):
                found = _row(line)
                if found is None:
                    continue
                reason = _add(found, fields)
                if reason:
                    problems.append(Problem(rows, reason))
                rows += 1
                room += len(line or b"")
                if rows == batch_rows or room >= BATCH_BYTES:
                    yield _batch(fields, problems)
                    fields, problems, rows, room = [(name, cast[name], []) for name in names], [], 0, 0
            if rows:
                yield _batch(fields, problems)


def _row(line: bytes | None) -> dict[str, Any] | str | None:
    """The object on a line, why there is none, or ``None`` for a blank line, which is not a row."""
    if line is None:
        return "too-long"
    return parse_object(line) if line.strip(b" \t\r\n\xef\xbb\xbf") else None


def _add(found: dict[str, Any] | str, fields: list[_Field]) -> str:
    """Add a row, and tell the first reason why something of it could not be read."""
    if isinstance(found, str):
        for _, _, column in fields:
            column.append(None)
        return found
    reason = ""
    for name, cast, column in fields:
        value = found.get(name)
        if type(value) is str and value.isascii():
            column.append(value)
        else:
            text, why = as_text(value, cast=cast)
            column.append(text)
            reason = reason or why
    return reason


def _batch(fields: list[_Field], problems: list[Problem]) -> Batch:
    import polars as pl

    texts = {name: column for name, _, column in fields}
    return Batch(pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String)), tuple(problems))
