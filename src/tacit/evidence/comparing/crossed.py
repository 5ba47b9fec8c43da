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
    from numpy.typing import ArrayLike

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
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or not np.isfinite(table).all():
        raise UsageError("Scores must be a table of runs by items, without gaps.")
    runs, items = table.shape
    if min(runs, items) < 2:
        few = "one run" if items > runs else "one item"
        return Estimate.none(f"{few}: what another would give is not known", n=items, method=METHOD, level=level)
    mean = float(table.mean())
    of_runs, of_items = table.mean(axis=1), table.mean(axis=0)
    r = items * float(((of_runs - mean) ** 2).sum()) / (runs - 1)
    i = runs * float(((of_items - mean) ** 2).sum()) / (items - 1)
    left = table - of_runs[:, None] - of_items + mean
    e = float((left**2).sum()) / ((runs - 1) * (items - 1))
    of_both = max(r - e, 0.0), i
    weighted = sum(v * t_value(level, df) for v, df in zip(of_both, (runs - 1, items - 1), strict=True))
    half = weighted / max(sum(of_both), _LEAST) * np.sqrt(sum(of_both) / table.size)
    return Estimate(mean, mean - float(half), mean + float(half), items, METHOD, level)
