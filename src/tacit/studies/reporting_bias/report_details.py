"""The second half of the story: what asking did, doses, the claims, and the user's own models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.judge.report_findings import headline as scale_headline
from tacit.judge.report_parts import verdicts_section
from tacit.judge.report_view import Limits as ScaleLimits
from tacit.judge.report_view import View as ScaleView
from tacit.report import html
from tacit.report.figures import between, count, known, percent, points
from tacit.report.html import Child, Html, data, el, figure, join, missing, sentence, table
from tacit.studies.claims_shown import claims_table
from tacit.studies.reporting_bias.report_charts import arm_chart, arm_key, gain_chart, line_chart, line_key, panel
from tacit.studies.reporting_bias.report_sections import unsaid_table
from tacit.studies.reporting_bias.report_view import label, long
from tacit.studies.reporting_bias.report_words import axis_word
from tacit.verify.report_words import decades, placebo_sentences, verdict_label, worth_text

if TYPE_CHECKING:
    from tacit.evidence.estimate import Estimate
    from tacit.studies.reporting_bias.report_view import Limits, View
    from tacit.studies.reporting_bias.result import Curated, RateOrNumber
    from tacit.verify.result import Comparison, Worth

IN_JSON = "result.json"


def asking_section(view: View, limits: Limits) -> Html:
    """What each way of spending the same words did."""
    if not view.arms and not view.result.gains:
        return Html("")
    probes = view.probes[: limits.charts]
    asked = view.result.settings.get("asked")
    much = f" ({percent(asked)} of the captions)" if isinstance(asked, float) else ""
    intro = (
        "All arms start from the same ordinary captions. The sham adds as many words of ordinary captions as the "
        f"elicited arm adds words of people who were asked{much}, so that more text alone cannot be what helps. The "
        "others spend as many words on captions chosen from a pool, and on captions of a model-like speaker who has "
        "learnt from ordinary captions what to leave out."
    )
    gains = gain_chart(view)
    parts: list[Child] = [el("p", intro), arm_key(view)]
    for kind in dict.fromkeys(m.kind for m in view.result.models if m.phase == "arm"):
        several = len(view.kinds) > 1
        panels = [panel(probe[:80], arm_chart(view, kind, probe)) for probe in probes]
        parts.append(el("h3", f"Accuracy of each arm: {kind[:80]}" if several else "Accuracy of each arm"))
        parts.append(el("p", "Mean over seeds with its 95 % interval; the broken line is guessing.", class_="note"))
        parts.append(el("div", *panels, class_="panels"))
    parts += [
        el("h3", "Gains over the sham"),
        figure(gains) if gains else el("p", "No gain was measured.", class_="missing"),
        _gains(view, limits),
        _sham(view, limits),
        _worths(view, limits),
        _kept(view, limits),
        _curated(view.result.curated, limits) if view.result.curated else None,
    ]
    return join(parts)


def _gains(view: View, limits: Limits) -> Html | None:
    rows: list[list[Child]] = [
        [
            label(gain.arm, limits), label(gain.capability, limits), label(gain.against, limits),
            gain.role, _points(gain.difference), count(gain.seeds), data(gain.difference.method, limits.name),
        ]
        for gain in view.result.gains
    ]  # fmt: skip
    if not rows:
        return None
    header = ("Arm", "Probe", "Less", "Role", "Difference, points", "Pairs of models", "Interval")
    whole = table("Every gain, also over the baseline", header, rows[: limits.rows], numeric=(4, 5), class_="wide")
    more = html.left_out(min(len(rows), limits.rows), len(rows), "gains", IN_JSON)
    return el("details", el("summary", f"All {count(len(rows))} gains as a table"), whole, more)


def _points(estimate: Estimate, times: float = 100.0) -> Html:
    """A difference in points with its interval, or why there is none."""
    value = known(estimate)
    if value is None:
        return missing(estimate.missing)
    ends = between(estimate.low, estimate.high, lambda x: points(times * x))
    return join([el("b", points(times * value)), el("span", f" ({ends})", class_="ci") if ends else None])


def _sham(view: View, limits: Limits) -> Html:
    """What more ordinary captions did by themselves."""
    told = placebo_sentences(view.result.compared)
    rows = [
        [label(name, limits), _points(gain.difference)]
        for name in view.probes
        if (gain := view.gain("sham", name, "baseline"))
    ]
    parts: list[Child] = [el("h3", "What the sham did")]
    if rows:
        parts.append(table("More ordinary captions, less the baseline", ("Probe", "Points"), rows, numeric=(1,)))
    parts += [el("p", sentence(part, limits.name)) for part in told]
    if not told:
        parts.append(el("p", "More ordinary captions alone moved no target for certain."))
    return join(parts)


def _worths(view: View, limits: Limits) -> Html | None:
    rows: list[list[Child]] = [
        [
            label(entry.capability, limits), join([axis_word(worth.axis)[: limits.name]]),
            _points(entry.effect), _points(worth.slope, 1.0), _worth(view, worth, limits),
        ]
        for entry in view.result.compared.targets
        for worth in entry.extras.worth
    ]  # fmt: skip
    if not rows:
        return None
    intro = (
        "How much larger the model or its training set would have to be to gain as much: the difference over what a "
        "tenfold of scale brings on the ladder. Where that may be nothing there is no upper limit, and only a lower "
        "bound is given. A decade is a tenfold."
    )
    header = ("Probe", "Along", "Gain, points", "Slope, points per tenfold", "Worth")
    whole = table("Gains in decades of scale", header, rows[: limits.rows], class_="wide")
    more = html.left_out(min(len(rows), limits.rows), len(rows), "rows", IN_JSON)
    return join([el("h3", "What the gain is worth in scale"), el("p", intro), whole, more])


def _worth(view: View, worth: Worth, limits: Limits) -> Html:
    value = known(worth.decades)
    least = value if value is not None else worth.at_least
    if least is None:
        return missing(worth.reason)
    span = view.span(worth.axis)
    beyond = f"beyond any scale tried: the whole ladder spans {decades(span)} decades" if span and least > span else ""
    told = [el("span", data(note, limits.text), class_="note") for note in (beyond, worth.reason) if note]
    return el("div", el("b", worth_text(worth)), *told, style="min-width:15rem")


def _kept(view: View, limits: Limits) -> Html | None:
    """The elicited arm against sham and baseline, and what it was not to break."""
    found = view.result.compared.comparisons
    rows = [_kept_row(entry, limits) for entry in found[: limits.rows]]
    if not rows:
        return None
    margin = view.result.compared.settings.get("margin")
    told = f" by more than {margin:g} points" if isinstance(margin, int | float) else ""
    intro = (
        "Verdicts of tacit compare on the items of all seeds together. What captions already taught is compared with "
        f"the baseline and must not get worse{told}."
    )
    header = ("Probe", "Role", "Verdict", "Less", "Difference, points", "Items", "Because")
    made = table("The elicited arm, and what it was not to break", header, rows, numeric=(4, 5), class_="wide")
    left = html.left_out(len(rows), len(found), "rows", IN_JSON)
    return join([el("h3", "Did it work, and what did it break?"), el("p", intro), made, left])


def _kept_row(entry: Comparison, limits: Limits) -> list[Child]:
    because = long(entry.reasons[0], limits) if entry.reasons else "–"
    return [label(entry.capability, limits), entry.role, verdict_label(entry), entry.against,
            _points(entry.effect), count(entry.n), because]  # fmt: skip


def _curated(made: Curated, limits: Limits) -> Html:
    """What choosing among existing captions could reach."""
    names = list(dict.fromkeys([*made.wanted, *made.reached]))
    rows: list[list[Child]] = [
        [label(name, limits), *("–" if value is None else percent(value) for value in
         (made.wanted.get(name), made.reached.get(name)))]
        for name in names
    ]  # fmt: skip
    told = (
        f"From a pool of {count(made.pool)} ordinary captions {count(made.chosen)} were chosen, none more than "
        f"{count(made.repeats)} times."
    )
    header = ("Type", "Wanted", "Reached")
    return join([
        el("h3", "What choosing could reach"),
        el("p", told),
        table("Share of the chosen captions that states each type", header, rows, numeric=(1, 2)),
        el("ul", *(el("li", data(note, limits.text)) for note in made.notes[: limits.remarks]),
           class_="findings") if made.notes else None,
    ])  # fmt: skip


def dose_section(view: View, limits: Limits) -> Html:
    """Accuracy against how many captions tell a type, as a share and as a number."""
    if not view.doses and not view.result.doses:
        return Html("")
    intro = (
        "Models of one size were trained with more and more elicited captions, in a small "
        "and in a large training set. If the share of captions that tell a type is what matters, the lines of both "
        "lie on each other by share; if it is how many such captions there are, by number. "
        "Dots without any dose are models of the ladder."
    )
    first = next((found for name in view.types if (found := view.dose_lines(name, number=False))), [])
    panels = []
    for name in view.types[: limits.charts]:
        for number, x_name, heading in (
            (False, "captions that tell it, %", f"{name}: by share"),
            (True, "captions that tell it", f"{name}: by number"),
        ):
            found = view.dose_lines(name, number=number)[: limits.lines]
            chart = line_chart(found, x_name, view.result.chance[name], f"{heading} of captions that tell it")
            panels.append(panel(heading, chart))
    rows = [_dose_row(entry, limits) for entry in view.result.doses]
    header = ("Type", "Per tenfold share", "Per tenfold number", "Models", "Finding")
    methods = dict.fromkeys(entry.rate.method for entry in view.result.doses if known(entry.rate) is not None)
    note = (
        "Points of accuracy that a tenfold brings, the other held fixed: accuracy against the logarithms of both, with "
        f"95 % intervals ({'; '.join(methods) or 'none could be made'})."
    )
    return join([
        el("p", intro),
        el("h3", "Accuracy by dose"),
        line_key(first[: limits.lines], "captions in all"),
        el("div", *panels, class_="panels"),
        table("Share or number", header, rows, numeric=(1, 2, 3), class_="wide") if rows else None,
        el("p", note, class_="note") if rows else None,
    ])  # fmt: skip


def _dose_row(entry: RateOrNumber, limits: Limits) -> list[Child]:
    return [label(entry.type, limits), _points(entry.rate), _points(entry.number), count(entry.models),
            long(entry.finding, limits)]  # fmt: skip


def claims_section(view: View, limits: Limits) -> Html:
    """Every claim with its interval, those that do not hold first."""
    return claims_table(view.result.claims, rows=limits.rows, text=limits.text)


def yours_section(view: View, limits: Limits) -> Html:
    """The user's own captions and models."""
    yours, captions = view.result.yours, [entry for entry in view.result.unsaid if entry.speaker == "yours"]
    if yours is None and not captions:
        return Html("")
    intro = (
        "These are the captions and models that you gave, audited and judged by the same rules. Nothing of the "
        "laboratory is in these numbers, and they enter no claim about it."
    )
    parts: list[Child] = [el("p", intro)]
    parts += [unsaid_table("What your captions state", captions, limits)] if captions else []
    if yours is not None:
        scaled = ScaleView(yours)
        # No reasons are told here, so there is nothing that the table could link to.
        fits = ScaleLimits(charts=0, rows=limits.rows, told=0, name=limits.name, text=limits.text)
        parts += [el("p", el("b", sentence(scale_headline(scaled), limits.name))), verdicts_section(scaled, fits)]
        remarks = [el("li", data(remark, limits.text)) for remark in yours.remarks[: limits.remarks]]
        parts += [el("ul", *remarks, class_="findings")] if remarks else []
    return join([*parts, el("p", _NEXT)])


_NEXT = (
    "To go on with your own: tacit curate chooses captions of your corpus and says how far that reaches; tacit plan "
    "and tacit elicit ask people for the rest; tacit compare tells, on the same items and against a sham, whether the "
    "models that you train on it have gained what they lacked, and what they lost."
)
