"""Effects and verdicts of one capability: against statsmodels, scipy and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as sm_mcnemar

from tacit.errors import UsageError
from tacit.evidence.comparing.mcnemar import paired_proportions
from tacit.evidence.estimate import Estimate
from tacit.verify.effects import paired_effect, unpaired_effect
from tacit.verify.ruling import rule
from tacit.verify.settings import CompareSettings

ASKED = CompareSettings()
RNG = np.random.default_rng(5)


def test_right_or_wrong_scores_agree_with_statsmodels() -> None:
    before, after = (RNG.random(300) < 0.5).astype(float), (RNG.random(300) < 0.6).astype(float)
    found = paired_effect(before, after, None, ASKED)
    table = np.array([[((before == b) & (after == a)).sum() for a in (1, 0)] for b in (1, 0)])
    assert found.mcnemar is not None
    assert found.mcnemar.exact_p == pytest.approx(sm_mcnemar(table, exact=True).pvalue)
    at_this = stats.binom.pmf(min(table[0, 1], table[1, 0]), table[0, 1] + table[1, 0], 0.5)
    assert found.p_value == pytest.approx(found.mcnemar.exact_p - at_this)
    told = paired_proportions(int(table[0, 0]), int(table[1, 0]), int(table[0, 1]), int(table[1, 1]))
    assert (found.estimate.value, found.estimate.low, found.estimate.high) == pytest.approx(
        (after.mean() - before.mean(), told.low, told.high)
    )


def test_graded_scores_get_the_paired_t_test() -> None:
    before = RNG.random(80)
    after = np.clip(before + RNG.normal(0.05, 0.1, 80), 0, 1)
    found = paired_effect(before, after, None, ASKED)
    told = stats.ttest_rel(after, before)
    assert found.p_value == pytest.approx(told.pvalue)
    low, high = told.confidence_interval(0.95)
    assert (found.estimate.low, found.estimate.high) == pytest.approx((low, high))
    # (z_.975 + z_.8) standard errors: Miller 2024, section 5.
    assert found.detectable == pytest.approx(2.80158 * stats.sem(after - before), rel=1e-5)


def test_clusters_widen_the_interval_as_a_robust_regression_does() -> None:
    clusters = np.repeat(np.arange(60), 5)
    shift = RNG.normal(0, 0.2, 60)[clusters]
    before, after = np.full(300, 0.5), np.clip(0.5 + shift + RNG.normal(0, 0.05, 300), 0, 1)
    found = paired_effect(before, after, clusters, ASKED)
    fit = sm.OLS(after - before, np.ones(300)).fit(cov_type="cluster", cov_kwds={"groups": clusters})
    assert found.error is not None
    assert found.error.se == pytest.approx(float(fit.bse[0]), rel=0.01)
    assert found.error.clusters == 60
    assert "60 clusters" in found.p_method
    alone = paired_effect(before, after, None, ASKED)
    assert alone.error is not None
    assert alone.error.se < 0.6 * found.error.se


def test_right_or_wrong_scores_in_clusters_are_not_left_to_mcnemar() -> None:
    clusters = np.repeat(np.arange(40), 10)
    gain = np.repeat(RNG.random(40) < 0.3, 10)
    before, after = np.zeros(400), gain.astype(float)
    found = paired_effect(before, after, clusters, ASKED)
    assert found.mcnemar is not None
    assert found.p_value is not None
    assert found.p_value > 1e3 * found.mcnemar.mid_p
    assert found.p_method == "sign flips, 40 clusters"  # fewer than 20 of them differ


def test_nothing_differs() -> None:
    same = np.array([0.0, 1.0] * 50)
    found = paired_effect(same, same, None, ASKED)
    assert (found.estimate.value, found.p_value, found.detectable) == (0.0, 1.0, None)
    assert found.estimate.low is not None
    assert found.estimate.low < 0  # a hundred items without a difference do not prove that there is none
    graded = np.linspace(0, 1, 100)
    assert paired_effect(graded, graded, None, ASKED).p_method == "no item differs"


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_items_give_a_reason(n: int) -> None:
    found = paired_effect(np.full(n, 0.3), np.full(n, 0.4), None, ASKED)
    assert (found.error, found.p_value, found.detectable) == (None, None, None)
    assert found.estimate.value is None
    assert found.estimate.missing


def test_whole_scores_are_compared_as_independent() -> None:
    found = unpaired_effect((0.5, 0.03), (0.6, 0.04), 100, ASKED)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(0.1 / 0.05))
    assert found.estimate.low == pytest.approx(0.1 - 1.959964 * 0.05)
    assert "n or stderr" in unpaired_effect((0.5, 0.0), (0.6, 0.04), 0, ASKED).estimate.missing


@pytest.mark.parametrize(
    ("low", "high", "target", "retain"),
    [
        (0.001, 0.05, "improved", "kept"),
        (-0.05, -0.001, "worse", "broken"),
        (-0.015, 0.015, "no real change", "kept"),
        (-0.03, 0.01, "not shown", "not shown to be kept"),
        (-0.01, 0.03, "not shown", "kept"),
        (-0.015, -0.005, "worse", "kept"),
        (-0.02, 0.01, "not shown", "not shown to be kept"),  # reaching the margin is not staying within it
    ],
)
def test_verdicts_are_read_off_the_interval(low: float, high: float, target: str, retain: str) -> None:
    effect = Estimate((low + high) / 2, low, high, 100, "t")
    assert rule(effect, "target", 0.02) == target
    assert rule(effect, "retain", 0.02) == retain


def test_a_difference_that_does_not_survive_the_correction_is_not_called_real() -> None:
    assert rule(Estimate(0.05, 0.001, 0.1, 100, "t"), "target", 0.02, real=False) == "not shown"
    assert rule(Estimate(-0.05, -0.1, -0.001, 100, "t"), "retain", 0.02, real=False) == "not shown to be kept"
    assert rule(Estimate(0.005, 0.001, 0.009, 100, "t"), "target", 0.02, real=False) == "no real change"


def test_no_interval_no_verdict() -> None:
    assert rule(Estimate.none("no items"), "target", 0.02) == "not shown"
    assert rule(Estimate.none("no items"), "retain", 0.02) == "not shown to be kept"


@pytest.mark.parametrize("wrong", [{"margin": 0.0}, {"margin": float("nan")}, {"level": 0.4}, {"fdr": 0.0},
                                   {"min_coverage": 1.1}, {"seed": -1}])  # fmt: skip
def test_settings_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        CompareSettings(**wrong)  # type: ignore[arg-type]


@pytest.mark.slow
def test_what_must_not_break_is_rarely_called_kept_when_it_is_not() -> None:
    """At a true loss of just the margin, non-inferiority at one-sided 2.5 % may hold in 2.5 % of worlds."""
    kept = 0
    for seed in range(600):
        rng = np.random.default_rng(seed)
        before = rng.uniform(0.4, 0.6, 400)
        after = before - 0.02 + rng.normal(0, 0.05, 400)
        kept += rule(paired_effect(before, after, None, ASKED).estimate, "retain", 0.02) == "kept"
    assert 0 < kept / 600 < 0.025 + 3 * (0.025 * 0.975 / 600) ** 0.5
