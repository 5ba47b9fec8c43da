"""Intervals for functions of several independent estimates, from the interval of each: the MOVER.

The method of variance estimates recovery (Zou and Donner 2008, Statistics in Medicine 27:1693-1702; for ratios Donner
and Zou 2012, Statistical Methods in Medical Research 21:347-359, and Newcombe 2016, the same journal 25:1774-1778)
keeps what is good about the parts' own intervals: they stay asymmetric, stay inside their range, and do not collapse
when a count is zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tacit.evidence.intervals import Bounds


class Interval(NamedTuple):
    """Estimates with their limits, as arrays of equal shape.

    Attributes:
        value: The estimates.
        low: Their lower limits.
        high: Their upper limits.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def mover_sum(weights: ArrayLike, parts: Interval) -> Interval:
    """The weighted sum of independent estimates, over the last axis.

    Zou and Donner (2008), for non-negative weights: each part's distance to its own limit, in quadrature.

    Args:
        weights: Non-negative, known without error; shape ``(..., parts)``.
        parts: The estimates; shape ``(..., parts)``.

    Returns:
        The sums and their limits; shape ``(...)``.

    Example:
        >>> total = mover_sum([0.5, 0.5], Interval(np.array([0.2, 0.4]), np.array([0.1, 0.3]), np.array([0.4, 0.5])))
        >>> [round(float(x), 4) for x in total]
        [0.3, 0.2293, 0.4118]
    """
    w = np.asarray(weights, dtype=np.float64)
    value = (w * parts.value).sum(axis=-1)
    down = np.sqrt(((w * (parts.value - parts.low)) ** 2).sum(axis=-1))
    up = np.sqrt(((w * (parts.high - parts.value)) ** 2).sum(axis=-1))
    return Interval(value, value - down, value + up)


def mover_ratio(top: Interval, bottom: Interval) -> Bounds:
    """Limits of the ratio of two independent, non-negative estimates.

    MOVER-R of Newcombe (2016), with the lower root rationalised so that it stays finite where the printed form divides
    zero by zero.

    Args:
        top: Numerators.
        bottom: Denominators with positive estimates.

    Returns:
        Lower and upper limits; the upper is infinite where the lower limit of the denominator is 0.

    Example:
        >>> one, two = (Interval(*(np.array(x) for x in v)) for v in ((0.0, 0.0, 0.1), (0.5, 0.4, 0.6)))
        >>> low, high = mover_ratio(one, two)
        >>> float(low), round(float(high), 4)
        (0.0, 0.2041)
    """
    product = top.value * bottom.value
    # Both limits solve d x^2 - 2 (top * bottom) x + y = 0.
    y = top.low * (2 * top.value - top.low)
    d = bottom.high * (2 * bottom.value - bottom.high)
    denominator = product + np.sqrt(np.maximum(product**2 - y * d, 0.0))
    low = np.divide(y, denominator, out=np.zeros_like(denominator), where=denominator > 0)
    y = top.high * (2 * top.value - top.high)
    d = bottom.low * (2 * bottom.value - bottom.low)
    numerator = product + np.sqrt(np.maximum(product**2 - y * d, 0.0))
    high = np.divide(numerator, d, out=np.full_like(numerator, np.inf), where=d > 0)
    return np.maximum(low, 0.0), high
