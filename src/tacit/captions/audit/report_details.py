"""What the rates of an audit are made of: sub-types with captions, the detector's errors, checks, and methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.audit.report_findings import stopped
from tacit.captions.audit.report_parts import estimate, left_out
from tacit.captions.audit.report_view import LABELS, role_of
from tacit.captions.words import subtype_word, type_word
from tacit.report.figures import count, known, percent
from tacit.report.html import Child, Html, bar, data, el, facts, highlighted, join, sentence, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tacit.captions.audit.report_view import Limits, View
    from tacit.captions.audit.result import Contrast, Example, Rate
    from tacit.evidence.estimate import Estimate

_PARTS: Final = {
    "counted": "Counts",
    "neighbours": "Close, but does not count",
    "stopped": "Look-alikes, stopped by a guard",
}
_FIRST: Final = 180
"""Characters of the one example that stands beside a sub-type's rate."""


def subtypes_section(view: View, limits: Limits) -> Html:
    """Per type: what counts, what does not and why, each with its rate and captions."""
    parts: list[Child] = []
    told = stopped(view)
    for type_ in view.types:
        parts.append(el("h3", type_word(type_).name, class_="kind", style=f"--c:var(--{role_of(type_)})"))
        parts.append(el("p", type_word(type_).meaning))
        rates = view.subtypes.get(type_, [])
        most = max((known(r.share) or 0.0 for r in rates), default=0.0) or 1.0
        if not rates:
            parts.append(el("p", "No sub-types were counted.", class_="missing"))
        first = True
        for part, members in view.by_kind(type_):
            if members:
                parts.append(_subtype_table(view, _PARTS[part], members, most, limits, first=first))
                first = False
                parts.append(left_out(limits.subtypes, len(members), "sub-types"))
        parts.append(_more_examples(view, type_, limits))
    intro = (
        "One caption can hold several sub-types, so their shares need not add up. The marked words are what matched. "
    )
    return join([el("p", intro, sentence(told, limits.name) if told else None), *parts])


def _subtype_table(view: View, caption: str, members: list[Rate], most: float, limits: Limits, *, first: bool) -> Html:
    rows: list[list[Child]] = []
    for rate in members[: limits.subtypes]:
        word = subtype_word(rate.type, rate.subtype, counts=rate.counts, guard=rate.guard)
        name = join([el("b", data(word.name, limits.name)), el("span", data(word.meaning, 200), class_="note")])
        examples = view.examples(rate)
        shown: Child = el("span", "no example", class_="missing")
        if examples:
            top = examples[0]
            shown = highlighted(top.caption, top.start, top.end, min(_FIRST, limits.caption))
        share = known(rate.share)
        length = bar(share / most if share is not None else None, role_of(rate.type), hollow=not rate.counts)
        rows.append([name, count(rate.captions), join([estimate(rate.share), length]), shown])
    header = ("Sub-type", "Captions", "Share", "For example")
    return table(caption, header, rows, numeric=(1,), class_="subtypes" if first else "subtypes again")


def _caption(example: Example, limits: Limits) -> Html:
    text = highlighted(example.caption, example.start, example.end, limits.caption)
    return el("li", text, el("span", " ", el("code", data(example.rule, limits.name)), class_="note"))


def _more_examples(view: View, type_: str, limits: Limits) -> Html | None:
    groups: list[Child] = []
    for part, members in view.by_kind(type_):
        for rate in members[: limits.subtypes]:
            examples = view.examples(rate)[: limits.examples]
            if not examples:
                continue
            word = subtype_word(rate.type, rate.subtype, counts=rate.counts, guard=rate.guard)
            kind = {"counted": "counts", "neighbours": "does not count"}.get(part, f"stopped by guard {rate.guard}")
            groups.append(el("h4", data(word.name, limits.name), " – ", data(kind, limits.name)))
            groups.append(el("ul", *(_caption(e, limits) for e in examples), class_="captions"))
    if not groups:
        return None
    name = type_word(type_).name
    return el("details", el("summary", f"More captions for {name}, with the rule that matched"), *groups)


def accuracy_section(view: View, limits: Limits) -> Html:
    """The detector's errors, and the shares corrected for them beside the raw ones."""
    rows: list[list[Child]] = []
    for type_ in view.types:
        known_of = view.accuracies(type_)[: limits.sources]
        if not known_of:
            why = el("span", "not known: no labels, and no accuracy was shipped for this kind", class_="missing")
            rows.append([type_word(type_).name, why, "", "", ""])
        for accuracy in known_of:
            source = "your labels" if accuracy.source == LABELS else accuracy.source
            rows.append(
                [
                    type_word(type_).name, data(source, limits.name), count(accuracy.positives),
                    estimate(accuracy.precision), estimate(accuracy.recall),
                ]
            )  # fmt: skip
    header = ("Kind", "Known from", "True cases", "Right when it fires (precision)", "Found of all (recall)")
    return join(
        [
            el("p", "A detected share is not the true share: some hits are wrong and some statements are missed. "
               "With labels, or with accuracy known from elsewhere, the share can be corrected."),
            table("How well the detector recognises each kind", header, rows, numeric=(2, 3, 4)),
            _corrected_table(view, limits),
        ]
    )  # fmt: skip


def _corrected_table(view: View, limits: Limits) -> Html:
    rows: list[list[Child]] = []
    for type_ in view.types:
        entries = view.corrections(type_)[: limits.sources]
        if not entries:
            why = el("span", "not corrected: the detector's errors are not known", class_="missing")
            rows.append([type_word(type_).name, estimate(view.rate(type_)), why, "", ""])
        for entry in entries:
            source = "your labels" if entry.source == LABELS else entry.source
            rows.append(
                [
                    type_word(type_).name, estimate(view.rate(type_)), estimate(entry.share),
                    join([data(entry.share.method, limits.name), " from ", data(source, limits.name)])
                    if known(entry.share) is not None
                    else data(source, limits.name),
                    data(entry.assumes, 300),
                ]
            )  # fmt: skip
    header = ("Kind", "As detected", "Corrected", "How", "Right only if")
    return table("Shares corrected for the detector's errors", header, rows, numeric=(1, 2))


