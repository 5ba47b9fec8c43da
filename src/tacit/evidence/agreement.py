"""How far two annotators agree on yes/no labels: raw agreement and Cohen's kappa, each with an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import DataError
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import NO_OBSERVATIONS, mid_p, z_value
from tacit.evidence.labels import binary

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

RAW: Final = "mid-P"
KAPPA: Final = "Cohen's kappa, score limits"
_BISECTIONS: Final = 60


def raw_agreement(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Estimate:
    """The share of captions on which two annotators give the same label, with its mid-P interval.

    Args:
        first: 0 or 1 per caption, by one annotator; shape ``(captions,)``.
        second: The same by the other.
        level: Nominal coverage.

    Raises:
        DataError: If the two differ in length or hold anything but 0 and 1.
        UsageError: If `level` is not between 0 and 1.

    Example:
        >>> raw_agreement([1, 1, 0, 0], [1, 0, 0, 0]).value
        0.75
    """
    table = _table(first, second)
    return mid_p(table[0] + table[3], sum(table), level)


def kappa(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Estimate:
    """Cohen's kappa of two annotators on yes/no labels: agreement beyond chance.

    The estimate is Cohen's (1960, Educational and Psychological Measurement 20:37-46). The limits are the values that
    a score test does not reject, with the variance that the estimate has at the tested value (Bloch and Kraemer 1989,
    Biometrics 45:269-287, for a common prevalence). The usual Wald interval has no width when the annotators agree on
    everything; this one has.

    Args:
        first: 0 or 1 per caption, by one annotator; shape ``(captions,)``.
        second: The same by the other.
        level: Nominal coverage.

    Returns:
        Kappa, at most 1; missing when both annotators gave the same label to everything, since chance then explains
        all agreement.

    Raises:
        DataError: If the two differ in length or hold anything but 0 and 1.
        UsageError: If `level` is not between 0 and 1.

    Example:
        >>> k = kappa([1] * 20 + [0] * 10 + [0] * 15 + [1] * 5, [1] * 20 + [1] * 10 + [0] * 15 + [0] * 5)
        >>> round(k.value, 3), round(k.low, 2), round(k.high, 2)
        (0.4, 0.12, 0.62)
    """
    z = z_value(level)
    both_no, only_second, only_first, both_yes = _table(first, second)
    n = both_no + only_second + only_first + both_yes
    if n == 0:
        return Estimate.none(NO_OBSERVATIONS, method=KAPPA, level=level)
    p, q = (both_yes + only_first) / n, (both_yes + only_second) / n
    chance = p * q + (1 - p) * (1 - q)
    if chance == 1:
        reason = "both annotators gave every caption the same label, so agreement beyond chance is undefined"
        return Estimate.none(reason, n=n, method=KAPPA, level=level)
    value = ((both_yes + both_no) / n - chance) / (1 - chance)
    common = (p + q) / 2
    # Below this a common prevalence would need a negative share of captions in a cell.
    least = -min(common, 1 - common) / max(common, 1 - common)

    def rejected(true: float) -> bool:
        return (value - true) ** 2 > z * z * _variance(true, common) / n

    low = _edge(rejected_at=least, kept_at=min(value, 1.0), rejected=rejected)
    high = _edge(rejected_at=1.0, kept_at=value, rejected=rejected)
    return Estimate(value, min(low, value), max(high, value), n, KAPPA, level)


def _variance(kappa_: float, prevalence: float) -> float:
    """Variance of kappa times n when both annotators say yes equally often (Bloch and Kraemer 1989)."""
    return (1 - kappa_) * (
        (1 - kappa_) * (1 - 2 * kappa_) + kappa_ * (2 - kappa_) / (2 * prevalence * (1 - prevalence))
    )


def _edge(rejected_at: float, kept_at: float, rejected: Callable[[float], bool]) -> float:
    """Where the kept values end between one that is kept and one that may be rejected."""
    if not rejected(rejected_at):
        return rejected_at
    outer, inner = rejected_at, kept_at
    for _ in range(_BISECTIONS):
        middle = (outer + inner) / 2
        outer, inner = (middle, inner) if rejected(middle) else (outer, middle)
    return inner


def _table(first: ArrayLike, second: ArrayLike) -> tuple[int, int, int, int]:
    """Counts of (no, no), (no, yes), (yes, no), (yes, yes)."""
    a, b = binary(first, "labels of the first annotator"), binary(second, "labels of the second annotator")
    if len(a) != len(b):
        raise DataError(
            f"One annotator labelled {len(a)} captions and the other {len(b)}; pass the ones both labelled."
        )
    cells = np.bincount(2 * a + b, minlength=4).tolist()
    return cells[0], cells[1], cells[2], cells[3]
