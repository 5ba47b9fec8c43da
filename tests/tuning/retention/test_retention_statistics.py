"""Retention from tables of right and wrong: what it is exactly, what it refuses, and whether the interval holds."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.coverage_retention import Design, measure, simulate
from hypothesis import given
from hypothesis import strategies as st

from tacit.evidence.estimate import Estimate
from tacit.tuning.retention.statistics import Pair, averaged, gain_kept, kept, verdict_on

RNG = np.random.default_rng


def right(rng: np.random.Generator, p: float, shape: tuple[int, int] = (5, 100)) -> np.ndarray:
    return (rng.random(shape) < p).astype(np.float64)


@given(st.integers(0, 1000), st.floats(0.6, 1.0), st.sampled_from([0.0, 0.25, 0.5]))
def test_a_model_that_was_not_tuned_has_kept_everything(seed: int, accuracy: float, chance: float) -> None:
    rng = RNG(seed)
    tables = [right(rng, accuracy) for _ in range(2)]
    found = kept([Pair(str(at), chance, table, table) for at, table in enumerate(tables)])
    if found.retention.value is None:
        assert accuracy < chance + 0.25
        return
    told = found.retention
    assert (told.low, told.value, told.high) == (1.0, 1.0, 1.0)
    assert found.verdict == "kept"
    assert (found.difference.low, found.difference.high) == (0.0, 0.0)


def test_guessing_keeps_nothing_and_worse_than_guessing_is_below_zero() -> None:
    rng = RNG(0)
    base = right(rng, 0.9, (5, 2000))
    guess, worse = (kept([Pair("a", 0.5, base, right(rng, p, (5, 2000)))]).retention for p in (0.5, 0.3))
    assert guess.value == pytest.approx(0.0, abs=0.03)
    assert guess.low is not None
    assert guess.low < 0 < (guess.high or 0)
    assert worse.high is not None
    assert worse.high < 0


def test_numerators_and_denominators_are_pooled() -> None:
    rng = RNG(1)
    strong, weak = right(rng, 0.95, (5, 400)), right(rng, 0.55, (5, 400))
    tuned = right(rng, 0.5, (5, 400))
    found = kept([Pair("strong", 0.5, strong, strong), Pair("weak", 0.5, weak, tuned)])
    above = (strong.mean() + tuned.mean() - 1) / (strong.mean() + weak.mean() - 1)
    assert found.retention.value == pytest.approx(above)
    assert found.base.value == pytest.approx((strong.mean() + weak.mean()) / 2)


def test_a_base_at_chance_is_not_measurable_but_the_difference_is() -> None:
    rng = RNG(2)
    found = kept([Pair("a", 0.5, right(rng, 0.5), right(rng, 0.4))])
    assert found.verdict == "not measurable"
    assert "not shown to be more than 2" in found.retention.missing
    assert found.difference.high is not None
    assert found.difference.value is not None


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.951, 1.2, "kept"), (0.96, 0.99, "kept"), (0.949, 1.01, "not shown to be kept"), (0.94, 0.99, "broken"),
     (-0.2, 0.1, "broken"), (0.5, 1.5, "not shown to be kept")],
)  # fmt: skip
def test_verdicts(low: float, high: float, verdict: str) -> None:
    assert verdict_on(Estimate((low + high) / 2, low, high, 9, "Fieller"), 0.05) == verdict


def test_gaps_leave_out_draws_that_are_mostly_empty_then_items() -> None:
    rng = RNG(3)
    base, tuned = right(rng, 0.9, (4, 50)), right(rng, 0.9, (4, 50))
    base[2, :40] = np.nan
    tuned[0, 7] = np.nan
    found = kept([Pair("a", 0.25, base, tuned)])
    assert (found.items, found.left_out) == (49, 1)
    rows, columns = [0, 1, 3], [at for at in range(50) if at != 7]
    assert found.base.value == pytest.approx(base[rows][:, columns].mean())
    nothing = kept([Pair("a", 0.25, np.full((2, 3), np.nan), np.ones((2, 3)))])
    assert (nothing.verdict, nothing.items, nothing.left_out) == ("not measurable", 0, 3)
    assert nothing.base.value is None


def test_gains_are_over_the_models_own_zero_shot() -> None:
    rng = RNG(4)
    zero = Pair("a", 0.25, right(rng, 0.2, (1, 300)), right(rng, 0.6, (1, 300)))
    few = Pair("a", 0.25, right(rng, 0.8, (5, 300)), right(rng, 0.9, (5, 300)))
    found = gain_kept([few], [zero])
    expected = (few.tuned.mean() - zero.tuned.mean()) / (few.base.mean() - zero.base.mean())
    assert found.value == pytest.approx(expected)
    assert kept([few]).retention.value is not None
    assert (kept([few]).retention.value or 0) > 1 > (found.high or 2)
    assert gain_kept([zero], [zero]).missing.startswith("demonstrations are not shown to add")
    assert gain_kept([few], []).value is None


def test_an_average_has_the_gaps_of_all() -> None:
    one, other = np.array([[1.0, 0.0]]), np.array([[np.nan, 1.0]])
    found = averaged([Pair("a", 0.5, one, one), Pair("a", 0.5, other, other)])
    assert np.isnan(found.base[0, 0])
    assert found.base[0, 1] == 0.5


@pytest.mark.slow
@pytest.mark.parametrize(
    "design",
    [Design(0.7, 0.25, 0.95, 100, 5, tasks=3), Design(0.8, 0.5, 0.7, 60, 5, draw_sd=0.5, own_draws=True)],
    ids=["three tasks", "draws that matter"],
)
def test_the_interval_holds_the_truth(design: Design) -> None:
    row = measure(design, 300, RNG(5))
    # 300 data sets: three standard errors below 95 % are 91.2 %.
    assert row.coverage > 0.912
    assert row.missing < 0.05


@pytest.mark.slow
def test_at_the_margin_kept_is_said_no_more_often_than_it_may() -> None:
    design = Design(0.8, 0.25, 0.95, 100, 5, tasks=2)
    rng = RNG(6)
    said = [kept(simulate(design, rng), margin=0.05).verdict for _ in range(300)]
    assert said.count("kept") / 300 < 0.025 + 3 * np.sqrt(0.025 * 0.975 / 300)
