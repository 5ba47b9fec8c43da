"""A made-up study: the models' answers are invented; verdicts and comparisons are made from them for real."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from statistics import mean
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tacit.captions.detect.hits import TYPES
from tacit.captions.world.rates import REPORTING
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson
from tacit.evidence.outcomes import Outcomes
from tacit.judge.judging import Question, judge_outcomes
from tacit.studies.claims import Claim
from tacit.studies.reporting_bias.presets import ARMS, PRESETS, PROBES
from tacit.studies.reporting_bias.report_view import over_seeds
from tacit.studies.reporting_bias.result import (
    Curated,
    Gain,
    RateOrNumber,
    ReportingBiasResult,
    Trained,
    Unsaid,
)
from tacit.verify.api import compare
from tacit.verify.measured import Beside
from tacit.verify.settings import CompareSettings
from tacit.verify.worth import ScaleSlope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.judge.result import ScaleResult
    from tacit.verify.result import CompareResult

CHANCE: Final = {
    "spatial": 0.25, "counting": 1 / 9, "negation": 0.25, "temporal": 0.5, "colour": 1 / 3,
    "naming": 0.25,
}  # fmt: skip
RATES: Final = REPORTING["LAION-2B"]
THERE: Final = {"counting": 1 / 3, "spatial": 2 / 3, "negation": 1.0, "temporal": 1 / 3}
PARAMS: Final = (9_000, 60_000, 400_000)
CAPTIONS: Final = (1_000, 3_000, 9_000)
ITEMS: Final = 720
LIFT: Final = {"baseline": 0.0, "sham": 0.0, "curated": 0.08, "synthetic": -0.01, "elicited": 0.35}


def accuracy(probe: str, name: str, params: int, captions: int, lift: float) -> float:
    """What a made-up model gets right: controls by size, counting a little, the rest by what captions tell."""
    rng = np.random.default_rng(list(f"{probe} {name}".encode()))
    if probe not in TYPES:
        level = 1 - 0.3 * (9_000 / params) ** 0.4 - 0.2 * (1_000 / captions)
    else:
        more = 0.04 * np.log10(captions / 1_000) if probe == "counting" else 0.0
        level = CHANCE[probe] + more + lift
    return float(rng.binomial(ITEMS, min(max(level, 0.0), 1.0)) / ITEMS)


def trained(phase: str, arm: str, size: tuple[int, int], seed: int, asked: float, *, languages: str = "en") -> Trained:
    """One made-up model; `size` is parameters and captions."""
    params, captions = size
    lift = LIFT[arm] if arm else 0.15 * np.log10(1 + 100 * asked) if asked else 0.0
    telling = {name: round(captions * (RATES[name] * (1 - asked) + asked * THERE[name])) for name in TYPES}
    name = f"{phase}-{arm}-{asked:.4f}-{params}-{captions}-{languages}-{seed}"
    return Trained(
        name, phase, arm, "dual-encoder", params,
        captions, 6 * captions, languages, seed, asked, telling,
        {probe: accuracy(probe, name, params, captions, lift) for probe in CHANCE}, ITEMS,
    )  # fmt: skip


def models() -> tuple[Trained, ...]:
    ladder = [
        trained("ladder", "", (params, captions), seed, 0.0, languages=languages)
        for languages in ("en", "en+de") for params in PARAMS for captions in CAPTIONS for seed in range(3)
    ]  # fmt: skip
    doses = [
        trained("dose", "", (PARAMS[1], captions), seed, asked / captions)
        for captions in CAPTIONS[1:] for asked in (100, 300, 900, 2_700)[: 3 if captions == CAPTIONS[1] else 4]
        for seed in range(3)
    ]  # fmt: skip
    arms = [
        trained("arm", arm, (PARAMS[-1], CAPTIONS[-1]), seed, 0.3 if arm == "elicited" else 0.0)
        for arm in ARMS for seed in range(5)
    ]  # fmt: skip
    return (*ladder, *doses, *arms)


def verdicts(ladder: Sequence[Trained]) -> ScaleResult:
    """The real verdicts on made-up accuracies."""
    rows = [
        {"system": m.system, "capability": name, "score": score, "n": m.items, "params": float(m.params),
         "unique_data": float(m.captions), "chance": CHANCE[name]}
        for m in ladder if m.languages == "en" for name, score in m.accuracy.items() if name in TYPES
    ]  # fmt: skip
    outcomes = Outcomes.from_frame(pl.DataFrame(rows), unit="share", accept=("duplicate systems",))
    return judge_outcomes(outcomes, Question(axes=("params", "unique_data")))


def arm_outcomes(found: Sequence[Trained], arm: str) -> Outcomes:
    rows = []
    for m in found:
        for name, score in m.accuracy.items():
            # The easiest items are the same for all, so that pairs agree as those of real models do.
            easy = np.random.default_rng([PROBES.index(name), m.seed]).permutation(m.items)
            rows += [
                {"system": arm, "capability": name, "item": f"{m.seed}:{at}", "score": float(at < score * m.items)}
                for at in easy.tolist()[:200]
            ]  # fmt: skip
    return Outcomes.from_frame(pl.DataFrame(rows), unit="share")


def compared(arms: Sequence[Trained], scale: ScaleResult) -> CompareResult:
    """The real comparison of made-up answers."""
    made = {name: arm_outcomes([m for m in arms if m.arm == name], name) for name in ("baseline", "sham", "elicited")}
    slopes = tuple(
        ScaleSlope(v.capability, v.slope, v.low, v.high, v.axis) for v in scale.verdicts if v.capability in TYPES
    )
    return compare(
        made["baseline"], made["elicited"], sham=made["sham"], retain=[n for n in CHANCE if n not in TYPES],
        beside=Beside(slopes=slopes), settings=CompareSettings(),
    )  # fmt: skip


def gains(arms: Sequence[Trained]) -> tuple[Gain, ...]:
    found = []
    of = {(m.arm, m.seed): m.accuracy for m in arms}
    seeds = sorted({m.seed for m in arms})
    for arm, against in [(a, b) for a in ARMS[1:] for b in ("sham", "baseline") if a != b]:
        for name in CHANCE:
            pairs = [of[arm, seed][name] - of[against, seed][name] for seed in seeds]
            made = replace(over_seeds(pairs, (-1.0, 1.0)), method="items and seeds")
            found.append(Gain(arm, against, name, "target" if name in TYPES else "retain", made, len(seeds)))
    return tuple(found)


def unsaid() -> tuple[Unsaid, ...]:
    made = []
    for speaker, language in (("ordinary", "en"), ("ordinary", "de"), ("elicited", "en"), ("synthetic", "en")):
        for name in TYPES:
            rate = THERE[name] if speaker == "elicited" else RATES[name]
            seen, there = wilson(round(20_000 * rate), 20_000), round(20_000 * THERE[name])
            reported = wilson(round(20_000 * rate), there)
            made.append(Unsaid(speaker, language, name, RATES[name] if speaker == "ordinary" else None, seen, reported))
    return tuple(made)


def claims(found: Sequence[Gain]) -> tuple[Claim, ...]:
    made = [
        Claim(f"Asking raises {g.capability} over the sham by 20 points or more.", g.difference.value,
              g.difference.low, g.difference.high, g.seeds,
              (g.difference.low or 0.0) >= 0.20, "Elicited arm less sham, by items and seeds.")
        for g in found if (g.arm, g.against, g.role) == ("elicited", "sham", "target")
    ]  # fmt: skip
    return (
        *made,
        Claim("Choosing does as well as asking.", -0.27, -0.29, -0.25, 5, holds=False, why="Curated less elicited."),
        Claim("Counting is known to be told truly.", None, None, None, 0, holds=False, why="No caption was counted."),
    )


@lru_cache(maxsize=1)
def made_up_study() -> ReportingBiasResult:
    """Everything that a report can show, at once."""
    every = models()
    scale = verdicts([m for m in every if m.phase == "ladder"])
    arms = [m for m in every if m.phase == "arm"]
    changes = gains(arms)
    rate, number = (Estimate(*ends, 21, "least squares") for ends in ((0.091, 0.070, 0.112), (0.004, -0.015, 0.023)))
    finding = "The share matters: at the same number, more of other captions makes it worse."
    doses = tuple(RateOrNumber(name, rate, number, 21, finding) for name in TYPES)
    reached = {"counting": 0.25, "spatial": 0.04, "negation": 0.04, "temporal": 0.08}
    curated = Curated(40_000, 700, 20, reached, dict.fromkeys(TYPES, 0.25),
                      ("negation: the pool holds 41 captions that state it.",))  # fmt: skip
    return ReportingBiasResult(
        tacit="0.1.0", settings=PRESETS["default"].to_json(), unsaid=unsaid(), models=every, chance=CHANCE,
        verdicts=scale, yours=None, compared=compared(arms, scale), gains=changes, doses=doses, curated=curated,
        claims=claims(changes), remarks=("Curation was left out for German.",),
    )  # fmt: skip


def mean_accuracy(result: ReportingBiasResult, arm: str, probe: str) -> float:
    """The plain mean, to check the report by."""
    return mean(m.accuracy[probe] for m in result.models if m.arm == arm)
