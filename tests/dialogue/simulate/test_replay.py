"""Conversations that people had, as scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tacit.dialogue.measure.datasets import load_dataset
from tacit.dialogue.measure.tasks import Dataset, Task
from tacit.dialogue.records import Turn
from tacit.dialogue.simulate.replay import replay_messages, replay_tasks
from tacit.errors import DataError

FIRST = (Turn("user", "Where do llamas live?"),)
SECOND = (*FIRST, Turn("assistant", "In the Andes."), Turn("user", "Are you sure?"))
THIRD = (*SECOND, Turn("assistant", "Yes."), Turn("user", "And cows?"))


def one(label: str, multi_turn: str = "", messages: tuple[Turn, ...] = THIRD, name: str = "t") -> Task:
    return Task(name, "c", "clapnq", messages, label, multi_turn, "Cows do not say.")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("label", "multi_turn", "expect", "accept", "made"),
    [
        ("ANSWERABLE", "Follow-up", "answer", (), "answerable"),
        ("PARTIAL", "", "partial", (), "partial"),
        ("UNANSWERABLE", "", "decline", (), "unanswerable"),
        ("UNDERSPECIFIED", "N/A", "clarify", (), "underspecified"),
        ("CONVERSATIONAL", "", "small_talk", (), "conversational"),
        ("ANSWERABLE", "Clarification", "repair", ("answer",), "clarification"),
        ("PARTIAL", "Clarification", "repair", ("partial",), "clarification"),
        ("UNANSWERABLE", "Clarification", "decline", ("repair",), "clarification"),
        ("UNDERSPECIFIED", "Clarification", "clarify", (), "clarification"),
        (None, "", None, (), "as_is"),
    ],
)
def test_what_is_expected_follows_from_the_label(
    label: str, multi_turn: str, expect: str, accept: tuple[str, ...], made: str
) -> None:
    (script,) = replay_tasks(Dataset("d", (one(label, multi_turn),), {"t": {"p1": 2, "p2": 0}}))
    last = script.moves[-1]
    assert (last.expect, last.accept, last.made, last.passages) == (expect, accept, made, ("p1",))
    assert [move.recorded for move in script.moves] == ["In the Andes.", "Yes.", "Cows do not say."]
    assert {move.expect for move in script.moves[:-1]} == {None}
    assert script.domain == "clapnq"


def test_tasks_of_one_conversation_are_one_script_unless_they_part() -> None:
    other = (*SECOND[:2], Turn("user", "And in summer?"))
    tasks = tuple(one("ANSWERABLE", "", messages, name) for messages, name in
                  ((FIRST, "a"), (SECOND, "b"), (THIRD, "c"), (other, "d")))  # fmt: skip
    scripts = replay_tasks(Dataset("d", tasks, {"b": {"p": 1}}))
    assert [(script.id, len(script.moves)) for script in scripts] == [("c", 3), ("c~2", 2)]
    assert [move.passages for move in scripts[0].moves] == [(), ("p",), ()]
    assert [move.expect for move in scripts[1].moves] == [None, "answer"]


def test_turns_of_one_side_in_a_row_are_one() -> None:
    said = (Turn("assistant", "Hello!"), Turn("user", "Hi."), Turn("user", "Where?"), Turn("assistant", "There."),
            Turn("assistant", "And here."), Turn("user", "Why?"))  # fmt: skip
    (script,) = replay_tasks(Dataset("d", (one("PARTIAL", messages=said),), {}))
    assert [(move.text, move.recorded, move.expect) for move in script.moves] == [
        ("Hi.\nWhere?", "There.\nAnd here.", None), ("Why?", "Cows do not say.", "partial"),
    ]  # fmt: skip


def lines(path: Path, *records: object) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(path)


def test_messages_of_chat_models_are_read(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "Where?"}, {"type": "image_url", "image_url": {"url": "file:///etc/passwd"}}]
    messages = [
        {"role": "system", "content": "Be kind."}, {"role": "user", "content": parts},
        {"role": "assistant", "content": None}, {"role": "tool", "content": "42"},
        {"role": "assistant", "content": "There."}, {"role": "user", "content": "Why?"},
    ]  # fmt: skip
    scripts = replay_messages(lines(tmp_path / "a.jsonl", {"messages": messages}, {"id": "x", "messages": messages}))
    assert [script.id for script in scripts] == ["line 1", "x"]
    assert [(move.text, move.recorded) for move in scripts[0].moves] == [("Where?", "There."), ("Why?", "")]
    assert {move.expect for script in scripts for move in script.moves} == {None}


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"messages": []}, "line 1: messages must hold a turn of the user"),
        ({"messages": [{"role": "user", "content": 3}]}, r"messages\[0\]: content must be a text"),
        ({"messages": ["hi"]}, r"messages\[0\] must be an object"),
        ({"messages": [{"content": "hi"}]}, "role is missing"),
    ],
)
def test_what_is_no_conversation_is_told(tmp_path: Path, record: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        replay_messages(lines(tmp_path / "a.jsonl", record))


def test_an_id_that_is_there_twice_and_an_empty_file_are_told(tmp_path: Path) -> None:
    twice = {"id": "x", "messages": [{"role": "user", "content": "Hi"}]}
    with pytest.raises(DataError, match="x is there twice"):
        replay_messages(lines(tmp_path / "a.jsonl", twice, twice))
    with pytest.raises(DataError, match="is empty"):
        replay_messages(lines(tmp_path / "b.jsonl"))


@pytest.mark.real
def test_the_benchmarks_become_scripts(real_data: Path) -> None:
    scripts = replay_tasks(load_dataset("mtrag", data=real_data))
    moves = [move for script in scripts for move in script.moves]
    assert (len(scripts), len(moves)) == (110, 842)
    assert sum(bool(move.passages) for move in moves) == 777
    assert sum(move.made == "clarification" for move in moves) == 110
    assert all(move.recorded for move in moves)
