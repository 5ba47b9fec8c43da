"""Whether a turn opens a new topic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.resolve.shift import topic_shift

SAID = ["Where do llamas live?", "Llamas live in the Andes, at heights of 4,000 metres."]


@pytest.mark.parametrize(
    "turn", ["How heavy do llamas get?", "And their wool?", "Why?", "", "shearing", "What do they eat at such heights?"]
)
def test_turns_that_stay(turn: str) -> None:
    assert not topic_shift(SAID, turn).shifted


@pytest.mark.parametrize(
    "turn", ["Which tax applies when selling company shares?", "Parking permit fees Auburn California"]
)
def test_turns_that_shift(turn: str) -> None:
    assert topic_shift(SAID, turn).shifted


def test_a_turn_that_points_back_counts_for_less() -> None:
    assert topic_shift(SAID, "tax on their wool").score < topic_shift(SAID, "tax on wool").score


@given(st.lists(st.text(max_size=40), max_size=4), st.text(max_size=60))
def test_what_was_said_before_only_lowers_the_score(said: list[str], turn: str) -> None:
    score = topic_shift(["llama", *said], turn).score
    assert 0 <= score <= topic_shift(["llama"], turn).score
    assert topic_shift([], turn).score == 0
