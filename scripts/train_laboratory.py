"""Train the small models that come with tacit and store them: ``python scripts/train_laboratory.py SCRATCH``.

Takes about half an hour on two quiet cores. Each model is kept in SCRATCH when it is done, so the script can be
stopped and run again. On one thread, and with the same torch, the same bytes come out.
"""

from __future__ import annotations

import sys
from multiprocessing import get_context
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from tacit.tuning.laboratory.bases import FILE, SHIPPED, STEPS
from tacit.tuning.laboratory.pretraining import pretrain
from tacit.tuning.laboratory.worlds import WORLDS

ROOT = Path(__file__).resolve().parents[1]


def train(task: tuple[str, int, int, str]) -> str:
    world, depth, seed, scratch = task
    path = Path(scratch, f"{world}-{depth}-{seed}.safetensors")
    if not path.exists():
        torch.set_num_threads(1)
        model = pretrain(WORLDS[world](), depth, seed, steps=STEPS[world])
        save_file({name: tensor.half() for name, tensor in model.state_dict().items()}, path)
    return path.stem


def main() -> None:
    scratch = Path(sys.argv[1])
    scratch.mkdir(parents=True, exist_ok=True)
    tasks = [
        (world, depth, seed, str(scratch))
        for world, (depths, seeds) in SHIPPED.items()
        for seed in seeds
        for depth in sorted(depths, key=lambda depth: abs(depth - 3))
    ]
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    with get_context("spawn").Pool(workers) as pool:
        for name in pool.imap(train, tasks):
            print(name, flush=True)
    merged: dict[str, torch.Tensor] = {}
    for world, depth, seed, _ in tasks:
        name = f"{world}-{depth}-{seed}"
        merged |= {f"{name}/{key}": tensor for key, tensor in load_file(scratch / f"{name}.safetensors").items()}
    metadata = {"torch": torch.__version__.partition("+")[0], "steps": str(STEPS)}
    save_file(merged, ROOT / "src" / "tacit" / "tuning" / "laboratory" / "weights" / FILE, metadata=metadata)


if __name__ == "__main__":
    main()
