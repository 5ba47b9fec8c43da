"""Signals of turns that are vague, that dispute, that ask nothing."""

from dataclasses import replace

import pytest
from tests.dialogue.pool import Pool

from tacit.dialogue.decide.registry import read_signals
from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Hit, Passage, Query, Turn


class Uneven:
    """Many passages, of which some words are in many and others in one."""

    def passages(self) -> int:
        return 12_000

    def frequency(self, term: str) -> int:
        return 1 if term in {"nutcrack", "swahili", "penobscot"} else 2_000


SPOKEN = Passage("1", "Swahili is a language. The language has many speakers.", "Swahili")
OTHER = Passage("2", "A language changes. Every language has words.", "Linguistics")


def turn(text: str, *history: str, passages: tuple[Passage, ...] = ()) -> Situation:
    said = tuple(Turn("assistant" if at % 2 else "user", words) for at, words in enumerate(history))
    return Situation(said, text, Query(text, {}), tuple(Hit(each, 1.0) for each in passages), Uneven())


def test_an_open_phrase_is_new_recent_or_old() -> None:
    new = read_signals(turn("Where is this language spoken?", "Who wrote it?", "Nobody."), ["definite"])
    recent = read_signals(turn("Where is this language spoken?", "What is Swahili?", "One language."), ["definite"])
    old = read_signals(turn("Where is this language spoken?", "Which language?", "Yes.", "So?", "Well."), ["definite"])
    assert [new[f"definite.{name}"] for name in ("new", "recent", "old", "this")] == [1, 0, 0, 1]
    assert [recent[f"definite.{name}"] for name in ("new", "recent", "old", "this")] == [0, 1, 0, 0]
    assert [old[f"definite.{name}"] for name in ("new", "recent", "old", "this")] == [0, 0, 1, 0]


def test_a_rare_word_before_the_noun_pins_it_down() -> None:
    assert read_signals(turn("Where does the penobscot river start?"), ["definite"])["definite.new"] == 0
    assert read_signals(turn("Where does the broad river start?"), ["definite"])["definite.new"] == 1


def test_rarity_is_missing_where_nothing_is_open() -> None:
    assert read_signals(turn("Where is Swahili spoken?"), ["definite"])["definite.second"] is None


def test_pronouns_of_a_first_turn_are_orphans() -> None:
    assert read_signals(turn("When did they write it?"), ["definite"])["definite.orphans"] == 2
    assert read_signals(turn("When did they write it?", "A.", "B."), ["definite"])["definite.orphans"] == 0


class About:
    """Documents about Kestrel, which nearly all of them name."""

    def passages(self) -> int:
        return 8

    def frequency(self, term: str) -> int:
        return {"kestrel": 6, "window": 1, "memori": 1, "run": 3, "work": 4}.get(term, 0)


@pytest.mark.parametrize(
    ("text", "orphans"),
    [
        ("Does it run on Windows?", 0), ("How much memory does it need?", 0), ("How does it work?", 1),
        ("Does it sing?", 1), ("How long does it take to restore a backup?", 0), ("Is it possible to wash a cat?", 0),
    ],
)  # fmt: skip
def test_a_pronoun_may_stand_for_what_all_documents_are_about(text: str, orphans: int) -> None:
    about = Passage("1", "You need 4 GB of memory to run Kestrel.", "Installing")
    situation = replace(turn(text, passages=(about,)), statistics=About())
    assert read_signals(situation, ["definite"])["definite.orphans"] == orphans
    assert read_signals(turn("Does it run on Windows?", passages=(about,)), ["definite"])["definite.orphans"] == 1


def test_what_titles_have_several_of_is_a_class() -> None:
    kayaks = (Passage("1", "x", "Arrow Kayak"), Passage("2", "x", "Berg (kayak) | Boats"), Passage("3", "x", "Lakes"))
    assert read_signals(turn("How long is the kayak?", passages=kayaks), ["definite"])["definite.new"] == 1
    assert read_signals(turn("How long is the kayak?", passages=kayaks[1:]), ["definite"])["definite.new"] == 0


def test_a_name_that_the_user_gave_before_says_which_one() -> None:
    told = turn("How long is the river?", "Where is the Hudson River?", "There.", "Sure?", "Yes.")
    assert sum(read_signals(told, ["definite"])[f"definite.{name}"] or 0 for name in ("new", "recent", "old")) == 0


