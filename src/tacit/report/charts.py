"""The two charts that reports are made of: rows of values with intervals, and bars.

Both are drawn on a grid of fixed size, with labels placed as text marks: equal labels stay apart, long ones are cut
here rather than by the font of the machine, and no label is ever more to Vega than a string in a data row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from tacit.report.figures import percent
from tacit.report.html import Html, el
from tacit.report.svg import draw
from tacit.report.text import fit, shorten, visible
from tacit.report.theme import colour

if TYPE_CHECKING:
    from collections.abc import Sequence

Shape = Literal["circle", "diamond", "square", "cross"]

_LABEL: Final = 7.4
"""Width set aside for a column of text, in pixels: enough for the widest of the usual system fonts."""
_SIZE: Final = 70
"""Area of a mark, in square pixels."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One value in a row.

    Attributes:
        value: Where it stands; a share, so 0.25 is drawn at 25 %.
        low: Lower end of its interval; None draws none.
        high: Upper end.
        shape: Form of the mark. Form and filling carry the meaning too, so that colour is never needed to tell.
        role: Name of its colour.
        filled: Whether the mark is solid.
    """

    value: float
    low: float | None = None
    high: float | None = None
    shape: Shape = "circle"
    role: str = "series-1"
    filled: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an interval chart.

    Attributes:
        label: Written on the left; cut when it is too long.
        marks: Values; none for a heading or a missing value.
        note: Written on the right.
        strong: Whether label and note are bold.
    """

    label: str
    marks: tuple[Mark, ...] = ()
    note: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes of a chart.

    Attributes:
        plot: Width of the plot, in pixels.
        label_chars: Columns of the longest label; longer ones are cut.
        note_chars: Columns of the longest note.
        step: Height of a row, in pixels.
    """

    plot: int = 170
    label_chars: int = 18
    note_chars: int = 13
    step: int = 22


DEFAULT: Final = Layout()


def ticks(highest: float, most: int = 6) -> list[float]:
    """Round values from 0 to just past a highest one: as little past it as `most` ticks allow.

    Example:
        >>> ticks(0.288), ticks(0.0037), ticks(0.0)
        ([0.0, 0.1, 0.2, 0.3], [0.0, 0.001, 0.002, 0.003, 0.004], [0.0, 1.0])
    """
    if not highest > 0:
        return [0.0, 1.0]
    size = 10.0 ** math.floor(math.log10(highest))
    fits = []
    for step in (m * size for m in (0.2, 0.25, 0.5, 1, 2, 2.5)):
        count = math.ceil(highest / step - 1e-9)
        if 2 <= count < most:
            fits.append((round(count * step / size, 6), abs(count - 4), count, step))
    _, _, count, step = min(fits)
    return [round(i * step, 15 - math.floor(math.log10(size))) for i in range(count + 1)]


def _axis(values: list[float], domain: list[float]) -> dict[str, Any]:
    """The x axis in percent; labels are plain numbers because the unit stands in the last one."""
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": domain, "nice": False, "zero": True},
        "axis": {"values": values, "format": ".4~f", "grid": True, "labelPadding": 6},
    }


def _points(rows: Sequence[Row]) -> dict[tuple[str, str, bool], list[dict[str, Any]]]:
    styles: dict[tuple[str, str, bool], list[dict[str, Any]]] = {}
    for at, row in enumerate(rows):
        for mark in row.marks:
            point: dict[str, Any] = {"row": at, "value": 100 * mark.value}
            if mark.low is not None and mark.high is not None:
                point |= {"low": 100 * mark.low, "high": 100 * mark.high}
            styles.setdefault((mark.shape, mark.role, mark.filled), []).append(point)
    return styles


def _texts(rows: Sequence[Row], layout: Layout) -> list[dict[str, Any]]:
    layers = []
    for strong in (False, True):
        chosen = [(at, row) for at, row in enumerate(rows) if row.strong is strong]
        labels = [{"row": at, "label": fit(visible(row.label), layout.label_chars)} for at, row in chosen]
        notes = [{"row": at, "label": fit(visible(row.note), layout.note_chars)} for at, row in chosen if row.note]
        for values, align, x in ((labels, "right", -10), (notes, "left", layout.plot + 10)):
            if values:
                look = {"type": "text", "align": align, "x": x, "baseline": "middle"}
                look |= {"fontWeight": "bold"} if strong else {}
                field = {"field": "label", "type": "nominal"}
                layers.append({"data": {"values": values}, "mark": look, "encoding": {"text": field}})
    return layers


def _reference(share: float, x: dict[str, Any], rows: Sequence[Row]) -> list[dict[str, Any]]:
    line = {"type": "rule", "strokeDash": [3, 3], "color": colour("edge"), "strokeWidth": 1.5}
    ends = [{"value": 100 * share, "row": 0, "last": len(rows) - 1}]
    return [
        {"data": {"values": ends}, "mark": line, "encoding": {"x": x, "y": {"value": 0}, "y2": {"value": "height"}}}
    ]


def interval_chart(
    rows: Sequence[Row],
    *,
    title: str,
    description: str = "",
    reference: float | None = None,
    highest: float | None = None,
    layout: Layout = DEFAULT,
) -> Html:
    """Values with intervals, one row each, on one axis in percent that starts at 0.

    Args:
        rows: From top to bottom; at least one.
        title: What the chart shows; it is not drawn but read out.
        description: Its numbers in words; made from labels and notes by default.
        reference: A share at which a dashed line runs through all rows.
        highest: A share that the axis must reach, so that charts side by side can have equal axes.
        layout: Sizes.

    Returns:
        An inert ``<svg>``.

    Raises:
        ValueError: If there are no rows or a value is not finite.

    Example:
        >>> drawn = interval_chart([Row("web", (Mark(0.02, 0.01, 0.03),), "2 %")], title="Rates")
        >>> drawn.startswith("<svg"), "web" in drawn
        (True, True)
    """
    if not rows:
        raise ValueError("a chart needs at least one row")
    marks = [mark for row in rows for mark in row.marks]
    reach = [m.high if m.high is not None else m.value for m in marks] + [reference or 0.0, highest or 0.0]
    if not all(math.isfinite(end) for end in reach):
        raise ValueError(f"{title!r} cannot be drawn: a value is not a finite number; leave it out and say why")
    at = [round(100 * tick, 9) for tick in ticks(max(reach))]
    x = _axis(at, [0, at[-1]])
    layers = [] if reference is None else _reference(reference, x, rows)
    for (shape, role, filled), points in _points(rows).items():
        ink = colour(role)
        spans = [p for p in points if "low" in p]
        if spans:
            rule = {"type": "rule", "color": ink, "strokeWidth": 2.5, "strokeCap": "round"}
            ends = {"x": {**x, "field": "low"}, "x2": {"field": "high"}}
            layers.append({"data": {"values": spans}, "mark": rule, "encoding": ends})
        look = {"type": "point", "shape": shape, "size": _SIZE, "stroke": ink, "strokeWidth": 1.8, "opacity": 1}
        look["fill"] = ink if filled else colour("page")
        layers.append({"data": {"values": points}, "mark": look, "encoding": {"x": x}})
    layers += _texts(rows, layout)
    unit = {"type": "text", "align": "left", "x": layout.plot + 10, "y": layout.step * len(rows) + 12}
    unit |= {"fontSize": 11, "color": colour("muted"), "text": "% of captions" if layout.note_chars > 9 else "%"}
    layers.append({"data": {"values": [{}]}, "mark": unit, "encoding": {"y": {"value": unit["y"]}}})
    middle = {"domain": [len(rows) - 0.5, -0.5], "nice": False, "zero": False}
    y = {"field": "row", "type": "quantitative", "axis": None, "scale": middle}
    for layer in layers:
        layer["encoding"].setdefault("y", y)
    spec = {**_frame(layout, layout.step * len(rows)), "layer": layers}
    told = description or "; ".join(f"{row.label}: {row.note}" for row in rows if row.note)
    return draw(spec, title=title, description=shorten(visible(told), 1200))


def _frame(layout: Layout, height: int) -> dict[str, Any]:
    left = round(_LABEL * layout.label_chars) + 14
    right = round(_LABEL * layout.note_chars) + 14
    sides = {"left": left, "right": right, "top": 6, "bottom": 26}
    return {"width": layout.plot, "height": height, "autosize": "none", "padding": sides}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        label: Written under it.
        share: Its height.
        strong: Whether it is drawn in full colour rather than muted.
    """

    label: str
    share: float
    strong: bool = True


