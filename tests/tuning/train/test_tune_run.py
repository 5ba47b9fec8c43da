"""Whole runs: the same bytes for the same seed, killed or not; what is refused before anything trains."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors.torch import load_file
from tests.tuning.train.train_work import load, make_checkpoint, write_examples

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.runs.manifest import read_manifest
from tacit.tuning.train.api import tune
from tacit.tuning.train.checkpoints import MARKER
from tacit.tuning.train.settings import TuneSettings

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS: dict[str, Any] = {
    "steps": 12, "batch": 4, "accumulate": 2, "learning_rate": 0.01, "measure": False, "checkpoint_every": 2,
    "device": "cpu",
}  # fmt: skip
KEEPING: dict[str, Any] = {**SETTINGS, "keep": "l2", "few_shot_loss": 0.3, "shots": 2}
SCRIPT = """
import json, sys, torch
torch.set_num_threads(1)
from tacit.tuning.train.api import tune
from tacit.tuning.train.checkpoints import MARKER
from tacit.tuning.train.settings import TuneSettings
model, data, out, settings = sys.argv[1:]
tune(model, [data], out=out, settings=TuneSettings(**json.loads(settings)))
"""


def files(out: Path) -> dict[str, bytes]:
    """Every file of a run, but the manifest, which has times in it."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*"))
            if path.is_file() and path.name != "manifest.json"}  # fmt: skip


