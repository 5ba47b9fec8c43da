"""The audit report: says what the numbers say, holds anything, and is the same bytes every time."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import polars as pl
import pytest
from rich.cells import cell_len
from rich.console import Console
from tests.captions.audit_results import (
    HOSTILE_CAPTIONS,
    HOSTILE_NAMES,
    counted_result,
    example,
    made_up_result,
    many_groups,
    rate,
)
from tests.report.pages import assert_readable_unseen, assert_self_contained, words_of

from tacit.captions.audit.report import MAX_BYTES, audit_text, print_audit, render_audit
from tacit.captions.audit.report_findings import findings
from tacit.captions.audit.report_view import CHART_GROUPS, STEPS, View
from tacit.captions.audit.result import ALL, AuditResult, Corrected
from tacit.captions.detect.hits import TYPES
from tacit.captions.detect.protocol import get_detector
from tacit.captions.validation import COUNTED, NOT_COUNTED
from tacit.captions.words import COUNTED_WORDS, GUARD_WORDS, NEIGHBOUR_WORDS, TYPE_WORDS, subtype_word
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson
from tacit.report.inert import active_content
from tacit.report.text import visible

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def page() -> str:
    return render_audit(made_up_result(), run={"inputs": "a <b>.parquet", "host": "\x1b[2J\u202e"})


def empty_result(**changes: object) -> AuditResult:
    emptied = "detectors not_audited languages rates combinations counts accuracy corrected examples contrasts checks"
    nothing: dict[str, object] = dict.fromkeys(emptied.split(), ())
    return made_up_result(**{**nothing, "group_by": "", "read": 0, "audited": 0, **changes})


def test_the_page_is_inert_and_self_contained(page: str) -> None:
    assert_self_contained(page)


def test_hostile_text_is_shown_as_text(page: str) -> None:
    shown = unescape(page)
    for caption in HOSTILE_CAPTIONS:
        assert visible(caption)[5:25] in re.sub(r"</?mark>", "", shown)
    for name in HOSTILE_NAMES:
        assert visible(name)[:12] in shown


def test_the_page_can_be_read_without_seeing_it(page: str) -> None:
    assert_readable_unseen(page)


def test_the_same_result_gives_the_same_bytes(page: str) -> None:
    assert render_audit(made_up_result(), run={"inputs": "a <b>.parquet", "host": "\x1b[2J\u202e"}) == page


TOLD = (
    "2 of 4 kinds of statement are in fewer than 2 % of the captions", "state none of the four kinds", "kamath2026",
    "67.0 % say “two”", "misses more than it invents", "not known: fewer than 10 labelled captions state it",
    "LAION-2B", "Rogan-Gladen", "prediction-powered", "The detector errs here as often", "stopped by guard model",
    "✗ does not hold", "✗ cannot be told", "✓ holds", "no validated detector for this language",
    "language without a validated detector", "Only the other", "counted by tacit with the 26 strings", "Wilson",
    "40,000", "diagonal <b>", "too short to tell", "a <b>.parquet",
    "The labels are right and the sample was drawn at random.",
)  # fmt: skip


def test_every_part_is_there(page: str) -> None:
    words = words_of(page)
    for told in TOLD:
        assert told.replace(" ", "") in words.replace(" ", "").replace("\u00a0", ""), told
    assert "<mark>behind</mark>" in page


def test_missing_is_never_a_number() -> None:
    why = "only 3 captions"
    none = Estimate.none(why)
    odd = Estimate(float("nan"), None, None, 5, "Wilson")
    result = made_up_result()
    result = made_up_result(
        rates=tuple(replace(r, share=odd if r.type == "spatial" else none) for r in result.rates),
        accuracy=tuple(replace(a, precision=none, recall=odd) for a in result.accuracy),
        corrected=tuple(replace(c, share=none) for c in result.corrected),
        checks=tuple(replace(c, estimate=none) for c in result.checks),
    )
    for words in (words_of(render_audit(result)), audit_text(result)):
        assert why in words
        assert not re.search(r"\bnan\b", words, re.IGNORECASE)
        assert not re.search(r"\bNone\b", words)
    assert "No rate could be measured" in audit_text(result)


@pytest.mark.parametrize("result", [empty_result(), empty_result(read=7), made_up_result(combinations=(), counts=())])
def test_parts_without_data_are_left_out(result: AuditResult) -> None:
    page = render_audit(result)
    assert active_content(page) == []
    assert "Several kinds in one caption" not in page
    assert len(audit_text(result)) > 100
    assert ("No caption was audited" in page) == (result.audited == 0)


@pytest.mark.slow
def test_thousands_of_groups_stay_small() -> None:
    result = many_groups(5_000)
    started = time.perf_counter()
    page = render_audit(result)
    assert time.perf_counter() - started < 6
    assert len(page.encode()) <= MAX_BYTES
    assert active_content(page) == []
    shown = STEPS[0].groups
    assert f"{len(View(result).groups) - shown:,} more groups are not shown here" in page
    assert "parquet" in page
    assert f"The {CHART_GROUPS} groups with most captions" in page


@pytest.mark.slow
def test_any_amount_of_text_stays_small() -> None:
    long = "\U0010ffff<&\"'" * 80
    kinds = [(t, f"{long[:200]} {at}", kind) for t in TYPES for at in range(60) for kind in ("counts", "guard")]
    rates = tuple(rate(t, "", 5, 100) for t in TYPES) + tuple(rate(t, s, 3, 100, kind=k) for t, s, k in kinds)
    examples = tuple(example(t, s, long, "<&", kind=k) for t, s, k in kinds for _ in range(5))
    base = made_up_result()
    result = made_up_result(
        rates=rates,
        examples=examples,
        not_audited=tuple((f"{long} {at}", 1) for at in range(3_000)),
        checks=tuple(replace(base.checks[0], expression=long, detail=long) for _ in range(3_000)),
        contrasts=tuple(replace(base.contrasts[0], other=long, examples_this=examples[:9]) for _ in range(500)),
        languages=tuple(replace(base.languages[2], language=f"{at}{long}", reason=long) for at in range(3_000)),
        combinations=tuple((ALL, (f"{long}{at}",), 1) for at in range(3_000)),
        accuracy=tuple(replace(base.accuracy[0], source=long) for _ in range(3_000)),
        corrected=tuple(replace(base.corrected[0], source=long, assumes=long) for _ in range(3_000)),
        detectors=tuple({"name": long, "version": long, "language": long, "validated": long} for _ in range(300)),
        tacit=long,
        group_by=long,
    )
    page = render_audit(result, run={f"{at}{long}": long * 100 for at in range(300)})
    assert len(page.encode()) <= MAX_BYTES
    assert active_content(page) == []
    assert max(cell_len(line) for line in audit_text(result).split("\n")) <= 80


def test_the_terminal_shows_text_and_nothing_else() -> None:
    out = io.StringIO()
    print_audit(made_up_result(), Console(file=out, width=200, force_terminal=False, no_color=True))
    told = out.getvalue()
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "[bold red]markup" in told
    assert max(cell_len(line) for line in told.split("\n")) <= 80
    for number in ("11.8%", "15.2%", "0.68%", "1.2%", "23.4% (20.1–27.1)", "1 in 150", "1,900"):
        assert number in told


def view_of(shares: tuple[float, ...]) -> View:
    rates = tuple(rate(t, "", round(share * 10_000), 10_000) for t, share in zip(TYPES, shares, strict=True))
    return View(empty_result(read=10_000, audited=10_000, rates=rates))


FIRST = (
    ((0.19, 0.012, 0.002, 0.006), "3 of 4 kinds of statement are in fewer than 2 %"),
    ((0.04, 0.012, 0.002, 0.006), "All 4 kinds of statement are in fewer than 5 %"),
    ((0.9, 0.8, 0.7, 0.6), "Each of the 4 kinds of statement is in at least 60.0 %"),
    ((0.9, 0.8, 0.7, 0.001), "1 of 4 kinds of statement is in fewer than 0.2 %"),
    ((0.3, 0.4, 0.3, 0.2), "All 4 kinds of statement are in fewer than 50 %"),
)


@pytest.mark.parametrize(("shares", "told"), FIRST)
def test_the_first_sentence_follows_from_the_numbers(shares: tuple[float, ...], told: str) -> None:
    assert "".join(findings(view_of(shares))[0]).replace("\u00a0", " ").startswith(told)


def test_a_threshold_holds_for_the_whole_interval() -> None:
    # 1.9 % of 1,000 captions could well be more than 2 %.
    rates = tuple(rate(t, "", 19, 1_000) for t in TYPES)
    first = "".join(findings(View(empty_result(read=1_000, audited=1_000, rates=rates)))[0])
    assert "fewer than 5\u00a0% of the captions" in first


def test_labels_of_this_corpus_come_first() -> None:
    fixed = Corrected(ALL, "counting", "labels", Estimate(0.3, 0.25, 0.35, 400, "prediction-powered"), "x")
    prior = Corrected(ALL, "spatial", "shipped validation", Estimate(0.3, 0.25, 0.35, 106, "Rogan-Gladen"), "x")
    rates = tuple(rate(t, "", 100, 10_000) for t in TYPES)
    view = View(empty_result(read=10_000, audited=10_000, rates=rates, corrected=(fixed, prior)))
    assert view.best("counting") is fixed.share
    assert view.best("spatial") == wilson(100, 10_000)
    assert "(corrected with labels)" in findings(view)[0][0]


def test_every_known_class_has_words() -> None:
    assert set(TYPE_WORDS) == set(TYPES)
    for type_ in TYPES:
        for subtype in COUNTED[type_]:
            assert (type_, subtype) in COUNTED_WORDS
        for subtype in NOT_COUNTED[type_]:
            assert (type_, subtype) in NEIGHBOUR_WORDS or subtype in GUARD_WORDS
    for language in ("en", "de"):
        for lexer in getattr(type(get_detector("tacit", language)), "lexers", ()):
            for rule in lexer.rules:
                guard = rule.subtype if rule.role == "guard" else ""
                word = subtype_word(lexer.type, rule.subtype, counts=rule.role == "cue", guard=guard)
                assert "no description" not in word.meaning, (lexer.type, rule)


@pytest.mark.real
def test_a_real_corpus(real_data: Path) -> None:
    table = pl.read_parquet(real_data / "captions" / "flickr30k_en.parquet")
    groups = [f"annotator {number}" for number in table["annotator"]]
    result = counted_result(table["caption"], groups, get_detector("kamath2026"))
    page = render_audit(result)
    words = words_of(page).replace("\u00a0", " ")
    assert (
        "3 of 4 kinds of statement are in fewer than 2 % of the captions: spatial (1.2 %), temporal (0.57 %)" in words
    )
    assert "The circles here and there come from the same 26 keywords" in words
    assert "78.9 % of the captions state none of the four kinds" in words
    assert active_content(page) == []
    assert "30,334" in words
