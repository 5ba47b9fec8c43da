from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dialogue.answer.answer_work import situation

from tacit.dialogue.compress.extractive import CompressionSettings, ExtractiveCompressor
from tacit.dialogue.compress.units import units
from tacit.dialogue.records import Passage, Query, Span
from tacit.dialogue.replies import Citation, Decision, Reply
from tacit.dialogue.text.terms import words
from tacit.errors import UsageError

LLAMAS = Passage(
    "l", "Llamas live in the Andes of Peru. They hum when they are tired. Herders shear them once a year for wool."
)
AGAIN = Passage("a", "Llamas live in the Andes of Peru. Their ears look like bananas.")
TRAINS = Passage("t", "Trains to Leeds leave hourly. Seats can be reserved by telephone.")
COMPRESS = ExtractiveCompressor().compress
QUESTION = "Where do llamas live and why do herders shear llamas?"


def texts(spans: list[Span]) -> list[str]:
    return [span.text for span in spans]


def test_passages_that_have_nothing_to_do_with_it_are_dropped_whole() -> None:
    spans = COMPRESS(situation(QUESTION, [TRAINS, LLAMAS]), 100)
    assert {span.passage.id for span in spans} == {"l"}


def test_what_two_passages_say_is_shown_once() -> None:
    spans = COMPRESS(situation(QUESTION, [LLAMAS, AGAIN]), 100)
    assert texts(spans) == [LLAMAS.text, "Their ears look like bananas."]


def test_the_best_comes_first_where_there_is_little_room() -> None:
    assert texts(COMPRESS(situation("Where do llamas live?", [LLAMAS]), 8)) == ["Llamas live in the Andes of Peru."]
    assert COMPRESS(situation("Where do llamas live?", [LLAMAS]), 0) == []


def test_neighbours_are_one_span_and_gaps_are_gaps() -> None:
    spans = COMPRESS(situation(QUESTION, [LLAMAS]), 18)
    assert texts(spans) == ["Llamas live in the Andes of Peru.", "Herders shear them once a year for wool."]


def test_long_sentences_are_cut_at_clauses_but_not_within_brackets() -> None:
    said = "one two three four five six seven eight nine"
    text = f"{said}, ({said}, {said}) {said}; {said}, a b c"
    assert [text[unit.start : unit.end] for unit in units(Passage("x", text))] == [
        f"{said},", f"({said}, {said}) {said};", f"{said}, a b c",
    ]  # fmt: skip


def test_nothing_is_shown_for_nothing() -> None:
    asked = situation("Where do llamas live?", [LLAMAS])
    empty = type(asked)(asked.history, "Hello", Query("Hello", {}), asked.hits, asked.statistics)
    assert COMPRESS(empty, 100) == []
    assert COMPRESS(situation("Where do llamas live?", []), 100) == []


def test_what_was_shown_comes_again_only_if_it_was_cited_or_is_the_best() -> None:
    question = "Do llamas hum?"
    other = Passage("o", "Do llamas hum? Some do.")
    first = situation(question, [other, AGAIN])
    assert {span.passage.id for span in COMPRESS(first, 100)} == {"o", "a"}
    assert {span.passage.id for span in COMPRESS(first, 100, {"a", "o"})} == {"o"}
    reply = Reply("", Decision("answer", ""), first.query, citations=(Citation(1, Span(AGAIN, 0, 33)),))
    cited = situation(question, [other, AGAIN], replies=[reply])
    assert {span.passage.id for span in COMPRESS(cited, 100, {"a", "o"})} == {"o", "a"}


@given(st.lists(st.text(max_size=200), max_size=4), st.text(max_size=60), st.integers(0, 60))
def test_any_text_fits_the_budget_in_the_order_of_the_hits(found: list[str], turn: str, budget: int) -> None:
    passages = [Passage(str(at), text) for at, text in enumerate(found)]
    spans = COMPRESS(situation(turn, passages), budget)
    assert sum(len(words(span.text)) for span in spans) <= budget
    places = [(int(span.passage.id), span.start, span.end) for span in spans]
    assert places == sorted(places)
    assert all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(places))
    assert spans == COMPRESS(situation(turn, passages), budget)


def test_impossible_numbers_are_refused() -> None:
    with pytest.raises(UsageError, match="-1 words"):
        COMPRESS(situation("Where?", [LLAMAS]), -1)
    with pytest.raises(UsageError, match="least_relevance is 2"):
        CompressionSettings(least_relevance=2)
