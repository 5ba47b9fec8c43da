"""Tasks from the user's own files."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.tuning.retention.prompts import plan_prompts
from tacit.tuning.retention.tasks.files import load_task, read_task

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, rows: list[Any], name: str = "mood.jsonl") -> Path:
    path = folder / name
    if name.endswith(".parquet"):
        pl.DataFrame(rows).write_parquet(path)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def rows(count: int = 20, good: int = 5) -> list[dict[str, Any]]:
    return [{"input": f"text {n}", "answer": "good" if n < good else "bad"} for n in range(count)]


@pytest.mark.parametrize("name", ["mood.jsonl", "mood.parquet"])
def test_a_file_becomes_a_task(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, rows(), name)
    task = load_task(str(path), seed=0, items=100, pool=8)
    assert (task.name, task.options, task.source) == ("mood", ("bad", "good"), str(path))
    assert Counter(item.answer for item in task.pool) == {"bad": 4, "good": 4}
    assert {item.input for item in (*task.items, *task.pool)} == {row["input"] for row in rows()}
    assert len(task.items) == 12
    assert task == read_task(path, seed=0, items=100, pool=8)
    assert task.pool != read_task(path, seed=1, items=100, pool=8).pool
    assert len(read_task(path, seed=0, items=3, pool=8).items) == 3
    assert len(list(plan_prompts(task, shots=(0, 8), draws=2))) == 36


def test_an_answer_that_is_rare_leaves_its_place_to_others(tmp_path: Path) -> None:
    task = read_task(write(tmp_path, rows(20, good=2)), seed=0, items=100, pool=10)
    assert Counter(item.answer for item in task.pool) == {"bad": 8, "good": 2}


def test_options_ids_numbers_and_doubles(tmp_path: Path) -> None:
    options = ["1", "2", "3"]
    made = [{"id": f"q{n}", "input": n, "answer": 1 + n % 2, "options": options} for n in range(8)]
    task = read_task(write(tmp_path, [*made, made[0]]), seed=0, items=10, pool=2)
    assert task.options == ("1", "2", "3")
    assert {item.id for item in (*task.items, *task.pool)} == {f"q{n}" for n in range(8)}
    assert task.chance == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer": None}, "line 3: `answer` is None"),
        ({"answer": True}, "line 3: `answer` is True"),
        ({"input": "  "}, "line 3: `input`"),
        ({"input": "\ud800"}, "line 3: `input`"),
        ({"answer": "x" * 201}, "201 characters"),
        ({"input": "text 0", "answer": "bad"}, "'bad' here and 'good' before"),
        ({"id": "1"}, "id '1' is there already"),
        ({"options": ["good", "bad"]}, "one list of them"),
    ],
)
def test_a_row_that_is_wrong_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    made = rows()
    made[2] |= change
    with pytest.raises(DataError, match=said):
        read_task(write(tmp_path, made), seed=0, items=5, pool=4)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("good", "list of 2 to 50"),
        (["good"], "list of 2 to 50"),
        (["good", "good"], "stands twice"),
        (["fine", "bad"], "'good' is none of the options"),
    ],
)
def test_options_that_are_wrong_are_named(tmp_path: Path, options: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_task(write(tmp_path, [{**row, "options": options} for row in rows()]), seed=0, items=5, pool=4)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([], "holds no rows"),
        ([{"input": n, "answer": n} for n in range(60)], "60 different answers"),
        ([{"input": n, "answer": "yes"} for n in range(60)], "1 different answers"),
    ],
)
def test_files_that_are_no_task(tmp_path: Path, made: list[Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_task(write(tmp_path, made), seed=0, items=5, pool=4)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, rows())
    with pytest.raises(InsufficientDataError, match="20 are set apart"):
        read_task(path, seed=0, items=5, pool=20)
    with pytest.raises(UsageError, match="one question"):
        read_task(path, seed=0, items=0, pool=4)
    with pytest.raises(UsageError, match="must end in"):
        read_task(tmp_path / "mood.csv", seed=0, items=5, pool=4)
    with pytest.raises(UsageError, match="not a local file"):
        load_task("hf://datasets/a/b.jsonl", seed=0, items=5, pool=4)
    with pytest.raises(DataError):
        load_task(str(tmp_path / "none.jsonl"), seed=0, items=5, pool=4)
    with pytest.raises(UsageError, match="no in-context task 'mood'"):
        load_task("mood", seed=0, items=5, pool=4)
    (tmp_path / "bad.jsonl").write_text('{"input": "\x1b[2J"')
    with pytest.raises(DataError, match="line 1"):
        load_task(str(tmp_path / "bad.jsonl"), seed=0, items=5, pool=4)
