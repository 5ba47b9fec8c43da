"""What is trained, and what is done so that learning from demonstrations stays."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

if TYPE_CHECKING:
    from tacit.tuning.laboratory.transformer import Transformer

Pool = Literal["unseen", "elsewhere", "skill"]

UPDATES: Final = ("all", "attention", "value", "output", "mlp", "lora-value")
KEEPS: Final = ("none", "few-shot-loss", "few-shot", "l2", "average")
RANK: Final = 4
"""Of ``lora-value``."""

_NAMES: Final = {
    "all": r"",
    "attention": r"\.(query|key|value|output)\.",
    "value": r"\.value\.",
    "output": r"\.output\.",
    "mlp": r"\.(up|down)\.",
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is tuned for the skill.

    Attributes:
        update: What is trained, one of `UPDATES`; biases with their weights.
        keep: What is done beside: ``few-shot-loss`` adds the loss on prompts of the skill with demonstrations, its
            weight falling to 0 (Lee, Sohn and Lee 2026); ``few-shot`` distils the base's answers on few-shot prompts;
            ``l2`` pulls to the base's weights (Li et al. 2018, L2-SP); ``average`` goes on training and then
            interpolates with the base (Wortsman et al. 2022, WiSE-FT).
        bound: Training stops at the first check at which the skill's error is at most this; ``None`` for all `steps`.
        steps: The most there are.
        pool: Where the prompts of ``few-shot`` come from: ``unseen`` tasks like those that are asked for afterwards,
            tasks of another kind (``elsewhere``), or the ``skill`` itself.
        weight: Of what is done beside.
        rate: Learning rate of Adam; three times that for ``lora-value``, whose change is a product that begins at 0.
    """

    update: str
    keep: str
    bound: float | None
    steps: int = 300
    pool: Pool = "unseen"
    weight: float = 1.0
    rate: float = 1e-3

    @property
    def own_rate(self) -> float:
        """The learning rate of what is trained."""
        return 3 * self.rate if self.update == "lora-value" else self.rate

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


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
