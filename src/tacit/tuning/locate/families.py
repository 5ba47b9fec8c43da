"""How attention modules are recognised, and how the values lie in each: one small entry per family.

A *separate* projection is known by its name and that of its sibling for the keys. A *fused* one is known by its name
and the class it is in, because the same name means thirds in one model and blocks per head in the next; a class that
is not listed is refused, never guessed. Names are those of transformers 4 and 5, torch, open_clip and timm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import UsageError
from tacit.tuning.locate import layouts

if TYPE_CHECKING:
    from torch import nn

    from tacit.tuning.locate.layouts import Layout

SEPARATE: Final = {
    "v_proj": "k_proj",  # llama and most since; bart, clip, gpt-j, gpt-neo, opt, whisper; ViT in transformers 5
    "value": "key",  # bert, ViT in transformers 4
    "v": "k",  # t5, mpnet; a Parameter in xlnet
    "v_lin": "k_lin",  # distilbert, xlm
    "value_proj": "key_proj",  # deberta-v2
    "value_projection": "key_projection",
    "linear_v": "linear_k",  # conformers
    "Wv": "Wk",  # ctrl
    "v_head": "k_head",  # funnel
    "to_v": "to_k",
    "wv": "wk",
    "v_proj_weight": "k_proj_weight",  # torch's MultiheadAttention, where keys have another size
}
"""Names of value projections, and of the sibling that makes sure of it."""

EXTRA: Final = ("v_bias", "value_global")
"""What belongs to the values besides: a bias kept apart (deberta, layoutlmv2, videomae), Longformer's second set."""

OUTPUTS: Final = (
    "o_proj", "out_proj", "c_proj", "dense", "out_lin", "o", "Wo", "wo", "post_proj", "linear_out", "to_out.0",
    "to_out", "output_proj", "proj", "projection", "experts.output_linear",
)  # fmt: skip
"""Names of output projections inside an attention module, in the order in which they are looked for."""

OUTPUTS_BESIDE: Final = ("output.dense", "post_attention")
"""The same for BERT and its kin, where the module next to the attention holds it."""

LOOSE: Final = frozenset((
    "in_proj_weight", "in_proj_bias", "q_proj_weight", "k_proj_weight", "v_proj_weight", "q", "k", "v", "o", "r",
    "q_bias", "k_bias", "v_bias", "bias_k", "bias_v",
))  # fmt: skip
"""Projections that are parameters of the attention module itself, not of a module in it."""

NOT_SOFTMAX: Final = (
    "*DeltaNet*",
    "*DeltaAttention*",
    "*Lightning*",
    "*LinearAttention*",
    "*LSTM*",
    "*Mamba*",
    "*Rwkv*",
)
"""Classes whose values do not go through attention probabilities."""


def _number(module: nn.Module, *names: str) -> int:
    """What the module, or its configuration, calls by one of these names."""
    for holder in (module, getattr(module, "config", None)):
        for name in names:
            found = getattr(holder, name, None)
            if isinstance(found, int) and not isinstance(found, bool) and found > 0:
                return found
    raise UsageError(
        f"A {type(module).__name__} does not say its {names[0]}, so its values cannot be told apart. Load the model "
        "with the library it was made for."
    )


def _heads(module: nn.Module) -> int:
    return _number(module, "num_heads", "num_attention_heads", "n_heads", "n_head")


def _key_heads(module: nn.Module) -> int:
    return _number(module, "num_key_value_heads", "num_kv_heads", "kv_heads", "n_kv_heads")


