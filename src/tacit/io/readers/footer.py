"""Where the row groups of a parquet file end, as its footer tells.

polars does not say. What is found here decides where a file is cut into units, and whether the footer agrees with
itself; without it, files are cut and read all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.io.files import open_binary, size

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_FOOTER: Final = 1_048_576
"""A larger one is not looked at: that would take longer than it saves."""
_TAIL: Final = 8
_DEEPEST: Final = 16
_BINARY: Final = 8
_LISTS: Final = (9, 10)
_STRUCT: Final = 12
_MAP: Final = 11
_FIXED: Final = {1: 0, 2: 0, 3: 1, 7: 8}
"""Bytes of the compact protocol's types that always take up as many."""
_VARIABLE: Final = (4, 5, 6)


def row_groups(path: str) -> list[int] | None:
    """Rows of each row group, or ``None`` when the footer does not tell, is too large or cannot be understood.

    Raises:
        DataError: If the file cannot be read.
    """
    end = size(path) - _TAIL
    if end <= 0:
        return None
    with open_binary(path) as file:
        file.seek(end)
        tail = file.read(_TAIL)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != b"PAR1" or length > min(end, LARGEST_FOOTER):
            return None
        file.seek(end - length)
        footer = file.read(length)
    try:
        return _groups(_Compact(footer))
    except (IndexError, ValueError):
        return None


def _groups(footer: _Compact) -> list[int] | None:
    found = None
    for number, kind in footer.fields():
        if (number, kind) == (4, _LISTS[0]):
            count, element = footer.list_header()
            if element != _STRUCT:
                return None
            found = [_rows(footer) for _ in range(count)]
        else:
            footer.skip(kind)
    return found


def _rows(footer: _Compact) -> int:
    rows = -1
    for number, kind in footer.fields():
        if (number, kind) == (3, 6):
            rows = footer.integer()
        else:
            footer.skip(kind)
    if rows < 0:
        raise ValueError("a row group does not tell its rows")
    return rows


class _Compact:
    """Bytes in Thrift's compact protocol, read from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def fields(self) -> Iterator[tuple[int, int]]:
        """Number and type of each field of a struct; its value has to be read or skipped before the next."""
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self.integer()
            yield number, head & 15

    def list_header(self) -> tuple[int, int]:
        """How many elements a list has, and their type."""
        head = self._byte()
        return self._varint() if head >> 4 == 15 else head >> 4, head & 15

    def integer(self) -> int:
        """A signed integer."""
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def skip(self, kind: int, depth: int = 0) -> None:
        """Pass over a value."""
        if depth > _DEEPEST:
            raise ValueError("values are nested too deeply")
        if kind in _VARIABLE:
            self._varint()
        elif kind == _BINARY:
            length = self._varint()
            self._at += length
        elif kind in _FIXED:
            self._at += _FIXED[kind]
        elif kind == _STRUCT:
            for _, inner in self.fields():
                self.skip(inner, depth + 1)
        elif kind in _LISTS:
            count, element = self.list_header()
            for _ in range(count):
                self._element(element, depth)
        elif kind == _MAP and (count := self._varint()):
            kinds = self._byte()
            for _ in range(count):
                self._element(kinds >> 4, depth)
                self._element(kinds & 15, depth)
        elif kind != _MAP:
            raise ValueError("an unknown type")

    def _element(self, kind: int, depth: int) -> None:
        # Within lists and maps, a truth value is a byte; as a field, it is part of the type.
        self.skip(3 if kind in (1, 2) else kind, depth + 1)
        if self._at > len(self._data):
            raise IndexError("a list goes on behind the footer")

    def _byte(self) -> int:
        value = self._data[self._at]
        self._at += 1
        return value

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
            if shift > 63:
                raise ValueError("an integer of more than 64 bits")
