"""PassUntil: bias and coverage by simulation, exact limits by closed form, and the capability that 1,000 tries miss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.evidence.scaling.pass_until import (
    log_log_slope,
    log_log_slope_of_means,
    pass_until,
    pass_until_many,
    pass_until_mean,
)

SIZES = np.geomspace(1e8, 1e10, 6)
RARE = np.array([1e-5, 4.7e-5, 1.85e-4, 6.1e-4, 1.72e-3, 4.3e-3])
"""Pass rates of the six sizes of the design's example: log(-log) of them is nearly straight."""


def draws_until(rng: np.random.Generator, passes: int, rate: np.ndarray | float, worlds: int) -> np.ndarray:
    shape = (worlds, *np.shape(rate))
    return passes + rng.negative_binomial(passes, rate, size=shape).astype(np.float64)


@pytest.mark.parametrize(
    ("passes", "rate", "overstated"), [(1, 1e-2, 4.65), (1, 1e-3, 6.91), (1, 1e-4, 9.21), (5, 1e-3, 1.25)]
)
def test_the_maximum_of_the_likelihood_overstates_and_ours_does_not(
    passes: int, rate: float, overstated: float
) -> None:
    # The expectations themselves, summed over all numbers of draws that matter.
    further = np.arange(int(60 / rate))
    chance = stats.nbinom(passes, rate).pmf(further)
    draws = further + passes
    assert (chance * passes / draws).sum() / rate == pytest.approx(overstated, abs=0.01)
    if passes > 1:
        value = (passes - 1) / (draws - 1)
        assert pass_until_many(np.full(50, passes), draws[:50]).value.tolist() == value[:50].tolist()
        assert (chance * value).sum() / rate == pytest.approx(1, abs=1e-9)
        assert np.sqrt((chance * value**2).sum() / rate**2 - 1) == pytest.approx(1 / np.sqrt(passes - 2), rel=0.01)


@pytest.mark.parametrize("rate", [0.02, 0.004, 0.001])
def test_a_cap_leaves_the_estimate_unbiased(rate: float) -> None:
    rng, passes, cap = np.random.default_rng(2), 5, 1_000
    k = draws_until(rng, passes, rate, 30_000)
    capped = k > cap
    # Given that the r-th pass comes after the cap, the passes within it are binomial and below r.
    within = rng.binomial(cap, rate, size=500_000)
    r = np.where(capped, np.resize(within[within < passes], k.shape), passes)
    value = pass_until_many(r, np.where(capped, cap, k), capped=capped).value
    assert value.mean() / rate == pytest.approx(1, abs=0.015)


@given(passes=st.integers(2, 40), further=st.integers(0, 100_000), level=st.sampled_from([0.5, 0.9, 0.99]))
def test_limits_solve_their_equations(passes: int, further: int, level: float) -> None:
    rate = pass_until(passes, passes + further, level)
    assert rate.value is not None
    assert rate.low is not None
    assert rate.high is not None
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    tail, late = (1 - level) / 2, stats.nbinom(passes, rate.high)
    if rate.low < rate.value:  # a lower limit above the estimate is cut to it
        assert stats.nbinom(passes, rate.low).cdf(further) == pytest.approx(tail, rel=1e-6)
    if further:
        assert late.sf(further - 1) == pytest.approx(tail, rel=1e-6)


@pytest.mark.parametrize("passes", [2, 5, 10])
@pytest.mark.parametrize("rate", [0.5, 0.05, 1e-3, 1e-5])
def test_interval_never_covers_less_than_it_says(passes: int, rate: float) -> None:
    k = draws_until(np.random.default_rng(3), passes, rate, 8_000)
    many = pass_until_many(np.full(k.shape, passes), k)
    covered = ((many.low <= rate) & (rate <= many.high)).mean()
    assert covered >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / k.size)
    if rate < 0.01:  # nothing discrete is left, so it is not too wide either
        assert covered < 0.96


def test_one_pass_has_limits_but_no_estimate() -> None:
    rate = pass_until(1, 1_000)
    assert rate.value is None
    assert "draw until 5 passes" in rate.missing
    assert "5 asked for" in pass_until(4, 1_000).method
    assert "asked for" not in pass_until(5, 1_000).method
    assert pass_until(0, 1_000, capped=True).value == 0
    first = pass_until_many([1], [1])
    assert (first.low[0], first.high[0]) == (pytest.approx(0.025), 1.0)


@pytest.mark.parametrize(
    ("passes", "draws", "capped"), [(0, 10, False), (11, 10, False), (0, 0, True), (-1, 3, True), (np.nan, 3, False)]
)
def test_impossible_counts_are_refused(passes: int, draws: int, capped: bool) -> None:
    with pytest.raises(DataError):
        pass_until(passes, draws, capped=capped)


def test_arguments_must_go_together() -> None:
    with pytest.raises(DataError, match="each item needs one"):
        pass_until_many([5, 5], [10, 10], capped=[True])
    with pytest.raises(UsageError):
        pass_until(5, 10, level=95)


