"""Writing files so that a reader sees the old bytes or the new ones, never half of them."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tacit.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})

DISK_FULL: Final = "Free some space and run the same command again: the items that were recorded are kept."
NOT_WRITABLE: Final = "Choose a folder that you may write to with --out."


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the operating system says while `path` is written into a message for people.

    Raises:
        DataError: In place of any `OSError`, with the path and what to do next.

    Example:
        >>> with writing(Path("missing/a")):  # doctest: +ELLIPSIS
        ...     open("missing/a", "w")
        Traceback (most recent call last):
        tacit.errors.DataError: Cannot write missing/a: No such file or directory. Check the path and the disk, ...
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        advice = DISK_FULL if error.errno in _FULL else NOT_WRITABLE
        if error.errno not in _FULL | _REFUSED:
            advice = "Check the path and the disk, or choose another folder with --out."
        raise DataError(f"Cannot write {path}: {reason}. {advice}") from error


def write_atomic(path: Path, data: bytes) -> None:
    """Write a whole file: under another name in the same folder, flushed to disk, then renamed.

    Args:
        path: The file; an existing one is replaced.
        data: Its content.

    Raises:
        OSError: As the operating system gives it; no temporary file is left behind. See `writing`.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def move_atomic(source: Path, path: Path) -> None:
    """Move a finished file to `path`, flushed to disk; copied first when it lies on another file system.

    Args:
        source: A regular file; gone afterwards.
        path: Where it goes; an existing file is replaced.

    Raises:
        OSError: As the operating system gives it.
    """
    try:
        sync_file(source)
        source.replace(path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    else:
        return
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        shutil.copyfile(source, temporary)
        sync_file(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    source.unlink()


def sync_file(path: Path) -> None:
    """Flush a file's bytes to disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Flush a folder's list of names to disk, so that renames in it survive a power failure."""
    if os.name == "nt":  # pragma: no cover - Windows cannot open a folder, and orders renames itself
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
