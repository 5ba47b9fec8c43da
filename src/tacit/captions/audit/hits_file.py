"""All hits of an audit in one parquet file, put together from those of its units in constant memory."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Final, Self

import polars as pl

from tacit.captions.audit.unit import HIT_SCHEMA
from tacit.errors import DataError, UsageError
from tacit.runs.atomic import writing
from tacit.runs.lock import FolderLock

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

ROW_GROUP: Final = 500_000
WHOLE: Final = "whole.parquet"
_PART: Final = re.compile(r"[0-9]{9,}\.parquet|whole\.parquet")


class HitsFile:
    """Takes the hits of units in any order and writes them in the order of the rows. A context manager.

    Args:
        path: The parquet file; written in full when `finish` is called, or not at all.

    Raises:
        DataError: If its folder cannot be written.
        UsageError: If the path is a folder, or another run is writing it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[int, int] = {}
        if path.is_dir():
            raise UsageError(f"--hits: {path} is a folder; hits are one parquet file. Name a file.")
        self._parts = path.with_name(f".{path.name}.parts")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._parts.mkdir(exist_ok=True)
        except OSError as error:
            raise DataError(f"Cannot write {path}: {error.strerror}. Choose another --hits.") from error
        try:
            self._lock = FolderLock(self._parts)
        except UsageError as error:
            raise UsageError(f"Another run is writing {path}. Wait for it to end, or choose another --hits.") from error
        # What a run that was killed has left; only files of our own making, whatever else is there.
        self._clear()

    def add(self, index: int, rows: int, table: bytes) -> None:
        """Take the hits of a unit.

        Args:
            index: The unit's place in the corpus.
            rows: How many rows it has.
            table: A parquet file whose rows count from the start of the unit.
        """
        self._rows[index] = rows
        with writing(self._part(index)):
            self._part(index).write_bytes(table)

    def finish(self) -> None:
        """Put the parts together.

        Raises:
            DataError: If the disk is full or the file cannot be written.
        """
        frames = [pl.LazyFrame(schema=HIT_SCHEMA)]
        start = 0
        for index in sorted(self._rows):
            part = pl.scan_parquet(self._part(index))
            frames.append(part.with_columns(pl.col("row") + pl.lit(start, dtype=pl.UInt64)))
            start += self._rows[index]
        whole = self._parts / WHOLE
        try:
            pl.concat(frames).sink_parquet(whole, row_group_size=ROW_GROUP, maintain_order=True)
            whole.replace(self.path)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise DataError(f"Cannot write {self.path}: {error}. Free some space or choose another --hits.") from error

    def _part(self, index: int) -> Path:
        return self._parts / f"{index:09d}.parquet"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError, DataError):
            self._clear()
            self._lock.release()
            self._parts.rmdir()

    def _clear(self) -> None:
        with writing(self._parts):
            for path in self._parts.iterdir():
                if _PART.fullmatch(path.name):
                    path.unlink()
