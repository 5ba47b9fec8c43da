"""Replies to clarifying questions."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.resolve.choices import by_position
from tacit.dialogue.resolve.slots import PendingQuestion, fill

OPTIONS = ("Israel", "Egypt", "Saudi Arabia")
COUNTRY = PendingQuestion("What is the population of the country?", OPTIONS, "Which country are you referring to?")
COURSE = PendingQuestion("How much is the course?", ("B1 course",), "Did you mean the B1 course?")
OPEN = PendingQuestion("When does it open?", (), "Which month are you asking about?")
VIOLENCE = PendingQuestion("Who can file an order?", ("domestic violence", "school violence", "gun violence"), "Which?")


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("the second one", [1]), ("2", [1]), ("#2", [1]), ("no. 2", [1]), ("b)", [1]), ("(B)", [1]), ("option c", [2]),
        ("The last", [2]), ("two", [1]), ("number three please", [2]), ("1 and 3", [0, 2]), ("a and c", [2]),
        ("the first and the last", [0, 2]), ("I mean the first, not the second", [0]), ("both", [0, 1, 2]),
        ("all of them", [0, 1, 2]), ("either", [0, 1, 2]), ("Israel", [0]), ("isreal please", [0]), ("in Egypt", [1]),
        ("yes, Egypt", [1]), ("no, Egypt", [1]), ("What about Egypt?", [1]), ("Egypt?", [1]), ("egytp", [1]),
        ("not Israel, Egypt", [1]), ("not the first or the last, the other one", [1]), ("all but the first", [1, 2]),
        ("either is fine", [0, 1, 2]), ("the Saudi one", [2]), ("Israel and Egypt", [0, 1]),
        ("Israel, the one with the wall", [0]),
    ],
)  # fmt: skip
def test_options_are_picked(reply: str, chosen: list[int]) -> None:
    filled = fill(COUNTRY, reply)
    assert filled is not None
    assert filled.chosen == tuple(OPTIONS[at] for at in chosen)
    assert all(option in filled.question for option in filled.chosen)
    assert not filled.refused


@pytest.mark.parametrize(
    ("reply", "slot"),
    [
        ("Jordan", "Jordan"), ("the Canadian one", "Canadian"), ("I'm asking about Jordan.", "Jordan"),
        ("it's Jordan, I think", "Jordan"), ("I am in Jordan", "in Jordan"),
        ("the one south of Libya", "south of Libya"), ("I mean the one that joined in 1920", "that joined in 1920"),
        ("It lies in Asia.", "lies in Asia"), ("we went to the one with the blue flag", "with the blue flag"),
        ("Isarelia", "Isarelia"), ("Usrael", "Usrael"),  # no typing errors: two edits, and the first letter
    ],
)  # fmt: skip
def test_own_words_are_taken(reply: str, slot: str) -> None:
    filled = fill(COUNTRY, reply)
    assert filled is not None
    assert filled.question == f"What is the population of the country ({slot})?"
    assert filled.chosen == ()


@pytest.mark.parametrize("reply", ["in June", "for Linux", "June", "I meant June, please"])
def test_an_open_question_takes_own_words(reply: str) -> None:
    filled = fill(OPEN, reply)
    assert filled is not None
    assert filled.question.startswith("When does it open (")


@pytest.mark.parametrize(
    ("reply", "refused", "rest"),
    [
        ("neither", OPTIONS, ""), ("none of them", OPTIONS, ""), ("no", OPTIONS, ""), ("not Egypt", ("Egypt",), ""),
        ("neither Israel nor Egypt", OPTIONS, ""), ("neither, the Canadian one", OPTIONS, " (Canadian)"),
        ("no, I meant Jordan", OPTIONS, " (Jordan)"), ("not that, the other one", (), ""), ("another one", (), ""),
    ],
)  # fmt: skip
def test_options_are_turned_down(reply: str, refused: tuple[str, ...], rest: str) -> None:
    filled = fill(COUNTRY, reply)
    assert filled is not None
    assert (filled.chosen, filled.refused) == ((), refused)
    assert filled.question == f"What is the population of the country{rest}?"


def test_yes_and_no_answer_a_single_option() -> None:
    for reply in ("yes", "Yes please!", "yes, the B1 course please", "b1", "exactly", "right"):
        filled = fill(COURSE, reply)
        assert filled is not None, reply
        assert filled.question == "How much is the course (B1 course)?"
    for reply in ("no", "nope", "No, thanks"):
        filled = fill(COURSE, reply)
        assert filled is not None, reply
        assert (filled.question, filled.refused) == (COURSE.question, ("B1 course",))
    another = fill(COURSE, "not that, the other one")
    assert another is not None
    assert (another.question, another.refused) == (COURSE.question, ("B1 course",))
    other = fill(COURSE, "no, the A2 course")
    more = fill(COURSE, "yes, but only in summer")
    assert other is not None
    assert (other.question, other.chosen) == ("How much is the course (A2 course)?", ())
    assert more is not None
    assert (more.question, more.chosen) == ("How much is the course (B1 course, only in summer)?", ("B1 course",))


@pytest.mark.parametrize(
    "turn",
    [
        "", "yes", "the fourth", "one of them", "I don't know", "never mind", "Thanks!", "hello", "are you sure?",
        "When was Rome founded?", "What is the capital of Egypt?", "What is Egypt?", "I didn't mean the one in Asia",
        "tell me about pyramids", "how do I cook rice",
        "Can you compare wages?", "That is not what I asked.", "It was a mistake. Let us talk of llamas.", "Jordan?",
        "I think that your service is slow and that nobody there ever listens to me", "x " * 400,
    ],
)  # fmt: skip
def test_what_is_no_reply_is_left_alone(turn: str) -> None:
    assert fill(COUNTRY, turn) is None


@pytest.mark.parametrize("turn", ["yes", "no", "both", "the second one", "neither"])
def test_an_open_question_has_nothing_to_pick(turn: str) -> None:
    assert fill(OPEN, turn) is None


def test_words_that_all_options_share_pick_none() -> None:
    filled = fill(VIOLENCE, "scool violence")
    assert filled is not None
    assert filled.chosen == ("school violence",)
    shared = fill(VIOLENCE, "violence")
    assert shared is not None
    assert shared.chosen == ()


def test_the_slot_goes_where_it_was_asked_for() -> None:
    pending = PendingQuestion("Did that plan's price change? I need it soon.", ("Trial",), "Which plan do you mean?")
    filled = fill(pending, "yes")
    assert filled is not None
    assert filled.question == "Did that plan's (Trial) price change? I need it soon."


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=20), max_size=4), st.text(max_size=60))
def test_any_text_may_come(question: str, options: list[str], turn: str) -> None:
    filled = fill(PendingQuestion(question, tuple(options), "Which one?"), turn)
    assert filled is None or set(filled.chosen) <= set(options)
    assert filled is None or not filled.chosen or not filled.refused


@given(st.integers(1, 9), st.data())
def test_every_place_can_be_picked(number: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, number - 1))
    assert by_position(str(at + 1), number) == (at,)
    assert by_position(f"option {at + 1}, please", number) == (at,)
    assert by_position(str(number + 1), number) is None


def test_hostile_texts_cost_little() -> None:
    began = time.process_time()
    for piece in ("the ", "please ", " \t", "which ", "no, not ", "yes ", "a'", "1) "):
        asked = PendingQuestion(piece * 5000, (piece * 5000,) * 10, piece * 5000)
        for turn in (piece * (600 // len(piece)), "the second one", "Jordan"):
            fill(asked, turn)
    assert time.process_time() - began < 2


def test_what_is_merged_is_short_and_printable() -> None:
    filled = fill(PendingQuestion("What of it?", ("a\x1b[31m\n" + "x" * 5000, "b"), "Which?"), "the first")
    assert filled is not None
    assert filled.question.isprintable()
    assert len(filled.question) < 250
