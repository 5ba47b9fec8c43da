"""Teaching a small model to learn from demonstrations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import torch

from tacit.tuning.laboratory.transformer import Shape, Transformer

if TYPE_CHECKING:
    from tacit.tuning.laboratory.worlds import World

STEPS: Final = 2500
PROMPTS: Final = 64
RATE: Final = 2e-3
_WARM_UP: Final = 200
_LAST: Final = 0.02
"""What is left of the learning rate at the end."""


def pretrain(world: World, depth: int, seed: int, *, steps: int = STEPS) -> Transformer:
    """Train a model on tasks that are drawn anew for each prompt, so that it has to learn them from demonstrations.

    Each prompt has one query for every number of demonstrations from 0 to the most there are. Adam, a warm-up, then a
    cosine; on one thread the same seed gives the same weights.

    Args:
        world: Where the tasks come from.
        depth: Layers.
        seed: Of the first weights and of all prompts.
        steps: Of 64 prompts each. About 40 ms each at depth 3.

    Returns:
        The model, in evaluation mode.
    """
    model = Transformer(Shape(world.inputs, world.outputs, depth), seed)
    draw = torch.Generator().manual_seed(seed + 1_000)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    seen = torch.arange(world.demonstrations + 1)
    for _ in range(steps):
        prompts = world.unseen(draw, PROMPTS, seen.numel())
        loss = world.loss(model(prompts.context, prompts.queries, seen), prompts.targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return model.eval()


def _rate(step: int, steps: int) -> float:
    """Share of the learning rate at a step."""
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    return min(1.0, (step + 1) / _WARM_UP) * (_LAST + (1 - _LAST) * cosine)