def contrast_section(view: View, limits: Limits) -> Html:
    """Where two detectors agree and where they do not; empty when none was compared."""
    contrasts = view.result.contrasts[: limits.rows]
    if not contrasts:
        return Html("")
    rows = [_contrast_row(contrast, limits) for contrast in contrasts]
    header = ("Kind", "Compared with", "Both", "Only this one", "Only the other", "Neither", "")
    examples: list[Child] = []
    for contrast in contrasts:
        sides = (
            ("only this detector finds", contrast.examples_this),
            ("only the other finds", contrast.examples_other),
        )
        for what, found in sides:
            if found:
                other = data(contrast.other, limits.name)
                examples.append(el("h3", type_word(contrast.type).name, ": captions ", what, " (other: ", other, ")"))
                listed = [_caption(e, limits) for e in found[: limits.examples]]
                examples.append(el("ul", *listed, class_="captions"))
    key = el(
        "ul", el("li", bar(0.05, "ink"), "both"), el("li", bar(0.05, "series-1"), "only this one"),
        el("li", bar(0.05, "series-3"), "only the other"), class_="key swatches",
    )  # fmt: skip
    return join(
        [
            el("p", "Captions in which each detector finds the kind. Captions that neither finds are not in the bar."),
            key,
            table("Two detectors on the same captions", header, rows, numeric=range(2, 6), class_="wide"),
            el("details", el("summary", "Captions on which they disagree"), *examples) if examples else None,
        ]
    )


def _contrast_row(contrast: Contrast, limits: Limits) -> list[Child]:
    parts = (contrast.both, contrast.only_this, contrast.only_other)
    found = sum(parts)
    roles = ("ink", "series-1", "series-3")
    pieces = [bar(n / found, role) for n, role in zip(parts, roles, strict=True)] if found else []
    total = found + contrast.neither
    shown = [count(n) + (f" ({percent(n / total)})" if total else "") for n in (*parts, contrast.neither)]
    return [
        type_word(contrast.type).name,
        data(contrast.other, limits.name),
        *shown,
        el("span", *pieces, class_="stack"),
    ]


def checks_section(view: View, limits: Limits) -> Html:
    """Outcomes of the checks that were asked for; empty when none was."""
    checks = view.result.checks
    if not checks:
        return Html("")
    rows: list[list[Child]] = []
    for check in checks[: limits.rows]:
        told = "holds" if check.holds else "does not hold" if known(check.estimate) is not None else "cannot be told"
        verdict = el("b", "✓ " if check.holds else "✗ ", told, class_="good" if check.holds else "bad")
        rows.append(
            [el("code", data(check.expression, 200)), verdict, estimate(check.estimate), data(check.detail, 300)]
        )
    header = ("Check", "Outcome", "Measured", "Detail")
    made = table("Checks; the least favourable end of the interval decides", header, rows, numeric=(2,))
    return join([made, left_out(limits.rows, len(checks), "checks")])


def _method_rows(view: View) -> Iterable[tuple[str, list[Estimate]]]:
    result = view.result
    yield "Shares of all captions", [r.share for r in view.overall.values()]
    yield "Shares of groups", [view.group_rate(g, t) for g in view.groups for t in view.types]
    yield "Shares of languages", [entry.share for entry in result.languages]
    yield "What was there to report", [e for r in result.reported for e in (r.stated, r.otherwise, r.lift)]
    yield "Precision and recall", [e for a in result.accuracy for e in (a.precision, a.recall)]
    yield "Corrected shares", [entry.share for entry in result.corrected]
    yield "Checks", [check.estimate for check in result.checks]


def methods_section(view: View, run: Mapping[str, str], limits: Limits) -> Html:
    """How every number was made."""
    rows: list[list[Child]] = []
    for what, estimates in _method_rows(view):
        made = [e for e in estimates if known(e) is not None]
        missing = len(estimates) - len(made)
        for method, level in sorted({(e.method, e.level) for e in made}):
            sizes = [e.n for e in made if (e.method, e.level) == (method, level)]
            n = count(sizes[0]) if len(set(sizes)) == 1 else f"{count(min(sizes))} to {count(max(sizes))}"
            rows.append([what, data(method, limits.name), f"{100 * level:g} %", n, count(len(sizes)), ""])
        if missing:
            rows.append([what, "", "", "", "", f"{count(missing)} not known"])
    header = ("Numbers", "Interval by", "Level", "n", "How many", "Missing")
    entries: list[tuple[str, str]] = [("tacit", view.result.tacit), ("seed", str(view.result.seed))]
    entries += [
        (f"detector {d.get('name', '?')} {d.get('version', '')} ({d.get('language', '?')})", d.get("validated", ""))
        for d in view.result.detectors[: limits.rows]
    ]
    entries += list(run.items())[: limits.rows]
    return join(
        [
            table("Method and sample size behind the numbers", header, rows[: limits.rows], numeric=(2, 3, 4, 5)),
            el("p", "A share is captions with at least one hit that counts over all captions audited. Intervals say "
               "how far chance alone could move a number; they do not cover the detector's errors, except where a "
               "share is called corrected."),
            el("h3", "This run"),
            facts(((name, told or "not validated") for name, told in entries), limits.name),
        ]
    )  # fmt: skip
