"""Spread over prompts: level without an effect, correction and coverage with one."""

from __future__ import annotations

import numpy as np
import pytest

from tacit.errors import DataError, InsufficientDataError
from tacit.evidence.comparing.prompts import prompt_spread


def drawn(seed: int, shifts: tuple[float, ...], items: int = 200) -> np.ndarray:
    rng = np.random.default_rng(seed)
    right: np.ndarray = rng.random((items, len(shifts))) < rng.uniform(0.2, 0.6, (items, 1)) + np.array(shifts)
    return right.astype(float)


@pytest.mark.slow
def test_without_an_effect_chance_gives_what_is_stated() -> None:
    found = [prompt_spread(drawn(seed, (0.0,) * 5), draws=300) for seed in range(200)]
    assert np.mean([f.observed for f in found]) == pytest.approx(np.mean([f.expected for f in found]), rel=0.05)
    assert 0.01 <= np.mean([f.p_value <= 0.05 for f in found]) <= 0.1
    assert np.mean([f.spread.low == f.sd.low == 0 for f in found]) >= 0.95
    corrected = np.mean([f.spread.value for f in found])
    assert corrected < 0.8 * np.mean([f.observed for f in found])


@pytest.mark.slow
def test_with_an_effect_the_interval_holds_it() -> None:
    shifts = (0.0, 0.1, 0.3)
    found = [prompt_spread(drawn(seed, shifts), draws=400) for seed in range(200)]
    assert 0.90 <= np.mean([f.spread.low <= 0.3 <= f.spread.high for f in found]) <= 0.985  # type: ignore[operator]
    sd = float(np.std(shifts, ddof=1))
    assert 0.90 <= np.mean([f.sd.low <= sd <= f.sd.high for f in found]) <= 0.985  # type: ignore[operator]
    assert all(f.p_value < 0.01 for f in found)


def test_values_by_hand_and_clusters() -> None:
    table = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    found = prompt_spread(table, draws=200)
    assert found.means.tolist() == [0.75, 0.25]
    assert found.observed == 0.5
    copies = np.tile(drawn(0, (0.0, 0.2), items=30), (10, 1))
    alone = prompt_spread(copies, draws=500).spread
    together = prompt_spread(copies, clusters=np.tile(np.arange(30), 10), draws=500).spread
    assert together.high - together.low > 2 * (alone.high - alone.low)  # type: ignore[operator]


def test_what_is_refused() -> None:
    with pytest.raises(InsufficientDataError, match="2 variants"):
        prompt_spread([[1.0], [0.0]])
    with pytest.raises(DataError, match="shape"):
        prompt_spread([1.0, 0.0])
    with pytest.raises(DataError, match="no finite number"):
        prompt_spread([[1.0, np.nan], [0.0, 1.0]])
