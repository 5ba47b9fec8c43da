"""Sample sizes and detectable effects: worked examples, inverses of each other, and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import normal_power

from tacit.errors import UsageError
from tacit.evidence.comparing.mcnemar import mcnemar
from tacit.evidence.comparing.power import (
    items_needed,
    items_needed_binary,
    minimum_detectable_effect,
    minimum_detectable_effect_binary,
    power_of,
)


def test_millers_worked_example() -> None:
    assert items_needed(0.03, 1 / 9) == 969
    assert minimum_detectable_effect(math.sqrt(1 / 9 / 969)) == pytest.approx(0.03, rel=1e-4)


def test_repeats_and_clusters_enter_as_the_formula_says() -> None:
    alone = items_needed(0.03, 0.1, sampling_variances=(0.1, 0.1))
    assert items_needed(0.03, 0.1, sampling_variances=(0.1, 0.1), repeats=(2, 2)) == pytest.approx(alone * 2 / 3, abs=1)
    assert items_needed(0.03, 0.1, design_effect=3) == pytest.approx(3 * items_needed(0.03, 0.1), abs=3)
    assert items_needed(-0.03, 0.1) == items_needed(0.03, 0.1)


@given(st.floats(0.001, 0.2), st.floats(0.001, 0.1))
def test_power_matches_statsmodels(delta: float, se: float) -> None:
    expected = normal_power(delta / se, 1, 0.05, alternative="two-sided")
    assert power_of(delta, se) == pytest.approx(expected, abs=1e-9)
    assert power_of(minimum_detectable_effect(se), se) == pytest.approx(0.8, abs=1e-4)


@given(st.floats(0.02, 0.9), st.integers(10, 100_000), st.floats(1, 5))
def test_mcnemar_size_and_effect_are_inverses(discordance: float, items: int, design_effect: float) -> None:
    delta = minimum_detectable_effect_binary(discordance, items, design_effect=design_effect)
    if math.isinf(delta):
        # Even a gain on every item that differs needs more items.
        assert items_needed_binary(discordance, 0, design_effect=design_effect) >= items
        return
    needed = items_needed_binary((discordance + delta) / 2, (discordance - delta) / 2, design_effect=design_effect)
    assert needed == pytest.approx(items, rel=1e-6, abs=1)


@pytest.mark.slow
def test_the_items_named_give_the_power_named() -> None:
    gained, lost = 0.12, 0.06
    items = items_needed_binary(gained, lost)
    tables = np.random.default_rng(0).multinomial(items, [gained, lost, 1 - gained - lost], 400)
    found = np.mean([mcnemar(int(a), int(b)).mid_p <= 0.05 for a, b, _ in tables])
    assert found == pytest.approx(0.8, abs=0.05)


def test_what_is_refused() -> None:
    with pytest.raises(UsageError, match="power"):
        minimum_detectable_effect(0.1, power=0.2)
    with pytest.raises(UsageError, match="standard error"):
        minimum_detectable_effect(-1)
    with pytest.raises(UsageError, match="delta"):
        items_needed(0, 0.1)
    with pytest.raises(UsageError, match="variance"):
        items_needed(0.1, 0)
    with pytest.raises(UsageError, match="differ"):
        items_needed_binary(0.1, 0.1)
    with pytest.raises(UsageError, match="items"):
        minimum_detectable_effect_binary(0.1, 0)
