"""The drawings and tables of the study."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from tacit.judge.report_words import verdict_label, word_of
from tacit.report.charts import Axis, Layout, Mark, Row, glyph, interval_chart
from tacit.report.curves import Curve, Plot, Spot, curve_chart
from tacit.report.figures import between, count, known, percent, points, share
from tacit.report.html import Child, Html, data, el, facts, figure, join, missing, table
from tacit.studies.conversation.presets import STEPS
from tacit.studies.conversation.runs import BASELINE, CUT_OFF, SHAM, WHOLE
from tacit.studies.conversation.words import AXES, TURNS
from tacit.studies.conversation.words import STEPS as STEP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.evidence.estimate import Estimate
    from tacit.judge.result import Judgement
    from tacit.report.charts import Shape
    from tacit.studies.conversation.result import ConversationResult

Look = tuple["Shape", str]

ARM_LOOKS: Final[dict[str, Look]] = {
    BASELINE: ("square", "series-3"), WHOLE: ("diamond", "series-1"), SHAM: ("circle", "published"),
    CUT_OFF: ("triangle-up", "series-4"),
}  # fmt: skip
ARM_WORDS: Final = {
    BASELINE: "baseline: last turn as the query, always answers", WHOLE: "every step on",
    SHAM: "every step on, decisions at random", CUT_OFF: "baseline with a cut-off on the score",
}  # fmt: skip
_JUDGED_LOOKS: Final[dict[str, Look]] = {
    "plain": ("triangle-up", "series-4"), "pronoun": ("cross", "ink"), "near_miss": ("diamond", "series-1"),
    "vague": ("circle", "published"), "dispute": ("square", "series-3"),
}  # fmt: skip
_SHARE: Final = Axis("%", limits=(0.0, 1.05), reach=(0.0, 1.0))
_WIDE: Final = Layout(plot=220, label_chars=36, note_chars=18)
_METHODS: Final = (
    ("World", "Documents on things that exist nowhere, some facts of each left out; users who ask, lean on the turn "
     "before, ask what is left out, dispute. What is right is known.", "tacit"),
    ("Baseline", "The content words of the last turn are the query; whole passages are shown; whatever is found is "
     "answered with the quotations that fit best.", "tacit"),
    ("Right", "The right answer is in the words of the reply, or, where there is none, the decision is the right one. "
     "To a vague question: after being asked what was meant if need be, with no other thing's answer beside.", "tacit"),
    ("Shares and differences", "Clustered by conversation; differences are between the same turns. Conversations "
     "follow an agent's own replies, so what was said before a turn may differ between agents.",
     "Liang and Zeger 1986; see tacit.evidence"),
    ("Verdicts", "Those of tacit scale: error rates by tacit scale --self-test.", "tacit"),
    ("Sham", "Every step on, but decisions drawn at random, as frequent as the real ones on the same turns.", "tacit"),
    ("Cut-off", "Declines where the best passage's score is lowest, as often as the real decisions, the threshold "
     "found on the very turns.", "common use"),
)  # fmt: skip


def key(arms: Sequence[str]) -> Html:
    """What the marks of arms mean."""
    return el("ul", *(el("li", glyph(*ARM_LOOKS[arm]), f" {ARM_WORDS[arm]}") for arm in arms), class_="key")


def served_chart(result: ConversationResult, source: str, arms: Sequence[str]) -> Html | None:
    """Share of turns with what is right, by kind of turn, for some arms."""
    rows: list[Row] = []
    for made, words in TURNS.items():
        found = [(arm, cell) for arm in arms if (cell := result.cell(arm, made, source)) is not None]
        marks = tuple(_mark(cell.served, ARM_LOOKS[arm]) for arm, cell in found if known(cell.served) is not None)
        if marks:
            ends = dict.fromkeys((arms[0], arms[-1]))
            told = " → ".join(percent(cell.served.value or 0.0) for arm, cell in found if arm in ends)
            rows.append(Row(words, marks, told))
    if not rows:
        return None
    return interval_chart(
        rows, title="Share of turns at which the user gets what is right", axis=_SHARE, layout=_WIDE
    )  # fmt: skip


def _mark(estimate: Estimate, look: Look) -> Mark:
    return Mark(estimate.value or 0.0, estimate.low, estimate.high, *look)


def axis_panel(result: ConversationResult, axis: str) -> Html:
    """One axis: a line for each kind of turn."""
    verdicts = result.verdicts[axis].verdicts
    curves, spots, said = [], [], []
    for one in verdicts:
        shape, role = _JUDGED_LOOKS[one.capability]
        dots = [(p.scale, p.score) for p in one.points if p.score is not None]
        curves.append(Curve([x for x, _ in dots], [y for _, y in dots], 1.4, role=role))
        spots += [Spot(x, y, shape=shape, role=role) for x, y in dots]
        said.append(f"{TURNS[one.capability]}: " + ", ".join(f"{percent(y)} at {x:g}" for x, y in dots))
    scales = [p.scale for p in verdicts[0].points]
    ends = [Curve((min(scales), max(scales)), (y, y), 1.0, role="line") for y in (0.0, 1.0)]
    plot = Plot(AXES[axis], curves=[*ends, *curves], spots=spots)
    chart = curve_chart(plot, title=f"The baseline: {AXES[axis]}", description="; ".join(said))
    return el("div", el("h3", AXES[axis].capitalize()), figure(chart), class_="panel")


def judged_key() -> Html:
    """What the marks of kinds of turns mean."""
    shown = [el("li", glyph(*look), f" {TURNS[made]}") for made, look in _JUDGED_LOOKS.items()]
    return el("ul", *shown, class_="key")


def verdicts_table(result: ConversationResult) -> Html:
    """Whether more of something helps, for each kind of turn."""
    rows: list[list[Child]] = [
        [TURNS[made], *(_verdict(result.verdict(axis, made)) for axis in result.verdicts)] for made in _JUDGED_LOOKS
    ]
    header = ("Turns", *(AXES[axis].capitalize() for axis in result.verdicts))
    return table("Does it help? Points per tenfold, with 90 % intervals", header, rows, class_="wide")


def _verdict(one: Judgement | None) -> Child:
    if one is None:
        return "–"
    slope = "" if one.slope is None else f" {points(one.slope)} ({between(one.low, one.high, points)})"
    return join([verdict_label(word_of(one)), slope])


def lifts_table(result: ConversationResult, source: str, how: str, metric: str = "served") -> Html:
    """What each step does to each kind of turn, in points.

    Args:
        result: The study.
        source: ``world``, or the name of a data set.
        how: ``alone`` or ``added``.
        metric: ``served`` or ``shown``.
    """
    there = {one.made for one in result.lifts if (one.source, one.metric) == (source, metric)
             and not (metric == "shown" and one.difference.missing)}  # fmt: skip
    rows: list[list[Child]] = [
        [words, *(_lift(result.lift(step, how, made, metric, source)) for step in STEPS)]
        for made, words in TURNS.items()
        if made in there
    ]
    rows.append(["words shown", *(_words(result.lift(step, how, "all", "words", source)) for step in STEPS)])
    header = ("Turns", *(STEP_WORDS[step].capitalize() for step in STEPS))
    names = {"alone": "Each step alone, against the baseline", "added": "Each step added to those on its left"}
    told = {"served": "what is right", "shown": "the right answer among the words that the answerer is shown"}
    caption = f"{names[how]}: points of turns with {told[metric]}"
    return table(caption, header, rows, numeric=range(1, len(header)), class_="wide")


def _lift(found: Estimate | None) -> Child:
    if found is None or known(found) is None:
        return missing(found.missing) if found else "–"
    told = f"{points(100 * (found.value or 0.0))} ({between(found.low, found.high, lambda end: points(100 * end))})"
    shown = (found.low is not None and found.low > 0) or (found.high is not None and found.high < 0)
    return el("b", told) if shown else told


def _words(found: Estimate | None) -> str:
    return "–" if found is None or found.value is None else f"{found.value:+,.0f}".replace("-", "−")


def comparison_table(result: ConversationResult, source: str) -> Html:
    """Everything on, against what."""
    rows: list[list[Child]] = [
        [
            TURNS.get(one.capability, one.capability), "must not break" if one.role == "retain" else one.against,
            el("b", one.verdict, class_="bad" if one.verdict in {"worse", "broken"} else None),
            _lift(one.effect), _lift(one.raw), count(one.n),
        ]
        for one in result.comparisons[source].comparisons
    ]  # fmt: skip
    header = ("Turns", "Against", "Verdict", "Points", "Points over the baseline", "Turns")
    return table("Every step on", header, rows, numeric=(3, 4, 5), class_="wide")


def decisions_table(result: ConversationResult, source: str, arm: str) -> Html:
    """What was decided, by kind of turn."""
    cells = [cell for cell in result.cells if (cell.source, cell.arm) == (source, arm)]
    kinds = sorted({kind for cell in cells for kind in cell.kinds})
    rows: list[list[Child]] = [
        [TURNS.get(cell.made, cell.made), *(count(cell.kinds.get(kind, 0)) for kind in kinds), _cell(cell.decided),
         _cell(cell.recall)]
        for cell in cells
    ]  # fmt: skip
    header = ("Turns", *(kind.replace("_", " ") for kind in kinds), "Decision is right", "Recall@5")
    caption = f"What is decided: {ARM_WORDS[arm]}"
    return table(caption, header, rows, numeric=range(1, len(header)), class_="wide")


def _cell(found: Estimate) -> Child:
    return missing(found.missing) if known(found) is None else share(found)


def methods(result: ConversationResult) -> Html:
    """How every number was made, and what it cannot say."""
    rows: list[list[Child]] = [[name, how, source] for name, how, source in _METHODS]
    told = [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in result.settings.items()]
    return join([
        table("Methods", ("What", "How", "Source"), rows, class_="wide"),
        el("h3", "What this cannot say"),
        el("ul", *(el("li", data(limit, 600)) for limit in result.limits), class_="findings"),
        el("h3", "Settings"),
        facts(told),
        el("p", "Tacit ", data(result.tacit, 40), ". The same preset and seed give the same page.", class_="note"),
    ])  # fmt: skip
