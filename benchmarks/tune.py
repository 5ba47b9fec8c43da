"""How long a step of training takes when only the values train, beside full tuning, PEFT's LoRA and masked gradients.

Usage: python benchmarks/tune.py [--rounds 12] [--threads 1] [--model llama|gpt_neox] [--dtype float32] [--device cpu]

Two models of 11 million parameters made at random, 6 layers, batches of 4 x 128 tokens, AdamW: one shaped like Llama,
where values have a layer of their own, and one shaped like GPT-NeoX, where queries, keys and values are interleaved in
one. The contenders take turns, step by step, and the fastest step of each counts: the machine may be busy. Printed are
milliseconds, bytes of optimizer state per trained value, MiB of activations saved for the backward pass, and the peak
memory of a process of its own; then the ratios that matter. "masked" is what others do to fused layers: the whole
weight trains, and a hook sets the gradient of queries and keys to zero.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch

from tacit.models.runtime import transformers_ready
from tacit.tuning.partial.hold import hold
from tacit.tuning.partial.sets import select

if TYPE_CHECKING:
    from collections.abc import Callable

with transformers_ready():
    import peft
    from transformers import AutoConfig, AutoModelForCausalLM

SHAPE: Final[dict[str, Any]] = {
    "vocab_size": 1000, "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 6,
    "max_position_embeddings": 256,
}  # fmt: skip
MODELS: Final[dict[str, dict[str, Any]]] = {
    "llama": {"intermediate_size": 1024},
    "gpt_neox": {"intermediate_size": 1536},
}
FUSED: Final = "query_key_value"
BARS: Final = {"all": 0.70, "peft LoRA": 1.05, "masked": 1.00}
"""How long a step of the values may take, in those of others."""


@dataclass
class Contender:
    """A model that trains in one way."""

    name: str
    model: Any
    optimizer: torch.optim.Optimizer
    trained: int
    fastest: float = float("inf")

    def step(self, x: torch.Tensor) -> None:
        """Forward, backward and update."""
        self.model(input_ids=x, labels=x).loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()

    def time(self, x: torch.Tensor) -> None:
        """A step, by the clock."""
        synchronise(x)
        start = time.perf_counter()
        self.step(x)
        synchronise(x)
        self.fastest = min(self.fastest, time.perf_counter() - start)

    @property
    def state(self) -> float:
        """Bytes of the optimizer's moments per value that trains."""
        moments = [t for s in self.optimizer.state.values() for t in s.values() if torch.is_tensor(t) and t.ndim]
        return sum(t.numel() * t.element_size() for t in moments) / self.trained

    def saved(self, x: torch.Tensor) -> float:
        """MiB of activations that wait for the backward pass; parameters are there anyway."""
        ours = {p.untyped_storage().data_ptr() for p in self.model.parameters()}
        seen: dict[int, int] = {}

        def keep(tensor: torch.Tensor) -> torch.Tensor:
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in ours:
                seen[storage.data_ptr()] = storage.nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            loss = self.model(input_ids=x, labels=x).loss
        assert loss.requires_grad
        return sum(seen.values()) / 2**20


def synchronise(x: torch.Tensor) -> None:
    if x.is_cuda:
        torch.cuda.synchronize()


def plain(family: str, options: argparse.Namespace) -> Any:  # noqa: ANN401 - transformers has no types
    torch.manual_seed(0)
    config = AutoConfig.for_model(family, **SHAPE, **MODELS[family])
    model = AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]
    return model.to(options.device, getattr(torch, options.dtype)).train()


def ours(update: str) -> Callable[[Any, str], tuple[Any, list[Any], int]]:
    def make(model: Any, _: str) -> tuple[Any, list[Any], int]:  # noqa: ANN401
        held = hold(model, select(model, update), keep_base=False)
        return model, held.parameters(), held.trained

    return make


def with_peft(model: Any, family: str) -> tuple[Any, list[Any], int]:  # noqa: ANN401
    target = "v_proj" if family == "llama" else FUSED
    adapted = peft.get_peft_model(model, peft.LoraConfig(r=8, lora_alpha=16, target_modules=[target]))
    parameters = [p for p in adapted.parameters() if p.requires_grad]
    return adapted, parameters, sum(p.numel() for p in parameters)


