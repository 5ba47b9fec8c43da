"""Options come from the passages."""

import time

import pytest
from tests.dialogue.pool import Pool

from tacit.dialogue.clarify.options import focus, options
from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Hit, Passage, Query, Turn


def asked(turn: str, *passages: tuple[str, str], history: tuple[Turn, ...] = ()) -> Situation:
    hits = tuple(Hit(Passage(str(at), text, title), 9.0 - at) for at, (title, text) in enumerate(passages))
    return Situation(history, turn, Query(turn, {}), hits, Pool())


@pytest.mark.parametrize(
    ("turn", "noun"),
    [
        ("Where is this language spoken?", "language"),
        ("What powers does the Prime Minister have?", "Prime Minister"),
        ("Who wrote the book the TV series is based on?", "TV series"),
        ("What does the country's stadium cost?", "country"),
        ("How tall is the Eiffel Tower?", ""),
    ],
)
def test_the_noun_that_is_open(turn: str, noun: str) -> None:
    assert focus(asked(turn)) == noun


def test_of_two_open_nouns_the_one_that_was_not_mentioned() -> None:
    before = (Turn("user", "I like the show."), Turn("assistant", "Good."))
    assert focus(asked("Which book is the show based on the writer of?", history=before)) == "writer"


@pytest.mark.parametrize(
    "passages",
    [
        [("", "Yiddish is a Germanic language. Hebrew was the official language then.")],
        [("", "They speak languages such as Yiddish, Hebrew and nothing else.")],
        [("", "There is the Yiddish language."), ("", "There is the Hebrew language.")],
        [("Yiddish (language)", "It is old."), ("Hebrew language - Wikipedia", "It is older.")],
        [("Yiddish", "Yiddish is old. It is a language."), ("Hebrew", "In Hebrew, the language uses letters.")],
    ],
)
def test_names_of_instances_are_found(passages: list[tuple[str, str]]) -> None:
    found = options(asked("Where is this language spoken?", *passages), "language")
    assert {name.split()[0] for name in found} == {"Yiddish", "Hebrew"}


def test_a_title_goes_before_longer_names_in_its_text() -> None:
    passages = [(f"{name} Museum", f"Visitors of {name} Museum like it.") for name in ("Prado", "Kew")]
    assert options(asked("Where is the museum?", *passages), "museum") == ("Prado Museum", "Kew Museum")


def test_headings_are_no_names() -> None:
    headings = ("Language settings", "Choose a language", "Guide > set language", "Languages", "Settings")
    passages = [(heading, "The language is set in the menu.") for heading in headings]
    assert options(asked("How do I set this language?", *passages), "language") == ()


def test_a_part_of_a_title_may_name_what_the_noun_names() -> None:
    passages = [("Hudson River > Course", "It is long."), ("Rivers > Snake River", "It is longer.")]
    assert options(asked("How long is this river?", *passages), "river") == ("Hudson River", "Snake River")


def test_those_that_more_passages_give_come_first_and_once() -> None:
    hebrew, yiddish = ("", "Hebrew is a language."), ("", "Yiddish is a language.")
    assert options(asked("This language?", hebrew, yiddish, yiddish), "language") == ("Yiddish", "Hebrew")


def test_one_name_or_none_makes_an_open_question() -> None:
    assert options(asked("This language?", ("", "Hebrew is a language.")), "language") == ()
    assert options(asked("This language?"), "language") == ()
    assert options(asked("This?", ("", "Hebrew is a language. Yiddish is a language.")), "") == ()


def test_at_most_six() -> None:
    names = ["Hebrew", "Yiddish", "Latin", "Greek", "Dutch", "Danish", "Welsh", "Irish"]
    found = options(asked("This language?", *(("", f"{name} is a language.") for name in names)), "language")
    assert len(found) == 6


def test_hostile_titles_and_texts_give_short_plain_lines() -> None:
    nasty = "<script>alert(1)</script> **Evil** [x](http://e.vil) \n\n# Language"
    passages = [
        (nasty, "It is a language. " + "Aa " * 3000),
        ("B" * 900 + " language", "x"),
        (" " * 5000 + "(", "(" * 5000),
    ]
    start = time.process_time()
    for name in options(asked("This language?", *passages), "language"):
        assert len(name) <= 60
        assert not set(name) & set("<>[]\n#*`|")
    assert time.process_time() - start < 0.5
