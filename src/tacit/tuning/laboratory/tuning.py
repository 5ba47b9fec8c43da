"""Tuning a small model for a skill without demonstrations, and measuring what is left of learning from them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn

from tacit.tuning.laboratory.examination import NONE_SEEN, Examination, Measured
from tacit.tuning.laboratory.parameters import choose_parameters

if TYPE_CHECKING:
    from tacit.tuning.laboratory.recipes import Recipe
    from tacit.tuning.laboratory.transformer import Transformer
    from tacit.tuning.laboratory.worlds import Prompts, World

_BATCH: Final = 128
_FEW_SHOT_PROMPTS: Final = 8
_FIRST: Final = 40
"""Up to this step the bound is checked at every one: full tuning passes it within ten, and must not overshoot."""
_EVERY: Final = 5
_DRAWN: Final = (0, 1, 2, 3)
"""Where a curve has points, beside every fifth step."""
_PAST: Final = 0.25
"""Before averaging a model is trained until a quarter of the distance between bound and floor is left."""
_HALVINGS: Final = 20

Point = tuple[int, float, float]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What tuning came to.

    Attributes:
        base: Before.
        after: Afterwards.
        steps: Steps that were done.
        reached: Whether the bound was reached; true where there was none.
        trained: How many numbers were trained.
        alpha: Share of the way from the base that was kept; 1 unless averaged.
        drift: For each layer, mean total variation distance between the attention of the queries before and after, 16
            demonstrations seen.
        curve: Step, error on the skill, and error on unseen tasks with 16 demonstrations, at each check of a run
            without a bound.
    """

    base: Measured
    after: Measured
    steps: int
    reached: bool
    trained: int
    alpha: float
    drift: tuple[float, ...]
    curve: tuple[Point, ...]


def tune(base: Transformer, exam: Examination, recipe: Recipe, seed: int, *, before: Measured | None = None) -> Tuned:
    """Tune a copy of a model.

    Args:
        base: Stays as it is.
        exam: What it is measured with, before, meanwhile and afterwards; its world is that of the model.
        recipe: How.
        seed: Of the examples.
        before: What the base can do, where that was measured already.

    Returns:
        What came of it.

    Example:
        >>> from tacit.tuning.laboratory.bases import base_model
        >>> from tacit.tuning.laboratory.recipes import Recipe
        >>> from tacit.tuning.laboratory.worlds import Symbols
        >>> recipe = Recipe("value", "none", bound=None, steps=1)
        >>> tuned = tune(base_model("symbols", 2, 0), Examination(Symbols()), recipe, 0)
        >>> tuned.steps, tuned.drift[0], tuned.drift[1] > 0
        (1, 0.0, True)
    """
    run = _Run(base, exam, recipe, seed)
    steps, curve = run.train()
    alpha = run.average() if recipe.keep == "average" else 1.0
    after = exam.measure(run.model)
    reached = recipe.bound is None or after.skill <= recipe.bound
    trained = sum(parameter.numel() for parameter in run.chosen)
    return Tuned(
        before or exam.measure(base), after, steps, reached, trained, alpha, exam.drift(base, run.model), curve
    )


class _Run:
    def __init__(self, base: Transformer, exam: Examination, recipe: Recipe, seed: int) -> None:
        self.model = copy.deepcopy(base)
        self.chosen = choose_parameters(self.model, recipe.update, seed)
        self._base, self._exam, self._recipe = base, exam, recipe
        self._start = [parameter.detach().clone() for parameter in self.chosen]
        self._draw = torch.Generator().manual_seed(seed)
        self._seen = torch.arange(1, exam.world.demonstrations + 1)

    @property
    def _world(self) -> World:
        return self._exam.world

    def train(self) -> tuple[int, tuple[Point, ...]]:
        """Train until the bound is reached or the steps are done; returns how many were, and the curve."""
        bound, steps = self._recipe.bound, self._recipe.steps
        if bound is not None and self._recipe.keep == "average":
            bound = self._world.floor + _PAST * (bound - self._world.floor)
        optimizer = torch.optim.Adam(self.chosen, lr=self._recipe.own_rate)
        curve: list[Point] = []
        for step in range(steps + 1):
            if bound is None:
                if step in _DRAWN or step % _EVERY == 0:
                    curve.append((step, self._exam.skill(self.model), self._exam.with_most(self.model)))
            elif (step <= _FIRST or step % _EVERY == 0) and self._exam.skill(self.model) <= bound:
                return step, ()
            if step < steps:
                optimizer.zero_grad(set_to_none=True)
                self._loss(step).backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(self.chosen, 1.0)
                optimizer.step()
        return steps, tuple(curve)

    def average(self) -> float:
        """Go back towards the base as far as the bound allows; returns what is left of the way."""
        ends, bound = [parameter.detach().clone() for parameter in self.chosen], self._recipe.bound
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS if bound is not None else 0):
            middle = (low + high) / 2
            self._go(ends, middle)
            low, high = (low, middle) if self._exam.skill(self.model) <= (bound or 0.0) else (middle, high)
        self._go(ends, high)
        return high

    @torch.no_grad()
    def _go(self, ends: list[Tensor], alpha: float) -> None:
        for parameter, start, end in zip(self.chosen, self._start, ends, strict=True):
            parameter.copy_(start + alpha * (end - start))

    def _loss(self, step: int) -> Tensor:
        known = self._world.skill(self._draw, 1, _BATCH)
        loss = self._world.loss(self.model(known.context, known.queries, NONE_SEEN), known.targets)
        return loss + self._recipe.weight * self._beside(step)

    def _beside(self, step: int) -> Tensor:
        """What is minimised beside the loss on the skill."""
        match self._recipe.keep:
            case "few-shot":
                prompts = self._pool()
                with torch.no_grad():
                    wanted = self._base(prompts.context, prompts.queries, self._seen)
                return self._world.apart(self.model(prompts.context, prompts.queries, self._seen), wanted)
            case "few-shot-loss":
                left = max(self._recipe.steps - 1 - step, 0) / max(self._recipe.steps - 1, 1)
                prompts = self._of_skill()
                answers = self.model(prompts.context, prompts.queries, self._seen)
                return left * self._world.loss(answers, prompts.targets)
            case "l2":
                pairs = zip(self.chosen, self._start, strict=True)
                return torch.stack([((now - then) ** 2).sum() for now, then in pairs]).sum()
            case _:
                return torch.zeros(())

    def _pool(self) -> Prompts:
        if self._recipe.pool == "skill":
            return self._of_skill()
        pool = self._world.unseen if self._recipe.pool == "unseen" else self._world.elsewhere
        return pool(self._draw, _FEW_SHOT_PROMPTS, self._world.demonstrations)

    def _of_skill(self) -> Prompts:
        many = self._world.demonstrations
        return self._world.skill(self._draw, _FEW_SHOT_PROMPTS, many, demonstrations=many)