def test_after_a_greeting_a_turn_is_still_the_first() -> None:
    first = read_signals(turn("How old is the language, and who speaks it?", "Hi there!", "Hello."), ["definite"])
    later = read_signals(turn("How old is the language?", "What is an ETF?", "A fund."), ["definite"])
    assert (first["definite.first"], later["definite.first"]) == (1, 0)
    assert read_signals(turn("How old is it?", "Hi there!", "Hello."), ["definite"])["definite.orphans"] == 1


@pytest.mark.parametrize(
    ("text", "history", "passages", "pool", "new"),
    [
        ("Where is the language set?", (), ("Set the language in the menu.",), Pool(300, 1), 0),  # a manual
        ("Where is this language set?", (), ("Set the language in the menu.",), Pool(300, 1), 0),
        ("Where is this language set?", ("Is it loud?", "No."), ("Set the language there.",), Pool(300, 1), 1),
        ("Where is the language set?", (), ("Set the language in the menu.",), Pool(30_000, 1), 1),  # large
        ("Where is this language set?", ("Is it loud?", "No."), ("The language. A language.",) * 2, Pool(9, 8), 0),
        ("Where is the language set?", (), ("Welsh is a language.", "Basque is a language."), Pool(300, 2), 1),
        ("Where is the language set?", (), ("Llamas hum.",), Pool(300, 20), 1),  # what was found tells nothing of it
        ("Where is the language set?", (), (), Pool(300, 0), 1),
    ],
)
def test_documents_about_one_thing_say_which_one(
    text: str, history: tuple[str, ...], passages: tuple[str, ...], pool: Pool, new: int
) -> None:
    found = tuple(Passage(str(at), words) for at, words in enumerate(passages))
    situation = replace(turn(text, *history, passages=found), statistics=pool)
    assert read_signals(situation, ["definite"])["definite.new"] == new


def test_passages_link_the_noun_to_what_was_spoken_of() -> None:
    about = turn("Where is this language spoken?", "What is Swahili?", "It is old.", passages=(SPOKEN,))
    other = turn("Where is this language spoken?", "What is Swahili?", "It is old.", passages=(OTHER,))
    assert read_signals(about, ["linked"]) == {"linked.sentences": 1.0, "linked.passages": 1.0}
    assert read_signals(other, ["linked"]) == {"linked.sentences": 0.0, "linked.passages": 0.0}
    nothing_open = turn("Where is Swahili spoken?", "Hi", "Hello", passages=(SPOKEN,))
    assert set(read_signals(nothing_open, ["linked"]).values()) == {None}


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("No, I meant the tunnel", "meant"),
        ("Are you sure?", "doubt"),
        ("I am not sure those rules apply", "doubt"),
        ("My friend said it was filmed in Rome", "heard"),
        ("You said it was free", "you"),
        ("Can you clarify this?", "unclear"),
        ("But it was closed", "against"),
        ("So it is free", "so"),
        ("It is free, right?", "tag"),
        ("It never rains there", "statement"),
    ],
)
def test_cues_of_disputes(text: str, cue: str) -> None:
    assert read_signals(turn(text, "When?", "In 1925."), ["dispute"])[f"dispute.{cue}"] == 1


def test_plain_questions_and_first_turns_dispute_nothing() -> None:
    for text in ("What is the fee?", "Above which town does it end?"):
        assert set(read_signals(turn(text, "When?", "In 1925."), ["dispute"]).values()) == {0.0}
    assert read_signals(turn("What does the above mean?", "When?", "In 1925."), ["dispute"])["dispute.you"] == 1
    assert set(read_signals(turn("Are you sure?"), ["dispute"]).values()) == {None}


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Hi there!", 1), ("thanks so much for your help", 1), ("OK bye", 1), ("Who are you?", 1),
        ("What can you do?", 1),
        ("Thank you, that helps.", 1), ("Thanks a lot, very clear!", 1),
        ("Hello, good morning", 1), ("ok great, thanks", 1), ("Thanks, that answered my question", 1),

        ("That is clear, but how much is it?", 0), ("Does that help my score?", 0), ("what helps?", 0),
        ("Hello, what is an ETF?", 0), ("Thanks. How do I apply?", 0),
        ("Can you help me with taxes?", 0), ("", 0),
        ("What is the bye week?", 0), ("no", 0), ("thank you letter", 0),
    ],
)  # fmt: skip
def test_small_talk_is_all_or_nothing(text: str, whole: int) -> None:
    assert read_signals(turn(text), ["small_talk"])["small_talk.whole"] == whole
