"""Models whose values cannot be trained apart, whatever their layout: quantised ones, and values tied to others."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import torch

from tacit.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor, nn

    from tacit.tuning.locate.values import ValueMap

DTYPES: Final = frozenset((torch.float16, torch.bfloat16, torch.float32, torch.float64))
_LIBRARIES: Final = ("bitsandbytes", "torchao", "gptqmodel", "auto_gptq", "awq", "hqq", "quanto", "optimum", "eetq")


def refuse_quantised(model: nn.Module) -> None:
    """Refuse a model that was loaded quantised.

    Raises:
        UsageError: If it was.
    """
    config: Any = getattr(model, "config", None)
    said = getattr(config, "quantization_config", None) is not None or getattr(model, "is_quantized", False)
    library = next((kind for each in model.modules() if (kind := _library(each)) is not None), None)
    if said or library is not None:
        raise UsageError(
            f"This {type(model).__name__} is quantised{f' ({library})' if library else ''}: its weights are codes, not "
            "numbers that a step could change. Load the checkpoint it was made from (bf16 or fp16), tune that, "
            "and quantise the result."
        )


def _library(thing: object) -> str | None:
    kind = type(thing)
    return kind.__name__ if kind.__module__.partition(".")[0] in _LIBRARIES else None


def refuse_tied(model: nn.Module, values: ValueMap) -> None:
    """Refuse values that are not numbers of their own: of another dtype, a library's own tensor, or tied.

    Layers may share their values among each other (ALBERT); what shares storage with anything else is refused.

    Raises:
        UsageError: If any are.
    """
    named = dict(model.named_parameters(remove_duplicate=False))
    sharing: dict[object, set[str]] = defaultdict(set)
    for name, tensor in named.items():
        sharing[_place(tensor)].add(name)
    ours = {part.tensor for attention in values.attentions for part in attention.parts}
    aliases = {_alias(model, name) for name in ours}
    for name in sorted(ours):
        tensor = named[name]
        if tensor.dtype not in DTYPES or _library(tensor.data) is not None:
            raise UsageError(
                f"{name} holds {tensor.dtype}, which is no dtype to train in. Load the model in float32, bfloat16 or "
                "float16."
            )
        others = sorted(other for other in sharing[_place(tensor)] - ours if _alias(model, other) not in aliases)
        if others:
            raise UsageError(
                f"{name} is tied to {others[0]}, which is no value projection, so it cannot be trained alone. Untie "
                "them, or choose another set of weights (--update)."
            )


def _place(tensor: Tensor) -> object:
    return id(tensor) if tensor.is_meta or not tensor.numel() else tensor.data_ptr()


def _alias(model: nn.Module, name: str) -> tuple[int, str]:
    """The module that holds a parameter and its name there: the same for all names of a module that layers share."""
    owner, _, last = name.rpartition(".")
    return id(model.get_submodule(owner)), last
