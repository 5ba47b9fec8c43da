"""The paper's synthetic study, made again: what fine-tuning does to one layer of linear attention.

Lee, Sohn and Lee (2026, arXiv 2602.23197). A model is pretrained to regress in context and then tuned, by four methods,
to answer one task without demonstrations. Its errors are simulated, computed exactly from its parameters
(`tacit.tuning.regression.moments`), and set beside the formulas of the theory (`tacit.tuning.regression.closed_forms`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tacit.errors import MissingExtraError, UsageError
from tacit.evidence.comparing.means import mean_interval
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import z_value
from tacit.tuning.regression.closed_forms import best_scale, best_weight, error_all, error_pretrained, error_value
from tacit.tuning.regression.moments import expected_error
from tacit.tuning.regression.problem import Problem, draw_task, sphere_mean
from tacit.tuning.regression.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

    from tacit.tuning.regression.problem import Array
    from tacit.tuning.regression.simulate import Simulated

    Seed = dict[str, Any]  # what `work` returned for one seed

BASE: Final = "pretrained"
TUNED: Final = ("ZS all", "ZS+FS all", "ZS V", "ZS+FS V")
"""Zero-shot loss (ZS), or that and the annealed few-shot loss (FS); on all parameters, or on values (V)."""
TARGET: Final = "target"
UNSEEN: Final = "unseen"
TASKS: Final = (TARGET, UNSEEN)
"""The task of fine-tuning, and tasks drawn uniformly from the unit sphere."""


@dataclass(frozen=True, slots=True)
class TheoryPreset:
    """How large this part of the study is.

    Attributes:
        seeds: Models that are pretrained, each with a target task of its own.
        iterations: Steps of pretraining, and of fine-tuning; the default is the paper's.
        batch: Prompts with demonstrations in a batch; the paper's are 5,000.
        queries: Prompts without demonstrations in a batch; they cost next to nothing.
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
    queries: int = 1_000
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


@dataclass(frozen=True, slots=True)
class Curve:
    """Squared errors by one method, with 0, 1, ... demonstrations; means over seeds.

    Attributes:
        method: ``pretrained`` or one of `TUNED`.
        task: One of `TASKS`.
        errors: As simulated, with intervals over seeds.
        standard_errors: What the simulated prompts alone add to the uncertainty of each.
        exact: Expected errors at the learned parameters.
        formula: What the theory says; ``None`` where it says nothing.
    """

    method: str
    task: str
    errors: tuple[Estimate, ...]
    standard_errors: tuple[float, ...]
    exact: tuple[float, ...]
    formula: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Learned:
    """What became of the parameters, one number for each seed.

    Attributes:
        method: ``pretrained`` or one of `TUNED`.
        symmetric: Frobenius norm of the symmetric part of ``Q11``; in theory 0 after ZS all.
        moved: By how much ``v_y`` differs from the pretrained one; in theory exactly 0 after ZS V.
        weight: w, the mean of the diagonal of ``Q11`` times ``v_y``: how far demonstrations are followed.
        expected: w in theory; ``None`` where it says nothing.
    """

    method: str
    symmetric: tuple[float, ...]
    moved: tuple[float, ...]
    weight: tuple[float, ...]
    expected: float | None


@dataclass(frozen=True, slots=True)
class Retention:
    """Chance-corrected retention on unseen tasks: ``(c - E) / (c - E_pretrained)``, c the error of answering 0.

    Attributes:
        method: One of `TUNED`.
        shots: Demonstrations.
        over_seeds: Mean of the seeds: other pretrained models and targets would give others.
        over_prompts: The same mean for these models: other prompts, each a task of its own, would give others.
        by_seed: As simulated; empty where a base had nothing to retain.
        exact: The mean at the learned parameters, without simulation; ``None`` with `by_seed`.
    """

    method: str
    shots: int
    over_seeds: Estimate
    over_prompts: Estimate
    by_seed: tuple[float, ...]
    exact: float | None


