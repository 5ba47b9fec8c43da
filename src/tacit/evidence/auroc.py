"""The area under the ROC curve: the chance that a positive scores above a negative, with an interval.

All intervals are on the logit scale, so they stay between 0 and 1. Where no pair is out of order, or every pair is,
there is no variance to go by, and the limits are those of a share of the rarer kind.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tacit.errors import DataError
from tacit.evidence.comparing.clustered import checked_values, units
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import mid_p, z_value
from tacit.evidence.labels import binary

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

_ROUNDING: Final = 1e-24
"""A variance this small is one of equal numbers."""


class _Area(NamedTuple):
    """An area with its variance; `rarer` counts the items of the kind of which there are fewer."""

    value: float
    variance: float
    rarer: int


def auroc(
    scores: ArrayLike, positive: ArrayLike, clusters: ArrayLike | None = None, *, level: float = 0.95
) -> Estimate:
    """The area under the ROC curve, ties counting half, of items that may come in clusters.

    The interval is that of DeLong, DeLong and Clarke-Pearson (1988, Biometrics 44:837-845, eq. 4-5), whose components
    are taken from ranks (Sun and Xu 2014, IEEE Signal Processing Letters 21:1389-1393); with clusters that of
    Obuchowski (1997, Biometrics 53:567-578, eq. 3-4), which is DeLong's when each item is a cluster of its own.

    Args:
        scores: Higher means more likely to be positive; shape ``(items,)``.
        positive: 1 or 0, or booleans; shape ``(items,)``.
        clusters: Name of each item's cluster; shape ``(items,)``. ``None``: items are independent.
        level: Nominal coverage.

    Returns:
        The area; missing without two items, or clusters, of each kind, and where all scores are equal.

    Raises:
        DataError: If lengths differ, a score is not finite or a label is neither 0 nor 1.

    Example:
        >>> area = auroc([0.9, 0.8, 0.3, 0.6, 0.1], [True, True, True, False, False])
        >>> round(area.value, 3), round(area.low, 2), round(area.high, 2)
        (0.833, 0.15, 0.99)
    """
    method = f"{'DeLong' if clusters is None else 'Obuchowski'}, logit scale"
    values, yes = _checked(scores, positive)
    names = None if clusters is None else np.asarray(clusters)
    if names is not None and names.shape != values.shape:
        raise DataError(f"There must be one cluster name per item: {names.shape} names for {values.shape} scores.")
    of = "items" if names is None else "clusters with items"
    return _estimate(
        [_area(values, yes, names)], len(values), method, f"fewer than two {of} of one of the kinds", level
    )


def fold_auroc(scores: ArrayLike, positive: ArrayLike, folds: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Cross-validated area under the ROC curve: the mean over folds (LeDell, Petersen and van der Laan 2015, eq. 3).

    Only items of the same fold are compared. Pooling the predictions of all folds would compare models that differ in
    their intercepts: one that has seen fewer positives predicts lower just where there are more. The variance is the
    mean of DeLong's (see `auroc`) over folds, divided by their number.

    Args:
        scores: Predictions for each fold by a model that has not seen it; shape ``(items,)``.
        positive: 1 or 0, or booleans; shape ``(items,)``.
        folds: Of each item; shape ``(items,)``. A fold with fewer than two items of one of the kinds is left out.
        level: Nominal coverage.

    Returns:
        The mean area; missing if all folds are left out.

    Raises:
        DataError: If lengths differ, a score is not finite or a label is neither 0 nor 1.

    Example:
        >>> fold_auroc([0.1, 0.2, 0.3, 0.4, 1.1, 1.2, 1.3, 1.4], [0, 0, 1, 1] * 2, [0] * 4 + [1] * 4).value
        1.0
    """
    values, yes = _checked(scores, positive)
    fold = np.asarray(folds)
    if fold.shape != values.shape:
        raise DataError(f"There must be one fold per item: {fold.shape} folds for {values.shape} scores.")
    areas = [_area(values[fold == part], yes[fold == part], None) for part in np.unique(fold)]
    some = sum(area is not None for area in areas)
    method = "DeLong, logit scale" + (f", mean of {some} folds" if some > 1 else "")
    return _estimate(areas, len(values), method, "no fold has two items of each kind", level)


def _checked(scores: ArrayLike, positive: ArrayLike) -> tuple[Array, NDArray[np.bool_]]:
    values, yes = checked_values(scores), binary(positive, "labels") == 1
    if len(values) != len(yes):
        raise DataError(f"There are {len(values)} scores but {len(yes)} labels; they must be of the same items.")
    return values, yes


def _area(values: Array, yes: NDArray[np.bool_], clusters: NDArray[np.generic] | None) -> _Area | None:
    """The area and its variance; ``None`` without two items, or clusters, of each kind."""
    from scipy.stats import rankdata

    ones, zeros = int(yes.sum()), int((~yes).sum())
    own = np.arange(len(values)) if clusters is None else clusters
    with_ones, with_zeros, either = (len(np.unique(own[which])) for which in (yes, ~yes, slice(None)))
    if min(with_ones, with_zeros) < 2:
        return None
    rank = rankdata(values)
    # Share of the other kind that each positive beats, and that beats each negative: DeLong's components.
    beats = (rank[yes] - rankdata(values[yes])) / zeros
    beaten = 1 - (rank[~yes] - rankdata(values[~yes])) / ones
    value = float(beats.mean())
    of_ones, of_zeros = np.zeros(len(values)), np.zeros(len(values))
    of_ones[yes], of_zeros[~yes] = (beats - value) / ones, (beaten - value) / zeros
    first, second = units(of_ones, own).sums, units(of_zeros, own).sums
    variance = (
        _freed(with_ones) * float(first @ first)
        + _freed(with_zeros) * float(second @ second)
        + 2 * _freed(either) * float(first @ second)
    )
    return _Area(value, variance, min(ones, zeros))


def _freed(many: int) -> float:
    return many / (many - 1)


def _estimate(areas: list[_Area | None], n: int, method: str, too_few: str, level: float) -> Estimate:
    """The mean of independent areas."""
    told = [area for area in areas if area is not None]
    if not told:
        return Estimate.none(too_few, n=n, method=method, level=level)
    value = math.fsum(area.value for area in told) / len(told)
    error = math.sqrt(math.fsum(area.variance for area in told)) / len(told)
    if value in {0.0, 1.0}:
        rarer = sum(area.rarer for area in told)
        edge = mid_p(round(value) * rarer, rarer, level)
        return Estimate(value, edge.low, edge.high, n, "mid-P of the rarer kind", level)
    if error**2 < _ROUNDING:
        return Estimate.none("the scores do not tell items apart", n=n, method=method, level=level)
    centre, arm = math.log(value / (1 - value)), z_value(level) * error / (value * (1 - value))
    low, high = (1 / (1 + math.exp(-(centre + side * arm))) for side in (-1, 1))
    return Estimate(value, low, high, n, method, level)
