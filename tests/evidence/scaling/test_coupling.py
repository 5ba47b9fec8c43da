"""Coupling along scale: false alarms, power and the place of the change by simulation; r against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.evidence.scaling.coupling import _best_split, _candidates, coupling

CHANGE = 10**9.5


def systems(
    rng: np.random.Generator, families: int, members: int, below: float, above: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Sizes, two scores that correlate as told below and above 10^9.5 and rise with size, and families."""
    decades = rng.uniform(8, 11, families * members)
    family = np.repeat(np.arange(families), members)
    r = np.where(decades < 9.5, below, above)
    u, noise = rng.standard_normal((2, decades.size))
    v = r * u + np.sqrt(1 - r**2) * noise
    levels = rng.normal(0, 3, (2, families))
    return 10**decades, 0.5 + 0.1 * (u + levels[0][family]), 40 + 5 * (v + levels[1][family]), family


@pytest.mark.slow
@pytest.mark.long
def test_false_alarms_and_power() -> None:
    rng, worlds = np.random.default_rng(1), 30
    for below, above, least, most in ((0.0, 0.0, 0.0, 0.17), (0.6, 0.6, 0.0, 0.17), (-0.8, 0.8, 0.7, 1.0)):
        found = [coupling(*systems(rng, 8, 5, below, above), seed=s, draws=99).p_value <= 0.05 for s in range(worlds)]
        assert least <= np.mean(found) <= most


@pytest.mark.slow
@pytest.mark.long
def test_change_point_and_its_interval_cover() -> None:
    rng, covered, points, sides = np.random.default_rng(2), 0, [], []
    for seed in range(20):
        got = coupling(*systems(rng, 10, 5, -0.9, 0.9), seed=seed, draws=150)
        assert got.change_point.value is not None
        assert got.change_point.low is not None
        assert got.change_point.high is not None
        points.append(np.log10(got.change_point.value))
        covered += got.change_point.low <= CHANGE <= got.change_point.high
        assert got.below.value is not None
        assert got.above.value is not None
        sides.append((got.below.value, got.above.value))
    assert np.median(points) == pytest.approx(9.5, abs=0.1)
    assert covered >= 16
    assert np.mean(sides, axis=0) == pytest.approx([-0.75, 0.75], abs=0.1)


def test_overall_is_the_correlation_of_centred_scores() -> None:
    scale, u, v, family = systems(np.random.default_rng(3), 6, 5, 0.5, 0.5)
    got = coupling(scale, u, v, family, seed=0, draws=99)
    centred = [x - np.array([x[family == f].mean() for f in family]) for x in (u, v)]
    assert got.overall.value == pytest.approx(stats.pearsonr(*centred).statistic)
    # Six family means cost six degrees of freedom; scipy's interval for so many fewer systems is ours.
    assert got.overall.value is not None
    z = np.arctanh(got.overall.value) + np.array([-1, 1]) * stats.norm.ppf(0.975) / np.sqrt(30 - 6 - 2)
    assert (got.overall.low, got.overall.high) == pytest.approx(tuple(np.tanh(z)))


def test_change_point_maximises_the_likelihood() -> None:
    scale, u, v, _ = systems(np.random.default_rng(4), 5, 6, -0.7, 0.5)
    order = np.argsort(scale)
    u, v = ((x[order] - x.mean()) / x.std() for x in (u, v))
    decades = np.log10(scale[order])

    def best(a: np.ndarray, b: np.ndarray) -> float:
        def loss(r: float) -> float:
            return -float(stats.multivariate_normal([0, 0], [[1, r], [r, 1]]).logpdf(np.column_stack([a, b])).sum())

        return min(loss(r) for r in np.linspace(-0.98, 0.98, 99))

    found = _best_split(u[None], v[None], decades)
    splits = {*_candidates(decades).tolist()[::6], int(found.split[0])}
    gains = {k: best(u, v) - best(u[:k], v[:k]) - best(u[k:], v[k:]) for k in splits}
    assert int(found.split[0]) == max(gains, key=gains.__getitem__)
    assert float(found.gain[0]) == pytest.approx(max(gains.values()))


def test_result_does_not_hang_on_order_or_units() -> None:
    scale, u, v, family = systems(np.random.default_rng(5), 8, 5, -0.9, 0.9)
    order = np.random.default_rng(6).permutation(scale.size)
    one = coupling(scale, u, v, family, seed=0, draws=99)
    two = coupling(scale[order], 7 * u[order] + 1, v[order], family[order], seed=0, draws=99)
    assert one.p_value == two.p_value
    assert one.change_point.value == two.change_point.value
    assert one.rolling == pytest.approx(two.rolling)
    assert one.rolling[0] < -0.5
    assert one.rolling[-1] > 0.5
    swapped = coupling(scale, v, u, family, seed=0, draws=99)
    assert swapped.change_point == one.change_point


def test_no_change_has_no_change_point_and_few_families_no_interval() -> None:
    got = coupling(*systems(np.random.default_rng(7), 8, 5, 0.3, 0.3), seed=0, draws=99)
    assert got.change_point.value is None
    assert "no change" in got.change_point.missing
    few = coupling(*systems(np.random.default_rng(8), 4, 15, -0.95, 0.95), seed=0, draws=99)
    assert few.p_value <= 0.05
    assert "4 families" in few.change_point.missing


def test_too_little() -> None:
    scale, u, v, family = systems(np.random.default_rng(9), 5, 3, 0.5, 0.5)
    with pytest.raises(InsufficientDataError, match="11 systems"):
        coupling(scale[:11], u[:11], v[:11], family[:11] // 2, seed=0)
    with pytest.raises(InsufficientDataError, match="0 systems"):
        coupling(scale, u, v, np.arange(15), seed=0)
    with pytest.raises(InsufficientDataError, match="change point"):
        coupling(np.where(scale < 1e10, 1.0, 2.0) * 0 + 1, u, v, family, seed=0)
    with pytest.raises(InsufficientDataError, match="do not vary"):
        coupling(scale, family * 1.0, v, family, seed=0)
    with pytest.raises(DataError, match="each system needs one"):
        coupling(scale, u, v, family[:3], seed=0)
    with pytest.raises(UsageError):
        coupling(scale, u, v, family, seed=0, level=1)
