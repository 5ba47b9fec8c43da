"""What a turn points back at, and that nothing else is quoted."""

from __future__ import annotations

import pytest

from tacit.dialogue.answer.antecedent import antecedent, leant_on
from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Hit, Passage, Query, Turn


class Empty:
    def passages(self) -> int:
        return 0

    def frequency(self, term: str) -> int:
        return 0


def situation(turn: str, *said: str) -> Situation:
    history = [Turn("assistant" if at % 2 else "user", text) for at, text in enumerate(said)]
    titles = ("Alba Festival", "Boro Festival", "Cask Museum")
    hits = [Hit(Passage(title, "It is large.", title=title), 1.0) for title in titles]
    return Situation(history, turn, Query(turn, {}), hits, Empty())


@pytest.mark.parametrize(
    ("turn", "said", "meant"),
    [
        ("Who directs it?", ("Where is Boro Festival?", "In Rome."), {"boro", "festiv"}),
        ("Who runs the festival?", ("Where is Boro Festival?", "", "Is Cask Museum old?", ""), {"boro", "festiv"}),
        ("Who directs it?", ("Which one is in Rome?", "Alba Festival is in Rome."), {"alba", "festiv"}),
        ("Who directs it?", ("Which are in Rome?", "Alba Festival and Boro Festival."), set()),
        ("Who directs Boro Festival, and is it old?", ("Is Alba Festival old?", ""), set()),
        ("Who directs films?", ("Is Alba Festival old?", ""), set()),
    ],
)
def test_the_name_said_last_is_meant(turn: str, said: tuple[str, ...], meant: set[str]) -> None:
    assert antecedent(situation(turn, *said)) == meant


def test_what_leans_goes_back_to_what_stands_alone() -> None:
    talk = ("What is a film?", "", "What is a generator?", "", "How do I send values into it?", "")
    assert {"generat", "send"} <= leant_on(situation("What about closing one?", *talk))
    assert "film" not in leant_on(situation("What about closing one?", *talk))
    assert not leant_on(situation("What is a list?", *talk))
