"""What an audit found, in sentences that are worked out from its numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tacit.captions.audit.report_reported import numbers_finding, reported_findings
from tacit.captions.audit.report_view import CHART_GROUPS, LABELS
from tacit.captions.languages import UNDETERMINED
from tacit.captions.words import language_name, subtype_word, type_word
from tacit.report.figures import NBSP, count, interval, known, listing, one_in, percent
from tacit.report.html import Name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tacit.captions.audit.report_view import View
    from tacit.report.html import Sentence


_THRESHOLDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
_RARE: Final = 0.05
_NUMBER_WORDS: Final = {
    1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
}  # fmt: skip
_WORTH_TELLING: Final = 1.5
"""Groups are told apart in a sentence when their intervals differ by at least this factor."""
_ENOUGH: Final = 100
"""Captions a group must have for that."""
_FOREIGN: Final = 0.1
"""From this share of captions in another language on, it is said; of plain English ones up to 0.07 are mistaken."""


def number_word(value: int) -> str:
    """A number as captions mostly write it.

    Example:
        >>> number_word(2), number_word(12)
        ('two', '12')
    """
    return _NUMBER_WORDS.get(value, str(value))


def findings(view: View) -> list[Sentence]:
    """The sentences a reader should see first, the most important at the top; never empty."""
    makers: tuple[Callable[[View], Sentence | None], ...] = (
        _headline, reported_findings, numbers_finding, _nothing_stated, _favourite_number, _groups, _correction,
        _validity, _not_audited, _foreign, _checks,
    )  # fmt: skip
    return [sentence for maker in makers if (sentence := maker(view)) is not None]


def _headline(view: View) -> Sentence:
    if view.result.audited == 0:
        return ("No caption was audited, so nothing can be said about them.",)
    shares = {t: (v, view.best(t)) for t in view.types if (v := known(view.best(t))) is not None}
    if not shares:
        return ("No rate could be measured; the reasons stand beside each kind of statement.",)
    total = len(shares)
    upper = {t: estimate.high if estimate.high is not None else value for t, (value, estimate) in shares.items()}
    basis = " (corrected with labels)" if any(view.best(t) is not view.rate(t) for t in shares) else ""

    def told(types: list[str]) -> str:
        ordered = sorted(types, key=lambda t: (-shares[t][0], t))
        return listing([f"{type_word(t).name} ({percent(shares[t][0])})" for t in ordered])

    for ceiling in (_RARE, _THRESHOLDS[-1]):
        for wanted in range(total, 0, -1):
            for threshold in (t for t in _THRESHOLDS if t <= ceiling):
                rare = [t for t in shares if upper[t] < threshold]
                if len(rare) < wanted:
                    continue
                who = "All" if len(rare) == total else f"{len(rare)} of"
                verb = "is" if len(rare) == 1 else "are"
                start = (
                    f"{who} {total} kinds of statement {verb} in fewer than {100 * threshold:g}{NBSP}% of the captions"
                )
                rest = told([t for t in shares if t not in rare])
                verb = "is" if len(rare) == total - 1 else "are"
                also = f" {rest[0].upper()}{rest[1:]} {verb} more common." if rest else ""
                return (f"{start}{basis}: {told(rare)}.{also}",)
    lowest = min(value for value, _ in shares.values())
    return (
        f"Each of the {total} kinds of statement is in at least {percent(lowest)} of the captions: {told([*shares])}.",
    )


def _nothing_stated(view: View) -> Sentence | None:
    total = sum(n for _, n in view.combinations)
    if not total:
        return None
    kinds = len(view.types)
    silent = sum(n for types, n in view.combinations if not types)
    everything = sum(n for types, n in view.combinations if len(types) == kinds)
    all_of_them = (
        f"{one_in(everything / total)} states all {number_word(kinds)}" if everything else "none states all of them"
    )
    return (f"{percent(silent / total)} of the captions state none of the {number_word(kinds)} kinds; {all_of_them}.",)


def _favourite_number(view: View) -> Sentence | None:
    counts = view.counts()
    total = sum(counts.values())
    if not total:
        return None
    value, most = max(counts.items(), key=lambda item: (item[1], -item[0]))
    large = sum(n for v, n in counts.items() if v > 5)
    return (
        f"Of the captions that state a number, {percent(most / total)} say “{number_word(value)}”; numbers above five "
        f"make up {percent(large / total)}.",
    )


def _groups(view: View) -> Sentence | None:
    best: tuple[float, str, str, str] | None = None
    for type_ in view.types:
        known_ = [
            (g, e) for g in view.groups[:CHART_GROUPS]
            if known(e := view.group_rate(g, type_)) is not None and e.n >= _ENOUGH
        ]  # fmt: skip
        for high, e_high in known_:
            for low, e_low in known_:
                if not e_high.low or not e_low.high:
                    continue
                factor = e_high.low / e_low.high
                if factor >= _WORTH_TELLING and (best is None or factor > best[0]):
                    best = (factor, type_, high, low)
    if best is None:
        return None
    _, type_, high, low = best
    shares = [known(view.group_rate(group, type_)) or 0.0 for group in (high, low)]
    return (
        f"The groups differ most in {type_word(type_).name}: {percent(shares[0])} in “", Name(high),
        f"”, {percent(shares[1])} in “", Name(low), "”.",
    )  # fmt: skip


def _correction(view: View) -> Sentence | None:
    """The kind whose corrected share is farthest from the detected one, when the intervals part."""
    best: tuple[float, str] | None = None
    for type_ in view.types:
        corrected, raw = view.correction(type_), known(view.rate(type_))
        value = known(corrected.share) if corrected else None
        if corrected is None or value is None or not raw or corrected.share.low is None or corrected.share.high is None:
            continue
        if corrected.share.low <= raw <= corrected.share.high:
            continue
        distance = abs(math.log(max(value, 1e-9) / raw))
        if best is None or distance > best[0]:
            best = (distance, type_)
    if best is None:
        return None
    corrected = view.correction(best[1])
    value, raw = known(corrected.share) if corrected else None, known(view.rate(best[1]))
    if corrected is None or value is None or raw is None:
        return None
    source = "labels of this corpus" if corrected.source == LABELS else "accuracy measured on other captions"
    why = "misses more than it invents" if value > raw else "invents more than it misses"
    return (
        f"Corrected with {source}, {type_word(best[1]).name} is in {percent(value)} ({interval(corrected.share)}) "
        f"rather than {percent(raw)}: the detector {why}.",
    )


def _validity(view: View) -> Sentence | None:
    if any(a.source == LABELS for a in view.result.accuracy) or not view.overall:
        return None
    return (
        "Nobody has labelled captions of this corpus yet, so these are rates as the detector sees them; “tacit label” "
        "picks the captions that would sharpen them most.",
    )


def _not_audited(view: View) -> Sentence | None:
    left = view.result.read - view.result.audited
    if left <= 0 or not view.result.read:
        return None
    start = f"{percent(left / view.result.read)} of the captions read ({count(left)}) were not audited"
    reasons = sorted(view.result.not_audited, key=lambda item: (-item[1], item[0]))
    return (f"{start}, mostly for this reason: ", Name(reasons[0][0]), ".") if reasons else (f"{start}.",)


def _foreign(view: View) -> Sentence | None:
    """Captions of other languages that were audited as if they were in the one that was asked for."""
    result = view.result
    if result.language_check != "sample":
        return None
    asked = {detector.get("language", "") for detector in result.detectors} | {UNDETERMINED}
    other = [entry for entry in result.languages if entry.language not in asked]
    looked, found = sum(e.captions for e in result.languages), sum(e.captions for e in other)
    if not looked or found / looked < _FOREIGN:
        return None
    most = max(other, key=lambda entry: entry.captions)
    return (
        f"In a sample of {count(looked)}, {percent(found / looked)} of the captions are in another language, mostly ",
        Name(language_name(most.language)),
        "; they were audited all the same. “--language auto” tells them apart.",
    )


def _checks(view: View) -> Sentence | None:
    checks = view.result.checks
    if not checks:
        return None
    wrong = sum(not check.holds for check in checks)
    if not wrong:
        return (f"All {len(checks)} checks hold." if len(checks) > 1 else "The check holds.",)
    return (f"{wrong} of {len(checks)} checks {'does' if wrong == 1 else 'do'} not hold.",)


def stopped(view: View, most: int = 3) -> Sentence | None:
    """Which look-alikes the guards stopped most often."""
    rates = [r for type_ in view.types for r in view.subtypes.get(type_, []) if r.guard and r.captions]
    if not rates:
        return None
    rates.sort(key=lambda r: (-r.captions, r.type, r.guard))
    parts: list[str] = ["Most often stopped: "]
    for at, rate in enumerate(rates[:most]):
        word = subtype_word(rate.type, rate.subtype, counts=False, guard=rate.guard)
        parts += [
            "; " if at else "",
            Name(word.name),
            f" ({type_word(rate.type).name}, {count(rate.captions)} captions)",
        ]
    return (*parts, ".")
