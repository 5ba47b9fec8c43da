"""Mixtures: closed forms, what must hold for any sources, and how often the intervals hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import UsageError
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import mid_p_many, wilson
from tacit.evidence.mixing import METHOD, STATED, UNSURE, Part, mix, needed, stated


def counted(k: int, n: int, items: float, shared: str = "") -> Part:
    return Part(items, wilson(k, n), shared)


def ends(estimate: Estimate) -> tuple[float, float, float]:
    assert estimate.value is not None
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low, estimate.value, estimate.high


def test_the_mixture_of_the_paper() -> None:
    """9,000 TallyQA items, all counting, and 17,138 of LLaVA's, 6.9 % of them: the paper's 39 %."""
    share = mix([Part(9_000, stated(1.0)), Part(17_138, stated(0.069))])
    assert share.value == pytest.approx((9_000 + 0.069 * 17_138) / 26_138)
    assert round(100 * (share.value or 0)) == 39
    assert share.method == STATED


def test_two_counted_sources_are_added_in_quadrature() -> None:
    one, two = wilson(30, 100), wilson(5, 200)
    low, value, high = ends(mix([Part(1_000, one), Part(3_000, two)]))
    (a, x, b), (c, y, d) = ends(one), ends(two)
    assert value == pytest.approx(0.25 * x + 0.75 * y)
    assert low == pytest.approx(value - math.hypot(0.25 * (x - a), 0.75 * (y - c)))
    assert high == pytest.approx(value + math.hypot(0.25 * (b - x), 0.75 * (d - y)))


def test_errors_with_one_source_are_added_in_full() -> None:
    one, two = wilson(30, 100), wilson(5, 200)
    low, value, high = ends(mix([Part(1_000, one, "validation"), Part(3_000, two, "validation")]))
    (a, _, b), (c, _, d) = ends(one), ends(two)
    assert [low, high] == pytest.approx([0.25 * a + 0.75 * c, 0.25 * b + 0.75 * d])
    apart = mix([Part(1_000, one), Part(3_000, two)])
    assert high - low > (apart.high or 0) - (apart.low or 0)
    assert value == pytest.approx(apart.value)


def test_what_cannot_be_mixed() -> None:
    assert mix([]).missing == "there are no items to mix"
    assert mix([Part(0, stated(0.5))]).value is None
    unknown = mix([Part(5, Estimate.none("nobody looked")), counted(1, 2, 5)])
    assert unknown.value is None
    assert "nobody looked" in unknown.missing
    with pytest.raises(UsageError, match="different levels"):
        mix([Part(1, wilson(1, 2, 0.9)), Part(1, wilson(1, 2, 0.95))])
    with pytest.raises(UsageError, match="0 or more"):
        mix([Part(-1, stated(0.5)), Part(2, stated(0.5))])


parts = st.builds(
    lambda n, p, items, shared: counted(round(n * p), n, items, shared),
    st.integers(1, 500), st.floats(0, 1), st.integers(1, 100_000), st.sampled_from(["", "", "v"]),
)  # fmt: skip


@given(st.lists(parts, min_size=1, max_size=5))
def test_a_mixture_lies_between_its_sources(sources: list[Part]) -> None:
    low, value, high = ends(mix(sources))
    assert min(ends(p.rate)[0] for p in sources) - 1e-9 <= low <= value + 1e-12
    assert value - 1e-12 <= high <= max(ends(p.rate)[2] for p in sources) + 1e-9
    values = [ends(p.rate)[1] for p in sources]
    assert min(values) - 1e-9 <= value <= max(values) + 1e-9


@given(st.lists(parts, min_size=1, max_size=4), st.integers(2, 50))
def test_only_proportions_matter(sources: list[Part], factor: int) -> None:
    larger = [Part(p.items * factor, p.rate, p.shared) for p in sources]
    assert ends(mix(larger)) == pytest.approx(ends(mix(sources)))


@given(parts, parts, st.floats(0.001, 0.999))
def test_the_number_found_gives_the_target(one: Part, two: Part, target: float) -> None:
    found = needed(target, one, [two])
    p, q = ends(one.rate)[1], ends(two.rate)[1]
    if found.items is None:
        # Then the target lies outside what lies between the two rates, the far end left out.
        assert found.why
        assert not (min(p, q) + 1e-6 < target < max(p, q) - 1e-6)
        return
    assert found.low is not None
    assert found.low <= found.items
    assert found.high is None or found.high >= found.items
    assert (found.high is None) == (found.why == UNSURE)

    def reached(items: int, end: int) -> bool:
        """Whether the mixture is at the target or past it, at its lower (0), middle or upper (2) end."""
        limit = ends(mix([Part(items, one.rate, one.shared), two]))[end]
        return limit >= target - 1e-7 if p > q else limit <= target + 1e-7

    near, far = (2, 0) if p > q else (0, 2)
    assert reached(found.items, 1)
    exact = two.items * (target - q) / (p - target) if q != target else 0.0
    assert found.items - 1 - 1e-6 * found.items <= exact <= found.items + 1e-6 * found.items
    assert reached(found.low, near)
    if found.high is not None:
        assert reached(found.high, far)


def test_the_number_in_closed_form() -> None:
    found = needed(0.39, Part(0, stated(1.0)), [Part(17_138, stated(0.069))])
    exact = math.ceil(17_138 * (0.39 - 0.069) / (1 - 0.39))
    assert (found.items, found.low, found.high, found.why) == (exact, exact, exact, "")


def test_the_limits_of_the_number_when_one_rate_is_exact() -> None:
    """With all of A stating the type, the limits of n_A are those that B's limits give."""
    rate = wilson(69, 1_000)
    found = needed(0.39, Part(0, stated(1.0)), [Part(17_138, rate)])
    by_limit = [math.ceil(17_138 * (0.39 - (end or 0)) / 0.61) for end in (rate.high, rate.low)]
    assert [found.low, found.high] == by_limit


