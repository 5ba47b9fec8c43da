"""Inverse items: regression to the mean, error rates and power by simulation, and real answers of three families."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.evidence.estimate import Estimate
from tacit.evidence.scaling.inverse_items import inverse_items

ITEMS = 500


def answers(rng: np.random.Generator, slopes: np.ndarray, decades: np.ndarray) -> np.ndarray:
    """Outcomes of logistic items with the given slopes (log-odds per decade) and scattered difficulty."""
    eta = rng.normal(0, 1.5, slopes.size)[:, None] + slopes[:, None] * (decades - decades.mean())
    return np.where(rng.random(eta.shape) < 1 / (1 + np.exp(-eta)), 1.0, 0.0)


def holds(estimate: Estimate, truth: float) -> bool:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= truth <= estimate.high


@pytest.mark.parametrize("systems", [4, 8, 16])
def test_on_pure_noise_the_worst_items_look_terrible_and_are_not(systems: int) -> None:
    decades = np.linspace(8, 11, systems)
    outcomes = answers(np.random.default_rng(1), np.zeros(ITEMS), decades)
    worst = inverse_items(outcomes, 10**decades, worst=0.077)
    assert worst.selected_gap.value is not None
    assert worst.selected_gap.value > 0.25
    assert worst.held_out_gap.value is not None
    assert abs(worst.held_out_gap.value) < 0.3 * worst.selected_gap.value
    assert holds(worst.held_out_slope, 0)
    asked = inverse_items(outcomes, 10**decades)
    assert not asked.flagged.any()
    assert asked.share.value == 0


@pytest.mark.slow
def test_held_out_intervals_cover_on_noise() -> None:
    rng, decades, worlds = np.random.default_rng(2), np.linspace(8, 11, 8), 24
    gaps, slopes = 0, 0
    for _ in range(worlds):
        got = inverse_items(answers(rng, np.zeros(200), decades), 10**decades, worst=0.1)
        gaps += holds(got.held_out_gap, 0)
        slopes += holds(got.held_out_slope, 0)
    assert gaps >= 20
    assert slopes >= 20


def test_true_inverse_items_are_found_and_few_others() -> None:
    decades = np.linspace(8, 11, 24)
    truth = np.where(np.arange(ITEMS) < 50, -2.0, 0.8)
    found = inverse_items(answers(np.random.default_rng(3), truth, decades), 10**decades)
    assert found.flagged[:50].mean() > 0.8
    assert (truth[found.flagged] > 0).mean() <= 0.15
    assert found.held_out_gap.low is not None
    assert found.held_out_gap.low > 0.3
    assert found.held_out_slope.high is not None
    assert found.held_out_slope.high < -0.1
    assert np.corrcoef(found.slope, truth)[0, 1] > 0.8
    assert found.mean_slope == pytest.approx(truth.mean(), abs=0.15)
    assert found.slope_spread == pytest.approx(truth.std(), abs=0.25)


@pytest.mark.slow
def test_false_flags_stay_within_the_rate_when_slopes_are_normal() -> None:
    rng, decades, rates = np.random.default_rng(4), np.linspace(8, 11, 16), []
    for _ in range(6):
        truth = rng.normal(0.2, 1.0, 400)
        found = inverse_items(answers(rng, truth, decades), 10**decades)
        rates.append((truth[found.flagged] >= 0).mean())
        assert found.flagged.sum() > 20
    assert np.mean(rates) < 0.13


def test_slopes_agree_with_a_logistic_fit_where_the_data_are_many() -> None:
    import statsmodels.api as sm

    rng, decades = np.random.default_rng(5), np.linspace(8, 11, 150)
    truth = rng.normal(0, 0.7, 30)
    outcomes = answers(rng, truth, decades)
    found = inverse_items(outcomes, 10**decades)
    theirs = [sm.Logit(y, sm.add_constant(decades)).fit(disp=0).params[1] for y in outcomes]
    assert np.median(np.abs(found.slope - theirs)) < 0.08
    assert np.corrcoef(found.slope, theirs)[0, 1] > 0.97


def test_order_of_systems_and_unanswered_items() -> None:
    rng, decades = np.random.default_rng(6), np.linspace(8, 11, 10)
    outcomes = answers(rng, rng.normal(-0.5, 1, 200), decades)
    outcomes[rng.random(outcomes.shape) < 0.1] = np.nan
    order = rng.permutation(10)
    one, two = inverse_items(outcomes, 10**decades), inverse_items(outcomes[:, order], 10 ** decades[order])
    assert one.slope.tolist() == pytest.approx(two.slope.tolist(), abs=1e-9)
    assert (one.flagged == two.flagged).all()
    assert one.held_out_gap == two.held_out_gap
    assert np.isfinite(one.slope).all()
    apart = inverse_items(outcomes, 10**decades, clusters=np.arange(200) // 10)
    assert apart.held_out_gap.value == one.held_out_gap.value
    assert apart.held_out_gap.low != one.held_out_gap.low


def test_nothing_flagged_has_no_gap() -> None:
    decades = np.linspace(8, 11, 8)
    got = inverse_items(answers(np.random.default_rng(7), np.full(100, 1.0), decades), 10**decades)
    assert not got.flagged.any()
    assert got.held_out_gap.missing == got.held_out_slope.missing == "no item was flagged"


def test_bad_requests() -> None:
    outcomes = np.ones((30, 5))
    with pytest.raises(InsufficientDataError, match="4 sizes"):
        inverse_items(outcomes, [1, 1, 1, 2, 3])
    with pytest.raises(InsufficientDataError, match="20 items"):
        inverse_items(outcomes[:10], [1, 2, 3, 4, 5])
    with pytest.raises(DataError, match="binarise"):
        inverse_items(outcomes * 0.5, [1, 2, 3, 4, 5])
    with pytest.raises(DataError, match="items, systems"):
        inverse_items(outcomes, [1, 2, 3, 4])
    with pytest.raises(DataError, match="cluster labels"):
        inverse_items(outcomes, [1, 2, 3, 4, 5], clusters=[1])
    with pytest.raises(UsageError, match="'worst'"):
        inverse_items(outcomes, [1, 2, 3, 4, 5], worst=7.7)


SIZES = {
    "gpt2": 1.24e8,
    "opt-125m": 1.25e8,
    "ada": 3.5e8,
    "opt-350m": 3.5e8,
    "gpt2-medium": 3.55e8,
    "gpt2-large": 7.74e8,
    "babbage": 1.3e9,
    "opt-1.3b": 1.3e9,
    "gpt2-xl": 1.558e9,
    "curie": 6.7e9,
    "davinci": 1.75e11,
}


@pytest.mark.real
@pytest.mark.parametrize(
    ("experiment", "systems", "selected", "kept"),
    [("scope-neglect-0shot", 8, 0.7, 0.0), ("boolq-0shot", 8, 0.7, 0.6), ("syllogism-0shot", 11, 0.1, 0.0)],
)
def test_reversals_of_published_families_shrink_on_held_out_systems(
    real_data: Path, experiment: str, systems: int, selected: float, kept: float
) -> None:
    import polars as pl

    rows = pl.read_parquet(real_data / "scaling" / "inverse_scaling_items.parquet").filter(
        pl.col("experiment").is_in([f"{experiment}-{family}" for family in ("gpt2", "gpt3", "opt")])
    )
    wide = rows.group_by("index", "model").agg(pl.col("correct").first()).pivot("model", index="index").sort("index")
    names = [name for name in SIZES if name in wide.columns]
    assert len(names) == systems
    got = inverse_items(wide.select(names).to_numpy(), [SIZES[name] for name in names], worst=0.077)
    assert got.selected_gap.value is not None
    assert got.held_out_gap.value is not None
    assert got.selected_gap.value > selected
    assert got.held_out_gap.value < kept * got.selected_gap.value
