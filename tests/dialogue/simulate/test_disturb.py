"""Scripts made harder: what is changed is told, the rest stays, and the same seed changes the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.simulate.disturb import DISTURBANCES, dispute, off_corpus, pronominalise, stitch, vague
from tacit.dialogue.simulate.script import Move, Script
from tacit.dialogue.simulate.users import make_scripts
from tacit.dialogue.simulate.world import make_world
from tacit.errors import UsageError

WORLD = make_world(20, seed=3)
SCRIPTS = make_scripts(WORLD, 12, turns=5, habits=["plain", "switch"], seed=3)
MADE = {"switch": {"switch"}, "pronoun": {"pronoun"}, "dispute": {"dispute", "doubt"}, "off_corpus": {"off_corpus"},
        "vague": {"vague"}}  # fmt: skip


@pytest.mark.parametrize("name", DISTURBANCES)
@given(seed=st.integers(0, 50), share=st.floats(0, 1))
def test_only_what_is_made_anew_differs(name: str, seed: int, share: float) -> None:
    changed = DISTURBANCES[name](SCRIPTS, share=share, seed=seed)
    assert changed == DISTURBANCES[name](SCRIPTS, share=share, seed=seed)
    before = {move for script in SCRIPTS for move in script.moves}
    for script, was in zip(changed, SCRIPTS, strict=True):
        assert all(move in before or move.made in MADE[name] for move in script.moves)
        if name in {"dispute", "off_corpus"}:  # what is inserted can be taken out again
            assert [move for move in script.moves if move in before] == list(was.moves)


@pytest.mark.parametrize("name", DISTURBANCES)
def test_nothing_and_everything(name: str) -> None:
    assert DISTURBANCES[name](SCRIPTS, share=0) == SCRIPTS
    assert {move.made for script in DISTURBANCES[name](SCRIPTS, share=1) for move in script.moves} & MADE[name]
    with pytest.raises(UsageError, match="between 0 and 1"):
        DISTURBANCES[name](SCRIPTS, share=1.5)


def turned(*texts: str) -> list[str]:
    """What pronominalising makes of turns, in any of its wordings."""
    script = Script("s", tuple(Move(text) for text in texts))
    found = {pronominalise([script], seed=seed)[0].moves[-1].text for seed in range(8)}
    return sorted(found)


@pytest.mark.parametrize(
    ("before", "text", "made"),
    [
        ("Where is Elawyn Museum?", "When was Elawyn Museum founded?",
         ["When was it founded?", "When was that museum founded?"]),
        ("Where is Elawyn Museum?", "Who owns the Elawyn Museum's garden?",
         ["Who owns its garden?", "Who owns that museum's garden?"]),
        ("Where do guinea pigs sleep?", "What do guinea pigs eat?", ["What do they eat?"]),
        ("Where do guinea pigs sleep?", "Who cares for guinea pigs?", ["Who cares for them?"]),
    ],
)  # fmt: skip
def test_a_name_or_a_plural_becomes_a_pronoun(before: str, text: str, made: list[str]) -> None:
    assert turned(before, text) == made


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Where is Yarin Museum?", "When was Elawyn Museum founded?"),
        ("Is Yarin Museum older than Elawyn Museum?", "When was Elawyn Museum founded?"),
        ("Who was Ada Lovelace?", "When was Ada Lovelace born?"),
        ("Is Elawyn Museum closed?", "What are the Elawyn Museum opening hours?"),
        ("Is Elawyn Museum closed?", "Is NASA's Elawyn Museum closed?"),
        ("Where is Monterey Park?", "Who lives in Monterey Park, CA?"),
        ("Do guinea pigs sleep?", "Is there a market for guinea pigs food?"),
        ("What do small claims cost?", "Who goes to small claims court?"),
        ("Who likes Game of Thrones?", "How much money did Game of Thrones cost?"),
    ],
)
def test_what_is_not_safe_is_left(before: str, text: str) -> None:
    assert turned(before, text) == [text]


def test_after_an_inserted_turn_nothing_leans_on_the_one_before_it() -> None:
    moves = (Move("Where is Elawyn Museum?", made="off_corpus"), Move("When was Elawyn Museum founded?"))
    assert pronominalise([Script("s", moves)])[0].moves == moves


def test_disputes_claim_what_is_wrong_and_keep_what_is_right() -> None:
    right = {move.answer for script in SCRIPTS for move in script.moves}
    seen = 0
    for script in dispute(SCRIPTS, share=1, seed=1):
        for before, move in zip(script.moves, script.moves[1:], strict=False):
            if move.made in MADE["dispute"]:
                seen += 1
                assert (move.documents, move.answer, move.expect) == (before.documents, before.answer, "repair")
                assert move.answer not in move.text
                assert (move.made == "dispute") == any(value in move.text for value in right)
    assert seen == sum(len(script.moves) for script in SCRIPTS)


def test_questions_of_other_worlds_are_asked_where_no_turn_leans_on_them() -> None:
    leaning = Script("s", (Move("Where is it?"), Move("And why?")), "a")
    cats = Script("c", (Move("What do cats eat?"),), "cats")
    moves = off_corpus([leaning], others=[cats, leaning], share=1)[0].moves
    assert [move.text for move in moves] == ["Where is it?", "And why?", "What do cats eat?"]
    assert moves[-1].expect == "decline"
    with pytest.raises(UsageError, match="of the domain 'a' too"):
        off_corpus([leaning], others=[leaning])


def test_topics_are_switched_within_a_domain() -> None:
    scripts = [
        Script(name, (Move(f"{name}1"), Move(f"{name}2"), Move(f"{name}3")), name[0]) for name in ("a1", "a2", "b")
    ]
    first, _, alone = stitch(scripts, share=1)
    assert [move.text for move in first.moves] == ["a21", "a22", "a11", "a12", "a13"]
    assert (first.moves[2].made, first.id) == ("switch", "a2+a1")
    assert alone == scripts[2]


def test_what_identifies_is_dropped_and_said_when_asked() -> None:
    move = vague([Script("s", (Move("How do I reach the Causeway Clinic?", answer="by bus", recorded="So."),))])[
        0
    ].moves[0]
    assert (move.text, move.expect, move.if_asked) == ("How do I reach the clinic?", "clarify", "Causeway Clinic")
    assert (move.standalone, move.answer, move.recorded) == ("How do I reach the Causeway Clinic?", "by bus", "")
