"""The report of a comparison: says what the numbers say, holds anything, and is the same bytes every time."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from tests.verify.compare_work import outcomes, simulated

from tacit.evidence.estimate import Estimate
from tacit.evidence.outcomes import Outcomes
from tacit.report.inert import active_content
from tacit.verify.api import compare
from tacit.verify.measured import Beside
from tacit.verify.report import MAX_BYTES, compare_text, render_compare
from tacit.verify.report_words import headline
from tacit.verify.result import CompareResult, Comparison, Role, Verdict
from tacit.verify.settings import CompareSettings
from tacit.verify.worth import ScaleSlope

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "datum['x'] || signal('width')",
    "[bold red]markup[/] \x1b[2J\x07",
    "Z" + "\u0351\u0328\u0345" * 60,
    "counting_objects_in_cluttered_scenes_" * 8,
    "二匹の犬 عدد الكلاب 👩‍👩‍👧‍👦",
)


@pytest.fixture(scope="module")
def whole() -> CompareResult:
    """Everything that a report can show, at once."""
    rates = {"counting": 0.4, "negation": 0.5, "mmlu": 0.6, "gsm8k": 0.7}

    def arm(system: str, seed: int, missing: float = 0.0, **gains: float) -> Outcomes:
        changed = {name: rate + gains.get(name, 0.0) for name, rate in rates.items()}
        return Outcomes.from_frame(simulated(system, changed, items=400, seed=seed, missing=missing))

    slopes = (ScaleSlope("counting", 3.0, 2.0, 4.0, "params"), ScaleSlope("negation", 0.5, -1.0, 2.0, "params"))
    return compare(
        arm("base", 1, 0.01), arm("fixed", 2, 0.02, counting=0.25, gsm8k=-0.2), sham=arm("sham", 3, counting=0.1),
        retain=["mmlu", "gsm8k"], settings=CompareSettings(running=True), remarks=("Scores are shares.",),
        beside=Beside(paraphrases=arm("base", 5), slopes=slopes, reference={"counting": {"counting 1": 0.1}}),
    )  # fmt: skip


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.split("<body>")[1])).split())


def test_the_page_says_what_the_numbers_say(whole: CompareResult) -> None:
    told = text_of(render_compare(whole, run={"baseline": "before.csv"}))
    assert "It broke gsm8k" in told
    for entry in whole.comparisons:
        assert entry.verdict in told
        assert f"{100 * (entry.effect.value or 0):+.1f}".replace("-", "−")[:4] in told
    assert "before.csv" in told
    assert "Scores are shares." in told
    assert "unparsed" in told
    assert re.search(r"decades \(\d", told)
    assert "0 was outside" in told
    assert "paraphrases" in told


def test_pages_are_inert_and_the_same_every_time(whole: CompareResult) -> None:
    page = render_compare(whole)
    assert active_content(page) == []
    assert render_compare(whole) == page
    assert page.count("<h1") == 1


def test_hostile_names_stay_text() -> None:
    def arm(system: str, score: float) -> Outcomes:
        return outcomes([
            {"system": system, "capability": name, "item": f"{name}{at}", "score": score * at / 10, "missing": None}
            for name in HOSTILE for at in range(10)
        ])  # fmt: skip

    found = compare(arm(HOSTILE[0], 0.5), arm(HOSTILE[3], 0.9), retain=list(HOSTILE[3:]))
    page, text = render_compare(found, run={HOSTILE[0]: HOSTILE[3]}), compare_text(found)
    assert active_content(page) == []
    assert "<script" not in page
    assert "onerror=alert" not in page.replace("&lt;img src=x onerror=alert", "")
    assert "\x1b" not in text + page
    assert "\u202e" not in text + page
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert found.summary() == text
    assert "<pre>" in found._repr_html_()


def some(verdicts: list[tuple[Role, Verdict]], like: Comparison) -> tuple[Comparison, ...]:
    return tuple(replace(like, capability=f"c{at}", role=role, verdict=verdict)
                 for at, (role, verdict) in enumerate(verdicts))  # fmt: skip


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        ([("target", "improved")], "It worked: “c0” improved. What it broke was not asked"),
        ([("target", "improved"), ("target", "improved"), ("retain", "kept")],
         "It worked: all 2 targets improved. It broke nothing of what it was to keep: “c2” is kept."),
        ([("target", "improved"), ("target", "worse"), ("retain", "broken")],
         "It worked in part: 1 of 2 targets improved, 1 got worse. It broke c2."),
        ([("target", "worse"), ("target", "not shown")],
         "It did not work: 1 of 2 targets got worse and none improved."),
        ([("target", "no real change")], "It did not work: “c0” did not change by more than the margin."),
        ([("target", "not shown"), ("retain", "kept"), ("retain", "not shown to be kept")],
         "It is not shown to have worked: no target improved for certain. Nothing is shown to be broken, but 1 of 2 "
         "capabilities is not shown to be kept."),
        ([("target", "withheld"), ("retain", "withheld")], "cannot be told: too many scores are missing."),
        ([("retain", "kept"), ("retain", "kept")], "No target was compared"),
        ([], "No target was compared"),
    ],
)  # fmt: skip
def test_the_answers_follow_the_verdicts(whole: CompareResult, verdicts: list[tuple[Role, Verdict]], told: str) -> None:
    found = replace(whole, comparisons=some(verdicts, whole.comparisons[0]))
    assert told in "".join(headline(found))
    assert active_content(render_compare(found)) == []
    assert found.summary()


def test_what_is_not_known_is_said(whole: CompareResult) -> None:
    nothing = Estimate.none("no items")
    entry = replace(whole.comparisons[0], effect=nothing, raw=nothing, detectable=None, p_value=None, q_value=None,
                    worst_case=None, verdict="withheld")  # fmt: skip
    told = text_of(render_compare(replace(whole, comparisons=(entry,))))
    assert "not known: no items" in told


@pytest.mark.slow
def test_large_results_stay_small_pages(whole: CompareResult) -> None:
    like = whole.comparisons[0]
    many = tuple(replace(like, capability=f"capability {at} " + "x" * 200) for at in range(3000))
    page = render_compare(replace(whole, comparisons=many))
    assert len(page.encode()) <= MAX_BYTES
    assert "are not shown here; they are in result.json" in text_of(page)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found; install it to test the report in a browser")
def test_a_browser_draws_it_without_complaint(whole: CompareResult, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(render_compare(whole), encoding="utf-8")
    assert CHROMIUM
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--enable-logging=stderr",
         "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profile'}",
         f"--screenshot={tmp_path / 'page.png'}", "--window-size=1200,1600", (tmp_path / "report.html").as_uri()],
        capture_output=True, text=True, timeout=60, check=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr
    assert (tmp_path / "page.png").stat().st_size > 50_000
