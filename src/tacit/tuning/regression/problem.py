"""What is regressed on: the distribution of inputs and of noise, and tasks on the sphere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

Array = npt.NDArray[np.float64]

_MOST: Final = 16
"""Inputs up to which the corners of a cube, ``2 ** inputs``, are worth visiting."""


@dataclass(frozen=True)
class Problem:
    """Linear regression in context: ``y = theta'x + e`` with ``x ~ N(0, Sigma)`` and ``e ~ N(0, noise)``.

    Lee, Sohn and Lee (2026, arXiv 2602.23197), section on the setting; their experiments have 5 inputs, ``Sigma = I``
    and a noise of 0.1.

    Attributes:
        inputs: Length of x, the paper's d.
        noise: Variance of e.
        covariance: Rows of ``Sigma``; the identity when ``None``.

    Raises:
        UsageError: If there are no inputs, the noise is negative, or the covariance is not symmetric and positive
            definite.

    Example:
        >>> Problem(inputs=2, covariance=((2.0, 0.0), (0.0, 1.0))).signal([1, 1])
        3.0
    """

    inputs: int = 5
    noise: float = 0.1
    covariance: tuple[tuple[float, ...], ...] | None = None

    def __post_init__(self) -> None:
        if self.inputs < 1:
            raise UsageError(f"A regression needs at least 1 input, not {self.inputs}.")
        if not 0 <= self.noise < np.inf:
            raise UsageError(f"The noise is a variance; it must be finite and at least 0, not {self.noise}.")
        sigma = self.sigma
        if sigma.shape != (self.inputs, self.inputs) or not np.isfinite(sigma).all() or (sigma != sigma.T).any():
            raise UsageError(f"The covariance of {self.inputs} inputs must be a symmetric matrix of as many rows.")
        if np.linalg.eigvalsh(sigma)[0] <= 0:
            raise UsageError("The covariance of the inputs must be positive definite; one of its eigenvalues is not.")

    @cached_property
    def sigma(self) -> Array:
        """Covariance of the inputs, shape ``(inputs, inputs)``."""
        return np.eye(self.inputs) if self.covariance is None else np.array(self.covariance, dtype=np.float64)

    @cached_property
    def root(self) -> Array:
        """Lower triangle ``L`` with ``L L' = Sigma``."""
        return np.asarray(np.linalg.cholesky(self.sigma), dtype=np.float64)

    def vector(self, task: ArrayLike) -> Array:
        """A task as an array.

        Raises:
            UsageError: If it does not have one number for each input.
        """
        theta = np.asarray(task, dtype=np.float64)
        if theta.shape != (self.inputs,):
            raise UsageError(f"A task has {self.inputs} numbers, one for each input, not the shape {theta.shape}.")
        return theta

    def inner(self, left: ArrayLike, right: ArrayLike) -> float:
        """``left' Sigma right``: the inner product after whitening."""
        return float(self.vector(left) @ self.sigma @ self.vector(right))

    def signal(self, task: ArrayLike) -> float:
        """Variance of ``theta'x``."""
        return self.inner(task, task)

    def null_error(self, task: ArrayLike) -> float:
        """Squared error of answering 0 always: what a model that has learned nothing reaches."""
        return self.signal(task) + self.noise


def draw_task(inputs: int, seed: int) -> Array:
    """A task, uniform on the unit sphere; shape ``(inputs,)``."""
    direction = np.random.default_rng([seed, 1]).standard_normal(inputs)
    return np.asarray(direction / np.linalg.norm(direction))


def sphere_mean(function: Callable[[Array], ArrayLike], inputs: int) -> Array:
    """Mean of a function over tasks that are uniform on the unit sphere; exact for polynomials of degree 5.

    All expected errors here are polynomials of degree at most 4 in the task. The points are the axes, with weight
    ``1 / (d (d + 2))`` each, and the corners of the cube scaled to length 1, which share ``d / (d + 2)``: Stroud
    (1971), Approximate Calculation of Multiple Integrals, formula U_n 5-2.

    Args:
        function: Of a task, shape ``(inputs,)``; returns numbers of one shape.
        inputs: Length of a task, at most 16: the function is called ``2 ** inputs + 2 * inputs`` times.

    Raises:
        UsageError: If there are more inputs than that.

    Example:
        >>> float(round(1 / sphere_mean(lambda theta: theta[0] ** 2 * theta[1] ** 2, 3), 9))
        15.0
    """
    if inputs > _MOST:
        raise UsageError(f"Averages over all tasks are exact for up to {_MOST} inputs, not {inputs}; sample instead.")
    axes = np.concatenate([np.eye(inputs), -np.eye(inputs)])
    corners = np.array(list(product((-1.0, 1.0), repeat=inputs))) / np.sqrt(inputs)
    on_axes = np.array([function(point) for point in axes]).sum(0) / (inputs * (inputs + 2))
    on_corners = np.array([function(point) for point in corners]).mean(0) * inputs / (inputs + 2)
    return np.asarray(on_axes + on_corners)