def test_mean_over_items_covers_and_asks_for_more_than_one_pass() -> None:
    rng, covered, worlds = np.random.default_rng(4), 0, 800
    for _ in range(worlds):
        centre = np.repeat(rng.beta(2, 60, size=40), 3)  # 40 templates with 3 items each
        rates = np.clip(centre * rng.lognormal(0, 0.2, centre.size), 1e-4, 1)
        mean = pass_until_mean(
            np.full(120, 5), 5 + rng.negative_binomial(5, rates), clusters=np.repeat(np.arange(40), 3)
        )
        assert mean.low is not None
        assert mean.high is not None
        covered += mean.low <= 2 / 62 * np.exp(0.02) <= mean.high
    assert 0.92 <= covered / worlds <= 0.97
    assert "1 item(s) stopped" in pass_until_mean([1, 5], [10, 20]).missing
    assert pass_until_mean([5], [20]).value is None


def test_what_a_thousand_tries_call_flat_pass_until_sees() -> None:
    rng, worlds, found = np.random.default_rng(5), 100, 0
    x = np.log10(SIZES)
    shares = 100 * rng.binomial(1_000, RARE, size=(worlds, 6)) / 1_000
    flat = 0
    for share in shares:
        line = stats.linregress(x, share)
        half = stats.t(4).ppf(0.95) * line.stderr
        flat += line.slope - half > -1 and line.slope + half < 1  # TOST at 1 point per decade
    for draws in draws_until(rng, 10, RARE, worlds):
        law = log_log_slope(SIZES, np.full(6, 10), draws)
        assert law.slope.high is not None
        found += law.slope.high < 0
    assert flat == worlds
    assert found == worlds


@pytest.mark.slow
def test_slope_covers_and_curvature_is_tested_at_its_level() -> None:
    rng, worlds = np.random.default_rng(6), 250
    decades = np.log10(SIZES) - 9
    truth = np.exp(-np.exp(2.0 - 0.3 * decades))
    covered = standard = 0
    for draws in draws_until(rng, 10, truth, worlds):
        law = log_log_slope(SIZES, np.full(6, 10), draws)
        assert law.slope.low is not None
        assert law.slope.high is not None
        covered += law.slope.low <= -0.3 <= law.slope.high
        standard += law.emergence == "standard"
    assert covered / worlds >= 0.95  # the floor of the dispersion makes it wider than need be
    assert standard / worlds >= 0.95


@pytest.mark.parametrize(("bend", "emergence"), [(-0.3, "accelerated"), (0.3, "decelerated"), (0.0, "standard")])
def test_convexity_is_named(bend: float, emergence: str) -> None:
    decades = np.linspace(-1, 1, 9)
    rates = np.exp(-np.exp(1.5 - 0.5 * decades + bend * decades**2))
    law = log_log_slope(10 ** (9 + decades), rates * 1e6, np.full(9, 1e6))
    assert law.emergence == emergence
    assert law.curvature.value == pytest.approx(bend, abs=1e-6)


def test_exact_likelihood_matches_statsmodels() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(7)
    passes = rng.binomial(5_000, np.exp(-np.exp(0.8 - 0.4 * (np.log10(SIZES) - 9))))
    x = sm.add_constant(np.log10(SIZES))
    # log(-log p) of the passes is the complementary log-log of the failures.
    family = sm.families.Binomial(link=sm.families.links.CLogLog())
    theirs = sm.GLM(np.column_stack([5_000 - passes, passes]), x, family=family).fit()
    ours = log_log_slope(SIZES, passes, np.full(6, 5_000))
    assert ours.slope.value == pytest.approx(theirs.params[1], rel=1e-6)
    assert ours.slope.value is not None
    assert ours.slope.high is not None
    error = (ours.slope.high - ours.slope.value) / stats.t(4).ppf(0.975)
    assert error == pytest.approx(theirs.bse[1] * np.sqrt(ours.dispersion), rel=1e-4)


def test_sizes_without_a_pass_count_and_scatter_widens() -> None:
    law = log_log_slope(SIZES, [0, 1, 5, 30, 80, 200], np.full(6, 50_000))
    assert law.slope.high is not None
    assert law.slope.high < 0
    calm = log_log_slope(SIZES, [3, 20, 100, 350, 950, 2_000], np.full(6, 50_000))
    wild = log_log_slope(SIZES, [20, 3, 350, 100, 2_000, 950], np.full(6, 50_000))
    assert wild.dispersion > 10 * calm.dispersion


def test_means_over_items_follow_the_same_law() -> None:
    rates = np.exp(-np.exp(2.0 - 0.3 * (np.log10(SIZES) - 9)))
    law = log_log_slope_of_means(SIZES, rates, rates * 0.1)
    assert law.slope.value == pytest.approx(-0.3, abs=1e-9)
    assert law.emergence == "standard"


def test_too_little_for_a_law() -> None:
    with pytest.raises(InsufficientDataError, match="4 distinct sizes"):
        log_log_slope([1, 1, 2, 3], [5, 5, 5, 5], [90, 90, 90, 90])
    with pytest.raises(InsufficientDataError, match="2 sizes that passed"):
        log_log_slope(SIZES, [0, 0, 0, 0, 0, 3], np.full(6, 100))
    with pytest.raises(DataError, match="strictly"):
        log_log_slope_of_means(SIZES, [0, 0.1, 0.1, 0.1, 0.1, 0.1], np.full(6, 0.01))
    with pytest.raises(DataError, match="logarithm"):
        log_log_slope(-SIZES, np.full(6, 5), np.full(6, 100))
