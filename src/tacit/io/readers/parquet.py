"""Parquet, streamed by polars."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Final

from tacit.errors import DataError
from tacit.io.files import size
from tacit.io.places import is_remote, local_path, shown
from tacit.io.readers.footer import row_groups
from tacit.io.tables import BATCH_ROWS, ROWS_PER_UNIT, TableReader, Unit, register_reader
from tacit.io.values import as_batch, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from tacit.io.tables import Batch

MOST_ROWS: Final = 100_000_000_000
"""More than any file holds: a damaged footer must not fill the memory with units."""
_EMPTY: Final = "is empty (0 bytes). Write it again, or leave it out"


@register_reader
class ParquetReader(TableReader):
    """Reads parquet. Units are ranges of rows, which end where row groups end unless a row group is larger.

    polars skips the row groups and pages that are outside of a unit, so a single row group is no obstacle.
    """

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
            rows = int(_scan(path).select(pl.len()).collect().item())
        if rows > MOST_ROWS:
            raise DataError(f"{shown(path)} claims to hold {rows:,} rows. It is damaged; write or fetch it again.")
        return rows

    def units(self, path: str, rows_per_unit: int = ROWS_PER_UNIT) -> list[Unit]:
        """See `TableReader.units`. Units count rows."""
        rows = self.rows(path) or 0
        groups = row_groups(path)
        # polars believes the total, and would leave out the row groups behind it without a word.
        if groups is not None and sum(groups) != rows:
            raise DataError(
                f"{shown(path)}: its footer tells of {rows:,} rows, and of {sum(groups):,} in its row groups. It is "
                "damaged; write or fetch it again."
            )
        cuts = _cuts([rows] if groups is None else groups, rows_per_unit)
        return [Unit(path, self.name, part, start, stop) for part, (start, stop) in enumerate(cuts)]

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


def _cuts(groups: list[int], rows_per_unit: int) -> Iterator[tuple[int, int]]:
    """First and last row, exclusive, of each unit; one that is empty when there are no rows."""
    start = end = 0
    for rows in groups:
        if end > start and end + rows - start > rows_per_unit:
            yield start, end
            start = end
        end += rows
        while end - start > rows_per_unit:
            yield start, start + rows_per_unit
            start += rows_per_unit
    if end > start or not end:
        yield start, end


def _scan(path: str) -> pl.LazyFrame:
    import polars as pl

    return pl.scan_parquet(path if is_remote(path) else str(local_path(path)), glob=False, hive_partitioning=False)


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
