"""Text from data: all of it visible, none of it acting."""

from __future__ import annotations

import csv
import io
import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson
from tacit.report.figures import interval, known, listing, one_in, percent, share
from tacit.report.spreadsheet import cell, csv_text
from tacit.report.text import ELLIPSIS, columns, fit, shorten, visible, window

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
"""Surrogates, controls and private-use characters included."""
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@given(ANY_TEXT)
def test_nothing_invisible_is_left(text: str) -> None:
    shown = visible(text)
    assert not [c for c in shown if unicodedata.category(c) in HIDDEN and c not in "\u200c\u200d"]
    assert visible(shown) == shown
    assert shown.encode("utf-8").decode("utf-8") == shown


def test_every_hidden_character_is_replaced() -> None:
    hidden = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) in HIDDEN and c not in "\u200c\u200d"]
    assert [c for c in hidden if c in visible(c)] == []


@pytest.mark.parametrize(
    "text", ["", "two dogs", "née Ünal", "שני כלבים", "二匹の犬", "👩‍👧 🇨🇿 2️⃣", "e\u0301te\u0301", "می‌خواهم"]
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert visible(text) == text


def test_stacks_of_marks_are_cut() -> None:
    assert len(visible("Z" + "\u0351" * 500 + "!")) < 10


@given(ANY_TEXT, st.integers(-5, 70), st.integers(-5, 70), st.integers(1, 80))
def test_a_window_keeps_its_place_in_view(text: str, start: int, end: int, limit: int) -> None:
    before, place, after = window(text, start, end, limit)
    assert len(before + place + after) <= limit + 2 * len(ELLIPSIS)
    if len(text) <= limit:
        assert before + place + after == text
    inside = text[max(start, 0) : max(end, start, 0)]
    assert inside.startswith(place.removesuffix(ELLIPSIS))
    assert bool(place) == bool(inside)


@given(ANY_TEXT, st.integers(1, 40))
def test_cut_texts_fit(text: str, room: int) -> None:
    assert len(shorten(text, room)) <= room
    assert columns(fit(text, room)) <= room


TOLD = (
    (0.0, "0"), (1.0, "100"), (0.00996, "1.0"), (0.0099, "0.99"), (0.99999999, ">99.9999"), (1e-9, "<0.0001"),
    (0.5, "50.0"),
)  # fmt: skip


@pytest.mark.parametrize(("value", "told"), TOLD)
def test_percentages(value: float, told: str) -> None:
    assert percent(value, unit=False) == told


@given(st.floats(0, 1))
def test_a_percentage_is_close_and_never_rounds_to_nothing_or_everything(value: float) -> None:
    told = percent(value, unit=False)
    assert (told == "0") == (value == 0)
    assert (told == "100") == (100 * value == 100)
    if told[0] not in "<>":
        assert float(told) == pytest.approx(100 * value, rel=0.06, abs=1e-4)


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_intervals_are_told_in_order(counts: tuple[int, int]) -> None:
    low, high = (float(end.strip("<>")) for end in interval(wilson(*counts)).split("–"))
    assert low <= high
    assert share(wilson(*counts)).startswith(percent(counts[0] / counts[1]))


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_missing_is_told_with_its_reason(value: float | None) -> None:
    estimate = Estimate(value, value, value, 0, "Wilson", 0.95, "no labels")
    assert known(estimate) is None
    assert interval(estimate) == ""
    assert share(estimate) == "not known: no labels"
    assert "no reason given" in share(Estimate(value, value, value, 0, "Wilson"))


def test_one_in() -> None:
    assert [one_in(x) for x in (1.0, 0.99, 0.5, 0.2, 1 / 19, 1 / 1234, 1e-7)] == [
        "all", "nearly all", "5 in 10", "1 in 5", "1 in 19", "1 in 1,200", "1 in 10,000,000",
    ]  # fmt: skip
    assert listing([]) == ""


@given(st.lists(st.lists(ANY_TEXT, min_size=2, max_size=2), max_size=5))
def test_csv_cells_are_never_formulas(rows: list[list[str]]) -> None:
    text = csv_text(["a", "=b"], rows)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert len(read) == len(rows) + 1
    assert not [
        c for row in read for c in row if c.lstrip().startswith(("=", "+", "-", "@")) or c.startswith(("\t", "\r"))
    ]
    assert text.encode("utf-8")
    assert b"\x00" not in text.encode("utf-8")


def test_csv_numbers_stay_numbers() -> None:
    assert [cell(v) for v in (-2, 0.5, True, None, " =1", "a=1")] == [-2, 0.5, "true", "", "' =1", "a=1"]
