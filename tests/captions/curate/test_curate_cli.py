"""`tacit curate` as it is typed: exit codes, what it prints, what it writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.captions.audit_work import command, save

if TYPE_CHECKING:
    from pathlib import Path

CAPTIONS = [*(f"two dogs, {chr(97 + at)}" for at in range(6)), *(f"a kite {chr(97 + at)}" for at in range(20))]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return save(tmp_path / "a.parquet", {"caption": CAPTIONS, "key": [f"k{at}" for at in range(26)]})


def test_done(corpus: Path, tmp_path: Path) -> None:
    done = command("curate", corpus, "--target", "counting=30%", "--budget", "10", "--id", "key", "--out", "out",
                   cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "the target is reached" in done.stdout
    assert "column 'caption' (guessed" in done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    chosen = pl.read_parquet(tmp_path / "out" / "chosen.parquet")
    assert chosen.columns == ["id", "file", "row", "weight", "copies", "types", "stated", "why"]
    assert chosen.filter(pl.col("types").list.contains("counting")).height == 3
    assert set(chosen["id"]) <= {f"k{at}" for at in range(26)}
    assert {p.name for p in (tmp_path / "out").iterdir() if not p.name.startswith(".")} == {
        "chosen.parquet", "manifest.json", "report.html", "result.json"}  # fmt: skip


def test_not_reached(corpus: Path, tmp_path: Path) -> None:
    done = command("curate", corpus, "--target", "counting=80%", "--budget", "10", "--json", "--out", "out", "-q",
                   cwd=tmp_path)  # fmt: skip
    assert done.returncode == 1
    assert "Not reached: counting (6 of 8 wanted)" in done.stderr
    result = json.loads(done.stdout)
    assert result["met"] is False
    assert any("--max-repeat 2" in note for note in result["notes"])
    assert result == json.loads((tmp_path / "out" / "result.json").read_text())


@pytest.mark.parametrize(("options", "told"), [
    (["--target", "colour=5%"], "'colour=5%' does not begin with one of counting"),
    (["--target", "counting=3%", "--id", "nokey"], "'nokey'"),
])  # fmt: skip
def test_wrong_requests(corpus: Path, tmp_path: Path, options: list[str], told: str) -> None:
    done = command("curate", corpus, "--budget", "10", *options, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr


def test_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 not really")
    done = command("curate", "a.parquet", "--target", "counting=3%", "--budget", "10", cwd=tmp_path)
    assert done.returncode == 3
    assert "a.parquet" in done.stderr
