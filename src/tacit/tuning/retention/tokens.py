"""Two models on the same texts, token by token: losses, and how far the tuned one's predictions are from the base's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from tacit.models.runtime import asking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from torch import Tensor, nn

_CHUNK: Final = 256
"""Tokens whose whole distributions are compared at a time: a vocabulary of 150,000 takes 0.3 GB for these."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as tokens.

    Attributes:
        ids: The tokens; shape ``(tokens,)``.
        counts: Which of them count, never the first; of the same shape.
    """

    ids: NDArray[np.int32]
    counts: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TokenTable:
    """What two models say of each counting token, one after the other over all texts.

    Attributes:
        text: Number of the text of each token.
        base_loss: Negative log-likelihood under the base, in nats.
        tuned_loss: That under the tuned model.
        divergence: KL(base || tuned) of the distributions over the vocabulary, in nats.
    """

    text: NDArray[np.int64]
    base_loss: NDArray[np.float64]
    tuned_loss: NDArray[np.float64]
    divergence: NDArray[np.float64]


def compare_tokens(base: nn.Module, tuned: nn.Module, texts: Sequence[Encoded]) -> TokenTable:
    """Let both models predict every counting token, given the true ones before it.

    Args:
        base: A causal language model of transformers, on its device.
        tuned: One with the same vocabulary.
        texts: At least one with a token that counts. Each is a batch of its own: nothing is padded.
    """
    found: list[tuple[int, Tensor]] = []
    for at, text in enumerate(texts):
        with asking():
            ours, theirs = _logits(base, text), _logits(tuned, text)
            wanted = torch.from_numpy(text.ids[text.counts].astype(np.int64))
            found += [(at, rows) for rows in _compared(ours, theirs.to(ours.device), wanted.to(ours.device))]
    numbers = torch.cat([rows for _, rows in found], dim=1).double().numpy()
    owners = np.concatenate([np.full(rows.shape[1], at) for at, rows in found])
    return TokenTable(owners, *numbers)


def _logits(model: nn.Module, text: Encoded) -> Tensor:
    """Of the tokens that count, from where they are predicted."""
    device = next(model.parameters()).device
    said: Any = model(input_ids=torch.from_numpy(text.ids.astype(np.int64))[None].to(device))
    return said.logits[0, :-1][torch.from_numpy(text.counts[1:]).to(device)]  # type: ignore[no-any-return]


def _compared(ours: Tensor, theirs: Tensor, wanted: Tensor) -> Iterator[Tensor]:
    for start in range(0, len(wanted), _CHUNK):
        part = slice(start, start + _CHUNK)
        one, other = (logits[part].float().log_softmax(-1) for logits in (ours, theirs))
        token = wanted[part].unsqueeze(-1)
        # Below 0 only by rounding.
        divergence = (one.exp() * (one - other)).sum(-1).clamp_min(0)
        yield torch.stack([-one.gather(-1, token)[:, 0], -other.gather(-1, token)[:, 0], divergence]).cpu()
