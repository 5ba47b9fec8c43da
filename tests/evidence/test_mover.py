"""The MOVER against the closed forms it reduces to."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.evidence.contrasts import newcombe
from tacit.evidence.intervals import wilson_many
from tacit.evidence.mover import Interval, mover_ratio, mover_sum


def test_a_sum_of_wilson_limits_is_newcombe() -> None:
    # p1 - p2 = p1 + (1 - p2) - 1, and the Wilson limits of 1 - p2 are mirrored.
    k = np.array([56, 80 - 48])
    n = np.array([70, 80])
    total = mover_sum([1, 1], Interval(k / n, *wilson_many(k, n)))
    theirs = newcombe(56, 70, 48, 80)
    assert (total.low - 1, total.high - 1) == pytest.approx((theirs.low, theirs.high), abs=1e-14)


def test_one_part_keeps_its_limits() -> None:
    part = Interval(np.array([[0.2], [0.0]]), np.array([[0.1], [0.0]]), np.array([[0.5], [0.03]]))
    total = mover_sum([1.0], part)
    np.testing.assert_allclose(total.low, [0.1, 0.0])
    np.testing.assert_allclose(total.high, [0.5, 0.03])


@given(
    top=st.floats(0.1, 5), bottom=st.floats(1, 5), se_top=st.floats(0.01, 0.5), se_bottom=st.floats(0.01, 0.4),
)  # fmt: skip
def test_a_ratio_of_symmetric_limits_is_fieller(top: float, bottom: float, se_top: float, se_bottom: float) -> None:
    d_top, d_bottom = 1.96 * se_top, 1.96 * se_bottom
    low, high = mover_ratio(
        Interval(*(np.array(x) for x in (top, top - d_top, top + d_top))),
        Interval(*(np.array(x) for x in (bottom, bottom - d_bottom, bottom + d_bottom))),
    )
    a, b, c = bottom**2 - d_bottom**2, top * bottom, top**2 - d_top**2
    root = math.sqrt(b * b - a * c)
    assert low == pytest.approx(max((b - root) / a, 0.0), rel=1e-9, abs=1e-9)
    assert high == pytest.approx((b + root) / a, rel=1e-9)


def test_a_ratio_without_a_bound_is_infinite_and_zero_over_something_is_zero() -> None:
    def interval(*x: float) -> Interval:
        return Interval(*(np.array(v) for v in x))

    assert mover_ratio(interval(1, 0.5, 2), interval(1, 0, 3))[1] == math.inf
    low, high = mover_ratio(interval(0, 0, 0.1), interval(1, 1, 1))
    assert low == 0
    assert high == pytest.approx(0.1)
