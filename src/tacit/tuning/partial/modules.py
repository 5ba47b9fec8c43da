"""Modules of which only some entries train.

A gradient mask would do: zero the gradient of the rest. But weight decay and momentum move masked entries, clipping
counts them, and the optimizer keeps state for all. So the trained slices become a parameter of their own (in float32 at
least, however the model is stored), beside the module's tensor, which takes no gradient. Before a linear layer computes
they are written into that tensor, so it computes exactly what a plain layer of the same weights does: one product
forward, one for the gradient of its input, and one for the gradient of the trained slices alone.

The module stays the object it was, with another class, so that models which ask for its type, its attributes or the
type of its weight get what they expect. So do those who ask for its state dict: it has the original names and layout.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from tacit.tuning.partial.cuts import Cut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tacit.tuning.locate.values import Part

_OWN: Final = "_trained"
_LINEAR: Final[dict[object, tuple[int, Callable[[Tensor, Tensor, Tensor | None], Tensor]]]] = {
    nn.Linear: (0, nn.functional.linear),
    "FalconLinear": (0, lambda x, weight, bias: x @ weight.T if bias is None else x @ weight.T + bias),
    "Conv1D": (1, lambda x, weight, bias: torch.addmm(cast("Tensor", bias), x, weight)),
}
"""Layers known to compute a product with their weight and no more: the axis of the weight with their outputs, and what
they compute, of vectors of shape (n, inputs), to the last bit."""


def trained_name(name: str) -> str:
    """How the trained slices of a tensor are called, beside it in its module."""
    return name + _OWN


def master(tensor: Tensor, part: Part) -> nn.Parameter:
    """The slices of a part as a parameter of their own: a copy, in float32 at least.

    bfloat16 has 8 bits of precision, so an update below 2^-9 of a weight would be lost.
    """
    kind = torch.promote_types(tensor.dtype, torch.float32)
    slices = Cut.of(part).take(tensor.detach(), part.axis)
    return nn.Parameter(slices.to(kind, copy=True, memory_format=torch.contiguous_format))


class PartModule(nn.Module):
    """What is added to the class of a module while some of its entries train. See `divide`."""

    held: dict[str, tuple[Part, Cut]]

    def sync(self) -> None:
        """Write the trained slices into the module's own tensors."""
        for name, (part, cut) in self.held.items():
            cut.put(self.whole(name), part.axis, self.slices(name))

    def whole(self, name: str) -> Tensor:
        """A tensor of the module, with what was last written into it."""
        return cast("Tensor", self._parameters[name])

    def slices(self, name: str) -> Tensor:
        """What trains of a tensor."""
        return cast("Tensor", self._parameters[trained_name(name)])

    def merged(self, name: str) -> Tensor:
        """A tensor as the module should see it; gradients reach its trained slices."""
        if not torch.is_grad_enabled():
            self.sync()
            return self.whole(name)
        part, cut = self.held[name]
        whole, slices = self.whole(name), self.slices(name)
        return slices.to(whole.dtype) if part.whole else cut.replaced(whole, part.axis, slices)

    def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
        self.sync()
        super()._save_to_state_dict(destination, prefix, keep_vars)
        for name in self.held:
            del destination[prefix + trained_name(name)]

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *others: Any) -> None:  # noqa: ANN401
        own = {prefix + trained_name(name): self.slices(name) for name in self.held}
        super()._load_from_state_dict({**state_dict, **own}, prefix, *others)
        for name, (part, cut) in self.held.items():
            if prefix + name in state_dict:
                self.slices(name).data.copy_(cut.take(self.whole(name), part.axis))


class PartLinear(PartModule):
    """A linear layer of which some outputs train."""

    def forward(self, x: Tensor) -> Tensor:
        """What the layer computes.

        Args:
            x: Of shape (..., inputs).

        Returns:
            Of shape (..., outputs).
        """
        bias = self._parameters.get(trained_name("bias"), self._parameters["bias"])
        # Flat inside: what a function of ours returns must be no view, or models could not add to it in place.
        flat = _Product.apply(x.reshape(-1, x.shape[-1]), self.slices("weight"), bias, self)  # type: ignore[no-untyped-call]
        return cast("Tensor", flat.view(*x.shape[:-1], flat.shape[-1]))


