"""The synthetic study: how it is put together, and, slowly, that it finds what the theory says."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest

from tacit.errors import UsageError
from tacit.runs.engine import get_engine
from tacit.studies.forgetting.theory import (
    BASE,
    TASKS,
    TUNED,
    TheoryPreset,
    TheoryResult,
    TheoryTask,
    collect,
    run_theory,
    theory_tasks,
    work,
)
from tacit.studies.training import work_off

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra 'laboratory')")

SMALL = TheoryPreset(seeds=2, iterations=700, batch=60, queries=200, prompts=1_000, longest=20)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Any:
    """Put back what `work` sets for its process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@cache
def outcomes() -> tuple[bytes, ...]:
    return tuple(work(task) for task in theory_tasks(SMALL))


@cache
def small() -> TheoryResult:
    return collect(outcomes())


@pytest.mark.slow
@pytest.mark.long
def test_everything_is_measured_and_simulation_agrees_with_exact_errors() -> None:
    result = small()
    assert [(curve.method, curve.task) for curve in result.curves] == [(m, t) for m in (BASE, *TUNED) for t in TASKS]
    for curve in result.curves:
        assert len(curve.errors) == len(curve.exact) == SMALL.longest + 1
        assert (curve.formula is None) == (curve.method == "ZS+FS all"), "of which the theory says nothing"
        values = np.array([estimate.value for estimate in curve.errors])
        assert (np.abs(values - curve.exact) < 5 * np.array(curve.standard_errors)).all(), (curve.method, curve.task)
    for found in result.retention:
        assert found.exact is not None
        half = (found.over_prompts.high or 0) - (found.over_prompts.value or 0)
        assert abs(np.mean(found.by_seed) - found.exact) < 2.5 * half
        assert found.over_seeds.n == SMALL.seeds
    assert result.null_error == pytest.approx(1.1)
    assert json.loads(json.dumps(result.to_json()))["preset"]["seeds"] == SMALL.seeds


@pytest.mark.slow
def test_even_a_small_study_tells_the_methods_apart() -> None:
    result = small()
    assert set(result.parameters("ZS V").moved) == {0.0}
    assert max(result.parameters("ZS all").symmetric) < 0.1 * min(result.parameters(BASE).symmetric)
    retained = {found.method: found.exact or 0 for found in result.retention}
    assert retained["ZS all"] < 0.2
    assert 0.8 < retained["ZS+FS V"] < retained["ZS V"]
    assert (result.few_shot_gain.value or 0) < 0, "the few-shot loss helps the target"
    wanted = result.parameters("ZS+FS V").expected
    assert wanted is not None
    assert result.parameters("ZS+FS V").weight == pytest.approx((wanted, wanted), abs=0.08)


def unlearned() -> list[TheoryTask]:
    return theory_tasks(TheoryPreset(seeds=2, iterations=2, batch=4, queries=4, prompts=100, longest=2, shots=1))


def test_the_work_can_be_shared_and_nothing_learned_is_nothing_to_retain() -> None:
    tasks = unlearned()
    alone = [work(task) for task in tasks]
    with get_engine("local", workers=2) as engine:
        assert work_off(work, tasks, engine) == alone
    result = collect(alone)
    for found in result.retention:
        assert found.over_seeds.value is found.over_prompts.value is found.exact is None
        assert "nothing to retain" in found.over_seeds.missing


def test_outcomes_must_be_complete() -> None:
    with pytest.raises(UsageError, match="2 seeds, and the outcomes of 1"):
        collect([work(unlearned()[0])])
    with pytest.raises(UsageError, match="outcomes of 0"):
        collect([])
    with pytest.raises(UsageError, match="at least 2"):
        TheoryPreset(seeds=1)
    with pytest.raises(UsageError, match="beyond the longest"):
        TheoryPreset(longest=10)


@pytest.mark.slow
@pytest.mark.long
def test_the_study_finds_what_the_theory_says() -> None:
    result = run_theory()
    before, after = result.parameters(BASE).symmetric, result.parameters("ZS all").symmetric
    assert max(after) < 0.03 * min(before)
    low = {found.method: found.over_seeds.low for found in result.retention}
    assert (result.retained("ZS all").over_seeds.high or 0) < 0
    assert (low["ZS V"] or 0) >= 0.90
    assert (low["ZS+FS V"] or 0) >= 0.85
    assert (result.few_shot_gain.high or 0) < 0
    for curve in result.curves:
        if curve.formula is not None:
            # Steps of a fixed size on noisy gradients end near the optimum, not at it: most of it at 0 demonstrations.
            np.testing.assert_allclose(curve.exact, curve.formula, rtol=0.15)
            np.testing.assert_allclose(curve.exact[5:], curve.formula[5:], rtol=0.05)
