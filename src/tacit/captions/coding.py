"""Strings as small integers, batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray


def encode(strings: pl.Series) -> tuple[NDArray[np.int64], list[str]]:
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
    codes = categories.to_physical().to_numpy().astype(np.int64)
    if not len(codes):
        return codes, []
    distinct = categories.unique()
    names = [""] * (int(codes.max()) + 1)
    for code, name in zip(distinct.to_physical().to_list(), distinct.cast(pl.String).to_list(), strict=True):
        names[code] = name
    return codes, names
