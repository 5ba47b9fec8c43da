"""The models of the theory: which are trained, and the work of training and measuring those of one seed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import MissingExtraError, UsageError
from tacit.tuning.regression.problem import Problem, draw_task
from tacit.tuning.regression.simulate import simulate

if TYPE_CHECKING:
    from tacit.tuning.regression.problem import Array
    from tacit.tuning.regression.simulate import Simulated

BASE: Final = "pretrained"
TUNED: Final = ("ZS all", "ZS+FS all", "ZS V", "ZS+FS V")
"""Zero-shot loss (ZS), or that and the annealed few-shot loss (FS); on all parameters, or on values (V)."""
TARGET: Final = "target"
UNSEEN: Final = "unseen"


@dataclass(frozen=True, slots=True)
class TheoryPreset:
    """How large this part of the study is.

    Attributes:
        seeds: Models that are pretrained, each with a target task of its own.
        iterations: Steps of pretraining, and of fine-tuning; the default is the paper's.
        batch: Prompts in a batch; the paper's are 5,000.
        prompts: Simulated prompts on the target, and as many on unseen tasks.
        longest: Errors are measured with 0 to this many demonstrations.
        shots: Demonstrations in pretraining and in the few-shot loss, and those at which retention is measured.
        inputs: Of the regression.
        noise: Its variance.
        seed: Added to all seeds.

    Raises:
        UsageError: If there are fewer than 2 seeds, or retention is to be measured beyond `longest`.
    """

    seeds: int = 3
    iterations: int = 5_000
    batch: int = 250
    prompts: int = 50_000
    longest: int = 40
    shots: int = 20
    inputs: int = 5
    noise: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        if self.seeds < 2:
            raise UsageError(f"An interval over seeds needs at least 2 of them, not {self.seeds}.")
        if self.shots > self.longest:
            raise UsageError(f"Retention with {self.shots} demonstrations lies beyond the longest, {self.longest}.")

    @property
    def problem(self) -> Problem:
        """What is regressed on."""
        return Problem(self.inputs, self.noise)


@dataclass(frozen=True, slots=True)
class TheoryTask:
    """What a worker is told; plain data.

    Attributes:
        preset: The study.
        number: Of the seed, from 0.
    """

    preset: TheoryPreset
    number: int


def theory_tasks(preset: TheoryPreset) -> list[TheoryTask]:
    """The work of the study, one task for each seed, for `tacit.studies.training.work_off`."""
    return [TheoryTask(preset, number) for number in range(preset.seeds)]


def work(task: TheoryTask) -> bytes:
    """Pretrain one model, tune it by every method, and measure all of them.

    Returns:
        JSON: the learned parameters, errors with their standard errors, and retention with its own.

    Raises:
        MissingExtraError: If torch is not installed.
    """
    preset, seed = task.preset, task.preset.seed + task.number
    target = draw_task(preset.inputs, seed)
    models = _train(preset, seed, target)
    measure = partial(simulate, models, preset.problem, range(preset.longest + 1), prompts=preset.prompts, seed=seed)
    found = {TARGET: measure(task=target), UNSEEN: measure()}
    null = preset.problem.null_error(target)
    done: dict[str, Any] = {
        "preset": asdict(preset),
        "target": target.tolist(),
        "models": {name: [part.tolist() for part in model] for name, model in models.items()},
        "errors": {where: _errors(simulated) for where, simulated in found.items()},
        "retention": {name: found[UNSEEN].retention(name, BASE, preset.shots, null) for name in TUNED},
    }
    return json.dumps(done).encode()


def _train(preset: TheoryPreset, seed: int, target: Array) -> dict[str, tuple[Array, Array]]:
    """``Q`` and ``v`` of the pretrained model and of what each method makes of it."""
    try:
        import torch
    except ImportError:
        raise MissingExtraError("tacit study forgetting", "laboratory") from None
    from tacit.tuning.regression.fit import Recipe, fine_tune, pretrain

    torch.set_num_threads(1)  # one model per process is faster than one model on all processors
    recipe = Recipe(preset.iterations, preset.batch, preset.shots)
    base = pretrain(preset.problem, recipe, seed)
    tune = partial(fine_tune, base, preset.problem, target, recipe, seed)
    tuned = [tune(update=update, few_shot=few_shot) for update in ("all", "value") for few_shot in (False, True)]
    return {name: model.arrays() for name, model in zip((BASE, *TUNED), (base, *tuned), strict=True)}


def _errors(found: Simulated) -> dict[str, list[list[float]]]:
    """Errors and their standard errors, by model."""
    both = zip(found.names, found.errors.tolist(), found.standard_errors.tolist(), strict=True)
    return {name: [errors, spread] for name, errors, spread in both}
