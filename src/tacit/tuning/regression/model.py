"""One layer of linear attention, with queries and keys merged into one matrix or apart (design 1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import torch

from tacit.errors import UsageError
from tacit.tuning.regression.data import generator

if TYPE_CHECKING:
    from torch import Tensor

    from tacit.tuning.regression.data import Prompts
    from tacit.tuning.regression.problem import Array, Problem

Update = Literal["all", "value", "query-key", "query", "key"]

_SPREAD: Final = 0.05


@dataclass(frozen=True)
class LinearAttention:
    """``Z + (1 / (n + 1)) (Z Q Z') (Z V')``, read at the last coordinate of the query, with ``Q = W_Q' W_K`` or free.

    Only the last row ``v`` of ``V`` reaches that coordinate, so it is all that is kept of ``V``.

    Attributes:
        tensors: ``value``, shape ``(d + 2,)``; ``query_key``, or ``query`` and ``key``, each ``(d + 2, d + 2)``.

    Example:
        >>> from tacit.tuning.regression.data import draw_prompts, generator
        >>> from tacit.tuning.regression.problem import Problem
        >>> model = LinearAttention.initial(Problem(inputs=2), seed=0)
        >>> model(draw_prompts(Problem(inputs=2), 4, 3, generator(0))).shape
        torch.Size([4])
    """

    tensors: dict[str, Tensor]

    @classmethod
    def initial(cls, problem: Problem, seed: int, *, split: bool = False, spread: float = _SPREAD) -> LinearAttention:
        """First parameters, ``N(0, spread^2)``; queries and keys are apart if `split`."""
        draw, size = generator(seed, 2), problem.inputs + 2
        names = ("query", "key") if split else ("query_key",)
        drawn = {name: spread * torch.randn(size, size, generator=draw) for name in names}
        return cls({**drawn, "value": spread * torch.randn(size, generator=draw)})

    @classmethod
    def merged(cls, query_key: Array, value: Array) -> LinearAttention:
        """The model of given parameters."""
        return cls(
            {
                "query_key": torch.tensor(query_key, dtype=torch.float32),
                "value": torch.tensor(value, dtype=torch.float32),
            }
        )

    @property
    def query_key(self) -> Tensor:
        """``Q``, shape ``(d + 2, d + 2)``."""
        if "query_key" in self.tensors:
            return self.tensors["query_key"]
        return self.tensors["query"].T @ self.tensors["key"]

    @property
    def value(self) -> Tensor:
        """``v``, shape ``(d + 2,)``."""
        return self.tensors["value"]

    def __call__(self, prompts: Prompts) -> Tensor:
        """Answers to the queries, shape ``(prompts,)``."""
        tokens = prompts.tokens
        scores = tokens @ (tokens[:, -1] @ self.query_key).unsqueeze(-1)
        return (scores.squeeze(-1) * (tokens @ self.value)).mean(-1)

    def trained_by(self, update: Update) -> tuple[str, ...]:
        """Names of the tensors that an update changes.

        Raises:
            UsageError: If the model has none for it.
        """
        if update == "all":
            return tuple(self.tensors)
        wanted = ("query", "key") if update == "query-key" and "query" in self.tensors else (update.replace("-", "_"),)
        if not set(wanted) <= set(self.tensors):
            raise UsageError(
                f"There is no {update!r} to train in a model whose parameters are {', '.join(self.tensors)}."
            )
        return wanted

    def arrays(self) -> tuple[Array, Array]:
        """``Q`` and ``v`` in double precision, for the formulas."""
        return self.query_key.numpy().astype(np.float64), self.value.numpy().astype(np.float64)
