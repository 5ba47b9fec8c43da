"""The models of clarity that come with tacit."""

from pathlib import Path

import polars as pl
import pytest
from tests.dialogue.pool import Pool

from tacit.dialogue.decide.clarity import SIGNALS, TARGETS, Clarity
from tacit.dialogue.decide.registry import read_signals
from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Query, Turn
from tacit.evidence.classification import score


def scores(text: str, *history: str) -> dict[str, float]:
    said = tuple(Turn("assistant" if at % 2 else "user", words) for at, words in enumerate(history))
    situation = Situation(said, text, Query(text, {}), (), Pool())
    return dict(Clarity().scores(situation, read_signals(situation, SIGNALS)))


def over(text: str, *history: str) -> set[str]:
    limits = Clarity().thresholds
    return {name for name, value in scores(text, *history).items() if value > limits[name]}


def test_there_is_a_threshold_for_each_score() -> None:
    assert set(Clarity().thresholds) == set(scores("Hi")) == set(TARGETS)
    assert all(0 < line < 1 for line in Clarity().thresholds.values())


def test_vague_turns_are_told_from_clear_ones() -> None:
    assert over("In which year did the show premiere?") == {"underspecified"}
    assert over("Where is this language spoken?", "How do I cook rice?", "Boil it.") == {"underspecified"}
    assert over("In which year did Breaking Bad premiere?") == set()
    assert over("How much is the plan?", "Which plan is for schools?", "The School plan is.") == set()


def test_disputes_and_small_talk_are_told() -> None:
    assert over("No, I meant the tunnel.", "When did the bridge open?", "In 1925.") == {"dispute"}
    assert over("Are you sure about that?", "When did the bridge open?", "In 1925.") == {"dispute"}
    assert over("Thank you!", "When did the bridge open?", "In 1925.") == {"small_talk"}
    assert scores("Are you sure?")["dispute"] == 0  # nothing was said yet


def test_a_pronoun_is_asked_back_only_where_nothing_stands_before_it() -> None:
    assert over("When was it founded?") == {"underspecified"}
    assert over("When was it founded?", "Where is the Louvre?", "In Paris.") == set()
    assert over("What are its title and their capital?", "Where is the Louvre?", "In Paris.") == set()
    assert over("When was the Louvre founded, and where is it?") == set()
    assert over("There is a museum that stands in Paris. When was the museum founded?") == set()


def test_the_answer_to_a_question_back_disputes_nothing() -> None:
    asked = "There are several museums this could be about, such as Louvre or Prado. Which one do you mean?"
    assert "dispute" not in over("I mean the one that stands in Paris", "When was the museum founded?", asked)
    assert over("Where is this museum (Prado)?", "Hi", "Hello.") == set()


def test_models_say_what_they_were_trained_on() -> None:
    for model in Clarity().models.values():
        assert "MTRAG" in model.trained_on
        assert model.positives > 0
        assert model.auroc.value is not None or model.auroc.missing


@pytest.mark.real
def test_disputes_of_mtrag_un(real_data: Path) -> None:
    tasks = pl.read_parquet(real_data / "mtrag" / "mtragun_tasks.parquet").filter(pl.col("messages").list.len() > 1)
    model, line = Clarity().models["dispute"], Clarity().thresholds["dispute"]
    truth, found = [], []
    for row in tasks.iter_rows(named=True):
        *before, last = [Turn(said["role"], said["text"]) for said in row["messages"]]
        signals = read_signals(Situation(before, last.text, Query("", {}), (), Pool()), ["dispute"])
        truth.append(row["multi_turn"] == "Clarification")
        found.append(model.predict(signals) > line)
    assert (score(truth, found).f1.value or 0) >= 0.65


@pytest.mark.real
def test_small_talk_of_mtrag_is_told_without_a_false_alarm(real_data: Path) -> None:
    turns = pl.read_parquet(real_data / "mtrag" / "mtrag_turns.parquet")
    found = [
        read_signals(Situation((), text, Query("", {}), (), Pool()), ["small_talk"])["small_talk.whole"] == 1
        for text in turns["user"]
    ]
    scored = score((turns["answerability"] == "CONVERSATIONAL").to_list(), found)
    assert scored.false_positives == 0
    assert scored.true_positives >= 7
