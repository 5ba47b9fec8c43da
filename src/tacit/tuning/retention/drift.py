"""Attention drift: how much attention probability the tuned model has moved, layer by layer, on few-shot prompts.

Tuning values cannot move attention in the first layer, whose queries and keys read the embeddings; there the drift is
exactly 0 when nothing but V was tuned. From the second layer on the inputs of queries and keys have moved, so attention
moves too, and "value tuning leaves attention alone" holds for one layer only.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from tacit.errors import UsageError
from tacit.evidence.comparing.means import mean_interval
from tacit.evidence.estimate import Estimate
from tacit.models.runtime import asking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from torch import Tensor, nn

MOST_TOKENS: Final = 512
"""Of a prompt, its end: attention of all layers is quadratic in it."""


@dataclass(frozen=True, slots=True)
class LayerDrift:
    """Drift in one layer.

    Attributes:
        layer: Its number, from 0, among the layers with attention.
        distance: Mean total variation distance between the attention probabilities of the two models, from 0 (the
            same) to 1 (nothing in common), over heads and positions; interval over prompts.
    """

    layer: int
    distance: Estimate


@dataclass(frozen=True, slots=True)
class Drift:
    """Attention drift of a tuned model.

    Attributes:
        layers: From the first to the last.
        prompts: On how many prompts.
    """

    layers: tuple[LayerDrift, ...]
    prompts: int

    @property
    def only_later(self) -> bool:
        """Whether attention is bit for bit what it was in the first layer, and moved in another."""
        first = self.layers[0].distance.high
        return first == 0 and any(layer.distance.value for layer in self.layers[1:])


def attention_drift(base: nn.Module, tuned: nn.Module, prompts: Sequence[Sequence[int]], level: float = 0.95) -> Drift:
    """Compare attention on the same prompts.

    Args:
        base: A model of transformers that can compute attention eagerly, on its device.
        tuned: One of the same shape.
        prompts: Token ids; of each the last `MOST_TOKENS`.
        level: Nominal coverage.

    Returns:
        Per layer ``0.5 * sum |p - q|`` over what is attended to, averaged over heads and positions. The first position
        has nothing but itself to attend to and is left out.

    Raises:
        UsageError: If a model gives no attention, or the two differ in shape.
    """
    with _eager(base), _eager(tuned):
        table = np.array([_distances(base, tuned, list(ids[-MOST_TOKENS:])) for ids in prompts if len(ids) > 1])
    if not table.size:
        raise UsageError("Attention cannot be compared: no prompt has more than one token.")
    layers = tuple(LayerDrift(at, _mean(column, level)) for at, column in enumerate(table.T))
    return Drift(layers, len(table))


def _distances(base: nn.Module, tuned: nn.Module, ids: list[int]) -> list[float]:
    with asking():
        one, other = (_attention(model, ids) for model in (base, tuned))
        if [p.shape for p in one] != [q.shape for q in other]:
            raise UsageError("Attention cannot be compared: the two models have different numbers of layers or heads.")
        moved = [(p.float() - q.to(p.device).float()).abs().sum(-1)[..., 1:] for p, q in zip(one, other, strict=True)]
        return [float(distance.mean() / 2) for distance in moved]


def _attention(model: nn.Module, ids: list[int]) -> list[Tensor]:
    device = next(model.parameters()).device
    said: Any = model(input_ids=torch.tensor([ids], device=device), output_attentions=True, use_cache=False)
    found = [p for p in (getattr(said, "attentions", None) or ()) if p is not None]
    if not found:
        raise UsageError(f"{type(model).__name__} does not give its attention probabilities.")
    return found


@contextmanager
def _eager(model: nn.Module) -> Iterator[None]:
    """While attention is computed in the way in which its probabilities can be had."""
    named: Any = model
    before = getattr(named.config, "_attn_implementation", None)
    if not hasattr(named, "set_attn_implementation") or before in {None, "eager"}:
        yield
        return
    named.set_attn_implementation("eager")
    try:
        yield
    finally:
        named.set_attn_implementation(before)


def _mean(values: NDArray[np.float64], level: float) -> Estimate:
    if not values.any():
        return Estimate(0.0, 0.0, 0.0, len(values), "no difference in any prompt", level)
    found = mean_interval(values, level=level)
    if found.value is None or found.low is None or found.high is None:
        return found
    return Estimate(found.value, max(found.low, 0.0), min(found.high, 1.0), found.n, found.method, found.level)
