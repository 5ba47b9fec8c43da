"""Shrinkage: the risk is unbiased, the error falls, and the intervals cover the groups they say they cover."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import norm

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.evidence.shrinkage import _critical_value, shrink

GROUPS = 57
"""As many as MMLU has subjects."""


def groups_of(seed: int, spread: float) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(20, 301, GROUPS)
    return rng, sizes, np.clip(0.35 + spread * rng.standard_normal(GROUPS), 0.02, 0.98)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["fixed", "mean", "line"])
def test_the_estimated_risk_is_unbiased(target: str) -> None:
    rng, sizes, rates = groups_of(1, 0.05)
    worlds, x = 500, np.linspace(-1, 1, GROUPS)
    sizes = sizes // 10 + 2  # so small that no normal approximation would do
    toward, covariate = (np.full(GROUPS, 0.3) if target == "fixed" else None), (x if target == "line" else None)
    claimed, true = [], []
    for counts in rng.binomial(sizes, rates, size=(worlds, GROUPS)):
        got = shrink(counts, sizes, toward=toward, covariate=covariate)
        size = np.median(sizes)
        weight = got.grid[:, None] * size / (got.grid[:, None] * size + (1 - got.grid[:, None]) * sizes)
        true.append((((1 - weight) * got.raw + weight * got.target - rates) ** 2).mean(axis=1))
        claimed.append(got.risk)
    difference = np.array(claimed) - np.array(true)
    z = difference.mean(axis=0) / (difference.std(axis=0) / np.sqrt(worlds))
    assert np.abs(z).max() < 3.5
    assert np.array(true).mean() > 0.003


def test_error_falls_by_a_quarter_towards_what_an_oracle_reaches() -> None:
    rng, sizes, rates = groups_of(2, 0.07)
    raw, ours, oracle = [], [], []
    for counts in rng.binomial(sizes, rates, size=(300, GROUPS)):
        got = shrink(counts, sizes)
        size = np.median(sizes)
        weight = got.grid[:, None] * size / (got.grid[:, None] * size + (1 - got.grid[:, None]) * sizes)
        raw.append(((got.raw - rates) ** 2).mean())
        ours.append(((got.value - rates) ** 2).mean())
        oracle.append((((1 - weight) * got.raw + weight * got.target - rates) ** 2).mean(axis=1).min())
    assert np.mean(ours) < 0.75 * np.mean(raw)
    assert np.mean(ours) < 1.1 * np.mean(oracle)


@pytest.mark.parametrize(
    ("spread", "low", "high"),
    [(0.0, 0.95, 1.0), (0.03, 0.935, 0.98), (0.07, 0.94, 0.98), (0.2, 0.935, 0.98)],
)
def test_intervals_cover_the_groups_on_average(spread: float, low: float, high: float) -> None:
    rng, sizes, rates = groups_of(3, spread)
    covered = []
    for counts in rng.binomial(sizes, rates, size=(200, GROUPS)):
        got = shrink(counts, sizes)
        covered.append(((got.low <= rates) & (rates <= got.high)).mean())
    assert low <= np.mean(covered) <= high


def test_intervals_cover_rates_that_are_nothing_like_normal() -> None:
    rng, sizes, _ = groups_of(4, 0.0)
    rates = np.where(np.arange(GROUPS) % 10 == 0, 0.6, 0.3)  # one in ten is far from the rest
    got = [shrink(counts, sizes) for counts in rng.binomial(sizes, rates, size=(150, GROUPS))]
    covered = np.array([(g.low <= rates) & (rates <= g.high) for g in got])
    assert covered.mean() >= 0.94
    assert covered[:, rates > 0.5].mean() < covered[:, rates < 0.5].mean()  # as the docstring warns


def test_a_line_along_scale_is_a_better_target_than_the_mean() -> None:
    rng = np.random.default_rng(5)
    scale = np.linspace(7, 11, GROUPS)
    rates = 0.2 + 0.12 * (scale - 7) + 0.02 * rng.standard_normal(GROUPS)
    counts = rng.binomial(40, rates)
    line, mean = shrink(counts, np.full(GROUPS, 40), covariate=scale), shrink(counts, np.full(GROUPS, 40))
    assert line.weight_at_median > 0.6 > mean.weight_at_median
    assert ((line.value - rates) ** 2).mean() < 0.5 * ((mean.value - rates) ** 2).mean()
    given = shrink(counts, np.full(GROUPS, 40), toward=0.2 + 0.12 * (scale - 7))
    assert given.weight_at_median > 0.6


@pytest.mark.parametrize("moment", [0.1, 1.0, 4.0, 9.0])
def test_critical_values_withstand_every_distribution_of_the_bias(moment: float) -> None:
    square = np.concatenate([[0.0], np.geomspace(1e-3, 2_000, 2_500), [moment]])

    def worst(critical: float) -> float:
        missed = norm.cdf(np.sqrt(square) - critical) + norm.cdf(-np.sqrt(square) - critical)
        found = linprog(-missed, A_eq=np.vstack([np.ones_like(square), square]), b_eq=[1, moment], bounds=(0, None))
        assert found.fun is not None
        return -found.fun

    ours = _critical_value(np.sqrt([moment]), 0.95)[0]
    assert worst(ours) == pytest.approx(0.05, abs=2e-4)


def test_critical_value_without_bias_is_the_normal_one() -> None:
    assert _critical_value(np.array([0.0]), 0.95)[0] == pytest.approx(1.959964, abs=1e-4)
    # R package ebci 1.0.0, cva(4, kappa=Inf, alpha=0.05).
    assert _critical_value(np.array([2.0]), 0.95)[0] == pytest.approx(7.2164, abs=5e-3)


@given(
    st.lists(st.tuples(st.integers(2, 400), st.floats(0, 1)), min_size=4, max_size=30),
    st.sampled_from([0.5, 0.95]),
)
def test_estimates_lie_between_rate_and_target(groups: list[tuple[int, float]], level: float) -> None:
    sizes = np.array([n for n, _ in groups])
    got = shrink(np.round(sizes * [share for _, share in groups]), sizes, level=level)
    edge = 1e-12
    assert (got.value >= np.minimum(got.raw, got.target) - edge).all()
    assert (got.value <= np.maximum(got.raw, got.target) + edge).all()
    assert ((got.low >= 0) & (got.low <= got.value) & (got.value <= got.high) & (got.high <= 1)).all()
    assert got.risk.argmin() == np.flatnonzero(got.grid == got.weight_at_median)[0]
    assert [e.n for e in got.estimates] == sizes.tolist()
    assert [e.value for e in got.estimates] == got.value.tolist()


def test_bad_requests() -> None:
    with pytest.raises(InsufficientDataError, match="4"):
        shrink([1, 2, 3], [10, 10, 10])
    with pytest.raises(DataError, match="Group 2"):
        shrink([1, 2, 1, 3], [10, 10, 1, 10])
    with pytest.raises(DataError, match="Group 0"):
        shrink([11, 2, 1, 3], [10, 10, 10, 10])
    with pytest.raises(UsageError, match="not both"):
        shrink([1, 2, 1, 3], [10] * 4, toward=[0.1] * 4, covariate=[1, 2, 3, 4])
    with pytest.raises(UsageError):
        shrink([1, 2, 1, 3], [10] * 4, level=2)
