"""Pretraining and fine-tuning by stochastic gradient descent, as in the paper's experiments (design 1.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.errors import UsageError
from tacit.tuning.regression.data import draw_pool, draw_prompts, generator, prompts_from
from tacit.tuning.regression.losses import annealed, gradients
from tacit.tuning.regression.model import LinearAttention, Update

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike
    from torch import Tensor

    from tacit.tuning.regression.problem import Problem


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained. The defaults are the paper's, except for its batches of 5,000.

    Attributes:
        iterations: Steps of pretraining, and of fine-tuning.
        batch: Prompts with demonstrations in a batch.
        queries: Prompts without demonstrations in a batch of fine-tuning.
        shots: Demonstrations of each prompt in pretraining, and in the few-shot loss.
        rate: Learning rate.
        momentum: Of Polyak's kind, as in PyTorch's SGD.
        clip: Largest norm of a gradient over all that is trained.
        pool: Pairs of the target task that fine-tuning draws from.

    Raises:
        UsageError: If there is nothing to train on.
    """

    iterations: int = 5_000
    batch: int = 1_000
    queries: int = 1_000
    shots: int = 20
    rate: float = 0.01
    momentum: float = 0.9
    clip: float = 1.0
    pool: int = 100_000

    def __post_init__(self) -> None:
        for name in ("iterations", "batch", "queries", "shots", "pool"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be at least 1, not {getattr(self, name)}.")


def pretrain(problem: Problem, recipe: Recipe, seed: int, *, split: bool = False) -> LinearAttention:
    """Train a model from nothing to learn in context, on fresh prompts of a new task each.

    Args:
        problem: What is regressed on.
        recipe: How it is trained.
        seed: Of the first parameters and of the data.
        split: Whether queries and keys have matrices of their own.

    Example:
        >>> from tacit.tuning.regression.problem import Problem
        >>> pretrain(Problem(inputs=2), Recipe(iterations=2, batch=8), seed=0).value.shape
        torch.Size([4])
    """
    start = LinearAttention.initial(problem, seed, split=split)
    draw = generator(seed, 3)

    def step(_: int, model: LinearAttention) -> dict[str, Tensor]:
        return gradients(model, draw_prompts(problem, recipe.batch, recipe.shots, draw))

    return _descend(start, start.trained_by("all"), recipe, step)


def fine_tune(
    start: LinearAttention,
    problem: Problem,
    target: ArrayLike,
    recipe: Recipe,
    seed: int,
    *,
    update: Update = "all",
    few_shot: bool = False,
) -> LinearAttention:
    """Train a model to answer one task without demonstrations.

    Args:
        start: The pretrained model, which stays as it is.
        problem: What is regressed on.
        target: The task, shape ``(inputs,)``.
        recipe: How it is trained.
        seed: Of the pool, and of what is drawn from it; the same for all methods, so that they see the same data.
        update: What is trained.
        few_shot: Whether the annealed few-shot loss on the target is added: ``L_ZS + annealed(t) L_FS``.

    Raises:
        UsageError: If the model lacks what `update` names, or the task does not fit the problem.
    """
    pool = draw_pool(problem, target, recipe.pool, generator(seed, 4))
    draw = generator(seed, 5)

    def step(at: int, model: LinearAttention) -> dict[str, Tensor]:
        found = gradients(model, prompts_from(pool, recipe.queries, 0, draw))
        if few_shot:
            weight = annealed(at, recipe.iterations)
            for name, more in gradients(model, prompts_from(pool, recipe.batch, recipe.shots, draw)).items():
                found[name] += weight * more
        return found

    return _descend(start, start.trained_by(update), recipe, step)


_TINY: Final = 1e-6
"""What PyTorch's clipping adds to the norm it divides by."""


def _descend(
    start: LinearAttention,
    trained: tuple[str, ...],
    recipe: Recipe,
    step: Callable[[int, LinearAttention], dict[str, Tensor]],
) -> LinearAttention:
    """SGD with momentum, on gradients whose norm over all that is trained is clipped; as PyTorch does both."""
    model = LinearAttention({name: tensor.clone() for name, tensor in start.tensors.items()})
    speeds = {name: model.tensors[name].new_zeros(model.tensors[name].shape) for name in trained}
    for at in range(recipe.iterations):
        found = step(at, model)
        norm = sum(float(found[name].square().sum()) for name in trained) ** 0.5
        shrunk = min(1.0, recipe.clip / (norm + _TINY))
        for name, speed in speeds.items():
            speed.mul_(recipe.momentum).add_(found[name], alpha=shrunk)
            model.tensors[name].sub_(speed, alpha=recipe.rate)
    return model
