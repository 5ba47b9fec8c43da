"""One-sample intervals against statsmodels, exact arithmetic and their own defining equations."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, chi2
from statsmodels.stats.proportion import proportion_confint

from tacit.errors import DataError, UsageError
from tacit.evidence import intervals

if TYPE_CHECKING:
    from collections.abc import Callable

    from tacit.evidence.estimate import Estimate

SINGLE: dict[str, Callable[..., Estimate]] = {
    "wilson": intervals.wilson,
    "clopper_pearson": intervals.clopper_pearson,
    "jeffreys": intervals.jeffreys,
    "mid_p": intervals.mid_p,
}
MANY: dict[str, Callable[..., intervals.Bounds]] = {name: getattr(intervals, f"{name}_many") for name in SINGLE}
LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])


@st.composite
def counts(draw: st.DrawFn, most: int = 10**10) -> tuple[int, int]:
    n = draw(st.one_of(st.integers(1, 200), st.integers(1, most)))
    return draw(st.one_of(st.integers(0, min(n, 5)), st.integers(max(0, n - 5), n), st.integers(0, n))), n


@pytest.mark.parametrize(
    ("name", "theirs"), [("wilson", "wilson"), ("clopper_pearson", "beta"), ("jeffreys", "jeffreys")]
)
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_agrees_with_statsmodels(name: str, theirs: str, level: float) -> None:
    for n in (1, 2, 10, 30, 1000, 10**6):
        for k in sorted({0, 1, n // 3, n - 1, n}):
            low, high = proportion_confint(k, n, alpha=1 - level, method=theirs)
            ours = SINGLE[name](k, n, level)
            # statsmodels leaves the Jeffreys limits inside (0, 1) where nothing, or everything, was observed.
            assert ours.low == pytest.approx(low if k else 0.0, rel=1e-9, abs=1e-15)
            assert ours.high == pytest.approx(high if k < n else 1.0, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("n", [1, 2, 7, 40, 1000, 20_000])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_mid_p_solves_its_equations(n: int, level: float) -> None:
    k = np.unique(np.linspace(0, n, 25).astype(int))
    low, high = intervals.mid_p_many(k, n, level)
    tail = (1 - level) / 2
    inside, below = k > 0, k < n
    above, under = binom.sf(k, n, low) + binom.pmf(k, n, low) / 2, binom.cdf(k - 1, n, high) + binom.pmf(k, n, high) / 2
    assert np.asarray(above)[inside] == pytest.approx(tail, rel=1e-9)
    assert np.asarray(under)[below] == pytest.approx(tail, rel=1e-9)


@pytest.mark.parametrize(("k", "n"), [(1, 10**10), (3, 10**10), (88 * 10**7, 10**10), (10**10 - 1, 10**10)])
def test_wilson_loses_no_digits_when_n_is_huge(k: int, n: int) -> None:
    with localcontext() as context:
        context.prec = 60
        z = Decimal(intervals.z_value(0.95))
        p = Decimal(k) / n
        half = z * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()
        low, high = ((p + z * z / (2 * n) + sign * half) / (1 + z * z / n) for sign in (-1, 1))
    estimate = intervals.wilson(k, n)
    assert estimate.low == pytest.approx(float(low), rel=1e-13)
    assert estimate.high == pytest.approx(float(high), rel=1e-13)


@pytest.mark.parametrize("n", [10**6, 10**8, 10**9, 10**10])
def test_exact_limits_hold_at_every_scale(n: int) -> None:
    """Against the Poisson limits: scipy's own beta quantiles are wrong by a factor of two for some of these."""
    k = np.unique(np.geomspace(1, 5000, 60).astype(np.int64))
    low, high = intervals.clopper_pearson_many(k, n)
    np.testing.assert_allclose(low, chi2.ppf(0.025, 2 * k) / 2 / n, rtol=2 * k.max() / n)
    np.testing.assert_allclose(high, chi2.ppf(0.975, 2 * k + 2) / 2 / n, rtol=2 * k.max() / n)
    for name in ("jeffreys", "mid_p"):
        lower, upper = MANY[name](k, n)
        assert ((low < lower) & (lower < k / n) & (k / n < upper) & (upper < high)).all()


