"""The tables of a project, and how its one SQLite file is opened, read and written."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from tacit.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION: Final = 1

TABLES: Final = """
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE picture (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, position INTEGER NOT NULL,
    ask TEXT NOT NULL, annotators INTEGER NOT NULL CHECK (annotators > 0), problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX picture_position ON picture (position);
CREATE TABLE annotator (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, token TEXT NOT NULL UNIQUE, paused INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE turn (
    picture INTEGER NOT NULL REFERENCES picture, annotator INTEGER NOT NULL REFERENCES annotator,
    state TEXT NOT NULL CHECK (state IN ('held', 'done', 'skipped')), shown REAL NOT NULL, until REAL NOT NULL,
    PRIMARY KEY (picture, annotator)
) WITHOUT ROWID;
CREATE INDEX turn_annotator ON turn (annotator, state);
CREATE TABLE draft (
    picture INTEGER NOT NULL, annotator INTEGER NOT NULL, type TEXT NOT NULL, text TEXT NOT NULL,
    empty INTEGER NOT NULL, seconds REAL, pasted INTEGER NOT NULL,
    PRIMARY KEY (picture, annotator, type), FOREIGN KEY (picture, annotator) REFERENCES turn
) WITHOUT ROWID;
CREATE TABLE answer (
    id INTEGER PRIMARY KEY AUTOINCREMENT, picture INTEGER NOT NULL, annotator INTEGER NOT NULL,
    submission TEXT NOT NULL, type TEXT NOT NULL, text TEXT NOT NULL, empty INTEGER NOT NULL, seconds REAL,
    stated TEXT NOT NULL, pasted INTEGER NOT NULL, question TEXT NOT NULL, written_at TEXT NOT NULL,
    tacit TEXT NOT NULL, detector TEXT NOT NULL, checked INTEGER NOT NULL DEFAULT 0,
    UNIQUE (picture, annotator, type), FOREIGN KEY (picture, annotator) REFERENCES turn
);
CREATE INDEX answer_submission ON answer (annotator, submission);
CREATE TABLE flag (
    answer INTEGER NOT NULL REFERENCES answer, name TEXT NOT NULL, explanation TEXT NOT NULL,
    PRIMARY KEY (answer, name, explanation)
) WITHOUT ROWID;
CREATE TABLE review (
    answer INTEGER NOT NULL REFERENCES answer, reviewer INTEGER NOT NULL REFERENCES annotator,
    asserts INTEGER NOT NULL, shows INTEGER, reviewed_at TEXT NOT NULL,
    PRIMARY KEY (answer, reviewer)
);
"""
"""All of it. Tokens are kept as SHA-256 only; ``ask`` and ``stated`` are JSON lists; times are seconds since 1970."""


class Database:
    """One SQLite file, used by several threads through one connection, one after the other.

    Every `write` is one transaction that is on the disk when the block ends (write-ahead log, ``synchronous=FULL``):
    a process or a machine that dies afterwards takes nothing of it away, and of one that dies before, nothing is seen.

    Args:
        path: The file; made when missing.

    Raises:
        DataError: If it is not a project of this version, or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        try:
            self._link = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._link.row_factory = sqlite3.Row
            self._link.execute("PRAGMA journal_mode = WAL")
            self._link.execute("PRAGMA synchronous = FULL")
            self._link.execute("PRAGMA foreign_keys = ON")
            self._link.execute("PRAGMA trusted_schema = OFF")
            self._prepare(path)
        except sqlite3.Error as error:
            raise DataError(
                f"{path} cannot be opened as a project of `tacit elicit` ({error}). Choose another --out."
            ) from error

    def _prepare(self, path: Path) -> None:
        with self.write() as link:
            (version,) = link.execute("PRAGMA user_version").fetchone()
            if version == 0 and not link.execute("SELECT 1 FROM sqlite_schema").fetchone():
                for statement in TABLES.split(";"):
                    link.execute(statement)
                link.execute(f"PRAGMA user_version = {VERSION}")
            elif version != VERSION:
                raise DataError(
                    f"{path} was not made by this version of tacit (layout {version}, not {VERSION}). Choose another "
                    "--out, or open it with the version that made it."
                )

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """The connection, for the statements of one reader."""
        with self._lock:
            yield self._link

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """The connection in a transaction that is kept when the block ends and undone when it raises."""
        with self._lock:
            self._link.execute("BEGIN IMMEDIATE")
            try:
                yield self._link
                self._link.execute("COMMIT")
            except BaseException:
                # A failed COMMIT (full disk) leaves the transaction open; a later one must not take it along.
                if self._link.in_transaction:
                    self._link.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._link.close()
