"""What a run has finished so far, item by item, in a file that survives the run being killed."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
import zlib
from typing import TYPE_CHECKING, Final

from tacit.errors import DataError
from tacit.runs.atomic import DISK_FULL, NOT_WRITABLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JOURNAL_NAME: Final = "journal.sqlite"
SIDE_FILES: Final = ("-wal", "-shm", "-journal")
"""What SQLite may put beside a database file."""

_SCHEMA: Final = (
    "CREATE TABLE run (version INTEGER NOT NULL, fingerprint TEXT NOT NULL)",
    "CREATE TABLE items (item INTEGER PRIMARY KEY, crc INTEGER NOT NULL, payload BLOB NOT NULL)",
)
_VERSION: Final = 1
_SYNC_SECONDS: Final = 1.0
_START_AGAIN: Final = "Start again with --force, or delete the folder."


class DamagedJournalError(DataError):
    """The journal cannot be trusted: it is not one of ours, or its bytes have changed."""


class Journal:
    """The payloads of finished items, kept in SQLite.

    Durability: every `record` is committed in write-ahead mode, so it survives ``kill -9`` of the process whatever
    the mode of flushing, because the bytes are with the operating system. ``synchronous=NORMAL`` does not flush them
    to disk at each commit, so a power failure can lose the last commits, never damage the file; ``FULL`` would cost
    one disk flush per item. So commits are ``NORMAL``, and once a second one is ``FULL``: that flush covers all
    commits before it. A power failure costs at most about a second of work, which is simply done again.

    The file is held in exclusive mode: the index of the write-ahead log then lives in our memory rather than in a
    shared mapping, which network file systems cannot give.

    Args:
        path: The file; made when it is missing or empty.
        fingerprint: Whose journal a new file becomes. An existing file keeps the one it has; compare `fingerprint`.

    Attributes:
        path: The file.
        fingerprint: The run that the file belongs to.

    Raises:
        DamagedJournalError: If the file is not a tacit journal, or is damaged.
        DataError: If it cannot be written.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     journal = Journal(pathlib.Path(folder, "journal.sqlite"), "abc")
        ...     journal.record(3, b"three"), journal.record(1, b"one"), journal.record(3, b"again")
        ...     journal.finished(), list(journal.payloads())
        ...     journal.close()
        (None, None, None)
        ({1, 3}, [(1, b'one'), (3, b'three')])
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path = path
        self._mutex = threading.Lock()
        self._synced = time.monotonic()
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise DamagedJournalError(f"{path} is not a regular file, so it is no journal of ours. {_START_AGAIN}")
        with self._explained():
            # The mutex does what check_same_thread would forbid: engines may record from several threads.
            self._db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            self.fingerprint = self._open(fingerprint)
        except BaseException:
            self._db.close()
            raise

    def _open(self, fingerprint: str) -> str:
        with self._explained():
            for pragma in ("locking_mode=EXCLUSIVE", "trusted_schema=OFF", "journal_mode=WAL", "synchronous=NORMAL"):
                self._db.execute(f"PRAGMA {pragma}").fetchall()
            tables = self._db.execute("SELECT sql FROM sqlite_master").fetchall()
            if not tables:
                self._create(fingerprint)
            elif {sql for (sql,) in tables} != set(_SCHEMA):
                # Nothing is read through a schema that is not exactly ours: views and triggers are code.
                raise DamagedJournalError(f"{self.path} is not a tacit journal. {_START_AGAIN}")
            else:
                self._check()
            version, stored = self._db.execute("SELECT version, fingerprint FROM run").fetchone() or (0, "")
        if version != _VERSION or not isinstance(stored, str):
            raise DamagedJournalError(
                f"{self.path} was written by another version of tacit (journal version {version!r}, this one reads "
                f"{_VERSION}). Continue with that version. {_START_AGAIN}"
            )
        return stored

    def _create(self, fingerprint: str) -> None:
        # One transaction, so a journal either has its tables and its owner, or nothing.
        self._db.execute("BEGIN")
        for statement in _SCHEMA:
            self._db.execute(statement)
        self._db.execute("INSERT INTO run VALUES (?, ?)", (_VERSION, fingerprint))
        self._db.execute("COMMIT")

    def _check(self) -> None:
        # Damage found now costs a message; found when results are made, it would cost the hours since.
        found = [text for (text,) in self._db.execute("PRAGMA quick_check(1)")]
        if found != ["ok"]:
            raise DamagedJournalError(f"{self.path} is damaged: {_one_line(found)}. {_START_AGAIN}")

    def record(self, index: int, payload: bytes) -> None:
        """Keep the payload of an item; committed when this returns.

        Args:
            index: The item's number, 0 or more.
            payload: Its bytes. Recording an item again keeps the first.

        Raises:
            TypeError: If the payload is not bytes.
            ValueError: If the index is negative or does not fit in 63 bits.
            DataError: If the disk is full or the file cannot be written; nothing half-recorded is left.
        """
        if not isinstance(payload, bytes):
            raise TypeError(f"the payload of item {index} is {type(payload).__name__}, not bytes")
        if not 0 <= index < 1 << 63:
            raise ValueError(f"item numbers are 0 or more and fit in 63 bits, not {index}")
        row = (index, _check_sum(index, payload), payload)
        with self._mutex, self._explained():
            flush = time.monotonic() - self._synced >= _SYNC_SECONDS
            if flush:
                self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("INSERT INTO items VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)
            if flush:
                self._db.execute("PRAGMA synchronous=NORMAL")
                self._synced = time.monotonic()

    def finished(self) -> set[int]:
        """The numbers of all recorded items.

        Raises:
            DataError: If the file cannot be read.
        """
        with self._mutex, self._explained():
            return {index for (index,) in self._db.execute("SELECT item FROM items")}

    def count(self) -> int:
        """How many items are recorded.

        Raises:
            DataError: If the file cannot be read.
        """
        with self._mutex, self._explained():
            (count,) = self._db.execute("SELECT COUNT(*) FROM items").fetchone()
        return int(count)

    def payloads(self) -> Iterator[tuple[int, bytes]]:
        """Every recorded item in order of its number, one at a time: memory holds one payload, however many there are.

        Yields:
            Number and payload. Items recorded meanwhile are included when their number is still to come.

        Raises:
            DamagedJournalError: If a payload is not what was recorded.
        """
        last = -1
        # One lookup per item rather than one open cursor: a cursor would stop the write-ahead log from being emptied.
        query = "SELECT item, crc, payload FROM items WHERE item > ? ORDER BY item LIMIT 1"
        while True:
            with self._mutex, self._explained():
                row = self._db.execute(query, (last,)).fetchone()
            if row is None:
                return
            last, crc, payload = row
            if not isinstance(payload, bytes) or _check_sum(last, payload) != crc:
                raise DamagedJournalError(
                    f"{self.path} is damaged: the payload of item {last} is not what was recorded. {_START_AGAIN}"
                )
            yield last, payload

    def close(self) -> None:
        """Flush to disk and let go of the file; doing so twice is harmless."""
        with self._mutex, self._explained():
            self._db.close()

    def remove(self) -> None:
        """Close and delete the file.

        Raises:
            OSError: If it cannot be deleted.
        """
        with self._mutex, contextlib.suppress(sqlite3.Error):
            self._db.close()
        remove_journal(self.path)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError:  # use after close, wrong number of parameters: ours, not the user's
            raise
        except sqlite3.Error as error:
            raise _explain(error, self.path) from error


def _check_sum(index: int, payload: bytes) -> int:
    """Over the number too, so that a payload is never taken for another item's."""
    return zlib.crc32(payload, zlib.crc32(index.to_bytes(8, "little")))


def remove_journal(path: Path) -> None:
    """Delete a journal that nobody has open, and what SQLite keeps beside it.

    Raises:
        OSError: If it cannot be deleted.
    """
    for side in SIDE_FILES:
        path.with_name(path.name + side).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _explain(error: sqlite3.Error, path: Path) -> DataError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return DataError(f"Cannot write {path}: the disk is full. {DISK_FULL}")
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return DataError(f"Cannot write {path}: {_one_line(error.args)}. {NOT_WRITABLE}")
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return DataError(f"{path} is open in another program. Close it there and run the same command again.")
    if code == sqlite3.SQLITE_TOOBIG:
        return DataError(f"{path}: one item's payload is larger than SQLite can hold. Use smaller batches.")
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return DamagedJournalError(f"{path} is damaged: {_one_line(error.args)}. {_START_AGAIN}")
    return DataError(f"{path}: {_one_line(error.args)}. Check the disk, then run the same command again.")


def _one_line(parts: object) -> str:
    """SQLite's words for people: printable, on one line, cut to a sentence."""
    text = " ".join(str(part) for part in parts) if isinstance(parts, (list, tuple)) else str(parts)
    return "".join(c if c.isprintable() else " " for c in text)[:200].strip()
