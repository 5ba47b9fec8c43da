"""Exact expected errors of one layer of linear attention, for any parameters, by Gaussian moments.

The answer is linear in the last row ``v`` of the value matrix, ``y = p'v``, so the error is a quadratic in ``v`` whose
coefficients are moments of normal variables up to the sixth. For a normal z with mean m, covariance C and second
moment ``S = C + m m'`` (Isserlis 1918, Biometrika 12:134-139; Stein 1981, Annals of Statistics 9:1135-1151)::

    E[(z'Kz) z z']   = tr(KS) S + 2 SKS - 2 (m'Km) m m'
    E[f(z) z z']     = E[f] S + m E[grad f]' C + C E[grad f] m' + C E[hess f] C

for symmetric K and smooth f; the second is applied to ``f = (z'Kz)^2``. The closed forms of the paper are special cases
and the tests hold them equal to the last digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tacit.errors import UsageError
from tacit.tuning.regression.closed_forms import share_of_query

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from tacit.tuning.regression.problem import Array, Problem


class Quadratic(NamedTuple):
    """An expected error as a function of the last row of the value matrix: ``v'Hv - 2 g'v + c``.

    Attributes:
        curvature: ``H``, shape ``(..., d + 2, d + 2)``.
        slope: ``g``, shape ``(..., d + 2)``.
        constant: ``c``, the error of answering 0.
    """

    curvature: Array
    slope: Array
    constant: float

    def __call__(self, value: ArrayLike) -> Array:
        """The error at `value`, shape ``(d + 2,)``."""
        v = np.asarray(value, dtype=np.float64)
        return np.asarray(self.curvature @ v @ v - 2 * self.slope @ v + self.constant)


def value_quadratic(query_key: ArrayLike, shots: ArrayLike, theta: ArrayLike, problem: Problem) -> Quadratic:
    """The expected squared error of a model as a quadratic in its values.

    Args:
        query_key: The merged ``Q``, shape ``(d + 2, d + 2)``.
        shots: Demonstrations n, any shape.
        theta: The task, shape ``(d,)``.
        problem: What is regressed on.

    Raises:
        UsageError: If a number of demonstrations is negative, or a shape does not fit the problem.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> query_key = np.diag([0, 1.0, 1.0, 0])  # a = 1, d = 2
        >>> (2 * value_quadratic(query_key, 0, [1, 0], Problem(2)).curvature).diagonal().tolist()
        [16.0, 48.0, 48.0, 0.0]
    """
    d = problem.inputs
    q, task = np.asarray(query_key, dtype=np.float64), problem.vector(theta)
    if q.shape != (d + 2, d + 2):
        raise UsageError(f"With {d} inputs the merged queries and keys have the shape {(d + 2, d + 2)}, not {q.shape}.")
    one = np.zeros(d + 2)
    one[0] = 1
    covariance = np.zeros((d + 2, d + 2))
    covariance[1:-1, 1:-1] = problem.sigma
    asked = covariance + np.outer(one, one)
    shown = asked.copy()
    shown[1:-1, -1] = shown[-1, 1:-1] = problem.sigma @ task
    shown[-1, -1] = problem.null_error(task)
    wanted = np.concatenate([[0], task, [0]])

    # The query looks for Q'z_q, of second moment K; with itself it agrees by P = z_q'Q z_q.
    looked = q.T @ asked @ q
    even = (q + q.T) / 2
    agreed = np.trace(even @ asked)
    around = agreed * asked + 2 * asked @ even @ asked - 2 * even[0, 0] * np.outer(one, one)  # E[P z_q z_q']
    many = shown @ looked @ shown
    single = np.trace(looked @ shown) * shown - 2 * looked[0, 0] * np.outer(one, one)
    mixed = shown @ q.T @ around
    itself = _sixth(even, covariance, one)

    r = share_of_query(shots)[..., None]
    slope = (1 - r) * (shown @ q.T @ covariance @ wanted) + r * (around @ wanted)
    r = r[..., None]
    curvature = (1 - r) * many + r * (1 - r) * (single + mixed + mixed.T) + r**2 * itself
    return Quadratic(curvature, slope, problem.null_error(task))


def _sixth(even: Array, covariance: Array, mean: Array) -> Array:
    """``E[(z'Kz)^2 z z']`` for symmetric K and normal z."""
    second = covariance + np.outer(mean, mean)
    first = np.trace(even @ second)
    square = first**2 + 2 * np.trace(even @ covariance @ even @ covariance) + 4 * mean @ even @ covariance @ even @ mean
    gradient = 4 * even @ (first * mean + 2 * covariance @ even @ mean)
    hessian = 8 * even @ second @ even + 4 * first * even
    sided = np.outer(mean, covariance @ gradient)
    return np.asarray(square * second + sided + sided.T + covariance @ hessian @ covariance)


def expected_error(
    query_key: ArrayLike, value: ArrayLike, shots: ArrayLike, theta: ArrayLike, problem: Problem
) -> Array:
    """Exact expected squared error of a model with any parameters on one task.

    Args:
        query_key: The merged ``Q``, shape ``(d + 2, d + 2)``.
        value: ``v``, the last row of the value matrix, shape ``(d + 2,)``.
        shots: Demonstrations n, any shape.
        theta: The task, shape ``(d,)``.
        problem: What is regressed on.

    Returns:
        Of the shape of `shots`; the noise is included.

    Raises:
        UsageError: As `value_quadratic`.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> query_key = np.diag([0, *[20 / 26] * 5, 0])
        >>> float(expected_error(query_key, [0, 0, 0, 0, 0, 0, 1], 20, [0, 0, 0, 0, 1], Problem()).round(4))
        0.3459
    """
    return value_quadratic(query_key, shots, theta, problem)(value)


def solve_values(
    query_key: ArrayLike, start: ArrayLike, target: ArrayLike, problem: Problem, *, few_shot: int | None = None
) -> Array:
    """Where fine-tuning of values only ends, without any descent: one linear system of ``d + 2`` equations.

    The zero-shot loss has a flat direction, in which gradient descent stays where it starts: this returns the optimum
    nearest to `start`. With the annealed few-shot loss the flat direction is the one in which the few-shot loss is
    least: the limit of ``L_ZS + s L_FS`` for ``s -> 0`` (design 1.5).

    Args:
        query_key: The frozen ``Q``, shape ``(d + 2, d + 2)``.
        start: Values before, shape ``(d + 2,)``.
        target: The task of fine-tuning, shape ``(d,)``.
        problem: What is regressed on.
        few_shot: Demonstrations of the few-shot loss; there is none when ``None``.

    Returns:
        Values after, shape ``(d + 2,)``.

    Raises:
        UsageError: As `value_quadratic`.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> query_key, start = np.diag([0, 1.0, 1.0, 0]), [0, 0, 0, 1]
        >>> solve_values(query_key, start, [0, 0.6], Problem(2)).round(6).tolist()
        [0.0, 0.0, 0.1, 1.0]
    """
    asked = value_quadratic(query_key, 0, target, problem)
    before = np.asarray(start, dtype=np.float64)
    solved = before + np.linalg.pinv(asked.curvature, rcond=_FLAT, hermitian=True) @ (
        asked.slope - asked.curvature @ before
    )
    if few_shot is None:
        return np.asarray(solved)
    sizes, directions = np.linalg.eigh(asked.curvature)
    flat = directions[:, sizes < _FLAT * sizes[-1]]
    shown = value_quadratic(query_key, few_shot, target, problem)
    moved = np.linalg.solve(flat.T @ shown.curvature @ flat, flat.T @ (shown.slope - shown.curvature @ solved))
    return np.asarray(solved + flat @ moved)


_FLAT = 1e-10
"""Curvature, relative to the largest, below which a direction is flat."""
