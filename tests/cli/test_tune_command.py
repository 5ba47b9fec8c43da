"""`tacit tune` as a command: what it prints, how it ends, and what it refuses."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tacit.cli.main import main
from tacit.models.runtime import transformers_ready

torch = pytest.importorskip("torch")
with transformers_ready():
    for name in ("transformers", "accelerate"):
        pytest.importorskip(name)

from tests.tuning.train.train_work import make_checkpoint, write_examples  # noqa: E402 - after what it needs


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_checkpoint(tmp_path_factory.mktemp("command") / "base", "neox"))


@pytest.fixture
def data(tmp_path: Path) -> str:
    return str(write_examples(tmp_path / "data.jsonl"))


def test_a_run(model: str, data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    options = ["--steps", "2", "--batch", "4", "--lr", "1e-2", "--keep", "kl", "--average", "0.5", "--no-measure"]
    assert main(["tune", model, data, "--out", str(out), *options]) == 0
    told = capsys.readouterr()
    assert "of the numbers of base were trained for 2 steps" in told.out.replace("\n", " ")
    assert "bit by bit those of the base" in told.out.replace("\n", " ").replace("  ", " ")
    assert "\x1b" not in told.out
    assert f"Report: {out / 'report.html'}" in told.err
    kept = json.loads((out / "result.json").read_text(encoding="utf-8"))["kept"]
    assert (kept["alpha"], kept["step"]) == (0.5, 2)


def test_the_self_check(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tune", model, "--check"]) == 0
    assert "all 2 attention modules are where they should be" in capsys.readouterr().out
    assert main(["tune", model, "--check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True


def test_a_self_check_that_does_not_hold(
    model: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from tacit.tuning.locate import api

    locate = api.locate_values

    def shifted(*args: object, **more: object) -> object:
        """GPT-NeoX as if its values were its keys: the slices before them."""
        found = locate(*args, **more)  # type: ignore[arg-type]
        moved = [
            replace(one, parts=tuple(replace(p, runs=tuple((a - 8, b - 8) for a, b in p.runs)) for p in one.parts))
            for one in found.attentions
        ]
        return replace(found, attentions=tuple(moved))

    monkeypatch.setattr(api, "locate_values", shifted)
    assert main(["tune", model, "--check"]) == 1
    told = capsys.readouterr()
    assert "2 of 2 attention modules failed" in told.out
    assert "are not where they were taken to be" in told.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["MODEL"], "Tuning needs DATA to learn from and --out DIR"),
        (["MODEL", "DATA"], "--out DIR"),
        (["MODEL", "DATA", "--out", "OUT", "--update", "values"], "no set 'values' to update"),
        (["MODEL", "DATA", "--out", "OUT", "--keep", "fewshot"], "no such objective. There are: ewc, few-shot"),
        (["MODEL", "DATA", "--out", "OUT", "--average", "some"], "--average some"),
        (["MODEL", "DATA", "--out", "OUT", "--stop-at-retention", "95"], "--stop-at-retention 95.0"),
        (["MODEL", "DATA", "--out", "OUT", "--layers", "7"], "there are 2, counted from 0"),
        (["MODEL", "DATA", "--out", "OUT", "--template", "Q:"], "--template Q:"),
        (["MODEL", "DATA", "--out", "OUT", "--map", "prompt=no"], "no"),
        (["nowhere/model", "DATA", "--out", "OUT"], "--allow-download"),
    ],
)
def test_what_is_refused(
    words: list[str], said: str, model: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = Path(data).parent / "out"
    places = {"MODEL": model, "DATA": data, "OUT": str(out)}
    assert main(["tune", *(places.get(word, word) for word in words)]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert not out.exists()


def test_data_that_is_not_there(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tune", model, str(tmp_path / "nothing.jsonl"), "--out", str(tmp_path / "out")]) == 3
    assert "nothing.jsonl. Check the spelling." in capsys.readouterr().err


def test_rows_without_a_completion(model: str, data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Path(data).open("a", encoding="utf-8") as file:
        file.write('{"prompt": "Number 99:", "completion": ""}\n')
    words = ["tune", model, data, "--out", str(tmp_path / "out"), "--steps", "1", "--batch", "4", "--no-measure"]
    assert main(words) == 3
    assert "line 25 has no completion" in capsys.readouterr().err
    assert main([*words, "--drop-empty"]) == 0
    told = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert told["data"]["dropped"] == {"empty completion": 1}


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "fork"), reason="needs a limit on file sizes")
def test_a_full_disk(model: str, data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))  # less than the model takes
        code = main(["tune", model, data, "--out", str(tmp_path / "out"), "--steps", "1", "--no-measure"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert code == 3
    told = capsys.readouterr().err
    assert "Cannot write" in told
    assert not (tmp_path / "out" / "model").exists()
