"""Small models of several families, made at random, and what to ask them."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from tacit.models.runtime import transformers_ready

SHAPE: dict[str, Any] = {"vocab_size": 48, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
FAMILIES = ("llama", "gpt_neox", "gpt2", "falcon", "bloom")


def tiny(family: str, dtype: torch.dtype = torch.float32, seed: int = 0) -> Any:
    """A causal language model of two layers."""
    with transformers_ready():
        from transformers import AutoConfig, AutoModelForCausalLM
    more: dict[str, dict[str, Any]] = {
        "llama": {"num_key_value_heads": 2, "intermediate_size": 48},
        "gpt_neox": {"intermediate_size": 48},
        "gpt2": {"n_positions": 64},
        "falcon": {"new_decoder_architecture": True, "num_kv_heads": 2, "bias": True},
        "bloom": {},
        "mixtral": {"num_key_value_heads": 2, "intermediate_size": 24, "num_local_experts": 2},
    }
    torch.manual_seed(seed)
    with transformers_ready():
        config = AutoConfig.for_model(family, **SHAPE, **more[family], bos_token_id=0, eos_token_id=0, pad_token_id=0)
        model = AutoModelForCausalLM.from_config(config).to(dtype).eval()  # type: ignore[no-untyped-call]
    with torch.no_grad():  # biases and norms start as constants, which would hide mistakes
        for parameter in model.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return model


class Tower(nn.Module):
    """Attention by torch's own module, which reads its weights without calling a layer."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(16, 2, batch_first=True)
        self.head = nn.Linear(16, 48)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.head(self.attention(x, x, x, need_weights=False)[0])
        return out


def ids(seed: int = 1, rows: int = 3, length: int = 12) -> torch.Tensor:
    return torch.randint(48, (rows, length), generator=torch.Generator().manual_seed(seed))


def train(model: Any, parameters: list[nn.Parameter], *, steps: int, rate: float = 1e-2) -> torch.optim.Optimizer:
    """Steps of AdamW with decay and clipping."""
    optimizer = torch.optim.AdamW(parameters, rate, weight_decay=0.1)
    for step in range(steps):
        x = ids(step)
        loss = model(input_ids=x, labels=x).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    return optimizer
