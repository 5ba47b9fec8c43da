"""Cues are marked and named while somebody types, whatever they type."""

from __future__ import annotations

import html
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.captions.elicit.elicit_people import HOSTILE

from tacit.captions.detect.hits import TYPES
from tacit.captions.elicit.marking import mark
from tacit.report.inert import active_content


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)
        assert {name for name, _ in attrs} <= {"class", "lang"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_cues_of_types_asked_for_are_marked_by_name_and_what_is_missing_is_said() -> None:
    marked = mark("Two dogs next to a tree", ["counting", "spatial", "negation"])
    assert marked.stated == ("counting", "spatial")
    assert '<mark class="type-counting">Two <small>counting</small></mark> dogs' in marked.html
    assert '<mark class="type-spatial">next to <small>spatial</small></mark>' in marked.html
    assert "Stated: counting and spatial. Not found yet: negation." in marked.html
    assert "Not found" not in marked.cues


def test_a_type_that_was_not_asked_for_is_not_marked() -> None:
    assert mark("Two dogs next to a tree", ["negation"]).html.count("<mark") == 0


def test_a_look_alike_is_not_marked() -> None:
    assert mark("A two-story house in Under Armour colours", ["counting", "spatial"]).stated == ()


def test_one_place_that_states_two_types_is_told_of_twice_and_marked_once() -> None:
    marked = mark("It no longer rains", ["negation", "temporal"])
    assert marked.stated == ("negation", "temporal")
    assert marked.html.count("<mark") == 1


def test_nothing_written_says_nothing() -> None:
    assert "Not found" not in mark("  ", ["counting"]).html


@pytest.mark.parametrize(("language", "text"), [("de", "Zwei Hunde"), ("fr", "Deux chiens"), ("cs", "Dva psi")])
def test_other_languages(language: str, text: str) -> None:
    assert mark(text, ["counting"], language).stated == ("counting",)


def test_a_language_without_detector_says_so() -> None:
    marked = mark(HOSTILE, ["counting"], "ja")
    assert marked.stated == ()
    assert "no detector" in marked.html
    assert active_content(marked.html) == []


@given(st.text() | st.sampled_from([HOSTILE, "<mark>two", "\ud800 two", "no " * 2_000]), st.sampled_from(TYPES))
def test_whatever_is_typed_is_only_shown(text: str, type_: str) -> None:
    marked = mark(text, [type_, "<b>"])
    assert active_content(marked.html) == []
    tags = _Tags()
    tags.feed(marked.html)
    tags.close()
    assert tags.open == []
    assert tags.seen <= {"p", "bdi", "mark", "small"}
    assert html.unescape(marked.html).encode("utf-8")


def test_a_long_text_is_cut_and_marked_at_once() -> None:
    text = "Two dogs stand next to a tree and no cat is there before the rain. " * 1_000
    mark(text, TYPES)
    before = time.process_time()
    assert len(mark(text, TYPES).html) < 20_000
    assert time.process_time() - before < 0.3


def test_an_answer_of_usual_length_takes_a_few_milliseconds() -> None:
    mark("Two dogs", TYPES)
    before = time.process_time()
    for at in range(50):
        mark(f"Two dogs stand next to tree {at}, and there is no cat in the picture before the rain.", TYPES)
    assert (time.process_time() - before) / 50 < 0.02
