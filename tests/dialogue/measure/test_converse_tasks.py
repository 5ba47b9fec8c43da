"""Replying to tasks: what is written, going on after an interruption, which index a collection means."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.dialogue.measure.measure_work import HOSTILE, reply, task_line, write_lines

from tacit.dialogue.measure.converse import converse, match_collection, parse_indexes
from tacit.dialogue.measure.formats import read_predictions, read_tasks
from tacit.errors import EndpointError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.dialogue.measure.tasks import Task
    from tacit.dialogue.replies import Reply


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    return read_tasks(str(write_lines(tmp_path / "tasks.jsonl", map(task_line, range(5)))))


def test_goes_on_where_it_was_cut_short(tasks: list[Task], tmp_path: Path) -> None:
    out, asked = tmp_path / "made" / "p.jsonl", list[str]()

    def failing(task: Task) -> Reply:
        asked.append(task.id)
        if len(asked) == 3:
            raise EndpointError("gone")
        return reply(task)

    with pytest.raises(EndpointError):
        converse(tasks, failing, out, identity={"k": 1})
    assert not out.exists()
    # Another run may not take over what this one has done, unless told to.
    with pytest.raises(UsageError, match="2 tasks done"):
        converse(tasks, failing, out, identity={"k": 2})
    converse(tasks, failing, out, identity={"k": 1})
    assert asked == [task.id for task in (*tasks[:3], *tasks[2:])]
    assert list(read_predictions(str(out))) == [task.id for task in tasks]
    assert [path.name for path in out.parent.iterdir()] == ["p.jsonl"]


def test_what_cannot_be_asked_is_named_and_is_in_nobodys_way(tasks: list[Task], tmp_path: Path) -> None:
    def refuses(_: Task) -> Reply:
        raise UsageError("That is too long.")

    with pytest.raises(UsageError, match=rf"^Task {re.escape(tasks[0].id)}: That is too long"):
        converse(tasks, refuses, tmp_path / "p.jsonl", identity={"k": 1})
    converse(tasks, reply, tmp_path / "p.jsonl", identity={"k": 2})  # nothing was done, so nothing is lost


def test_force_drops_another_run(tasks: list[Task], tmp_path: Path) -> None:
    def gone(_: Task) -> Reply:
        raise EndpointError("gone")

    def keeps(task: Task) -> Reply:
        return reply(task) if task is tasks[0] else gone(task)

    out = tmp_path / "p.jsonl"
    with pytest.raises(EndpointError):
        converse(tasks, keeps, out, identity={"k": 1})
    converse(tasks, lambda task: reply(task, "New."), out, identity={"k": 2}, force=True)
    assert {made.text for made in read_predictions(str(out)).values()} == {"New."}


def test_the_same_tasks_give_the_same_bytes(tasks: list[Task], tmp_path: Path) -> None:
    for name in ("a", "b"):
        converse(tasks, reply, tmp_path / name, identity={})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_half_a_surrogate_pair_survives(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(json.dumps(task_line(0)).replace("number 0", "\\ud800"))
    converse(read_tasks(str(tmp_path / "t.jsonl")), lambda task: reply(task, HOSTILE), tmp_path / "p", identity={})
    line = json.loads((tmp_path / "p").read_text(encoding="utf-8"))
    assert line["input"][-1]["text"].endswith("\ud800?")
    assert line["predictions"][0]["text"] == HOSTILE


def test_a_folder_is_no_file(tasks: list[Task], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        converse(tasks, reply, tmp_path, identity={})


@pytest.mark.parametrize(
    ("collection", "wanted"),
    [
        ("mt-rag-clapnq-elser-512-100-20240503", "clapnq"),
        ("mt-rag-fiqa-beir-elser-512-100-20240501", "fiqa"),
        ("mt-rag-ibmcloud-elser-512-100-20240502", "cloud"),
        ("ibmcloud", "cloud"),
        ("ClapNQ", "clapnq"),
        ("100", None),
        ("", None),
        ("clapnq and fiqa", None),
    ],
)
def test_collections_pick_their_index(collection: str, wanted: str | None) -> None:
    names = ["clapnq", "fiqa", "cloud", "govt"]
    if wanted is None:
        with pytest.raises(UsageError, match="--index NAME=DIR"):
            match_collection(collection, names)
    else:
        assert match_collection(collection, names) == wanted
    assert match_collection(collection, [""]) == ""


def test_indexes_need_names() -> None:
    assert [str(folder) for folder in parse_indexes(["a=x", "b=y=z"]).values()] == ["x", "y=z"]
    for wrong in (["x", "y"], ["a=x", "a=y"], ["a="], [""]):
        with pytest.raises(UsageError, match="--index"):
            parse_indexes(wrong)
