"""A model of which some entries train, as they are."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from tacit.errors import UsageError
from tacit.tuning.partial.modules import divide, master, rejoin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tacit.tuning.locate.values import Part
    from tacit.tuning.partial.sets import Selection


class Divided:
    """A model of which some entries train.

    A whole tensor that is stored in float32 trains as it is. Of all others the slices become parameters of their own.
    Modules that share a tensor, and names that share a module, share what trains.

    Args:
        model: Changed in place.
        selection: Without a rank.

    Attributes:
        trained: What trains, by the name of the tensor it is part of.

    Raises:
        UsageError: If a tensor is not there, or cannot train.
    """

    def __init__(self, model: nn.Module, selection: Selection) -> None:
        self.model = model
        self.trained: dict[str, nn.Parameter] = {}
        owners = _owners(model)
        there = dict(model.named_parameters(remove_duplicate=False))
        parts: dict[nn.Module, dict[str, Part]] = defaultdict(dict)
        slices: dict[nn.Module, dict[str, nn.Parameter]] = defaultdict(dict)
        for part in _distinct(selection.parts, there):
            tensor = there[part.tensor]
            if part.whole and torch.promote_types(tensor.dtype, torch.float32) == tensor.dtype:
                tensor.requires_grad_()
                self.trained[part.tensor] = tensor
                continue
            self.trained[part.tensor] = own = master(tensor, part)
            for module, name in owners[tensor]:
                parts[module][name], slices[module][name] = part, own
        for module, inside in parts.items():
            divide(module, inside, slices[module])
        self._modules = list(parts)

    def merged(self) -> dict[str, Tensor]:
        """The state dict of the model."""
        return dict(self.model.state_dict())

    def undo(self) -> None:
        """Make the modules what they were, with the trained entries in their tensors."""
        for module in self._modules:
            rejoin(module)


def _owners(model: nn.Module) -> dict[nn.Parameter, list[tuple[nn.Module, str]]]:
    """The modules that hold a parameter, and its name in each."""
    owners: dict[nn.Parameter, list[tuple[nn.Module, str]]] = defaultdict(list)
    for module in model.modules():
        for name, parameter in module._parameters.items():
            if parameter is not None:
                owners[parameter].append((module, name))
    return owners


def _distinct(parts: Iterable[Part], there: dict[str, nn.Parameter]) -> list[Part]:
    """The parts, each tensor under one of its names.

    Raises:
        UsageError: If a tensor is not there, is not as the part says, holds no numbers, or two names of it are asked
            for with different slices.
    """
    first: dict[nn.Parameter, Part] = {}
    for part in parts:
        if (tensor := there.get(part.tensor)) is None or tuple(tensor.shape) != part.shape:
            raise UsageError(
                f"The model has no tensor {part.tensor} of shape {part.shape}: select from this very model."
            )
        if not tensor.is_floating_point() or tensor.is_meta:
            what = (
                "has no values yet (it is on the device meta)"
                if tensor.is_meta
                else f"holds {tensor.dtype}, not numbers"
            )
            raise UsageError(f"{part.tensor} {what}, so it cannot train. Load the model with its weights, unquantised.")
        other = first.setdefault(tensor, part)
        if (other.axis, other.runs) != (part.axis, part.runs):
            raise UsageError(
                f"{part.tensor} and {other.tensor} are one tensor (tied weights), and different slices of them are to "
                "train. Untie them, or choose another set (--update)."
            )
    return list(first.values())
