"""What a turn points at, told by word lists."""

import pytest

from tacit.dialogue.decide.phrases import phrases


def open_heads(text: str) -> list[str]:
    return [phrase.head for phrase in phrases(text) if phrase.generic and not phrase.pinned]


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("In which country is this language spoken?", ["language"]),
        ("When did the Simpsons season begin?", ["season"]),  # a name does not pin down what it has many of
        ("What powers does the Prime Minister have?", ["minister"]),
        ("Which events does the country's stadium host?", ["country"]),
        ("Who wrote the book the TV series is based on?", ["book", "series"]),
        ("Who can apply for this type of help?", ["type"]),
        ("Do those services cost money?", ["service"]),
    ],
)
def test_phrases_that_leave_open_which_one(text: str, heads: list[str]) -> None:
    assert open_heads(text) == heads


@pytest.mark.parametrize(
    "text",
    [
        "What is the largest river in Africa?",
        "How long is the Hudson River?",
        "What is the capital of France?",
        "Who wrote the play that opened in 1601?",
        "Is the stock market open?",
        "By the way, how do I apply in that case?",
        "I think that services cost too much.",  # a conjunction
        "What are countries?",
        "",
    ],
)
def test_phrases_that_say_which_one(text: str) -> None:
    assert open_heads(text) == []


@pytest.mark.parametrize("text", ["the " * 5000, "the country's" * 2000, "this" + " very" * 5000, "\x00the ́ 国"])
def test_odd_texts_are_read(text: str) -> None:
    assert isinstance(phrases(text), list)
