"""What is trained, and what is done so that learning from demonstrations stays."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

Pool = Literal["unseen", "elsewhere", "skill"]

UPDATES: Final = ("all", "attention", "value", "output", "mlp", "lora-value")
KEEPS: Final = ("none", "few-shot-loss", "few-shot", "l2", "average")
SHOTS: Final = (0, 1, 2, 4, 8, 16)
"""Numbers of demonstrations that models are measured with."""


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
    rate: float = 2e-3

    @property
    def own_rate(self) -> float:
        """The learning rate of what is trained."""
        return 3 * self.rate if self.update == "lora-value" else self.rate

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)
