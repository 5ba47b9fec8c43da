"""The mean over items and runs that are crossed: every run (seed, model, rater) has a score on every item.

Both are drawn from more that could have been drawn, so both count as noise. Taking only items as drawn says how these
very models do on other items; taking only runs, how other models do on these very items. A claim about a method is
about other models and other items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import UsageError
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import t_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Table = NDArray[np.float64]

METHOD: Final = "t, items and runs crossed"
_LEAST: Final = 1e-30
"""Keeps a table without any spread from dividing by 0."""


def crossed_mean(scores: ArrayLike, level: float = 0.95) -> Estimate:
    """The mean of a table of scores, with an interval for new items and new runs.

    With mean squares of runs ``R``, items ``I`` and residual ``E`` of a two-way table without replication, the
    variance of the mean is ``(R + I - E) / (runs * items)``: the error term of the quasi-F of Clark (1973, J. Verbal
    Learning and Verbal Behavior 12:335-359). It is the sum of what runs add, ``R - E`` (0 if that is below 0), and
    ``I``; Student's quantiles for both are averaged with these weights (Cochran & Cox 1957, Experimental Designs,
    section 4.14). Satterthwaite's degrees of freedom would be too many with three runs (coverage .92 in simulation);
    this interval is, if anything, wide.

    Args:
        scores: Scores or differences of scores, shape ``(runs, items)``; all finite.
        level: Nominal coverage.

    Returns:
        The mean, with ``n`` the number of items; missing with fewer than two runs or two items.

    Raises:
        UsageError: If the table is not two-dimensional, or a score is missing.

    Example:
        >>> found = crossed_mean([[0.2, 0.4, 0.3], [0.3, 0.5, 0.4]])
        >>> round(found.value, 3), found.n, round(found.low, 3), round(found.high, 3)
        (0.35, 3, -0.254, 0.954)
    """
    table = checked_table(scores)
    runs, items = table.shape
    if min(runs, items) < 2:
        few = "one run" if items > runs else "one item"
        return Estimate.none(f"{few}: what another would give is not known", n=items, method=METHOD, level=level)
    mean = float(table.mean())
    r, i, e = mean_products(table, table)
    of_both = max(r - e, 0.0), i
    half = crossed_quantile(of_both, (runs - 1, items - 1), level) * np.sqrt(sum(of_both) / table.size)
    return Estimate(mean, mean - float(half), mean + float(half), items, METHOD, level)


def checked_table(scores: ArrayLike) -> Table:
    """Scores as a table of runs by items.

    Raises:
        UsageError: If the table is not two-dimensional, or a score is missing.
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or not np.isfinite(table).all():
        raise UsageError("Scores must be a table of runs by items, without gaps.")
    return table


def mean_products(one: Table, other: Table) -> tuple[float, float, float]:
    """Mean products of two tables over the same runs and items; of a table with itself, its mean squares.

    Args:
        one: Shape ``(runs, items)``, at least two of each.
        other: Of the same shape.

    Returns:
        Those of runs, items and the residual.

    Example:
        >>> table = np.array([[1.0, 2.0], [3.0, 5.0]])
        >>> mean_products(table, table), mean_products(table, -table)
        ((6.25, 2.25, 0.25), (-6.25, -2.25, -0.25))
    """
    runs, items = one.shape
    (a_runs, a_items, a_left), (b_runs, b_items, b_left) = _parts(one), _parts(other)
    return (
        items * float((a_runs * b_runs).sum()) / (runs - 1),
        runs * float((a_items * b_items).sum()) / (items - 1),
        float((a_left * b_left).sum()) / ((runs - 1) * (items - 1)),
    )


def _parts(table: Table) -> tuple[Table, Table, Table]:
    """What runs, items and neither add to the mean."""
    mean = float(table.mean())
    of_runs, of_items = table.mean(axis=1), table.mean(axis=0)
    return of_runs - mean, of_items - mean, table - of_runs[:, None] - of_items + mean


def crossed_quantile(components: Sequence[float], dfs: Sequence[float], level: float) -> float:
    """Student's quantiles for the components of a variance, averaged with the components as weights.

    Cochran & Cox (1957), Experimental Designs, section 4.14.

    Args:
        components: What each adds to the variance; at least 0.
        dfs: Degrees of freedom of each.
        level: Nominal coverage.

    Example:
        >>> round(crossed_quantile((1.0, 3.0), (4, 99), 0.95), 3)
        2.182
    """
    weighted = sum(v * t_value(level, df) for v, df in zip(components, dfs, strict=True))
    return weighted / max(sum(components), _LEAST)
