"""How the values lie along the output axis of a projection: arithmetic only.

Every fused projection there is repeats the same few blocks: once (thirds), once per head, once per group of heads, or
once per shard of the machine that the model was first trained on. So one function lays them all out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the values are along an axis.

    Attributes:
        words: How they lie, for people.
        size: Of the axis.
        runs: Half-open ranges, ascending and apart.
    """

    words: str
    size: int
    runs: tuple[tuple[int, int], ...]


def repeated(words: str, times: int, blocks: Sequence[int], which: int) -> Layout:
    """Blocks that are repeated, one of which holds the values.

    Args:
        words: How they lie, for people.
        times: How often the blocks are repeated.
        blocks: Their sizes, in slices.
        which: The number of the block with the values, from 0.

    Example:
        >>> repeated("per head", 2, (4, 4, 4), 2).runs
        ((8, 12), (20, 24))
    """
    period = sum(blocks)
    before = sum(blocks[:which])
    size = times * period
    if blocks[which] == period:
        return Layout(words, size, ((0, size),))
    starts = (turn * period + before for turn in range(times))
    return Layout(words, size, tuple((start, start + blocks[which]) for start in starts))


def separate(size: int) -> Layout:
    """A projection of its own.

    Example:
        >>> separate(8).runs
        ((0, 8),)
    """
    return repeated("separate", 1, (size,), 0)


def thirds(width: int) -> Layout:
    """``[Q | K | V]``, each of `width` slices.

    Example:
        >>> thirds(8).runs
        ((16, 24),)
    """
    return repeated("contiguous thirds", 1, (width,) * 3, 2)


def halves(width: int) -> Layout:
    """``[K | V]``, each of `width` slices: cross-attention, and queries that come from elsewhere.

    Example:
        >>> halves(8).runs
        ((8, 16),)
    """
    return repeated("contiguous halves, keys and values", 1, (width,) * 2, 1)


def grouped(heads: int, key_heads: int, size: int) -> Layout:
    """``[Q | K | V]`` with fewer heads of keys and values than of queries, `size` slices per head.

    Example:
        >>> grouped(4, 2, 8).runs
        ((48, 64),)
    """
    return repeated("contiguous blocks", 1, (heads * size, key_heads * size, key_heads * size), 2)


def per_head(heads: int, size: int) -> Layout:
    """``[q k v]`` head by head.

    Example:
        >>> per_head(2, 4).runs
        ((8, 12), (20, 24))
    """
    return repeated("per head", heads, (size,) * 3, 2)


def per_group(heads: int, key_heads: int, size: int) -> Layout:
    """``[q .. q k v]`` for each head of keys and values with the queries that read it.

    Example:
        >>> per_group(4, 2, 4).runs
        ((12, 16), (28, 32))
    """
    return repeated("per group", key_heads, (heads // key_heads * size, size, size), 2)


def latent(heads: int, key_size: int, value_size: int) -> Layout:
    """``[k v]`` head by head, out of a latent that both share (DeepSeek-V2, arXiv 2405.04434, section 2.1).

    Example:
        >>> latent(2, 3, 2).runs
        ((3, 5), (8, 10))
    """
    return repeated("per head, keys and values", heads, (key_size, value_size), 1)


def shards(width: int, count: int) -> Layout:
    """``[Q V K]`` in each of `count` shards (CodeGen): the values come second.

    Example:
        >>> shards(8, 4).runs
        ((2, 4), (8, 10), (14, 16), (20, 22))
    """
    return repeated("per shard, values second", count, (width // count,) * 3, 1)
