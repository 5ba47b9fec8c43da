"""KL(base || tuned) on the new task's inputs: the cheap monitor.

How much a tuned model has forgotten goes with how far it moved on the new task itself, whatever moved it (Shenfeld,
Pari & Agrawal 2025, "RL's Razor", arXiv 2509.04259). It needs no other task and no demonstrations, so it can be looked
at often; it says nothing about what exactly was lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tacit.evidence.comparing.means import mean_interval
from tacit.evidence.estimate import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tacit.tuning.retention.tokens import TokenTable


@dataclass(frozen=True, slots=True)
class Divergence:
    """How far the tuned model's predictions are from the base's.

    Attributes:
        nats: KL(base || tuned) per token, in nats, clustered by example.
        examples: How many examples.
        tokens: How many tokens.
    """

    nats: Estimate
    examples: int
    tokens: int


def divergence(table: TokenTable, level: float = 0.95) -> Divergence:
    """The mean over tokens, with an interval for other examples.

    Args:
        table: From `tacit.tuning.retention.tokens.compare_tokens`.
        level: Nominal coverage.
    """
    values = np.maximum(table.divergence, 0.0)
    return Divergence(per_token(values, table.text, level, lowest=0.0), len(np.unique(table.text)), len(table.text))


def per_token(
    values: NDArray[np.float64], text: NDArray[np.int64], level: float = 0.95, *, lowest: float | None = None
) -> Estimate:
    """A mean over tokens, clustered by example.

    Args:
        values: One per token.
        text: The example of each token.
        level: Nominal coverage.
        lowest: What the lower limit cannot fall below.

    Returns:
        The mean. Where all values are 0 the interval has no width: the models do the very same on all of this.

    Example:
        >>> found = per_token(np.array([0.1, 0.4, 0.2, 0.1]), np.array([0, 0, 1, 2]), lowest=0.0)
        >>> round(found.value, 3), found.n, found.low
        (0.2, 4, 0.0)
        >>> per_token(np.zeros(3), np.array([0, 1, 1])).high
        0.0
    """
    if len(values) and not values.any():
        return Estimate(0.0, 0.0, 0.0, len(values), "no difference in any token", level)
    found = mean_interval(values, text, level=level)
    if lowest is None or found.value is None or found.low is None or found.high is None:
        return found
    return Estimate(found.value, max(found.low, lowest), found.high, found.n, found.method, found.level)
