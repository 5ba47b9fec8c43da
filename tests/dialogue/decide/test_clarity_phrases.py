"""What a turn points at, told by word lists."""

import pytest

from tacit.dialogue.decide.phrases import phrases
from tacit.dialogue.decide.pronouns import dangling


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
        "What is its capital and their president?",  # what "it" is may be open, its capital is not
        "Who is the president of it?",
        "How many pages does this book have (Moby Dick)?",  # the answer to a question back
        "Where is this city (Rome)?",
        "I read a book on whales. Who wrote the book?",
        "The Hudson River is brown; how long is the river?",
        "",
    ],
)
def test_phrases_that_say_which_one(text: str) -> None:
    assert open_heads(text) == []


def test_documents_can_add_classes() -> None:
    assert open_heads("How long is the kayak?") == []
    assert [(p.head, p.generic) for p in phrases("How long is the kayak?", frozenset({"kayak"}))] == [("kayak", True)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("When was it founded?", 1),
        ("Where do they live now?", 1),
        ("What is the population of it?", 1),  # in one clause, the population is not it
        ("When was the Louvre founded, and where is it?", 0),
        ("I saw a play in Rome. Who wrote it?", 0),
        ("How do guinea pigs clean their fur?", 0),
        ("How can we improve its performance?", 1),
        ("Which one is cheaper?", 1),
        ("The one that opened in 1901", 0),
        ("I think that services cost too much", 0),
        ("When was it founded (Louvre)?", 0),
        ("this form or that form", 0),
        ("", 0),
    ],
)
def test_pronouns_that_nothing_in_the_turn_stands_behind(text: str, count: int) -> None:
    assert dangling(text) == count


@pytest.mark.parametrize("text", ["the " * 5000, "the country's" * 2000, "this" + " very" * 5000, "\x00the ́ 国"])
def test_odd_texts_are_read(text: str) -> None:
    assert isinstance(phrases(text), list)
    assert dangling(text) >= 0
