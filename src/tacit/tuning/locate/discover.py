"""The attention modules of a model, and the parts of each: one walk over its modules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from torch import Tensor, nn

from tacit.errors import UsageError
from tacit.tuning.locate import families
from tacit.tuning.locate.layouts import Layout, separate
from tacit.tuning.locate.values import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["self", "cross"]

_CROSS: Final = re.compile(r"cross|encdec|encoder_attn|encoder_attention|multihead_attn", re.IGNORECASE)
_NO_PROJECTION: Final = re.compile(r"norm|embedding|rotary|relativeposition|dropout", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """An attention module.

    Attributes:
        name: In the model.
        module: The module itself.
        kind: ``self`` or ``cross``.
        layout: How the values lie, in words; empty if they cannot be told apart.
        parts: Of the values: weights first, then biases.
        reason: Why there are no parts; empty if there are.
        known: Whether the reason is that its values are nobody else's business (keys and values are one, no softmax)
            rather than that this kind of module is not known here.
    """

    name: str
    module: nn.Module
    kind: Kind
    layout: str = ""
    parts: tuple[Part, ...] = ()
    reason: str = ""
    known: bool = True


def attention_modules(model: nn.Module) -> tuple[Found, ...]:
    """All attention modules, in the order of the model; one that layers share is there once.

    Example:
        >>> [found.layout for found in attention_modules(nn.MultiheadAttention(8, 2))]
        ['contiguous thirds']
    """
    return tuple(found for name, module in model.named_modules() if (found := _found(name, module)) is not None)


def _found(name: str, module: nn.Module) -> Found | None:
    kind: Kind = "cross" if _is_cross(name, module) else "self"
    if families.matches(module, families.NOT_SOFTMAX):
        suspicious = any(_has(module, each) for each in (*families.SUSPECTS, *families.SEPARATE, "in_proj_qkv"))
        reason = "linear attention: its values do not pass through attention probabilities"
        return Found(name, module, kind, reason=reason) if suspicious or _has(module, "in_proj_qkvz") else None
    for projection, classes in families.SHARED:
        if _has(module, projection) and families.matches(module, classes):
            return Found(name, module, kind, reason=f"keys and values are one tensor, {projection}")
    if getattr(module, "is_kv_shared_layer", False):
        return Found(name, module, kind, reason="it reads the keys and values of an earlier layer")
    for entry in families.FUSED:
        if _has(module, entry.name) and families.matches(module, entry.classes):
            size = _tensors(module, entry.name)[0].size
            return _with_parts(name, module, kind, entry.name, entry.read(module, size))
    return _separate(name, module, kind) or _suspect(name, module, kind)


def _separate(name: str, module: nn.Module, kind: Kind) -> Found | None:
    for values, keys in families.SEPARATE.items():
        if not _has(module, keys):
            continue
        if _has(module, values) and (held := _tensors(module, values)):
            return _with_parts(name, module, kind, values, separate(held[0].size))
        if getattr(module, values, module) is None:
            return Found(name, module, kind, reason=f"its values are its keys: there is no {values}")
    return None


def _suspect(name: str, module: nn.Module, kind: Kind) -> Found | None:
    """A module that looks like fused attention, of a class that no family lists."""
    for each in sorted(families.SUSPECTS):
        if not _has(module, each) or (each == "in_proj" and "attention" not in type(module).__name__.lower()):
            continue
        weight = next((held.tensor for held in _tensors(module, each)), None)
        if weight is not None and weight.ndim >= 2 and weight.shape[0] != weight.shape[1]:
            reason = f"how {each} of a {type(module).__name__} holds queries, keys and values is not known"
            return Found(name, module, kind, reason=reason, known=False)
    return None


@dataclass(frozen=True, slots=True)
class _Held:
    """A tensor of a projection: its name in the attention module, the axis of its outputs, and what it is."""

    name: str
    tensor: Tensor
    axis: int
    role: Role

    @property
    def size(self) -> int:
        return self.tensor.shape[self.axis]


def _with_parts(name: str, module: nn.Module, kind: Kind, projection: str, layout: Layout) -> Found:
    found = [(held, layout) for held in _tensors(module, projection)]
    if projection.endswith("_weight"):  # torch's MultiheadAttention keeps one bias for all three
        found += [
            (held, layout if held.size == layout.size else families.thirds_of(held.size))
            for held in _tensors(module, "in_proj_bias")
        ]
    found += [(held, separate(held.size)) for extra in families.EXTRA for held in _tensors(module, extra)]
    parts = [_part(name, module, held, layout) for held, layout in found]
    parts.sort(key=lambda part: part.role != "weight")
    return Found(name, module, kind, layout.words, tuple(parts))


def _part(name: str, module: nn.Module, held: _Held, layout: Layout) -> Part:
    full = f"{name}.{held.name}" if name else held.name
    if held.size != layout.size:
        raise UsageError(
            f"{full} has {held.size} outputs, and {layout.words} in a {type(module).__name__} would have {layout.size}."
            " The module's own figures contradict its weights; load the checkpoint with the configuration it came with."
        )
    return Part(full, held.axis, layout.runs, tuple(held.tensor.shape), held.role)


def _tensors(module: nn.Module, name: str) -> list[_Held]:
    """Weight and bias of a projection, which is a module, a module that wraps one, or a parameter."""
    child: Any = getattr(module, name, None)
    if child is None:
        return []
    if isinstance(child, Tensor):
        axis = child.ndim - 1 if name.endswith("bias") else 0
        return [_Held(name, child, axis, "bias" if name.endswith("bias") else "weight")]
    if _has(child, "base_layer"):
        raise UsageError(
            f"{name} of a {type(module).__name__} has an adapter on it. Merge it first (PEFT: merge_and_unload), or "
            "load the model without."
        )
    axis = 1 if type(child).__name__ == "Conv1D" else 0
    return [
        _Held(
            f"{name}.{inner}", tensor, 0 if tensor.ndim == 1 else axis, "bias" if inner.endswith("bias") else "weight"
        )
        for inner, tensor in child.named_parameters()
        if inner.rpartition(".")[2] in {"weight", "bias"}
    ]


def _has(module: nn.Module, name: str) -> bool:
    return isinstance(getattr(module, name, None), nn.Module | Tensor)


def _is_cross(name: str, module: nn.Module) -> bool:
    if getattr(module, "is_cross_attention", False) is True:
        return True
    return _CROSS.search(f"{'.'.join(name.split('.')[-2:])} {type(module).__name__}") is not None


def projections(found: Found) -> Iterator[Part]:
    """Weights and biases of all projections of an attention module that are inside it, whole."""
    for name, owner in found.module.named_modules():
        if is_projection(owner):
            yield from matrices(".".join(filter(None, (found.name, name))), owner, loose=not name)


def is_projection(module: nn.Module) -> bool:
    """Whether matrices that a module holds itself are applied to activations: it is no norm and no table."""
    return _NO_PROJECTION.search(type(module).__name__) is None


def matrices(prefix: str, owner: nn.Module, *, loose: bool) -> Iterator[Part]:
    """The matrices that a module holds itself, and their biases, whole.

    Args:
        prefix: Its name in the model.
        owner: The module.
        loose: Only parameters that are projections by their names: others of an attention module are tables of
            positions, sinks and scales.
    """
    held = {name: each for name, each in owner.named_parameters(recurse=False) if not loose or name in families.LOOSE}
    if not any(tensor.ndim >= 2 for tensor in held.values()):
        return
    axis = 1 if type(owner).__name__ == "Conv1D" else 0
    for name, tensor in held.items():
        bias = "bias" in name
        if tensor.ndim >= 2 or bias:
            along = axis if tensor.ndim >= 2 and not bias else tensor.ndim - 1
            size = tensor.shape[along]
            yield Part(
                f"{prefix}.{name}".lstrip("."), along, ((0, size),), tuple(tensor.shape), "bias" if bias else "weight"
            )
