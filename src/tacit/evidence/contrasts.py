"""Two independent proportions compared: their difference and their ratio."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson_many, z_value

if TYPE_CHECKING:
    from collections.abc import Callable

_STEPS: Final = 200
_FARTHEST: Final = 60.0
"""A ratio of e**60 is beyond anything two counts that fit in 64 bits can show."""


def newcombe(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Estimate:
    """The difference of two independent proportions, ``k1/n1 - k2/n2``.

    Newcombe (1998), Statistics in Medicine 17:873-890, method 10: the Wilson limits of both, combined.

    Args:
        k1: Successes in the first sample.
        n1: Size of the first sample.
        k2: Successes in the second.
        n2: Size of the second.
        level: Nominal coverage.

    Returns:
        The difference, with ``n = n1 + n2``; missing if a sample is empty.

    Raises:
        DataError: If a count is negative or larger than its sample.
        UsageError: If `level` is not between 0 and 1.

    Example:
        >>> change = newcombe(56, 70, 48, 80)
        >>> round(change.value, 4), round(change.low, 4), round(change.high, 4)
        (0.2, 0.0524, 0.3339)
    """
    method = "Newcombe"
    low_ends, high_ends = wilson_many([k1, k2], [n1, n2], level)
    empty = _empty(n1, n2, method, level)
    if empty is not None:
        return empty
    p1, p2 = k1 / n1, k2 / n2
    (l1, l2), (u1, u2) = low_ends.tolist(), high_ends.tolist()
    difference = p1 - p2
    low = difference - math.hypot(p1 - l1, u2 - p2)
    high = difference + math.hypot(u1 - p1, p2 - l2)
    return Estimate(difference, max(low, -1.0), min(high, 1.0), n1 + n2, method, level)


def koopman(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Estimate:
    """The ratio of two independent proportions, ``(k1/n1) / (k2/n2)``.

    Koopman (1984), Biometrics 40:513-517: the ratios that a score test does not reject. The restricted maximum
    likelihood estimate is the root of a quadratic (Miettinen and Nurminen 1985, Statistics in Medicine 4:213-226),
    so only the two limits are searched for.

    Args:
        k1: Successes in the first sample.
        n1: Size of the first sample.
        k2: Successes in the second.
        n2: Size of the second.
        level: Nominal coverage.

    Returns:
        The ratio, with ``n = n1 + n2``; missing if a sample is empty or the second has no success, because the ratio
        is then unbounded.

    Raises:
        DataError: If a count is negative or larger than its sample.
        UsageError: If `level` is not between 0 and 1.

    Example:
        >>> ratio = koopman(36, 40, 16, 80)
        >>> round(ratio.value, 2), round(ratio.low, 2), round(ratio.high, 2)
        (4.5, 2.94, 7.15)
    """
    method = "Koopman"
    z = z_value(level)
    wilson_many([k1, k2], [n1, n2], level)  # checks the counts
    empty = _empty(n1, n2, method, level)
    if empty is not None:
        return empty
    if k2 == 0:
        reason = "the second proportion is 0, so the ratio has no upper bound; compare the difference instead"
        return Estimate.none(reason, n=n1 + n2, method=method, level=level)
    value = (k1 / n1) / (k2 / n2)
    start = math.log(value) if k1 else math.log(k2 / (n1 + n2)) - math.log(n1)

    def score(log_ratio: float) -> float:
        return _score(math.exp(log_ratio), k1, n1, k2, n2)

    low = 0.0 if k1 == 0 else math.exp(_crossing(score, start, z, direction=-1))
    high = math.exp(_crossing(score, start, -z, direction=+1))
    return Estimate(value, min(low, value), max(high, value), n1 + n2, method, level)


def _score(ratio: float, k1: int, n1: int, k2: int, n2: int) -> float:
    """Score statistic of the hypothesis that the ratio is `ratio`; falls as the ratio grows."""
    b = n1 * ratio + k1 + n2 + k2 * ratio
    root = math.sqrt(max(b * b - 4 * (n1 + n2) * ratio * (k1 + k2), 0.0))
    second = min(2 * (k1 + k2) / (b + root), 1.0, 1 / ratio)
    first = min(ratio * second, 1.0)
    variance = first * (1 - first) / n1 + ratio * ratio * second * (1 - second) / n2
    distance = k1 / n1 - ratio * (k2 / n2)
    if variance <= 0:
        return math.copysign(math.inf, distance) if distance else 0.0
    return distance / math.sqrt(variance)


def _crossing(score: Callable[[float], float], start: float, target: float, *, direction: int) -> float:
    """Where the falling `score` passes `target`, going from `start` in one direction."""
    step = 0.5
    inner = start
    outer = start + direction * step
    while (score(outer) - target) * direction > 0 and abs(outer - start) < _FARTHEST:
        inner = outer
        step *= 2
        outer = start + direction * step
    for _ in range(_STEPS):
        middle = (inner + outer) / 2
        if middle in (inner, outer):
            break
        if (score(middle) - target) * direction > 0:
            inner = middle
        else:
            outer = middle
    return outer


def _empty(n1: int, n2: int, method: str, level: float) -> Estimate | None:
    which = [name for name, n in (("first", n1), ("second", n2)) if n == 0]
    if not which:
        return None
    reason = f"no observations in the {' and the '.join(which)} sample"
    return Estimate.none(reason, n=n1 + n2, method=method, level=level)
