"""What the small models are asked: linear functions, and symbols with arbitrary labels.

A world draws tasks. A task can be told by demonstrations, which is what a model is trained for at first; one fixed task
of each world is the skill that it is then tuned for, without demonstrations.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prompts of which each has a task of its own, demonstrations of it, and queries.

    Attributes:
        context: Demonstrations, shape ``(prompts, demonstrations, inputs)``.
        queries: Shape ``(prompts, queries, inputs)``.
        targets: Right answers, shape ``(prompts, queries)``.
    """

    context: Tensor
    queries: Tensor
    targets: Tensor


class World(ABC):
    """Tasks of one kind.

    Attributes:
        name: What results call it.
        inputs: Numbers in a token.
        outputs: Numbers in an answer.
        demonstrations: The most that a prompt has.
        null: Error of answering without having seen anything.
        floor: Error of knowing the task.
    """

    name: ClassVar[str]
    inputs: ClassVar[int]
    outputs: ClassVar[int]
    demonstrations: ClassVar[int] = 16
    null: ClassVar[float]
    floor: ClassVar[float]

    @abstractmethod
    def unseen(self, draw: torch.Generator, prompts: int, queries: int) -> Prompts:
        """Prompts of tasks that are drawn anew."""

    @abstractmethod
    def skill(self, draw: torch.Generator, prompts: int, queries: int, *, demonstrations: int = 0) -> Prompts:
        """Prompts of the one task to tune for."""

    @abstractmethod
    def elsewhere(self, draw: torch.Generator, prompts: int, queries: int) -> Prompts:
        """Prompts of tasks of another kind than `unseen`: what one has when one does not know what will be asked."""

    @abstractmethod
    def loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """What training minimises: a mean.

        Args:
            answers: Of the model, shape ``(prompts, queries, outputs)``.
            targets: Shape ``(prompts, queries)``.
        """

    @abstractmethod
    def errors(self, answers: Tensor, targets: Tensor) -> Tensor:
        """The error of each answer, shape ``(prompts, queries)``; `null` and `floor` are in its unit."""

    @abstractmethod
    def apart(self, answers: Tensor, others: Tensor) -> Tensor:
        """How far answers are from those of another model: a mean; what distillation minimises."""


class Lines(World):
    """``y = theta x + noise`` in three dimensions: theta uniform on the unit sphere, x normal, noise of variance .1.

    As in Garg et al. (2022, arXiv 2208.01066), with one token per demonstration. Answers are measured against
    ``theta x`` and the variance of the noise is added, which is the expected squared error without its sampling noise.
    The task to tune for is one theta.
    """

    name = "lines"
    dimensions: ClassVar[int] = 3
    inputs = dimensions + 2
    outputs = 1
    noise: ClassVar[float] = 0.1
    null = 1 + noise
    floor = noise

    def unseen(self, draw: torch.Generator, prompts: int, queries: int) -> Prompts:
        """See `World.unseen`."""
        theta = nn.functional.normalize(torch.randn(prompts, self.dimensions, generator=draw), dim=-1)
        return self._prompts(draw, theta, queries, self.demonstrations)

    def elsewhere(self, draw: torch.Generator, prompts: int, queries: int) -> Prompts:
        """See `World.elsewhere`: theta twice as long, inputs half as large."""
        theta = 2 * nn.functional.normalize(torch.randn(prompts, self.dimensions, generator=draw), dim=-1)
        return self._prompts(draw, theta, queries, self.demonstrations, scale=0.5)

    def skill(self, draw: torch.Generator, prompts: int, queries: int, *, demonstrations: int = 0) -> Prompts:
        """See `World.skill`."""
        theta = torch.full((prompts, self.dimensions), self.dimensions**-0.5)
        return self._prompts(draw, theta, queries, demonstrations)

    def loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Mean squared error; the noise is in `errors` only, and so does not slow training here."""
        return nn.functional.mse_loss(answers.squeeze(-1), targets)

    def errors(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Squared errors."""
        return (answers.squeeze(-1) - targets) ** 2 + self.noise

    def apart(self, answers: Tensor, others: Tensor) -> Tensor:
        """Mean squared difference."""
        return nn.functional.mse_loss(answers, others)

    def _prompts(
        self, draw: torch.Generator, theta: Tensor, queries: int, demonstrations: int, *, scale: float = 1.0
    ) -> Prompts:
        x = scale * torch.randn(theta.shape[0], demonstrations + queries, self.dimensions, generator=draw)
        y = (x @ theta.unsqueeze(-1)).squeeze(-1)
        told = y[:, :demonstrations] + self.noise**0.5 * torch.randn(y[:, :demonstrations].shape, generator=draw)
        nothing = torch.zeros(theta.shape[0], queries)
        return Prompts(
            torch.cat([x[:, :demonstrations], told.unsqueeze(-1), torch.zeros_like(told).unsqueeze(-1)], -1),
            torch.cat([x[:, demonstrations:], nothing.unsqueeze(-1), torch.ones_like(nothing).unsqueeze(-1)], -1),
            y[:, demonstrations:],
        )


