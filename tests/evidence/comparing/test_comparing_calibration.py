"""Calibration errors: by hand, where the truth is known, and where there is nothing to find."""

from __future__ import annotations

import numpy as np
import pytest

from tacit.errors import DataError, InsufficientDataError
from tacit.evidence.comparing.calibration import calibration


def drawn(n: int, shift: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    confidence = rng.uniform(0.3, 0.9, n)
    return confidence, rng.random(n) < confidence - shift


def test_errors_by_hand() -> None:
    confidence = [0.1, 0.2, 0.3, 0.4, 0.8, 0.8, 0.9, 0.9]
    correct = [0, 0, 1, 0, 1, 1, 1, 0]
    found = calibration(confidence, correct, bins=2, draws=200).raw
    assert found.plug_in == pytest.approx(abs(1.0 - 1) / 8 + abs(3.4 - 3) / 8)
    assert found.brier.value == pytest.approx(np.mean((np.array(confidence) - correct) ** 2))
    assert "2 equal-mass bins" in found.ece.method


def test_order_of_the_items_and_ties_do_not_matter() -> None:
    rng = np.random.default_rng(0)
    confidence, correct = rng.choice([0.2, 0.5, 0.9], 300), rng.random(300) < 0.5
    order = rng.permutation(300)
    first, second = (
        calibration(c, r, draws=200).raw for c, r in ((confidence, correct), (confidence[order], correct[order]))
    )
    assert first.plug_in == pytest.approx(second.plug_in)
    assert "3 equal-mass bins" in first.ece.method


@pytest.mark.slow
def test_chance_alone_gives_the_error_stated() -> None:
    plug_ins, rejected, held, expected = [], 0, 0, 0.0
    for seed in range(60):
        found = calibration(*drawn(600, 0.0, seed), draws=200, seed=seed).raw
        plug_ins.append(found.plug_in)
        rejected += found.p_value <= 0.1
        held += found.ece.low == 0
        expected = found.expected
    assert np.mean(plug_ins) == pytest.approx(expected, rel=0.1)
    assert 1 <= rejected <= 13
    assert held >= 55
    assert expected > 0.03


@pytest.mark.slow
def test_the_correction_and_the_interval_where_the_error_is_known() -> None:
    values, plug_ins, held = [], [], 0
    for seed in range(80):
        found = calibration(*drawn(600, 0.08, seed), draws=300, seed=seed).raw
        assert found.ece.value is not None
        assert found.ece.low is not None
        assert found.ece.high is not None
        values.append(found.ece.value)
        plug_ins.append(found.plug_in)
        held += found.ece.low <= 0.08 <= found.ece.high
    assert np.mean(plug_ins) > 0.087
    assert 0.073 < np.mean(values) < 0.083
    assert held >= 70


def test_normalising_by_the_label_mass() -> None:
    confidence, correct = drawn(3000, 0.0)
    mass = np.full(3000, 0.6)
    found = calibration(confidence * mass, correct, label_mass=mass, draws=300)
    assert found.normalised is not None
    assert found.label_mass is not None
    assert found.label_mass.value == pytest.approx(0.6)
    assert found.raw.plug_in > 0.2
    assert found.raw.p_value < 0.01
    assert found.normalised.plug_in < 0.05
    assert found.normalised.plug_in == calibration(confidence * mass / mass, correct, draws=300).raw.plug_in


def test_what_is_refused() -> None:
    confidence, correct = drawn(100, 0.0)
    with pytest.raises(InsufficientDataError, match="at least 30 items"):
        calibration(confidence[:20], correct[:20])
    with pytest.raises(DataError, match="outside"):
        calibration(confidence + 1, correct)
    with pytest.raises(DataError, match="0 or a 1"):
        calibration(confidence, correct[:50])
    with pytest.raises(DataError, match="legal labels"):
        calibration(confidence, correct, label_mass=confidence / 2)
