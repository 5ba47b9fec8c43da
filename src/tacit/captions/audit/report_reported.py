"""What was reported of what was there: the part of an audit report that needs facts of the images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.audit.report_view import role_of
from tacit.captions.words import subtype_word, type_word
from tacit.report.charts import Axis, Layout, Mark, Row, glyph, interval_chart
from tacit.report.figures import count, interval, known, listing, percent, why_missing
from tacit.report.html import Html, Name, data, el, figure, join, missing, table

if TYPE_CHECKING:
    from tacit.captions.audit.report_view import Limits, View
    from tacit.captions.facts.reported import FactsUsed, Reported
    from tacit.evidence.estimate import Estimate
    from tacit.report.html import Child, Sentence

_INTRO: Final = (
    "A caption that gives no count leaves nothing out when there was one thing to see. These are shares given that it "
    "was there. A statement where it was not there is false, or about something that the facts do not list. All are as "
    "the detector sees them, not corrected for its errors; intervals allow for several captions of one picture."
)
_LAYOUT: Final = Layout(plot=320, label_chars=22, note_chars=16)
_JOINED: Final = {
    "exact": "by its very name",
    "name": "by its file's name, without folders and suffix",
    "number": "by the number that its file's name is",
}


def reported_findings(view: View) -> Sentence | None:
    """In one sentence; nothing without facts."""
    whole = [entry for entry in view.result.reported if not entry.subtype and not entry.number]
    told = [e for e in whole if known(e.stated) is not None]
    if not whole:
        return None
    if not told:
        return ("What was there to report cannot be told: ", Name(why_missing(whole[0].stated)), ".")
    shares = [f"{type_word(e.type).name} in {percent(e.stated.value or 0.0)} ({interval(e.stated)})" for e in told]
    untold = [type_word(e.type).name for e in whole if e not in told]
    rest = f" The facts cannot tell for {listing(untold)}." if untold else ""
    return (f"Given that it was in the picture, captions state {listing(shares)}.{rest}",)


def numbers_finding(view: View) -> Sentence | None:
    """Whether stated numbers are those of the facts; nothing where that is not known."""
    used = view.result.facts
    value = known(used.number_true) if used else None
    if used is None or value is None:
        return None
    return (
        f"Of the captions that state numbers, {percent(value)} ({interval(used.number_true)}) state only numbers "
        "that some kind of object in the picture has, as the facts count.",
    )


def reported_chart(view: View) -> Html | None:
    """Shares with and without the opportunity, one row per kind of statement; None where nothing is known."""
    rows = [_row(entry) for entry in view.result.reported if known(entry.stated) is not None]
    if not rows:
        return None
    title = "Share of captions that state what was there to report, and share where it was not there"
    return interval_chart(rows, title=title, axis=Axis(unit="% of captions"), layout=_LAYOUT)


def reported_section(view: View, chart: Html | None, limits: Limits) -> Html:
    """Shares of captions given that there was something to report; empty without facts."""
    used = view.result.facts
    if used is None:
        return Html("")
    rows = [_cells(entry) for entry in view.result.reported]
    header = ("Statement", "Given in the picture", "Pictures", "Captions state it", "Where it is not", "Times as often")
    key = el(
        "ul", el("li", glyph("circle", "ink"), " of captions whose picture has it"),
        el("li", glyph("circle", "ink", filled=False), " of captions whose picture is known to be without it"),
        class_="key",
    )  # fmt: skip
    numbers = numbers_finding(view)
    return join(
        [
            el("p", _INTRO),
            key if chart is not None else None,
            figure(chart) if chart is not None else None,
            table("What was reported of what was there", header, rows, numeric=(2, 3, 4, 5)),
            el("p", "".join(numbers)) if numbers else None,
            el("p", *_joined(used, limits)),
        ]
    )  # fmt: skip


def _label(entry: Reported) -> str:
    if entry.number:
        return f"  largest group {entry.number}"
    name = type_word(entry.type).name
    return f"  {subtype_word(entry.type, entry.subtype, counts=True).name} only" if entry.subtype else name


def _row(entry: Reported) -> Row:
    ends = ((entry.otherwise, False), (entry.stated, True))
    marks = tuple(
        Mark(value, e.low, e.high, role=role_of(entry.type), filled=filled)
        for e, filled in ends
        if (value := known(e)) is not None
    )
    without = known(entry.otherwise)
    note = percent(entry.stated.value or 0.0) + (f" / {percent(without)}" if without is not None else "")
    return Row(_label(entry), marks, note, strong=not (entry.subtype or entry.number))


def _share(estimate: Estimate) -> Html:
    value = known(estimate)
    if value is None:
        return missing(why_missing(estimate))
    return join([el("b", percent(value)), el("span", f" ({interval(estimate)}) of {count(estimate.n)}", class_="ci")])


def _cells(entry: Reported) -> list[Child]:
    lift = known(entry.lift)
    times = f"{lift:.2f} ({entry.lift.low or 0.0:.2f}–{entry.lift.high or 0.0:.2f})" if lift is not None else "–"
    images = f"{count(entry.n_images)} / {count(entry.n_images_otherwise)}"
    return [_label(entry).strip(), entry.given, images, _share(entry.stated), _share(entry.otherwise), times]


def _joined(used: FactsUsed, limits: Limits) -> list[Child]:
    boxes = "" if used.boxes else " The facts have no boxes, so that one thing is beside another is not known."
    twice = f" {count(used.repeated)} boxes stand in the file twice and count once." if used.repeated else ""
    parts: list[Child] = [
        f"The facts are about {count(used.images)} pictures; {count(used.images_captioned)} of these have a caption "
        f"here. {count(used.captions)} captions found theirs",
        f" {_JOINED[used.joined]}." if used.joined in _JOINED else ".",
    ]
    for why, n in used.captions_without:
        parts += [f" {count(n)} did not: ", data(why, 4 * limits.name), "."]
    return [*parts, boxes + twice]
