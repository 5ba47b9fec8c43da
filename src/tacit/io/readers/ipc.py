"""Where the messages of an Arrow IPC file or stream begin and end, found without reading their bodies.

Polars reads a stream only whole. Its messages are framed plainly, so a few of them behind the schema make a stream of
their own, and memory stays constant. Only the frame and the counts are read here; Polars decodes the columns.

Source: Apache Arrow columnar format 1.5, "Serialization and Interprocess Communication" (IPC), and the FlatBuffers
schemas ``Message.fbs``, ``Schema.fbs`` and ``File.fbs`` there.
"""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from tacit.errors import DataError
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MAGIC: Final = b"ARROW1"
END: Final = b"\xff\xff\xff\xff\0\0\0\0"
MAX_METADATA_BYTES: Final = 67_108_864
MAX_BATCH_BYTES: Final = 4_294_967_296
"""A record batch is the least that can be decoded; larger ones, as stored or decompressed, are refused."""
MAX_BATCH_ROWS: Final = 268_435_456

_CONTINUATION: Final = b"\xff\xff\xff\xff"
_SCHEMA, _DICTIONARY, _BATCH = 1, 2, 3
_MAX_FIELDS: Final = 100_000
_WORDS: Final = {
    1: "null", 2: "integer", 3: "number", 4: "binary", 5: "text", 6: "boolean", 7: "number", 8: "date or time",
    9: "date or time", 10: "date or time", 11: "interval", 12: "list", 13: "struct", 14: "union", 15: "binary",
    16: "list", 17: "list", 18: "date or time", 19: "binary", 20: "text", 21: "list", 22: "run-end encoded",
    23: "binary", 24: "text", 25: "list view", 26: "list view",
}  # fmt: skip
"""The types of ``Schema.fbs`` in plain words."""
_UNREADABLE: Final = ("interval", "union", "run-end encoded", "list view")
"""Types that make Polars give up on the whole file, whichever column is asked for."""


@dataclass(frozen=True, slots=True)
class Message:
    """A dictionary or a record batch.

    Attributes:
        offset: Where its frame starts in the file.
        head: Bytes of frame and metadata.
        body: Bytes of the body, which follows.
        rows: Rows of a record batch; 0 for a dictionary.
        dictionary: Number of the dictionary, or ``None`` for a record batch.
    """

    offset: int
    head: int
    body: int
    rows: int
    dictionary: int | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """What an Arrow file holds.

    Attributes:
        columns: Types by name, in plain words.
        schema: The schema message, as it stands.
        messages: Dictionaries and record batches, in order.
    """

    columns: dict[str, str]
    schema: bytes
    messages: tuple[Message, ...]


class _BrokenError(Exception):
    """The file contradicts itself; the text says how."""


class _Table:
    """A FlatBuffers table; every look stays within its bytes."""

    def __init__(self, data: bytes, at: int | None = None) -> None:
        self.data = data
        self.at = self._unpack("<I", 0) if at is None else at
        self._fields = self.at - self._unpack("<i", self.at)
        self._fields_end = self._fields + self._unpack("<H", self._fields)

    def _unpack(self, layout: str, at: int) -> int:
        if at < 0 or at + struct.calcsize(layout) > len(self.data):
            raise _BrokenError("its metadata point outside themselves")
        return int(struct.unpack_from(layout, self.data, at)[0])

    def _place(self, slot: int) -> int | None:
        entry = self._fields + 4 + 2 * slot
        if entry + 2 > self._fields_end:
            return None
        offset = self._unpack("<H", entry)
        return self.at + offset if offset else None

    def number(self, slot: int, layout: str, default: int = 0) -> int:
        place = self._place(slot)
        return default if place is None else self._unpack(layout, place)

    def table(self, slot: int) -> _Table | None:
        place = self._place(slot)
        return None if place is None else _Table(self.data, place + self._unpack("<I", place))

    def vector(self, slot: int, width: int) -> tuple[int, int]:
        """Start and number of items."""
        place = self._place(slot)
        if place is None:
            return 0, 0
        start = place + self._unpack("<I", place)
        count = self._unpack("<I", start)
        if start + 4 + count * width > len(self.data):
            raise _BrokenError("its metadata point outside themselves")
        return start + 4, count

    def tables(self, slot: int) -> Iterator[_Table]:
        start, count = self.vector(slot, 4)
        for item in range(start, start + 4 * count, 4):
            yield _Table(self.data, item + self._unpack("<I", item))

    def text(self, slot: int) -> str:
        start, count = self.vector(slot, 1)
        return self.data[start : start + count].decode("utf-8")

    def pairs(self, slot: int) -> NDArray[np.int64]:
        """A vector of structures of two 64-bit integers, shape ``(items, 2)``."""
        start, count = self.vector(slot, 16)
        return np.frombuffer(self.data, "<i8", 2 * count, start).reshape(count, 2)


