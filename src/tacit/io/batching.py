"""Rows as they are parsed, gathered into batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from tacit.io.tables import Batch, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import polars as pl

BATCH_BYTES: Final = 67_108_864
"""A batch ends with the block of lines that fills it."""

Row = TypeVar("Row")


def gather(
    blocks: Iterable[tuple[list[Row], int]],
    columns: Callable[[list[Row]], tuple[pl.DataFrame, dict[int, str]]],
    batch_rows: int,
) -> Iterator[Batch]:
    """Gather parsed rows into batches.

    Args:
        blocks: Rows as the reader parsed them, and how many bytes they took up.
        columns: Makes columns of text of rows; gives the reason for each row that could not be read.
        batch_rows: Rows of a batch; fewer where they are large.

    Yields:
        Batches that hold at least one row.

    Example:
        >>> import polars as pl
        >>> blocks = [([1, 2], 9), ([3], 5)]
        >>> made = gather(blocks, lambda rows: (pl.DataFrame({"a": map(str, rows)}), {}), batch_rows=2)
        >>> [batch.frame["a"].to_list() for batch in made]
        [['1', '2'], ['3']]
    """
    frames: list[pl.DataFrame] = []
    problems: list[Problem] = []
    height = room = 0
    for rows, size in blocks:
        at = 0
        room += size
        while at < len(rows):
            part = rows[at : at + batch_rows - height]
            frame, reasons = columns(part)
            frames.append(frame)
            problems += [Problem(height + row, reason) for row, reason in sorted(reasons.items())]
            height += len(part)
            at += len(part)
            if height == batch_rows or (room >= BATCH_BYTES and at == len(rows)):
                yield _batch(frames, problems)
                frames, problems, height, room = [], [], 0, 0
    if height:
        yield _batch(frames, problems)


def _batch(frames: list[pl.DataFrame], problems: list[Problem]) -> Batch:
    import polars as pl

    return Batch(pl.concat(frames, rechunk=True), tuple(problems))
