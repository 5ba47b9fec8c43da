"""A reduced `benchmarks/coverage_comparing.py`: what ``auto`` reports holds the truth as often as it says."""

from __future__ import annotations

import importlib.util
import math
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).resolve().parents[3] / "benchmarks" / "coverage_comparing.py"
RUNS = 250
LEAST = 0.95 - 0.015 - 2.5 * math.sqrt(0.95 * 0.05 / RUNS)
MOST = 0.95 + 0.015 + 2.5 * math.sqrt(0.95 * 0.05 / RUNS)


@cache
def bench() -> Any:
    spec = importlib.util.spec_from_file_location("coverage_comparing_bench", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    vars(module)["DRAWS"] = 500
    return module


def covered(rows: Any) -> dict[str, float]:
    return {row.method: row.coverage for row in rows}


@pytest.mark.parametrize(("p", "n"), [(0.02, 30), (0.5, 30), (0.98, 100), (0.02, 1000)])
def test_one_accuracy(p: float, n: int) -> None:
    assert covered(bench().single(bench().right(p), n, n, ("auto",), simulations=RUNS))["auto"] >= LEAST


@pytest.mark.parametrize(("a", "b"), [(2, 2), (0.5, 24.5), (24.5, 0.5)])
def test_one_mean_of_few_scores_also_near_the_ends(a: float, b: float) -> None:
    found = covered(bench().single(bench().beta(a, b), 30, 30, ("auto", "t"), simulations=RUNS))
    assert LEAST <= found["auto"] <= MOST
    assert found["auto"] >= found["t"] - 0.01


@pytest.mark.parametrize(("p", "n", "clusters"), [(0.02, 100, 20), (0.5, 100, 8), (0.02, 1000, 30)])
def test_one_accuracy_in_few_clusters(p: float, n: int, clusters: int) -> None:
    found = covered(bench().single(bench().right(p), n, clusters, ("auto",), simulations=RUNS))
    assert found["auto"] >= LEAST


@pytest.mark.parametrize(("before", "after", "n"), [(0.5, 0.6, 30), (0.02, 0.04, 30), (0.98, 0.96, 100)])
def test_paired_accuracies(before: float, after: float, n: int) -> None:
    right = bench().right
    assert covered(bench().pairs(right(before), right(after), n, n, ("auto",), simulations=RUNS))["auto"] >= LEAST


@pytest.mark.parametrize(("n", "clusters"), [(30, 30), (100, 8), (100, 20)])
def test_paired_means(n: int, clusters: int) -> None:
    beta = bench().beta
    found = covered(bench().pairs(beta(6, 0.5), beta(9, 0.5), n, clusters, ("auto", "bca"), simulations=RUNS))
    assert LEAST <= found["auto"] <= MOST + 0.01
    if clusters == 8:
        # Why few clusters get t with Satterthwaite's degrees of freedom instead of the bootstrap.
        assert found["bca"] < found["auto"] - 0.02


def test_few_changes_among_many_ties() -> None:
    beta = bench().beta
    found = covered(
        bench().pairs(beta(2, 2), beta(2, 1.5)._replace(changed=0.1), 30, 30, ("auto", "t"), simulations=RUNS)
    )
    assert found["auto"] >= LEAST
    assert found["t"] < 0.9
