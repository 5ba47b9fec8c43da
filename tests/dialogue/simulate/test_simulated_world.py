"""The made-up world: the same from the same seed, and what it says of itself is what its documents say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.simulate.users import HABITS, make_scripts
from tacit.dialogue.simulate.world import MOST, make_world
from tacit.errors import UsageError


@given(things=st.integers(10, 60), seed=st.integers(0, 1000))
def test_documents_say_what_is_told_and_nothing_of_what_is_not(things: int, seed: int) -> None:
    world = make_world(things, seed=seed)
    assert len({thing.name for thing in world.things}) == len({made.name for made in world.documents}) == things
    for thing, document in zip(world.things, world.documents, strict=True):
        assert document.name == thing.document
        for attribute in thing.told:
            statement = attribute.statement.format(
                name=thing.name, it=f"The {thing.kind.noun}", value=thing.facts[attribute.key]
            )
            assert statement in document.text
        for attribute in thing.untold:
            assert attribute.statement.split("{value}")[0].format(name=thing.name, it=f"The {thing.kind.noun}") not in (
                document.text
            )
    assert make_world(things, seed=seed) == world


@given(seed=st.integers(0, 1000))
def test_scripts_know_what_is_right(seed: int) -> None:
    world = make_world(20, seed=seed)
    texts = {made.name: made.text for made in world.documents}
    for script in make_scripts(world, 3, turns=12, seed=seed):
        assert len(script.moves) == 12
        assert script.moves[0].made == "plain"
        for move in script.moves:
            for name in move.documents:
                assert move.answer in texts[name]
            assert bool(move.documents) == (move.expect not in {"decline", "small_talk"})
            assert (move.expect == "clarify") == bool(move.options) == bool(move.if_asked)
    assert make_scripts(world, 3, turns=12, seed=seed) == make_scripts(world, 3, turns=12, seed=seed)


def test_a_vague_question_fits_several_things_and_none_that_was_talked_of() -> None:
    world = make_world(50, seed=4)
    vague = 0
    for script in make_scripts(world, 30, turns=14, seed=4):
        kinds: set[str] = set()
        for move in script.moves:
            thing = next((one for one in world.things if one.document in move.documents), None)
            if move.made == "vague":
                vague += 1
                assert thing is not None
                assert thing.kind.noun not in kinds
                assert len(move.options) == 10
            if thing is not None:
                kinds.add(thing.kind.noun)
    assert vague > 20


@pytest.mark.parametrize("habit", HABITS)
def test_every_habit_is_met_alone(habit: str) -> None:
    script = make_scripts(make_world(20), 1, turns=4, habits=[habit], seed=2)[0]  # type: ignore[list-item]
    assert habit in {move.made for move in script.moves} | ({"vague"} if habit == "switch" else set())


def test_what_cannot_be_made_is_said() -> None:
    with pytest.raises(UsageError, match="at least 10 things"):
        make_world(9)
    assert len({thing.name for thing in make_world(MOST).things}) == MOST
    with pytest.raises(UsageError, match="names for 1,536 things at most; got 1,537"):
        make_world(MOST + 1)
    with pytest.raises(UsageError, match="no habit 'rude'"):
        make_scripts(make_world(10), habits=["rude"])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="at least 1"):
        make_scripts(make_world(10), 0)