def thirds_of(size: int) -> Layout:
    """Thirds of an axis of `size` slices."""
    return layouts.thirds(size // 3)


def _thirds(module: nn.Module, size: int) -> Layout:
    return thirds_of(size)


def _halves(module: nn.Module, size: int) -> Layout:
    return layouts.halves(size // 2)


def _crossing(module: nn.Module, size: int) -> Layout:
    return (_halves if getattr(module, "is_cross_attention", False) else _thirds)(module, size)


def _per_head(module: nn.Module, size: int) -> Layout:
    heads = _heads(module)
    return layouts.per_head(heads, size // (3 * heads))


def _grouped(module: nn.Module, size: int) -> Layout:
    heads, keys = _heads(module), _key_heads(module)
    return layouts.grouped(heads, keys, size // (heads + 2 * keys))


def _falcon(module: nn.Module, size: int) -> Layout:
    heads = _heads(module)
    if getattr(module, "new_decoder_architecture", False):
        keys = _number(module, "num_kv_heads")
        return layouts.per_group(heads, keys, size // (heads + 2 * keys))
    if getattr(module, "multi_query", False):
        return layouts.grouped(heads, 1, size // (heads + 2))
    return _per_head(module, size)


def _bigcode(module: nn.Module, size: int) -> Layout:
    if getattr(module, "is_cross_attention", False):
        return _halves(module, size)
    return _grouped(module, size) if getattr(module, "multi_query", False) else _per_head(module, size)


def _latent(module: nn.Module, size: int) -> Layout:
    key, value = _number(module, "qk_nope_head_dim"), _number(module, "v_head_dim")
    return layouts.latent(size // (key + value), key, value)


def _codegen(module: nn.Module, size: int) -> Layout:
    return layouts.shards(size // 3, 4)


Reader = Callable[[Any, int], "Layout"]
"""From an attention module and the size of the projection's output axis to its layout."""


@dataclass(frozen=True, slots=True)
class Fused:
    """A family of fused projections.

    Attributes:
        name: Of the projection in its attention module.
        classes: Patterns for the full name of the attention's class; those it inherits from count too.
        read: What gives the layout.
    """

    name: str
    classes: tuple[str, ...]
    read: Reader


_LATENT: Final = (
    "*.Deepseek*", "*.MiniCPM3*", "*.Glm*", "*.Longcat*", "*.Kimi*", "*.Youtu*", "*.Mistral*", "*.Bailing*", "*.AXK*",
    "*.HY*", "*.Dots3*",
)  # fmt: skip
_PICTURES: Final = (
    "*.Blip*Attention", "*.InstructBlip*Attention", "*.qwen2_vl.*.VisionAttention", "*.Qwen*VisionAttention",
    "*.Glm*VisionAttention", "*.Ernie4_5_VLMoeVisionAttention", "*.Dots3NoteVisionAttention", "*.Sam*Attention",
    "*.CohereCompassVisionAttention", "*.DeepseekOcr2Sam*", "*.UnlimitedOcrSam*", "*.GotOcr2VisionAttention",
    "*.SLANeXtVisionAttention", "*.PPFormulaNetVisionAttention", "*.PPOCRV*Attention", "*.HieraMaskUnitAttention",
    "*.MgpstrAttention", "*.SegGptAttention", "*.Timesformer*", "*.VitDetAttention", "*.Florence2Vision*Attention",
    "timm.*.Attention", "timm.*.AttentionRope", "timm.*.EvaAttention",
)  # fmt: skip

FUSED: Final = (
    Fused("c_attn", ("*.GPT2Attention", "*.DecisionTransformerGPT2*", "*.ImageGPTAttention"), _crossing),
    Fused("c_attn", ("*openai*.Attention",), _thirds),
    Fused("c_attn", ("*.GPTBigCode*",), _bigcode),
    Fused("query_key_value", ("*.Falcon*",), _falcon),
    Fused("query_key_value", ("*.GPTNeoX*", "*.Bloom*", "*.Persimmon*"), _per_head),
    Fused("Wqkv", ("*.MptAttention", "*.ModernBert*"), _thirds),
    Fused("Wqkv", ("*.Dbrx*",), _grouped),
    Fused("qkv_proj", ("*.Phi3*", "*.Phi4Multimodal*"), _grouped),
    Fused("qkv_proj", ("*.CodeGen*",), _codegen),
    Fused("att_proj", ("*.Bark*",), _thirds),
    Fused("qkv_linear", ("*.LayoutLMv2*",), _thirds),
    Fused("in_proj", ("*.deberta.*.DisentangledSelfAttention",), _per_head),
    Fused("in_proj_weight", ("torch.*.MultiheadAttention", "open_clip.*Attention"), _thirds),
    Fused("kv_proj", ("*.JetMoeAttention",), _halves),
    Fused("to_kv", ("*.Evolla*", "*.GraniteSpeech*"), _halves),
    Fused("kv_b_proj", _LATENT, _latent),
    Fused("qkv", ("*.Exaone4_5_VisionAttention",), _grouped),
    Fused("qkv", _PICTURES, _thirds),
)

SHARED: Final = (("kv_proj", ("*.DeepseekV4*",)),)
"""Projections whose output serves as keys and as values."""

SUSPECTS: Final = frozenset({entry.name for entry in FUSED} | {"kqv", "qkv_w", "c_kqv", "to_qkv", "key_value"})
"""Names that only a fused projection has; a module with one that no family knows is refused."""


def matches(module: nn.Module, patterns: tuple[str, ...]) -> bool:
    """Whether the class of a module, or one that it inherits from, has a name like one of the patterns.

    Example:
        >>> class GPTNeoXAttention: ...
        >>> matches(GPTNeoXAttention(), ("*.GPTNeoX*",))
        True
    """
    names = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(module).__mro__]
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