@dataclass(frozen=True, slots=True)
class TheoryResult:
    """The synthetic study.

    Attributes:
        preset: How large it was.
        null_error: Error of answering 0, on any task.
        curves: By each method on the target and on unseen tasks.
        learned: By each method.
        retention: By each way of tuning.
        few_shot_gain: Error on the target with `TheoryPreset.shots` demonstrations, ZS+FS V minus ZS V.
    """

    preset: TheoryPreset
    null_error: float
    curves: tuple[Curve, ...]
    learned: tuple[Learned, ...]
    retention: tuple[Retention, ...]
    few_shot_gain: Estimate

    def curve(self, method: str, task: str) -> Curve:
        """The errors by one method on ``target`` or ``unseen``."""
        return next(curve for curve in self.curves if (curve.method, curve.task) == (method, task))

    def parameters(self, method: str) -> Learned:
        """What one method learned."""
        return next(learned for learned in self.learned if learned.method == method)

    def retained(self, method: str) -> Retention:
        """The retention of one way of tuning."""
        return next(retention for retention in self.retention if retention.method == method)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for ``result.json``."""
        return asdict(self)


def theory_tasks(preset: TheoryPreset) -> list[TheoryTask]:
    """The work of the study, one task for each seed, for `tacit.studies.training.work_off`."""
    return [TheoryTask(preset, number) for number in range(preset.seeds)]


def work(task: TheoryTask) -> bytes:
    """Pretrain one model, tune it by every method, and measure all of them.

    Returns:
        JSON: the learned parameters, errors with their standard errors, and retention with its own, where the base
        had any of it.

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
    recipe = Recipe(preset.iterations, preset.batch, preset.queries, preset.shots)
    base = pretrain(preset.problem, recipe, seed)
    tune = partial(fine_tune, base, preset.problem, target, recipe, seed)
    tuned = [tune(update=update, few_shot=few_shot) for update in ("all", "value") for few_shot in (False, True)]
    return {name: model.arrays() for name, model in zip((BASE, *TUNED), (base, *tuned), strict=True)}


def _errors(found: Simulated) -> dict[str, list[list[float]]]:
    """Errors and their standard errors, by model."""
    both = zip(found.names, found.errors.tolist(), found.standard_errors.tolist(), strict=True)
    return {name: [errors, spread] for name, errors, spread in both}


def run_theory(seed: int = 0, iterations: int = 5_000, batch: int = 250) -> TheoryResult:
    """The whole synthetic study, in this process: about half a minute.

    Args:
        seed: Of everything.
        iterations: Steps of pretraining, and of fine-tuning.
        batch: Prompts with demonstrations in a batch.

    Raises:
        MissingExtraError: If torch is not installed.
    """
    return collect([work(task) for task in theory_tasks(TheoryPreset(seed=seed, iterations=iterations, batch=batch))])


def collect(outcomes: Sequence[bytes]) -> TheoryResult:
    """Put the seeds together.

    Args:
        outcomes: What `work` returned for each of `theory_tasks`, in their order.

    Raises:
        UsageError: If there are not as many as the preset has seeds.
    """
    seeds: list[Seed] = [json.loads(outcome) for outcome in outcomes]
    preset = TheoryPreset(**seeds[0]["preset"]) if seeds else TheoryPreset()
    if len(seeds) != preset.seeds:
        raise UsageError(f"The study has {preset.seeds} seeds, and the outcomes of {len(seeds)} were given.")
    methods = (BASE, *TUNED)
    gains = [_simulated(seed, TARGET, "ZS+FS V") - _simulated(seed, TARGET, "ZS V") for seed in seeds]
    return TheoryResult(
        preset,
        preset.problem.null_error(seeds[0]["target"]),
        tuple(_curve(preset, seeds, method, task) for method in methods for task in TASKS),
        tuple(_learned(preset, seeds, method) for method in methods),
        tuple(_retention(preset, seeds, method) for method in TUNED),
        mean_interval([gain[preset.shots] for gain in gains]),
    )


def _simulated(seed: Seed, task: str, method: str) -> Array:
    return np.array(seed["errors"][task][method][0])


