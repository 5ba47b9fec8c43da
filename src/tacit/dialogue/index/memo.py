"""Vectors by the text they were made of: a text that comes back, in whatever document, is not embedded again."""

from __future__ import annotations

import contextlib
import sqlite3
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tacit.dialogue.protocols import Embedder

_TOGETHER: Final = 256
"""Texts that are embedded between two commits: what a kill can lose."""
_SPARE: Final = 1_000


class VectorMemo:
    """A file of vectors, at half precision, beside an index.

    Args:
        path: The file; made if it is missing, and anew if it is damaged.
        embedder: What makes vectors that are not there yet.

    Raises:
        DataError: If the disk refuses; so do the methods.
    """

    def __init__(self, path: Path, embedder: Embedder) -> None:
        self._path, self._embedder = path, embedder
        with self._refused():
            try:
                self._file = _opened(path)
            except sqlite3.OperationalError:  # a full disk, or no permission
                raise
            except sqlite3.DatabaseError:
                path.unlink(missing_ok=True)
                self._file = _opened(path)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts, shape (texts, dimensions).

        Raises:
            DataError: If the embedder gives others than it says.
        """
        keys = [_key(text) for text in texts]
        with self._refused():
            missing = {key: text for key, text in zip(keys, texts, strict=True) if self._get(key) is None}
            todo = list(missing.items())
            for at in range(0, len(todo), _TOGETHER):
                self._make(todo[at : at + _TOGETHER])
            rows = [np.frombuffer(self._get(key) or b"", np.float16) for key in keys]
        return np.array(rows, np.float32).reshape(len(texts), self._embedder.dimensions)

    def keep(self, texts: Iterable[str], count: int) -> None:
        """Drop vectors of other texts, if they are more than those.

        Args:
            texts: What is in the index; read only if something is to be dropped.
            count: How many these are.
        """
        with self._refused():
            held = self._file.execute("SELECT count(*) FROM vectors").fetchone()[0]
            if held <= 2 * count + _SPARE:
                return
            with self._file:
                self._file.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY)")
                self._file.executemany("INSERT OR IGNORE INTO used VALUES (?)", ((_key(text),) for text in texts))
                self._file.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM used)")
            self._file.execute("VACUUM")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @contextlib.contextmanager
    def _refused(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise DataError(
                f"{self._path} cannot be used: {error}. Free some space on the disk, or if the file is damaged delete "
                "it; then run the same command again."
            ) from error

    def _get(self, key: bytes) -> bytes | None:
        row = self._file.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def _make(self, todo: Sequence[tuple[bytes, str]]) -> None:
        made = np.asarray(self._embedder.embed([text for _, text in todo]))
        wanted = (len(todo), self._embedder.dimensions)
        if made.shape != wanted or not np.isfinite(made).all():
            raise DataError(
                f"{self._embedder.name} made vectors of shape {made.shape} where {wanted} were asked for, or numbers "
                "that are not finite. Choose another model."
            )
        rows = [(key, vector.astype(np.float16).tobytes()) for (key, _), vector in zip(todo, made, strict=True)]
        with self._file:
            self._file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)


def _opened(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path)
    file.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
    return file


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
