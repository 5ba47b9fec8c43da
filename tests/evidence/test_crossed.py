"""Means over crossed items and runs: against statsmodels' mean squares, and how often the interval holds the truth."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from tacit.errors import UsageError
from tacit.evidence.comparing.crossed import crossed_mean
from tacit.evidence.intervals import t_value


def drawn(rng: np.random.Generator, runs: int, items: int, of_runs: float, of_items: float) -> np.ndarray:
    """A table whose true mean is 0."""
    return rng.normal(0, of_runs, (runs, 1)) + rng.normal(0, of_items, (1, items)) + rng.normal(0, 0.5, (runs, items))


def test_mean_squares_as_in_analysis_of_variance() -> None:
    table = drawn(np.random.default_rng(3), 4, 12, 0.3, 0.4)
    runs, items = np.indices(table.shape)
    frame = pl.DataFrame({"y": table.ravel(), "run": runs.ravel(), "item": items.ravel()}).to_pandas()
    squares = anova_lm(ols("y ~ C(run) + C(item)", frame).fit())["mean_sq"]
    r, i, e = squares["C(run)"], squares["C(item)"], squares["Residual"]
    quantile = ((r - e) * t_value(0.95, 3) + i * t_value(0.95, 11)) / (r + i - e)
    found = crossed_mean(table)
    assert found.value == pytest.approx(table.mean())
    assert found.high is not None
    assert found.high - table.mean() == pytest.approx(quantile * np.sqrt((r + i - e) / table.size))


@pytest.mark.parametrize(
    ("runs", "items", "of_runs", "of_items"),
    [(3, 300, 0.1, 0.3), (4, 100, 0.0, 0.4), (5, 60, 0.3, 0.0), (4, 80, 0.0, 0.0), (24, 200, 0.05, 0.3)],
)
def test_the_interval_holds_the_truth(runs: int, items: int, of_runs: float, of_items: float) -> None:
    rng = np.random.default_rng(runs * items)
    found = [crossed_mean(drawn(rng, runs, items, of_runs, of_items)) for _ in range(600)]
    covered = np.mean([e.low is not None and e.high is not None and e.low <= 0 <= e.high for e in found])
    assert covered >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 600), covered


def test_items_alone_would_be_too_sure() -> None:
    """What the crossed interval is for: three runs that differ, on many items."""
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(300):
        table = drawn(rng, 3, 300, 0.2, 0.1)
        pooled = table.mean(axis=0)
        half = t_value(0.95, 299) * pooled.std(ddof=1) / np.sqrt(300)
        covered += abs(pooled.mean()) <= half
    assert covered / 300 < 0.5


def test_too_few() -> None:
    assert crossed_mean([[0.1, 0.2, 0.3]]).missing.startswith("one run")
    assert crossed_mean([[0.1], [0.2], [0.3]]).missing.startswith("one item")
    with pytest.raises(UsageError, match="without gaps"):
        crossed_mean([[0.1, np.nan], [0.2, 0.3]])


@given(hnp.arrays(np.float64, st.tuples(st.integers(2, 5), st.integers(2, 6)), elements=st.floats(-1, 1)))
def test_order_does_not_matter(table: np.ndarray) -> None:
    found, turned = crossed_mean(table), crossed_mean(table[::-1, ::-1])
    assert found.low is not None
    assert found.high is not None
    assert turned.low == pytest.approx(found.low, abs=1e-9)
    assert found.low <= (found.value or 0.0) <= found.high
