"""How far what a model says is from what the base says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


def divergence(base: Tensor, tuned: Tensor) -> Tensor:
    """KL(base || tuned), the mean over tokens, in nats.

    Args:
        base: Logits of the base, shape ``(tokens, vocabulary)``.
        tuned: Those of the tuned model, of the same shape.

    Returns:
        One number, at least 0 up to rounding; 0 where there are no tokens.

    Example:
        >>> import torch
        >>> round(divergence(torch.tensor([[0.0, 0.0]]), torch.tensor([[0.0, 1.0]])).item(), 4)
        0.1201
    """
    if not len(base):
        return tuned.sum() * 0.0
    # In float32 whatever the model computes in: differences of log-probabilities are what half precision is worst at.
    targets = base.float().log_softmax(-1)
    return functional.kl_div(tuned.float().log_softmax(-1), targets, reduction="batchmean", log_target=True)
