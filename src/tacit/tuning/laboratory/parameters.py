"""Which parameters of a small model are trained."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

if TYPE_CHECKING:
    from tacit.tuning.laboratory.transformer import Transformer

RANK: Final = 4
"""Of ``lora-value``."""

_NAMES: Final = {
    "all": r"",
    "attention": r"\.(query|key|value|output)\.",
    "value": r"\.value\.",
    "output": r"\.output\.",
    "mlp": r"\.(up|down)\.",
}


class LowRank(nn.Module):
    """A change of a weight of low rank, 0 at first (Hu et al. 2021, LoRA, arXiv 2106.09685).

    Args:
        weight: The weight, shape ``(outputs, inputs)``.
        seed: Of the first factor.
    """

    def __init__(self, weight: Tensor, seed: int) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(seed)
        outputs, inputs = weight.shape
        self.into = nn.Parameter(torch.randn(RANK, inputs, generator=draw) / inputs**0.5)
        self.out = nn.Parameter(torch.zeros(outputs, RANK))

    def forward(self, weight: Tensor) -> Tensor:
        """The weight with its change."""
        return weight + self.out @ self.into


def choose_parameters(model: Transformer, update: str, seed: int) -> list[nn.Parameter]:
    """Make the parameters of one of `UPDATES` trainable, and no others.

    Args:
        model: Is changed: gradients are switched on and off, and ``lora-value`` adds its factors.
        update: One of `UPDATES`.
        seed: Of what is added.

    Returns:
        What is trained.
    """
    model.requires_grad_(False)
    if update == "lora-value":
        values = [layer.value for layer in model.stack()]
        changes = [LowRank(value.weight, seed + at) for at, value in enumerate(values)]
        for value, change in zip(values, changes, strict=True):
            parametrize.register_parametrization(value, "weight", change)
        return [parameter for change in changes for parameter in change.parameters()]
    chosen = [parameter for name, parameter in model.named_parameters() if re.search(_NAMES[update], name)]
    for parameter in chosen:
        parameter.requires_grad_(True)
    return chosen
