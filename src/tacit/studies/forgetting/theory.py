"""The paper's synthetic study, made again: what fine-tuning does to one layer of linear attention.

Lee, Sohn and Lee (2026, arXiv 2602.23197). A model is pretrained to regress in context and then tuned, by four methods,
to answer one task without demonstrations. Its errors are simulated, computed exactly from its parameters
(`tacit.tuning.regression.moments`), and set beside the formulas of the theory (`tacit.tuning.regression.closed_forms`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tacit.errors import UsageError
from tacit.evidence.comparing.means import mean_interval
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import z_value
from tacit.studies.claims import Claim
from tacit.studies.forgetting.theory_runs import BASE, TARGET, TUNED, UNSEEN, TheoryPreset, theory_tasks, work
from tacit.tuning.regression.closed_forms import best_scale, best_weight, error_all, error_pretrained, error_value
from tacit.tuning.regression.moments import expected_error
from tacit.tuning.regression.problem import sphere_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

    from tacit.tuning.regression.problem import Array

    Seed = dict[str, Any]  # what `work` returned for one seed

KEPT: Final = {"ZS V": 0.90, "ZS+FS V": 0.85}
"""Retention that counts as having kept learning in context."""
VANISHED: Final = 0.05
"""Share of a norm that counts as nothing, after as many steps of noisy gradients."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Squared errors by one method, with 0, 1, ... demonstrations; means over seeds.

    Attributes:
        method: ``pretrained`` or one of `TUNED`.
        task: ``target`` or ``unseen``: that of fine-tuning, or tasks drawn uniformly from the unit sphere.
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
        by_seed: As simulated.
        exact: The mean at the learned parameters, without simulation.
    """

    method: str
    shots: int
    over_seeds: Estimate
    over_prompts: Estimate
    by_seed: tuple[float, ...]
    exact: float


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


def run_theory(seed: int = 0, iterations: int = 5_000, batch: int = 250) -> TheoryResult:
    """The whole synthetic study, in this process: about half a minute.

    Args:
        seed: Of everything.
        iterations: Steps of pretraining, and of fine-tuning.
        batch: Prompts in a batch.

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
        tuple(_curve(preset, seeds, method, task) for method in methods for task in (TARGET, UNSEEN)),
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
    values, spread = np.array([seed["retention"][method] for seed in seeds]).T
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


def theory_claims(result: TheoryResult) -> tuple[Claim, ...]:
    """What the paper says of one layer of linear attention, each statement with what was found.

    `Claim.holds` asks the interval over seeds, except where the theory is exact.
    """
    shots, seeds = result.preset.shots, result.preset.seeds
    before, after = result.parameters(BASE).symmetric, result.parameters("ZS all").symmetric
    left = mean_interval([late / early for early, late in zip(before, after, strict=True)])
    moved = max(abs(number) for number in result.parameters("ZS V").moved)
    cost = [
        few - zero
        for few, zero in zip(result.retained("ZS+FS V").by_seed, result.retained("ZS V").by_seed, strict=True)
    ]
    retained = f"Chance-corrected retention with {shots} demonstrations on tasks never tuned for"
    return (
        _agreement(result),
        _claim("Zero-shot tuning of all parameters drives the symmetric part of Q11 to 0", left, below=VANISHED,
               why=f"Its norm after tuning over its norm before; holds if below {VANISHED}."),
        _claim("Zero-shot tuning of all parameters leaves nothing of learning in context",
               result.retained("ZS all").over_seeds, below=0, why=f"{retained}; below 0 is worse than answering 0."),
        Claim("Zero-shot tuning of values leaves the weight of the demonstrations as it was", moved, moved, moved,
              seeds, moved == 0, "The largest change of v_y; exactly 0 in theory."),
        _claim("Zero-shot tuning of values keeps learning in context", result.retained("ZS V").over_seeds,
               above=KEPT["ZS V"], why=f"{retained}; holds if above {KEPT['ZS V']}."),
        _claim("Values with the few-shot loss keep most of learning in context",
               result.retained("ZS+FS V").over_seeds, above=KEPT["ZS+FS V"],
               why=f"{retained}; holds if above {KEPT['ZS+FS V']}."),
        _claim("The few-shot loss on the target helps the target", result.few_shot_gain, below=0,
               why=f"Error on the target with {shots} demonstrations, with the loss minus without."),
        _claim("The few-shot loss on the target costs other tasks", mean_interval(cost), below=0,
               why=f"{retained}, with the loss minus without."),
    )  # fmt: skip


def _agreement(result: TheoryResult) -> Claim:
    """Simulation against exact moments: simultaneous over all points, by Bonferroni."""
    pairs = [
        (estimate.value, exact, error)
        for curve in result.curves
        for estimate, exact, error in zip(curve.errors, curve.exact, curve.standard_errors, strict=True)
        if estimate.value is not None
    ]
    largest = max(abs(value - exact) / exact for value, exact, _ in pairs)
    reach = z_value(1 - 0.05 / len(pairs))
    return Claim(
        "Simulated errors are the expected ones",
        largest, None, None, len(pairs), all(abs(value - exact) < reach * error for value, exact, error in pairs),
        "The largest relative deviation; holds if none is larger than chance allows (Bonferroni, 5 %).",
    )  # fmt: skip


def _claim(name: str, found: Estimate, *, why: str, above: float = -np.inf, below: float = np.inf) -> Claim:
    holds = found.low is not None and found.high is not None and above < found.low and found.high < below
    return Claim(name, found.value, found.low, found.high, found.n, holds, f"{why} {found.method}, over seeds.")
