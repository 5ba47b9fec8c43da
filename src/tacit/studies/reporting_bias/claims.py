"""The statements that the study makes, each with its number, interval and whether that bears it out."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.captions.detect.hits import TYPES
from tacit.captions.world.probes.protocol import CONTROLS
from tacit.evidence.comparing.crossed import crossed_mean
from tacit.evidence.intervals import wilson
from tacit.studies.claims import Claim
from tacit.studies.reporting_bias.analyse import CHANCE, MARGIN, arms_of, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.evidence.estimate import Estimate
    from tacit.judge.result import Judgement, ScaleResult
    from tacit.studies.reporting_bias.analyse import Answered
    from tacit.studies.reporting_bias.presets import Preset
    from tacit.studies.reporting_bias.result import Gain, RateOrNumber, Unsaid

RISE: Final = 0.20
"""A gain worth the name, as a share."""
KNOWN: Final = 0.80
"""Accuracy above which something counts as learnt."""
CONTROL: Final = "colour"
_AXIS: Final = {"params": "parameters", "unique_data": "captions"}
_POINTS: Final = 100


def make_claims(  # noqa: PLR0917 - what was measured, in the order of the story
    answered: Sequence[Answered],
    preset: Preset,
    unsaid: Sequence[Unsaid],
    verdicts: ScaleResult,
    gains: Sequence[Gain],
    doses: Sequence[RateOrNumber],
) -> tuple[Claim, ...]:
    """All claims, in the order of the story."""
    ladder = [a for a in answered if a.run.phase == "ladder" and a.run.kind == preset.kinds[0]]
    home = preset.languages[0]
    own = {(g.arm, g.against, g.capability): g for g in gains}
    claims = [_recovered(unsaid, type_) for type_ in TYPES]
    claims += [_silent(ladder, type_) for type_ in TYPES]
    claims += [_learnt(ladder, preset)]
    claims += [_scale(v) for v in verdicts.verdicts if v.capability in TYPES]
    claims += [_language(ladder, preset, type_) for type_ in TYPES] if len(preset.languages) > 1 else []
    claims += [_asking(own, type_, home) for type_ in TYPES]
    claims += [_beats_scale(own, verdicts, type_) for type_ in TYPES]
    claims += [_curating(own, type_) for type_ in TYPES]
    claims += [_kept(own, name) for name in CONTROLS]
    claims += [claim for dose in doses for claim in _doses(dose)]
    claims += [_other_kind(answered, preset, kind, type_) for kind in preset.kinds[1:] for type_ in TYPES]
    return tuple(claims)


def _claim(name: str, found: Estimate, holds: bool, why: str) -> Claim:
    missing = f" Not measured: {found.missing}." if found.missing else ""
    return Claim(name, found.value, found.low, found.high, found.n, holds and found.value is not None, why + missing)


def _recovered(unsaid: Sequence[Unsaid], type_: str) -> Claim:
    own = [u for u in unsaid if u.speaker == "ordinary" and u.type == type_ and u.knob is not None]
    level = 1 - 0.05 / max(len(own) * len(TYPES), 1)
    found = [wilson(round((u.share.value or 0) * u.share.n), u.share.n, level) for u in own]
    holds = all(_within(u.knob, e.low, e.high) for u, e in zip(own, found, strict=True))
    rates = ", ".join(
        f"{u.language}: set to {100 * (u.knob or 0):.2g}%, found {100 * (u.share.value or 0):.2g}%" for u in own
    )
    return _claim(
        f"The audit of ordinary captions finds the rate of {type_} that the speaker was set to",
        found[0], holds,
        f"Share of captions found to state it ({rates}). Wilson intervals that hold for all types and languages "
        f"together ({_POINTS * level:.1f}% each).",
    )  # fmt: skip


def _within(value: float | None, low: float | None, high: float | None) -> bool:
    return None not in {value, low, high} and low <= value <= high  # type: ignore[operator]


def _silent(ladder: Sequence[Answered], type_: str) -> Claim:
    """Over the ladder, a type that captions leave unsaid stays at chance."""
    above = crossed_mean(table_of(ladder, type_) - CHANCE[type_])
    cells: dict[tuple[int, int, str], list[float]] = {}
    for a in ladder:
        cells.setdefault((a.run.width, a.run.captions, a.run.languages), []).append(a.model.accuracy[type_])
    (width, captions, languages), far = max(
        ((cell, float(np.mean(found)) - CHANCE[type_]) for cell, found in cells.items()), key=lambda item: abs(item[1])
    )
    margin = MARGIN / _POINTS
    inside = _within(above.low, -margin, margin) and _within(above.high, -margin, margin)
    return _claim(
        f"Without being told, models of every size tried stay within {MARGIN:.0f} points of chance at {type_}",
        above, inside and abs(far) <= margin,
        f"Accuracy less chance ({_POINTS * CHANCE[type_]:.3g}%), mean of {len(ladder)} models of the ladder, items and "
        f"models crossed. Furthest of {len(cells)} sizes: {_POINTS * far:+.1f} points (width {width}, {captions:,} "
        f"captions, {languages}, mean over seeds).",
    )  # fmt: skip


def _learnt(ladder: Sequence[Answered], preset: Preset) -> Claim:
    top = [a for a in ladder if (a.run.width, a.run.captions) == (preset.widths[-1], preset.captions[-1])]
    found = crossed_mean(table_of(top, CONTROL))
    return _claim(
        f"What captions do say, the same models learn: {CONTROL} is right in more than {_POINTS * KNOWN:.0f}%",
        found, found.low is not None and found.low > KNOWN,
        f"Accuracy of the {len(top)} largest models on the most captions, items and models crossed.",
    )  # fmt: skip


def _scale(judged: Judgement) -> Claim:
    from tacit.evidence.estimate import Estimate
    from tacit.judge.report_words import word_of

    most = MARGIN
    if judged.slope is None or judged.low is None or judged.high is None:
        found = Estimate.none("no slope could be estimated", n=judged.n_systems)
    else:
        slope, low, high = (n / _POINTS for n in (judged.slope, judged.low, judged.high))
        found = Estimate(slope, low, high, judged.n_systems, "mixed model, REML", 0.9)
    return _claim(
        f"A tenfold of {_AXIS[judged.axis]} brings {judged.capability} less than {most:.0f} points",
        found, found.high is not None and found.high < most / _POINTS,
        f"Slope over the ladder per tenfold, 90% interval, {judged.n_systems} models. Verdict: "
        f"{word_of(judged).label}. {judged.reasons[0] if judged.reasons else ''}".strip(),
    )  # fmt: skip


def _language(ladder: Sequence[Answered], preset: Preset, type_: str) -> Claim:
    """A second language at the same number of captions, models paired by width, captions and seed."""
    first, second = preset.languages[0], preset.languages[-1]
    by = {(a.run.width, a.run.captions, a.run.seed, a.run.languages): a for a in ladder}
    pairs = [(a, by[w, n, s, first]) for (w, n, s, spoken), a in by.items() if spoken == second]
    gain = crossed_mean(table_of([b for b, _ in pairs], type_) - table_of([a for _, a in pairs], type_))
    return _claim(
        f"A second language does not teach {type_}",
        gain, gain.high is not None and gain.high < MARGIN / _POINTS,
        f"Accuracy with {second} less that with {first}, {len(pairs)} pairs of models with as many captions, items and "
        "models crossed.",
    )  # fmt: skip


Gains = dict[tuple[str, str, str], "Gain"]


def _asking(gains: Gains, type_: str, language: str) -> Claim:
    gain, sham = gains["elicited", "baseline", type_].difference, gains["sham", "baseline", type_].difference
    beside = gains["elicited", "sham", type_].difference
    holds = (
        gain.value is not None and gain.value >= RISE
        and _above(gain.low, sham.value) and _above(beside.low, 0.0)
    )  # fmt: skip
    return _claim(
        f"Asking raises {type_} by {_POINTS * RISE:.0f} points or more, and the sham does not",
        gain, holds,
        f"Elicited less baseline, {gains['elicited', 'baseline', type_].seeds} pairs of models ({language}), items and "
        f"seeds crossed. Sham less baseline: {_points(sham)}. Elicited less sham: {_points(beside)}.",
    )  # fmt: skip


def _beats_scale(gains: Gains, verdicts: ScaleResult, type_: str) -> Claim:
    """The gain over the sham less what a tenfold of both parameters and captions would bring."""
    from tacit.evidence.estimate import Estimate

    beside = gains["elicited", "sham", type_].difference
    slopes = [v for v in verdicts.verdicts if v.capability == type_]
    if beside.value is None or beside.low is None or any(v.slope is None for v in slopes):
        found = Estimate.none(beside.missing or "a slope could not be estimated", n=beside.n)
    else:
        z90, z95 = (NormalDist().inv_cdf(p) for p in (0.95, 0.975))
        scale = sum((v.slope or 0.0) / _POINTS for v in slopes)
        variance = sum((((v.high or 0.0) - (v.low or 0.0)) / (2 * z90 * _POINTS)) ** 2 for v in slopes)
        se = ((beside.value - beside.low) ** 2 / z95**2 + variance) ** 0.5
        value = beside.value - scale
        found = Estimate(value, value - z95 * se, value + z95 * se, beside.n, "difference of independent estimates")
    return _claim(
        f"Asking does more for {type_} than ten times the parameters and ten times the captions together",
        found, _above(found.low, 0.0),
        "Gain over the sham less the slopes along parameters and captions, per tenfold of each; errors taken as "
        "independent and normal.",
    )  # fmt: skip


def _curating(gains: Gains, type_: str) -> Claim:
    beside = gains["curated", "sham", type_].difference
    return _claim(
        f"Choosing among existing captions raises {type_} above the sham",
        beside, _above(beside.low, 0.0),
        "Curated less sham, items and seeds crossed. The captions come from one pool, so this says nothing of others.",
    )  # fmt: skip


def _kept(gains: Gains, name: str) -> Claim:
    beside = gains["elicited", "baseline", name].difference
    return _claim(
        f"Asking costs {name} less than {MARGIN:.0f} points",
        beside, _above(beside.low, -MARGIN / _POINTS),
        f"Elicited less baseline, items and seeds crossed. Elicited less sham: "
        f"{_points(gains['elicited', 'sham', name].difference)}.",
    )  # fmt: skip


def _doses(dose: RateOrNumber) -> tuple[Claim, Claim]:
    why = f"Accuracy per tenfold, least squares over {dose.models} models trained for as many steps on several sizes."
    return (
        _claim(f"Of as many captions that state {dose.type}, a larger share teaches more",
               dose.rate, _above(dose.rate.low, 0.0), why),
        _claim(f"Of as large a share of captions that state {dose.type}, a larger number teaches more",
               dose.number, _above(dose.number.low, 0.0), why),
    )  # fmt: skip


def _other_kind(answered: Sequence[Answered], preset: Preset, kind: str, type_: str) -> Claim:
    arms = arms_of(answered, kind)
    found = crossed_mean(table_of(arms["elicited"], type_) - table_of(arms["sham"], type_))
    return _claim(
        f"Asking raises {type_} above the sham in a {kind} too",
        found, _above(found.low, 0.0),
        f"Elicited less sham, {preset.arm_seeds} pairs of models, items and seeds crossed.",
    )  # fmt: skip


def _above(low: float | None, bound: float | None) -> bool:
    return low is not None and bound is not None and low > bound


def _points(found: Estimate) -> str:
    if found.value is None or found.low is None or found.high is None:
        return f"not measured ({found.missing})"
    return f"{_POINTS * found.value:+.1f} points ({_POINTS * found.low:+.1f} to {_POINTS * found.high:+.1f})"