class _Product(torch.autograd.Function):
    """A linear layer whose gradient is that of its trained outputs alone."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, slices: Tensor, bias: Tensor | None, layer: PartLinear) -> Tensor:  # noqa: ANN401
        layer.sync()
        ctx.layer = layer
        ctx.save_for_backward(x, slices)
        _, product = _LINEAR[_kind(layer)]
        return product(x, layer.whole("weight"), layer._parameters["bias"])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None, None]:  # noqa: ANN401
        x, slices = ctx.saved_tensors
        layer: PartLinear = ctx.layer
        part, cut = layer.held["weight"]
        to_input = to_slices = to_bias = None
        if ctx.needs_input_grad[0]:
            # The layer may have computed with other slices since, e.g. with those of the base.
            weight = layer.whole("weight")
            cut.put(weight, part.axis, slices)
            weight = weight.detach().to(grad.dtype)
            to_input = grad @ (weight if part.axis == 0 else weight.T)
        if ctx.needs_input_grad[1]:
            ours, x = cut.take(grad, -1), x.to(grad.dtype)
            to_slices = ours.T @ x if part.axis == 0 else x.T @ ours
        if ctx.needs_input_grad[2]:
            to_bias = (layer.held["bias"][1].take(grad, -1) if "bias" in layer.held else grad).sum(0)
        return to_input, to_slices, to_bias, None


def _kind(module: nn.Module) -> object:
    """How `_LINEAR` knows a layer of this class, divided or not."""
    kind = type(module).__bases__[1] if isinstance(module, PartModule) else type(module)
    return kind if kind in _LINEAR else kind.__name__


def _read(module: PartModule, name: str) -> Tensor:
    return module.merged(name)


def divide(module: nn.Module, parts: Mapping[str, Part], slices: Mapping[str, nn.Parameter]) -> None:
    """Make the slices of a module's tensors train, and nothing else of these tensors.

    Args:
        module: Changed in place: its class becomes one that is derived from its own.
        parts: By the name of the tensor in the module.
        slices: What trains, by the same names; see `master`. Modules that share a tensor share these.

    Example:
        >>> from tacit.tuning.locate.values import Part
        >>> layer, part = nn.Linear(2, 3), Part("weight", 0, ((2, 3),), (3, 2), "weight")
        >>> divide(layer, {"weight": part}, {"weight": master(layer.weight, part)})
        >>> [name for name, entry in layer.named_parameters() if entry.requires_grad and name != "bias"]
        ['weight_trained']
        >>> layer(torch.ones(2)).sum().backward()
        >>> layer.weight_trained.grad
        tensor([[1., 1.]])
    """
    kind = type(module)
    axis, _ = _LINEAR.get(_kind(module), (None, None))
    fast = "weight" in parts and parts["weight"].axis == axis
    for name, entry in slices.items():
        cast("Tensor", module._parameters[name]).requires_grad_(False)
        module.register_parameter(trained_name(name), entry)
    module.held = {name: (part, Cut.of(part)) for name, part in parts.items()}  # type: ignore[assignment]
    readable = {name: property(partial(_read, name=name)) for name in parts}
    bases = (PartLinear if fast else PartModule, kind)
    module.__class__ = type(kind.__name__, bases, {**readable, "__module__": kind.__module__})


def rejoin(module: nn.Module) -> None:
    """Make a divided module what it was, with the trained slices in its tensors."""
    assert isinstance(module, PartModule)  # noqa: S101 - for the type
    module.sync()
    for name in module.held:
        del module._parameters[trained_name(name)]
    del module.held
    module.__class__ = type(module).__bases__[1]
