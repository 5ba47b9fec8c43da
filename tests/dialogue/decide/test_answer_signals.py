"""Signals of whether there is an answer, and the registry of signals."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest
from tests.dialogue.decide.turns import LLAMAS, Counts, turn_of

from tacit.dialogue.decide.pronouns import dangling
from tacit.dialogue.decide.reading import rareness, read_passage, reading
from tacit.dialogue.decide.registry import available_signals, read_signals, signal
from tacit.dialogue.decide.signals.asked import names, read_askings
from tacit.dialogue.decide.signals.askings import askings
from tacit.dialogue.decide.signals.question import narrowness
from tacit.dialogue.decide.signals.relevance import NUMBERS, passage_numbers
from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Passage
from tacit.errors import UsageError


def test_every_number_begins_with_the_name_of_its_signal() -> None:
    situation = turn_of("How much does a llama weigh?", "Hello", "Hello.")
    for name, one in available_signals().items():
        assert all(key.startswith(f"{name}.") for key in one.read(situation)), name


def test_two_signals_of_one_name_are_refused() -> None:
    class Other:
        name = "coverage"

        def read(self, situation: Situation) -> Mapping[str, float | None]:
            del situation
            return {}

    with pytest.raises(UsageError, match="Two signals"):
        signal(Other)
    with pytest.raises(UsageError, match="There is no signal 'smell'"):
        read_signals(turn_of("Why?"), ["smell"])


def test_coverage_knows_one_sentence_from_many() -> None:
    whole = read_signals(turn_of("How much does a llama weigh?"), ["coverage"])
    assert whole["coverage.sentence"] == 1
    apart = read_signals(turn_of("llama wool in hay"), ["coverage"])
    assert apart["coverage.all"] == 1
    assert (apart["coverage.sentence"] or 0) < (apart["coverage.passage"] or 0) + 1e-9 < 1


def test_depth_grows_with_occurrences() -> None:
    once = turn_of("guinea", passages=[Passage("a", "A guinea pig.")])
    often = turn_of("guinea", passages=[Passage("a", "A guinea pig. A guinea pig. A guinea pig.")])
    first, second = (read_signals(one, ["coverage"])["coverage.depth"] or 0.0 for one in (once, often))
    assert first == pytest.approx(1 / 2.2)
    assert second == pytest.approx(3 / 4.2)


def test_phrases_stand_side_by_side() -> None:
    assert read_signals(turn_of("guinea pigs"), ["coverage"])["coverage.phrase"] == 1
    assert read_signals(turn_of("pigs guinea"), ["coverage"])["coverage.phrase"] == 0
    assert read_signals(turn_of("pigs"), ["coverage"])["coverage.phrase"] is None


@pytest.mark.parametrize("situation", [turn_of("And then?"), turn_of("llamas", passages=[])])
def test_without_a_focus_or_passages_nothing_can_be_said(situation: Situation) -> None:
    assert set(read_signals(situation, ["coverage"]).values()) == {None}


def test_missing_words_are_those_of_the_best_sentence() -> None:
    assert reading(turn_of("How much does a llama weigh?")).missing == ()
    assert reading(turn_of("Do llamas hum in Japan?")).missing == ("japan",)
    assert reading(turn_of("Japan", passages=[])).missing == ("japan",)


def test_a_title_that_is_repeated_in_the_text_is_no_sentence() -> None:
    read = read_passage(Passage("a", "Llamas\nThey hum.", "Llamas"))
    assert [one.terms for one in read.sentences] == [("they", "hum")]
    assert "llama" in read.held
    begun = read_passage(Passage("a", "Llamas hum.", "Llamas"))
    assert [one.text for one in begun.sentences] == ["Llamas hum."]


def test_what_only_names_the_kind_of_answer_need_not_be_held() -> None:
    assert tuple(reading(turn_of("How long do llamas sleep?")).focus) == ("llama", "sleep")
    assert tuple(reading(turn_of("What kind of wool is it?")).focus) == ("wool",)
    assert tuple(reading(turn_of("long sleep")).focus) == ("long", "sleep")
    assert tuple(reading(turn_of("How long?")).focus) == ("long",)


def test_rareness_hardly_depends_on_the_size_of_the_collection() -> None:
    few, many = (rareness("llama", Counts(LLAMAS, more)) for more in (0, 100))
    assert few == pytest.approx(many, rel=0.05)
    assert rareness("camel", Counts(LLAMAS)) > few
    assert rareness("the", Counts([LLAMAS[0]] * 20_000)) == pytest.approx(0, abs=0.05)


def test_coverage_of_the_best_sentence_counts_its_title() -> None:
    situation = turn_of("Do llamas hum?", passages=[Passage("a", "They hum. They live.", "Llamas")])
    read = read_signals(situation, ["coverage"])
    assert read["coverage.best"] == 1
    assert read["coverage.sentence"] == pytest.approx(0.5, abs=0.1)
    assert read["coverage.mass"] == pytest.approx(sum(reading(situation).focus.values()))


@pytest.mark.parametrize(
    "text", ["." * 4500, ", " * 2250, "what is " + "a" * 4500 + " b c d e", "and " * 1100, "it take " * 600]
)
def test_hostile_turns_are_read_in_milliseconds(text: str) -> None:
    began = time.process_time()
    read_signals(turn_of(text), ["asked", "question"])
    dangling(text)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Is this the longest mission?", 2), ("Can you explain llamas?", -1), ("Can llamas swim?", 1),
        ("What are llamas?", -1), ("llamas", -2), ("Tell me about llamas", -2), ("How do I feed a llama?", 0),
        ("Are llamas and alpacas the same?", 2), ("Why do llamas spit at other animals so often?", 1),
    ],
)  # fmt: skip
def test_narrowness(question: str, value: float) -> None:
    assert narrowness(question) == value


def test_remarks_need_something_to_remark_on() -> None:
    question = "Isn't that too much?"
    assert read_signals(turn_of(question), ["question"])["question.remark"] == 0
    assert read_signals(turn_of(question, "How much?", "A lot."), ["question"])["question.remark"] == 1
    for asked in ("How come?", "And what do they eat?", "But in which country?"):
        value = read_signals(turn_of(asked, "How much?", "A lot."), ["question"])["question.remark"]
        assert value == float(asked.startswith("But")), asked


def test_passages_are_read_one_by_one() -> None:
    first, second, *_ = passage_numbers(turn_of("How much does a llama weigh?", "Where?", "In the Andes."))
    assert set(first) == set(NUMBERS)
    assert first["sentence"] == first["query"] == 1
    assert first["early"] == pytest.approx(1 / 3)
    assert (first["title"] or 0) > 0 == second["title"]
    assert (first["last"], second["last"]) == (1, 0)
    assert passage_numbers(turn_of("llama"))[0]["last"] is None


def test_fewer_fitting_passages_mean_less_relevance() -> None:
    question = "How much does a llama weigh?"
    with_it, without = (
        read_signals(turn_of(question, passages=some), ["relevance"])["relevance.share"]
        for some in (LLAMAS, LLAMAS[1:])
    )
    assert with_it is not None
    assert without is not None
    assert with_it > without
    assert read_signals(turn_of(question, passages=[]), ["relevance"])["relevance.share"] is None


@pytest.mark.parametrize(
    ("turn", "found"),
    [
        ("How old is it and who built it?", [("How old is it", "age"), ("who built it", "person")]),
        ("Where was it built? And when?", [("Where was it built", "place"), ("And when", "time")]),
        ("In which month is it held, and what colour is the flag?", [("In which month is it held", "month"),
                                                                     ("what colour is the flag", "colour")]),
        ("Tell me how long it is", [("Tell me how long it is", "length")]),
        ("What is the difference between cats and dogs?", [("What is the difference between cats and dogs", None)]),
        ("llamas and alpacas", []), ("I have a dog.", []), ("", []),
    ],
)  # fmt: skip
def test_a_turn_is_parted_into_what_it_asks(turn: str, found: list[tuple[str, str | None]]) -> None:
    assert [(one.text, one.kind and one.kind.name) for one in askings(turn)] == found


@pytest.mark.parametrize(
    ("question", "given"),
    [
        ("How much does a llama weigh?", [True]), ("Where do llamas live?", [True]), ("Who bred llamas?", [False]),
        ("When were llamas tamed?", [False]), ("Which wool do llamas have?", [False]),
        ("Where do llamas live, and how many kilograms do they weigh?", [True, True]),
        ("Where do llamas live and when were they tamed?", [True, False]),
        ("Do llamas hum?", []), ("What do llamas do?", [None]), ("Who bred camels?", [None]),
    ],
)  # fmt: skip
def test_what_is_asked_of_a_thing_is_looked_for_in_what_is_said_of_it(question: str, given: list[bool | None]) -> None:
    situation = turn_of(question)
    assert [one for _, one in read_askings(situation)] == given
    told = any(one is not None for one in given)
    wanted = given.count(False) / len(given) if told else None
    assert read_signals(situation, ["asked"])["asked.open"] == wanted


def test_a_turn_may_point_at_its_subject() -> None:
    asked = ("Where do llamas live?", "In the Andes.")
    assert [one for _, one in read_askings(turn_of("And who bred them?", *asked))] == [False]
    assert [one for _, one in read_askings(turn_of("Who bred the llama?", *asked))] == [False]
    assert [one for _, one in read_askings(turn_of("Who bred the camel?", *asked))] == [None]
    assert [one for _, one in read_askings(turn_of("Who is president?", *asked))] == [None]


def test_names_of_a_title() -> None:
    assert names("Guide > The break statement") == (frozenset({"guid"}), frozenset({"break", "statement"}))
    assert names("") == ()