def test_a_run_has_model_report_and_numbers(llama: Path, tmp_path: Path) -> None:
    data = write_examples(tmp_path / "data.jsonl")
    out = tmp_path / "out"
    found = tune(str(llama), [str(data)], out=out, settings=TuneSettings(**KEEPING))
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "model", "report.html", "result.json"]
    told = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert told["schema"] == "tacit.tune/1"
    assert "timings" not in told
    assert told["kept"]["step"] == 12
    assert [check["step"] for check in told["checks"]] == [0, 1, 2, 5, 10, 12]
    assert found.kept.held_out == told["checks"][-1]["held_out"] < told["checks"][0]["held_out"]
    assert told["trained"]["layouts"] == [["separate", 2]]
    assert told["trained"]["state_bytes"] == 8 * told["trained"]["values"]
    assert found.proof is not None
    assert found.proof.unchanged + found.proof.trained == told["trained"]["entries"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "Loss, in percent of the first" in page
    assert found.to_frame()["step"].to_list() == list(range(13))
    assert "few-shot-loss" in found.summary()
    model, _ = load(out / "model")
    assert model(torch.tensor([[1, 5, 6]])).logits.isfinite().all()
    manifest = read_manifest(out / "manifest.json")
    assert manifest is not None
    assert manifest["notes"]["seconds"]["training"] > 0


def test_lora_is_written_as_an_adapter(llama: Path, tmp_path: Path) -> None:
    pytest.importorskip("peft")
    data = write_examples(tmp_path / "data.jsonl")
    settings = TuneSettings(**{**SETTINGS, "update": "lora-value", "rank": 2, "steps": 3, "average": 0.5})
    found = tune(str(llama), [str(data)], out=tmp_path / "out", settings=settings)
    assert {"adapter_config.json", "adapter_model.safetensors"} <= {
        p.name for p in (tmp_path / "out" / "model").iterdir()
    }
    assert found.proof is not None
    assert found.proof.adapter
    assert found.kept.alpha == 0.5


def test_packed_examples_train(llama: Path, tmp_path: Path) -> None:
    data = write_examples(tmp_path / "data.jsonl")
    settings = TuneSettings(**{**SETTINGS, "steps": 2, "packing": True, "max_length": 64, "held_out": 0.0})
    found = tune(str(llama), [str(data)], out=tmp_path / "out", settings=settings)
    assert found.data.sequences < found.data.used == 24
    assert found.kept.held_out is None


def killed(arguments: list[str], out: Path, rng: random.Random) -> bool:
    """Start a run and kill it some time after its second checkpoint; whether it was still running then."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    run = subprocess.Popen([sys.executable, "-c", SCRIPT, *arguments], env=environment, stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + 120
        while run.poll() is None and len(list(out.glob(f".checkpoints/*/checkpoint-*/{MARKER}"))) < 2:
            assert time.monotonic() < end
            time.sleep(0.005)
        time.sleep(rng.uniform(0, 0.4))
        alive = run.poll() is None
        run.send_signal(signal.SIGKILL)
    finally:
        run.kill()
        _, said = run.communicate()
    assert alive or run.returncode == 0, said
    return alive


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("kills", [3])
def test_a_killed_run_goes_on_to_the_same_bytes(kills: int, llama: Path, tmp_path: Path) -> None:
    data = write_examples(tmp_path / "data.jsonl")
    settings = {**KEEPING, "steps": 20}
    whole, out, rng = tmp_path / "whole", tmp_path / "out", random.Random(kills)
    tune(str(llama), [str(data)], out=whole, settings=TuneSettings(**settings))
    arguments = [str(llama), str(data), str(out), json.dumps(settings)]
    alive = [killed(arguments, out, rng) for _ in range(kills)]
    assert alive[0], "the run ended before it could be killed"
    if alive[-1]:
        assert not (out / "manifest.json").exists()
        assert not (out / "result.json").exists()
    with pytest.raises(UsageError, match="another run that was not finished"):
        tune(str(llama), [str(data)], out=out, settings=TuneSettings(**{**settings, "seed": 1}))
    tune(str(llama), [str(data)], out=out, settings=TuneSettings(**settings))
    assert files(out) == files(whole)


def test_another_run_takes_a_folder_over_only_by_force(llama: Path, tmp_path: Path) -> None:
    from tacit.tuning.train.api import RunOptions

    data = write_examples(tmp_path / "data.jsonl")
    settings = TuneSettings(**{**SETTINGS, "steps": 1})
    tune(str(llama), [str(data)], out=tmp_path / "out", settings=settings)
    other = TuneSettings(**{**SETTINGS, "steps": 2})
    with pytest.raises(UsageError, match="--force"):
        tune(str(llama), [str(data)], out=tmp_path / "out", settings=other)
    before = load_file(tmp_path / "out" / "model" / "model.safetensors")
    tune(str(llama), [str(data)], out=tmp_path / "out", settings=other, how=RunOptions(force=True))
    after = load_file(tmp_path / "out" / "model" / "model.safetensors")
    assert any(not torch.equal(before[name], after[name]) for name in before)
    assert not [path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]


def test_what_cannot_be_tuned(llama: Path, tmp_path: Path) -> None:
    data = str(write_examples(tmp_path / "data.jsonl"))
    folder = make_checkpoint(tmp_path / "quantised")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "quantization_config": {"bits": 4}}), encoding="utf-8")
    with pytest.raises(DataError, match=r"quantised.*Tune the checkpoint that it was quantised from"):
        tune(str(folder), [data], out=tmp_path / "out")
    (folder / "config.json").write_text(json.dumps({**config, "model_type": "none-such"}), encoding="utf-8")
    with pytest.raises(DataError, match="cannot be loaded"):
        tune(str(folder), [data], out=tmp_path / "out")
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match=r"empty\.jsonl"):
        tune(str(llama), [str(tmp_path / "empty.jsonl")], out=tmp_path / "out")
    with pytest.raises(DataError, match=r"longer than 8 tokens.*--max-length"):
        tune(str(llama), [data], out=tmp_path / "out", settings=TuneSettings(**SETTINGS, max_length=8))
    with pytest.raises(InsufficientDataError, match="--stop-at-retention"):
        tune(str(llama), [data], out=tmp_path / "out", settings=TuneSettings(**SETTINGS, stop_at_retention=0.9))
    assert not (tmp_path / "out").exists()


def test_a_loss_that_is_no_number(llama: Path, tmp_path: Path) -> None:
    data = str(write_examples(tmp_path / "data.jsonl"))
    before = (llama / "model.safetensors").read_bytes()
    settings = TuneSettings(**{**SETTINGS, "learning_rate": 3e38, "clip": 0.0})
    with pytest.raises(DataError, match="not a number any more in step"):
        tune(str(llama), [data], out=tmp_path / "out", settings=settings)
    assert (llama / "model.safetensors").read_bytes() == before
    assert not (tmp_path / "out" / "model").exists()
