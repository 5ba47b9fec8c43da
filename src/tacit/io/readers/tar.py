"""The members of a tar archive as a stream: nothing is written to disk, and no name is ever opened.

The standard library's `tarfile.open` ends quietly where an archive was cut between two members, and holds headers of
any size in memory. Here an archive must end with its end mark, and headers are bounded; parsing one header block is
left to `tarfile`.
"""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, NoReturn

from tacit.errors import DataError
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK: Final = 512
MAX_HEADER_BYTES: Final = 1_048_576
"""Long names and extended headers above this are refused."""

_MAX_SIZE: Final = 1 << 60
_REGULAR: Final = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
_ZEROS: Final = bytes(BLOCK)


@dataclass(slots=True)
class Member:
    r"""A regular file in an archive.

    Attributes:
        name: As stored, with bytes that are not UTF-8 written as ``\xNN``. Not a place on this machine.
        size: Bytes.
    """

    name: str
    size: int


class TarStream:
    """Reads an archive from front to back.

    Args:
        file: The archive, decompressed, at its start.
        path: Its name, for messages.
    """

    def __init__(self, file: BinaryIO, path: str) -> None:
        self._file, self._path = file, path
        self._at = 0
        self._left = 0
        self._padding = 0

    def __iter__(self) -> Iterator[Member]:
        """Its regular files, in order; links, folders and devices are passed over.

        Raises:
            DataError: If it is not a tar archive, is truncated or damaged, or holds sparse files.
        """
        name, size = "", -1
        while (block := self._block()) is not None:
            header = self._header(block)
            kind = header.type
            if kind in (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE):
                extra = self._extra(header.size)
                if kind == tarfile.GNUTYPE_LONGNAME:
                    name = extra.split(b"\0", 1)[0].decode("utf-8", "backslashreplace")
                else:
                    pax_name, pax_size = self._pax(extra)
                    name, size = pax_name or name, size if pax_size is None else pax_size
                continue
            if kind == tarfile.GNUTYPE_SPARSE:
                self._damaged("it holds sparse files, which are not supported")
            if kind in tarfile.SUPPORTED_TYPES and kind not in _REGULAR:
                # Folders, links and devices have no content, whatever size they give.
                if kind in (tarfile.GNUTYPE_LONGLINK, tarfile.XGLTYPE):
                    self._enter(header.size)
                    self._skip()
                    if kind == tarfile.GNUTYPE_LONGLINK:
                        continue
                name, size = "", -1
                continue
            self._enter(header.size if size < 0 else size)
            if kind in _REGULAR and not (name or header.name).endswith("/"):
                yield Member(name or header.name, self._left)
            self._skip()
            name, size = "", -1
        if name or size >= 0:
            self._damaged("it ends after an extended header, so it is truncated")

    def read(self) -> bytes:
        """Content of the member that iteration stands at; ask for its size first.

        Raises:
            DataError: If the archive ends within it.
        """
        data = self._file.read(self._left)
        if len(data) < self._left:
            self._damaged("it ends within a member, so it is truncated")
        self._at += self._left
        self._left = 0
        return data

    def _block(self) -> bytes | None:
        """The next header, or ``None`` at the end mark."""
        block = self._file.read(BLOCK)
        if len(block) < BLOCK:
            if not self._at:
                raise DataError(f"{shown(self._path)} is not a tar archive: it is empty or too short.")
            self._damaged("the mark at its end is missing, so it is truncated")
        if block != _ZEROS:
            self._at += BLOCK
            return block
        # To the very end: what follows must be padding, and a compressed file proves itself only there.
        while rest := self._file.read(BLOCK * 128):
            if rest.count(0) != len(rest):
                self._damaged("more data follow its end mark; archives that were joined must be read one by one")
        return None

    def _header(self, block: bytes) -> tarfile.TarInfo:
        header = _ordinary(block)
        if header is not None:
            return header
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "backslashreplace")
        except (tarfile.HeaderError, ValueError):
            if self._at == BLOCK:
                raise DataError(f"{shown(self._path)} is not a tar archive. Rename it, or write it again.") from None
            self._damaged("there is no valid header where one must be")
        if not 0 <= header.size <= _MAX_SIZE:
            self._damaged("a member has an impossible size")
        return header

    def _enter(self, size: int) -> None:
        self._left, self._padding = size, -size % BLOCK

    def _skip(self) -> None:
        """Go past what is left of the current member. Beyond the end, the next header is what will be missing."""
        distance = self._left + self._padding
        if distance:
            self._file.seek(distance, 1)
            self._at += distance
        self._left = self._padding = 0

    def _extra(self, size: int) -> bytes:
        if size > MAX_HEADER_BYTES:
            self._damaged(f"an extended header claims {size:,} bytes; at most {MAX_HEADER_BYTES:,} are read")
        self._enter(size)
        data = self.read()
        self._skip()
        return data

    def _pax(self, data: bytes) -> tuple[str, int | None]:
        r"""Name and size from an extended header, in records ``length key=value\n``."""
        name, size = "", None
        while data.rstrip(b"\0"):
            digits, space, _ = data.partition(b" ")
            # No longer than any header may be, or int() would read digits without end.
            length = int(digits) if space and digits.isdigit() and len(digits) < 8 else 0
            key, equals, value = data[len(digits) + 1 : length - 1].partition(b"=")
            if not equals or length > len(data) or data[length - 1 : length] != b"\n":
                self._damaged("an extended header cannot be parsed")
            if key == b"path":
                name = value.split(b"\0", 1)[0].decode("utf-8", "backslashreplace")
            elif key == b"size":
                if not (value.isdigit() and len(value) < 19 and int(value) <= _MAX_SIZE):
                    self._damaged("a member has an impossible size")
                size = int(value)
            elif key.startswith(b"GNU.sparse."):
                self._damaged("it holds sparse files, which are not supported")
            data = data[length:]
        return name, size

    def _damaged(self, what: str) -> NoReturn:
        raise DataError(f"{shown(self._path)} cannot be read beyond byte {self._at:,}: {what}. Copy or write it again.")


def _ordinary(block: bytes) -> tarfile.TarInfo | None:
    """The header of a regular file in the commonest form, four times as fast as `tarfile`; ``None`` for any other."""
    size, checksum = block[124:135], block[148:154]
    if block[156] != 0x30 or block[345] or not (size.isdigit() and checksum.isdigit()) or block[135] not in b" \0":
        return None
    # The checksum is taken with its own field as spaces.
    try:
        if int(checksum, 8) != sum(block) - sum(block[148:156]) + 8 * 0x20:
            return None
        header = tarfile.TarInfo(block[:100].split(b"\0", 1)[0].decode("utf-8", "backslashreplace"))
        header.size = int(size, 8)
    except ValueError:
        return None
    return header
