"""WebDataset archives: tar files whose members belong together by name, as written by webdataset and img2dataset.

``000.jpg``, ``000.txt`` and ``000.json`` are one sample with the key ``000``. Columns are the endings of the members,
the keys of JSON members, and ``__key__``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final

from tacit.errors import DataError, UsageError
from tacit.io.files import open_decompressed, shown
from tacit.io.objects import CAST, as_text, note_types, parse_object
from tacit.io.readers.tar import Member, TarStream
from tacit.io.tables import (
    BATCH_ROWS,
    MAX_TEXT_BYTES,
    ROWS_PER_UNIT,
    Batch,
    Problem,
    TableReader,
    Unit,
    register_reader,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

KEY: Final = "__key__"
TEXT_ENDINGS: Final = frozenset({"txt", "text", "caption", "captions", "transcript"})
HEAD_SAMPLES: Final = 100
HEAD_MEMBERS: Final = 10_000
HEAD_BYTES: Final = 67_108_864
"""The columns are those of the first samples, up to so many of them, of their members and of bytes of JSON."""
BATCH_BYTES: Final = 67_108_864
"""A batch ends with the sample whose texts fill it."""

# As in webdataset: the key ends at the first dot of the file name; names in double underscores are about the archive.
_NAME: Final = re.compile(r"((?:.*/|)[^./][^./]*)\.([^/]*)", re.DOTALL)
_ABOUT_ARCHIVE: Final = re.compile(r"(?:^|/)__[^/]*__(?:$|/)")


@dataclass(frozen=True, slots=True)
class _Head:
    """What the first samples hold: endings in order, and the types of JSON keys by ending."""

    endings: tuple[str, ...]
    keys: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a column comes from: a member, or a key of a JSON member."""

    ending: str
    key: str | None = None
    cast: bool = False


@dataclass(slots=True)
class _Rows:
    """Samples that are being collected into a batch."""

    columns: dict[str, list[str | None]]
    problems: dict[int, str] = field(default_factory=dict)
    rows: int = 0
    room: int = 0


