"""The closed forms: the published constants, each other, and exact moments for any covariance."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import UsageError
from tacit.tuning.regression.closed_forms import (
    best_preconditioner,
    best_scale,
    best_weight,
    critical_shots,
    error_all,
    error_pretrained,
    error_value,
    published_scale,
    zero_shot_floor,
)
from tacit.tuning.regression.moments import expected_error, solve_values, value_quadratic
from tacit.tuning.regression.problem import Array, Problem, draw_task, sphere_mean

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

PLAIN = Problem()
TARGET = np.eye(5)[0]
SHOTS = [0, 1, 2, 5, 10, 20, 40, np.inf]
SCALE = published_scale(20, 5)
TASKS = {"same": TARGET, "opposite": -TARGET, "orthogonal": np.eye(5)[1]}

# Design 1.12: d = 5, Sigma = I, noise .1, |theta| = 1, with 0, 1, 2, 5, 10, 20, 40 and infinitely many demonstrations.
ALL = {
    "same": [0.1, 2.5786, 2.5254, 2.0325, 1.6632, 1.4113, 1.2639, 1.1],
    "opposite": [4.1, 2.6555, 2.1493, 1.6308, 1.3911, 1.2529, 1.1785, 1.1],
    "orthogonal": [2.1, 2.617, 2.3373, 1.8317, 1.5271, 1.3321, 1.2212, 1.1],
}
VALUE = {
    "same": [0.3222, 1.4089, 1.242, 0.8104, 0.5268, 0.3402, 0.2327, 0.1143],
    "opposite": [3.4333, 1.9901, 1.4357, 0.8446, 0.5638, 0.4, 0.311, 0.2169],
    "orthogonal": [1.8778, 1.6995, 1.3388, 0.8275, 0.5453, 0.3701, 0.2719, 0.1656],
}
WEIGHTED = {
    "same": [0.3222, 1.1272, 1.0006, 0.6766, 0.464, 0.3243, 0.2438, 0.1551],
    "opposite": [3.4333, 1.8875, 1.3649, 0.8387, 0.5983, 0.4606, 0.3866, 0.3089],
    "orthogonal": [1.8778, 1.5074, 1.1828, 0.7577, 0.5312, 0.3925, 0.3152, 0.232],
}


def tilted(inputs: int, noise: float = 0.1, seed: int = 0) -> Problem:
    """A problem whose inputs are correlated and differ in scale."""
    mixing = np.random.default_rng(seed).standard_normal((inputs, inputs))
    sigma = mixing @ mixing.T / inputs + 0.3 * np.eye(inputs)
    return Problem(inputs, noise, tuple(map(tuple, ((sigma + sigma.T) / 2).tolist())))


def at_cosine(target: Array, cosine: float, seed: int = 9) -> Array:
    """A task of length 1.3 at a given cosine to the target."""
    other = draw_task(len(target), seed)
    other -= other @ target * target / (target @ target)
    unit = target / np.linalg.norm(target)
    return np.asarray(1.3 * (cosine * unit + np.sqrt(1 - cosine**2) * other / np.linalg.norm(other)))


def blocks(problem: Problem, corner: float, inner: ArrayLike) -> Array:
    matrix = np.zeros((problem.inputs + 2, problem.inputs + 2))
    matrix[0, 0], matrix[1:-1, 1:-1] = corner, inner
    return matrix


@pytest.mark.parametrize("task", TASKS)
def test_the_published_constants(task: str) -> None:
    theta = TASKS[task]
    pretrained = [1.1, 1.4402, 1.192, 0.7631, 0.5083, 0.3459, 0.2538, 0.1533]
    assert error_pretrained(SHOTS, theta, SCALE, PLAIN).round(4).tolist() == pretrained
    assert error_all(SHOTS, theta, TARGET, 1 / 0.52, PLAIN).round(4).tolist() == ALL[task]
    assert error_value(SHOTS, theta, TARGET, SCALE, PLAIN).round(4).tolist() == VALUE[task]
    weight = float(best_weight(20, TARGET, TARGET, PLAIN))
    assert weight == pytest.approx(0.6540881, abs=1e-7)
    assert error_value(SHOTS, theta, TARGET, weight, PLAIN).round(4).tolist() == WEIGHTED[task]


def test_the_other_constants_and_the_errata() -> None:
    assert SCALE == 20 / 26
    assert best_scale(20, PLAIN) == pytest.approx(21 / 26.5)
    assert critical_shots(TARGET, SCALE, PLAIN) == pytest.approx(2.4375)
    assert critical_shots(TARGET, 1.0, Problem(5, 0.0)) == pytest.approx(5 - 1), "d - 1 without noise, pretrained long"
    assert zero_shot_floor(TARGET, PLAIN) == pytest.approx(2 / 9 + 0.1)
    assert best_weight(20, -TARGET, TARGET, PLAIN) == pytest.approx(0.931, abs=5e-4)
    limits = {name: float(best_weight(np.inf, theta, TARGET, PLAIN)) for name, theta in TASKS.items()}
    assert limits == pytest.approx({"same": 8 / 9, "opposite": 10 / 9, "orthogonal": 1.0})
    # The asymptote after tuning everything includes the noise, on every task.
    assert error_all(np.inf, at_cosine(TARGET, 0.3) / 1.3, TARGET, 2.0, PLAIN) == pytest.approx(1.1)


@pytest.mark.parametrize(("inputs", "cosine"), [*product((3, 5, 10), (1.0, 0.5, 0.0, -0.7))])
def test_the_closed_forms_are_exact_for_any_covariance_task_and_cosine(inputs: int, cosine: float) -> None:
    target, shots = draw_task(inputs, 1), np.array([0, 1, 5, 20, 40, np.inf])
    theta = at_cosine(target, cosine)
    for problem in (Problem(inputs, 0.1), tilted(inputs, 0.4)):
        inverse = np.linalg.inv(problem.sigma)
        one = np.eye(inputs + 2)[-1]
        scale, weight, corner, last = 0.8, 0.6, 0.7, -1.9
        found = expected_error(blocks(problem, 0, scale * inverse), one, shots, theta, problem)
        np.testing.assert_allclose(found, error_pretrained(shots, theta, scale, problem), rtol=1e-10)
        values = np.array([0, *target / (scale * (inputs + 4)), weight / scale])
        found = expected_error(blocks(problem, 0, scale * inverse), values, shots, theta, problem)
        np.testing.assert_allclose(found, error_value(shots, theta, target, weight, problem), rtol=1e-10)
        values = np.array([0, *target / corner, last])
        found = expected_error(blocks(problem, corner, np.zeros_like(inverse)), values, shots, theta, problem)
        np.testing.assert_allclose(found, error_all(shots, theta, target, last * corner, problem), rtol=1e-10)
        skewed = np.random.default_rng(2).standard_normal((inputs, inputs))
        found = expected_error(blocks(problem, 0, skewed), one, shots, theta, problem)
        np.testing.assert_allclose(found, error_pretrained(shots, theta, skewed, problem), rtol=1e-10)


def test_the_critical_number_of_demonstrations_gives_the_zero_shot_error() -> None:
    problem, theta = tilted(4), draw_task(4, 3)
    critical = critical_shots(theta, 0.9, problem)
    around = error_pretrained([0, critical, critical - 0.5, critical + 0.5], theta, 0.9, problem)
    assert around[1] == pytest.approx(around[0])
    assert around[2] > around[0] > around[3]


def test_the_best_parameters_are_best() -> None:
    shots = 12
    for problem in (Problem(4, 0.3), tilted(4, 0.3)):

        def error(preconditioner: Array | float, problem: Problem = problem) -> float:
            return float(sphere_mean(lambda theta: error_pretrained(shots, theta, preconditioner, problem), 4))

        scale, matrix = best_scale(shots, problem), best_preconditioner(shots, problem)
        assert error(scale) < min(error(scale - 0.01), error(scale + 0.01))
        for seed in range(5):
            other = 0.01 * np.random.default_rng(seed).standard_normal((4, 4))
            assert error(matrix) < min(error(matrix + other), error(matrix - other))
        assert error(matrix) <= error(scale) + 1e-12
    np.testing.assert_allclose(best_preconditioner(20, PLAIN), best_scale(20, PLAIN) * np.eye(5))


@given(st.floats(-1, 1), st.integers(0, 60), st.floats(0, 2))
def test_no_weight_is_better_than_the_best(cosine: float, shots: int, noise: float) -> None:
    problem, target = tilted(3, noise), draw_task(3, 5)
    theta = at_cosine(target, cosine)
    weight = float(best_weight(shots, theta, target, problem))
    least = error_value(shots, theta, target, weight, problem)
    for step in (-0.3, 0.05):
        # Without demonstrations the weight makes no difference.
        assert least <= error_value(shots, theta, target, weight + step, problem) + 1e-12


def test_the_zero_shot_loss_is_flat_in_one_direction_only() -> None:
    d, a = 5, 0.7
    curvature = 2 * value_quadratic(blocks(PLAIN, 0, a * np.eye(d)), 0, TARGET, PLAIN).curvature
    on_inputs = [2 * a**2 * (d + 2) * (d + 4)] * d
    np.testing.assert_allclose(curvature, np.diag([2 * a**2 * d * (d + 2), *on_inputs, 0.0]), atol=1e-12)


@pytest.mark.parametrize("problem", [PLAIN, tilted(5)], ids=["plain", "tilted"])
def test_one_linear_system_gives_what_the_theory_says(problem: Problem) -> None:
    target, scale = draw_task(5, 4), 0.8
    query_key = blocks(problem, 0, scale * np.linalg.inv(problem.sigma))
    start = np.array([0.1, 0.2, 0, 0, -0.3, 0, 0.9])
    found = solve_values(query_key, start, target, problem)
    np.testing.assert_allclose(found, [0, *target / (scale * 9), 0.9], atol=1e-12)
    assert expected_error(query_key, found, 0, target, problem) == pytest.approx(zero_shot_floor(target, problem))
    shown = solve_values(query_key, start, target, problem, few_shot=20)
    np.testing.assert_allclose(shown[:-1], found[:-1], atol=1e-12)
    assert scale * shown[-1] == pytest.approx(float(best_weight(20, target, target, problem)))


def test_the_linear_system_is_solved_for_any_queries_and_keys() -> None:
    draw = np.random.default_rng(7)
    query_key, start, target = draw.standard_normal((5, 5)), draw.standard_normal(5), draw_task(3, 0)
    problem = tilted(3)
    found = solve_values(query_key, start, target, problem)
    for step in 0.01 * draw.standard_normal((20, 5)):
        assert expected_error(query_key, found, 0, target, problem) <= expected_error(
            query_key, found + step, 0, target, problem
        )


def test_means_over_the_sphere_are_exact() -> None:
    for d in (1, 2, 3, 7):
        moments = sphere_mean(lambda x: np.array([1, x[0], x[0] ** 2, x[-1] ** 4, x[0] ** 3]), d)
        np.testing.assert_allclose(moments, [1, 0, 1 / d, 3 / (d * (d + 2)), 0], atol=1e-12)
    with pytest.raises(UsageError, match="16 inputs"):
        sphere_mean(lambda x: x, 17)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 1 input"):
        Problem(0)
    with pytest.raises(UsageError, match="variance"):
        Problem(2, -0.1)
    with pytest.raises(UsageError, match="variance"):
        Problem(2, float("nan"))
    with pytest.raises(UsageError, match="symmetric"):
        Problem(2, 0.1, ((1.0, 0.5), (0.4, 1.0)))
    with pytest.raises(UsageError, match="symmetric"):
        Problem(3, 0.1, ((1.0, 0.0), (0.0, 1.0)))
    with pytest.raises(UsageError, match="positive definite"):
        Problem(2, 0.1, ((1.0, 1.0), (1.0, 1.0)))
    with pytest.raises(UsageError, match="5 numbers"):
        error_all(3, [1, 0], TARGET, 1.0, PLAIN)
    with pytest.raises(UsageError, match="0 demonstrations or more"):
        error_value([3, -1], TARGET, TARGET, 1.0, PLAIN)
    with pytest.raises(UsageError, match="between 0 and 2"):
        critical_shots(TARGET, 2.0, PLAIN)
    with pytest.raises(UsageError, match=r"\(7, 7\)"):
        expected_error(np.eye(6), np.ones(7), 0, TARGET, PLAIN)
