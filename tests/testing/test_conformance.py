"""The conformance suite as its users see it: checks for pytest, a report, minimum accuracies, time limits."""

from __future__ import annotations

import json
import re
import time
import unittest
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tacit.captions.detect.hits import Hit, Scan
from tacit.captions.detect.protocol import Detector
from tacit.captions.detect.rules.kamath2026 import Kamath2026
from tacit.errors import CheckFailedError, UsageError
from tacit.testing import CheckOutcome, ConformanceReport, check_detector, detector_checks
from tacit.testing.hostile import HOSTILE, LARGE, LONG, large
from tacit.testing.speed import check_speed

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl


class Quadratic(Kamath2026):
    def detect(self, caption: str) -> list[Hit]:
        time.sleep(1e-9 * len(caption) ** 2)
        return super().detect(caption)


class Slow(Kamath2026):
    def scan(self, captions: pl.Series) -> Scan:
        time.sleep(2e-5 * sum(len(caption) for caption in captions))
        return super().scan(captions)


class Undecided(Kamath2026):
    """Reports everything and counts nothing."""

    def detect(self, caption: str) -> list[Hit]:
        return [Hit(replace(h.kind, counts=False), h.start, h.end) for h in super().detect(caption)]

    def scan(self, captions: pl.Series) -> Scan:
        return Detector.scan(self, captions)


class Finnish(Kamath2026):
    language = "fi"


def checks_of(detector: Detector, **options: Any) -> dict[str, Callable[[], None]]:
    return dict(detector_checks(detector, **options))


@pytest.mark.parametrize(("name", "check"), detector_checks(Kamath2026()))
def test_kamath2026_conforms(name: str, check: Callable[[], None]) -> None:
    check()


@pytest.mark.slow
@pytest.mark.long
def test_slow_detectors_are_stopped_early() -> None:
    start = time.perf_counter()
    with pytest.raises(CheckFailedError, match=r"detect of one caption of 32,000 .* power of"):
        checks_of(Quadratic())["survives_large_captions"]()
    with pytest.raises(CheckFailedError, match=r"scan of one caption of 32,000 .* 5 s are allowed"):
        checks_of(Slow(), seconds=5.0)["survives_large_captions"]()
    assert time.perf_counter() - start < 20


def test_a_fixed_cost_per_call_is_not_taken_for_growth(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 0.0

    def tick() -> float:
        return clock

    def work(text: str) -> None:
        nonlocal clock
        clock += 2.0 + 1e-6 * len(text)

    monkeypatch.setattr("tacit.testing.speed.perf_counter", tick)
    assert "megabyte" in check_speed(work, work, seconds=5)

    def steep(text: str) -> None:
        nonlocal clock
        clock += 2.0 + 1e-8 * len(text) ** 2

    with pytest.raises(CheckFailedError, match=r"power of 2\.0"):
        check_speed(steep, work, seconds=500)


def test_a_report_on_a_hopeless_detector_has_no_traceback() -> None:
    class Hopeless(Detector):
        name = "hopeless\x1b[31m<b>"
        version = "1"
        language = "en"

        def detect(self, caption: str) -> list[Hit]:
            raise RecursionError(caption + "\x1b[2J")

    report = check_detector(Hopeless())
    assert not report.passed
    assert {check.status for check in report.checks} == {"failed"}
    assert report.accuracy == ()
    with pytest.raises(CheckFailedError, match="fails 11 conformance checks"):
        report.raise_for_failures()
    for text in (report.summary(), report.to_json(), report._repr_html_()):
        assert "\x1b" not in text
    assert "<b>" not in report._repr_html_()
    assert report.to_frame().height == 0


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the large captions, which take most of the time and decide nothing in tests of something else."""
    monkeypatch.setattr("tacit.testing.detector.check_speed", lambda *_: "not measured")


@pytest.mark.usefixtures("unhurried")
def test_minimum_accuracy_is_judged_only_when_asked_for() -> None:
    assert check_detector(Kamath2026()).checks[-1] == CheckOutcome("accuracy", "passed", "measured")
    checks_of(Kamath2026(), min_precision={"counting": 0.1}, min_recall=0.01)["accuracy"]()
    with pytest.raises(CheckFailedError, match=r"spatial recall is 0\.05"):
        checks_of(Kamath2026(), min_recall=0.5)["accuracy"]()
    with pytest.raises(CheckFailedError, match=r"counting precision is unknown \(nothing detected\)"):
        checks_of(Undecided(), min_precision=0.0)["accuracy"]()
    with pytest.raises(UsageError, match="'colour'"):
        checks_of(Kamath2026(), min_precision={"colour": 0.5})
    with pytest.raises(UsageError, match="between 0 and 1"):
        checks_of(Kamath2026(), min_recall=90)


@pytest.mark.usefixtures("unhurried")
def test_a_language_without_validation_captions_is_skipped() -> None:
    finnish = Finnish()
    with pytest.raises(unittest.SkipTest, match="cs, de, en, fr"):
        checks_of(finnish)["accuracy"]()
    report = check_detector(finnish)
    assert report.passed
    assert report.checks[-1].status == "skipped"
    assert report.accuracy == ()
    assert check_detector(finnish, language="en").accuracy
    with pytest.raises(UsageError, match="no validation captions"):
        check_detector(finnish, min_recall=0.5)


@pytest.mark.usefixtures("unhurried")
def test_the_report_can_be_read_by_people_and_programs() -> None:
    report = check_detector(Kamath2026())
    text = report.summary()
    assert text.startswith("kamath2026 1 (en): 11 of 11 checks passed")
    assert re.search(r"temporal +precision 0\.\d\d \[0\.\d\d, 0\.\d\d\]  recall", text)
    loaded = json.loads(report.to_json())
    assert loaded["schema"] == "tacit.conformance/1"
    assert loaded["accuracy"][0]["recall"]["method"] == "Wilson"
    frame = report.to_frame()
    assert frame.height == 12
    assert frame["n"].min() > 0  # type: ignore[operator]
    empty = ConformanceReport("x", "1", "en", (), ())
    assert empty.passed
    assert empty.to_frame().schema == frame.schema
    assert "0 of 0" in empty.summary()


def test_hostile_texts_are_what_they_say() -> None:
    assert {"", "\x00"} <= set(HOSTILE)
    assert len(set(HOSTILE)) == len(HOSTILE)
    assert len(LONG) == pytest.approx(100_000, rel=0.01)
    for text in HOSTILE:
        assert text.encode("utf-8").decode("utf-8") == text
    for kind in LARGE:
        assert len(large(kind, 12_345)) == 12_345
