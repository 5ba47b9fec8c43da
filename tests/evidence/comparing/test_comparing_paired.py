"""Means and paired differences: each method against an independent one, and what ``auto`` chooses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tacit.errors import DataError, UsageError
from tacit.evidence.comparing.clustered import mean_error, units
from tacit.evidence.comparing.mcnemar import paired_proportions
from tacit.evidence.comparing.means import bounded_limits, equal_limits, hall_limits, mean_interval
from tacit.evidence.comparing.paired import mean_score, paired_difference
from tacit.evidence.intervals import clopper_pearson, mid_p, wilson

RNG = np.random.default_rng(0)
BEFORE, AFTER = RNG.beta(2, 2, 40), RNG.beta(2, 1.5, 40)


def test_t_matches_scipy() -> None:
    ours = paired_difference(BEFORE, AFTER)
    theirs = stats.ttest_rel(AFTER, BEFORE)
    assert ours.method == "t"
    interval = theirs.confidence_interval(0.95)
    assert (ours.low, ours.high) == pytest.approx((interval.low, interval.high), rel=1e-9)


def test_halls_limits_invert_the_cubic() -> None:
    scores = RNG.beta(0.5, 20, 50)
    error = mean_error(scores)
    low, high = hall_limits(error)
    gamma, n = stats.skew(scores), len(scores)

    def cubic(mean: float) -> float:
        t = (error.value - mean) / error.se
        return float(t + gamma / n**0.5 * (t**2 / 3 + 1 / 6) + gamma**2 * t**3 / (27 * n))

    assert cubic(low) == pytest.approx(stats.t.ppf(0.975, n - 1), rel=1e-9)
    assert cubic(high) == pytest.approx(-stats.t.ppf(0.975, n - 1), rel=1e-9)


@pytest.mark.parametrize(("k", "n"), [(0, 30), (1, 30), (3, 100), (50, 100)])
def test_bounded_limits_of_binary_scores_are_mid_p(k: int, n: int) -> None:
    low, high = bounded_limits(units(np.repeat([1.0, 0.0], [k, n - k])), (0, 1), draws=200_000)
    expected, widest = mid_p(k, n), clopper_pearson(k, n)
    assert expected.low is not None
    assert expected.high is not None
    assert widest.high is not None
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=0.02 * expected.high)
    assert high < widest.high


def test_no_variation_leaves_what_may_be_unseen() -> None:
    scores = mean_score([0.25] * 30)
    unseen = wilson(0, 30).high
    assert unseen is not None
    assert (scores.low, scores.high) == pytest.approx((0.25 * (1 - unseen), 0.25 + 0.75 * unseen))
    assert equal_limits(1.0, (0, 1), 30)[1] == 1.0
    assert mean_score([0.25] * 30, bounds=None).missing
    tied = paired_difference([0.3] * 30, [0.3] * 30)
    assert (tied.low, tied.high) == pytest.approx((-unseen, unseen))


def test_auto_chooses_by_the_data() -> None:
    right, items = np.repeat([0.0, 1.0], [40, 60]), np.arange(100)
    clusters = items // 4
    assert mean_score(right) == wilson(60, 100)
    assert paired_difference(right, 1 - right) == paired_proportions(0, 40, 60, 0)
    assert mean_score(right, clusters=items % 25).method == "hall, 25 clusters"
    rare = np.where(items == 5, 1.0, 0.0)
    assert mean_score(rare, clusters=clusters).method == "bounded, 25 clusters"
    assert paired_difference(rare * 0, rare, clusters=clusters).method == "bounded, 25 clusters"
    assert paired_difference(rare * 0, rare * 0.5).method == "bounded"
    assert paired_difference(rare * 0, rare * 0.5, bounds=None).method == "t"
    assert mean_score(RNG.random(12)).method == "hall"


def test_clusters_widen_the_interval_that_ignores_them() -> None:
    rng = np.random.default_rng(3)
    member = np.repeat(np.arange(25), 12)
    values = 0.3 * rng.random(300) + 0.7 * rng.random(25)[member]
    alone, clustered = mean_score(values), mean_score(values, clusters=member)
    assert alone.value == clustered.value
    assert clustered.high - clustered.low > 2 * (alone.high - alone.low)  # type: ignore[operator]


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.sampled_from([0.0, 0.5, 1.0])), min_size=2, max_size=40
    ),
    st.sampled_from(["auto", "t", "hall", "bca", "bounded"]),
    st.booleans(),
)
def test_limits_hold_the_value_stay_in_bounds_and_repeat(
    pairs: list[tuple[float, float]], method: str, grouped: bool
) -> None:
    before, after = np.array(pairs).T
    clusters = np.arange(len(pairs)) // 3 if grouped else None
    found = paired_difference(before, after, clusters=clusters, method=method, draws=200, seed=5)  # type: ignore[arg-type]
    again = paired_difference(before, after, clusters=clusters, method=method, draws=200, seed=5)  # type: ignore[arg-type]
    assert found == again
    if found.missing:
        assert grouped
        assert len(pairs) <= 3
        return
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert -1 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
    assert found.n == len(pairs)


def test_what_is_refused() -> None:
    with pytest.raises(DataError, match="Join them on the item"):
        paired_difference([1, 0], [1, 0, 1])
    with pytest.raises(DataError, match="points out of 100"):
        mean_score([71.0, 64.0])
    with pytest.raises(DataError, match="no finite number for 1 of 2"):
        mean_score([0.5, float("nan")])
    with pytest.raises(UsageError, match="scores of 0 and 1"):
        mean_score([0.5, 1.0], method="wilson")
    with pytest.raises(UsageError, match="no clusters"):
        paired_difference([0, 1], [1, 1], clusters=["a", "b"], method="newcombe")
    with pytest.raises(UsageError, match="no method"):
        mean_interval([0.5, 1.0], method="normal")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="needs the bounds"):
        mean_interval([0.5, 1.0], method="bounded")
    assert "one" in mean_score([0.1, 0.4], clusters=["a", "a"]).missing or mean_score([0.1], bounds=None).missing
    assert mean_score([]).missing
    assert paired_difference([], []).missing
