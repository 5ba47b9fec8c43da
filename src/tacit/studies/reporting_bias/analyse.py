"""Steps two to four of the study: from what models answered to verdicts, gains and what they rest on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tacit.captions.detect.hits import TYPES
from tacit.captions.world.probes.protocol import CONTROLS, FOUR, get_probe
from tacit.evidence.comparing.crossed import crossed_mean
from tacit.evidence.estimate import Estimate
from tacit.evidence.outcomes import Outcomes
from tacit.io.evals.long import as_long
from tacit.judge.judging import Question, judge_outcomes
from tacit.studies.reporting_bias.presets import ARMS, PROBES
from tacit.studies.reporting_bias.result import Gain, RateOrNumber, Trained
from tacit.studies.reporting_bias.runs import Run
from tacit.verify.api import compare
from tacit.verify.measured import Beside
from tacit.verify.settings import CompareSettings
from tacit.verify.worth import ScaleSlope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from tacit.judge.result import ScaleResult
    from tacit.studies.reporting_bias.presets import Preset
    from tacit.verify.result import CompareResult

CHANCE: Final = {name: get_probe(name).chance for name in PROBES}
MARGIN: Final = 5.0
"""Points that what must not break may lose, and that what scale does not help may stray from chance."""
_AXES: Final = ("params", "unique_data")


@dataclass(frozen=True, slots=True)
class Answered:
    """One trained model and its answers.

    Attributes:
        run: What was trained.
        model: The same for the report.
        right: For each probe how far each item was answered rightly, shape ``(items,)``.
    """

    run: Run
    model: Trained
    right: dict[str, NDArray[np.float64]]


def read_answers(outcomes: Iterable[bytes]) -> list[Answered]:
    """What `tacit.studies.reporting_bias.runs.train_and_ask` returned."""
    return [_answered(json.loads(outcome)) for outcome in outcomes]


def _answered(done: dict[str, Any]) -> Answered:
    run = Run(**done["run"])
    right = {name: np.asarray(scores, dtype=np.float64) for name, scores in done["right"].items()}
    model = Trained(
        system=run.system, phase=run.phase, arm=run.arm, kind=run.kind, params=done["params"],
        captions=done["captions"], words=done["words"], languages=run.languages, seed=run.seed,
        asked=run.asked / run.captions if run.arm in {"", "elicited"} else 0.0, telling=done["telling"],
        accuracy={name: float(scores.mean()) for name, scores in right.items()}, items=len(next(iter(right.values()))),
    )  # fmt: skip
    return Answered(run, model, right)


def judge_ladder(answered: Sequence[Answered], preset: Preset) -> ScaleResult:
    """The verdicts on the ladder of the first kind of model and the first set of languages."""
    ladder = [a for a in answered if a.run.phase == "ladder" and a.run.kind == preset.kinds[0]]
    rows = [
        {
            "system": a.model.system, "family": a.model.languages, "capability": name, "score": share,
            "n": a.model.items, "chance": CHANCE[name], "params": float(a.model.params),
            "unique_data": float(a.model.captions),
        }
        for a in ladder
        for name, share in a.model.accuracy.items()
    ]  # fmt: skip
    # No model is here twice, but two that only guess may guess alike.
    table = Outcomes.from_frame(as_long(rows, "the ladder of the study"), unit="share", accept=("duplicate systems",))
    return judge_outcomes(table, Question(axes=_AXES, seed=preset.seed))


def arms_of(answered: Sequence[Answered], kind: str) -> dict[str, list[Answered]]:
    """The models of each arm, in the order of their seeds."""
    chosen = [a for a in answered if a.run.phase == "arm" and a.run.kind == kind]
    return {arm: sorted((a for a in chosen if a.run.arm == arm), key=lambda a: a.run.seed) for arm in ARMS}


def table_of(models: Sequence[Answered], probe: str) -> NDArray[np.float64]:
    """What models answered, shape ``(models, items)``."""
    return np.stack([a.right[probe] for a in models])


def measure_gains(answered: Sequence[Answered], preset: Preset) -> tuple[Gain, ...]:
    """Every arm against the sham and the baseline, models of one seed paired."""
    arms = arms_of(answered, preset.kinds[0])
    return tuple(
        Gain(arm, against, probe, "target" if probe in FOUR else "retain", difference, preset.arm_seeds)
        for against in ("sham", "baseline")
        for arm in ARMS
        if arm not in {against, "baseline"}
        for probe in PROBES
        for difference in [crossed_mean(table_of(arms[arm], probe) - table_of(arms[against], probe))]
    )


def compare_arms(answered: Sequence[Answered], preset: Preset, verdicts: ScaleResult) -> CompareResult:
    """`tacit compare` on the elicited arm: items clustered over seeds, gains in decades of scale."""
    arms = arms_of(answered, preset.kinds[0])
    slopes = tuple(
        ScaleSlope(v.capability, v.slope, v.low, v.high, v.axis, f"ladder: {v.verdict}") for v in verdicts.verdicts
    )
    return compare(
        _pooled("baseline", arms["baseline"]),
        _pooled("elicited", arms["elicited"]),
        sham=_pooled("sham", arms["sham"]),
        retain=CONTROLS,
        beside=Beside(slopes=slopes),
        settings=CompareSettings(margin=MARGIN, seed=preset.seed),
        remarks=("Items are pooled over seeds and clustered; intervals that count seeds as drawn stand in `gains`.",),
    )


def _pooled(arm: str, models: Sequence[Answered]) -> Outcomes:
    rows = [
        {
            "system": arm, "capability": probe, "item": f"{probe}-{at}/seed-{a.run.seed}", "cluster": f"{probe}-{at}",
            "score": score, "chance": CHANCE[probe],
        }
        for a in models
        for probe, right in a.right.items()
        for at, score in enumerate(right.tolist())
    ]  # fmt: skip
    return Outcomes.from_frame(as_long(rows, f"the {arm} arm of the study"), unit="share")


def rate_or_number(answered: Sequence[Answered]) -> tuple[RateOrNumber, ...]:
    """Whether the share of telling captions or their number goes with accuracy, by least squares over the doses."""
    dosed = [a for a in answered if a.run.phase == "dose"]
    return tuple(_dose(type_, dosed) for type_ in TYPES)


def _dose(type_: str, dosed: Sequence[Answered]) -> RateOrNumber:
    number = np.log10([max(a.model.telling[type_], 1) for a in dosed])
    rate = number - np.log10([a.model.captions for a in dosed])
    accuracy = np.array([a.model.accuracy[type_] for a in dosed])
    design = np.column_stack([np.ones(len(dosed)), rate, number])
    of_rate, of_number = _least_squares(design, accuracy)
    return RateOrNumber(type_, of_rate, of_number, len(dosed), _finding(of_rate, of_number))


def _least_squares(design: NDArray[np.float64], outcome: NDArray[np.float64]) -> tuple[Estimate, Estimate]:
    """The second and third coefficient, with Student intervals from the residual variance (Gauss-Markov)."""
    from tacit.evidence.intervals import t_value

    models, method = len(outcome), "least squares over models, t"
    df = models - design.shape[1]
    if df < 2 or np.linalg.matrix_rank(design) < design.shape[1]:
        none = Estimate.none("too few doses, or one size of the corpus only", n=models, method=method)
        return none, none
    fitted, *_ = np.linalg.lstsq(design, outcome, rcond=None)
    residual = outcome - design @ fitted
    errors = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * (residual @ residual) / df)
    half = t_value(0.95, df) * errors
    return (
        Estimate(float(fitted[1]), float(fitted[1] - half[1]), float(fitted[1] + half[1]), models, method),
        Estimate(float(fitted[2]), float(fitted[2] - half[2]), float(fitted[2] + half[2]), models, method),
    )


def _finding(rate: Estimate, number: Estimate) -> str:
    if rate.value is None or number.value is None:
        return f"Cannot be told: {rate.missing or number.missing}."
    by_rate, by_number = (e.low is not None and e.low > 0 for e in (rate, number))
    if by_rate and by_number:
        return "Both matter: a larger share at the same number, and a larger number at the same share."
    if by_rate:
        return "The share matters: at the same number, more of other captions around them makes it worse."
    if by_number:
        return "The number matters: at the same share, more of them in more captions makes it better."
    return "Neither is shown to matter by itself at these doses."
