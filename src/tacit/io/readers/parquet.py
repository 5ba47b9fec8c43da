"""Parquet, streamed by polars."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Final

from tacit.errors import DataError
from tacit.io.files import size
from tacit.io.places import is_remote, local_path, shown
from tacit.io.tables import BATCH_ROWS, ROWS_PER_UNIT, TableReader, Unit, register_reader
from tacit.io.values import as_batch, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from tacit.io.tables import Batch

_EMPTY: Final = "is empty (0 bytes). Write it again, or leave it out"


@register_reader
class ParquetReader(TableReader):
    """Reads parquet. Units are ranges of rows; polars skips the row groups that are outside of one."""

    name: ClassVar[str] = "parquet"
    suffixes: ClassVar[tuple[str, ...]] = (".parquet", ".pq")

    def columns(self, path: str) -> dict[str, str]:
        """See `TableReader.columns`."""
        with _explained(path):
            return {name: kind_of(dtype) for name, dtype in _scan(path).collect_schema().items()}

    def rows(self, path: str) -> int | None:
        """See `TableReader.rows`."""
        import polars as pl

        with _explained(path):
            return int(_scan(path).select(pl.len()).collect().item())

    def units(self, path: str, rows_per_unit: int = ROWS_PER_UNIT) -> list[Unit]:
        """See `TableReader.units`. Units count rows."""
        rows = self.rows(path) or 0
        starts = range(0, max(rows, 1), rows_per_unit)
        return [Unit(path, self.name, i, start, min(start + rows_per_unit, rows)) for i, start in enumerate(starts)]

    def batches(self, unit: Unit, columns: Sequence[str], batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
        """See `TableReader.batches`."""
        names = list(dict.fromkeys(columns))
        there = self.columns(unit.path)
        missing = [name for name in names if name not in there]
        if missing:
            told = ", ".join(repr(shown(name)) for name in there)
            raise DataError(f"{shown(unit.path)} has no column {shown(missing[0])!r}. It has: {told}.")
        read = 0
        wanted = None if unit.stop is None else unit.stop - unit.start
        frame = _scan(unit.path).select(names).slice(unit.start, wanted)
        with _explained(unit.path):
            # The engine cuts where row groups end; what it hands over is cut again only when it is larger.
            for part in frame.collect_batches(chunk_size=batch_rows, maintain_order=True):
                for piece in part.iter_slices(batch_rows):
                    read += piece.height
                    yield as_batch(piece)
        if wanted is not None and read != wanted:
            raise DataError(
                f"{shown(unit.path)} holds {read:,} rows from row {unit.start:,} on where its footer says {wanted:,}. "
                "It is damaged or was changed meanwhile; write it again."
            )


def _scan(path: str) -> pl.LazyFrame:
    import polars as pl

    return pl.scan_parquet(path if is_remote(path) else str(local_path(path)), glob=False)


@contextmanager
def _explained(path: str) -> Iterator[None]:
    """Turn what polars raises on damaged files into an error that names the file."""
    import polars as pl

    if not is_remote(path) and size(path) == 0:
        raise DataError(f"{shown(path)} {_EMPTY}.")
    try:
        yield
    except FileNotFoundError as error:
        raise DataError(f"There is no file {shown(path)}. Check the path.") from error
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, OverflowError) as error:
        why = shown((str(error).strip() or type(error).__name__).splitlines()[0][:200])
        raise DataError(
            f"{shown(path)} is not a parquet file that can be read, or is truncated ({why}). Write or fetch it again."
        ) from error
