"""The words of a question back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.clarify.ask import ask, plural

NAMES = ("Israel", "Egypt", "Japan", "Kenya", "Peru", "Chile")


@pytest.mark.parametrize("focus", ["", "country", "series", "Police Department"])
@pytest.mark.parametrize("many", range(7))
def test_it_always_asks_and_names_every_option(focus: str, many: int) -> None:
    asked = ask(focus, NAMES[:many])
    assert asked.endswith("?")
    assert all(name in asked for name in NAMES[:many])
    assert focus in asked or plural(focus) in asked


def test_many_options_are_numbered_so_that_the_second_one_can_be_told() -> None:
    assert "2. Egypt" in ask("country", NAMES[:4])
    assert "2." not in ask("country", NAMES[:3])


@given(st.text(min_size=1, max_size=20))
def test_every_noun_has_a_plural(noun: str) -> None:
    assert plural(noun)
