"""Confidence sequences: they hold when looked at after every item, and follow the papers' formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.evidence.comparing.sequences import confidence_sequence

CHANGES = (-1.0, 0.0, 1.0)
SHARES = (0.1, 0.7, 0.2)


def drawn(seed: int, items: int) -> np.ndarray:
    return np.random.default_rng(seed).choice(CHANGES, items, p=SHARES)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "runs", "planned"),
    [("betting", 80, 200), ("empirical-bernstein", 600, None), ("empirical-bernstein", 600, 200)],
)
def test_peeking_after_every_item_keeps_the_level(method: str, runs: int, planned: int | None) -> None:
    missed = 0
    for seed in range(runs):
        lows, highs = confidence_sequence(drawn(seed, 200), method=method, planned=planned, level=0.9)  # type: ignore[arg-type]
        missed += bool(((lows > 0.1) | (highs < 0.1)).any())
    assert missed / runs <= 0.1 + 2 * math.sqrt(0.09 / runs)


def test_the_asymptotic_one_keeps_it_from_its_first_admissible_look() -> None:
    missed = naive = 0
    for seed in range(600):
        values = drawn(seed, 1000)
        lows, highs = confidence_sequence(values, method="asymptotic", planned=300, level=0.9)
        missed += bool(((lows > 0.1) | (highs < 0.1))[30:].any())
        t = np.arange(1, 1001)
        mean = np.cumsum(values) / t
        z = (mean - 0.1) / np.sqrt((np.cumsum(values**2) / t - mean**2) / t + 1e-12)
        naive += bool((np.abs(z) > 1.6449)[30:].any())
    assert missed / 600 <= 0.1 + 0.02
    # What it protects from: an interval of fixed size, looked at again and again.
    assert naive / 600 > 0.4


def test_empirical_bernstein_is_the_papers_formula() -> None:
    values = drawn(1, 50)
    lows, highs = confidence_sequence(values, method="empirical-bernstein")
    x, alpha = (values + 1) / 2, 0.05
    total = weighted = cost = 0.0
    low, high = 0.0, 1.0
    mean, variance = 0.5, 0.25
    for t in range(1, 51):
        stake = min(0.5, math.sqrt(2 * math.log(2 / alpha) / (variance * t * math.log(t + 1))))
        cost += 4 * (x[t - 1] - mean) ** 2 * (-math.log(1 - stake) - stake) / 4
        total, weighted = total + stake, weighted + stake * x[t - 1]
        half = (math.log(2 / alpha) + cost) / total
        low, high = max(low, weighted / total - half), min(high, weighted / total + half)
        means = [(0.5 + x[:i].sum()) / (i + 1) for i in range(1, t + 1)]
        mean = means[-1]
        variance = (0.25 + sum((x[i] - means[i]) ** 2 for i in range(t))) / (t + 1)
        assert (lows[t - 1], highs[t - 1]) == pytest.approx((2 * low - 1, 2 * high - 1), abs=1e-12)


def test_betting_is_the_capital_of_the_paper() -> None:
    """At the last look, a mean just outside has made one gambler rich, and one just inside has not."""
    values = np.random.default_rng(3).choice([0.0, 1.0], 150, p=[0.8, 0.2])
    lows, highs = confidence_sequence(values, low=0, high=1, planned=150)

    def richest(mean: float) -> float:
        most = 0.0
        up = down = 0.5
        centre, variance = 0.5, 0.25
        squares = 0.25
        for t, x in enumerate(values, 1):
            stake = math.sqrt(2 * math.log(40) / (150 * variance))
            up *= 1 + min(stake, 0.5 / mean) * (x - mean)
            down *= 1 - min(stake, 0.5 / (1 - mean)) * (x - mean)
            most = max(most, up, down)
            centre = (0.5 + values[:t].sum()) / (t + 1)
            squares += (x - centre) ** 2
            variance = squares / (t + 1)
        return most

    assert richest(lows[-1] - 0.001) >= 20
    assert richest(highs[-1] + 0.001) >= 20
    assert richest(lows[-1] + 0.002) < 20
    assert richest(highs[-1] - 0.002) < 20


@pytest.mark.parametrize("method", ["betting", "empirical-bernstein", "asymptotic"])
def test_more_items_leave_the_earlier_limits_alone(method: str) -> None:
    values = drawn(9, 120)
    whole = confidence_sequence(values, method=method)  # type: ignore[arg-type]
    part = confidence_sequence(values[:70], method=method)  # type: ignore[arg-type]
    assert (whole[0][:70] == part[0]).all()
    assert (whole[1][:70] == part[1]).all()


def test_widths_against_an_interval_of_fixed_size() -> None:
    values = drawn(0, 1000)
    fixed = 2 * 1.96 * values.std() / math.sqrt(1000)
    width = {}
    for method in ("betting", "empirical-bernstein", "asymptotic"):
        lows, highs = confidence_sequence(values, method=method, planned=1000)
        width[method] = (highs[-1] - lows[-1]) / fixed
    # The price of looking at any time.
    assert 1.2 < width["asymptotic"] < 1.7
    assert 1.2 < width["betting"] < 1.6
    assert width["betting"] < width["empirical-bernstein"] < 1.8


def test_bounds_scale_and_limits_never_cross() -> None:
    values = drawn(5, 80)
    lows, highs = confidence_sequence(values, method="empirical-bernstein")
    points = confidence_sequence(100 * values, low=-100, high=100, method="empirical-bernstein")
    assert points[0] == pytest.approx(100 * lows)
    assert points[1] == pytest.approx(100 * highs)
    # Sorted items are no random order: the limits meet instead of crossing.
    lows, highs = confidence_sequence(np.repeat([0.0, 1.0], 1000), low=0, high=1)
    assert (lows <= highs).all()
    assert lows[-1] == highs[-1]


def test_what_is_refused() -> None:
    with pytest.raises(InsufficientDataError):
        confidence_sequence([])
    with pytest.raises(DataError, match="outside"):
        confidence_sequence([0.2, 3.0])
    with pytest.raises(UsageError, match="no confidence sequence"):
        confidence_sequence([0.2], method="normal")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="planned"):
        confidence_sequence([0.2], planned=0)
    lows, highs = confidence_sequence([0.2, 0.2], method="asymptotic")
    assert (lows[0], highs[0]) == (-1.0, 1.0)
