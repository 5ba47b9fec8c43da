"""The auxiliary few-shot loss on the target task, `--few-shot-loss`.

Lee, Sohn and Lee (2026, arXiv 2602.23197) train on L = L_ZS + lambda_t L_FS with a weight that falls in a straight
line. It helps the target task at the number of demonstrations that is trained, and costs other tasks: it moves the
weight of the demonstrations away from what they need (`tacit.tuning.regression` has the closed form).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor, nn

    from tacit.tuning.train.shots import ShotBatches


def annealed(weight: float, step: int, steps: int) -> float:
    """The weight in a step: lambda_t = weight (T - 1 - t) / (T - 1).

    Args:
        weight: In the first step.
        step: t, from 0.
        steps: T.

    Example:
        >>> [annealed(2.0, t, 5) for t in range(5)]
        [2.0, 1.5, 1.0, 0.5, 0.0]
    """
    return weight * max(steps - 1 - step, 0) / (steps - 1) if steps > 1 else weight


def few_shot_loss(model: nn.Module, prompts: ShotBatches, draw: int) -> Tensor:
    """Cross-entropy of the target's answers after demonstrations of the target, the mean over their tokens.

    Args:
        model: As the trainer holds it.
        prompts: Made with `tacit.tuning.train.shots.example_prompts`, the question's answer alone being one.
        draw: See `tacit.tuning.train.objectives.protocol.Keeper.term`.
    """
    _, batch = prompts.draw(draw)
    said = batch.logits(model)
    return functional.cross_entropy(said.float(), batch.targets.to(said.device))
