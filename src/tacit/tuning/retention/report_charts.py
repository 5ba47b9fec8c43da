"""Charts of retention: accuracy over demonstrations, gain against retention, drift per layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.report.charts import Axis, Layout, Mark, Row, interval_chart, ticks
from tacit.report.figures import known, number
from tacit.report.text import fit, shorten, visible
from tacit.report.theme import colour
from tacit.report.vega import Layers, field, on
from tacit.tuning.retention.report_words import ratio, ratio_told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.evidence.estimate import Estimate
    from tacit.report.charts import Shape
    from tacit.report.html import Html
    from tacit.tuning.retention.drift import Drift
    from tacit.tuning.retention.result import Comparison
    from tacit.tuning.retention.summary import Level

SHAPES: Final[tuple[tuple[Shape, str], ...]] = (
    ("circle", "series-1"), ("square", "series-3"), ("diamond", "series-2"), ("triangle-up", "series-4"),
    ("cross", "series-1"), ("triangle-down", "series-3"),
)  # fmt: skip
"""How tuned models are told apart in the chart of gain against retention."""

_WIDTH: Final = 300
_HEIGHT: Final = 190
_BASE: Final[tuple[Shape, str]] = ("square", "edge")
_TUNED: Final[tuple[Shape, str]] = ("circle", "series-1")


@dataclass(frozen=True, slots=True)
class Spot:
    """One observation: a place with error bars along either axis."""

    x: float
    y: float
    x_span: tuple[float, float] | None
    y_span: tuple[float, float] | None
    look: tuple[Shape, str]
    filled: bool = True


@dataclass(frozen=True, slots=True)
class Plane:
    """A chart with two linear axes.

    Attributes:
        x_name: Written under the horizontal axis.
        x_ticks: Places on it and what is written there; the first and the last are its ends.
        y_ticks: Values on the upright axis; the first and the last are its ends.
        unit: Written over the upright axis.
        spots: Observations.
        joined: Whether a line runs through all spots of one look.
        lines: Levels at which a dashed line is drawn, and their names.
    """

    x_name: str
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[float]
    unit: str
    spots: Sequence[Spot]
    joined: bool = False
    lines: Sequence[tuple[float, str]] = ()


def plane_chart(plane: Plane, *, title: str, description: str) -> Html:
    """Draw observations on two linear axes.

    Args:
        plane: What is in it.
        title: What it shows; read out, not drawn.
        description: Its numbers in words, for the same.

    Returns:
        An inert ``<svg>``.
    """
    layers = Layers(_WIDTH, _HEIGHT)
    room = 0.04 * (plane.x_ticks[-1][0] - plane.x_ticks[0][0])
    layers.scale("x", (plane.x_ticks[0][0] - room, plane.x_ticks[-1][0] + room), (0, _WIDTH))
    layers.scale("y", (plane.y_ticks[0], plane.y_ticks[-1]), (_HEIGHT, 0))
    layers.axis("y", "left", plane.y_ticks)
    x, y = on("x", "x"), on("y", "y")
    layers.add("rule", [{"x": at} for at, _ in plane.x_ticks], x=x, y=0, y2=_HEIGHT, stroke=colour("line"))
    layers.add("rule", [{"y": at} for at, _ in plane.lines], x=0, x2=_WIDTH, y=y, stroke=colour("edge"),
               strokeWidth=1.2, strokeDash={"value": [4, 3]})  # fmt: skip
    for look in dict.fromkeys(spot.look for spot in plane.spots) if plane.joined else ():
        points = [{"x": spot.x, "y": spot.y} for spot in plane.spots if spot.look == look]
        layers.add("line", points, x=x, y=y, stroke=colour(look[1]), strokeWidth=1.5)
    _add_spots(layers, plane)
    words = [{"x": at, "text": told} for at, told in plane.x_ticks]
    layers.add("text", words, x=x, y=_HEIGHT + 14, text=field("text"), align="center", baseline="middle",
               fontSize=11, fill=colour("muted"))  # fmt: skip
    asides = [{"x": _WIDTH / 2, "y": _HEIGHT + 32, "text": fit(visible(plane.x_name), 48), "align": "center"},
              {"x": -6, "y": -12, "text": plane.unit, "align": "right"}]  # fmt: skip
    layers.add("text", asides, x=field("x"), y=field("y"), text=field("text"), align=field("align"),
               baseline="middle", fontSize=11, fill=colour("muted"))  # fmt: skip
    names = [{"y": at, "text": fit(visible(told), 12)} for at, told in plane.lines]
    layers.add("text", names, x=_WIDTH + 4, y=y, text=field("text"), align="left", baseline="middle", fontSize=11,
               fill=colour("ink"))  # fmt: skip
    sides = {"left": 46, "right": 62, "top": 24, "bottom": 44}
    return layers.draw(sides, title=title, description=shorten(visible(description), 1200))


def _add_spots(layers: Layers, plane: Plane) -> None:
    low, high = plane.y_ticks[0], plane.y_ticks[-1]
    left, right = plane.x_ticks[0][0], plane.x_ticks[-1][0]
    upright, level, marks = [], [], []
    for spot in plane.spots:
        ink = colour(spot.look[1])
        if spot.y_span is not None:
            ends = (min(max(end, low), high) for end in spot.y_span)
            upright.append({"x": spot.x, **dict(zip(("y", "y2"), ends, strict=True)), "ink": ink})
        if spot.x_span is not None:
            ends = (min(max(end, left), right) for end in spot.x_span)
            level.append({"y": spot.y, **dict(zip(("x", "x2"), ends, strict=True)), "ink": ink})
        fill = ink if spot.filled else colour("page")
        marks.append({"x": spot.x, "y": min(max(spot.y, low), high), "shape": spot.look[0], "ink": ink, "fill": fill})
    x, y = on("x", "x"), on("y", "y")
    layers.add("rule", upright, x=x, y=y, y2=on("y", "y2"), stroke=field("ink"), strokeWidth=1.6)
    layers.add("rule", level, x=x, x2=on("x", "x2"), y=y, stroke=field("ink"), strokeWidth=1.6)
    layers.add("symbol", marks, x=x, y=y, shape=field("shape"), size=48, strokeWidth=1.5, stroke=field("ink"),
               fill=field("fill"))  # fmt: skip


def curve(levels: Sequence[Level], chance: float, name: str) -> Html | None:
    """Accuracy of base and tuned model over numbers of demonstrations; ``None`` if there is none.

    Args:
        levels: Of one task (or of all), one per number of demonstrations.
        chance: Accuracy of guessing.
        name: Of the task.
    """
    known_levels = [level for level in levels if level.shots is not None and known(level.kept.base) is not None]
    if not known_levels:
        return None
    spots = []
    for at, level in enumerate(known_levels):
        for estimate, look, aside in ((level.kept.base, _BASE, -0.06), (level.kept.tuned, _TUNED, 0.06)):
            value = known(estimate)
            if value is not None and estimate.low is not None and estimate.high is not None:
                span = (100 * estimate.low, 100 * estimate.high)
                spots.append(Spot(at + aside, 100 * value, None, span, look, filled=look is _TUNED))
    ends = [end for spot in spots for end in (spot.y_span or ())]
    places = [(float(at), str(level.shots)) for at, level in enumerate(known_levels)]
    if len(places) == 1:
        places = [(-0.5, ""), *places, (0.5, "")]
    heights = ticks(max(*ends, 100 * chance), lowest=min(*ends, 100 * chance))
    line = (100 * chance, "guessing")
    plane = Plane("demonstrations", places, heights, "%", spots, joined=True, lines=(line,))
    told = "; ".join(
        f"{level.shots}: base {number(100 * (known(level.kept.base) or 0))} %, tuned "
        f"{number(100 * (known(level.kept.tuned) or 0))} %" for level in known_levels
    )  # fmt: skip
    return plane_chart(plane, title=f"Accuracy over demonstrations, {name}", description=told)


def pareto(comparisons: Sequence[Comparison], margin: float) -> Html | None:
    """Gain on the target against retention; ``None`` unless at least one tuned model has both."""
    if not comparisons[0].target:
        return None
    spots = []
    times, unit = (100, "points of accuracy") if comparisons[0].target.accuracy else (1, "nats per token")
    for at, found in enumerate(comparisons):
        gain = found.target.gain if found.target else None
        value, kept = (None if gain is None else known(gain)), known(found.retention)
        if gain is not None and value is not None and kept is not None:
            span = _span(gain)
            across = None if span is None else (times * span[0], times * span[1])
            spots.append(Spot(times * value, kept, across, _span(found.retention), SHAPES[at % len(SHAPES)]))
    if not spots:
        return None
    xs = [end for spot in spots for end in (spot.x, *(spot.x_span or ()))]
    ys = [end for spot in spots for end in (spot.y, *(spot.y_span or ()))]
    places = [(at, number(at)) for at in ticks(max(*xs, 0.0), lowest=min(*xs, 0.0))]
    heights = ticks(max(*ys, 1.0), lowest=max(min(*ys, 1 - margin), -1.0))
    plane = Plane(
        f"gain on the target, {unit}", places, heights, "kept", spots, lines=((1 - margin, "margin"), (1.0, "all"))
    )
    told = "; ".join(f"{found.tuned}: retention {ratio_told(found.retention)}" for found in comparisons)
    return plane_chart(plane, title="What was gained on the target against what was kept", description=told)


def _span(estimate: Estimate) -> tuple[float, float] | None:
    if estimate.low is None or estimate.high is None or not math.isfinite(estimate.low + estimate.high):
        return None
    return estimate.low, estimate.high


def retention_rows(levels: Sequence[tuple[str, Level]], margin: float, title: str) -> Html | None:
    """Retention of several levels, one row each, with the margin as a dashed line."""
    rows = []
    for name, level in levels:
        estimate = level.kept.retention
        value = known(estimate)
        marks = () if value is None else (Mark(value, estimate.low, estimate.high),)
        rows.append(Row(name, marks, "not meas." if value is None else ratio(value), strong=level.task is None))
    if not any(row.marks for row in rows):
        return None
    axis = Axis(unit="", times=1.0, reach=(1 - margin, 1.0), limits=(-0.5, 1.5))
    return interval_chart(rows, title=title, reference=1 - margin, axis=axis, layout=Layout(260, 18, 9))


def drift_rows(drift: Drift, title: str) -> Html:
    """Attention drift, one row per layer."""
    rows = []
    for layer in drift.layers:
        value = known(layer.distance)
        marks = () if value is None else (Mark(value, layer.distance.low, layer.distance.high),)
        rows.append(Row(f"layer {layer.layer}", marks, "–" if value is None else number(value)))
    axis = Axis(unit="", times=1.0, limits=(0.0, 1.0))
    return interval_chart(rows, title=title, axis=axis, layout=Layout(260, 10, 9, 20))
