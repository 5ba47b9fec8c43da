"""`tacit probe` on files and tiny checkpoints: what it says, what it leaves behind, and its exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.captions.probe.probe_work import Fixed, Reader, save_image, spatial_set, write_items

from tacit.captions.probe.api import probe
from tacit.captions.probe.report import render_probe
from tacit.captions.probe.settings import ProbeSettings
from tacit.cli import main as cli
from tacit.io.objects import is_text
from tacit.judge.api import read_outcomes
from tacit.testing.hostile import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    command = cli.Command("tacit.cli.probe", "probe", "Which caption of an image does a model hold right?", True)
    monkeypatch.setattr(cli, "COMMANDS", {**cli.COMMANDS, "probe": command})


def test_two_checkpoints_from_files_to_a_table_of_outcomes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from tests.models import tiny_checkpoints as tiny

    torch.set_num_threads(1)
    tiny.mend_torchvision()
    tiny.save_clip(tmp_path / "clip")
    tiny.save_siglip(tmp_path / "siglip")
    file, out = spatial_set(tmp_path / "set", items=24), tmp_path / "out"
    words = [
        "probe", str(file), "--model", f"small=hf:{tmp_path / 'clip'}", "--model", f"hf:{tmp_path / 'siglip'}",
        "--control", "blind", "--control", "shuffled", "--device", "cpu", "--out", str(out),
    ]  # fmt: skip
    capsys.readouterr()
    assert cli.main(words) == 0
    said = capsys.readouterr()
    assert "small\nCapability" in said.out
    assert "siglip\nCapability" in said.out
    assert max(map(len, said.out.splitlines())) <= 80
    assert said.err.splitlines() == [f"Report: {out / 'report.html'}"]
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert result["schema"] == "tacit.probe/1"
    assert {score["condition"] for score in result["scores"]} == {"as asked", "blind", "shuffled"}
    assert set(result["systems"]) == {"small", "siglip"}
    before = (out / "outcomes.parquet").read_bytes()
    assert cli.main([*words, "--quiet", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == result
    assert (out / "outcomes.parquet").read_bytes() == before
    outcomes = read_outcomes([out / "outcomes.parquet"])
    assert outcomes.systems.select("system", "params").rows() == list(
        {name: result["systems"][name]["params"] for name in sorted(result["systems"])}.items()
    )


def test_without_a_model_the_set_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["probe", str(spatial_set(tmp_path, items=24)), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "24 items on 1 capability; no model was asked." in said
    assert "Longest" in said
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"manifest.json", "report.html", "result.json"}


def test_wrong_requests_end_with_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(spatial_set(tmp_path, items=4))
    for words, code, said in (
        (["--model", "clip"], 2, "names no kind of model"),
        (["--model", "hf:/nowhere/at/all"], 2, "There is no folder /nowhere/at/all"),
        (["--control", "deaf"], 2, "--control is one of blind, shuffled"),
        (["--precision", "float8"], 2, "The precision is one of"),
        (["--scoring", "guess"], 2, "The scoring is one of"),
        (["--images", str(tmp_path / "none")], 2, "is no folder"),
    ):
        assert cli.main(["probe", file, *words]) == code
        assert said in capsys.readouterr().err
    assert cli.main(["probe", str(tmp_path / "absent.jsonl")]) == 3
    assert "There is no file" in capsys.readouterr().err


def test_hostile_text_is_shown_and_does_nothing(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if text.strip() and len(text) < 1_900 and is_text(text) and "\0" not in text]
    items = []
    for at, text in enumerate(texts):
        save_image(tmp_path / f"{at}.png", 0, at)
        items.append({"id": f"{at}{text[:40]}", "image": f"{at}.png", "options": [text, f"{text} not"], "answer": 0,
                      "capability": text[:40].strip() or "c", "cluster": text[:40]})  # fmt: skip
    models = [Fixed("<script>alert(1)</script>\x1b[31m", lambda texts: [0.0, 1.0])]
    found = probe(write_items(tmp_path, items), models, settings=ProbeSettings(controls=("blind",)))
    page = render_probe(found)
    assert "<script" not in page
    assert "\x1b" not in page + found.summary()
    assert len(found.examples) == len(texts)


@pytest.mark.slow
def test_a_large_result_makes_a_page_that_can_be_mailed(tmp_path: Path) -> None:
    save_image(tmp_path / "a.png", 0)
    item = {"image": "a.png", "options": ["x" * 900, "y" * 900], "answer": 0}
    items = [{**item, "capability": f"c{at}"} for at in range(8)]
    models = [Reader(f"{at} {'m' * 190}", lambda answer, number: 1) for at in range(60)]
    page = render_probe(probe(write_items(tmp_path, items), models))
    assert len(page.encode()) <= 2_000_000
    assert "are not shown here; they are in result.json" in page
