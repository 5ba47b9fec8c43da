"""The first half of the story: what captions leave unsaid, what scale did, and the verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.words import LANGUAGES, TYPE_WORDS
from tacit.judge.report_words import verdict_glyph, verdict_label, word_of
from tacit.report import html
from tacit.report.figures import between, count, known, listing, percent, points, share
from tacit.report.html import Child, Html, data, el, figure, join, missing, sentence, table
from tacit.studies.reporting_bias.report_charts import line_chart, line_key, panel, unsaid_chart
from tacit.studies.reporting_bias.report_examples import examples, questions
from tacit.studies.reporting_bias.report_view import label, long
from tacit.studies.reporting_bias.report_words import (
    LABORATORY,
    SPEAKERS,
    TITLE,
    axis_word,
    findings,
    headline,
    points_of,
    verdict_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.evidence.estimate import Estimate
    from tacit.judge.result import Judgement
    from tacit.studies.reporting_bias.report_view import Limits, View
    from tacit.studies.reporting_bias.result import Unsaid

IN_JSON: Final = "result.json"
_LARGEST_RATES: Final = "LAION-2B"


def lead(view: View, limits: Limits) -> Html:
    """The top of the page: the questions, the answers, what this is, and a tile for each type."""
    told = [el("li", sentence(parts, limits.text)) for parts in findings(view)]
    claims = el("p", el("a", "Every claim with its interval", href="#claims"), ".", class_="note")
    return join([
        el("h1", TITLE),
        el("p", sentence(headline(view), limits.name), class_="headline"),
        el("p", LABORATORY),
        el("div", *(_tile(view, name) for name in view.types), class_="tiles"),
        el("ul", *told, class_="findings"),
        claims if view.result.claims else None,
        el("p", "Made with tacit ", data(view.result.tacit, limits.name), ".", class_="made"),
    ])  # fmt: skip


def _tile(view: View, name: str) -> Html:
    usual, gain = view.unsaid("ordinary").get(name), view.gain("elicited", name)
    value = known(usual.reported) if usual else None
    big = percent(value) if value is not None else "not known"
    asked = points_of(gain.difference) + " points" if gain else "not measured"
    return el(
        "div",
        el("h2", name.capitalize()),
        el("p", big, class_="big"),
        el("p", "of ordinary captions report it where it is there", class_="fixed"),
        el("p", el("b", "With scale: "), verdict_words(view, name, plain=True), class_="fixed"),
        el("p", el("b", "By asking: "), asked, class_="fixed"),
        class_="tile",
        style=f"--c:var(--series-{view.types.index(name) % 4 + 1})",
    )


def unsaid_section(view: View, limits: Limits) -> Html:
    """What captions state, with examples."""
    if not view.result.unsaid:
        return Html("")
    rates = view.result.settings.get("rates", _LARGEST_RATES)
    known_rates = rates if isinstance(rates, str) else tuple(sorted(rates.items()))
    meanings = [el("li", el("b", f"{name.capitalize()}: "), TYPE_WORDS[name].meaning) for name in view.types]
    chart = unsaid_chart(view)
    intro = (
        "A caption says what its writer thinks worth saying. Nobody asked how many there are, where they stand, what "
        "is missing or what came before; so it is rarely said, however plainly it is to be seen. Here the ordinary "
        "speaker does so as rarely as people were found to do in real captions, and a second one is asked."
    )
    own = [entry for entry in view.result.unsaid if entry.speaker != "yours"]
    return join([
        el("p", intro),
        el("ul", *meanings, class_="findings"),
        el("h3", "The same pictures, twice"),
        examples(known_rates),
        el("h3", "How much is reported of what is there"),
        el("p", "Of the captions of pictures with something to report, the share that reports it."),
        figure(chart) if chart else el("p", "Nothing was measured.", class_="missing"),
        unsaid_table("What captions state, with 95 % intervals", own, limits),
        el("p", "Set to: the share of all captions that the speaker was told to state it in. Audit: what tacit audit "
           "finds in the text alone, which should recover it. Reported: the same, of the captions of pictures in "
           "which there is something to report.", class_="note"),
    ])  # fmt: skip


def unsaid_table(caption: str, entries: Sequence[Unsaid], limits: Limits) -> Html:
    """What captions state, a row per speaker, language and type."""
    rows = [_unsaid_row(entry, limits) for entry in entries[: limits.rows]]
    header = ("Captions of", "Language", "Type", "Set to", "Audit of the text", "Reported where it is there")
    made = table(caption, header, rows, numeric=(3,), class_="wide")
    return join([made, html.left_out(len(rows), len(entries), "rows", IN_JSON)])


def _unsaid_row(entry: Unsaid, limits: Limits) -> list[Child]:
    return [
        data(SPEAKERS.get(entry.speaker, entry.speaker), limits.name), data(entry.language, limits.name),
        label(entry.type, limits), "–" if entry.knob is None else percent(entry.knob),
        _share(entry.share), _share(entry.reported),
    ]  # fmt: skip


def _share(estimate: Estimate) -> Html:
    return missing(estimate.missing) if known(estimate) is None else join([share(estimate)])


def scale_section(view: View, limits: Limits) -> Html:
    """Accuracies along both axes of the ladder."""
    if not view.kinds:
        return Html("")
    first = view.ladder(view.kinds[0])
    spread = [sorted({m.params for m in first}), sorted({m.captions for m in first})]
    seeds = len({m.seed for m in first})
    intro = (
        f"Models with {' to '.join(count(n) for n in _ends(spread[0]))} parameters were trained on "
        f"{' to '.join(count(n) for n in _ends(spread[1]))} ordinary captions, {count(seeds)} of each with other data "
        "and first weights, and then asked which of a few statements is true of a picture they had not seen."
    )
    parts: list[Child] = [el("p", intro), el("h3", "What a model is asked"), questions(view.types)]
    probes = view.probes[: limits.charts]
    for kind in view.kinds:
        for heading, x_name, unit, along in (
            ("More parameters", "parameters", "captions", view.along_params),
            ("More captions", "captions", "parameters", view.along_captions),
        ):
            panels = [
                panel(_called(view, probe), line_chart(along(kind, probe)[: limits.lines], x_name,
                      view.result.chance[probe], f"{probe[:80]}: accuracy of {kind[:40]}s along {x_name}"))
                for probe in probes
            ]  # fmt: skip
            which = f"{heading}: {kind}" if len(view.kinds) > 1 else heading
            parts += [el("h3", which[:120]), line_key(along(kind, probes[0])[: limits.lines], unit) if probes else None]
            parts.append(el("div", *panels, class_="panels"))
        parts.append(_languages(view, kind))
    parts.append(html.left_out(len(probes), len(view.probes), "probes", IN_JSON))
    return join(parts)


def _ends(values: list[int]) -> list[int]:
    return [values[0], values[-1]] if len(values) > 1 else values


def _called(view: View, probe: str) -> str:
    return probe if probe in view.types else f"{probe[:80]} (control)"


def _languages(view: View, kind: str) -> Html | None:
    """What captions in other sets of languages did, in one line each."""
    told: list[Child] = []
    for other in view.spoken[1:]:
        found = [(name, view.across_languages(kind, name, other)) for name in view.types]
        changes = listing([f"{name} {points_of(made)}" for name, made in found])
        seeds = max((made.n for _, made in found), default=0)
        which = f"with captions in {_spelt(other)} rather than in {_spelt(view.spoken[0])} alone, in points with 95 % "
        told.append(el("p", el("b", "Languages: "), f"{which}intervals over {count(seeds)} seeds: {changes}."))
    return join(told) if told else None


def _spelt(codes: str) -> str:
    """Languages by name."""
    return listing([LANGUAGES.get(code, code[:20]) for code in codes.split("+")])


def verdict_section(view: View, limits: Limits) -> Html:
    """The verdict on every probe along every axis, with what it rests on."""
    if not view.judged:
        return Html("")
    shown = view.judged[: limits.rows]
    rows = [_verdict_row(entry, limits) for entry in shown]
    words = dict.fromkeys(word_of(entry) for entry in shown)
    meanings = [el("li", verdict_glyph(word), " ", el("b", word.label), f": {word.one}") for word in words]
    delta = view.result.verdicts.settings.get("delta")
    worth = f" A slope worth having is {delta:g} points." if isinstance(delta, int | float) else ""
    note = (
        "Slope: points (hundredths of accuracy) per tenfold of the axis, with a 90 % interval. Detectable: the "
        f"smallest slope that would have been found with 80 % power.{worth}"
    )
    header = ("Probe", "Along", "Verdict", "Slope", "Detectable", "Models", "Because")
    return join([
        el("p", "The same rules as tacit scale applies to any table of results, without knowing what was trained on."),
        el("ul", *meanings, class_="findings verdicts"),
        table("Verdicts on scale", header, rows, numeric=(3, 4, 5), class_="wide"),
        html.left_out(len(shown), len(view.judged), "verdicts", IN_JSON),
        el("p", note, class_="note"),
    ])  # fmt: skip


def _verdict_row(entry: Judgement, limits: Limits) -> list[Child]:
    ends = between(entry.low, entry.high, points)
    slope: Child = missing("no slope could be estimated")
    if entry.slope is not None:
        slope = join([el("b", points(entry.slope)), el("span", f" ({ends})", class_="ci") if ends else None])
    return [
        label(entry.capability, limits), join([axis_word(entry.axis)[: limits.name]]),
        verdict_label(word_of(entry)), slope, "–" if entry.mdes is None else points(entry.mdes).removeprefix("+"),
        count(entry.n_systems), long(entry.reasons[0], limits) if entry.reasons else "–",
    ]  # fmt: skip
