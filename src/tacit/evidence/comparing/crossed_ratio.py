"""Means, and ratios of means, over strata in each of which every run has a score on every item.

Strata (tasks, say) are what they are; their runs and items are drawn. So their variances add up. A stratum of one run
is a case of its own: only its items count as drawn, which is right where there is nothing to draw, and too little
where another run would give other scores.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.errors import UsageError
from tacit.evidence.comparing.crossed import checked_table, crossed_quantile, mean_products
from tacit.evidence.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from tacit.evidence.comparing.crossed import Table

MEAN_METHOD: Final = "t, items and runs crossed"
RATIO_METHOD: Final = "Fieller, items and runs crossed"
ITEMS_ONLY: Final = ", items only"
ONE_ITEM: Final = "one item: what another would give is not known"
UNBOUNDED: Final = "the denominator may be 0, so nothing limits the ratio"


@dataclass(frozen=True, slots=True)
class _Products:
    """Variance or covariance of sums of means.

    Attributes:
        runs: What the runs add; may come out negative.
        items: What the items add.
        runs_df: Satterthwaite's degrees of freedom of `runs`.
        items_df: Those of `items`.
    """

    runs: float
    items: float
    runs_df: float
    items_df: float


def crossed_means(tables: Sequence[ArrayLike], level: float = 0.95) -> Estimate:
    """The mean over strata of their mean scores, each stratum counting alike.

    For one stratum it is `tacit.evidence.comparing.crossed.crossed_mean`. For several, the variances of the strata are
    added before a negative part of the runs is put to 0, and each part has the degrees of freedom of Satterthwaite
    (1946, Biometrics Bulletin 2:110-114).

    Args:
        tables: Scores per stratum, shape ``(runs, items)``; all finite.
        level: Nominal coverage.

    Returns:
        The mean, with ``n`` the number of items over all strata; missing if there is a stratum of one item.

    Raises:
        UsageError: If there is no table, one is not two-dimensional, or a score is missing.

    Example:
        >>> found = crossed_means([[[0.2, 0.4, 0.3], [0.3, 0.5, 0.4]], [[1.0, 0.8], [0.9, 0.9]]])
        >>> round(found.value, 3), found.n, found.low < 0.6 < found.high
        (0.625, 5, True)
    """
    held = _checked(tables)
    n = sum(table.shape[1] for table in held)
    method = _method(MEAN_METHOD, held)
    if any(table.shape[1] < 2 for table in held):
        return Estimate.none(ONE_ITEM, n=n, method=method, level=level)
    value = sum(float(table.mean()) for table in held) / len(held)
    found = _products(held, held)
    half = _quantile(found, level) * math.sqrt(_variance(found)) / len(held)
    return Estimate(value, value - half, value + half, n, method, level)


def crossed_ratio(pairs: Sequence[tuple[ArrayLike, ArrayLike]], level: float = 0.95) -> Estimate:
    """The sum over strata of mean numerators, over the sum of mean denominators.

    Fieller (1954, JRSS B 16:175-185): the ratios ``r`` at which the mean of ``numerator - r * denominator`` is not
    significantly different from 0. That difference is a table of scores like any other, whose mean has the variance of
    `crossed_means`; it is quadratic in ``r``, so the limits are the roots of a quadratic. Whether the runs add
    anything, and the quantile, are taken at the estimated ratio. The limits are written as distances from it, so
    numerators that are the denominators cell by cell give exactly 1 and the interval from 1 to 1.

    Args:
        pairs: Numerators and denominators of each stratum: tables of one shape ``(runs, items)``; all finite. A cell
            of one belongs with the same cell of the other.
        level: Nominal coverage.

    Returns:
        The ratio, with ``n`` the number of items over all strata; missing if there is a stratum of one item or the
        denominator cannot be told from 0 at this level.

    Raises:
        UsageError: If there is no pair, one is not two tables of one shape, or a score is missing.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> base = rng.normal(0.6, 0.2, (5, 100))
        >>> half = crossed_ratio([(0.5 * base + rng.normal(0, 0.1, (5, 100)), base)])
        >>> round(half.value, 2), half.low < 0.5 < half.high
        (0.49, True)
        >>> same = crossed_ratio([(base, base)])
        >>> same.low, same.value, same.high
        (1.0, 1.0, 1.0)
    """
    above, below = _checked([a for a, _ in pairs]), _checked([b for _, b in pairs])
    if any(a.shape != b.shape for a, b in zip(above, below, strict=True)):
        raise UsageError("The numerators and denominators of a stratum must be tables of one shape.")
    n = sum(table.shape[1] for table in below)
    method = _method(RATIO_METHOD, below)
    if any(table.shape[1] < 2 for table in below):
        return Estimate.none(ONE_ITEM, n=n, method=method, level=level)
    whole = sum(float(table.mean()) for table in below)
    if whole == 0:
        return Estimate.none(UNBOUNDED, n=n, method=method, level=level)
    ratio = sum(float(table.mean()) for table in above) / whole
    limits = _limits(above, below, ratio, whole, level)
    if limits is None:
        return Estimate.none(UNBOUNDED, n=n, method=method, level=level)
    return Estimate(ratio, ratio + limits[0], ratio + limits[1], n, method, level)


def _limits(
    above: Sequence[Table], below: Sequence[Table], ratio: float, whole: float, level: float
) -> tuple[float, float] | None:
    """How far the limits are from the estimated ratio; ``None`` if they are not bounded.

    With ``s = numerator - ratio * denominator`` and ``r = ratio + d``, the condition
    ``mean(numerator - r * denominator)**2 <= q**2 * variance`` reads
    ``(whole**2 - q**2 v_bb) d**2 + 2 q**2 v_sb d - q**2 v_ss <= 0``.
    """
    left = [a - ratio * b for a, b in zip(above, below, strict=True)]
    own, both, base = _products(left, left), _products(left, below), _products(below, below)
    q2 = _quantile(own, level) ** 2
    runs = own.runs > 0
    v_ss, v_sb, v_bb = (found.items + (found.runs if runs else 0.0) for found in (own, both, base))
    a, b, c = whole**2 - q2 * v_bb, q2 * v_sb, -q2 * v_ss
    if a <= 0:
        return None
    root = math.sqrt(max(b * b - a * c, 0.0))
    return (-b - root) / a, (-b + root) / a


def _products(ones: Sequence[Table], others: Sequence[Table]) -> _Products:
    runs, items = [], []
    for one, other in zip(ones, others, strict=True):
        if len(one) > 1:
            r, i, e = mean_products(one, other)
            runs.append(((r - e) / one.size, r / one.size, len(one) - 1))
        else:
            i = float(((one - one.mean()) * (other - other.mean())).sum()) / (one.size - 1)
        items.append((i / one.size, i / one.size, one.shape[1] - 1))
    return _Products(sum(v for v, _, _ in runs), sum(v for v, _, _ in items), _df(runs), _df(items))


def _df(parts: Sequence[tuple[float, float, int]]) -> float:
    """Satterthwaite's degrees of freedom of a sum of mean squares; as if known where nothing varies."""
    squares = sum(square**2 / df for _, square, df in parts)
    return sum(square for _, square, _ in parts) ** 2 / squares if squares > 0 else math.inf


def _variance(found: _Products) -> float:
    return max(found.runs, 0.0) + found.items


def _quantile(found: _Products, level: float) -> float:
    parts = (max(found.runs, 0.0), found.items)
    # Where nothing varies the weights are as good as any.
    return crossed_quantile(parts if sum(parts) > 0 else (1.0, 1.0), (found.runs_df, found.items_df), level)


def _checked(tables: Sequence[ArrayLike]) -> list[Table]:
    held = [checked_table(table) for table in tables]
    if not held or any(table.size == 0 for table in held):
        raise UsageError("There must be at least one table of runs by items, and none may be empty.")
    return held


def _method(name: str, tables: Sequence[Table]) -> str:
    return name + ITEMS_ONLY if all(len(table) == 1 for table in tables) else name