def test_the_limit_of_rare_events_is_the_poisson_one() -> None:
    # No event in n: the exact upper limit is 3.689 / n and the mid-P one 2.996 / n, whatever n is.
    assert intervals.clopper_pearson(0, 10**10).high == pytest.approx(-np.log(0.025) / 1e10, rel=1e-8)
    assert intervals.mid_p(0, 10**10).high == pytest.approx(-np.log(0.05) / 1e10, rel=1e-8)


@pytest.mark.parametrize("name", SINGLE)
@given(pair=counts(), level=LEVELS)
def test_holds_the_estimate_and_ends_exactly(name: str, pair: tuple[int, int], level: float) -> None:
    k, n = pair
    estimate = SINGLE[name](k, n, level)
    assert estimate.value is not None
    assert estimate.low is not None
    assert estimate.high is not None
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert (estimate.low == 0) is (k == 0)
    assert (estimate.high == 1) is (k == n) or n > 10**8  # 1 - 1e-10 has few digits left below 1
    assert estimate.n == n
    assert not estimate.missing


@pytest.mark.parametrize("name", SINGLE)
@given(n=st.integers(1, 400), level=LEVELS)
def test_rises_with_k_and_mirrors(name: str, n: int, level: float) -> None:
    low, high = MANY[name](np.arange(n + 1), n, level)
    assert (np.diff(low) > 0).all()
    assert (np.diff(high) > 0).all()
    np.testing.assert_allclose(low, 1 - high[::-1], rtol=0, atol=1e-11)


@pytest.mark.parametrize("name", SINGLE)
def test_the_batch_equals_the_single_ones(name: str) -> None:
    k, n = np.array([[0, 1, 5], [3, 0, 1000]]), np.array([[10, 1, 50], [3, 0, 10**9]])
    low, high = MANY[name](k, n)
    assert low.shape == high.shape == (2, 3)
    for at in np.ndindex(2, 3):
        one = SINGLE[name](int(k[at]), int(n[at]))
        if n[at] == 0:
            assert np.isnan(low[at])
            assert np.isnan(high[at])
            assert one.value is None
        else:
            assert (one.low, one.high) == (float(low[at]), float(high[at]))
    empty = MANY[name]([], [])
    assert [x.shape for x in empty] == [(0,), (0,)]


@pytest.mark.parametrize("name", SINGLE)
def test_fractional_counts_lie_between_whole_ones(name: str) -> None:
    low, high = MANY[name]([2, 2.5, 3], 20)
    assert low[0] < low[1] < low[2]
    assert high[0] < high[1] < high[2]
    low, high = MANY[name](0.02, 200.0)
    assert 0 <= low <= 1e-4 <= high < 0.03


@pytest.mark.parametrize("name", SINGLE)
def test_nothing_observed_is_missing_and_not_zero(name: str) -> None:
    estimate = SINGLE[name](0, 0)
    assert (estimate.value, estimate.low, estimate.high, estimate.n) == (None, None, None, 0)
    assert estimate.missing == intervals.NO_OBSERVATIONS
    assert estimate.method != "none"


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize(("k", "n"), [(-1, 10), (11, 10), (float("nan"), 10), (1, float("inf")), (1, 0)])
def test_counts_that_cannot_be_are_refused(name: str, k: Any, n: Any) -> None:
    with pytest.raises(DataError, match="not a proportion"):
        SINGLE[name](k, n)


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("level", [0, 1, -0.1, 95, float("nan")])
def test_levels_that_cannot_be_are_refused(name: str, level: float) -> None:
    with pytest.raises(UsageError, match=r"Usual is 0\.95"):
        SINGLE[name](1, 10, level)


def test_the_message_names_the_entry() -> None:
    with pytest.raises(DataError, match=r"7 out of 5 \(entry 2\)"):
        intervals.wilson_many([1, 2, 7], 5)
