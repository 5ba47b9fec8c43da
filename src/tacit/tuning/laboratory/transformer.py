"""A small softmax transformer that reads demonstrations and answers queries.

One token holds a demonstration as a whole, its input and its answer; a query is a token whose answer is blank. Each
query sees the instruction, the demonstrations it is given and itself, never another query, so one pass answers many
queries with different numbers of demonstrations. Demonstrations see those before them, as in a language model.

The instruction is a few learned tokens that stand before every prompt. Without them a query without demonstrations
would attend to itself alone, softmax would be 1, and queries and keys would get no gradient: an artefact of toys.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a model is.

    Attributes:
        inputs: Numbers in a token: those of the input, then those of the answer, then one that marks a query.
        outputs: Numbers it answers with: 1 for regression, one per label for classification.
        depth: Layers.
        width: Numbers per token inside the model.
        heads: Attention heads of a layer.
        instruction: Learned tokens before every prompt.
    """

    inputs: int
    outputs: int
    depth: int
    width: int = 24
    heads: int = 2
    instruction: int = 2

    def to_json(self) -> dict[str, int]:
        """Plain values."""
        return asdict(self)


class Layer(nn.Module):
    """Attention and an MLP, each after a LayerNorm and added to what was there (pre-norm).

    Args:
        shape: Of the model.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width)
        self.value, self.output = nn.Linear(width, width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, context: Tensor, queries: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """One layer on both streams.

        Args:
            context: Instruction and demonstrations, shape ``(prompts, tokens, width)``.
            queries: Shape ``(prompts, queries, width)``.
            hidden: True where a query may not look, shape ``(prompts or 1, 1, queries, tokens)``.

        Returns:
            Both streams, and the queries' attention, shape ``(prompts, heads, queries, tokens + 1)``; the last
            column is what a query gives to itself.
        """
        seen, asked = self.attention_norm(context), self.attention_norm(queries)
        keys, values = self._split(self.key(seen)), self._split(self.value(seen))
        own_keys, own_values = self._split(self.key(asked)), self._split(self.value(asked))
        told = nn.functional.scaled_dot_product_attention(self._split(self.query(seen)), keys, values, is_causal=True)
        questions = self._split(self.query(asked)) / keys.shape[-1] ** 0.5
        scores = (questions @ keys.transpose(-1, -2)).masked_fill(hidden, -torch.inf)
        own = (questions * own_keys).sum(-1, keepdim=True)
        attention = torch.cat([scores, own], -1).softmax(-1)
        found = attention[..., :-1] @ values + attention[..., -1:] * own_values
        context = self._mlp(context + self.output(_join(told)))
        queries = self._mlp(queries + self.output(_join(found)))
        return context, queries, attention

    def _mlp(self, tokens: Tensor) -> Tensor:
        changed: Tensor = tokens + self.down(nn.functional.gelu(self.up(self.mlp_norm(tokens))))
        return changed

    def _split(self, tokens: Tensor) -> Tensor:
        """``(prompts, tokens, width)`` to ``(prompts, heads, tokens, width / heads)``."""
        return tokens.view(*tokens.shape[:-1], self.heads, -1).transpose(1, 2)


def _join(heads: Tensor) -> Tensor:
    return heads.transpose(1, 2).flatten(-2)


class Transformer(nn.Module):
    """See the module.

    Args:
        shape: How large it is.
        seed: Of its first weights.

    Example:
        >>> model = Transformer(Shape(inputs=5, outputs=1, depth=2), seed=0)
        >>> model(torch.zeros(4, 8, 5), torch.zeros(4, 3, 5), torch.tensor([0, 4, 8])).shape
        torch.Size([4, 3, 1])
    """

    def __init__(self, shape: Shape, seed: int) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.read_in = nn.Linear(shape.inputs, shape.width)
            self.instruction = nn.Parameter(torch.randn(shape.instruction, shape.width) * 0.5)
            self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.depth))
            self.norm = nn.LayerNorm(shape.width)
            self.read_out = nn.Linear(shape.width, shape.outputs)
        self.shape = shape

    def stack(self) -> list[Layer]:
        """The layers, from the first."""
        return [layer for layer in self.layers if isinstance(layer, Layer)]

    def forward(self, context: Tensor, queries: Tensor, seen: Tensor) -> Tensor:
        """Answer queries.

        Args:
            context: Demonstrations, shape ``(prompts, demonstrations, inputs)``; there may be none.
            queries: Shape ``(prompts, queries, inputs)``.
            seen: How many of the demonstrations, from the first, each query sees; shape ``(queries,)``, or
                ``(prompts, queries)``.

        Returns:
            Shape ``(prompts, queries, outputs)``.
        """
        return self.with_attention(context, queries, seen)[0]

    def with_attention(self, context: Tensor, queries: Tensor, seen: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The answers, and the queries' attention in each layer; see `Layer.forward`."""
        before = self.instruction.expand(context.shape[0], -1, -1)
        told = torch.cat([before, self.read_in(context)], 1)
        asked = self.read_in(queries)
        visible = seen + self.shape.instruction
        hidden = torch.arange(told.shape[1]) >= visible.unsqueeze(-1)
        hidden = hidden.reshape(-1, 1, *hidden.shape[-2:])
        maps = []
        for layer in self.layers:
            told, asked, attention = layer(told, asked, hidden)
            maps.append(attention)
        answers: Tensor = self.read_out(self.norm(asked))
        return answers, maps
