"""Ratios of crossed means: against the general form of Fieller's limits, and where they must be exact."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import UsageError
from tacit.evidence.comparing.crossed import crossed_mean
from tacit.evidence.comparing.crossed_ratio import crossed_means, crossed_ratio


def pair(rng: np.random.Generator, runs: int, items: int, ratio: float = 0.8) -> tuple[np.ndarray, np.ndarray]:
    below = 0.6 + rng.normal(0, 0.1, (runs, 1)) + rng.normal(0, 0.2, (1, items)) + rng.normal(0, 0.1, (runs, items))
    return ratio * below + rng.normal(0, 0.1, (runs, 1)) + rng.normal(0, 0.15, (runs, items)), below


@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 40))
def test_of_one_stratum_the_mean_is_the_crossed_mean(seed: int, runs: int, items: int) -> None:
    table = np.random.default_rng(seed).normal(size=(runs, items))
    one, other = crossed_means([table]), crossed_mean(table)
    assert (one.n, one.method) == (other.n, other.method)
    assert [one.value, one.low, one.high] == pytest.approx([other.value, other.low, other.high], abs=1e-12)


@given(st.integers(0, 10_000), st.integers(1, 4), st.sampled_from([1, 3, 6]))
def test_at_the_limits_the_difference_is_at_the_edge_of_significance(seed: int, strata: int, runs: int) -> None:
    rng = np.random.default_rng(seed)
    pairs = [pair(rng, runs, 60) for _ in range(strata)]
    found = crossed_ratio(pairs)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high
    assert found.value == pytest.approx(sum(a.mean() for a, _ in pairs) / sum(b.mean() for _, b in pairs))
    middle = crossed_means([a - found.value * b for a, b in pairs])
    assert middle.low is not None
    for limit in (found.low, found.high):
        at = crossed_means([a - limit * b for a, b in pairs])
        assert at.value is not None
        assert at.low is not None
        # The quantile is that of the estimated ratio, so the edge is met up to its change.
        if runs == 1:
            assert abs(at.value) == pytest.approx(at.value - at.low, rel=0.02)


@given(st.integers(0, 10_000), st.floats(0.1, 10))
def test_the_unit_of_the_scores_is_of_no_matter_and_that_of_the_ratio_follows(seed: int, times: float) -> None:
    rng = np.random.default_rng(seed)
    pairs = [pair(rng, 4, 30) for _ in range(2)]
    one = crossed_ratio(pairs)
    both = crossed_ratio([(times * a, times * b) for a, b in pairs])
    above = crossed_ratio([(times * a, b) for a, b in pairs])
    assert [both.value, both.low, both.high] == pytest.approx([one.value, one.low, one.high], rel=1e-9)
    told = [one.value, one.low, one.high]
    assert [above.value, above.low, above.high] == pytest.approx([times * (end or 0) for end in told], rel=1e-9)


@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(2, 30))
def test_equal_tables_have_the_ratio_one_exactly(seed: int, runs: int, items: int) -> None:
    below = np.random.default_rng(seed).random((runs, items)) + 1
    found = crossed_ratio([(below, below), (below[:, ::-1], below[:, ::-1])])
    assert (found.low, found.value, found.high) == (1.0, 1.0, 1.0)


def test_strata_are_pooled_and_not_averaged() -> None:
    rng = np.random.default_rng(0)
    strong, weak = 0.8 + 0.01 * rng.normal(size=(3, 50)), 0.02 + 0.01 * rng.normal(size=(3, 50))
    found = crossed_ratio([(strong, strong), (np.zeros((3, 50)), weak)])
    assert found.value == pytest.approx(strong.mean() / (strong.mean() + weak.mean()))
    assert found.value is not None
    assert found.value > 0.95
    assert found.n == 100


def test_a_denominator_that_may_be_zero_bounds_nothing() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, (4, 30))
    assert crossed_ratio([(noise + 1, noise)]).missing.startswith("the denominator may be 0")
    assert crossed_ratio([(noise, np.zeros((4, 30)))]).value is None
    assert crossed_ratio([(noise[:, :1], noise[:, :1] + 9)]).missing.startswith("one item")


def test_one_run_counts_items_only() -> None:
    rng = np.random.default_rng(1)
    above, below = pair(rng, 1, 40)
    found = crossed_ratio([(above, below)])
    assert found.method.endswith("items only")
    many = crossed_ratio([(np.repeat(above, 3, axis=0), np.repeat(below, 3, axis=0))])
    assert [found.low, found.high] == pytest.approx([many.low, many.high])
    assert not many.method.endswith("items only")


@pytest.mark.parametrize("tables", [[], [np.ones(3)], [np.ones((0, 3))], [np.array([[1.0, np.nan]])]])
def test_what_is_no_table_is_refused(tables: list[np.ndarray]) -> None:
    with pytest.raises(UsageError):
        crossed_means(tables)
    with pytest.raises(UsageError):
        crossed_ratio([(table, table) for table in tables])
    with pytest.raises(UsageError, match="one shape"):
        crossed_ratio([(np.ones((2, 3)), np.ones((2, 4)))])
