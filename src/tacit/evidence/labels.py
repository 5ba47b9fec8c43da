"""Labels as numbers: what is accepted as a 0/1 label or a sampling weight, and what weighted labels are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_SMALLEST: Final = 1e-12
"""Least weight over the greatest; the largest corpora hold some 10**10 captions."""


def binary(values: ArrayLike, what: str) -> NDArray[np.int64]:
    """Check that values are 0 or 1 (or booleans), in one dimension.

    Raises:
        DataError: If they are not; the message names the first that is not.

    Example:
        >>> binary([True, False], "labels").tolist()
        [1, 0]
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise DataError(f"The {what} must be one list of 0 and 1, not an array of shape {array.shape}.")
    wrong = np.flatnonzero(~np.isin(array, (0, 1)))
    if wrong.size:
        raise DataError(f"The {what} must be 0 or 1, but entry {wrong[0]} is {array[wrong[0]]!r}.")
    return array.astype(np.int64)


def positive_weights(values: ArrayLike, count: int) -> NDArray[np.float64]:
    """Check sampling weights: as many as there are labels, finite, positive, and within a factor of 10**12.

    Raises:
        DataError: If they are not.

    Example:
        >>> positive_weights([1, 2.5], 2).tolist()
        [1.0, 2.5]
    """
    try:
        weights = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"Weights must be numbers: {error}.") from error
    if weights.shape != (count,):
        raise DataError(f"There are {count} labels but weights of shape {weights.shape}; each label needs one weight.")
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights > 0)))
    if wrong.size:
        raise DataError(f"Weights must be positive and finite, but entry {wrong[0]} is {weights[wrong[0]]!r}.")
    if count and weights.min() < weights.max() * _SMALLEST:
        raise DataError(
            f"The weights range from {weights.min():g} to {weights.max():g}; no sampling design differs that much "
            "between labels, so some are wrong."
        )
    return weights


def effective_sample(values: NDArray[np.int64], weights: NDArray[np.float64]) -> tuple[float, float]:
    """The weighted share of ones and the effective number of observations; (0, 0) of nothing.

    That number is how many equally weighted observations would tell as much about the share. Two are known, and the
    smaller is taken: Kish's (1965, Survey Sampling), the square of the weights' sum over the sum of their squares,
    which exists whatever was observed; and that of Korn and Graubard (1998, Survey Methodology 24:193-201), the
    binomial variance over the linearised one, which also sees that heavy observations may vary more.

    Args:
        values: 0 or 1; shape ``(labels,)``.
        weights: Positive; shape ``(labels,)``.

    Example:
        >>> effective_sample(np.array([1, 0, 0, 1]), np.array([1.0, 1.0, 1.0, 3.0]))
        (0.6666666666666666, 3.0)
    """
    if not len(values):
        return 0.0, 0.0
    scaled = weights / weights.max()
    total = float(scaled.sum())
    share = min(float((scaled * values).sum()) / total, 1.0)
    effective = min(total**2 / float((scaled**2).sum()), float(len(values)))
    variance = float(((scaled * (values - share)) ** 2).sum()) / total**2
    if variance > 0:
        effective = min(effective, share * (1 - share) / variance)
    return share, effective
