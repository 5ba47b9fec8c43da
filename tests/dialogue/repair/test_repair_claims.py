"""What a user holds against an answer, and what is looked for."""

import pytest

from tacit.dialogue.records import Turn
from tacit.dialogue.repair.claim import Claim, claim_of, query

SAID = (Turn("user", "When did the bridge open?"), Turn("assistant", "It opened in 1925."))


@pytest.mark.parametrize(
    ("turn", "manner", "text"),
    [
        ("No, I meant the tunnel.", "meant", "the tunnel"),
        ("oh I meant saturn", "meant", "saturn"),
        ("Are you sure?", "doubts", ""),
        ("Really? That can't be right.", "doubts", ""),
        ("But my friend says part of it was built in Rome", "holds", "part of it was built in Rome"),
        ("I thought it was 1889?", "holds", "it was 1889"),
        ("Are you sure? I am pretty sure it was 1889.", "holds", "it was 1889"),
        ("That's wrong, it was closed then.", "holds", "it was closed then"),
        ("1889?", "holds", "1889"),
        ("So are you saying that it is old?", "holds", "it is old"),
        ("How long is it?", "asks", "How long is it"),
        ("What do you mean by fjord?", "asks", "What do you mean by fjord"),
        ("carthage?", "asks", "carthage"),
    ],
)
def test_the_claim_without_the_words_around(turn: str, manner: str, text: str) -> None:
    made = claim_of(SAID, turn)
    assert (made.manner, made.text) == (manner, text)
    assert (made.question, made.answer) == ("When did the bridge open?", "It opened in 1925.")
    assert made.disputes == (manner in {"holds", "doubts"})


def test_the_claim_counts_more_than_the_question_and_that_more_than_the_answer() -> None:
    terms = query(Claim("holds", "1889", "When did the bridge open?", "It opened in 1925.")).terms
    assert terms["1889"] > terms["bridg"] > terms["1925"] > 0


def test_mere_doubt_looks_for_the_question_again() -> None:
    found = query(claim_of(SAID, "Are you sure?"))
    assert found.text == "When did the bridge open?"
    assert found.terms["bridg"] == 1


def test_what_was_disputed_before_is_still_the_question() -> None:
    again = (*SAID, Turn("user", "No, I think it was 1889."), Turn("assistant", "I stand by it."))
    assert claim_of(again, "Are you sure?").question == "When did the bridge open?"
    asked = (*SAID, Turn("user", "What do people say about the tunnel?"), Turn("assistant", "That it is old."))
    assert claim_of(asked, "Are you sure?").question == "What do people say about the tunnel?"


def test_what_the_conversation_was_about_is_looked_for_again() -> None:
    found = query(claim_of(SAID, "Are you sure?"), {"fjord": 0.5, "open": 1.0}).terms
    assert found["fjord"] == 0.3
    assert found["open"] > 1


def test_a_first_turn_claims_without_a_question() -> None:
    assert query(claim_of((), "I meant 1889")).terms == {"1889": 1.0}
