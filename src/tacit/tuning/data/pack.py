"""Several examples in one row of tokens, so that less of a batch is padding."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

import numpy as np

from tacit.errors import UsageError
from tacit.tuning.data.rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence


def pack(rows: Sequence[Row], max_length: int, seed: int) -> list[Row]:
    """Put examples into as few rows as is easily done, none of them in parts.

    The longest first, each into the row where it leaves the least room: best-fit decreasing, which needs at most
    11/9 of the rows that are possible, and one more (Johnson 1974, doi:10.1137/0203025).

    Args:
        rows: Of one example each.
        max_length: Tokens of a row.
        seed: Of the order of the rows, and of which of equally long examples stand together.

    Raises:
        UsageError: If an example is longer than a row.

    Example:
        >>> rows = [Row(str(n), np.zeros(n, np.int32), np.zeros(n, bool)) for n in (3, 4, 2, 5)]
        >>> sorted(row.id for row in pack(rows, 7, seed=0))
        ['4; 3', '5; 2']
    """
    rng = np.random.default_rng(seed)
    order = sorted(rng.permutation(len(rows)).tolist(), key=lambda at: -len(rows[at].ids))
    bins: list[list[Row]] = []
    room: list[tuple[int, int]] = []  # What is left in each bin, ascending.
    for row in (rows[at] for at in order):
        length = len(row.ids)
        if length > max_length:
            raise UsageError(f"{row.id} has {length:,} tokens, and a packed row {max_length:,}. Encode with the same.")
        at = bisect_left(room, (length, -1))
        left, number = room.pop(at) if at < len(room) else (max_length, len(bins))
        if number == len(bins):
            bins.append([])
        bins[number].append(row)
        insort(room, (left - length, number))
    return [_joined(bins[at]) for at in rng.permutation(len(bins))]


def _joined(rows: Sequence[Row]) -> Row:
    ends = np.cumsum([len(row.ids) for row in rows]).tolist()
    return Row(
        id="; ".join(row.id for row in rows),
        ids=np.concatenate([row.ids for row in rows]),
        learned=np.concatenate([row.learned for row in rows]),
        starts=(0, *ends[:-1]),
    )


def length_batches(lengths: Sequence[int], size: int, *, seed: int) -> list[list[int]]:
    """Batches of rows of like length, so that little is padding, in an order that is drawn.

    Args:
        lengths: Tokens of each row.
        size: Rows of a batch; the last one may have fewer.
        seed: Another one for each time through the data.

    Returns:
        Indices of rows; each once.

    Example:
        >>> sorted(length_batches([9, 2, 8, 1], 2, seed=0))
        [[0, 2], [1, 3]]
    """
    rng = np.random.default_rng(seed)
    # Within stretches only: were all sorted, rows would meet the same neighbours each time.
    stretch = 50 * size
    order = rng.permutation(len(lengths)).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), stretch):
        part = sorted(order[start : start + stretch], key=lambda at: -lengths[at])
        batches += [part[at : at + size] for at in range(0, len(part), size)]
    return [batches[at] for at in rng.permutation(len(batches))]