def index(file: BinaryIO, path: str, length: int) -> Index:
    """Find the messages of an Arrow IPC file or stream.

    Args:
        file: The file, open and seekable.
        path: Its name, for messages.
        length: Its size in bytes.

    Raises:
        DataError: If it is not Arrow IPC, is truncated, contradicts itself, or uses what cannot be read.
    """
    try:
        file.seek(0)
        if file.read(len(MAGIC)) == MAGIC:
            return _index_file(file, length)
        return _index_stream(file, 0, length)
    except (_BrokenError, UnicodeDecodeError) as broken:
        why = str(broken) if isinstance(broken, _BrokenError) else "a column name is not valid UTF-8"
        raise DataError(f"{shown(path)} is not a whole Arrow file: {why}. Copy or write it again.") from None


def stream(file: BinaryIO, path: str, messages: tuple[Message, ...], schema: bytes) -> bytes:
    """The messages as an Arrow stream of their own.

    Args:
        file: The file they were found in.
        path: Its name, for messages.
        messages: From its index.
        schema: From its index.

    Raises:
        DataError: If the file changed meanwhile, or a compressed body lies about its size.
    """
    parts = [schema]
    try:
        for message in messages:
            file.seek(message.offset)
            part = file.read(message.head + message.body)
            if len(part) < message.head + message.body:
                raise _BrokenError("it ends too early")
            _check_compressed(part, message)
            parts.append(part)
    except _BrokenError as broken:
        raise DataError(f"{shown(path)} is not a whole Arrow file: {broken}. Copy or write it again.") from None
    return b"".join([*parts, END])


def _index_stream(file: BinaryIO, start: int, stop: int) -> Index:
    at, columns, schema = start, dict[str, str](), b""
    messages: list[Message] = []
    while True:
        if at == stop:
            raise _BrokenError("the mark at the end of the stream is missing, so it may be truncated")
        head = _head(file, at, stop)
        if len(head) <= 8:
            break
        kind, body = _kind(head)
        if at + len(head) + body > stop:
            raise _BrokenError(f"it ends within the message at byte {at}, so it is truncated")
        if (kind == _SCHEMA) != (not schema):
            raise _BrokenError(f"the message at byte {at} is out of place")
        if kind == _SCHEMA:
            columns, schema = _columns(_root(head)), head
            body = 0
        else:
            messages.append(_message(head, kind, at, body, len(columns)))
        at += len(head) + body
    if not schema:
        raise _BrokenError("it has no schema")
    file.seek(at + len(head))
    if at + len(head) < stop and any(file.read(65_536)):
        raise _BrokenError(f"more data follow its end at byte {at}")
    return Index(columns, schema, tuple(messages))


def _index_file(file: BinaryIO, length: int) -> Index:
    tail = len(MAGIC) + 4
    file.seek(max(0, length - tail))
    end = file.read(tail)
    if length < 8 + tail or end[4:] != MAGIC:
        raise _BrokenError("its footer is missing, so it is truncated")
    size = int.from_bytes(end[:4], "little", signed=True)
    start = length - tail - size
    if not 0 < size <= MAX_METADATA_BYTES or start < 8:
        raise _BrokenError("its footer has an impossible length")
    file.seek(start)
    footer = _Table(file.read(size))
    schema = _schema_message(footer)
    columns, messages = _columns(_root(schema)), []
    for slot, expected in ((2, _DICTIONARY), (3, _BATCH)):
        first, count = footer.vector(slot, 24)
        for offset, _, body in struct.iter_unpack("<qqq", footer.data[first : first + 24 * count]):
            head = _head(file, offset, start)
            if len(head) <= 8 or _kind(head) != (expected, body) or offset + len(head) + body > start:
                raise _BrokenError(f"its footer is wrong about the message at byte {offset}")
            messages.append(_message(head, expected, offset, body, len(columns)))
    return Index(columns, schema, tuple(messages))


def _schema_message(footer: _Table) -> bytes:
    """The schema of a footer as a message. What stands at the front of a file is not always one: Polars differs.

    FlatBuffers hold only relative offsets, so a small table that points into a copy of the footer will do.
    """
    schema = footer.table(1)
    if schema is None:
        raise _BrokenError("it has no schema")
    # Root; list of fields (its size, the table's size, places of version, kind, header, body); the table; padding
    # to 40 bytes, which keeps the footer aligned.
    layout = struct.Struct("<I6HiIqhB5x")
    version = footer.number(0, "<h")
    table = layout.pack(16, 12, 20, 16, 18, 4, 8, 12, layout.size + schema.at - 20, 0, version, _SCHEMA)
    content = table + footer.data + bytes(-len(footer.data) % 8)
    return _CONTINUATION + struct.pack("<i", len(content)) + content


