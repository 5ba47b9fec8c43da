"""Areas under the ROC curve against counting pairs and other implementations, and intervals against simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from tacit.errors import DataError
from tacit.evidence.auroc import auroc, fold_auroc
from tacit.evidence.intervals import z_value

ITEMS = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=4, max_size=30)


def spread(value: float | None, low: float | None) -> float:
    """The variance behind an interval on the logit scale."""
    assert value is not None
    assert low is not None
    arm = np.log(value / (1 - value)) - np.log(low / (1 - low))
    return float((arm * value * (1 - value) / z_value(0.95)) ** 2)


@given(ITEMS)
def test_the_area_is_that_of_mann_and_whitney(items: list[tuple[int, bool]]) -> None:
    scores, yes = [score for score, _ in items], [is_so for _, is_so in items]
    ones, zeros = ([score for score, is_so in items if is_so is kind] for kind in (True, False))
    found = auroc(scores, yes)
    if min(len(ones), len(zeros)) < 2 or len(set(scores)) == 1:
        assert found.missing
        return
    assert found.value is not None
    assert found.value == pytest.approx(mannwhitneyu(ones, zeros).statistic / len(ones) / len(zeros))
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    alone = auroc(scores, yes, range(len(scores)))
    assert (alone.low, alone.high) == pytest.approx((found.low, found.high))


def test_the_variance_is_that_of_delong_and_of_obuchowski() -> None:
    """Both spelt out over all pairs, as their papers state them."""
    rng = np.random.default_rng(1)
    scores, yes, cluster = np.round(rng.normal(size=60), 1), rng.integers(0, 2, 60), rng.integers(0, 15, 60)
    kernel = np.array([[(a > b) + 0.5 * (a == b) for b in scores[yes == 0]] for a in scores[yes == 1]])
    m, n = kernel.shape
    ten, one = kernel.mean(axis=1), kernel.mean(axis=0)
    found = auroc(scores, yes)
    assert spread(found.value, found.low) == pytest.approx(ten.var(ddof=1) / m + one.var(ddof=1) / n)

    area = kernel.mean()
    names = sorted(set(cluster.tolist()))
    x = np.array([(ten[cluster[yes == 1] == name] - area).sum() for name in names])
    y = np.array([(one[cluster[yes == 0] == name] - area).sum() for name in names])
    i10, i01, i = len(set(cluster[yes == 1])), len(set(cluster[yes == 0])), len(names)
    s10, s01, s11 = i10 / (i10 - 1) / m * x @ x, i01 / (i01 - 1) / n * y @ y, i / (i - 1) * x @ y
    clustered = auroc(scores, yes, cluster)
    assert clustered.value == found.value
    assert spread(clustered.value, clustered.low) == pytest.approx(s10 / m + s01 / n + 2 * s11 / (m * n))


@pytest.mark.parametrize("shared", [0.0, 0.5])
def test_the_interval_covers(shared: float) -> None:
    """Two normals a distance of 1 apart, 30 positives and 60 others, alone or in clusters of three.

    The area is .760; the 60 of 1,800 pairs within clusters, whose area is .793, make it .761.
    """
    rng, draws, hits = np.random.default_rng(0), 300, 0
    yes, cluster = np.arange(90) % 3 == 0, np.arange(90) // 3
    for _ in range(draws):
        own = rng.normal(size=90) * np.sqrt(1 - shared**2)
        scores = own + shared * rng.normal(size=30)[cluster] + yes
        found = auroc(scores, yes, cluster if shared else None)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= (0.7613 if shared else 0.7602) <= found.high
    assert hits / draws == pytest.approx(0.95, abs=0.025)


def test_copies_within_a_cluster_bring_no_certainty() -> None:
    rng = np.random.default_rng(2)
    scores, yes, cluster = rng.normal(size=40), np.arange(40) % 2, np.arange(40)
    once, tenfold = auroc(scores, yes, cluster), auroc(np.tile(scores, 10), np.tile(yes, 10), np.tile(cluster, 10))
    assert (tenfold.value, tenfold.low, tenfold.high) == pytest.approx((once.value, once.low, once.high))


def test_no_pair_out_of_order_is_not_certainty() -> None:
    perfect = auroc([4, 3, 2, 1, 0], [1, 1, 0, 0, 0])
    assert perfect.value == 1
    assert perfect.low is not None
    assert 0.1 < perfect.low < 0.5


@pytest.mark.parametrize(
    ("scores", "yes", "clusters", "said"),
    [
        ([0.1, 0.2], [1, 1], None, "fewer than two items"),
        ([0.1, 0.2, 0.3, 0.4], [1, 1, 0, 0], list("aaab"), "fewer than two clusters"),
        ([1, 1, 1, 1], [1, 1, 0, 0], None, "do not tell items apart"),
    ],
)
def test_what_cannot_be_told_is_missing(
    scores: list[float], yes: list[int], clusters: list[str] | None, said: str
) -> None:
    found = auroc(scores, yes, clusters)
    assert found.value is None
    assert said in found.missing


def test_only_items_of_one_fold_are_compared() -> None:
    scores, yes, fold = [0.1, 0.2, 0.3, 0.4, 1.1, 1.2, 1.3, 1.4], [0, 0, 1, 1] * 2, [0] * 4 + [1] * 4
    assert fold_auroc(scores, yes, fold).value == 1
    assert auroc(scores, yes).value == pytest.approx(0.75)
    assert fold_auroc(scores, yes, range(8)).missing


def test_the_mean_of_folds_has_the_variance_of_a_mean() -> None:
    rng = np.random.default_rng(3)
    scores, yes = rng.normal(size=100), rng.integers(0, 2, 100)
    parts = [auroc(scores[at::2], yes[at::2]) for at in range(2)]
    whole = fold_auroc(scores, yes, np.arange(100) % 2)
    assert whole.value == pytest.approx(sum(part.value or 0 for part in parts) / 2)
    assert spread(whole.value, whole.low) == pytest.approx(sum(spread(p.value, p.low) for p in parts) / 4)
    assert fold_auroc(scores, yes, np.zeros(100)) == auroc(scores, yes)


@settings(max_examples=20)
@given(ITEMS)
def test_turning_scores_round_turns_the_area_round(items: list[tuple[int, bool]]) -> None:
    scores, yes = np.array([score for score, _ in items]), [is_so for _, is_so in items]
    found, turned = auroc(scores, yes), auroc(-scores, yes)
    assert (found.missing, found.method) == (turned.missing, turned.method)
    for one, other in ((found.value, turned.value), (found.low, turned.high)):
        assert one is None or other == pytest.approx(1 - one)


@pytest.mark.parametrize(
    ("scores", "yes", "third", "said"),
    [
        ([1, 2], [1], None, "2 scores but 1 labels"),
        ([1, float("nan")], [0, 1], None, "finite"),
        ([1, 2], [0, 2], None, "must be 0 or 1"),
        ([1, 2], [0, 1], [0], "per item"),
    ],
)
def test_bad_input_is_named(scores: list[float], yes: list[int], third: list[int] | None, said: str) -> None:
    with pytest.raises(DataError, match=said):
        auroc(scores, yes, third)
    with pytest.raises(DataError, match=said):
        fold_auroc(scores, yes, [0, 0] if third is None else third)
