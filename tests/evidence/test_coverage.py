"""Every interval holds the truth as often as its documentation says.

The designs, and the way they are counted, are those of `benchmarks/coverage.py`, whose table the documentation quotes.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "coverage.py"


@cache
def bench() -> Any:
    spec = importlib.util.spec_from_file_location("coverage_bench", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def check(rows: list[Any], low: float, high: float) -> None:
    assert rows
    for row in rows:
        assert low <= row.coverage <= high, row


def of(rows: list[Any], method: str) -> list[Any]:
    return [row for row in rows if row.method == method]


def test_one_sample_near_zero_and_elsewhere() -> None:
    rows = list(bench().one_sample())
    check(of(rows, "Clopper-Pearson"), 0.95, 1.0)
    check(of(rows, "mid-P"), 0.93, 0.996)
    check(of(rows, "Wilson"), 0.90, 0.975)
    check(of(rows, "Jeffreys"), 0.90, 0.985)
    # Away from 0 (at least five expected), all but the conservative one are close to nominal.
    for row in rows:
        n, p = (float(x) for x in re.findall(r"=([\d.]+)", row.design))
        if n * p >= 5 and row.method != "Clopper-Pearson":
            assert 0.925 <= row.coverage <= 0.97, row
    # Exact limits cost width; mid-P recovers most of it.
    width = {row.method: row.width for row in rows if row.design == "n=100 p=0.01"}
    assert width["Jeffreys"] < width["mid-P"] < width["Wilson"] < width["Clopper-Pearson"]


def test_the_worst_shares_are_as_documented() -> None:
    rows = list(bench().worst_cases())
    check(of(rows, "Wilson"), 0.83, 0.85)
    check(of(rows, "Jeffreys"), 0.88, 0.905)
    check(of(rows, "mid-P"), 0.91, 0.93)


def test_differences_and_ratios() -> None:
    rows = list(bench().two_samples())
    check(of(rows, "Newcombe difference"), 0.945, 0.975)
    check(of(rows, "Koopman ratio"), 0.945, 0.975)
    assert all(row.missing < 0.01 for row in rows)


@pytest.mark.slow
def test_rogan_gladen() -> None:
    rows = list(bench().correction(draws=8000))
    # With a specificity of 0.999 or more the one label that Lang and Reiczigel add to each side weighs more than the
    # prevalence itself: there the interval is conservative.
    near_one = [row for row in rows if "Sp=0.999" in row.design]
    check(near_one, 0.99, 1.0)
    check([row for row in rows if row not in near_one], 0.943, 0.98)
    assert all(row.missing < 0.001 for row in rows)


@pytest.mark.slow
def test_prediction_powered() -> None:
    rows = list(bench().powered())
    check(of(rows, "prediction-powered"), 0.945, 0.992)
    # The alternatives that were turned down.
    assert min(row.coverage for row in of(rows, "(MOVER of Wilson)")) < 0.89
    assert min(row.coverage for row in of(rows, "(Wald)")) < 0.06


@pytest.mark.slow
def test_prediction_powered_at_its_worst() -> None:
    check(list(bench().powered_worst()), 0.92, 0.95)


@pytest.mark.slow
def test_prediction_powered_in_finite_and_infinite_populations() -> None:
    check(list(bench().powered_finite()), 0.94, 1.0)
    check(list(bench().powered_source(draws=8000)), 0.945, 0.975)


@pytest.mark.slow
def test_precision_recall_and_f1() -> None:
    rows = list(bench().scores_random(draws=500))
    for name in ("precision", "recall", "F1"):
        check(of(rows, name), 0.93, 0.995)


@pytest.mark.slow
def test_weighted_scores() -> None:
    # Conservative where the weights differ among the detected: the effective sample ignores that groups were fixed.
    check(list(bench().precision_weighted(least=2e-4)), 0.94, 1.0)
    check(list(bench().scores_weighted(least=2e-4)), 0.94, 0.995)


@pytest.mark.slow
def test_kappa() -> None:
    check(list(bench().agreement(draws=1000)), 0.93, 0.975)