def masked(model: Any, _: str) -> tuple[Any, list[Any], int]:  # noqa: ANN401
    trained = select(model, "value").trained
    model.requires_grad_(False)
    size = SHAPE["hidden_size"] // SHAPE["num_attention_heads"]
    parameters = []
    for name, parameter in model.named_parameters():
        if FUSED in name:
            mask = torch.zeros_like(parameter)
            mask.view(-1, 3, size, *mask.shape[1:])[:, 2] = 1
            parameter.requires_grad_().register_hook(lambda grad, mask=mask: grad * mask)
            parameters.append(parameter)
    return model, parameters, trained


WAYS: Final[dict[str, Callable[[Any, str], tuple[Any, list[Any], int]]]] = {
    "all": ours("all"), "attention": ours("attention"), "value": ours("value"), "lora-value": ours("lora-value"),
    "peft LoRA": with_peft, "masked": masked,
}  # fmt: skip


def contender(way: str, family: str, options: argparse.Namespace) -> Contender:
    model, parameters, trained = WAYS[way](plain(family, options), family)
    return Contender(way, model, torch.optim.AdamW(parameters, 1e-4), trained)


def tokens(options: argparse.Namespace) -> torch.Tensor:
    return torch.randint(1000, (4, 128), generator=torch.Generator().manual_seed(0)).to(options.device)


def peak(way: str, family: str, options: argparse.Namespace) -> float:
    """MiB at the most in a process of its own, after three steps; of the device if that is a GPU."""
    command = [sys.executable, __file__, "--alone", way, "--model", family, "--dtype", options.dtype]
    command += ["--device", options.device, "--threads", str(options.threads)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def alone(options: argparse.Namespace) -> None:
    runner, x = contender(options.alone, options.model, options), tokens(options)
    for _ in range(3):
        runner.step(x)
    if x.is_cuda:
        print(torch.cuda.max_memory_allocated() / 2**20)
    else:  # getrusage would count what the parent held before exec
        found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
        print(int(found[1]) / 1024 if found else float("nan"))


def compare(family: str, options: argparse.Namespace) -> bool:
    x = tokens(options)
    runners = [contender(way, family, options) for way in WAYS if way != "masked" or family == "gpt_neox"]
    size = sum(p.numel() for p in runners[0].model.parameters())
    print(f"\n{family}-shaped, {size / 1e6:.1f}M parameters, {options.dtype} on {options.device}, "
          f"{torch.get_num_threads()} threads, fastest of {options.rounds}")  # fmt: skip
    for runner in runners:
        runner.step(x)
    for _ in range(options.rounds):
        for runner in runners:
            runner.time(x)
    fastest = {runner.name: runner.fastest for runner in runners}
    print(
        f"{'':>10}  {'ms':>7}  {'to all':>6}  {'trained':>10}  {'state B/value':>13}  {'saved MiB':>9}  {'peak MiB':>8}"
    )
    for r in runners:
        most = float("nan") if options.skip_peak else peak(r.name, family, options)
        print(f"{r.name:>10}  {1e3 * r.fastest:7.1f}  {r.fastest / fastest['all']:6.2f}  {r.trained:10,}  "
              f"{r.state:13.2f}  {r.saved(x):9.1f}  {most:8.0f}")  # fmt: skip
    good = True
    for other, bar in BARS.items():
        if other not in fastest:
            continue
        ratio = fastest["value"] / fastest[other]
        good &= ratio <= bar
        print(f"value / {other}: {ratio:.3f} (bar {bar:.2f}{'' if ratio <= bar else ', MISSED'})")
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--model", choices=MODELS)
    parser.add_argument("--dtype", default="float32", choices=("float32", "bfloat16"))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--skip-peak", action="store_true")
    parser.add_argument("--alone", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.alone:
        alone(options)
        return
    print(f"{os.cpu_count()} CPUs, torch {torch.__version__}")
    held = [compare(family, options) for family in ([options.model] if options.model else MODELS)]
    if not all(held):
        sys.exit("a bar was missed: is the machine busy?")


if __name__ == "__main__":
    main()
