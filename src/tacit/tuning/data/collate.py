"""Rows of tokens as batches, and how examples in one row are kept apart.

Models differ in what keeps the examples of a packed row from seeing each other. Many take places that begin anew as
the sign (``position_ids``), though only without a cache, which is on unless it is switched off: with it they mix the
examples and do not say so (transformers 5.23, ``masking_utils._preprocess_mask_arguments``). Others need a mask;
recurrent ones, and those that count places themselves, cannot do it at all. What a model does is tried out on it.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import torch

from tacit.errors import UsageError
from tacit.tuning.data.rows import IGNORED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor, nn

Apart = Literal["padding", "positions", "mask"]
_LENGTHS: Final = (7, 5, 8)
_TOLERANCE: Final = 0.05
"""How far a packed row may be from its examples one by one, as a share of how far they are when they see each other.
Rounding is far below, and a model that lets them see each other is at 1."""


@dataclass(frozen=True, slots=True)
class Collator:
    """Makes a batch of rows, padded on the right.

    Attributes:
        pad: The token to pad with. Its label is `IGNORED`.
        multiple: Batches are padded to a multiple of this many tokens.
        apart: ``padding`` for one example to a row; for packed rows, what keeps examples apart: ``positions`` or a
            ``mask``, of shape ``(rows, 1, tokens, tokens)``, that is added to the scores of attention.
        dtype: Of that mask; the model's.
    """

    pad: int
    multiple: int = 8
    apart: Apart = "padding"
    dtype: torch.dtype = torch.float32

    def __call__(self, features: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """A batch of what `Row.features` gives: ``input_ids`` and ``labels`` of shape ``(rows, tokens)``, and more.

        With ``positions``, ``use_cache`` is ``False`` in it.
        """
        longest = max(len(one["input_ids"]) for one in features)
        width = -(-longest // self.multiple) * self.multiple
        batch = {
            "input_ids": _padded([one["input_ids"] for one in features], self.pad, width),
            "labels": _padded([one["labels"] for one in features], IGNORED, width),
        }
        if self.apart == "padding":
            return {**batch, "attention_mask": _padded([np.ones(len(one["labels"])) for one in features], 0, width)}
        # Padding counts from 0 too, which makes it an example of its own; a row without places is one example.
        places = [
            np.concatenate([one.get("position_ids", np.arange(len(ids))), np.arange(width - len(ids))])
            for one in features
            for ids in (one["input_ids"],)
        ]
        positions = _padded(places, 0, width)
        if self.apart == "mask":
            return {**batch, "position_ids": positions, "attention_mask": _block_mask(positions, self.dtype)}
        return {**batch, "position_ids": positions, "use_cache": False}


def _padded(rows: Sequence[Any], pad: int, width: int) -> Tensor:
    table = np.full((len(rows), width), pad, dtype=np.int64)
    for at, row in enumerate(rows):
        table[at, : len(row)] = row
    return torch.from_numpy(table)


def _block_mask(positions: Tensor, dtype: torch.dtype) -> Tensor:
    """0 where a token may look, and the least number where it may not: at later tokens, and at other examples."""
    example = (positions == 0).cumsum(-1)
    width = positions.shape[-1]
    seen = (example[:, :, None] == example[:, None, :]) & torch.ones(width, width, dtype=torch.bool).tril()
    return torch.zeros(seen.shape, dtype=dtype).masked_fill(~seen, torch.finfo(dtype).min)[:, None]


def pad_of(tokenizer: Any) -> int:  # noqa: ANN401 - transformers has no types
    """A token to pad with: the tokenizer's, or else any, for nothing looks at it and it is never learned."""
    for name in ("pad_token_id", "eos_token_id", "unk_token_id"):
        if (found := getattr(tokenizer, name, None)) is not None:
            return int(found)
    return 0


def packed_collator(model: nn.Module, pad: int, *, multiple: int = 8) -> Collator:
    """The collator for packed rows of a model.

    A few tokens are drawn and given to the model one example by one, and packed in each of the ways there are; the
    first way that gives the same logits is taken.

    Args:
        model: A causal language model of transformers, as it will be trained: with its dtype and attention.
        pad: The token to pad with.
        multiple: See `Collator`.

    Raises:
        UsageError: If no way keeps the examples apart.
    """
    config = getattr(model, "config", None)
    language = getattr(config, "get_text_config", lambda: config)()
    words = int(getattr(language, "vocab_size", 0) or 2)
    first = next(model.parameters())
    rng = np.random.default_rng(0)
    texts = [rng.integers(words, size=length) for length in _LENGTHS]
    alone = [_logits(model, {"input_ids": torch.from_numpy(text)[None]}) for text in texts]
    whole = np.concatenate(texts)
    mixed = _distance(_logits(model, {"input_ids": torch.from_numpy(whole)[None]}), alone)
    row = {
        "input_ids": whole,
        "labels": whole,
        "position_ids": np.concatenate([np.arange(len(text)) for text in texts]),
    }
    # A mask that is given replaces the model's own, with its window.
    ways: tuple[Apart, ...] = ("positions",) if getattr(language, "sliding_window", None) else ("positions", "mask")
    for apart in ways:
        collator = Collator(pad, multiple, apart, first.dtype)
        try:
            batch = collator([row])
            told = _logits(model, {name: value for name, value in batch.items() if name != "labels"})
        except (TypeError, ValueError, RuntimeError, IndexError):
            continue  # The model takes no such thing.
        if _distance(told, alone) <= _TOLERANCE * mixed:
            return collator
    raise UsageError(
        f"Several examples in one row would see each other in this model ({getattr(config, 'model_type', 'unknown')}): "
        "neither places nor a mask keep them apart. Leave --packing out."
    )


@torch.no_grad()
def _logits(model: nn.Module, batch: dict[str, Any]) -> Tensor:
    device = next(model.parameters()).device
    told = {name: value.to(device) if isinstance(value, torch.Tensor) else value for name, value in batch.items()}
    if "use_cache" in inspect.signature(model.forward).parameters:
        told["use_cache"] = False
    training = model.training
    model.eval()
    try:
        logits: Tensor = model(**told).logits
    finally:
        model.train(training)
    return logits[0].float().cpu()


def _distance(packed: Tensor, alone: Sequence[Tensor]) -> float:
    """Mean absolute difference, over the examples that have others before them."""
    whole = torch.cat(list(alone))
    skipped = len(alone[0])
    return float((packed[skipped : len(whole)] - whole[skipped:]).abs().mean())
