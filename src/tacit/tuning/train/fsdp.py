"""Training a model that FSDP spreads over processes; see `tacit.tuning.partial.shards`.

A module into whose tensors the trained slices are written stays whole in each process, and its gradients are averaged:
of the values these are a few percent of a model. All else is spread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tacit.errors import UsageError
from tacit.tuning.partial.shards import like, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from tacit.tuning.partial.hold import Held
    from tacit.tuning.train.settings import TuneSettings


def check_fsdp(plugin: Any, settings: TuneSettings) -> None:  # noqa: ANN401 - accelerate has no types
    """Refuse what cannot be done.

    Args:
        plugin: Accelerate's settings.
        settings: What was asked.

    Raises:
        UsageError: If it cannot.
    """
    if plugin.fsdp_version != 2:
        raise UsageError("Training with FSDP needs its version 2: FSDP_VERSION=2, or fsdp_version: 2 for accelerate.")
    if settings.keep != "none" or settings.few_shot_loss or "lora" in settings.update:
        raise UsageError(
            "With FSDP there are no --keep, no --few-shot-loss and no LoRA: they need the model whole. Train with "
            "--keep none, or launch with plain data parallelism."
        )
    if settings.precision == "float16":
        raise UsageError("With FSDP, --precision is float32 or bfloat16.")
    from torch.distributed.fsdp import CPUOffloadPolicy

    if plugin.activation_checkpointing or isinstance(plugin.cpu_offload, CPUOffloadPolicy):
        raise UsageError("With FSDP, switch activation checkpointing and CPU offloading off.")


def leave_whole(plugin: Any, held: Held, device: Any) -> list[nn.Module]:  # noqa: ANN401
    """Tell accelerate which modules FSDP must leave alone, and put them where the model computes.

    Returns:
        These modules.

    Raises:
        UsageError: If they are most of the model, so that hardly anything would be spread.
    """
    found = held.unsharded
    ours = {id(each): each.numel() for module in found for each in module.parameters()}
    if 2 * sum(ours.values()) > sum(each.numel() for each in held.model.parameters()):
        raise UsageError(
            "Most of the model would train in slices, which FSDP cannot spread. Use --precision float32, in which "
            "tensors that train as a whole are spread, or launch with plain data parallelism."
        )
    # Every process has loaded the model.
    plugin.cpu_ram_efficient_loading = False
    plugin.ignored_modules = found
    for module in found:
        module.to(device)
    return found


def whole_state(optimizer: Any) -> dict[str, Any]:  # noqa: ANN401
    """An optimizer's state without shards, on the CPU; all processes must ask."""
    told: dict[str, Any] = optimizer.state_dict()
    state = {at: {name: whole(value).cpu() for name, value in of.items()} for at, of in told["state"].items()}
    return {**told, "state": state}


def load_whole_state(optimizer: Any, told: Mapping[str, Any]) -> None:  # noqa: ANN401
    """Put such a state back, cut up as the parameters are."""
    parameters = [each for group in optimizer.param_groups for each in group["params"]]
    state = {
        at: {name: like(value, parameters[at]) if value.shape == parameters[at].shape else value
             for name, value in of.items()}
        for at, of in told["state"].items()
    }  # fmt: skip
    optimizer.load_state_dict({**told, "state": state})
