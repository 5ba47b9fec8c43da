"""Strings as small integers, batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray


def encode(strings: pl.Series) -> tuple[NDArray[np.uint32], list[str]]:
    """Number the distinct strings of a batch.

    Args:
        strings: Strings without nulls.

    Returns:
        The number of each string, shape ``(strings,)``, and the string of each number.

    Example:
        >>> codes, names = encode(pl.Series(["b", "a", "b"]))
        >>> [names[code] for code in codes]
        ['b', 'a', 'b']
    """
    # Categories of our own: the shared ones are only emptied when no thread holds any, which may never happen.
    categories = strings.cast(pl.Categorical(pl.Categories.random()))
    codes: NDArray[np.uint32] = categories.to_physical().to_numpy()
    # Strings are numbered from 0 as they come: each new maximum is a first occurrence.
    first = np.zeros(len(codes), dtype=bool)
    first[:1] = True
    first[1:] = codes[1:] > np.maximum.accumulate(codes)[:-1]
    return codes, strings.gather(np.flatnonzero(first)).to_list()
