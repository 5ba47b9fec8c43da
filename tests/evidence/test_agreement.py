"""Agreement of two annotators against statsmodels and the score equation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from tacit.errors import DataError, UsageError
from tacit.evidence.agreement import kappa, raw_agreement
from tacit.evidence.intervals import z_value

CELLS = st.tuples(*[st.integers(0, 60)] * 4).filter(lambda cells: sum(cells) > 0)


def labels(no_no: int, no_yes: int, yes_no: int, yes_yes: int) -> tuple[list[int], list[int]]:
    counts = [no_no, no_yes, yes_no, yes_yes]
    return np.repeat([0, 0, 1, 1], counts).tolist(), np.repeat([0, 1, 0, 1], counts).tolist()


@given(cells=CELLS)
def test_the_value_is_that_of_statsmodels_and_lies_inside(cells: tuple[int, int, int, int]) -> None:
    first, second = labels(*cells)
    ours = kappa(first, second)
    if len(set(first) | set(second)) == 1:
        assert ours.value is None
        assert "undefined" in ours.missing
        return
    assert ours.value == pytest.approx(cohens_kappa(np.reshape(cells, (2, 2))).kappa, abs=1e-12)
    assert ours.value is not None
    assert ours.low is not None
    assert ours.high is not None
    assert -1 - 1e-12 <= ours.low <= ours.value <= ours.high <= 1
    assert kappa(second, first).low == pytest.approx(ours.low, abs=1e-9)
    assert kappa([1 - x for x in first], [1 - x for x in second]).high == pytest.approx(ours.high, abs=1e-9)
    assert ours.n == sum(cells)


@pytest.mark.parametrize("cells", [(40, 5, 5, 50), (900, 30, 30, 40), (15, 1, 1, 13)])
def test_the_limits_solve_the_score_equation(cells: tuple[int, int, int, int]) -> None:
    """At each limit, statsmodels' variance of the table expected there gives a distance of z standard errors."""
    ours = kappa(*labels(*cells))
    n = sum(cells)
    p = (cells[3] + cells[2]) / n
    assert ours.value is not None
    for limit in (ours.low, ours.high):
        assert limit is not None
        both = p * p + limit * p * (1 - p)
        expected = n * np.array([[1 - 2 * p + both, p - both], [p - both, both]])
        variance = cohens_kappa(expected).var_kappa
        assert abs(ours.value - limit) == pytest.approx(z_value(0.95) * variance**0.5, rel=1e-6)


def test_perfect_agreement_is_not_certain() -> None:
    few, many = kappa(*labels(15, 0, 0, 15)), kappa(*labels(1500, 0, 0, 1500))
    assert few.value == many.value == few.high == 1
    assert few.low is not None
    assert many.low is not None
    assert 0.7 < few.low < many.low < 1


def test_raw_agreement_counts_equal_labels() -> None:
    estimate = raw_agreement(*labels(3, 1, 2, 4))
    assert (estimate.value, estimate.n) == (0.7, 10)
    assert raw_agreement([], []).value is None
    assert kappa([], []).missing == "no observations"


def test_labels_must_be_of_the_same_captions_and_binary() -> None:
    with pytest.raises(DataError, match="labelled 2 captions and the other 3"):
        kappa([0, 1], [0, 1, 1])
    with pytest.raises(DataError, match="second annotator must be 0 or 1, but entry 1"):
        raw_agreement([0, 1], [0, 2])
    with pytest.raises(UsageError):
        kappa([0, 1], [0, 1], 0)