def bar_chart(bars: Sequence[Bar], *, title: str, role: str = "series-1", width: int = 640, height: int = 180) -> Html:
    """Upright bars with their share written on top.

    Args:
        bars: From left to right; at least one.
        title: What the chart shows; read out, not drawn.
        role: Name of the colour.
        width: Of the plot, in pixels.
        height: Of the plot, in pixels.

    Returns:
        An inert ``<svg>``.

    Raises:
        ValueError: If there are no bars or a share is not finite.

    Example:
        >>> "68.0" in bar_chart([Bar("2", 0.68), Bar("3", 0.32)], title="Numbers stated")
        True
    """
    if not bars:
        raise ValueError("a chart needs at least one bar")
    told = "; ".join(f"{b.label}: {percent(b.share)}" for b in bars)
    values = [
        {"row": at, "value": 100 * b.share, "label": fit(visible(b.label), 8), "note": percent(b.share)}
        for at, b in enumerate(bars)
    ]
    order = list(range(len(bars)))
    x = {"field": "row", "type": "ordinal", "axis": None, "scale": {"domain": order, "paddingInner": 0.3}}
    top = 100 * max(*(b.share for b in bars), 1e-9)
    y = {"field": "value", "type": "quantitative", "scale": {"domain": [0, top], "nice": False}, "axis": None}
    layers: list[dict[str, Any]] = []
    for strong in (True, False):
        some = [v for v, b in zip(values, bars, strict=True) if b.strong is strong]
        look = {"type": "bar", "color": colour(role if strong else "edge"), "cornerRadiusEnd": 2}
        layers += [{"data": {"values": some}, "mark": look, "encoding": {"x": x, "y": y}}] if some else []
    middle = {**x, "bandPosition": 0.5}
    for field, place in (("note", y), ("label", {"value": height})):
        look = {"type": "text", "baseline": "bottom" if field == "note" else "top", "dy": -5 if field == "note" else 8}
        words = {"field": field, "type": "nominal"}
        layers.append({"data": {"values": values}, "mark": look, "encoding": {"x": middle, "y": place, "text": words}})
    frame = {"width": width, "height": height, "autosize": "none"}
    sides = {"left": 4, "right": 4, "top": 24, "bottom": 28}
    return draw({**frame, "padding": sides, "layer": layers}, title=title, description=shorten(visible(told), 1200))


_GLYPHS: Final[dict[Shape, str]] = {
    "circle": "M12 7A5 5 0 1 1 2 7A5 5 0 1 1 12 7Z",
    "diamond": "M7 1L13 7L7 13L1 7Z",
    "square": "M2.5 2.5H11.5V11.5H2.5Z",
    "cross": "M5 2H9V5H12V9H9V12H5V9H2V5H5Z",
}


def glyph(shape: Shape, role: str, *, filled: bool = True) -> Html:
    """A mark as it stands in a chart, for the key beside it."""
    ink = f"var(--{role})"
    path = el("path", d=_GLYPHS[shape], stroke=ink, stroke_width="1.8", fill=ink if filled else "none")
    return el("svg", path, viewBox="0 0 14 14", width=14, height=14, aria_hidden="true", class_="glyph")
