"""`tacit rag-eval` on predictions and from an index, and `tacit compare` on what it leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.dialogue.measure.measure_work import prediction_line, task_line, write_lines, write_qrels

from tacit.cli import main as cli
from tacit.dialogue.index.api import Index

if TYPE_CHECKING:
    from pathlib import Path

N = 12


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tasks, judgements, predictions and an index."""
    folder = tmp_path_factory.mktemp("rag")
    write_lines(folder / "tasks.jsonl", map(task_line, range(N)))
    write_qrels(folder / "dev.tsv", map(task_line, range(N)))
    write_lines(folder / "good.jsonl", map(prediction_line, range(N)))
    write_lines(folder / "passages.jsonl", [
        {"_id": "p1", "title": "Llamas", "text": "Llamas eat grass and hay in the mountains."},
        {"_id": "p2", "title": "Bees", "text": "Bees hum in hives."},
    ])  # fmt: skip
    Index.build([folder / "passages.jsonl"], folder / "clapnq")
    return folder


def asked(place: Path, *more: str) -> list[str]:
    return ["rag-eval", "--dataset", str(place / "tasks.jsonl"), "--qrels", str(place / "dev.tsv"), "--quiet", *more]


def test_predictions_and_an_index_are_measured_and_compared(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert cli.main(asked(place, str(place / "good.jsonl"), "--out", str(one))) == 0
    said = capsys.readouterr().out
    assert "macro-F1 of 1.000" in said
    assert max(map(len, said.splitlines())) <= 80
    assert cli.main(asked(place, "--index", f"clapnq={place / 'clapnq'}", "--out", str(two), "--json")) == 0
    found = json.loads(capsys.readouterr().out)
    assert [system["name"] for system in found["systems"]] == ["tacit", "last turn"]
    recall = {(cell["metric"], cell["by"]): cell["estimate"]["value"] for cell in found["systems"][0]["cells"]}
    assert recall["recall@5", "all"] == 1  # two passages, one of them relevant
    files = {"manifest.json", "report.html", "result.json", "outcomes.parquet"}
    assert {path.name for path in two.iterdir()} == {*files, "predictions.jsonl"}
    arms = [f"{two / 'outcomes.parquet'}::tacit", str(one / "outcomes.parquet")]
    assert cli.main(["compare", *arms, "--capability", "decision", "--quiet"]) == 0
    assert "decision" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        ((), 2, "either a file of predictions or --index"),
        (("good.jsonl", "--model", "endpoint:m@http://127.0.0.1:9/v1"), 2, "for replying from --index"),
        (("nowhere.jsonl",), 3, "nowhere.jsonl"),
        (("tasks.jsonl", "--dataset", "mtrag", "--data", "."), 2, "--qrels is for tasks of your own"),
    ],
)
def test_what_is_wrong_is_said(
    place: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], code: int, told: str
) -> None:
    assert cli.main(asked(place, *more)) == code
    assert told in capsys.readouterr().err
