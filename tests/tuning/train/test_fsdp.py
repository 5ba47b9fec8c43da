"""Runs spread over two processes by FSDP give what one process gives, also when they are cut short."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors.torch import load_file
from tests.tuning.train.train_work import write_examples

from tacit.tuning.train.api import tune
from tacit.tuning.train.settings import TuneSettings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(
        not (torch.distributed.is_available() and torch.distributed.is_gloo_available()), reason="needs gloo"
    ),
]

# Accelerate spreads over GPUs and their like only; everything after that decision is what runs there.
SCRIPT = """
import json, sys, torch
torch.set_num_threads(1)
from accelerate.state import AcceleratorState, DistributedType, PartialState
first = AcceleratorState.__init__
def init(self, *rest, **more):
    fresh = not AcceleratorState._shared_state
    first(self, *rest, **more)
    if fresh and more.get("fsdp_plugin") is not None:
        self.distributed_type, self.fsdp_plugin = DistributedType.FSDP, more["fsdp_plugin"]
        PartialState._shared_state["distributed_type"] = DistributedType.FSDP
AcceleratorState.__init__ = init
from tacit.errors import TacitError
from tacit.tuning.train.api import tune
from tacit.tuning.train.mixin import TuningMixin
from tacit.tuning.train.settings import TuneSettings
model, data, out, settings, stop = sys.argv[1:]
save = TuningMixin._save_checkpoint
def save_and_stop(self, *rest):
    save(self, *rest)
    sharded = sum(hasattr(each, "full_tensor") for each in self.model.parameters())
    print(f"after step {self.state.global_step}: {sharded} sharded", flush=True)
    if self.state.global_step == int(stop):
        sys.exit("stopped")
TuningMixin._save_checkpoint = save_and_stop
try:
    tune(model, [data], out=out, settings=TuneSettings(**json.loads(settings)))
except TacitError as error:
    sys.exit(str(error))
"""
SETTINGS: dict[str, Any] = {
    "steps": 5, "learning_rate": 0.01, "measure": False, "checkpoint_every": 2, "device": "cpu",
}  # fmt: skip


def spread(model: Path, data: Path, out: Path, *, stop: int = 0, **settings: Any) -> subprocess.CompletedProcess[str]:
    """A run on two processes."""
    how = {
        "ACCELERATE_USE_CPU": "true", "ACCELERATE_USE_FSDP": "true", "FSDP_VERSION": "2", "OMP_NUM_THREADS": "1",
        "FSDP_AUTO_WRAP_POLICY": "TRANSFORMER_BASED_WRAP", "FSDP_CPU_RAM_EFFICIENT_LOADING": "false",
    }  # fmt: skip
    script = out.with_suffix(".py")
    script.write_text(SCRIPT, encoding="utf-8")
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", str(script)]
    told = [str(model), str(data), str(out), json.dumps({**SETTINGS, **settings}), str(stop)]
    return subprocess.run(
        [*launch, *told], env={**os.environ, **how}, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize(("kind", "update", "accumulate", "stop"), [("neox", "value", 2, 4), ("llama", "all", 1, 0)])
def test_two_processes_give_what_one_gives(
    request: pytest.FixtureRequest, tmp_path: Path, *, kind: str, update: str, accumulate: int, stop: int
) -> None:
    model: Path = request.getfixturevalue(kind)
    data = write_examples(tmp_path / "data.jsonl", 64)
    settings: dict[str, Any] = {"update": update, "accumulate": accumulate}
    alone = tune(
        str(model), [str(data)], out=tmp_path / "alone", settings=TuneSettings(**SETTINGS, batch=4, **settings)
    )
    if stop:
        cut = spread(model, data, tmp_path / "both", stop=stop, batch=2, **settings)
        assert "stopped" in cut.stderr, cut.stderr
        assert "after step 4" in cut.stdout
    run = spread(model, data, tmp_path / "both", batch=2, **settings)
    assert run.returncode == 0, run.stderr
    assert ("after step 2" in run.stdout) == (not stop)
    assert "after step 5" in run.stdout
    assert ": 0 sharded" not in run.stdout
    one, two, base = (
        load_file(folder / "model.safetensors")
        for folder in (tmp_path / "alone" / "model", tmp_path / "both" / "model", model)
    )
    for name, values in one.items():
        assert torch.allclose(two[name], values, rtol=0, atol=1e-5), name
        assert torch.equal(two[name], base[name]) == torch.equal(values, base[name]), name
    told = json.loads((tmp_path / "both" / "result.json").read_text(encoding="utf-8"))
    assert told["kept"]["held_out"] == pytest.approx(alone.kept.held_out, abs=1e-5)


def test_what_needs_the_model_whole_is_refused(llama: Path, tmp_path: Path) -> None:
    data = write_examples(tmp_path / "data.jsonl")
    run = spread(llama, data, tmp_path / "out", keep="kl", batch=2)
    assert run.returncode != 0
    assert "With FSDP there are no --keep" in run.stderr
    assert not (tmp_path / "out" / "model").exists()
