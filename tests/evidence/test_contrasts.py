"""Differences and ratios against Newcombe's published table and statsmodels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from tacit.errors import DataError, UsageError
from tacit.evidence.contrasts import koopman, newcombe

# Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10.
PUBLISHED = {
    (56, 70, 48, 80): (0.0524, 0.3339),
    (9, 10, 3, 10): (0.1705, 0.8090),
    (6, 7, 2, 7): (0.0582, 0.8062),
    (5, 56, 0, 29): (-0.0381, 0.1926),
    (0, 10, 0, 20): (-0.1611, 0.2775),
    (0, 10, 0, 10): (-0.2775, 0.2775),
    (10, 10, 0, 20): (0.6791, 1.0000),
    (10, 10, 0, 10): (0.6075, 1.0000),
}
TABLES = st.tuples(st.integers(1, 300), st.integers(1, 300)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@pytest.mark.parametrize(("table", "limits"), PUBLISHED.items())
def test_newcombe_matches_the_published_table(table: tuple[int, int, int, int], limits: tuple[float, float]) -> None:
    estimate = newcombe(*table)
    assert (estimate.low, estimate.high) == pytest.approx(limits, abs=5.1e-5)


@pytest.mark.parametrize("table", [(56, 70, 48, 80), (1, 1000, 5, 100), (0, 30, 3, 30), (300, 10**6, 280, 10**6)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_both_match_statsmodels(table: tuple[int, int, int, int], level: float) -> None:
    difference, ratio = newcombe(*table, level), koopman(*table, level)
    theirs = confint_proportions_2indep(*table, compare="diff", method="newcomb", alpha=1 - level)
    assert (difference.low, difference.high) == pytest.approx(theirs, rel=1e-9, abs=1e-12)
    if table[0]:  # statsmodels' search fails where the lower limit is 0
        theirs = confint_proportions_2indep(*table, compare="ratio", method="score", correction=False, alpha=1 - level)
        assert (ratio.low, ratio.high) == pytest.approx(theirs, rel=1e-5)


def test_koopman_matches_his_example() -> None:
    # Koopman (1984): 36 of 40 against 16 of 80 gives (2.94, 7.15).
    estimate = koopman(36, 40, 16, 80)
    assert (estimate.low, estimate.high) == pytest.approx((2.94, 7.15), abs=0.005)


@given(table=TABLES)
def test_difference_holds_its_estimate_and_changes_sign_with_order(table: tuple[int, int, int, int]) -> None:
    k1, n1, k2, n2 = table
    forth, back = newcombe(k1, n1, k2, n2), newcombe(k2, n2, k1, n1)
    assert forth.value is not None
    assert forth.low is not None
    assert forth.high is not None
    assert -1 <= forth.low <= forth.value <= forth.high <= 1
    assert back.value == -forth.value
    assert back.low == pytest.approx(-forth.high, abs=1e-14)
    assert forth.n == n1 + n2


@given(table=TABLES)
def test_ratio_holds_its_estimate_and_inverts_with_order(table: tuple[int, int, int, int]) -> None:
    k1, n1, k2, n2 = table
    forth = koopman(k1, n1, k2, n2)
    if k2 == 0:
        assert forth.value is None
        assert "no upper bound" in forth.missing
        return
    assert forth.value is not None
    assert forth.low is not None
    assert forth.high is not None
    assert 0 <= forth.low <= forth.value <= forth.high < 1e6
    if k1:
        back = koopman(k2, n2, k1, n1)
        assert back.low == pytest.approx(1 / forth.high, rel=1e-8)
        assert back.high == pytest.approx(1 / forth.low, rel=1e-8)


def test_ratio_keeps_its_digits_when_samples_are_huge() -> None:
    rare = koopman(1, 10**10, 1, 10**10)
    # Two single events: by symmetry of the score test the limits are reciprocal.
    assert rare.low is not None
    assert rare.high == pytest.approx(1 / rare.low, rel=1e-6)
    large = koopman(3 * 10**9, 10**10, 10**9, 10**10)
    assert large.low == pytest.approx(3 - 1.96 * 3 * (0.7 / 3e9 + 0.9 / 1e9) ** 0.5, rel=1e-7)


def test_an_empty_sample_is_missing() -> None:
    for compare in (newcombe, koopman):
        assert compare(0, 0, 1, 2).missing == "no observations in the first sample"
        assert compare(0, 0, 0, 0).missing == "no observations in the first and the second sample"
        assert compare(1, 2, 0, 0).value is None
        with pytest.raises(DataError):
            compare(3, 2, 1, 2)
        with pytest.raises(UsageError):
            compare(1, 2, 1, 2, 1.5)
