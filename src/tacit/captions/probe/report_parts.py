"""The sections of a probe's report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.probe.report_words import corrected_text, shortcut_words, told
from tacit.captions.probe.settings import AS_ASKED, CONTROLS, MEANING
from tacit.report import html
from tacit.report.charts import Axis, Layout, Mark, Row, Shape, glyph, interval_chart
from tacit.report.figures import compact, count, known, percent, why_missing
from tacit.report.html import Child, Html, data, el, facts, figure, join, left_out, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.captions.probe.result import ProbeResult, Score
    from tacit.captions.probe.settings import Condition
    from tacit.evidence.estimate import Estimate

Charts = list[tuple[str, Html]]
"""Capabilities with their drawings."""

_MARKS: Final[dict[Condition, tuple[Shape, str, bool]]] = {
    "as asked": ("circle", "series-1", True),
    "blind": ("diamond", "edge", False),
    "shuffled": ("square", "edge", False),
}
_LAYOUT: Final = Layout(plot=300, label_chars=24, note_chars=8)
_AXIS: Final = Axis(reach=(0.0, 1.0))
_NAME: Final = 60
_MODELS: Final = 40
"""In one chart; the table below has them all."""
_METHODS: Final = (
    ("Right", "The option with the highest score is the right one. Where k options share it, the right one among them, "
     "1/k: what a fair draw would give. So a model that tells nothing apart is at chance."),
    ("Interval", "95 %. Wilson's for items that stand alone; where items share an image or a cluster, a cluster-robust "
     "one. It is about other items of this kind, not about other models."),
    ("Chance", "The mean, over items, of one over the number of options."),
    ("Corrected", "Accuracy less chance, over one less chance: 0 is guessing and 1 is perfect (Cohen 1960)."),
    ("Probability", "Softmax of the options' scores at the right option, averaged. It moves before the accuracy does."),
    ("Blind, shuffled", "The same questions with a grey image, and with the image of another item. Above chance by "
     "more than 5 points with the whole interval, the set can be solved without looking."),
    ("Positions", "Pearson's statistic against 9,999 draws with equal chances (Phipson and Smyth 2010)."),
    ("Shortcuts", "Longest and shortest option as they are; position and words learned from four fifths of the set and "
     "tried on the rest. A set that is balanced exactly comes out below chance."),
)  # fmt: skip


def estimate(value: Estimate) -> Html:
    """A share with its interval, or the reason why there is none."""
    return html.missing(why_missing(value)) if known(value) is None else html.text(told(value))


def charts(result: ProbeResult, most: int) -> Charts:
    """A chart for each of the first capabilities, drawn once however often the page is put together."""
    drawn = []
    for check in result.checks[:most]:
        found = [score for score in result.scores if score.capability == check.capability]
        if chart := _chart(found, check.chance):
            drawn.append((check.capability, chart))
    return drawn


def scores_section(result: ProbeResult, drawn: Charts, rows: int) -> Html:
    """A chart per capability, and the table of everything."""
    if not result.scores:
        return Html("")
    panels = [el("div", el("h3", data(name, _NAME)), figure(chart), class_="panel") for name, chart in drawn]
    return join([_key(result), el("div", *panels, class_="panels"), _table(result, rows)])


def _chart(scores: Sequence[Score], chance: float) -> Html | None:
    rows = []
    systems = list(dict.fromkeys(score.system for score in scores))
    for system in systems[:_MODELS]:
        own = [score for score in scores if score.system == system]
        marks = [mark for score in reversed(own) if (mark := _mark(score)) is not None]
        asked = known(own[0].accuracy)
        rows.append(Row(system, tuple(marks), "–" if asked is None else percent(asked)))
    if not any(row.marks for row in rows):
        return None
    title = f"Share of items on {scores[0].capability} for which each model picks the right caption"
    return interval_chart(rows, title=title, reference=chance, axis=_AXIS, layout=_LAYOUT)


def _mark(score: Score) -> Mark | None:
    value = known(score.accuracy)
    if value is None:
        return None
    shape, role, filled = _MARKS[score.condition]
    whole = score.condition == AS_ASKED
    return Mark(
        value, score.accuracy.low if whole else None, score.accuracy.high if whole else None, shape, role, filled
    )


def _key(result: ProbeResult) -> Html:
    conditions = list(dict.fromkeys(score.condition for score in result.scores))
    entries = [el("li", glyph(*_MARKS[c][:2], filled=_MARKS[c][2]), " ", f"{c}: {MEANING[c]}") for c in conditions]
    return el("ul", *entries, el("li", "dashed line: guessing"), class_="key")


def _table(result: ProbeResult, most: int) -> Html:
    controls = [c for c in CONTROLS if any(score.condition == c for score in result.scores)]
    beside = {(score.system, score.capability, score.condition): score for score in result.scores}
    asked = [score for score in result.scores if score.condition == AS_ASKED]
    rows: list[list[Child]] = []
    for score in asked[:most]:
        size = result.systems[score.system].get("params")
        rows.append([
            data(score.system, _NAME), data(score.capability, _NAME),
            compact(size) if isinstance(size, float) else "–", estimate(score.accuracy), percent(score.chance),
            corrected_text(score), estimate(score.probability),
            *(_control(beside[score.system, score.capability, c]) for c in controls),
            count(score.scored), count(score.ties), count(score.items - score.scored),
        ])  # fmt: skip
    header = ("Model", "Capability", "Parameters", "Right", "Chance", "Corrected", "Probability",
              *(c.capitalize() for c in controls), "Items", "Ties", "Not scored")  # fmt: skip
    whole = table("Accuracy of every model", header, rows, numeric=range(2, len(header)), class_="wide")
    return join([whole, left_out(len(rows), len(asked), "results", "result.json")])


def _control(score: Score) -> Html:
    flag = el("span", " solvable without the image", class_="bad") if score.solvable else None
    return join([estimate(score.accuracy), flag])


def checks_section(result: ProbeResult, most: int) -> Html:
    """What the set is like, without any model."""
    rows: list[list[Child]] = []
    for check in result.checks[:most]:
        size = "–".join(str(n) for n in dict.fromkeys(check.options))
        flags = {shortcut.name: "bad" if shortcut.works else None for shortcut in check.shortcuts}
        rows.append([
            data(check.capability, _NAME), count(check.items), count(check.images), size, percent(check.chance),
            f"{', '.join(map(count, check.positions[:10]))} (p = {check.position_p:.2g})",
            *(el("span", estimate(s.accuracy), class_=flags[s.name]) for s in check.shortcuts),
            count(check.duplicates), count(check.repeated),
        ])  # fmt: skip
    names = [shortcut.name.capitalize() for shortcut in result.checks[0].shortcuts]
    header = ("Capability", "Items", "Images", "Options", "Chance", "Right at position", *names, "Equal options",
              "Repeated items")  # fmt: skip
    meanings = [el("li", f"{s.name.capitalize()}: {shortcut_words(s.name)}.") for s in result.checks[0].shortcuts]
    return join([
        el("p", "What can be got right without looking at any image and without any model:"),
        el("ul", *meanings),
        table("The option set", header, rows, numeric=range(1, len(header)), class_="wide"),
        left_out(len(rows), len(result.checks), "capabilities", "result.json"),
    ])  # fmt: skip


def examples_section(result: ProbeResult, most: int, text: int) -> Html:
    """Items that were got most clearly wrong, with what was chosen instead."""
    if not result.examples:
        return Html("")
    rows: list[list[Child]] = [
        [
            data(e.system, _NAME), data(e.capability, _NAME), data(e.item, _NAME), data(e.image, _NAME),
            data(e.options[e.answer], text), percent(e.probabilities[e.answer]),
            data(e.options[e.chosen], text), percent(e.probabilities[e.chosen]),
        ]
        for e in result.examples[:most]
    ]  # fmt: skip
    header = ("Model", "Capability", "Item", "Image", "Right", "Its probability", "Picked", "Its probability")
    return join([
        table("Items whose right caption scored farthest below another", header, rows, numeric=(5, 7), class_="wide"),
        left_out(len(rows), len(result.examples), "items", "result.json"),
    ])  # fmt: skip


def methods_section(result: ProbeResult, run: Mapping[str, str]) -> Html:
    """How every number was made, and the settings."""
    rows: list[list[Child]] = [[name, how] for name, how in _METHODS]
    settings = {name: ", ".join(v) if isinstance(v, list) else str(v) for name, v in result.settings.items()}
    return join([
        table("What each number is", ("Number", "How it was made"), rows, class_="methods"),
        el("h3", "This run"),
        facts([("tacit", result.tacit), *settings.items(), *run.items()]),
    ])  # fmt: skip
