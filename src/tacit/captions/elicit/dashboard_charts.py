"""The drawings of the dashboard, as inert SVG without inline styles, which the pages' policy would not apply."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.quality.numbers import stated
from tacit.captions.words import TYPE_WORDS
from tacit.report.charts import Bar, Layout, Mark, Row, bar_chart, glyph, interval_chart, ticks
from tacit.report.figures import count, known, percent
from tacit.report.html import el
from tacit.report.theme import colour
from tacit.report.vega import Layers, field, on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.captions.curate.plan import ExpectedYield
    from tacit.captions.elicit.agreement import Yield
    from tacit.captions.elicit.records import Answer
    from tacit.report.charts import Shape
    from tacit.report.html import Html

_WIDE: Final = Layout(plot=340, label_chars=26, note_chars=16)
_LARGEST: Final = 10
"""Numbers above this share a bar."""
_MOST_BARS: Final = 40
_WIDTH, _HEIGHT = 560, 150
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_EXPECTED: Final[Shape] = "diamond"
_FOUND: Final[Shape] = "circle"
_CONFIRMED: Final[Shape] = "square"


def name_of(type_: str) -> str:
    """What people call a type."""
    return TYPE_WORDS[type_].name if type_ in TYPE_WORDS else type_


def yield_chart(yields: Sequence[Yield], expected: dict[str, ExpectedYield]) -> Html | None:
    """Per type: what was expected, what the detector finds, what reviewers confirm."""
    rows: list[Row] = []
    for each in yields:
        rows.append(Row(name_of(each.type), strong=True))
        plan = expected.get(each.type)
        if plan is not None:
            mark = Mark(plan.share, plan.low, plan.high, _EXPECTED, "published", filled=False)
            rows.append(Row("  expected", (mark,), percent(plan.share)))
        for label, estimate, confirmed in (
            ("  detector finds it", each.stating, False),
            ("  asserted and shown", each.true, True),
        ):
            value, shape = known(estimate), _CONFIRMED if confirmed else _FOUND
            marks = () if value is None else (Mark(value, estimate.low, estimate.high, shape, filled=confirmed),)
            rows.append(Row(label, marks, "not known yet" if value is None else percent(value)))
    if not rows:
        return None
    return interval_chart(rows, title="Share of answers that state the type asked for, against the plan", layout=_WIDE)


def yield_key() -> Html:
    """What the marks of `yield_chart` mean."""
    entries = (
        (glyph(_EXPECTED, "published", filled=False), "expected by the plan"),
        (glyph(_FOUND, "series-1", filled=False), "found by the detector"),
        (glyph(_CONFIRMED, "series-1"), "asserted and shown, by the reviews"),
    )
    return el("ul", *(el("li", mark, " ", meaning) for mark, meaning in entries), class_="key")


def count_chart(answers: Sequence[Answer], language: str) -> Html | None:
    """Which numbers the answers state; None when they state none."""
    counts = Counter(min(s.value, _LARGEST + 1) for s in stated(answers, language))
    total = sum(counts.values())
    if not total:
        return None
    favourite = max(counts, key=lambda v: (counts[v], -v))
    labels = {value: str(value) for value in range(1, _LARGEST + 1)} | {_LARGEST + 1: f">{_LARGEST}"}
    bars = [Bar(label, counts[value] / total, value == favourite) for value, label in labels.items()]
    return bar_chart(bars, title=f"Which numbers the answers state (n = {count(total)})", width=_WIDTH, height=_HEIGHT)


def time_chart(answers: Sequence[Answer]) -> Html | None:
    """Answers by hour or, over a longer time, by day or several; None when no time of writing can be read."""
    times = sorted(time for answer in answers if (time := _time(answer.written_at)))
    if not times:
        return None
    hours = (times[-1] - times[0]) / _HOUR < _MOST_BARS
    days = 1 + (times[-1] - times[0]) // (_MOST_BARS * _DAY)
    step, form, per = (_HOUR, "%d %b %H:00", "hour") if hours else (days * _DAY, "%d %b", f"{days} days")
    start = times[0].replace(minute=0, second=0, microsecond=0, hour=times[0].hour if hours else 0)
    bins = Counter((time - start) // step for time in times)
    slot = min(_WIDTH / (max(bins) + 1), 60)
    scale = ticks(max(bins.values()))
    last = slot * (max(bins) + 1)
    words = [{"x": 0, "side": "left", "text": f"{start:{form}}"}]
    if last > 3 * 60:  # room for both ends
        words.append({"x": last, "side": "right", "text": f"{start + max(bins) * step:{form}}"})
    layers = Layers(_WIDTH, _HEIGHT)
    layers.scale("y", (0, scale[-1]), (_HEIGHT, 0))
    layers.axis("y", "left", [tick for tick in scale if tick == int(tick)])
    rows = [{"x": slot * (at + 0.1), "n": n} for at, n in sorted(bins.items())]
    layers.add("rect", rows, x=field("x"), width=0.8 * slot, y=on("y", "n"), y2=_HEIGHT, fill=colour("series-1"))
    layers.add("text", words, x=field("x"), y=_HEIGHT + 16, text=field("text"), align=field("side"), fontSize=12,
               fill=colour("muted"))  # fmt: skip
    told = f"{count(len(times))} answers from {times[0]:%Y-%m-%d %H:%M} to {times[-1]:%Y-%m-%d %H:%M} UTC"
    title = f"Answers per {'day' if per == '1 days' else per}"
    return layers.draw({"left": 44, "right": 8, "top": 10, "bottom": 26}, title=title, description=told)


def _time(written_at: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(written_at)
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
