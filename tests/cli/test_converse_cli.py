"""`tacit converse` from documents to predictions that the benchmark's scorers take."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.dialogue.measure.measure_work import task_line, write_lines

from tacit.cli import main as cli
from tacit.dialogue.index.api import Index
from tacit.dialogue.measure.formats import read_predictions
from tacit.dialogue.measure.submission import check_prediction

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two indexes, and tasks of both collections."""
    folder = tmp_path_factory.mktemp("converse")
    for name, words in (("clapnq", "Llamas eat grass and hay."), ("cloud", "Llamas eat virtual machines.")):
        (folder / f"{name}.md").write_text(f"# Llamas\n\n{words} They live in the Andes.\n", encoding="utf-8")
        Index.build([folder / f"{name}.md"], folder / name)
    lines = [task_line(0), task_line(1, Collection="mt-rag-ibmcloud-elser-512-100-20240502")]
    write_lines(folder / "tasks.jsonl", lines)
    return folder


def words(place: Path, out: Path) -> list[str]:
    indexes = [word for name in ("clapnq", "cloud") for word in ("--index", f"{name}={place / name}")]
    return ["converse", str(place / "tasks.jsonl"), *indexes, "--out", str(out), "--quiet"]


def test_each_collection_is_asked_of_its_index(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "p.jsonl"
    assert cli.main(words(place, out)) == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [check_prediction(line) for line in lines] == [[], []]
    texts = [line["contexts"][0]["text"] for line in lines]
    assert "grass" in texts[0]
    assert "virtual" in texts[1]
    assert all(made.decision is not None and made.text for made in read_predictions(str(out)).values())
    # Again, the same bytes.
    before = out.read_bytes()
    assert cli.main(words(place, out)) == 0
    assert out.read_bytes() == before


def test_what_is_wrong_is_said(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = words(place, tmp_path / "p.jsonl")
    for wrong, code, told in (
        (asked[:2] + asked[6:], 2, "--index DIR"),
        (asked[:4] + asked[6:], 2, "No index fits the collection mt-rag-ibmcloud"),
        ([*asked, "--rewrite"], 2, "--rewrite needs --model"),
        (["converse", "nowhere.jsonl", *asked[2:]], 2, "no data set nowhere.jsonl"),
        ([*asked[:3], "clapnq=nowhere", *asked[4:]], 3, "nowhere"),
    ):
        assert cli.main(wrong) == code
        assert told in capsys.readouterr().err
