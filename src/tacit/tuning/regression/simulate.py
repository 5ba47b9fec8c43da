"""Errors of given models on simulated prompts, with their standard errors: what the formulas are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from tacit.tuning.regression.problem import Array, Problem

    Single = NDArray[np.float32]
    Models = Mapping[str, tuple[ArrayLike, ArrayLike]]

_BATCH: Final = 5_000
"""Prompts at a time: their tokens fit the cache of a core."""
_CLEARLY: Final = 3.0
"""Standard errors that a base must be away from answering 0, so that a ratio to it means something."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """Mean squared errors of models on the same prompts.

    Attributes:
        names: Of the models.
        shots: Numbers of demonstrations.
        errors: Shape ``(models, shots)``.
        covariance: Of the errors, from prompt to prompt, divided by the number of prompts: shape ``(models * shots,
            models * shots)``, models slowest.
        prompts: How many there were; each is asked with every number of its demonstrations.
    """

    names: tuple[str, ...]
    shots: tuple[int, ...]
    errors: Array
    covariance: Array
    prompts: int

    @property
    def standard_errors(self) -> Array:
        """Shape ``(models, shots)``."""
        return np.sqrt(self.covariance.diagonal()).reshape(self.errors.shape)

    def at(self, name: str, shots: int) -> int:
        """Where the error of a model with so many demonstrations stands in `covariance`.

        Raises:
            UsageError: If it was not simulated.
        """
        if name not in self.names or shots not in self.shots:
            raise UsageError(f"{name!r} with {shots} demonstrations was not simulated.")
        return self.names.index(name) * len(self.shots) + self.shots.index(shots)

    def retention(self, name: str, base: str, shots: int, null_error: float) -> tuple[float, float] | None:
        """Chance-corrected retention ``(c - E) / (c - E_base)`` and its standard error by the delta method.

        Both models answered the same prompts, so their errors are paired (design 1.7 and 8).

        Args:
            name: The tuned model.
            base: The one it was made from.
            shots: Demonstrations.
            null_error: c, the error of answering 0.

        Returns:
            ``None`` if the base is not better than answering 0 by three standard errors: nothing to retain.

        Raises:
            UsageError: If one of them was not simulated.
        """
        pair = [self.at(name, shots), self.at(base, shots)]
        kept, had = null_error - self.errors.reshape(-1)[pair]
        covariance = self.covariance[np.ix_(pair, pair)]
        if had <= _CLEARLY * np.sqrt(covariance[1, 1]):
            return None
        gradient = np.array([-1 / had, kept / had**2])
        return float(kept / had), float(np.sqrt(max(gradient @ covariance @ gradient, 0.0)))


def simulate(
    models: Models,
    problem: Problem,
    shots: Sequence[int],
    *,
    task: ArrayLike | None = None,
    prompts: int = 50_000,
    seed: int = 0,
) -> Simulated:
    """Ask models on simulated prompts.

    A prompt's answer after n demonstrations is a running sum over its tokens, so all numbers of demonstrations cost as
    much as the largest.

    Args:
        models: ``Q`` and ``v`` by name, shapes ``(d + 2, d + 2)`` and ``(d + 2,)``.
        problem: What is regressed on.
        shots: Numbers of demonstrations.
        task: Of all prompts, shape ``(d,)``; when ``None`` each has one of its own, uniform on the unit sphere.
        prompts: At least 2.
        seed: Of the prompts, which are the same for all models.

    Raises:
        UsageError: If there are no models or demonstrations to ask with, or too few prompts.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> nothing = {"nothing": (np.zeros((4, 4)), np.zeros(4))}
        >>> found = simulate(nothing, Problem(inputs=2), [0, 5], task=[1, 0])
        >>> bool(np.abs(found.errors - 1.1).max() < 4 * found.standard_errors.max())
        True
    """
    if not models or not shots or min(shots) < 0 or prompts < 2:
        raise UsageError("Simulating takes a model, numbers of demonstrations from 0 on, and at least 2 prompts.")
    fixed = None if task is None else problem.vector(task)
    given = [(np.asarray(q, dtype=np.float32), np.asarray(v, dtype=np.float32)) for q, v in models.values()]
    draw = np.random.default_rng([seed, 6])
    size = len(given) * len(shots)
    total, products = np.zeros(size), np.zeros((size, size))
    for first in range(0, prompts, _BATCH):
        drawn = _draw(problem, fixed, min(_BATCH, prompts - first), max(shots), draw)
        squares = np.concatenate([_squares(q, v, drawn, list(shots)) for q, v in given], axis=1).astype(np.float64)
        total += squares.sum(0)
        products += squares.T @ squares
    mean = total / prompts
    covariance = (products / prompts - np.outer(mean, mean)) / (prompts - 1)
    return Simulated(tuple(models), tuple(shots), mean.reshape(len(given), -1), covariance, prompts)


def _draw(
    problem: Problem, task: Array | None, prompts: int, shots: int, draw: np.random.Generator
) -> tuple[Single, Single]:
    """Tokens, the query first and blank, and the answers to the queries."""
    d = problem.inputs
    tokens = draw.standard_normal((prompts, shots + 1, d + 2), dtype=np.float32)
    weights = np.zeros((prompts, d + 2, 1), dtype=np.float32)
    if task is None:
        own = draw.standard_normal((prompts, d), dtype=np.float32)
        weights[:, 1:-1, 0] = own / np.linalg.norm(own, axis=1, keepdims=True)
    else:
        weights[:, 1:-1, 0] = task
    weights[:, -1] = problem.noise**0.5
    if problem.covariance is not None:
        tokens[..., 1:-1] = tokens[..., 1:-1] @ problem.root.T.astype(np.float32)
    tokens[..., -1:] = tokens @ weights
    tokens[..., 0] = 1
    answers = tokens[:, 0, -1].copy()
    tokens[:, 0, -1] = 0
    return tokens, answers


def _squares(query_key: Single, value: Single, drawn: tuple[Single, Single], shots: list[int]) -> Single:
    """Squared errors, shape ``(prompts, shots)``."""
    tokens, answers = drawn
    looked = (tokens[:, 0] @ query_key)[..., None]
    terms = (tokens @ looked)[..., 0] * (tokens @ value)
    sums = terms.cumsum(1)[:, shots]
    found: Single = (sums / np.array([n + 1 for n in shots], dtype=np.float32) - answers[:, None]) ** 2
    return found
