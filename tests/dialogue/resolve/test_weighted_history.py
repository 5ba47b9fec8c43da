"""Weights of terms of earlier turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.records import Passage, Turn
from tacit.dialogue.resolve.weighted import HistoryWeights, WeightedHistory
from tacit.dialogue.text.terms import content
from tacit.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

LLAMAS = (Turn("user", "Where do llamas live?"), Turn("assistant", "Llamas live in the Andes."))
TURNS = st.lists(st.builds(Turn, st.sampled_from(["user", "assistant"]), st.text(max_size=60)), max_size=6)


@given(TURNS, st.text(max_size=60))
def test_weights_are_positive_and_the_last_turn_counts_at_least_one(history: list[Turn], turn: str) -> None:
    query = WeightedHistory().resolve(history, turn)
    assert all(weight > 0 for weight in query.terms.values())
    assert all(query.terms[term] >= 1 for term in content(turn))
    assert sum(weight for _, weight in query.parts) == pytest.approx(1)
    assert query.parts[0][0] == query.text == turn.strip()


@given(st.text(max_size=80))
def test_without_history_the_query_is_the_last_turn(turn: str) -> None:
    query = WeightedHistory().resolve((), turn)
    own = content(turn)
    assert {term: query.terms[term] for term in own} == {term: own.count(term) for term in own}
    assert not own or set(query.terms) == set(own)
    assert query.parts == ((turn.strip(), 1.0),)
    assert query.note == ""


def test_terms_fade_with_age_and_answers_count_less_than_questions() -> None:
    history = [Turn("user", "alpacas"), Turn("assistant", "wool"), Turn("user", "camels"), Turn("assistant", "humps")]
    terms = WeightedHistory().resolve(history, "desert").terms
    assert terms["desert"] == 1 > terms["camel"] > terms["alpaca"]
    assert terms["camel"] > terms["hump"] > terms["wool"]
    assert terms["camel"] == pytest.approx(2 * terms["alpaca"])


def test_a_term_that_comes_up_again_adds_up() -> None:
    once = WeightedHistory().resolve(LLAMAS[:1], "weight?").terms["llama"]
    assert WeightedHistory().resolve(LLAMAS, "weight?").terms["llama"] > once


def test_short_turns_lean_more_on_what_was_said() -> None:
    short = WeightedHistory().resolve(LLAMAS, "weight?").terms["llama"]
    assert short > WeightedHistory().resolve(LLAMAS, "weight of animals that carry loads uphill?").terms["llama"]


def test_turns_with_a_pronoun_lean_more_on_what_was_said() -> None:
    pointing = WeightedHistory().resolve(LLAMAS, "How heavy are they?").terms["llama"]
    assert pointing == pytest.approx(1.75 * WeightedHistory().resolve(LLAMAS, "How heavy?").terms["llama"])
    named = WeightedHistory().resolve(LLAMAS, "Are bees heavy, and do they sting?").terms["llama"]
    assert named < WeightedHistory().resolve(LLAMAS, "Is it heavy, does it sting bees?").terms["llama"]


@pytest.mark.parametrize("turn", ["And why?", "why", "  Tell me more. "])
def test_a_turn_of_common_words_is_looked_for_by_what_was_said(turn: str) -> None:
    query = WeightedHistory().resolve(LLAMAS, turn)
    assert set(query.terms) == {"llama", "live", "andes"}


def test_common_words_alone_are_looked_for_as_they_stand() -> None:
    assert set(WeightedHistory().resolve((), "To be or not to be").terms) == {"to", "be", "or", "not"}


def test_what_follows_up_is_found(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index", create=True)
    engine.write([Passage("llama", "A llama is a heavy animal: 200 kg."), Passage("bee", "A heavy bee: .1 g. Heavy!")])
    engine.commit()
    assert engine.search(WeightedHistory().resolve((), "How heavy?").terms, 1)[0].passage.id == "bee"
    assert engine.search(WeightedHistory().resolve(LLAMAS, "How heavy?").terms, 1)[0].passage.id == "llama"
    engine.close()


def test_a_new_topic_is_noted_and_counts_as_the_settings_say() -> None:
    turn = "Which tax applies when selling company shares?"
    kept = WeightedHistory().resolve(LLAMAS, turn)
    assert "new topic" in kept.note
    halved = WeightedHistory(HistoryWeights(shifted=0.5)).resolve(LLAMAS, turn)
    assert halved.terms["llama"] == pytest.approx(kept.terms["llama"] / 2)
    assert halved.parts[1][1] == pytest.approx(kept.parts[1][1] / 2)
    dropped = WeightedHistory(HistoryWeights(shifted=0)).resolve(LLAMAS, turn)
    assert set(dropped.terms) == set(content(turn))
    assert dropped.parts == ((turn, 1.0),)


def test_a_book_in_the_history_is_no_query_of_a_book() -> None:
    book = Turn("assistant", " ".join(f"word{number}" for number in range(100_000)))
    query = WeightedHistory().resolve([book, *LLAMAS] * 50, "weight?")
    assert len(query.terms) <= 1000
    assert query.terms["weight"] == 1


def test_the_text_of_the_topic_keeps_the_latest_turns() -> None:
    history = [Turn("user", f"turn {number} " + "x" * 300) for number in range(9)]
    (_, _), (topic, _) = WeightedHistory().resolve(history, "the last").parts
    assert topic.endswith("the last")
    assert "turn 8" in topic
    assert "turn 0" not in topic


@pytest.mark.parametrize("name", ["user", "answer_decay", "length", "pointing", "topic"])
@pytest.mark.parametrize("value", [-0.1, float("nan"), 30.0])
def test_weights_that_are_none_are_refused(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=name):
        HistoryWeights(**{name: value})
