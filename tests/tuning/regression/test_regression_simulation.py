"""Simulated errors: they are what the formulas say, and their standard errors are honest."""

from __future__ import annotations

import numpy as np
import pytest

from tacit.errors import UsageError
from tacit.tuning.regression.closed_forms import error_all, error_pretrained, error_value
from tacit.tuning.regression.moments import expected_error
from tacit.tuning.regression.problem import Array, Problem, draw_task, sphere_mean
from tacit.tuning.regression.simulate import simulate

SHOTS = [0, 1, 5, 20]


def covariance(inputs: int) -> tuple[tuple[float, ...], ...]:
    """Scales that differ by 4, and neighbours that are correlated."""
    scales = np.linspace(0.7, 1.4, inputs)
    apart = np.abs(np.subtract.outer(np.arange(inputs), np.arange(inputs)))
    return tuple(map(tuple, (np.outer(scales, scales) * 0.4**apart).tolist()))


def theoretical(problem: Problem, target: Array) -> dict[str, tuple[Array, Array]]:
    """Parameters of the forms that the closed forms are about."""
    d = problem.inputs
    pretrained, tuned = np.zeros((d + 2, d + 2)), np.zeros((d + 2, d + 2))
    pretrained[1:-1, 1:-1] = 0.8 * np.linalg.inv(problem.sigma)
    tuned[0, 0] = 1.0
    return {
        "pretrained": (pretrained, np.eye(d + 2)[-1]),
        "all": (tuned, np.array([0, *target, 1.9])),
        "value": (pretrained, np.array([0, *target / (0.8 * (d + 4)), 0.65 / 0.8])),
    }


def assert_formulas_hold(problem: Problem, cosine: float, prompts: int) -> None:
    """Each closed form within 1 % of simulation."""
    d = problem.inputs
    target, other = np.eye(d)[0], np.eye(d)[-1]
    task = cosine * target + np.sqrt(1 - cosine**2) * other
    found = simulate(theoretical(problem, target), problem, SHOTS, task=task, prompts=prompts, seed=d)
    wanted = [
        error_pretrained(SHOTS, task, 0.8, problem),
        error_all(SHOTS, task, target, 1.9, problem),
        error_value(SHOTS, task, target, 0.65, problem),
    ]
    np.testing.assert_allclose(found.errors, wanted, rtol=0.01)


@pytest.mark.parametrize(("problem", "cosine"), [(Problem(3, 0.3, covariance(3)), -0.5)])
def test_each_closed_form_is_within_one_percent_of_simulation(problem: Problem, cosine: float) -> None:
    assert_formulas_hold(problem, cosine, 200_000)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("cosine", [1.0, 0.4, 0.0, -1.0])
@pytest.mark.parametrize("inputs", [3, 5, 10])
def test_each_closed_form_is_within_one_percent_of_simulation_everywhere(inputs: int, cosine: float) -> None:
    assert_formulas_hold(Problem(inputs, 0.1), cosine, 500_000)
    assert_formulas_hold(Problem(inputs, 0.5, covariance(inputs)), cosine, 500_000)


@pytest.mark.parametrize("own_tasks", [False, True])
def test_simulation_agrees_with_exact_moments_for_any_parameters(own_tasks: bool) -> None:
    draw, problem = np.random.default_rng(1), Problem(4, 0.2, covariance(4))
    query_key, value = 0.4 * draw.standard_normal((6, 6)), 0.5 * draw.standard_normal(6)
    task = None if own_tasks else draw_task(4, 2)
    found = simulate({"any": (query_key, value)}, problem, SHOTS, task=task, prompts=60_000, seed=3)

    def exact(theta: Array) -> Array:
        return expected_error(query_key, value, SHOTS, theta, problem)

    wanted = sphere_mean(exact, 4) if task is None else exact(task)
    assert (np.abs(found.errors[0] - wanted) < 4 * found.standard_errors[0]).all()


def test_standard_errors_are_what_other_prompts_would_give() -> None:
    problem = Problem(3)
    models = theoretical(problem, np.eye(3)[0])
    many = [simulate(models, problem, [0, 10], prompts=2_000, seed=seed) for seed in range(60)]
    # The standard deviation of 60 values is known to within a tenth, and squared errors have heavy tails.
    spread = np.std([found.errors for found in many], axis=0)
    np.testing.assert_allclose(np.mean([found.standard_errors for found in many], axis=0), spread, rtol=0.4)
    pairs = [found.retention("value", "pretrained", 10, 1.1) for found in many]
    retention, claimed = np.array([pair for pair in pairs if pair is not None]).T
    assert len(retention) == len(many)
    np.testing.assert_allclose(claimed.mean(), retention.std(), rtol=0.4)


def test_a_model_retains_all_of_itself() -> None:
    problem = Problem(3)
    base = theoretical(problem, np.eye(3)[0])["pretrained"]
    found = simulate({"base": base, "copy": base}, problem, [10], prompts=500)
    assert found.retention("copy", "base", 10, 1.1) == pytest.approx((1.0, 0.0), abs=1e-9)


def test_nothing_can_be_retained_of_nothing() -> None:
    nothing = np.zeros((5, 5)), np.zeros(5)
    found = simulate({"base": nothing, "tuned": nothing}, Problem(3), [10], task=[1, 0, 0], prompts=500)
    assert found.retention("tuned", "base", 10, 1.1) is None
    assert found.retention("tuned", "base", 10, 9.9) is not None


def test_the_same_seed_gives_the_same_errors_whatever_else_is_asked() -> None:
    problem = Problem(3)
    models = theoretical(problem, np.eye(3)[0])
    found = simulate(models, problem, [0, 5, 8], prompts=7_000, seed=1)
    alone = simulate({"value": models["value"]}, problem, [8], prompts=7_000, seed=1)
    assert alone.errors[0, 0] == found.errors[2, 2]
    assert simulate(models, problem, [0, 5, 8], prompts=7_000, seed=2).errors[0, 0] != found.errors[0, 0]


def test_what_cannot_be_simulated_is_refused() -> None:
    problem = Problem(3)
    nothing = {"nothing": (np.zeros((5, 5)), np.zeros(5))}
    for models, shots, prompts in (({}, [0], 10), (nothing, [], 10), (nothing, [-1], 10), (nothing, [0], 1)):
        with pytest.raises(UsageError, match="Simulating takes"):
            simulate(models, problem, shots, prompts=prompts)
    found = simulate(nothing, problem, [0], prompts=10)
    with pytest.raises(UsageError, match="was not simulated"):
        found.at("nothing", 3)
