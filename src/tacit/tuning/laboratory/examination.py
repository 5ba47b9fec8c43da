"""The questions that all models of a world are measured with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from tacit.tuning.laboratory.recipes import SHOTS
from tacit.tuning.laboratory.worlds import Prompts

if TYPE_CHECKING:
    from tacit.tuning.laboratory.transformer import Transformer
    from tacit.tuning.laboratory.worlds import World

PROMPTS: Final = 400
"""Prompts with a task of their own each, on which every model is measured."""
NONE_SEEN: Final = torch.tensor([0])
_QUERIES: Final = 4
"""Of each prompt, for each number of demonstrations."""
_SKILL_QUERIES: Final = 500


@dataclass(frozen=True, slots=True)
class Measured:
    """What a model can do.

    Attributes:
        skill: Error on the skill, without demonstrations; mean over fixed queries.
        unseen: Error on tasks that were drawn anew, by number of demonstrations (`SHOTS`) and prompt: shape
            ``(6, PROMPTS)``. The same prompts for every model.
    """

    skill: float
    unseen: Tensor


class Examination:
    """The questions that all models of a world are measured with.

    Args:
        world: The world.
        seed: Of the questions.
    """

    def __init__(self, world: World, seed: int = 20_260_223) -> None:
        draw = torch.Generator().manual_seed(seed)
        self.world = world
        self.known = world.skill(draw, 1, _SKILL_QUERIES)
        self.new = world.unseen(draw, PROMPTS, _QUERIES * len(SHOTS))
        self.seen = torch.tensor(SHOTS).repeat_interleave(_QUERIES)

    @torch.no_grad()
    def skill(self, model: Transformer) -> float:
        """Error on the skill."""
        return float(_errors(self.world, model, self.known, NONE_SEEN).mean())

    @torch.no_grad()
    def measure(self, model: Transformer) -> Measured:
        """Both measures."""
        errors = _errors(self.world, model, self.new, self.seen)
        return Measured(self.skill(model), errors.view(PROMPTS, len(SHOTS), _QUERIES).mean(-1).T)

    @torch.no_grad()
    def with_most(self, model: Transformer) -> float:
        """Error on unseen tasks with the most demonstrations, on a quarter of the prompts: for curves."""
        few = PROMPTS // 4
        some = Prompts(self.new.context[:few], self.new.queries[:few], self.new.targets[:few])
        return float(_errors(self.world, model, some, torch.tensor([SHOTS[-1]])).mean())

    @torch.no_grad()
    def drift(self, base: Transformer, tuned: Transformer) -> tuple[float, ...]:
        """See `Tuned.drift`."""
        queries, most = self.new.queries[:, :_QUERIES], torch.tensor([SHOTS[-1]])
        before = base.with_attention(self.new.context, queries, most)[1]
        after = tuned.with_attention(self.new.context, queries, most)[1]
        return tuple(float(0.5 * (a - b).abs().sum(-1).mean()) for a, b in zip(before, after, strict=True))


def _errors(world: World, model: Transformer, prompts: Prompts, seen: Tensor) -> Tensor:
    return world.errors(model(prompts.context, prompts.queries, seen), prompts.targets)
