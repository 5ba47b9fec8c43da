"""Prompts of regressions: tokens ``[1; x; y]``, the query last and with 0 in place of its answer (design 1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from torch import Tensor

    from tacit.tuning.regression.problem import Problem


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prompts of one length.

    Attributes:
        tokens: Shape ``(prompts, demonstrations + 1, inputs + 2)``.
        answers: The y of each query, noise included, shape ``(prompts,)``.
    """

    tokens: Tensor
    answers: Tensor

    @classmethod
    def of(cls, pairs: Tensor) -> Prompts:
        """Blank the answer of the last pair of each prompt, in place.

        Args:
            pairs: Tokens with all answers, shape ``(prompts, demonstrations + 1, inputs + 2)``.
        """
        answers = pairs[:, -1, -1].clone()
        pairs[:, -1, -1] = 0
        return cls(pairs, answers)


def generator(*seed: int) -> torch.Generator:
    """A generator of torch's whose state depends on all the numbers given."""
    import numpy as np

    state = int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] >> np.uint64(1))
    return torch.Generator().manual_seed(state)


def draw_prompts(problem: Problem, prompts: int, shots: int, draw: torch.Generator) -> Prompts:
    """Prompts of which each has a task of its own, uniform on the unit sphere: what models are pretrained on.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> draw_prompts(Problem(inputs=2), 4, 3, generator(0)).tokens.shape
        torch.Size([4, 4, 4])
    """
    tasks = torch.randn(prompts, problem.inputs, 1, generator=draw)
    tasks /= tasks.norm(dim=1, keepdim=True)
    return Prompts.of(_pairs(problem, tasks, (prompts, shots + 1), draw))


def draw_pool(problem: Problem, task: ArrayLike, size: int, draw: torch.Generator) -> Tensor:
    """Pairs of one task, as tokens: the data that a model is fine-tuned on.

    Returns:
        Shape ``(size, inputs + 2)``.

    Raises:
        UsageError: If the task does not fit the problem.
    """
    theta = torch.tensor(problem.vector(task), dtype=torch.float32)
    return _pairs(problem, theta[:, None], (size,), draw)


def prompts_from(pool: Tensor, prompts: int, shots: int, draw: torch.Generator) -> Prompts:
    """Prompts whose pairs are drawn from a pool, with replacement."""
    rows = torch.randint(len(pool), (prompts * (shots + 1),), generator=draw)
    return Prompts.of(pool.index_select(0, rows).reshape(prompts, shots + 1, -1))


def _pairs(problem: Problem, tasks: Tensor, shape: tuple[int, ...], draw: torch.Generator) -> Tensor:
    """Tokens with answers, of `shape` and ``inputs + 2``; `tasks` ends in ``(inputs, 1)``."""
    tokens = torch.randn(*shape, problem.inputs + 2, generator=draw)
    if problem.covariance is not None:
        tokens[..., 1:-1] = tokens[..., 1:-1] @ torch.tensor(problem.root.T, dtype=torch.float32)
    # The last number is noise still, of variance 1; the first counts for nothing.
    weights = torch.nn.functional.pad(tasks, (0, 0, 1, 1))
    weights[..., -1, :] = problem.noise**0.5
    tokens[..., -1:] = tokens @ weights
    tokens[..., 0] = 1
    return tokens
