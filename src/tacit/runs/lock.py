"""One writer per run folder: an advisory lock that the operating system drops when its holder dies, however it dies."""

from __future__ import annotations

import os
import re
import socket
import sys
from typing import TYPE_CHECKING, Final

from tacit.errors import DataError, UsageError
from tacit.runs.atomic import writing

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME: Final = ".lock"
_OWNER: Final = re.compile(r"([0-9]{1,10}) ([A-Za-z0-9._-]{1,253})")


class FolderLock:
    """The exclusive right to write in a folder, held until `release` or the end of the process.

    Held through ``flock`` rather than through a record lock: a record lock is lost as soon as anything in the process
    closes any descriptor of the lock file, and does not keep two runs in one process apart.

    Args:
        folder: An existing folder.

    Raises:
        UsageError: If another run holds it; the message names the process when that is known.
        DataError: If the lock file cannot be made, or the file system has no locks.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_NAME
        self._descriptor = _acquire(folder, self._path)

    def release(self) -> None:
        """Give the lock up and remove its file; doing so twice is harmless."""
        if self._descriptor < 0:
            return
        if sys.platform == "win32":  # pragma: no cover - an open file cannot be removed there
            os.close(self._descriptor)
            self._path.unlink(missing_ok=True)
        else:
            # Removed while still held: whoever opened the old file in between sees in `_acquire` that it is gone.
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
        self._descriptor = -1


def _acquire(folder: Path, path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    while True:
        with writing(path):
            descriptor = os.open(path, flags, 0o644)
        try:
            if not _try_lock(descriptor, folder):
                raise UsageError(
                    f"Another run is writing to {folder} ({_owner(descriptor)}). Wait for it to end, stop it, or "
                    "choose another folder with --out."
                )
            if _still_there(descriptor, path):
                with writing(path):
                    os.ftruncate(descriptor, 0)
                    os.lseek(descriptor, 0, os.SEEK_SET)
                    os.write(descriptor, f"{os.getpid()} {socket.gethostname()}\n".encode())
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _try_lock(descriptor: int, folder: Path) -> bool:
    try:
        if sys.platform == "win32":  # pragma: no cover - no Windows machine in our tests
            import msvcrt

            os.lseek(descriptor, 1 << 20, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        raise DataError(
            f"The file system of {folder} has no file locks ({error.strerror}), so two runs could not be kept apart. "
            "Choose a folder on a local disk with --out."
        ) from error
    return True


def _still_there(descriptor: int, path: Path) -> bool:
    """Whether the file we locked is the one under its name, and not one that its last holder has just removed."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def _owner(descriptor: int) -> str:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        text = os.read(descriptor, 300).decode("ascii", "replace")
    except OSError:
        text = ""
    match = _OWNER.match(text)
    return f"process {match[1]} on {match[2]}" if match else "another process"
