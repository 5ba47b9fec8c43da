"""JSON Lines: one JSON object per line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final

from tacit.errors import DataError
from tacit.io.batching import gather
from tacit.io.files import open_binary, open_decompressed, size
from tacit.io.lines import read_blocks
from tacit.io.objects import CAST, as_text, note_types, parse_object
from tacit.io.places import shown
from tacit.io.tables import BATCH_ROWS, ROWS_PER_UNIT, TableReader, Unit, register_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from tacit.io.tables import Batch

HEAD_ROWS: Final = 1_000
"""The columns are those of the first rows."""
HEAD_BYTES: Final = 16_777_216
"""Where rows are long, fewer of them are looked at."""
BYTES_PER_ROW: Final = 128
"""What a row is reckoned at when a file is cut into ranges of bytes."""
_COMPRESSED: Final = (".gz", ".zst")
_BOM: Final = b"\xef\xbb\xbf"
_MARK: Final = 708_190_264_357_160_031
"""Stands between lines that are parsed together. An integer has one spelling only, and being odd and above 2**53 it
equals no float; so where the digits are not in a block, no line can spell it."""
_BETWEEN: Final = b",%d," % _MARK
_DIGITS: Final = b"%d" % _MARK
_Row = dict[str, Any] | str
"""An object, or the reason why there is none."""


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
        rows = room = 0
        with open_decompressed(path) as file:
            for block in read_blocks(file):
                for row in _rows(block)[: HEAD_ROWS - rows]:
                    note_types(types, row)
                    rows += 1
                room += len(block or b"")
                if rows == HEAD_ROWS or (types and room >= HEAD_BYTES):
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
            blocks = ((_rows(block), len(block or b"")) for block in read_blocks(file, unit.start, unit.stop))
            yield from gather(blocks, lambda rows: _columns(rows, cast), batch_rows)


def _rows(block: bytes | None) -> list[_Row]:
    """What the lines of a block hold; blank ones are not rows.

    All lines are parsed at once, as one list with a mark between them, which is several times faster than one by one.
    When the list has a mark at every second place, no line took part of another one with it, and each is one value.
    Otherwise something is wrong with a line, and each is parsed for itself.
    """
    if block is None:
        return ["too-long"]
    lines = list(filter(None, block.split(b"\n")))
    if _DIGITS not in block:
        try:
            values = json.loads((b"[" + _BETWEEN.join(lines) + b"]").decode())
        except (ValueError, RecursionError):
            values = []
        if len(values) == 2 * len(lines) - 1 and values[1::2].count(_MARK) == len(lines) - 1:
            rows = values[::2]
            return rows if _all_objects(rows) else [row if type(row) is dict else "malformed" for row in rows]
    return [parse_object(line) for line in lines if line.removeprefix(_BOM).strip(b" \t\r")]


def _all_objects(rows: list[Any]) -> bool:
    return set(map(type, rows)) == {dict}


def _columns(rows: list[_Row], cast: dict[str, bool]) -> tuple[pl.DataFrame, dict[int, str]]:
    """The columns asked for, and the rows that have a problem with the reason of the first one."""
    import polars as pl

    objects: list[Any] = rows
    reasons: dict[int, str] = {}
    if not _all_objects(objects):
        objects = [row if isinstance(row, dict) else {} for row in rows]
        reasons = {at: row for at, row in enumerate(rows) if isinstance(row, str)}
    columns: list[pl.Series] = []
    for name, numbers in cast.items():
        values = [row.get(name) for row in objects]
        if numbers and set(map(type, values)) <= {int, type(None)}:
            values = [None if value is None else str(value) for value in values]
        try:
            # Refuses what is neither text nor null, and halves of surrogate pairs.
            columns.append(pl.Series(name, values, dtype=pl.String))
        except (TypeError, UnicodeEncodeError):
            texts = [as_text(value, cast=numbers) for value in values]
            for at, (_, reason) in enumerate(texts):
                if reason:
                    reasons.setdefault(at, reason)
            columns.append(pl.Series(name, [text for text, _ in texts], dtype=pl.String))
    return pl.DataFrame(columns), reasons
