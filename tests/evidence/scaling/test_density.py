"""Effective scale and density: inversion, coverage by simulation, what has no value, and the frontier."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit
from scipy.special import expit

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.evidence.estimate import Estimate
from tacit.evidence.scaling.density import density, effective_scale, frontier, reference_curve

SIZES = np.array([5.2e6, 31.5e6, 106e6, 245e6, 477e6, 828e6])
"""The reference models of the densing-law paper."""


def score(scale: np.ndarray | float) -> np.ndarray:
    return np.asarray(0.25 + 0.75 * expit(1.6 * (np.log10(scale) - 8.3)))


def loss(scale: np.ndarray | float) -> np.ndarray:
    return np.asarray(20 * np.asarray(scale) ** -0.1)


def score_of_loss(value: np.ndarray) -> np.ndarray:
    return np.asarray(0.25 + 0.75 * expit(-3.0 * (value - 3.0)))


def holds(estimate: Estimate, truth: float) -> bool:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= truth <= estimate.high


@settings(max_examples=25)
@given(st.floats(6, 11))
def test_an_exact_curve_is_inverted_exactly(decades: float) -> None:
    curve = reference_curve(SIZES, score(SIZES), seed=0, chance=0.25, draws=20)
    found = effective_scale(curve, float(score(10**decades)), seed=0)
    assert found.value == pytest.approx(10**decades, rel=1e-4)
    assert ("extrapolated" in found.method) == (not SIZES[0] <= 10**decades <= SIZES[-1])
    through = reference_curve(SIZES, score_of_loss(loss(SIZES)), loss(SIZES), seed=0, chance=0.25, draws=20)
    assert through.score_at([10**decades])[0] == pytest.approx(score_of_loss(loss(10**decades)), rel=1e-5)
    found = effective_scale(through, float(score_of_loss(loss(10**decades))), seed=0)
    assert found.value == pytest.approx(10**decades, rel=1e-3)


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.08])
def test_fit_agrees_with_scipy(noise: float) -> None:
    y = score(SIZES) + noise * np.random.default_rng(1).standard_normal(SIZES.size)
    curve = reference_curve(SIZES, y, seed=0, chance=0.25, draws=10)
    x = np.log10(SIZES)
    theirs, _ = curve_fit(lambda at, a, b: 0.25 + 0.75 * expit(a + b * (at - 8)), x, y, p0=[0, 1])
    assert curve.score_curve[0, 1] == pytest.approx(theirs[1], rel=1e-4)
    assert curve.score_curve[0, 0] == pytest.approx(theirs[0] - 8 * theirs[1], rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("with_losses", [False, True])
def test_interval_covers_reference_and_score_error(with_losses: bool) -> None:
    rng, worlds, covered = np.random.default_rng(2), 100, 0
    sizes = np.geomspace(5e6, 3e9, 10)
    law, true = (score_of_loss(loss(sizes)), 6e8) if with_losses else (score(sizes), 6e8)
    at = float(score_of_loss(loss(true)) if with_losses else score(true))
    for seed in range(worlds):
        losses = loss(sizes) * np.exp(0.005 * rng.standard_normal(sizes.size)) if with_losses else None
        curve = reference_curve(sizes, law + 0.01 * rng.standard_normal(10), losses, seed=seed, chance=0.25, draws=200)
        found = effective_scale(curve, at + 0.015 * rng.standard_normal(), 0.015, seed=seed)
        covered += holds(found, true)
    assert 0.89 <= covered / worlds <= 0.99


def test_scores_outside_the_range_have_a_reason_not_a_number() -> None:
    y = score(SIZES) + np.array([0.01, -0.01, 0.01, 0, -0.01, 0.01])
    curve = reference_curve(SIZES, y, seed=0, chance=0.25, draws=200)
    assert effective_scale(curve, 1.0, seed=0).missing == "above the reference curve's range"
    assert effective_scale(curve, 0.2, seed=0).missing == "below the reference curve's range"
    assert "too near the top" in effective_scale(curve, 0.98, 0.02, seed=0).missing
    assert "too near the bottom" in effective_scale(curve, 0.27, 0.02, seed=0).missing
    assert density(curve, 1e8, 1.0, seed=0).value is None
    through = reference_curve(SIZES, score_of_loss(loss(SIZES)), loss(SIZES), seed=0, chance=0.25, draws=20)
    # The curve's score at a loss of 0 is below its ceiling; nothing can have a lower loss.
    assert effective_scale(through, 0.99999, seed=0).missing == "above the reference curve's range"


def test_density_is_effective_over_actual_scale() -> None:
    curve = reference_curve(SIZES, score(SIZES) + 0.005 * np.array([1, -1, 1, -1, 1, -1]), seed=0, chance=0.25)
    size, dense = effective_scale(curve, 0.6, 0.01, seed=3), density(curve, 1e8, 0.6, 0.01, seed=3)
    assert size.value is not None
    assert size.low is not None
    assert dense.value == pytest.approx(size.value / 1e8)
    assert dense.low == pytest.approx(size.low / 1e8)
    assert dense == density(curve, 1e8, 0.6, 0.01, seed=3)
    with pytest.raises(DataError, match="logarithm"):
        density(curve, 0.0, 0.6, seed=0)
    with pytest.raises(DataError, match="cannot be placed"):
        effective_scale(curve, np.nan, seed=0)


def test_bad_references() -> None:
    with pytest.raises(InsufficientDataError, match="at least 4"):
        reference_curve([1, 2, 2, 3], [0.1, 0.2, 0.2, 0.3], seed=0)
    with pytest.raises(DataError, match="do not rise"):
        reference_curve(SIZES, score(SIZES)[::-1], seed=0)
    with pytest.raises(DataError, match="do not rise"):
        reference_curve(SIZES, score(SIZES)[::-1], loss(SIZES), seed=0)
    with pytest.raises(DataError, match="do not fall"):
        reference_curve(SIZES, score(SIZES), loss(SIZES)[::-1], seed=0)
    with pytest.raises(DataError, match="not positive"):
        reference_curve(SIZES, score(SIZES), -loss(SIZES), seed=0)
    with pytest.raises(UsageError, match="above chance"):
        reference_curve(SIZES, score(SIZES), seed=0, chance=1.0)


def test_frontier_finds_the_growth_of_the_densest() -> None:
    rng = np.random.default_rng(4)
    months = rng.uniform(0, 24, 300)
    densities = np.exp(0.21 * months - rng.exponential(1.0, 300))  # doubles in 3.3 months
    law = frontier(months, densities, seed=0)
    assert law.growth.value == pytest.approx(0.21, abs=0.02)
    assert law.doubling_time.value == pytest.approx(3.3, abs=0.35)
    assert holds(law.doubling_time, 3.3)
    order = rng.permutation(300)
    assert frontier(months[order], densities[order], seed=0).growth == law.growth


def test_frontier_without_growth_has_no_doubling_time() -> None:
    early = frontier([0, 1, 2, 3], [4, 3, 2, 1], seed=0)
    assert early.growth.value is None
    assert "1 systems were densest" in early.growth.missing
    noisy = frontier([0, 1, 2, 3, 4], [1, 1.1, 0.5, 1.11, 0.2], seed=0)
    assert noisy.growth.value is not None
    with pytest.raises(DataError, match="not positive"):
        frontier([0, 1], [0, 1], seed=0)
