"""Tuning a small model for a skill without demonstrations, and measuring what is left of learning from them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn

from tacit.tuning.laboratory.recipes import choose_parameters
from tacit.tuning.laboratory.worlds import Prompts

if TYPE_CHECKING:
    from tacit.tuning.laboratory.recipes import Recipe
    from tacit.tuning.laboratory.transformer import Transformer
    from tacit.tuning.laboratory.worlds import World

SHOTS: Final = (0, 1, 2, 4, 8, 16)
PROMPTS: Final = 400
"""Prompts with a task of their own each, on which every model is measured."""
_QUERIES: Final = 4
"""Of each prompt, for each number of demonstrations."""
_SKILL_QUERIES: Final = 2000
_BATCH: Final = 128
_FEW_SHOT_PROMPTS: Final = 16
_CHECKS: Final = (0, 1, 2, 3)
_EVERY: Final = 5
_PAST: Final = 0.25
"""Before averaging a model is trained until a quarter of the distance between bound and floor is left."""
_HALVINGS: Final = 20
_NONE_SEEN: Final = torch.tensor([0])


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
    curve: tuple[tuple[int, float, float], ...]


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
        return float(_errors(self.world, model, self.known, _NONE_SEEN).mean())

    @torch.no_grad()
    def measure(self, model: Transformer) -> Measured:
        """Both measures."""
        errors = _errors(self.world, model, self.new, self.seen)
        return Measured(self.skill(model), errors.unflatten(1, (len(SHOTS), _QUERIES)).mean(-1).T)

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


def tune(base: Transformer, world: World, recipe: Recipe, seed: int, exam: Examination | None = None) -> Tuned:
    """Tune a copy of a model.

    Args:
        base: Stays as it is.
        world: What it was trained in.
        recipe: How.
        seed: Of the examples.
        exam: The questions; made when ``None``.

    Returns:
        What came of it.

    Example:
        >>> from tacit.tuning.laboratory.bases import base_model
        >>> from tacit.tuning.laboratory.recipes import Recipe
        >>> from tacit.tuning.laboratory.worlds import Symbols
        >>> tuned = tune(base_model("symbols", 2, 0), Symbols(), Recipe("value", "few-shot", bound=0.02), seed=0)
        >>> tuned.reached, tuned.drift[0]
        (True, 0.0)
    """
    exam = exam or Examination(world)
    before = exam.measure(base)
    model = copy.deepcopy(base)
    chosen = choose_parameters(model, recipe.update, seed)
    steps, curve = _train(model, chosen, base, exam, recipe, seed)
    alpha = _average(model, chosen, base, exam, recipe, seed) if recipe.keep == "average" else 1.0
    after = exam.measure(model)
    reached = recipe.bound is None or after.skill <= recipe.bound
    trained = sum(parameter.numel() for parameter in chosen)
    return Tuned(before, after, steps, reached, trained, alpha, exam.drift(base, model), curve)


def _train(
    model: Transformer, chosen: list[nn.Parameter], base: Transformer, exam: Examination, recipe: Recipe, seed: int
) -> tuple[int, tuple[tuple[int, float, float], ...]]:
    """Train until the bound is reached or the steps are done; returns how many were, and the curve."""
    world, draw = exam.world, torch.Generator().manual_seed(seed)
    beside = _Beside(base, chosen, world, recipe)
    optimizer = torch.optim.Adam(chosen, lr=recipe.rate)
    bound = recipe.bound
    if bound is not None and recipe.keep == "average":
        bound = world.floor + _PAST * (bound - world.floor)
    curve: list[tuple[int, float, float]] = []
    for step in range(recipe.steps + 1):
        if step in _CHECKS or step % _EVERY == 0:
            skill = exam.skill(model)
            if bound is None:
                curve.append((step, skill, exam.with_most(model)))
            elif skill <= bound:
                return step, ()
        if step == recipe.steps:
            break
        known = world.skill(draw, 1, _BATCH)
        loss = world.loss(model(known.context, known.queries, _NONE_SEEN), known.targets)
        loss = loss + recipe.weight * beside.loss(model, step, draw)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(chosen, 1.0)
        optimizer.step()
    return recipe.steps, tuple(curve)


class _Beside:
    """What is minimised beside the loss on the skill."""

    def __init__(self, base: Transformer, chosen: list[nn.Parameter], world: World, recipe: Recipe) -> None:
        self._base, self._chosen, self._world, self._recipe = base, chosen, world, recipe
        self._start = [parameter.detach().clone() for parameter in chosen]
        self._seen = torch.arange(1, world.demonstrations + 1)

    def loss(self, model: Transformer, step: int, draw: torch.Generator) -> Tensor:
        match self._recipe.keep:
            case "few-shot":
                prompts = self._prompts(draw)
                with torch.no_grad():
                    wanted = self._base(prompts.context, prompts.queries, self._seen)
                return self._world.apart(model(prompts.context, prompts.queries, self._seen), wanted)
            case "few-shot-loss":
                left = (self._recipe.steps - 1 - step) / (self._recipe.steps - 1)
                prompts = self._of_skill(draw)
                return left * self._world.loss(model(prompts.context, prompts.queries, self._seen), prompts.targets)
            case "l2":
                pairs = zip(self._chosen, self._start, strict=True)
                return torch.stack([((now - then) ** 2).sum() for now, then in pairs]).sum()
            case _:
                return torch.zeros(())

    def _prompts(self, draw: torch.Generator) -> Prompts:
        if self._recipe.pool == "skill":
            return self._of_skill(draw)
        pool = self._world.unseen if self._recipe.pool == "unseen" else self._world.elsewhere
        return pool(draw, _FEW_SHOT_PROMPTS, self._world.demonstrations)

    def _of_skill(self, draw: torch.Generator) -> Prompts:
        many = self._world.demonstrations
        return self._world.skill(draw, _FEW_SHOT_PROMPTS, many, demonstrations=many)


def _average(
    model: Transformer, chosen: list[nn.Parameter], base: Transformer, exam: Examination, recipe: Recipe, seed: int
) -> float:
    """Go back towards the base as far as the bound allows; returns what is left of the way."""
    ends = [parameter.detach().clone() for parameter in chosen]
    starts = [parameter.detach() for parameter in choose_parameters(copy.deepcopy(base), recipe.update, seed)]

    def go(alpha: float) -> None:
        with torch.no_grad():
            for parameter, start, end in zip(chosen, starts, ends, strict=True):
                parameter.copy_(start + alpha * (end - start))

    low, high = 0.0, 1.0
    for _ in range(_HALVINGS if recipe.bound is not None else 0):
        middle = (low + high) / 2
        go(middle)
        low, high = (low, middle) if exam.skill(model) <= recipe.bound else (middle, high)
    go(high)
    return high
