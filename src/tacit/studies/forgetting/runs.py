"""Which models the study tunes, and the work of tuning one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from tacit.studies.forgetting.presets import BOUNDS, L2, MAIN
from tacit.tuning.laboratory.recipes import Recipe

if TYPE_CHECKING:
    from tacit.studies.forgetting.presets import Preset
    from tacit.tuning.laboratory.examination import Examination, Measured
    from tacit.tuning.laboratory.transformer import Transformer

Question = Literal["matched", "longer", "pool", "rate"]

_PAIR = ("all", "value")
"""The two that side questions are asked of."""


@dataclass(frozen=True, slots=True)
class Run:
    """One tuning.

    Attributes:
        question: What it is for: all recipes stopped at the same error on the skill (``matched``), trained on
            (``longer``), distilled on prompts of other kinds (``pool``), at another learning rate (``rate``).
        world: ``lines`` or ``symbols``.
        depth: Layers.
        seed: Of the base and of the tuning.
        recipe: How it is tuned.
    """

    question: Question
    world: str
    depth: int
    seed: int
    recipe: Recipe


def runs_of(preset: Preset) -> list[Run]:
    """All tunings of the study."""
    places = [("lines", depth) for depth in preset.depths] + [("symbols", 2)]
    home = ("lines", MAIN)
    weight = {"l2": L2}
    runs: list[Run] = []
    for seed in range(preset.seeds):
        for world, depth in places:
            for keep in preset.keeps:
                for update in preset.updates:
                    for at, rate in enumerate(preset.rates):
                        recipe = Recipe(
                            update, keep, BOUNDS[world], preset.steps, weight=weight.get(keep, 1.0), rate=rate
                        )
                        runs.append(Run("rate" if at else "matched", world, depth, seed, recipe))
        for world, depth in (home, ("symbols", 2)):
            for update in _PAIR:
                for keep in ("none", "few-shot"):
                    recipe = Recipe(update, keep, None, preset.steps, rate=preset.rates[0])
                    runs.append(Run("longer", world, depth, seed, recipe))
                for pool in ("elsewhere", "skill"):
                    recipe = Recipe(update, "few-shot", BOUNDS[world], preset.steps, pool=pool, rate=preset.rates[0])
                    runs.append(Run("pool", world, depth, seed, recipe))
    return runs


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is told; plain data."""

    run: Run
    seed: int


def tune_and_measure(task: Task) -> bytes:
    """Tune one model and measure it before and after.

    Returns:
        JSON: the run, and what `tacit.tuning.laboratory.tuning.Tuned` holds.
    """
    import torch

    from tacit.tuning.laboratory.tuning import tune

    torch.set_num_threads(1)  # one model per process is faster than one model on all processors
    run, exam = task.run, _exam(task.run.world)
    base, before = _base(run.world, run.depth, run.seed)
    done = tune(base, exam, run.recipe, task.seed + run.seed, before=before)
    told: dict[str, Any] = {
        "run": asdict(run),
        "null": exam.world.null,
        "floor": exam.world.floor,
        "skill": [done.base.skill, done.after.skill],
        "unseen": [_rounded(done.base.unseen), _rounded(done.after.unseen)],
        "steps": done.steps,
        "reached": done.reached,
        "trained": done.trained,
        "alpha": done.alpha,
        "drift": done.drift,
        "curve": done.curve,
    }
    return json.dumps(told).encode()


@lru_cache(maxsize=8)
def _base(world: str, depth: int, seed: int) -> tuple[Transformer, Measured]:
    """A model, which may take minutes to train, and what it can do."""
    from tacit.tuning.laboratory.bases import base_model

    base = base_model(world, depth, seed)
    return base, _exam(world).measure(base)


@lru_cache(maxsize=2)
def _exam(world: str) -> Examination:
    from tacit.tuning.laboratory.examination import Examination
    from tacit.tuning.laboratory.worlds import WORLDS

    return Examination(WORLDS[world]())


def _rounded(errors: Any) -> list[list[float]]:  # noqa: ANN401 - a tensor, of a torch that is imported when needed
    return [[round(value, 5) for value in row] for row in errors.tolist()]
