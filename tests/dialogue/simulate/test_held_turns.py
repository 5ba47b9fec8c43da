"""Holding scripts: what is asked when, how turns are scored, and the result in every form."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tacit.dialogue import Index
from tacit.dialogue.records import Turn
from tacit.dialogue.replies import Kind
from tacit.dialogue.simulate import agents, scenario
from tacit.dialogue.simulate.hold import Held, hold, holds
from tacit.dialogue.simulate.outcomes import sum_up
from tacit.dialogue.simulate.script import Move, Said, Script
from tacit.dialogue.simulate.scripted import ScriptedUser
from tacit.dialogue.simulate.users import make_scripts
from tacit.dialogue.simulate.world import make_world
from tacit.verify.api import compare

MOVES = (
    Move("Where?", expect="clarify", if_asked="By the river.", recorded="Which one?"),
    Move("Well.", recorded="Hm."),
    Move("And when?", expect="answer", answer="1912"),
)


class Keeping:
    """Keeps what it was asked, and replies as told."""

    name = "keeping"

    def __init__(self, *replies: str) -> None:
        self.asked: list[list[str]] = []
        self._replies = replies

    def reply(self, turns: Sequence[Turn]) -> Said:
        self.asked.append([turn.text for turn in turns])
        return Said(self._replies[(len(self.asked) - 1) % len(self._replies)])


def test_live_the_agent_hears_its_own_replies_and_is_answered() -> None:
    agent = Keeping("Which one do you mean?", "There.", "Fine.", "In 1912.")
    held = hold(agent, [Script("s", MOVES)])
    assert agent.asked[-1] == ["Where?", "Which one do you mean?", "By the river.", "There.", "Well.", "Fine.",
                               "And when?"]  # fmt: skip
    assert [(turn.turn, turn.kind, turn.decided, turn.right) for turn in held] == [
        (1, "clarify", True, None), (2, "answer", None, None), (3, "answer", True, True),
    ]  # fmt: skip


def test_recorded_the_agent_hears_what_was_replied_then_whatever_it_says() -> None:
    scripts = [Script("s", MOVES)]
    first, second = Keeping("Which one do you mean?"), Keeping("I don't know.")
    assert [turn.turn for turn in hold(first, scripts, recorded=True)] == [1, 3]
    hold(second, scripts, recorded=True)
    assert first.asked == second.asked == [["Where?"], ["Where?", "Which one?", "Well.", "Hm.", "And when?"]]


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        ("Built in 1912.", "1912", True), ("It holds 11,912 objects.", "1,912", False), ("19120", "1912", False),
        ("1,912.", "1,912", True), ("K-27 fits.", "K-2", False), ("By ADA Belmar!", "Ada Belmar", True),
        ("", "x", False),
    ],
)  # fmt: skip
def test_answers_are_found_as_words(text: str, answer: str, found: bool) -> None:
    assert holds(text, answer) is found


def scored(said: Said, move: Move) -> tuple[bool | None, ...]:
    held = Held("s", 1, move, said)
    return held.decided, held.found, held.astray, held.unsupported


@pytest.mark.parametrize(
    ("said", "move", "scores"),
    [
        (Said("", "answer", ("a",)), Move("", expect="answer", documents=("a",)), (True, True, False, None)),
        (Said("", "answer", ("b", "a")), Move("", expect="repair", accept=("answer",), documents=("a",)),
         (True, True, True, None)),
        (Said("", "decline"), Move("", expect="answer", documents=("a",)), (False, False, False, None)),
        (Said("It is."), Move("", expect="answer", documents=("a",)), (True, None, None, None)),
        (Said("", "answer", ("b",), ("p",)), Move("", documents=("a",), passages=("p",)), (None, True, None, None)),
        (Said("", "partial"), Move("", expect="decline"), (False, None, None, True)),
        (Said("I don't know."), Move("", expect="decline"), (True, None, None, False)),
    ],
)  # fmt: skip
def test_turns_are_scored(said: Said, move: Move, scores: tuple[bool | None, ...]) -> None:
    assert scored(said, move) == scores


def simulated(name: str, kind: Kind) -> list[Held]:
    scripts = make_scripts(make_world(20, seed=1), 8, turns=6, seed=1)
    return hold(agents.from_function(lambda _: Said("It is 1912.", kind, ("a",)), name=name), scripts)


def test_results_are_told_in_every_form_and_compared() -> None:
    answering, declining = sum_up(simulated("a", "answer"), "a"), sum_up(simulated("b", "decline"), "b")
    assert answering.kind("off_corpus").unsupported.value == 1
    assert declining.kind("off_corpus").unsupported.value == 0
    assert declining.kind("plain").decided.value == 0
    assert answering.kind("greet").right.value is None
    assert answering == sum_up(simulated("a", "answer"), "a")
    text = answering.summary()
    assert max(map(len, text.splitlines())) <= 80
    assert "off_corpus" in text
    content = json.loads(answering.to_json())
    assert (content["scripts"], content["kinds"][0]["turns"]) == (8, 48)
    assert answering.to_frame().height == 5 * len(answering.kinds)
    assert set(answering.to_long(by_kind=True)["capability"].unique()) > {"no unsupported answer, off_corpus"}
    with pytest.raises(KeyError, match="rude"):
        answering.kind("rude")
    found = compare(answering.to_outcomes(), declining.to_outcomes()).comparison("no unsupported answer")
    assert found.effect.value == 1


def test_a_scripted_user_goes_on_and_answers_when_asked_back() -> None:
    script = Script("s", (Move("Where is it?", if_asked="In Elawyn."), Move("And when was it built?")))
    user = ScriptedUser(script)
    bot = agents.from_function(lambda turns: "Which one do you mean?" if len(turns) == 1 else "In 1912.")
    for _ in range(2):  # it keeps nothing
        result = scenario.run(bot, [scenario.proceed(9)], simulated=user)
        assert [turn.text for turn in result.turns if turn.role == "user"] == [
            "Where is it?", "In Elawyn.", "And when was it built?",
        ]  # fmt: skip


def test_tacit_itself_is_held(tmp_path: Path) -> None:
    world = make_world(10, seed=2)
    for document in world.documents:
        place = tmp_path / "docs" / document.name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(document.text)
    Index.build([tmp_path / "docs"], tmp_path / "index")
    with Index.open(tmp_path / "index") as index:
        held = hold(agents.Own(index), make_scripts(world, 3, turns=6, seed=2))
    plain = [turn for turn in held if turn.move.made == "plain"]
    assert sum(bool(turn.found) for turn in plain) > 0.8 * len(plain)
    assert all(turn.said.kind for turn in held)
