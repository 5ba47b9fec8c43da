"""Tensors that FSDP (version 2, torch's ``fully_shard``) spreads over processes: put together, and cut up again.

Outside of its layers' computing every process holds a part of each tensor, a ``DTensor``. What puts them together is a
collective: all processes must call it, in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Iterable


def whole(tensor: Tensor) -> Tensor:
    """A tensor as it is without shards; of a plain one, itself."""
    return tensor.full_tensor() if _is_sharded(tensor) else tensor  # type: ignore[attr-defined]


def like(values: Tensor, pattern: Tensor) -> Tensor:
    """A whole tensor, which every process has, cut up as another is, on its device. Nothing is sent."""
    if not _is_sharded(pattern):
        return values
    from torch.distributed.tensor import distribute_tensor

    spread: Any = pattern
    values = values.to(spread.to_local().device)
    return distribute_tensor(values, spread.device_mesh, spread.placements, src_data_rank=None)


def reshard(model: nn.Module) -> None:
    """Let go of what FSDP put together to compute, so that what is written into the shards counts."""
    for module in _sharded_modules(model):
        module.reshard()


def gather(model: nn.Module, *, keep: bool) -> None:
    """Put the whole tensors back into a model, on the CPU. It cannot compute afterwards.

    Args:
        model: Changed in place.
        keep: Whether this process keeps them, or only helps the others.
    """
    reshard(model)
    made: dict[int, nn.Parameter] = {}
    for module in model.modules():
        for name, entry in module._parameters.items():
            if entry is None or not _is_sharded(entry):
                continue
            if id(entry) not in made:
                values = whole(entry.detach())
                made[id(entry)] = nn.Parameter(values.cpu(), entry.requires_grad) if keep else entry
            module._parameters[name] = made[id(entry)]


def average_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Let all processes have the mean of their gradients, of parameters that each has whole."""
    processes = torch.distributed.get_world_size()
    for each in parameters:
        if each.grad is None:
            each.grad = torch.zeros_like(each)
        torch.distributed.all_reduce(each.grad)
        each.grad.div_(processes)


def _is_sharded(tensor: Tensor) -> bool:
    if type(tensor) in (Tensor, nn.Parameter) or not torch.distributed.is_available():
        return False
    from torch.distributed.tensor import DTensor

    return isinstance(tensor, DTensor)


def _sharded_modules(model: nn.Module) -> list[Any]:
    if not torch.distributed.is_available():
        return []
    from torch.distributed.fsdp import FSDPModule

    return [module for module in model.modules() if isinstance(module, FSDPModule)]
