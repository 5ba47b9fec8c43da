"""Precision, recall, specificity and F1, with and without weights."""

from __future__ import annotations

from dataclasses import astuple, fields
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError, UsageError
from tacit.evidence import classification
from tacit.evidence.classification import Scores, score
from tacit.evidence.intervals import mid_p
from tacit.evidence.labels import effective_sample

if TYPE_CHECKING:
    from tacit.evidence.estimate import Estimate

CELLS = st.tuples(*[st.integers(0, 40)] * 4).filter(lambda cells: sum(cells) > 0)
FOUR = ("precision", "recall", "specificity", "f1")


def labels(tp: int, fp: int, fn: int, tn: int) -> tuple[list[int], list[int]]:
    counts = [tp, fp, fn, tn]
    return np.repeat([1, 0, 1, 0], counts).tolist(), np.repeat([1, 1, 0, 0], counts).tolist()


def estimates(scores: Scores) -> dict[str, Estimate]:
    return {name: getattr(scores, name) for name in FOUR}


@given(cells=CELLS, weighted=st.booleans())
def test_every_score_holds_its_value_or_says_why_not(cells: tuple[int, int, int, int], weighted: bool) -> None:
    truth, found = labels(*cells)
    weights = [1.0 if x else 37.5 for x in found] if weighted else None
    scores = score(truth, found, weights)
    assert astuple(scores)[len(FOUR) :] == cells
    for estimate in estimates(scores).values():
        if estimate.value is None:
            assert estimate.missing
            assert (estimate.low, estimate.high) == (None, None)
            continue
        assert estimate.low is not None
        assert estimate.high is not None
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
        assert estimate.method in {
            classification.PLAIN, classification.PLAIN_F1, classification.WEIGHTED, classification.WEIGHTED_RATIO,
        }  # fmt: skip


def test_values_and_sizes_of_a_plain_sample() -> None:
    scores = score(*labels(30, 10, 20, 140))
    assert (scores.precision.value, scores.precision.n) == (0.75, 40)
    assert (scores.recall.value, scores.recall.n) == (0.6, 50)
    assert (scores.specificity.value, scores.specificity.n) == (140 / 150, 150)
    assert scores.f1.value == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert scores.f1.n == 60
    assert (scores.recall.low, scores.recall.high) == (mid_p(30, 50).low, mid_p(30, 50).high)
    jaccard = mid_p(30, 60)
    assert jaccard.low is not None
    assert scores.f1.low == pytest.approx(2 * jaccard.low / (1 + jaccard.low))


@given(cells=CELLS)
def test_swapping_the_classes_swaps_recall_and_specificity(cells: tuple[int, int, int, int]) -> None:
    truth, found = labels(*cells)
    weights = [1.0 if x else 9.0 for x in found]
    for w in (None, weights):
        forth = score(truth, found, w)
        back = score([1 - x for x in truth], [1 - x for x in found], w)
        for a, b in ((forth.recall, back.specificity), (forth.specificity, back.recall)):
            assert (a.value is None) is (b.value is None)
            if a.value is not None:
                assert (a.value, a.low, a.high) == pytest.approx((b.value, b.low, b.high), abs=1e-9)


def test_weights_undo_unequal_sampling() -> None:
    """A tenth of 1000 detected and a hundredth of 99 000 others give the corpus values back."""
    truth, found = labels(80, 20, 10, 980)
    scores = score(truth, found, np.where(np.array(found) == 1, 10, 100))
    assert scores.precision.value == pytest.approx(0.8)
    assert scores.recall.value == pytest.approx(800 / 1800)
    assert scores.specificity.value == pytest.approx(98_000 / 98_200)
    assert scores.f1.value == pytest.approx(2 * 800 / (2 * 800 + 200 + 1000))
    assert scores.recall.n == 1090


def test_only_ratios_of_weights_matter() -> None:
    truth, found = labels(8, 2, 1, 30)
    weights = np.where(np.array(found) == 1, 1.0, 50.0)
    for one, other in zip(
        estimates(score(truth, found, weights)).values(),
        estimates(score(truth, found, weights * 1e-250)).values(),
        strict=True,
    ):
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), rel=1e-9)


@pytest.mark.parametrize("weights", [[1e308] * 4, [1e-300] * 4, [1e6, 1e6, 1e-6, 1e-6], [1e-6, 1, 1e6, 2]])
@pytest.mark.parametrize("truth", [[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 1]])
def test_extreme_weights_give_numbers(truth: list[int], weights: list[float]) -> None:
    for estimate in estimates(score(truth, [1, 1, 0, 0], weights)).values():
        assert estimate.value is not None
        assert estimate.low is not None
        assert estimate.high is not None
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


