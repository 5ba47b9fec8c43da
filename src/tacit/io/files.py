"""Opening what the user named: local files, globs, folders and object stores, plain or compressed."""

from __future__ import annotations

import gzip
import io
import stat
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from tacit.errors import DataError
from tacit.io.folders import expand
from tacit.io.places import SCHEMES, explained, filesystem, is_remote, local_path, shown

if TYPE_CHECKING:
    import os

__all__ = ["SCHEMES", "expand", "is_remote", "local_path", "open_binary", "open_decompressed", "shown", "size"]

BUFFER_BYTES: Final = 262_144


def open_binary(path: str) -> BinaryIO:
    """Open a file for reading bytes, wherever it is. Seekable; close it or use it as a context manager.

    Args:
        path: A local path or a URL with one of `SCHEMES`, given by the user and never taken from data.

    Raises:
        UsageError: If the scheme is not one of `SCHEMES`.
        MissingExtraError: If the packages that read the scheme are not installed.
        DataError: If it cannot be opened; also from later reads, if they fail.
    """
    with explained(path):
        return _buffered(_open(path), path)


def open_decompressed(path: str) -> BinaryIO:
    """Open a file and undo the compression its name tells of: ``.gz`` or ``.tgz``, ``.zst``, otherwise none.

    Nothing is held beyond a buffer, however much a file expands. Files of several members or frames are read whole.

    Raises:
        UsageError: As `open_binary`.
        MissingExtraError: As `open_binary`.
        DataError: As `open_binary`; also if the compressed data are truncated or damaged, once reading gets there.
    """
    suffix = Path(path.lower()).suffix
    if suffix not in (".gz", ".tgz", ".zst"):
        return open_binary(path)
    with explained(path), ExitStack() as opened:
        file = opened.enter_context(_open(path))
        if not file.read(1):
            raise DataError(f"{shown(path)} is empty, which no {suffix} file is. Write or copy it again.")
        file.seek(0)
        compressed = _buffered(file, path)
        inner = _zstd(compressed) if suffix == ".zst" else gzip.GzipFile(fileobj=compressed, mode="rb")
        opened.pop_all()
        return _buffered(cast("BinaryIO", inner), path, compressed)


def size(path: str) -> int:
    """Size of a file in bytes, as stored.

    Raises:
        UsageError: As `open_binary`.
        MissingExtraError: As `open_binary`.
        DataError: If there is no such file or it cannot be looked at.
    """
    with explained(path):
        if not is_remote(path):
            return _regular(local_path(path), path).st_size
        found = filesystem(path).size(path)
    if found is None:
        raise DataError(f"{shown(path)} has no known size. Name a file rather than a folder.")
    return int(found)


class _Guarded(io.RawIOBase):
    """A stream whose failures are `DataError`, and which closes what it was built on."""

    def __init__(self, inner: BinaryIO, path: str, *below: BinaryIO) -> None:
        self._inner, self._path, self._below = inner, path, below

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._inner.seekable()

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - the buffer protocol has no name in 3.11
        with explained(self._path):
            return int(self._inner.readinto(buffer))  # type: ignore[attr-defined]

    def seek(self, offset: int, whence: int = 0, /) -> int:
        with explained(self._path):
            return self._inner.seek(offset, whence)

    def tell(self) -> int:
        return self._inner.tell()

    def close(self) -> None:
        if not self.closed:
            with ExitStack() as stack:
                for stream in (*self._below, self._inner):
                    stack.callback(stream.close)
        super().close()


def _buffered(inner: BinaryIO, path: str, *below: BinaryIO) -> BinaryIO:
    return io.BufferedReader(_Guarded(inner, path, *below), BUFFER_BYTES)


def _open(path: str) -> BinaryIO:
    if is_remote(path):
        return cast("BinaryIO", filesystem(path).open(path, "rb"))
    place = local_path(path)
    _regular(place, path)
    return place.open("rb", buffering=0)


def _regular(place: Path, path: str) -> os.stat_result:
    """Refuse pipes and devices before opening them: some block, some never end, none can be read twice."""
    found = place.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError
    if not stat.S_ISREG(found.st_mode):
        raise DataError(f"{shown(path)} is not a regular file. Write its content to a file first.")
    return found


def _zstd(compressed: BinaryIO) -> BinaryIO:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return cast("BinaryIO", zstd.ZstdFile(compressed, "rb"))