def _over(task: str, target: ArrayLike, error: Callable[[ArrayLike], Array]) -> Array:
    """An expected error on the target, or its mean over unseen tasks."""
    return error(target) if task == TARGET else sphere_mean(error, len(np.asarray(target)))


def _exact(preset: TheoryPreset, seed: Seed, method: str, task: str) -> Array:
    """Expected errors at the learned parameters, shape ``(longest + 1,)``."""
    matrix, value = seed["models"][method]
    shots = np.arange(preset.longest + 1)
    return _over(task, seed["target"], lambda theta: expected_error(matrix, value, shots, theta, preset.problem))


def _formula(preset: TheoryPreset, seed: Seed, method: str, task: str) -> Array:
    """Errors by the theory, shape ``(longest + 1,)``."""
    problem, shots, target = preset.problem, np.arange(preset.longest + 1), seed["target"]
    scale = best_scale(preset.shots, problem)
    if method == BASE:
        return _over(task, target, lambda theta: error_pretrained(shots, theta, scale, problem))
    if method == "ZS all":
        matrix, value = seed["models"][method]
        rho = matrix[0][0] * value[-1]  # the loss leaves it free, so the theory does too
        return _over(task, target, lambda theta: error_all(shots, theta, target, rho, problem))
    weight = scale if method == "ZS V" else float(best_weight(preset.shots, target, target, problem))
    return _over(task, target, lambda theta: error_value(shots, theta, target, weight, problem))


def _curve(preset: TheoryPreset, seeds: Sequence[Seed], method: str, task: str) -> Curve:
    spread = np.array([seed["errors"][task][method][1] for seed in seeds])
    errors = np.stack([_simulated(seed, task, method) for seed in seeds], axis=1)
    exact = np.mean([_exact(preset, seed, method, task) for seed in seeds], axis=0)
    formula = None
    if method != "ZS+FS all":  # of which the theory says nothing
        formula = tuple(np.mean([_formula(preset, seed, method, task) for seed in seeds], axis=0).tolist())
    return Curve(
        method,
        task,
        tuple(mean_interval(at) for at in errors),
        tuple((np.linalg.norm(spread, axis=0) / len(seeds)).tolist()),
        tuple(exact.tolist()),
        formula,
    )


def _learned(preset: TheoryPreset, seeds: Sequence[Seed], method: str) -> Learned:
    models = [[np.array(part) for part in seed["models"][method]] for seed in seeds]
    blocks = [matrix[1:-1, 1:-1] for matrix, _ in models]
    target = seeds[0]["target"]
    kept = best_scale(preset.shots, preset.problem)
    moved = float(best_weight(preset.shots, target, target, preset.problem))
    return Learned(
        method,
        tuple(float(np.linalg.norm(block + block.T) / 2) for block in blocks),
        tuple(float(value[-1]) - seed["models"][BASE][1][-1] for (_, value), seed in zip(models, seeds, strict=True)),
        tuple(float(block.diagonal().mean() * value[-1]) for block, (_, value) in zip(blocks, models, strict=True)),
        {BASE: kept, "ZS all": 0.0, "ZS V": kept, "ZS+FS V": moved}.get(method),
    )


def _retention(preset: TheoryPreset, seeds: Sequence[Seed], method: str) -> Retention:
    pairs = [seed["retention"][method] for seed in seeds]
    if None in pairs:
        none = Estimate.none("a pretrained model is not clearly better than answering 0: nothing to retain")
        return Retention(method, preset.shots, none, none, (), None)
    values, spread = np.array(pairs).T
    mean, reach = float(values.mean()), z_value(0.95) * float(np.linalg.norm(spread)) / len(seeds)
    exact = []
    for seed in seeds:
        null = preset.problem.null_error(seed["target"])
        kept, had = (null - _exact(preset, seed, name, UNSEEN)[preset.shots] for name in (method, BASE))
        exact.append(float(kept / had))
    return Retention(
        method,
        preset.shots,
        mean_interval(values),
        Estimate(mean, mean - reach, mean + reach, preset.prompts * len(seeds), "delta method, over prompts"),
        tuple(values.tolist()),
        float(np.mean(exact)),
    )
