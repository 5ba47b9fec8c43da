"""The drawings of the study: errors of the theory, what was kept, along depth and as training goes on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tacit.report.charts import Axis, Layout, Mark, Row, glyph, interval_chart
from tacit.report.curves import Curve, Place, Plot, Spot, curve_chart
from tacit.report.figures import known
from tacit.report.html import Html, el
from tacit.studies.forgetting.report_words import KEEPS, UPDATES, find, signed, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.evidence.estimate import Estimate
    from tacit.report.charts import Shape
    from tacit.studies.forgetting.result import ForgettingResult, Tuning
    from tacit.studies.forgetting.theory import TheoryResult

Look = tuple["Shape", str]

METHOD_LOOKS: Final[Mapping[str, Look]] = {
    "pretrained": ("circle", "published"), "ZS all": ("square", "series-2"), "ZS+FS all": ("triangle-up", "series-4"),
    "ZS V": ("diamond", "series-1"), "ZS+FS V": ("triangle-down", "series-3"),
}  # fmt: skip
KEEP_LOOKS: Final[Mapping[str, Look]] = {
    "none": ("square", "series-2"), "few-shot-loss": ("triangle-up", "series-4"), "few-shot": ("diamond", "series-1"),
    "l2": ("triangle-down", "series-3"), "average": ("cross", "ink"),
}  # fmt: skip
_KEPT: Final = Layout(plot=200, label_chars=34, note_chars=24)
_SHARE: Final = Axis("%", limits=(0.0, 1.05), reach=(0.0, 1.0))
_DOTTED: Final = (1, 4)
_LEAST: Final = 1e-3
"""Skill errors below this are drawn here: a logarithmic scale has no 0."""


def theory_chart(found: TheoryResult, task: str) -> Html:
    """Errors by number of demonstrations, one more than which stands on the logarithmic scale."""
    curves, spots, said = [], [], []
    highest = max(max(curve.exact) for curve in found.curves if curve.task == task)
    for method, (shape, role) in METHOD_LOOKS.items():
        curve = found.curve(method, task)
        x = [shots + 1 for shots in range(len(curve.exact))]
        curves.append(Curve(x, [error / highest for error in curve.exact], 1.4, role=role))
        spots += [
            Spot(shots + 1, (curve.errors[shots].value or 0.0) / highest, shape=shape, role=role)
            for shots in (0, 1, 2, 5, 10, 20, 40)
            if shots < len(curve.errors)
        ]
        said.append(f"{method}: {curve.exact[0]:.2f} without demonstrations, {curve.exact[-1]:.2f} with {len(x) - 1}")
    frame = [Curve((1, len(curves[0].x)), (y, y), 1.0, role="line") for y in (0.0, 1.0)]
    plot = Plot(
        "demonstrations + 1",
        levels=[Place(found.null_error / highest, "null", _DOTTED)],
        curves=[*frame, *curves],
        spots=spots,
    )
    title = f"Squared error on {'the target' if task == 'target' else 'tasks drawn anew'}; 100 % is {highest:.2f}"
    return curve_chart(plot, title=title, description="; ".join(said))


def theory_key() -> Html:
    """What the marks of `theory_chart` mean."""
    shown = [el("li", glyph(*look), f" {method}") for method, look in METHOD_LOOKS.items()]
    return el(
        "ul", *shown, el("li", "line: exact at what was learnt; mark: simulated; dotted: answering 0"), class_="key"
    )


def kept_chart(tunings: Sequence[Tuning], shots: int, world: str) -> Html:
    """What was kept, a block per set of parameters and a row per what was done beside."""
    rows: list[Row] = []
    for update in dict.fromkeys(tuning.update for tuning in tunings):
        same = [tuning for tuning in tunings if tuning.update == update]
        rows.append(Row(f"{UPDATES.get(update, update)} ({same[0].trained:,} trained)", strong=True))
        for tuning in same:
            missed = "" if tuning.reached == tuning.seeds else f", {tuning.seeds - tuning.reached} not reached"
            label = KEEPS.get(tuning.keep, tuning.keep) + missed
            rows.append(
                Row(label, _mark(tuning.retention[shots], KEEP_LOOKS[tuning.keep]), told(tuning.retention[shots]))
            )
    title = f"{world}: share of in-context learning kept, {shots} demonstrations, at the same error on the skill"
    return interval_chart(rows, title=title, reference=1.0, axis=_SHARE, layout=_KEPT)


def _mark(estimate: Estimate, look: Look) -> tuple[Mark, ...]:
    value = known(estimate)
    return () if value is None else (Mark(value, estimate.low, estimate.high, *look),)


def depth_chart(result: ForgettingResult, keep: str, shots: int) -> Html | None:
    """Retention along the number of layers, a line per set of parameters."""
    curves, spots, said = [], [], []
    depths = sorted({tuning.depth for tuning in result.tunings if tuning.world == "lines"})
    for at, update in enumerate(UPDATES):
        found = [(depth, find(result, update, keep, depth=depth)) for depth in depths]
        dots = [(d, value) for d, t in found if t and (value := known(t.retention[shots])) is not None]
        if len(dots) < 2:
            continue
        shape, role = _LOOKS[at]
        curves.append(Curve([d for d, _ in dots], [v for _, v in dots], 1.4, role=role))
        spots += [Spot(d, v, shape=shape, role=role) for d, v in dots]
        said.append(f"{UPDATES[update]}: " + ", ".join(f"{signed(v)} with {d}" for d, v in dots))
    if not spots:
        return None
    plot = Plot("layers", curves=[*_frame(depths[0], depths[-1]), *curves], spots=spots)
    title = f"Share of in-context learning kept, {KEEPS[keep]}"
    return curve_chart(plot, title=title, description="; ".join(said))


_LOOKS: Final[tuple[Look, ...]] = (
    ("square", "series-2"), ("circle", "published"), ("diamond", "series-1"), ("triangle-up", "series-4"),
    ("triangle-down", "series-3"), ("cross", "ink"),
)  # fmt: skip


def depth_key() -> Html:
    """What the marks of `depth_chart` mean."""
    shown = [el("li", glyph(*look), f" {words}") for look, words in zip(_LOOKS, UPDATES.values(), strict=True)]
    return el("ul", *shown, class_="key")


def front_chart(result: ForgettingResult, world: str, shots: int) -> Html | None:
    """Retention against error on the skill: the ways of tuning, and the paths that training on takes."""
    points = [t for t in result.tunings if t.question == "matched" and t.world == world and t.depth == _depth(world)]
    paths = [t for t in result.tunings if t.question == "longer" and t.world == world]
    if not points and not paths:
        return None
    curves = [
        Curve(*_path(t), 1.4, role=KEEP_LOOKS[t.keep][1], dash=(1, 0) if t.update == "all" else (6, 3)) for t in paths
    ]
    spots = [
        Spot(max(t.skill.value or 0.0, _LEAST), min(max(value, 0.0), 1.0), shape=KEEP_LOOKS[t.keep][0],
             role=KEEP_LOOKS[t.keep][1], filled=t.update == "all")
        for t in points
        if known(t.skill) is not None and (value := known(t.retention[shots])) is not None
    ]  # fmt: skip
    ends = [x for curve in curves for x in curve.x] + [spot.x for spot in spots]
    plot = Plot("error on the skill", curves=[*_frame(min(ends), max(ends)), *curves], spots=spots)
    said = "; ".join(
        f"{UPDATES[t.update]}, {KEEPS[t.keep]}: {signed(t.curve[-1][2])} kept at an error of {t.curve[-1][1]:.3g}"
        for t in paths
    )
    return curve_chart(plot, title="In-context learning kept against error on the skill", description=said)


def _depth(world: str) -> int:
    return 2 if world == "symbols" else 3


def _path(tuning: Tuning) -> tuple[list[float], list[float]]:
    """Error and retention as training goes on, from the lowest error up, as a curve must rise."""
    best: list[tuple[float, float]] = []
    for _, skill, kept in tuning.curve:
        if not best or skill < best[-1][0]:
            best.append((max(skill, _LEAST), kept))
    best.reverse()
    return [x for x, _ in best], [min(max(y, 0.0), 1.0) for _, y in best]


def steps_chart(result: ForgettingResult, world: str) -> Html | None:
    """What is left by the number of steps."""
    paths = [t for t in result.tunings if t.question == "longer" and t.world == world and t.curve]
    if not paths:
        return None
    curves, said = [], []
    for t in paths:
        steps, kept = [step + 1 for step, _, _ in t.curve], [min(max(value, 0.0), 1.0) for _, _, value in t.curve]
        curves.append(Curve(steps, kept, 1.4, role=KEEP_LOOKS[t.keep][1], dash=(1, 0) if t.update == "all" else (6, 3)))
        said.append(f"{UPDATES[t.update]}, {KEEPS[t.keep]}: {signed(kept[-1])} after {steps[-1] - 1} steps")
    plot = Plot("steps + 1", curves=[*_frame(1, max(curve.x[-1] for curve in curves)), *curves])
    return curve_chart(plot, title="In-context learning kept as training goes on", description="; ".join(said))


def keep_key() -> Html:
    """What the marks and lines of `front_chart` and `steps_chart` mean."""
    shown = [el("li", glyph(*look), f" {KEEPS[keep]}") for keep, look in KEEP_LOOKS.items()]
    more = "filled or solid: everything is trained; hollow or dashed: a part of it (dashed: values)"
    return el("ul", *shown, el("li", more), class_="key")


def _frame(low: float, high: float) -> list[Curve]:
    """Lines at both ends that hold the axis open, so that charts side by side can be compared."""
    span = (low, high if high > low else math.nextafter(low, math.inf))
    return [Curve(span, (y, y), 1.0, role="line") for y in (0.0, 1.0)]
