"""The laboratory's language model as it is before training: a small Llama that has the parts of an induction circuit.

A head that looks at the token before, and in the layer after it one that looks for what stood before and copies what
came then, are the first circuit by which language models learn in context (Olsson et al. 2022, arXiv 2209.11895).
Training finds it late: with three layers, such a model was still at chance after 1,200 steps from random weights, and
answered every question of `mapping` with four demonstrations after 300 steps from these. What counts as alike, and
all else, is learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor

WIDTH: Final = 64
HEAD: Final = 16
HEADS: Final = 4
GROUPS: Final = 2
"""Key and value heads; half as many as heads, as in larger models of this kind."""
BASE: Final = 10_000.0
"""Of the rotations that tell positions: pair f of a head turns by ``BASE ** (-2 f / HEAD)`` radians per token."""
SPREAD: Final = 0.08
"""Standard deviation of the first weights."""
CONSTANT: Final = 4.0
"""The first number of every token's embedding, once normalised; with it a head can look at a position as such."""
CONSTANT_LATER: Final = 2.0
"""What is left of it after the first circuit has written what it found beside it."""
SHARPNESS: Final = 6.0
"""How much more, before the softmax, a head that looks at a position gives to it than to its neighbours."""
WRITE: Final = 0.23
MATCH: Final = 1.5
COPY: Final = 0.3
_QUIET: Final = 0.2
"""What is left of the random weights of and beside the circuits, so that these are heard."""


@dataclass(frozen=True, slots=True)
class _Planes:
    """Directions that the parts of the circuit share; rows are orthogonal.

    Attributes:
        read: What of a token is remembered, shape ``(HEAD, WIDTH)``.
        before: Where the token one before is written to, shape ``(HEAD, WIDTH)``.
        earlier: Where the token two before is written to, shape ``(HEAD, WIDTH)``.
        copied: What of an answer is copied, shape ``(GROUPS * HEAD, WIDTH)``.
    """

    read: Tensor
    before: Tensor
    earlier: Tensor
    copied: Tensor


def start_model(tokens: int, layers: int, inner: int, seed: int) -> Any:  # noqa: ANN401 - transformers has no types
    """A model that nothing has been taught.

    Args:
        tokens: Size of the vocabulary.
        layers: Two at least.
        inner: Width inside the MLPs.
        seed: Of the random weights.

    Returns:
        A `transformers.LlamaForCausalLM`.

    Example:
        >>> from tacit.models.runtime import transformers_ready
        >>> with transformers_ready():
        ...     model = start_model(300, 2, 32, seed=0)
        >>> model.num_parameters()
        56384
    """
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=tokens,
        hidden_size=WIDTH,
        head_dim=HEAD,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=HEADS,
        num_key_value_heads=GROUPS,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": BASE},
        initializer_range=SPREAD,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=0,
    )
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        model = LlamaForCausalLM(config)
        # The rest of an embedding has SPREAD per number, and all of it a root mean square of 1 once normalised.
        rest = ((WIDTH - CONSTANT**2) / (WIDTH - 1)) ** 0.5
        model.model.embed_tokens.weight[:, 0] = SPREAD * CONSTANT / rest
        for layer in model.model.layers:
            layer.mlp.down_proj.weight *= _QUIET
        for first in range(0, layers - 1, 2):
            read, written, copied = (_orthogonal() for _ in range(3))
            planes = _Planes(read[:HEAD], written[:HEAD], written[HEAD : 2 * HEAD], copied[: GROUPS * HEAD])
            _look_back(model.model.layers[first].self_attn, planes, CONSTANT if first == 0 else CONSTANT_LATER)
            _match_and_copy(model.model.layers[first + 1].self_attn, planes)
    return model


def _orthogonal() -> Tensor:
    """Random orthogonal rows, blind to the constant."""
    rows: Tensor = torch.linalg.qr(torch.randn(WIDTH, WIDTH))[0]
    rows[:, 0] = 0
    return rows


def _turns() -> Tensor:
    """Radians per token of each pair of a head's numbers, which are ``f`` and ``f + HEAD / 2``."""
    return BASE ** (-torch.arange(0, HEAD, 2) / HEAD)


def _look_back(attention: Any, planes: _Planes, constant: float) -> None:  # noqa: ANN401
    """Heads 0 and 1 look one and two tokens back, and write what they see to planes of their own.

    A query that is a key turned back by ``o`` tokens scores ``sum cos((i - j - o) turn)``, which is largest at
    ``j = i - o``. Only pairs that turn fast tell neighbours apart.
    """
    turns, half = _turns(), HEAD // 2
    fast = turns > 0.09
    length = (SHARPNESS * HEAD**0.5 / (1 - torch.cos(turns[fast])).sum()).sqrt() / constant
    keys, queries = attention.k_proj.weight, attention.q_proj.weight
    keys[:HEAD] *= _QUIET
    keys[:HEAD, 0] = 0
    keys[:half, 0][fast] = length
    for head, back in enumerate((1, 2)):
        rows = queries[head * HEAD : (head + 1) * HEAD]
        rows *= _QUIET
        rows[:, 0] = 0
        rows[:half, 0][fast] = length * torch.cos(back * turns[fast])
        rows[half:, 0][fast] = -length * torch.sin(back * turns[fast])
    attention.v_proj.weight[:HEAD] = WRITE * planes.read
    attention.o_proj.weight *= _QUIET
    attention.o_proj.weight[:, : 2 * HEAD] = torch.cat([planes.before, planes.earlier]).T


def _match_and_copy(attention: Any, planes: _Planes) -> None:  # noqa: ANN401
    """All heads look for an answer before which stood what now stands before the blank, and copy it.

    An input ends one token before the blank and two before an answer, as the words that announce an answer are one
    token. What is alike must be so wherever it stands: only pairs that hardly turn are used.
    """
    slow = (_turns() < 0.015).nonzero().squeeze(1)
    slow = torch.cat([slow, slow + HEAD // 2])
    for group in range(GROUPS):
        at = slice(group * HEAD, (group + 1) * HEAD)
        looked_for = torch.randperm(HEAD)[: len(slow)]
        attention.k_proj.weight[at] *= _QUIET
        attention.k_proj.weight[at][slow] += MATCH * planes.earlier[looked_for]
        attention.v_proj.weight[at] = COPY * planes.copied[at]
        for head in range(group * HEADS // GROUPS, (group + 1) * HEADS // GROUPS):
            own = slice(head * HEAD, (head + 1) * HEAD)
            attention.q_proj.weight[own] *= _QUIET
            attention.q_proj.weight[own][slow] += MATCH * planes.before[looked_for]
            attention.o_proj.weight[:, own] = COPY * planes.copied[at].T
