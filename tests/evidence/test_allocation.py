"""Where labels go, and how many it takes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.evidence.allocation import allocate, expected_width, labels_to_halve
from tacit.evidence.prevalence import Stratum, prediction_powered

RARE = [Stratum(2_000, 100, 30), Stratum(998_000, 300, 0)]


@st.composite
def strata(draw: st.DrawFn, most: int) -> list[Stratum]:
    found = []
    for _ in range(draw(st.integers(1, 3))):
        size = draw(st.integers(1, most))
        labelled = draw(st.integers(0, min(size, 20)))
        found.append(Stratum(size, labelled, draw(st.integers(0, labelled))))
    return found


def variance(parts: list[Stratum], further: tuple[int, ...]) -> float:
    total = 0.0
    for s, more in zip(parts, further, strict=True):
        a, b = s.positives + 0.5, s.labelled - s.positives + 0.5
        n = s.labelled + more
        total += np.inf if n == 0 else s.size**2 * a * b / ((a + b) * (a + b + 1)) / n
    return total


@given(parts=strata(most=12), budget=st.integers(0, 12))
def test_no_other_division_is_better(parts: list[Stratum], budget: int) -> None:
    given_ = allocate(budget, parts)
    room = [s.size - s.labelled for s in parts]
    assert sum(given_) == min(budget, sum(room))
    assert all(0 <= x <= r for x, r in zip(given_, room, strict=True))
    others = (d for d in itertools.product(*(range(r + 1) for r in room)) if sum(d) == sum(given_))
    best = min(variance(parts, d) for d in others)
    assert variance(parts, given_) == pytest.approx(best)


@given(parts=strata(most=10**6), budget=st.integers(0, 10**5))
def test_more_budget_never_takes_labels_away(parts: list[Stratum], budget: int) -> None:
    less, more = allocate(budget, parts), allocate(budget + 1, parts)
    assert all(a <= b for a, b in zip(less, more, strict=True))
    assert sum(more) - sum(less) in (0, 1)


def test_large_budgets_follow_neyman() -> None:
    parts = [Stratum(10**8, 1000, 500), Stratum(9 * 10**8, 1000, 10)]
    first, second = (x + 1000 for x in allocate(10**6, parts))
    spread = [np.sqrt(0.5 * 0.5), np.sqrt(0.0105 * 0.9895)]
    assert first / second == pytest.approx(0.1 * spread[0] / (0.9 * spread[1]), rel=0.01)


def test_a_stratum_without_any_label_comes_first() -> None:
    assert allocate(1, [Stratum(100, 50, 25), Stratum(100, 0, 0)]) == (0, 1)
    assert allocate(1, [Stratum(100, 0, 0), Stratum(900, 0, 0), Stratum(500, 0, 0)]) == (0, 1, 0)
    assert allocate(0, RARE) == (0, 0)
    assert allocate(5, []) == ()
    assert allocate(10**9, [Stratum(7, 2, 1), Stratum(5, 5, 0)]) == (5, 0)
    with pytest.raises(UsageError, match="budget of -1"):
        allocate(-1, RARE)


def test_the_width_now_is_that_of_the_estimate() -> None:
    now = prediction_powered(RARE)
    assert now.low is not None
    assert now.high is not None
    assert expected_width(RARE, (0, 0)) == pytest.approx(now.high - now.low)
    with pytest.raises(DataError, match="5 more are not possible"):
        expected_width([Stratum(10, 6, 1)], [5])
    with pytest.raises(DataError, match="leave it without any"):
        expected_width([Stratum(10, 0, 0)], [0])


def test_no_smaller_number_is_expected_to_halve() -> None:
    plan = labels_to_halve(RARE)
    assert plan.labels == sum(plan.per_stratum)
    assert plan.expected_width <= plan.width / 2
    assert expected_width(RARE, allocate(plan.labels - 1, RARE)) > plan.width / 2
    # With no positive among 300, the width falls like 1/n and not like its root: far fewer than 3 * 400 labels do.
    assert plan.labels < 1000


def test_the_root_rule_is_the_limit_of_large_samples() -> None:
    parts = [Stratum(10**9, 3000, 900)]
    assert labels_to_halve(parts).labels == pytest.approx(9000, rel=0.01)
    assert labels_to_halve(parts, factor=0.25).labels == pytest.approx(45_000, rel=0.01)


def test_small_strata_need_fewer() -> None:
    plan = labels_to_halve([Stratum(200, 50, 20)])
    assert plan.labels < 100
    tiny = labels_to_halve([Stratum(3, 1, 0), Stratum(0, 0, 0)])
    assert tiny.per_stratum[1] == 0
    assert tiny.labels <= 2


def test_halving_happens() -> None:
    """Over repeated surveys, following the plan halves the interval on average."""
    rng = np.random.default_rng(11)
    size, ppv, missed, labelled = (100_000, 900_000), 0.7, 0.02, (50, 100)
    ratios = []
    for _ in range(15):
        k = (int(rng.binomial(labelled[0], ppv)), int(rng.binomial(labelled[1], missed)))
        plan = labels_to_halve([Stratum(size[i], labelled[i], k[i]) for i in (0, 1)])
        more = plan.per_stratum
        k = (k[0] + int(rng.binomial(more[0], ppv)), k[1] + int(rng.binomial(more[1], missed)))
        after = prediction_powered([Stratum(size[i], labelled[i] + more[i], k[i]) for i in (0, 1)])
        assert after.low is not None
        assert after.high is not None
        ratios.append((after.high - after.low) / plan.width)
    assert 0.42 < np.mean(ratios) < 0.55


def test_nothing_to_halve_is_said() -> None:
    with pytest.raises(InsufficientDataError, match="stratum no hit first"):
        labels_to_halve([Stratum(10, 5, 1), Stratum(90, 0, 0, name="no hit")])
    with pytest.raises(InsufficientDataError, match="every stratum is empty"):
        labels_to_halve([Stratum(0, 0, 0)])
    with pytest.raises(UsageError, match="factor"):
        labels_to_halve(RARE, factor=1)
    known = labels_to_halve([Stratum(10, 10, 4)])
    assert (known.labels, known.expected_width) == (0, 0)
