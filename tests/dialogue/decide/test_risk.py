"""Risk against coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.decide.answerability import answerability
from tacit.dialogue.decide.risk import RiskCurve, aurc, risk_curve
from tacit.errors import DataError, InsufficientDataError, UsageError

TURNS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=2, max_size=60).filter(
    lambda rows: 0 < sum(label for _, label in rows) < len(rows)
)


def graded(n: int = 400) -> tuple[list[float], list[int]]:
    rng = np.random.default_rng(0)
    p = rng.random(n) * 0.5
    return p.tolist(), (rng.random(n) < p).astype(int).tolist()


@given(TURNS)
def test_counts_are_those_of_counting(rows: list[tuple[float, int]]) -> None:
    p, labels = [p for p, _ in rows], [label for _, label in rows]
    curve = risk_curve(p, labels)
    for threshold, missed, passed in zip(curve.thresholds, curve.missed, curve.passed, strict=True):
        assert missed == sum(label for value, label in rows if value <= threshold)
        assert passed == sum(1 - label for value, label in rows if value <= threshold)
    assert (curve.missed[-1], curve.passed[-1]) == (curve.unanswerable, curve.answerable)


@given(TURNS, st.floats(0.01, 0.99))
def test_no_threshold_left_out_would_be_better(rows: list[tuple[float, int]], risk: float) -> None:
    """Of all thresholds that keep the risk, one that is kept answers most."""
    curve = risk_curve([p for p, _ in rows], [label for _, label in rows])
    most = 0
    for threshold in {p for p, _ in rows}:
        answered = [label for p, label in rows if p <= threshold]
        if sum(answered) / len(answered) <= risk:
            most = max(most, len(answered))
    kept = [m + a for m, a in zip(curve.missed, curve.passed, strict=True) if m + a and m / (m + a) <= risk]
    assert max(kept, default=0) == most


def test_the_point_keeps_the_risk_and_a_lower_risk_answers_less() -> None:
    curve = risk_curve(*graded())
    points = [curve.point(risk) for risk in (0.1, 0.15, 0.2)]
    for point, risk in zip(points, (0.1, 0.15, 0.2), strict=True):
        assert point.risk.value is not None
        assert point.risk.low is not None
        assert point.risk.low <= point.risk.value <= risk
    coverages = [point.coverage.value or 0.0 for point in points]
    assert coverages == sorted(coverages)
    assert coverages[0] < coverages[-1]


def test_more_unanswerable_turns_mean_less_coverage_at_the_same_risk() -> None:
    curve = risk_curve(*graded())
    few, as_seen, many = (curve.point(0.2, share) for share in (0.1, None, 0.4))
    assert few.threshold > as_seen.threshold > many.threshold
    own = curve.at(as_seen.threshold, curve.share)
    assert own.risk.value == pytest.approx(as_seen.risk.value)
    assert own.coverage.value == pytest.approx(as_seen.coverage.value)
    assert "known" in own.risk.method


def test_a_risk_that_cannot_be_reached_says_what_can() -> None:
    with pytest.raises(UsageError, match=r"lowest is .* turns are answered"):
        answerability().curve.point(0.001)


@pytest.mark.parametrize(("risk", "share"), [(0.0, None), (1.0, None), (0.1, 0.0), (0.1, 1.2)])
def test_risks_and_shares_are_shares(risk: float, share: float | None) -> None:
    with pytest.raises(UsageError, match="between 0 and 1"):
        answerability().curve.point(risk, share)


def test_below_the_lowest_threshold_nothing_is_answered() -> None:
    curve = risk_curve([0.2, 0.4], [0, 1])
    assert curve.at(0.1).risk.value is None
    assert curve.at(0.1).coverage.value == 0


def test_aurc_is_the_mean_of_the_risks() -> None:
    p, labels = graded(50)
    order = np.argsort(p)
    risks = [np.mean(np.array(labels)[order[:n]]) for n in range(1, 51)]
    assert aurc(p, labels) == pytest.approx(np.mean(risks))
    assert aurc([0.5] * 50, labels) == pytest.approx(np.mean(labels))


def test_json_keeps_the_curve() -> None:
    curve = risk_curve(*graded())
    assert RiskCurve.from_json(curve.to_json()) == curve
    with pytest.raises(DataError):
        RiskCurve.from_json({"thresholds": [1.0], "missed": [], "passed": [1], "unanswerable": 1, "answerable": 1})
    with pytest.raises(DataError):
        RiskCurve.from_json({"thresholds": 3})
    with pytest.raises(DataError, match="30 turns"):
        RiskCurve.from_json(risk_curve([0.1, 0.2], [0, 1]).to_json())


def test_a_curve_needs_both_kinds() -> None:
    with pytest.raises(InsufficientDataError):
        risk_curve([0.1, 0.2], [0, 0])
