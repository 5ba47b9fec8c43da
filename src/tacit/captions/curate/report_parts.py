"""The parts of the page about a selection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.captions.curate.report_terminal import SHIPPED, headline, repeated
from tacit.captions.words import TYPE_ROLES, subtype_word, type_word
from tacit.report.charts import Axis, Layout, Mark, Row, glyph, interval_chart
from tacit.report.figures import count, known, percent, share
from tacit.report.html import Child, Html, bar, data, el, facts, figure, join, left_out, missing, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.captions.curate.result import CurateResult, Part, TypeOutcome

TITLE: Final = "Captions chosen to say what captions leave unsaid"
_LAYOUT: Final = Layout(plot=330, label_chars=18, note_chars=13)
_EACH: Final = "No caption is taken twice before every caption that states the same types was taken once."


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of everything one page shows.

    Attributes:
        parts: Sub-types and numbers per type.
        examples: Captions per type.
        caption: Characters of a caption.
        sources: Sources of evaluation items.
    """

    parts: int = 60
    examples: int = 8
    caption: int = 200
    sources: int = 60


STEPS: Final = (Limits(), Limits(30, 4, 120, 30), Limits(15, 2, 60, 10))
"""Tried in turn until the page is small enough."""


def lead(result: CurateResult) -> Html:
    """What came out, and everything that is not as asked."""
    many = f"{count(result.size)} captions of a budget of {count(result.budget)}, {count(result.different)} different."
    notes = [el("li", data(note, 600)) for note in result.notes]
    return join([
        el("p", "Curated captions", class_="kicker"),
        el("h1", headline(result)),
        el("p", many, class_="sub"),
        el("ul", *notes, class_="findings") if notes else None,
    ])  # fmt: skip


def types_section(result: CurateResult) -> Html:
    """The types side by side: corpus, target, selection, expected truth."""
    rows: list[list[Child]] = [_type_row(outcome) for outcome in result.types]
    header = (
        "Statement", "In the corpus", "Different ones", "Wanted", "Chosen", "Share chosen",
        "Expected to state it truly", "Each stands in it",
    )  # fmt: skip
    return join([
        figure(_chart(result), _key()),
        table("Each type in the corpus and in the selection", header, rows, numeric=(1, 2, 3, 4, 5)),
        el("p", "The last share but one takes the detector's errors into account: it is the share chosen times the "
           "detector's precision. Statements that the detector misses come on top. ", _basis(result), class_="note"),
    ])  # fmt: skip


def _type_row(outcome: TypeOutcome) -> list[Child]:
    stocked = "–" if outcome.distinct is None else f"{'≥ ' if outcome.at_least else ''}{count(outcome.distinct)}"
    wanted = "–" if outcome.wanted is None else f"{count(outcome.wanted)} ({percent(outcome.target or 0.0)})"
    state = "" if outcome.met else " – not reached"
    true = known(outcome.true_share)
    return [
        type_word(outcome.type).name,
        f"{count(outcome.in_pool)} ({percent(outcome.pool_share.value or 0.0)})",
        stocked,
        wanted,
        join([count(outcome.chosen), el("strong", state) if state else None]),
        percent(outcome.share),
        missing(outcome.true_share.missing) if true is None else share(outcome.true_share),
        repeated(outcome),
    ]


def _basis(result: CurateResult) -> str:
    if any(outcome.source == SHIPPED for outcome in result.types):
        return (
            "The precision is that on the captions which come with tacit, as if the detector erred here as often; "
            "label captions of this corpus (tacit label, then --labels) to know."
        )
    return (
        "The precision is that on your labels; rarer kinds of statement, of which the selection holds more than the "
        "corpus, may be right more or less often."
    )


def _chart(result: CurateResult) -> Html:
    rows = []
    for outcome in result.types:
        role = TYPE_ROLES.get(outcome.type, "published")
        marks = [Mark(outcome.pool_share.value or 0.0, shape="diamond", role="published", filled=False)]
        if outcome.target is not None:
            marks.append(Mark(outcome.target, shape="cross", role="ink"))
        marks.append(Mark(outcome.share, role=role, filled=False))
        if (true := known(outcome.true_share)) is not None:
            marks.append(Mark(true, outcome.true_share.low, outcome.true_share.high, "square", role))
        rows.append(Row(type_word(outcome.type).name, tuple(marks), percent(outcome.share), strong=True))
    title = "Share of captions that state each type: in the corpus, wanted, chosen, and expected to be true"
    return interval_chart(rows, title=title, axis=Axis(unit="% of captions"), layout=_LAYOUT)


def _key() -> Html:
    entries = (
        (glyph("diamond", "published", filled=False), "in the corpus"),
        (glyph("cross", "ink"), "wanted"),
        (glyph("circle", "ink", filled=False), "chosen, as detected"),
        (glyph("square", "ink"), "expected to be true, with its interval"),
    )
    return el("ul", *(el("li", mark, " ", meaning) for mark, meaning in entries), class_="key")