def test_no_missed_label_does_not_make_the_recall_certain() -> None:
    """Of 998 000 undetected captions 300 were labelled, all negative: thousands may still be positive."""
    truth, found = labels(30, 70, 0, 300)
    weights = np.where(np.array(found) == 1, 2_000 / 100, 998_000 / 300)
    scores = score(truth, found, weights)
    assert scores.recall.value == 1
    assert scores.recall.low is not None
    assert 0.02 < scores.recall.low < 0.1
    assert scores.f1.low is not None
    assert scores.f1.low < 0.15
    plain = score(truth, found)
    assert plain.recall.low is not None
    assert plain.recall.low > 0.85


def test_unequal_weights_widen_the_precision() -> None:
    truth, found = labels(40, 10, 5, 45)
    even = score(truth, found, np.ones(100)).precision
    rng = np.random.default_rng(3)
    uneven = score(truth, found, rng.lognormal(0, 1.5, 100)).precision
    assert even.low is not None
    assert even.high is not None
    assert uneven.low is not None
    assert uneven.high is not None
    assert uneven.high - uneven.low > 1.3 * (even.high - even.low)
    assert (even.low, even.high) == pytest.approx((mid_p(40, 50).low, mid_p(40, 50).high))


def test_effective_sample_is_the_smaller_of_both() -> None:
    equal = effective_sample(np.array([1, 0, 0]), np.array([2.0, 2.0, 2.0]))
    assert equal == pytest.approx((1 / 3, 3.0))
    # Nothing varies among the observed: only Kish's remains.
    assert effective_sample(np.array([0, 0]), np.array([3.0, 1.0])) == pytest.approx((0.0, 1.6))
    # Heavy observations vary, light ones do not: fewer than Kish's.
    values, weights = np.array([1, 0] * 5 + [0] * 1000), np.array([0.05] * 10 + [0.0005] * 1000)
    share, effective = effective_sample(values, weights)
    assert share == pytest.approx(0.25)
    assert effective == pytest.approx(0.25 * 0.75 / (10 * 0.05**2 * 0.3125 + 1000 * 0.0005**2 * 0.0625))
    assert effective < weights.sum() ** 2 / (weights**2).sum()


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ((0, 0, 3, 4), {"precision": classification.NO_HITS}),
        ((0, 3, 0, 4), {"recall": classification.NO_POSITIVES, "f1": classification.NO_POSITIVES}),
        ((3, 0, 4, 0), {"specificity": classification.NO_NEGATIVES}),
        ((0, 0, 0, 0), dict.fromkeys(FOUR)),
    ],
)
def test_empty_denominators_are_missing(cells: tuple[int, int, int, int], missing: dict[str, str | None]) -> None:
    found = estimates(score(*labels(*cells)))
    assert {name for name, x in found.items() if x.value is None} == set(missing)
    for name, reason in missing.items():
        assert found[name].missing == (reason or found[name].missing)
        assert found[name].missing


def test_weighted_recall_needs_both_kinds_of_labels() -> None:
    for cells in ((3, 2, 0, 0), (0, 0, 1, 5), (0, 0, 0, 0)):
        truth, found = labels(*cells)
        scores = score(truth, found, np.ones(len(truth)))
        assert "needs labels" in scores.recall.missing
        assert "needs labels" in scores.f1.missing
        assert bool(scores.precision.missing) is (sum(cells[:2]) == 0)


def test_refuses_labels_that_are_not() -> None:
    with pytest.raises(DataError, match="2 true labels but 3 predictions"):
        score([0, 1], [0, 1, 1])
    with pytest.raises(DataError, match="true labels must be 0 or 1, but entry 1"):
        score([0, float("nan")], [0, 1])
    with pytest.raises(DataError, match="entry 0"):
        score([0, 1], ["yes", "no"])
    with pytest.raises(DataError, match="one list"):
        score([[0, 1]], [0, 1])
    for weights in ([1, 0], [1, -1], [1, float("inf")], [1, float("nan")], [1], ["a", "b"], [1, 1e-13]):
        with pytest.raises(DataError, match=r"[Ww]eight"):
            score([0, 1], [0, 1], weights)
    with pytest.raises(UsageError):
        score([0, 1], [0, 1], level=2)


def test_scores_name_all_they_hold() -> None:
    assert [f.name for f in fields(Scores)][: len(FOUR)] == list(FOUR)
