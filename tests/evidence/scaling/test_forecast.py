"""Forecasts: what they recover, when they warn, what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.evidence.scaling.forecast import forecast, forecast_score

X = np.geomspace(1e6, 1e9, 12)


def test_recovers_an_offset_power_law() -> None:
    found = forecast(X, 0.1 + 20 * X**-0.3, [1e10])
    assert found.value[0] == pytest.approx(0.1 + 20 * 1e10**-0.3, rel=0.01)
    assert found.low[0] <= found.value[0] <= found.high[0]


def test_laws_are_shares_heaviest_first() -> None:
    y = 20 * X**-0.3 * np.exp(0.02 * np.random.default_rng(1).normal(size=12))
    found = forecast(X, y, [1e9, 1e10])
    weights = [law.weight for law in found.laws]
    assert sum(weights) == pytest.approx(1)
    assert weights == sorted(weights, reverse=True)
    assert all(law.values.shape == (2,) for law in found.laws)


def test_parameters_are_those_of_the_scales_that_were_given() -> None:
    found = forecast(X, 20 * X**-0.3, [1e10], laws=("power",))
    assert found.laws[0].parameters == pytest.approx((20.0, 0.3), rel=1e-6)


def test_same_input_same_bytes() -> None:
    y = 0.3 + X**-0.2 * np.exp(0.05 * np.random.default_rng(2).normal(size=12))
    assert repr(forecast(X, y, [1e10])) == repr(forecast(X, y, [1e10]))


def test_order_of_the_data_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    y = 5 * X**-0.2 * np.exp(0.03 * rng.normal(size=12))
    order = rng.permutation(12)
    assert forecast(X[order], y[order], [1e10]).value == pytest.approx(forecast(X, y, [1e10]).value, rel=1e-9)


def test_unit_of_scale_does_not_matter() -> None:
    y = 5 * X**-0.2 * np.exp(0.03 * np.random.default_rng(4).normal(size=12))
    here, there = forecast(X, y, [1e10]), forecast(X * 1e14, y, [1e24])
    assert there.value == pytest.approx(here.value, rel=1e-6)
    assert there.high == pytest.approx(here.high, rel=1e-6)


def test_width_grows_with_distance_and_noise() -> None:
    noise = np.random.default_rng(5).normal(size=12)
    quiet, loud = (forecast(X, 5 * X**-0.2 * np.exp(sd * noise), [2e9, 1e10, 1e11]) for sd in (0.01, 0.1))
    assert (np.diff(np.log(quiet.high / quiet.low)) > 0).all()
    assert (np.log(loud.high / loud.low) > np.log(quiet.high / quiet.low)).all()


def test_higher_level_is_wider() -> None:
    y = 5 * X**-0.2 * np.exp(0.03 * np.random.default_rng(6).normal(size=12))
    narrow, wide = forecast(X, y, [1e10], level=0.5), forecast(X, y, [1e10], level=0.95)
    assert wide.low[0] < narrow.low[0] < narrow.high[0] < wide.high[0]


def test_standard_errors_are_a_floor_of_the_scatter() -> None:
    y = 5 * X**-0.2
    assert forecast(X, y, [1e10]).residual_sd < 1e-6
    assert forecast(X, y, [1e10], errors=0.05 * y).residual_sd >= 0.05


def test_an_uncertain_result_counts_less() -> None:
    y = 5 * X**-0.2
    y[-1] *= 1.5
    errors = 0.01 * y
    errors[-1] = 0.5 * y[-1]
    truth = 5 * 1e10**-0.2
    weighted, plain = forecast(X, y, [1e10], errors=errors), forecast(X, y, [1e10])
    assert abs(np.log(weighted.value[0] / truth)) < abs(np.log(plain.value[0] / truth))


def test_says_how_far_it_was_tested() -> None:
    near, far = forecast(X, 5 * X**-0.2, [3e9]), forecast(X, 5 * X**-0.2, [1e13])
    assert 1 < near.honest_decades < 3
    assert not any("beyond the data" in reason for reason in near.reasons)
    assert any("beyond the data" in reason for reason in far.reasons)


def test_a_flexible_law_needs_back_tests_that_reach() -> None:
    x = np.geomspace(1, 10, 16)
    y = x**-0.3
    assert "broken-1" in {law.law for law in forecast(x, y, [12.0]).laws}
    far = forecast(x, y, [1000.0])
    assert "broken-1" not in {law.law for law in far.laws}
    assert any("broken" in reason and "left out" in reason for reason in far.reasons)


def test_error_that_grows_is_forecast_to_grow() -> None:
    y = 0.3 * (X / 1e6) ** 0.05 * np.exp(0.01 * np.random.default_rng(7).normal(size=12))
    found = forecast(X, y, [1e10])
    assert y[-3:].mean() < found.value[0] < 0.55


def test_inverse_scores_fall_but_not_below_chance() -> None:
    score = 0.6 - 0.05 * np.log10(X / 1e6)
    found = forecast_score(X, score, [1e9, 1e10, 1e12], chance=0.25)
    assert score[0] > found.value[0] > found.value[1] > found.value[2] >= 0.25 - 1e-9
    assert (found.low >= 0.25 - 1e-9).all()


@pytest.mark.parametrize("scales", [3, 4, 5, 8, 20])
def test_scores_at_chance_stay_there(scales: int) -> None:
    x = np.geomspace(1e6, 1e9, scales)
    score = 0.25 + 0.005 * np.random.default_rng(scales).normal(size=scales)
    found = forecast_score(x, score, [1e10], chance=0.25, errors=np.full(scales, 0.014))
    assert 0.15 < found.low[0] <= found.value[0] <= found.high[0]
    assert found.value[0] == pytest.approx(0.25, abs=0.03)


def test_perfect_scores_are_no_crash() -> None:
    found = forecast_score([1, 10, 100, 1000, 1e4], [0.8, 0.97, 1.0, 1.0, 1.0], [1e5], chance=0.1)
    assert 0.9 < found.value[0] <= 1


def test_replicates_at_a_scale() -> None:
    x = np.repeat([1.0, 10.0, 100.0, 1000.0], 5)
    y = x**-0.1 * np.exp(0.05 * np.random.default_rng(8).normal(size=20))
    found = forecast(x, y, [1e4])
    assert found.low[0] < 1e4**-0.1 < found.high[0]
    assert 0.02 < found.residual_sd < 0.15


def test_two_scales_are_too_few() -> None:
    with pytest.raises(InsufficientDataError, match=r"3 or more distinct scales; there are 2"):
        forecast([1, 1, 10, 10], [0.5, 0.6, 0.3, 0.2], [100])


def test_three_scales_do() -> None:
    found = forecast([1, 10, 100], [0.5, 0.4, 0.33], [1000])
    assert found.honest_decades == 0
    assert any("no back-test" in reason for reason in found.reasons)
    assert 0.2 < found.value[0] < 0.35


@pytest.mark.parametrize(
    ("x", "y", "at"),
    [
        ([1, 2, 3], [0.1, 0.0, 0.2], [4]),
        ([1, 2, -3], [0.1, 0.1, 0.2], [4]),
        ([1, 2, 3], [0.1, np.nan, 0.2], [4]),
        ([1, 2, 3], [0.1, 0.1], [4]),
        ([1, 2, 3], [0.1, 0.1, 0.2], []),
        ([1, 2, 3], [0.1, 0.1, 0.2], [0]),
    ],
)
def test_bad_data(x: list[float], y: list[float], at: list[float]) -> None:
    with pytest.raises(DataError):
        forecast(x, y, at)


def test_bad_arguments() -> None:
    with pytest.raises(UsageError, match="level"):
        forecast(X, X**-0.2, [1e10], level=1.5)
    with pytest.raises(UsageError, match="no scaling law called"):
        forecast(X, X**-0.2, [1e10], laws=("cubic",))
    with pytest.raises(UsageError, match="Chance"):
        forecast_score(X, np.full(12, 0.5), [1e10], chance=1.0)
    with pytest.raises(DataError, match="at most the ceiling"):
        forecast_score(X, np.full(12, 50.0), [1e10])


@settings(max_examples=12)
@given(
    scores=st.lists(st.floats(0, 1), min_size=3, max_size=7),
    chance=st.sampled_from([None, 0.0, 0.25, 0.5]),
)
def test_any_scores_give_ordered_finite_bounds(scores: list[float], chance: float | None) -> None:
    found = forecast_score(10.0 ** np.arange(len(scores)), scores, [1.0, 10.0 ** len(scores)], chance=chance)
    assert np.isfinite([found.low, found.value, found.high]).all()
    assert (found.low <= found.value).all()
    assert (found.value <= found.high).all()
    assert (found.high <= 1).all()
