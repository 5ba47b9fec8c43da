"""`tacit index`: what it prints, and its exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tacit.cli import main as cli
from tacit.dialogue.index.api import Index

if TYPE_CHECKING:
    from pathlib import Path


def test_an_index_from_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs, out = tmp_path / "docs", tmp_path / "index"
    docs.mkdir()
    (docs / "llamas.md").write_text("# Llamas\n\nThey hum.")
    (docs / "\x1b[2Jodd.bin").write_bytes(b"x")
    assert cli.main(["index", str(docs), "--out", str(out), "--quiet"]) == 0
    said = capsys.readouterr()
    assert "1 passage" in said.out.replace("\n", "")
    assert "no reader for .bin files" in said.out
    assert "\x1b" not in said.out
    assert said.err == ""
    with Index.open(out) as index:
        assert [passage.text for passage in index.scan()] == ["They hum."]
    assert cli.main(["index", str(docs), "--out", str(out), "--json", "--quiet"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["added"], report["unchanged"], report["passages"]) == (0, 1, 1)
    assert report["unreadable"][0]["reason"] == "no reader for .bin files"


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (["--words", "5"], 2, "10 to 2,000 words"),
        (["--overlap", "100"], 2, "share 0 to 90 words"),
        (["--dense", "word2vec:x"], 2, "no model for vectors"),
        (["https://example.org/a.html"], 2, "not a local file"),
        (["missing.md"], 3, "Check the spelling"),
    ],
)
def test_requests_that_cannot_be_met(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], code: int, said: str
) -> None:
    (tmp_path / "a.txt").write_text("They hum.")
    assert cli.main(["index", str(tmp_path / "a.txt"), "--out", str(tmp_path / "index"), *more]) == code
    assert said in capsys.readouterr().err.replace("\n", " ")
    assert not (tmp_path / "index").exists()
