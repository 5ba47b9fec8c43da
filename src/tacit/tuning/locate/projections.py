"""What else is in the blocks whose values were found: all of attention, its output projections, the MLP's matrices.

The sets that value-only training is compared with. Norms, embeddings and tables of positions are in none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.errors import UsageError
from tacit.tuning.locate import families
from tacit.tuning.locate.discover import attention_modules, is_projection, matrices, projections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from tacit.tuning.locate.discover import Found
    from tacit.tuning.locate.values import Part, ValueMap


def attention_parts(model: nn.Module, values: ValueMap) -> tuple[Part, ...]:
    """Weights and biases of all projections of the attention modules: queries, keys, values and outputs, whole.

    Args:
        model: The model.
        values: Its values, which say which attention modules are meant.

    Example:
        >>> from torch import nn
        >>> from tacit.tuning.locate.api import locate_values
        >>> model = nn.MultiheadAttention(8, 2, bias=False)
        >>> [part.tensor for part in attention_parts(model, locate_values(model))]
        ['in_proj_weight', 'out_proj.weight']
    """
    parts = [part for found in _meant(model, values) for part in (*projections(found), *_outputs(model, found))]
    return tuple(dict.fromkeys(parts))


def output_parts(model: nn.Module, values: ValueMap) -> tuple[Part, ...]:
    """Weights and biases of the output projections, which mix what the heads have read.

    Raises:
        UsageError: If an attention module has none by any known name.

    Example:
        >>> from torch import nn
        >>> from tacit.tuning.locate.api import locate_values
        >>> model = nn.MultiheadAttention(8, 2)
        >>> [part.tensor for part in output_parts(model, locate_values(model))]
        ['out_proj.weight', 'out_proj.bias']
    """
    parts: list[Part] = []
    for found in _meant(model, values):
        outputs = _outputs(model, found)
        if not outputs:
            raise UsageError(
                f"No output projection of {found.name} was found by any known name. Choose another set of weights "
                "(--update), or add its name to OUTPUTS in tacit.tuning.locate.families."
            )
        parts += outputs
    return tuple(dict.fromkeys(parts))


def mlp_parts(model: nn.Module, values: ValueMap) -> tuple[Part, ...]:
    """Weights and biases of the matrices that the same blocks hold outside attention: the MLP, experts and routers.

    A block is the smallest module around an attention module that has such matrices, inside one layer of the model.

    Raises:
        UsageError: If there are none.

    Example:
        >>> from torch import nn
        >>> from tacit.tuning.locate.api import locate_values
        >>> model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 1)
        >>> [part.tensor for part in mlp_parts(model, locate_values(model)) if part.role == "weight"]
        ['layers.0.linear1.weight', 'layers.0.linear2.weight']
    """
    attentions = attention_modules(model)
    taken = {part.tensor for found in attentions for part in (*projections(found), *_outputs(model, found))}
    inside = tuple(f"{found.name}." for found in attentions)
    parts = [part for found in _meant(model, values) for part in _block(model, found.name, taken, inside)]
    if not parts:
        raise UsageError("The blocks of these attention modules hold no other matrices: there is no MLP in them.")
    return tuple(dict.fromkeys(parts))


def _meant(model: nn.Module, values: ValueMap) -> list[Found]:
    wanted = {attention.module for attention in values.attentions}
    return [found for found in attention_modules(model) if found.name in wanted]


def _outputs(model: nn.Module, found: Found) -> list[Part]:
    for name in families.OUTPUTS:
        if (parts := _matrices_of(found.module, found.name, name)) is not None:
            return parts
    above = found.name.rpartition(".")[0]
    for name in families.OUTPUTS_BESIDE:
        if above and (parts := _matrices_of(model.get_submodule(above), above, name)) is not None:
            return parts
    return []


def _matrices_of(module: nn.Module, prefix: str, name: str) -> list[Part] | None:
    """The matrices of a named module below another; of a parameter of that name (xlnet), that parameter."""
    if name in families.LOOSE and name in module._parameters:
        return [part for part in matrices(prefix, module, loose=True) if part.tensor.endswith(f".{name}")]
    try:
        child = module.get_submodule(name)
    except AttributeError:
        return None
    full = ".".join(filter(None, (prefix, name)))
    parts = [
        part
        for inner, owner in child.named_modules()
        if is_projection(owner)
        for part in matrices(".".join(filter(None, (full, inner))), owner, loose=False)
    ]
    return parts or None


def _block(model: nn.Module, name: str, taken: set[str], inside: tuple[str, ...]) -> list[Part]:
    for block in _around(name):
        parts = [
            part
            for inner, owner in model.get_submodule(block).named_modules()
            if is_projection(owner) and not _holds_others(owner)
            for part in matrices(f"{block}.{inner}".strip("."), owner, loose=False)
            if part.tensor not in taken and not part.tensor.startswith(inside)
        ]
        if parts:
            return parts
    return []


def _holds_others(module: nn.Module) -> bool:
    """Whether there are modules with parameters in it; its own are then queries and scales, not matrices."""
    return any(True for child in module.children() for _ in child.parameters())


def _around(name: str) -> Iterator[str]:
    """The modules around one, from the inside, up to the outermost that is numbered: a layer, not the whole stack.

    Where nothing is numbered (a pooling head), only the next one.
    """
    steps = name.split(".")[:-1]
    numbered = [at for at, step in enumerate(steps) if step.isdigit()]
    lowest = numbered[0] if numbered else len(steps) - 1
    for end in range(len(steps), max(lowest, 0), -1):
        yield ".".join(steps[:end])