@register_reader
class WebDatasetReader(TableReader):
    """Reads WebDataset archives, a sample a row. An archive is one unit, because tar has no index."""

    name: ClassVar[str] = "webdataset"
    suffixes: ClassVar[tuple[str, ...]] = (".tar", ".tar.gz", ".tgz", ".tar.zst")

    def columns(self, path: str) -> dict[str, str]:
        """See `TableReader.columns`. They are found in the first samples.

        A JSON key goes by its own name unless a member's ending takes it; ``json.KEY`` always works.
        """
        head = _head(path)
        if not head.endings:
            raise DataError(f"{shown(path)} holds no samples: no member is named like 000.txt.")
        found = {KEY: "text"} | {
            ending: "text" if _last(ending) in TEXT_ENDINGS else "binary" for ending in head.endings
        }
        for ending, keys in head.keys.items():
            found.pop(ending, None)
            for key, word in keys.items():
                taken = ending != "json" or key in found or key in head.endings
                found[f"{ending}.{key}" if taken else key] = word
        return found

    def rows(self, path: str) -> int | None:
        """See `TableReader.rows`; never known beforehand."""
        return None

    def units(self, path: str, rows_per_unit: int = ROWS_PER_UNIT) -> list[Unit]:
        """See `TableReader.units`."""
        return [Unit(path, self.name, 0, 0, None)]

    def batches(self, unit: Unit, columns: Sequence[str], batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """See `TableReader.batches`.

        Members that are not asked for are passed over unread. A row is a run of members with one key: where a key
        comes again later in the archive, it is another row.
        """
        columns = list(dict.fromkeys(columns))
        if not columns:
            raise UsageError("No column was asked for.")
        head = _head(unit.path)
        sources = {name: _source(name, head) for name in columns if name != KEY}
        wanted = {source.ending for source in sources.values()}
        seen: set[str] = set()
        any_rows = False
        rows = _Rows({name: [] for name in columns})
        with open_decompressed(unit.path) as file:
            for key, members in _samples(TarStream(file, unit.path), wanted):
                any_rows = True
                seen.update(_add(rows, key, members, sources))
                if rows.rows >= batch_rows or rows.room >= BATCH_BYTES:
                    yield _batch(rows)
                    rows = _Rows({name: [] for name in columns})
        never = [name for name in sources if name not in seen]
        if any_rows and never:
            there = ", ".join(shown(name) for name in self.columns(unit.path))
            raise DataError(f"{shown(unit.path)} has no column '{shown(never[0])}'. Its first samples have: {there}.")
        if rows.rows:
            yield _batch(rows)


def _last(ending: str) -> str:
    return ending.rpartition(".")[2]


def _split(name: str) -> tuple[str, str] | None:
    """Key and ending of a member, or ``None`` if it belongs to no sample."""
    match = _NAME.fullmatch(name)
    if match is None or _ABOUT_ARCHIVE.search(name):
        return None
    return match[1], match[2].lower()


def _samples(tar: TarStream, wanted: set[str]) -> Iterator[tuple[str, dict[str, bytes | str]]]:
    """Key and wanted members of each sample; instead of content, the reason why there is none."""
    current: str | None = None
    members: dict[str, bytes | str] = {}
    for member in tar:
        names = _split(member.name)
        if names is None:
            continue
        key, ending = names
        if key != current:
            if current is not None:
                yield current, members
            current, members = key, {}
        if ending in wanted:
            members[ending] = "malformed" if ending in members else _content(tar, member)
    if current is not None:
        yield current, members


def _content(tar: TarStream, member: Member) -> bytes | str:
    return "too-long" if member.size > MAX_TEXT_BYTES else tar.read()


def _head(path: str) -> _Head:
    endings: dict[str, None] = {}
    types: dict[str, dict[str, str]] = {}
    current, samples, members, room = "", 0, 0, 0
    with open_decompressed(path) as file:
        tar = TarStream(file, path)
        for member in tar:
            names = _split(member.name)
            if names is None:
                continue
            samples, current = samples + (names[0] != current or not samples), names[0]
            if samples > HEAD_SAMPLES or room >= HEAD_BYTES or members >= HEAD_MEMBERS:
                break
            members += 1
            endings[names[1]] = None
            if _last(names[1]) == "json":
                room += min(member.size, MAX_TEXT_BYTES)
                note_types(types.setdefault(names[1], {}), _parsed(_content(tar, member)))
    return _Head(tuple(endings), types)


def _source(name: str, head: _Head) -> _Source:
    if name in head.endings:
        return _Source(name)
    if name in head.keys.get("json", {}):
        return _json_source("json", name, head)
    for ending in (*head.keys, "json"):
        if name.startswith(f"{ending}."):
            return _json_source(ending, name[len(ending) + 1 :], head)
    # Not in the first samples, perhaps in later ones.
    return _Source(name) if _last(name) in TEXT_ENDINGS else _Source("json", name)


def _json_source(ending: str, key: str, head: _Head) -> _Source:
    word = head.keys.get(ending, {}).get(key, "text")
    return _Source(ending, key, cast=word in CAST)


def _parsed(content: bytes | str) -> dict[str, Any] | str:
    """The object of a JSON member, or the reason why there is none."""
    return content if isinstance(content, str) else parse_object(content)


def _add(rows: _Rows, key: str, members: Mapping[str, bytes | str], sources: Mapping[str, _Source]) -> Iterator[str]:
    """Add a sample, and tell which columns it has something for."""
    parsed: dict[str, dict[str, Any] | str] = {}
    for name, column in rows.columns.items():
        if name == KEY:
            column.append(key)
            continue
        source = sources[name]
        text, reason = None, "no-member"
        if source.ending in members:
            content = members[source.ending]
            if source.key is None:
                text, reason = _text(content)
                yield name
            else:
                if source.ending not in parsed:
                    parsed[source.ending] = _parsed(content)
                found = parsed[source.ending]
                text, reason = _value(found, source)
                if isinstance(found, str) or source.key in found:
                    yield name
        column.append(text)
        rows.room += len(text or "")
        if reason:
            rows.problems[rows.rows] = reason
    rows.rows += 1


def _text(content: bytes | str) -> tuple[str | None, str]:
    if isinstance(content, str):
        return None, content
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return None, "encoding"


def _value(parsed: dict[str, Any] | str, source: _Source) -> tuple[str | None, str]:
    return (None, parsed) if isinstance(parsed, str) else as_text(parsed.get(source.key or ""), cast=source.cast)


def _batch(rows: _Rows) -> Batch:
    import polars as pl

    frame = pl.DataFrame(rows.columns, schema=dict.fromkeys(rows.columns, pl.String))
    return Batch(frame, tuple(Problem(row, reason) for row, reason in rows.problems.items()))
