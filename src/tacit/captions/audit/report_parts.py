"""The overview of an audit report: what was found, beside what others found, and in which groups and languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.audit.report_charts import count_chart, group_chart, rate_chart, rate_key
from tacit.captions.audit.report_findings import findings
from tacit.captions.audit.report_reported import reported_chart
from tacit.captions.audit.report_view import CHART_GROUPS, LABELS, role_of
from tacit.captions.published import judged_interval, published
from tacit.captions.words import language_name, type_word
from tacit.report import html
from tacit.report.figures import NBSP, count, interval, known, one_in, percent, why_missing
from tacit.report.html import Child, Html, Name, bar, data, el, figure, join, missing, sentence, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.captions.audit.report_view import Limits, View
    from tacit.evidence.estimate import Estimate

Charts = dict[str, Html]
"""Finished drawings by name; drawn once, however often the page is put together."""

TITLE: Final = "What these captions leave unsaid"


def charts(view: View) -> Charts:
    """Draw everything."""
    drawn = {f"rate {t}": rate_chart(view, t) for t in view.types}
    if view.groups:
        drawn |= {f"group {t}": group_chart(view, t) for t in view.types}
    for name, chart in (("counts", count_chart(view)), ("reported", reported_chart(view))):
        if chart:
            drawn[name] = chart
    return drawn


def estimate(value: Estimate) -> Html:
    """A share with its interval, or the reason why there is none."""
    share = known(value)
    if share is None:
        return missing(why_missing(value))
    limits = interval(value)
    return join([el("b", percent(share)), el("span", f" ({limits})", class_="ci") if limits else None])


def left_out(shown: int, total: int, what: str) -> Html | None:
    """Says how much a table leaves out, and where it is."""
    return html.left_out(shown, total, what, "the parquet tables of the run folder")


def lead(view: View, limits: Limits) -> Html:
    """The top of the page: title, findings, one tile per kind of statement."""
    first, *others = findings(view)
    result = view.result
    made = (
        f"{count(result.read)} captions read, {count(result.audited)} audited. Detector: ",
        Name(view.detector),
        f". Made with tacit {result.tacit}.",
    )
    return join(
        [
            el("h1", TITLE),
            el("p", sentence(first, limits.name), class_="headline"),
            el("p", sentence(made, limits.name), class_="made"),
            el("div", *(_tile(view, t, limits) for t in view.types), class_="tiles"),
            el("ul", *(el("li", sentence(s, limits.name)) for s in others), class_="findings") if others else None,
        ]
    )


def _tile(view: View, type_: str, limits: Limits) -> Html:
    raw, corrected = view.rate(type_), view.correction(type_)
    value = known(raw)
    word = type_word(type_)
    head = el("h2", data(word.name, limits.name), style=f"--c:var(--{role_of(type_)})")
    if value is None:
        body: list[Child] = [el("p", "not known", class_="big"), el("p", data(why_missing(raw), 200), class_="missing")]
    else:
        often = one_in(value).replace(" ", NBSP)
        body = [
            el("p", percent(value), class_="big"),
            el("p", "as detected ", el("span", f"({interval(raw)})"), " ", el("span", often), class_="ci"),
        ]
    if corrected is not None:
        source = "your labels" if corrected.source == LABELS else "shipped accuracy"
        body.append(el("p", f"corrected with {source}: ", estimate(corrected.share), class_="fixed"))
    elif entries := view.corrections(type_):
        body.append(el("p", "not corrected: ", data(why_missing(entries[0].share), 200), class_="fixed missing"))
    return el("article", head, *body, el("p", word.meaning, class_="note"), class_="tile")


def kinds_section(view: View, drawn: Charts) -> Html:
    """Each kind of statement beside published corpora."""
    same = "The circles here and there come from the same 26 keywords, so they can be compared directly. "
    other = "The published circles come from 26 keywords and yours do not, so compare orders of magnitude. "
    instrument = same if view.keyword_detector else other
    panels = [el("div", el("h3", type_word(t).name), figure(drawn[f"rate {t}"]), class_="panel") for t in view.types]
    return join(
        [
            el(
                "p", instrument, "Lines are ", f"{100 * view.level:g}", " % intervals; the number on the right of a ",
                f"published corpus is keyword{NBSP}/{NBSP}judged. Each panel has its own axis, in percent of captions.",
            ),
            rate_key(),
            el("div", *panels, class_="panels"),
            el("details", el("summary", "All published figures with their sources"), _published_table(view)),
        ]
    )  # fmt: skip


def _published_table(view: View) -> Html:
    rows: list[list[Child]] = []
    for t in view.types:
        rates = published(t)
        for corpus, source in dict.fromkeys((r.corpus, r.source) for r in rates):
            here = [r for r in rates if (r.corpus, r.source) == (corpus, source)]
            own = {r.basis: f"{round(100 * r.share, 4):g}{NBSP}%" for r in here}
            judged: Child = own.get("judged", "")
            if judged:
                judged = join([judged, el("span", f" ({interval(judged_interval(corpus, t))})", class_="ci")])
            rows.append([corpus, type_word(t).name, own.get("keyword", ""), judged, own.get("reported", ""), source])
    header = ("Corpus", "Kind", "Keyword", "Judged", "Reported", "Source")
    made = table("Published shares of captions", header, rows, numeric=(2, 3, 4))
    note = (
        "Keyword: captions with one of 26 strings. Judged: that share, times the share of 100 such captions that "
        "people found right; the paper gives no intervals, tacit worked them out. Reported: cue words not known."
    )
    return join([el("p", note, class_="note"), made])


def groups_section(view: View, drawn: Charts, limits: Limits) -> Html:
    """The groups beside one another; empty when captions were not grouped."""
    if not view.groups:
        return Html("")
    total, in_chart = len(view.groups), min(CHART_GROUPS, len(view.groups))
    panels = [el("div", el("h3", type_word(t).name), figure(drawn[f"group {t}"]), class_="panel") for t in view.types]
    listed = view.groups[: limits.groups]
    rows: list[list[Child]] = [
        [
            data(g or "(empty)", limits.name),
            count(view.sizes[g]),
            *(estimate(view.group_rate(g, t)) for t in view.types),
        ]
        for g in listed
    ]
    header = ("Group", "Captions", *(type_word(t).name for t in view.types))
    which = f"The {in_chart} groups with most captions" if total > in_chart else f"All {total} groups"
    by = view.result.group_by
    return join(
        [
            el(
                "p", which, *((" by column ", data(by, limits.name)) if by else ()),
                ". The dashed line is the share in all captions; a line through a mark is its interval.",
            ),
            el("div", *panels, class_="panels"),
            table("Share of captions per group", header, rows, numeric=range(1, 2 + len(view.types))),
            left_out(len(listed), total, "groups"),
            _counts_by_group(view, limits),
        ]
    )  # fmt: skip


def _counts_by_group(view: View, limits: Limits) -> Html | None:
    by_group = [(g, view.counts(g)) for g in view.groups[: min(limits.groups, CHART_GROUPS)]]
    rows: list[list[Child]] = []
    for group, counts in by_group:
        total = sum(counts.values())
        if not total:
            continue
        parts = [
            sum(n for v, n in counts.items() if low <= v <= high) / total
            for low, high in ((1, 1), (2, 2), (3, 5), (6, max(counts) + 6))
        ]
        rows.append([data(group or "(empty)", limits.name), count(total), *(percent(p) for p in parts)])
    header = ("Group", "State a number", "one", "two", "three to five", "six or more")
    return table("Which numbers the groups state", header, rows, numeric=range(1, 6)) if rows else None


def counts_section(view: View, drawn: Charts) -> Html:
    """The distribution of stated numbers; empty when none is stated."""
    chart = drawn.get("counts")
    if chart is None:
        return Html("")
    note = (
        "Share of the captions that state a number, by that number. When “two” takes most of the quota, a model sees "
        "few larger numbers, however many counting captions there are."
    )
    return figure(chart, note)


def combinations_section(view: View, limits: Limits) -> Html:
    """Captions by the exact set of kinds they state; empty when that was not counted."""
    total = sum(n for _, n in view.combinations)
    if not total:
        return Html("")
    rows: list[list[Child]] = []
    shown = view.combinations[: limits.rows]
    for types, n in shown:
        dots = [
            el("span", "●", class_="dot", style=f"--c:var(--{role_of(t)})", role="img", aria_label="yes")
            if t in types
            else el("span", "○", class_="dot off", role="img", aria_label="no")
            for t in view.types
        ]
        name = " + ".join(type_word(t).name for t in types[: len(view.types)]) or "none of them"
        rows.append([name, *dots, count(n), percent(n / total), bar(n / total, "edge" if types else "ink")])
    header = ("Exactly these", *(type_word(t).name for t in view.types), "Captions", "Share", "")
    numeric = (1 + len(view.types), 2 + len(view.types))
    made = table("Captions by the exact set of kinds they state", header, rows, numeric=numeric, class_="sets")
    return join([made, left_out(len(shown), len(view.combinations), "combinations")])


_CHECKED: Final[Mapping[str, str]] = {
    "all": "The language of every caption was detected.",
    "sample": "The language of a random sample was detected; shares below are of that sample.",
    "none": "The language was not detected; captions were taken to be in the language that was asked for.",
}


def languages_section(view: View, limits: Limits) -> Html:
    """Languages found, what was not audited and why."""
    result = view.result
    rows: list[list[Child]] = []
    found = sorted(result.languages, key=lambda s: (-s.captions, s.language))
    for entry in found[: limits.rows]:
        why: Child = "yes" if entry.audited else join(["no: ", data(entry.reason or "no reason given", 200)])
        rows.append(
            [data(language_name(entry.language), limits.name), count(entry.captions), estimate(entry.share), why]
        )
    header = ("Language", "Captions", "Share", "Audited")
    left = result.read - result.audited
    reasons: list[list[Child]] = [
        [data(reason, 200), count(n), percent(n / result.read) if result.read else "–"]
        for reason, n in sorted(result.not_audited, key=lambda item: (-item[1], item[0]))[: limits.rows]
    ]
    absent = f"{count(left)} of {count(result.read)} captions were not audited; no rate says anything about them."
    return join(
        [
            el("p", _CHECKED.get(result.language_check, "")),
            table("Languages of the captions", header, rows, numeric=(1, 2)) if rows else None,
            left_out(limits.rows, len(found), "languages"),
            _language_rates(view, limits),
            el("h3", "Not audited"),
            el("p", absent if left else "Every caption that was read was audited."),
            table("Why captions were not audited", ("Reason", "Captions", "Share of all"), reasons, numeric=(1, 2))
            if reasons
            else None,
        ]
    )


def _language_rates(view: View, limits: Limits) -> Html | None:
    sizes = {language: rate.share.n for (language, _), rate in view.languages.items()}
    languages = sorted(sizes, key=lambda code: (-sizes[code], code))
    if len(languages) < 2:
        return None
    rows: list[list[Child]] = [
        [data(language_name(code), limits.name), *(estimate(view.language_rate(code, t)) for t in view.types)]
        for code in languages[: limits.rows]
    ]
    header = ("Language", *(type_word(t).name for t in view.types))
    return table("Share of captions per language", header, rows, numeric=range(1, 1 + len(view.types)))
