"""Corrected and prediction-powered shares against published examples and closed forms."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError, UsageError
from tacit.evidence.intervals import mid_p, wilson
from tacit.evidence.prevalence import (
    UNINFORMATIVE,
    Stratum,
    lang_reiczigel_many,
    prediction_powered,
    rogan_gladen,
    stratified_many,
)

# Lang and Reiczigel (2014), examples 1, 2, 3 and both of 4: observed, n, sensitivity, specificity, limits as printed.
PUBLISHED = [
    ((4060, 11_284, (178, 179), (358, 359)), (0.349, 0.372), 3),
    ((51, 2971, (32, 33), (20, 20)), (0.0, 0.053), 3),
    ((712, 11_862, (8, 10), (12, 12)), (0.0, 0.147), 3),
    ((259, 509, (84, 127), (96, 109)), (0.58, 0.87), 2),
    ((51, 509, (23, 41), (187, 195)), (0.037, 0.195), 3),
]


@st.composite
def strata(draw: st.DrawFn, most: int = 4) -> list[Stratum]:
    found = []
    for _ in range(draw(st.integers(1, most))):
        size = draw(st.one_of(st.integers(1, 50), st.integers(1, 10**9)))
        labelled = draw(st.integers(1, min(size, 500)))
        found.append(Stratum(size, labelled, draw(st.integers(0, labelled))))
    return found


@pytest.mark.parametrize(("data", "limits", "digits"), PUBLISHED)
def test_rogan_gladen_matches_the_published_examples(
    data: tuple[int, int, tuple[int, int], tuple[int, int]], limits: tuple[float, float], digits: int
) -> None:
    estimate = rogan_gladen(*data)
    assert estimate.low is not None
    assert estimate.high is not None
    assert (round(estimate.low, digits), round(estimate.high, digits)) == limits


def test_rogan_gladen_estimate_is_the_formula_and_truncated() -> None:
    estimate = rogan_gladen(300, 1000, (90, 100), (85, 100))
    assert estimate.value == pytest.approx((0.3 + 0.85 - 1) / (0.9 + 0.85 - 1))
    assert estimate.n == 1000
    # Fewer hits than false alarms alone would give.
    assert rogan_gladen(1, 1000, (90, 100), (85, 100)).value == 0
    assert rogan_gladen(999, 1000, (90, 100), (85, 100)).value == 1


def test_a_perfectly_known_detector_changes_nothing() -> None:
    estimate = rogan_gladen(300, 1000, (10**9, 10**9), (10**9, 10**9))
    plain = wilson(300, 1000)
    assert estimate.value == pytest.approx(0.3)
    # Agresti and Coull's centre with a Wald width: close to Wilson's.
    assert (estimate.low, estimate.high) == pytest.approx((plain.low, plain.high), abs=2e-4)


@given(
    n=st.integers(1, 10**6), share=st.floats(0, 1),
    se=st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted),
    sp=st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted),
)  # fmt: skip
def test_rogan_gladen_lies_inside_or_says_why_not(n: int, share: float, se: list[int], sp: list[int]) -> None:
    estimate = rogan_gladen(int(share * n), n, (se[0], se[1]), (sp[0], sp[1]))
    if estimate.value is None:
        assert estimate.missing
        return
    assert estimate.low is not None
    assert estimate.high is not None
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    json.dumps(estimate.to_json(), allow_nan=False)


def test_a_detector_no_better_than_chance_corrects_nothing() -> None:
    for se, sp in (((50, 100), (50, 100)), ((20, 100), (70, 100))):
        estimate = rogan_gladen(300, 1000, se, sp)
        assert estimate.value is None
        assert estimate.missing.startswith(UNINFORMATIVE)
        assert "must exceed 1" in estimate.missing
    doubtful = rogan_gladen(300, 1000, (3, 5), (6, 10))
    assert doubtful.value is None
    assert doubtful.missing.startswith(UNINFORMATIVE)
    assert "label more" in doubtful.missing
    low, high = lang_reiczigel_many((300, 1000), (2, 10), (2, 10))
    assert (float(low), float(high)) == (0, 1)


def test_rogan_gladen_without_data_is_missing() -> None:
    assert rogan_gladen(0, 0, (9, 10), (9, 10)).missing == "no observations"
    assert "captions that state it" in rogan_gladen(1, 10, (0, 0), (9, 10)).missing
    assert "captions that do not" in rogan_gladen(1, 10, (9, 10), (0, 0)).missing
    with pytest.raises(DataError):
        rogan_gladen(11, 10, (9, 10), (9, 10))
    with pytest.raises(DataError):
        rogan_gladen(1, 10, (11, 10), (9, 10))
    with pytest.raises(UsageError):
        rogan_gladen(1, 10, (9, 10), (9, 10), 0)


@given(parts=strata(), finite=st.booleans())
def test_prediction_powered_holds_its_value(parts: list[Stratum], finite: bool) -> None:
    estimate = prediction_powered(parts, finite=finite)
    total = sum(s.size for s in parts)
    assert estimate.value is not None
    assert estimate.value == pytest.approx(sum(s.size * s.positives / s.labelled for s in parts) / total, abs=1e-12)
    assert estimate.low is not None
    assert estimate.high is not None
    assert 0 <= estimate.low <= estimate.value + 1e-15
    assert estimate.value - 1e-15 <= estimate.high <= 1
    assert estimate.n == sum(s.labelled for s in parts)
    back = prediction_powered(parts[::-1], finite=finite)
    assert (back.low, back.high) == pytest.approx((estimate.low, estimate.high), abs=1e-12)
    mirror = prediction_powered([Stratum(s.size, s.labelled, s.labelled - s.positives) for s in parts], finite=finite)
    assert mirror.low is not None
    assert mirror.low == pytest.approx(1 - estimate.high, abs=1e-9)


def test_is_the_prediction_powered_mean_when_sampled_in_proportion() -> None:
    """Angelopoulos et al. (2023): the mean prediction plus the mean error on the labels."""
    predicted = np.repeat([1, 0], [200, 800])
    labelled_predicted, labelled = np.repeat([1, 0], [20, 80]), np.repeat([1, 0, 1, 0], [15, 5, 4, 76])
    theirs = predicted.mean() + (labelled - labelled_predicted).mean()
    ours = prediction_powered([Stratum(200, 20, 15), Stratum(800, 80, 4)])
    assert ours.value == pytest.approx(theirs)


def test_one_large_stratum_is_a_plain_proportion() -> None:
    ours, plain = prediction_powered([Stratum(10**10, 300, 4)]), mid_p(4, 300)
    assert (ours.low, ours.high) == pytest.approx((plain.low, plain.high), rel=1e-6)


def test_zero_cells_keep_the_interval_open() -> None:
    nothing = prediction_powered([Stratum(2_000, 100, 30), Stratum(998_000, 300, 0)])
    assert nothing.value == pytest.approx(0.0006)
    assert nothing.high is not None
    assert nothing.high > 0.998 * 2.9 / 300
    all_zero = prediction_powered([Stratum(2_000, 100, 0), Stratum(998_000, 300, 0)])
    assert (all_zero.value, all_zero.low) == (0, 0)
    assert all_zero.high is not None
    assert all_zero.high > 0.0098


def test_what_is_labelled_in_full_is_known() -> None:
    known = prediction_powered([Stratum(40, 40, 12), Stratum(60, 60, 0)])
    assert known.value == pytest.approx(0.12)
    assert (known.low, known.high) == pytest.approx((0.12, 0.12))
    # The uncertainty that is left is that of the other stratum alone.
    part = prediction_powered([Stratum(40, 40, 12), Stratum(10**9, 100, 3)])
    assert part.low == pytest.approx(mid_p(3, 100).low, rel=1e-5)
    wider = prediction_powered([Stratum(40, 40, 12), Stratum(60, 60, 0)], finite=False)
    assert wider.low is not None
    assert wider.high is not None
    assert wider.high - wider.low > 0.1


def test_labelling_more_of_a_small_stratum_only_narrows() -> None:
    widths = []
    for labelled in range(10, 51, 10):
        estimate = prediction_powered([Stratum(50, labelled, labelled // 2)])
        assert estimate.low is not None
        assert estimate.high is not None
        widths.append(estimate.high - estimate.low)
    assert (np.diff(widths) < 0).all()
    assert widths[-1] == 0


def test_the_source_is_less_certain_than_the_corpus() -> None:
    """With everything labelled, two strata give the variance of one plain sample, to first order."""
    size, hits, true_hits, true_rest = 20_000, 6000, 4800, 1400
    everything = [Stratum(hits, hits, true_hits), Stratum(size - hits, size - hits, true_rest)]
    source = prediction_powered(everything, finite=False)
    plain = wilson(true_hits + true_rest, size)
    assert (source.low, source.high) == pytest.approx((plain.low, plain.high), abs=2e-5)
    three = [*everything[:1], Stratum(7000, 7000, 700), Stratum(7000, 7000, 700)]
    split = prediction_powered(three, finite=False)
    assert (split.low, split.high) == pytest.approx((source.low, source.high), abs=2e-5)


def test_strata_without_labels_are_missing_and_empty_ones_ignored() -> None:
    estimate = prediction_powered([Stratum(10, 5, 1, name="hit"), Stratum(90, 0, 0, name="no hit")])
    assert estimate.value is None
    assert "no labels in stratum no hit" in estimate.missing
    assert prediction_powered([Stratum(10, 5, 1), Stratum(0, 0, 0)]).value == pytest.approx(0.2)
    assert prediction_powered([]).value is None
    assert prediction_powered([Stratum(0, 0, 0)]).missing == "no observations"
    with pytest.raises(UsageError):
        prediction_powered([Stratum(10, 5, 1)], 1.0)


@pytest.mark.parametrize(
    ("size", "labelled", "positives"),
    [(-1, 0, 0), (10, 11, 0), (10, 5, 6), (10, 5, -1), (10, -1, 0), (5, 5, float("nan"))],
)
def test_strata_that_contradict_themselves_are_refused(size: int, labelled: int, positives: float) -> None:
    with pytest.raises(DataError, match="Stratum rest has"):
        Stratum(size, labelled, positives, name="rest")


def test_stratum_from_labels() -> None:
    assert Stratum.of(100, [1, 0, True, False]) == Stratum(100, 4, 2)
    weighted = Stratum.of(1000, [1, 0, 0, 1], weights=[1, 1, 1, 5])
    assert weighted.positives / weighted.trials == pytest.approx(0.75)
    assert weighted.labelled == 4
    assert weighted.trials < 4
    assert prediction_powered([weighted]).value == pytest.approx(0.75)
    assert Stratum.of(10, [], weights=[]).trials == 0
    with pytest.raises(DataError):
        Stratum.of(3, [1, 0, 0, 1])
    with pytest.raises(DataError):
        Stratum.of(9, [1, 2])


def test_the_batch_equals_the_single_ones() -> None:
    many = stratified_many([2_000, 998_000], [[30, 0], [25, 3]], [100, 300])
    for at, (a, b) in enumerate(((30, 0), (25, 3))):
        one = prediction_powered([Stratum(2_000, 100, a), Stratum(998_000, 300, b)])
        assert (one.value, one.low, one.high) == (many.value[at], many.low[at], many.high[at])
