"""Attention that is watched gives what it gives otherwise, and its probabilities."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from tacit.tuning.locate.watch import Watched, watchable  # noqa: E402

MASK = torch.arange(5)[:, None] >= torch.arange(5)
WAYS: dict[str, dict[str, Any]] = {
    "plain": {},
    "causal": {"is_causal": True},
    "boolean mask": {"attn_mask": MASK},
    "added mask": {"attn_mask": torch.where(MASK, 0.0, -1e9)},
    "a row that sees nothing": {"attn_mask": MASK & (torch.arange(5) != 0)[:, None]},
    "scale": {"scale": 0.1, "is_causal": True},
    "fewer heads of keys": {"enable_gqa": True},
}


def drawn(*shape: int) -> Any:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


@pytest.mark.parametrize("way", sorted(WAYS))
def test_scaled_dot_product_attention(way: str) -> None:
    heads = 2 if "fewer" in way else 4
    query, key, value = drawn(2, 4, 5, 8), drawn(2, heads, 5, 8), drawn(2, heads, 5, 8) + 1
    expected = functional.scaled_dot_product_attention(query, key, value, **WAYS[way])
    with Watched() as watched:
        found = functional.scaled_dot_product_attention(query, key, value, **WAYS[way])
    assert torch.allclose(found, expected, atol=1e-6)
    (probabilities,) = watched.probabilities
    sums = probabilities.sum(-1)
    assert probabilities.shape == (2, 4, 5, 5)
    assert torch.allclose(sums, torch.ones_like(sums)) != ("nothing" in way)


@pytest.mark.parametrize("weights", [True, False])
def test_multi_head_attention_keeps_its_answer(weights: bool) -> None:
    model, hidden = nn.MultiheadAttention(8, 2), drawn(5, 3, 8)
    expected, _ = model(hidden, hidden, hidden, need_weights=weights)
    with watchable(model), Watched() as watched:
        found, shown = model(hidden, hidden, hidden, need_weights=weights)
    assert torch.allclose(found, expected, atol=1e-6)
    assert (shown is not None) == weights
    assert watched.probabilities[0].shape == (3, 2, 5, 5)
    assert {id(model.out_proj.weight), id(model.out_proj.bias)} <= watched.late
    assert id(model.in_proj_weight) not in watched.late


def test_what_meets_the_mixture_is_late_and_what_makes_it_is_not() -> None:
    before, after = nn.Linear(8, 8, bias=False), nn.Linear(8, 8, bias=False)
    with Watched() as watched:
        hidden = before(drawn(5, 8))
        mixed = torch.empty(5, 8)
        mixed[:] = (hidden @ hidden.T).softmax(-1) @ hidden
        after(mixed)
    assert id(after.weight) in watched.late
    assert id(before.weight) not in watched.late
