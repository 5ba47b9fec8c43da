"""The logistic model, its fitting, and what its cross-validation says."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.decide import model as model_module
from tacit.dialogue.decide.answerability import answerability
from tacit.dialogue.decide.model import LogisticModel, Weight, read_weights
from tacit.dialogue.decide.training import cross_fit, fit, folds
from tacit.errors import DataError, InsufficientDataError, UsageError

MODEL = LogisticModel("late", (Weight("hour", 12.0, 4.0, 1.5, -0.5), Weight("dark", 0.5, 0.5, 1.0)), 0.25)


def drawn(n: int, seed: int = 0) -> tuple[list[dict[str, float | None]], list[int], list[str]]:
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(size=n), rng.normal(size=n)
    labels = (rng.random(n) < 1 / (1 + np.exp(1.5 - 2 * x))).astype(int).tolist()
    rows: list[dict[str, float | None]] = [{"x": float(a), "noise": float(b)} for a, b in zip(x, noise, strict=True)]
    return rows, labels, [f"c{at // 5}" for at in range(n)]


def test_json_keeps_the_model() -> None:
    back = LogisticModel.from_json(json.loads(json.dumps(MODEL.to_json())))
    assert back == MODEL
    assert back.predict({"hour": 17.0, "dark": 1.0}) == MODEL.predict({"hour": 17.0, "dark": 1.0})


def test_a_missing_signal_counts_as_the_mean_and_by_its_own_weight() -> None:
    at_means = MODEL.log_odds({"hour": 12.0, "dark": 0.5})
    assert at_means == pytest.approx(0.25)
    for gone in (None, math.nan, math.inf):
        assert MODEL.log_odds({"hour": gone, "dark": 0.5}) == pytest.approx(at_means - 0.5)
    assert MODEL.log_odds({}) == MODEL.log_odds({"hour": None, "dark": None})


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_far_values_stay_probabilities(hour: float, dark: float) -> None:
    assert 0 < MODEL.predict({"hour": hour, "dark": dark}) < 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {}, {"weights": 3}, MODEL.to_json() | {"intercept": math.nan}, MODEL.to_json() | {"slope": "steep"},
        MODEL.to_json() | {"weights": [{"name": "a", "mean": 0.0, "scale": 0.0, "coefficient": 1.0}]},
        MODEL.to_json() | {"unknown": 1},
    ],
)  # fmt: skip
def test_what_is_no_model_is_refused(spoilt: dict[str, object]) -> None:
    with pytest.raises(DataError):
        LogisticModel.from_json(spoilt)


def test_weights_that_are_not_there_are_a_broken_installation() -> None:
    with pytest.raises(DataError, match="Install tacit again"):
        read_weights("nothing of the kind")


def test_fit_finds_the_coefficients_that_made_the_labels() -> None:
    rows, labels, _ = drawn(4000)
    model = fit(rows, labels, ["x", "noise"], target="y", ridge=1e-6)
    x, noise = model.weights
    assert x.coefficient / x.scale == pytest.approx(2, abs=0.2)
    assert noise.coefficient == pytest.approx(0, abs=0.15)
    assert model.log_odds({"x": 0.0, "noise": 0.0}) == pytest.approx(-1.5, abs=0.2)


def test_fit_is_at_the_minimum_of_the_penalised_likelihood() -> None:
    rows, labels, _ = drawn(80, seed=3)
    fitted = fit(rows, labels, ["x", "noise"], target="y", ridge=2.0)

    def loss(shift: float, which: int) -> float:
        odds = [fitted.intercept + sum(fitted.shares(row).values()) for row in rows]
        weight = fitted.weights[which]
        far = [((row[weight.name] or 0.0) - weight.mean) / weight.scale for row in rows]
        moved = [o + shift * f for o, f in zip(odds, far, strict=True)]
        fits = sum(math.log1p(math.exp(-o if y else o)) for o, y in zip(moved, labels, strict=True))
        squares = [(w.coefficient + (shift if at == which else 0)) ** 2 for at, w in enumerate(fitted.weights)]
        return fits + sum(squares)

    for which in (0, 1):
        assert loss(0.0, which) < min(loss(0.01, which), loss(-0.01, which))


def test_fit_weighs_that_a_signal_is_missing() -> None:
    rows: list[dict[str, float | None]] = [{"x": None} if at % 2 else {"x": float(at)} for at in range(200)]
    model = fit(rows, [at % 2 for at in range(200)], ["x"], target="odd")
    assert model.weights[0].missing > 1
    assert model.predict({"x": None}) > 0.8
    assert model.predict({"x": 100.0}) < 0.2


def test_fit_needs_both_kinds() -> None:
    with pytest.raises(InsufficientDataError, match="both kinds"):
        fit([{"x": 1.0}], [1], ["x"], target="y")


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 1)), min_size=1, max_size=60), st.integers(0, 9))
def test_folds_never_part_a_group(rows: list[tuple[str, int]], seed: int) -> None:
    groups, labels = [group for group, _ in rows], [label for _, label in rows]
    fold = folds(groups, labels, 3, seed)
    assert all(len({int(fold[at]) for at, g in enumerate(groups) if g == group}) == 1 for group in set(groups))


def test_folds_share_out_the_positives() -> None:
    groups = [f"c{at // 4}" for at in range(80)]
    fold = folds(groups, [int(at % 4 == 0) for at in range(80)], 5)
    assert np.bincount(fold).tolist() == [16] * 5


def test_cross_fit_is_calibrated_and_sees_no_skill_in_noise() -> None:
    rows, labels, groups = drawn(600, seed=2)
    model, held = cross_fit(rows, labels, groups, ["x"], target="y")
    assert held.mean() == pytest.approx(np.mean(labels), abs=1e-6)
    assert model.auroc.value is not None
    assert model.auroc.value > 0.75
    noise, _ = cross_fit(rows, labels, groups, ["noise"], target="y")
    assert noise.auroc.low is not None
    assert noise.auroc.low < 0.5
    assert (model.n, model.positives, model.groups) == (600, sum(labels), 120)


def test_cross_fit_needs_as_many_conversations_as_folds() -> None:
    with pytest.raises(UsageError, match="5 folds"):
        cross_fit([{"x": 1.0}, {"x": 2.0}], [0, 1], ["a", "b"], ["x"], target="y")


def test_the_card_tells_what_the_weights_hold() -> None:
    card = (Path(model_module.__file__).parent / "weights" / "CARD.md").read_text(encoding="utf-8")
    models = answerability()
    for model in (models.withheld, models.foreign, models.partial):
        told = model.auroc
        row = f"{told.value:.3f} [{told.low:.3f}, {told.high:.3f}]".replace("0.", ".")
        assert row in card, model.target
    for threshold in (models.decline_above, models.partial_above):
        assert f" {threshold:.4f}".replace(" 0.", " .") in card
    for risk in (0.03, 0.05, 0.08, 0.1):
        point = models.curve.point(risk)
        row = f"| {point.threshold:.3f} | {point.risk.value:.3f} [{point.risk.low:.3f}, {point.risk.high:.3f}] "
        assert f"{row}| {point.coverage.value:.3f} |".replace("0.", ".") in card


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.real
def test_training_again_writes_the_same_bytes(real_data: Path, tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    script = [sys.executable, "scripts/train_decisions.py", "--data", str(real_data / "mtrag"), "--out", str(tmp_path)]
    subprocess.run(script, check=True, cwd=root, capture_output=True)
    shipped = Path(model_module.__file__).parent / "weights"
    for name in ("decline", "foreign", "partial", "relevance"):
        assert (tmp_path / f"{name}.json").read_bytes() == (shipped / f"{name}.json").read_bytes(), name


def test_what_is_shipped_says_where_it_comes_from() -> None:
    models = answerability()
    for model in (models.withheld, models.foreign, models.partial):
        assert "MTRAG" in model.trained_on
        assert model.n > model.positives > 50
        assert model.auroc.value is not None
        assert model.auroc.value > 0.6
    assert 0 < models.decline_above < 1
    assert 0 < models.partial_above < 1