def balance_section(result: CurateResult, limits: Limits) -> Html:
    """Sub-types and numbers, in the corpus and in the selection."""
    parts: list[Child] = [
        el("p", "Within each type, every sub-type gets an equal share as far as the corpus goes; in counting every "
           "number does, because “two” would otherwise take most of it. A caption can state several.")
    ]  # fmt: skip
    for outcome in result.types:
        for number, what in ((True, "Numbers stated"), (False, "Sub-types")):
            members = [part for part in result.parts if part.type == outcome.type and part.number is number]
            if members:
                caption = f"{what}: {type_word(outcome.type).name}"
                parts.append(_parts_table(caption, members, limits))
                where = "result.json"
                parts.append(left_out(min(len(members), limits.parts), len(members), what.lower(), where))
    return join(parts)


def _parts_table(caption: str, members: list[Part], limits: Limits) -> Html:
    pool, chosen = sum(part.in_pool for part in members), sum(part.chosen for part in members)
    rows: list[list[Child]] = []
    for part in members[: limits.parts]:
        before, after = part.in_pool / max(pool, 1), part.chosen / max(chosen, 1)
        name = part.name if part.number else subtype_word(part.type, part.name, counts=True).name
        role = TYPE_ROLES.get(part.type, "published")
        rows.append([
            data(name), count(part.in_pool), join([percent(before), bar(before, "published")]),
            count(part.chosen), join([percent(after), bar(after, role)]),
        ])  # fmt: skip
    header = ("", "In the corpus", "of these", "Chosen", "of these")
    return table(caption, header, rows, numeric=(1, 3))


def examples_section(result: CurateResult, limits: Limits) -> Html:
    """Captions by what they were chosen for."""
    parts: list[Child] = []
    for type_ in dict.fromkeys(entry.type for entry in result.shown):
        mine = [entry for entry in result.shown if entry.type == type_][: limits.examples]
        parts.append(el("h3", type_word(type_).name if type_ else "the rest"))
        rows = [[data(e.caption, limits.caption), data(e.why), str(e.weight)] for e in mine]
        header = ("Caption", "Why", "Times")
        parts.append(table(f"Chosen for {type_word(type_).name if type_ else 'the rest'}", header, rows, numeric=(2,)))
    return join(parts)


def overlaps_section(result: CurateResult, limits: Limits) -> Html:
    """What was left out because a model that learns it can't be evaluated with it; empty when it was not asked for."""
    if not result.benchmarks_used:
        return Html("")
    if not result.overlaps:
        return el("p", "No caption overlaps an evaluation item.")
    counted = [[data(source, 80), kind, count(n)] for kind, source, n in result.overlaps[: limits.sources]]
    rows: list[list[Child]] = [
        [data(e.caption, limits.caption), data(e.item, limits.caption), data(e.source, 80), e.kind,
         percent(e.similarity)]
        for e in result.overlaps_shown[: limits.examples]
    ]  # fmt: skip
    shown = min(len(result.overlaps), limits.sources)
    return join([
        el("p", "These captions are equal or very similar to items of the evaluation sets named with "
           "--exclude-benchmarks. They are not in the selection; excluded.parquet lists them."),
        table("Captions left out", ("Evaluation set", "Overlap", "Captions"), counted, numeric=(2,)),
        left_out(shown, len(result.overlaps), "sets", "result.json"),
        table("Some of them", ("Caption", "Evaluation item", "From", "Overlap", "Similarity"), rows, numeric=(4,)),
    ])  # fmt: skip


def methods_section(result: CurateResult, run: Mapping[str, str]) -> Html:
    """How the selection was made, and of what."""
    entries: list[tuple[str, str]] = [
        ("detector", ", ".join(f"{d['name']} {d['version']} ({d['language']})" for d in result.detectors)),
        ("seed", str(result.seed)),
        ("most times one caption may be taken", str(result.max_repeat)),
        ("captions read", count(result.read)),
        ("captions that may be chosen", count(result.pool)),
        *((f"not chosen from: {why}", count(n)) for why, n in result.not_in_pool),
        *run.items(),
        ("tacit", result.tacit),
    ]
    return join([
        el("p", "How many captions state each set of types is found by integer programming: targets first, then as "
           "little repetition, then as little excess as possible, then the mix that is nearest to the corpus's own, "
           "raked to the targets. Within a set, the next caption comes from the sub-type or number that has least so "
           "far. Among equals the captions of lowest hash are taken, which is a random choice that does not depend "
           "on the order of the corpus or on how it is split. Exact copies of a text are one caption. ", _EACH),
        facts(entries),
    ])  # fmt: skip