def test_one_source_makes_room_for_another() -> None:
    total = 26_138
    found = needed(0.39, Part(0, stated(1.0)), [], Part(total, stated(0.069)))
    assert found.items == math.ceil(total * (0.39 - 0.069) / (1 - 0.069))
    assert found.high == found.items
    wide = needed(0.39, Part(0, stated(1.0)), [], counted(69, 1_000, total))
    assert wide.low is not None
    assert wide.high is not None
    assert wide.low < found.items < wide.high < total


def test_a_share_can_be_lowered() -> None:
    found = needed(0.1, Part(0, stated(0.0)), [Part(100, stated(0.5))])
    assert found.items == 400


@pytest.mark.parametrize(
    ("one", "other", "rest", "why"),
    [
        (0.3, 0.1, None, "below the target, and with it as well"),
        (0.8, 0.9, None, "above the target, and with it as well"),
        (0.3, None, 0.1, "below the target even when this source takes the place"),
    ],
)
def test_impossible_targets_say_why(one: float, other: float | None, rest: float | None, why: str) -> None:
    fixed = [] if other is None else [Part(100, stated(other))]
    found = needed(0.5, Part(0, stated(one)), fixed, None if rest is None else Part(100, stated(rest)))
    assert found.items is found.low is found.high is None
    assert why in found.why


def test_no_number_is_sure_when_the_rate_may_lie_on_the_other_side() -> None:
    found = needed(0.12, Part(0, wilson(14, 100)), [Part(1_000, wilson(1, 1_000))])
    assert found.items is not None
    assert found.high is None
    assert found.why == UNSURE


def test_the_interval_covers_and_so_does_that_of_the_number() -> None:
    """Of 5,000 simulated pairs of judged samples, about 95 % of the intervals hold the truth."""
    rng = np.random.default_rng(4)
    repeats, (n_a, n_b), (p_a, p_b), (items_a, items_b), target = 5_000, (120, 400), (0.8, 0.06), (9_000, 17_000), 0.3
    truth = (items_a * p_a + items_b * p_b) / (items_a + items_b)
    number = items_b * (target - p_b) / (p_a - target)
    outcomes, at = np.unique(
        np.stack([rng.binomial(n_a, p_a, repeats), rng.binomial(n_b, p_b, repeats)]), axis=1, return_inverse=True
    )
    low_a, high_a = mid_p_many(outcomes[0], n_a)
    low_b, high_b = mid_p_many(outcomes[1], n_b)
    share, count = np.zeros(outcomes.shape[1], bool), np.zeros(outcomes.shape[1], bool)
    for place in range(outcomes.shape[1]):
        a = Part(items_a, Estimate(outcomes[0, place] / n_a, low_a[place], high_a[place], n_a, METHOD))
        b = Part(items_b, Estimate(outcomes[1, place] / n_b, low_b[place], high_b[place], n_b, METHOD))
        low, _, high = ends(mix([a, b]))
        share[place] = low <= truth <= high
        found = needed(target, a, [b])
        assert found.low is not None
        count[place] = found.low - 1 <= number <= (found.high or math.inf) + 1
    assert share[at].mean() == pytest.approx(0.95, abs=0.012)
    assert count[at].mean() == pytest.approx(0.95, abs=0.012)
