"""The drawings of the study: what is reported, accuracies along scale and dose, and what each arm did."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tacit.report.charts import Axis, Layout, Mark, Row, glyph, interval_chart
from tacit.report.curves import Curve, Place, Plot, Spot, curve_chart
from tacit.report.figures import compact, interval, known, percent, why_missing
from tacit.report.html import Html, el, join
from tacit.studies.reporting_bias.report_words import ARM_WORDS, SPEAKERS, points_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.evidence.estimate import Estimate
    from tacit.report.charts import Shape
    from tacit.studies.reporting_bias.report_view import Line, View

_LOOKS: Final[tuple[tuple[Shape, str], ...]] = (
    ("circle", "series-1"), ("square", "series-3"), ("diamond", "series-2"), ("triangle-up", "series-4"),
    ("cross", "published"), ("triangle-down", "ink"),
)  # fmt: skip
_ASIDE: Final = 1.05
"""Factor by which neighbouring lines stand apart, so that their intervals do not cover each other."""
_DOTTED: Final = (1, 4)
_WHOLE: Final = Axis("%", limits=(0.0, 1.0), reach=(0.0, 1.0))
_UNSAID: Final = Layout(plot=200, label_chars=21, note_chars=26)
_ARMS: Final = Layout(plot=200, label_chars=10, note_chars=19)
_GAINS: Final = Layout(plot=220, label_chars=10, note_chars=23)
_ARM_LOOKS: Final[dict[str, tuple[Shape, str]]] = {
    "baseline": ("circle", "published"), "sham": ("square", "published"), "curated": ("triangle-up", "series-2"),
    "synthetic": ("triangle-down", "series-3"), "elicited": ("diamond", "series-1"),
}  # fmt: skip
_OTHER: Final[tuple[Shape, str]] = ("cross", "ink")
_SPEAKER_LOOKS: Final[dict[str, tuple[Shape, str]]] = {
    "ordinary": ("circle", "published"), "curated": ("triangle-up", "series-2"),
    "synthetic": ("triangle-down", "series-3"), "elicited": ("diamond", "series-1"),
}  # fmt: skip


def _span(estimate: Estimate) -> tuple[float, float] | None:
    low, high = estimate.low, estimate.high
    return (low, high) if low is not None and high is not None and math.isfinite(low + high) else None


def _mark(estimate: Estimate, look: tuple[Shape, str]) -> tuple[Mark, ...]:
    value = known(estimate)
    if value is None:
        return ()
    low, high = _span(estimate) or (None, None)
    return (Mark(value, low, high, *look),)


def _note(estimate: Estimate) -> str:
    value = known(estimate)
    if value is None:
        return "not known"
    ends = interval(estimate)
    return f"{percent(value)} ({ends})" if ends else percent(value)


def unsaid_chart(view: View) -> Html | None:
    """Shares of captions that report what is there, a block per type; None where nothing is known."""
    rows: list[Row] = []
    for name in view.types:
        found = [(speaker, entry) for speaker in _SPEAKER_LOOKS if (entry := view.unsaid(speaker).get(name))]
        drawn = [(speaker, entry) for speaker, entry in found if known(entry.reported) is not None]
        rows += [Row(name, strong=True)] if drawn else []
        rows += [Row(SPEAKERS[who], _mark(e.reported, _SPEAKER_LOOKS[who]), _note(e.reported)) for who, e in drawn]
    if not rows:
        return None
    title = "Of the captions of pictures with something to report, the share that reports it"
    return interval_chart(rows, title=title, axis=_WHOLE, layout=_UNSAID)


def line_chart(found: Sequence[Line], x_name: str, chance: float, title: str) -> Html | None:
    """Accuracies along a logarithmic scale on an axis from 0 to 100 %; None where nothing was measured.

    Args:
        found: Lines with their dots.
        x_name: What the scale counts.
        chance: Accuracy of guessing, drawn as a level.
        title: What the chart shows.
    """
    curves, spots, told = [], [], []
    for at, line in enumerate(found):
        shape, role = _LOOKS[at % len(_LOOKS)]
        aside = _ASIDE ** (at - (len(found) - 1) / 2)
        dots = [(dot.x * aside, value, dot) for dot in line.dots if (value := known(dot.y)) is not None]
        curves.append(Curve([x for x, _, _ in dots], [value for _, value, _ in dots], 1.4, role=role))
        spots += [Spot(x, value, inner=_span(dot.y), shape=shape, role=role) for x, value, dot in dots]
        told.append(f"{compact(line.size)}: " + ", ".join(f"{percent(v)} at {compact(d.x)}" for _, v, d in dots))
    if not spots:
        return None
    ends = min(spot.x for spot in spots), max(spot.x for spot in spots)
    # The same axis in every chart, so that a flat line looks flat: lines at both ends hold it open.
    frame = [Curve(ends, (y, y), 1.0, role="line") for y in (0.0, 1.0)]
    plot = Plot(x_name, levels=[Place(chance, "chance", _DOTTED)], curves=[*frame, *curves], spots=spots)
    return curve_chart(plot, title=title, description="; ".join(told))


def line_key(found: Sequence[Line], unit: str) -> Html:
    """What the marks of `line_chart` mean.

    Args:
        found: The same lines.
        unit: What their sizes count.
    """
    looks = [(line, *_LOOKS[at % len(_LOOKS)]) for at, line in enumerate(found)]
    shown = [el("li", glyph(shape, role), f" {compact(line.size)} {unit}") for line, shape, role in looks]
    return el("ul", *shown, el("li", "bar: 95 % interval over seeds"), el("li", "dotted line: guessing"), class_="key")


def arm_chart(view: View, kind: str, probe: str) -> Html | None:
    """Accuracy of each arm on one probe; None where no arm was asked."""
    found = [(arm, view.arm(kind, arm, probe)) for arm in view.arms]
    rows = [Row(arm, _mark(made, _ARM_LOOKS.get(arm, _OTHER)), _note(made)) for arm, made in found]
    if not any(row.marks for row in rows):
        return None
    title = f"Accuracy of each arm: {probe[:80]}"
    return interval_chart(rows, title=title, reference=view.result.chance[probe], axis=_WHOLE, layout=_ARMS)


def arm_key(view: View) -> Html:
    """What the marks of `arm_chart` and `gain_chart` mean."""
    entries = [
        el("li", glyph(*_ARM_LOOKS.get(arm, _OTHER)), " ", el("b", arm[:40]),
           f": {ARM_WORDS[arm]}" if arm in ARM_WORDS else None)
        for arm in view.arms
    ]  # fmt: skip
    return el("ul", *entries, class_="key")


def gain_chart(view: View) -> Html | None:
    """Gains over the sham, a block per type; None where none was measured."""
    rows: list[Row] = []
    for name in view.types:
        found = [(arm, gain.difference) for arm in view.arms if (gain := view.gain(arm, name))]
        rows += [Row(name, strong=True)] if found else []
        for arm, made in found:
            note = points_of(made) if known(made) is not None else f"not known: {why_missing(made)}"
            rows.append(Row(arm, _mark(made, _ARM_LOOKS.get(arm, _OTHER)), note))
    if not any(row.marks for row in rows):
        return None
    title = "Gains in points over as many more words of ordinary captions, with intervals over items and seeds"
    return interval_chart(rows, title=title, reference=0.0, axis=Axis("points", limits=(-1.0, 1.0)), layout=_GAINS)


def panel(heading: str, chart: Html | None, *notes: str) -> Html:
    """A chart with its heading, or a word where nothing could be drawn."""
    body = el("figure", chart) if chart is not None else el("p", "Nothing was measured.", class_="missing")
    return el("div", el("h4", heading), join(el("p", note, class_="told") for note in notes), body, class_="panel")