class Symbols(World):
    """Noisy copies of four symbols, each with a label out of eight that is drawn anew for each prompt.

    After Chan et al. (2022, arXiv 2205.05055) and Reddy (2024, arXiv 2312.03002): labels mean nothing beyond the
    prompt, so they can only be learned from it. The task to tune for has eight symbols whose labels never change. An
    error is a wrong label.
    """

    name = "symbols"
    dimensions: ClassVar[int] = 12
    labels: ClassVar[int] = 8
    per_prompt: ClassVar[int] = 4
    spread: ClassVar[float] = 0.3
    """Standard deviation of a copy about its symbol, whose own numbers have 1."""
    inputs = dimensions + labels + 1
    outputs = labels
    null = 1 - 1 / labels
    floor = 0.0

    def __init__(self) -> None:
        fixed = torch.Generator().manual_seed(20260223)
        self._known = torch.randn(self.labels, self.dimensions, generator=fixed)

    def unseen(self, draw: torch.Generator, prompts: int, queries: int) -> Prompts:
        """See `World.unseen`."""
        return self._drawn(draw, prompts, queries, self.per_prompt)

    def elsewhere(self, draw: torch.Generator, prompts: int, queries: int) -> Prompts:
        """See `World.elsewhere`: two symbols in a prompt instead of four."""
        return self._drawn(draw, prompts, queries, self.per_prompt // 2)

    def skill(
        self, draw: torch.Generator, prompts: int, queries: int, *, demonstrations: int = 0, shift: int = 0
    ) -> Prompts:
        """See `World.skill`; labels moved on by `shift` tell whether demonstrations still overrule what was learned."""
        which = torch.rand(prompts, self.labels, generator=draw).argsort(-1)
        which = which[:, : self.per_prompt if demonstrations else self.labels]
        return self._prompts(draw, self._known[which], (which + shift) % self.labels, queries, demonstrations)

    def loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Mean cross-entropy, in nats."""
        return nn.functional.cross_entropy(answers.flatten(0, 1), targets.flatten())

    def errors(self, answers: Tensor, targets: Tensor) -> Tensor:
        """1 for a wrong label, 0 for the right one."""
        return (answers.argmax(-1) != targets).float()

    def apart(self, answers: Tensor, others: Tensor) -> Tensor:
        """Mean KL divergence of the answers from the others, in nats."""
        said, wanted = answers.log_softmax(-1).flatten(0, 1), others.log_softmax(-1).flatten(0, 1)
        return nn.functional.kl_div(said, wanted, log_target=True, reduction="batchmean")

    def _drawn(self, draw: torch.Generator, prompts: int, queries: int, kinds: int) -> Prompts:
        symbols = torch.randn(prompts, kinds, self.dimensions, generator=draw)
        labels = torch.rand(prompts, self.labels, generator=draw).argsort(-1)[:, :kinds]
        return self._prompts(draw, symbols, labels, queries, self.demonstrations)

    def _prompts(
        self, draw: torch.Generator, symbols: Tensor, labels: Tensor, queries: int, demonstrations: int
    ) -> Prompts:
        prompts, kinds = labels.shape
        # Every symbol stands among the first of the demonstrations, in any order: a query can then be answered.
        shown = torch.rand(prompts, kinds, generator=draw).argsort(-1)[:, :demonstrations]
        more = torch.randint(kinds, (prompts, demonstrations + queries - shown.shape[1]), generator=draw)
        which = torch.cat([shown, more], 1) if demonstrations else more
        rows = torch.arange(prompts).unsqueeze(-1)
        x = symbols[rows, which]
        x = x + self.spread * torch.randn(x.shape, generator=draw)
        y = labels[rows, which]
        told = nn.functional.one_hot(y, self.labels).float()
        told[:, demonstrations:] = 0
        asks = torch.zeros(*which.shape, 1)
        asks[:, demonstrations:] = 1
        tokens = torch.cat([x, told, asks], -1)
        return Prompts(tokens[:, :demonstrations], tokens[:, demonstrations:], y[:, demonstrations:])


WORLDS: dict[str, type[World]] = {world.name: world for world in (Lines, Symbols)}
