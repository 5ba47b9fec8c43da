"""The parts of a model that are models of their own: its towers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

TOWERS: Final = ("language", "vision", "audio", "encoder", "decoder", "connector")
"""What a tower can be called; a model that has only one is called ``model``."""

_WORDS: Final = (
    ("connector", re.compile(r"q_?former|connector|projector|resampler|perceiver")),
    ("vision", re.compile(r"vision|visual|image|video|(^|_)vit($|_)|vqmodel")),
    ("audio", re.compile(r"audio|speech|sound")),
    ("language", re.compile(r"language|text|(^|_)lm($|_)|(^|_)llm($|_)|thinker|talker")),
)
_INPUTS: Final = {"input_ids": "language", "pixel_values": "vision", "input_features": "audio", "input_values": "audio"}


def towers_of(names: Sequence[str]) -> list[str]:
    """The tower of each attention module, by its name in the model.

    Example:
        >>> towers_of(["vision_model.layers.0.attn", "text_model.layers.0.attn"])
        ['vision', 'language']
        >>> towers_of(["encoder.layers.0.attn", "encoder.layers.1.attn"])
        ['model', 'model']
        >>> towers_of(["visual.blocks.0.attn", "transformer.blocks.0.attn"])
        ['vision', 'language']
    """
    found = [_by_word(name) for name in names]
    if None in found:
        stacks = [_by_stack(name) for name in names]
        rest = {stack for stack, tower in zip(stacks, found, strict=True) if tower is None}
        if {"encoder", "decoder"} <= rest:
            found = [tower or stack for tower, stack in zip(found, stacks, strict=True)]
        elif {"vision", "audio"} & set(found) and "language" not in found:
            found = [tower or "language" for tower in found]
    return ["model" if len(set(found)) == 1 or tower is None else tower for tower in found]


def _by_word(name: str) -> str | None:
    for step in name.split("."):
        for tower, words in _WORDS:
            if words.search(step):
                return tower
    return None


def _by_stack(name: str) -> str | None:
    return next((step for step in name.split(".") if step in {"encoder", "decoder"}), None)


def check_scope(model: nn.Module, towers: Sequence[str], scope: str | None) -> frozenset[str]:
    """The towers that are meant.

    Args:
        model: Whose they are.
        towers: Of its attention modules.
        scope: What the user asked for; nothing is enough where there is one tower only.

    Raises:
        UsageError: If there are several and none was named, or there is none of that name.
    """
    there = tuple(dict.fromkeys(towers))
    names = ", ".join(there)
    if scope == "all" or (scope is None and len(there) == 1):
        return frozenset(there)
    if scope is None:
        raise UsageError(
            f"This {type(model).__name__} has several towers: {names}. Say which one is meant with the scope "
            "(--scope), or all."
        )
    if scope in there:
        return frozenset((scope,))
    if there == ("model",) and _INPUTS.get(getattr(model, "main_input_name", "")) == scope:
        return frozenset(there)
    raise UsageError(f"This {type(model).__name__} has no tower {scope!r}. It has: {names}; or all.")