def _head(file: BinaryIO, at: int, stop: int) -> bytes:
    """Frame and metadata of a message; no more than 8 bytes if it is the mark at the end."""
    if not 0 <= at <= stop - 4:
        raise _BrokenError("it ends within a message, so it is truncated")
    file.seek(at)
    frame = file.read(4)
    if frame == _CONTINUATION:  # Writers before Arrow 0.15 left this out.
        frame += file.read(4)
    size = int.from_bytes(frame[-4:], "little", signed=True)
    if len(frame) not in (4, 8) or not 0 <= size <= MAX_METADATA_BYTES or at + len(frame) + size > stop:
        raise _BrokenError(f"there is no whole Arrow message at byte {at}; it is truncated, or something else")
    metadata = file.read(size)
    if len(metadata) < size:
        raise _BrokenError("it ends within a message, so it is truncated")
    return frame + metadata


def _root(head: bytes) -> _Table:
    return _Table(head[8 if head[:4] == _CONTINUATION else 4 :])


def _kind(head: bytes) -> tuple[int, int]:
    """Kind of a message and bytes of its body."""
    root = _root(head)
    kind, body = root.number(1, "<B"), root.number(3, "<q")
    if kind not in (_SCHEMA, _DICTIONARY, _BATCH):
        raise _BrokenError(f"it holds a message of unknown kind {kind}")
    if not 0 <= body <= MAX_BATCH_BYTES:
        raise _BrokenError(f"a record batch claims {body:,} bytes; at most {MAX_BATCH_BYTES:,} are read")
    return kind, body


def _message(head: bytes, kind: int, offset: int, body: int, columns: int) -> Message:
    if kind == _BATCH:
        return Message(offset, len(head), body, _batch(_root(head).table(2), body, columns))
    outer = _root(head).table(2)
    if outer is None:
        raise _BrokenError(f"the dictionary at byte {offset} is empty")
    if outer.number(2, "<B"):
        raise _BrokenError("it holds delta dictionaries, which are not supported")
    _batch(outer.table(1), body, 1)
    return Message(offset, len(head), body, 0, outer.number(0, "<q"))


def _batch(batch: _Table | None, body: int, columns: int) -> int:
    """Number of rows, once the counts and buffers are known to fit."""
    if batch is None:
        raise _BrokenError("a record batch is empty")
    rows, nodes, buffers = batch.number(0, "<q"), batch.pairs(1), batch.pairs(2)
    if len(nodes) < columns:
        raise _BrokenError("a record batch lacks columns")
    if not 0 <= rows <= MAX_BATCH_ROWS or (len(nodes) and int(nodes[0, 0]) != rows):
        raise _BrokenError(f"a record batch claims {rows:,} rows")
    if nodes.size and (nodes.min() < 0 or nodes.max() > MAX_BATCH_BYTES or (nodes[:, 1] > nodes[:, 0]).any()):
        raise _BrokenError("a record batch claims an impossible number of nulls")
    if buffers.size and (buffers.min() < 0 or buffers.max() > body or buffers.sum(axis=1).max() > body):
        raise _BrokenError("a column lies outside its record batch")
    return rows


def _check_compressed(part: bytes, message: Message) -> None:
    """Refuse bodies that claim to become enormous: to ask for so much memory ends the process."""
    header = _root(part[: message.head]).table(2)
    batch = header if message.dictionary is None or header is None else header.table(1)
    if batch is None or batch.table(3) is None:
        return
    total = 0
    for offset, size in batch.pairs(2).tolist():
        if size:
            claimed = int.from_bytes(part[message.head + offset : message.head + offset + 8], "little", signed=True)
            if size < 8 or claimed < -1:
                raise _BrokenError("a compressed column has an impossible length")
            total += max(claimed, size)
    if total > MAX_BATCH_BYTES:
        raise _BrokenError(f"a record batch expands to {total:,} bytes; at most {MAX_BATCH_BYTES:,} are read")


def _columns(root: _Table) -> dict[str, str]:
    schema = root.table(2)
    if schema is None:
        raise _BrokenError("it has no schema")
    if schema.number(0, "<h"):
        raise _BrokenError("it was written big-endian, which is not supported")
    columns: dict[str, str] = {}
    names = Counter[str]()
    left = _MAX_FIELDS
    for field in schema.tables(1):
        name, waiting = field.text(0), [field]
        names[name] += 1
        columns[name] = _WORDS.get(field.number(2, "<B"), "unknown")
        while waiting:
            inner = waiting.pop()
            left -= 1
            kind = inner.number(2, "<B")
            if left < 0 or kind not in _WORDS:
                raise _BrokenError(f"column '{shown(name)}' is of an unknown type")
            if _WORDS[kind] in _UNREADABLE:
                raise _BrokenError(
                    f"column '{shown(name)}' is a {_WORDS[kind]}, which is not supported; write it without"
                )
            waiting.extend(inner.tables(5))
            if len(waiting) > left:
                raise _BrokenError("it has too many columns")
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise _BrokenError(f"the column '{shown(twice[0])}' is there twice")
    return columns
