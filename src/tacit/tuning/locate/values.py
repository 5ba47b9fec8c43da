"""Parts of tensors, and where the values of a model's attention are among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["weight", "bias"]


@dataclass(frozen=True, slots=True)
class Part:
    """Entries of one tensor of a checkpoint: whole slices along one axis.

    Attributes:
        tensor: Its name in the state dict.
        axis: Along which the slices are counted: 0 for the rows of a Linear's weight and for biases, 1 for the columns
            of GPT-2's Conv1D.
        runs: Half-open ranges of slices, ascending and apart.
        shape: Of the whole tensor.
        role: ``weight`` or ``bias``.

    Example:
        >>> Part("h.0.attn.c_attn.weight", 1, ((8, 12),), (4, 12), "weight").entries
        16
    """

    tensor: str
    axis: int
    runs: tuple[tuple[int, int], ...]
    shape: tuple[int, ...]
    role: Role

    @property
    def slices(self) -> int:
        """How many slices are in it."""
        return sum(stop - start for start, stop in self.runs)

    @property
    def entries(self) -> int:
        """How many numbers are in it."""
        total = self.slices
        for axis, size in enumerate(self.shape):
            total *= 1 if axis == self.axis else size
        return total

    @property
    def whole(self) -> bool:
        """Whether it is the whole tensor."""
        return self.runs == ((0, self.shape[self.axis]),)


@dataclass(frozen=True, slots=True)
class Attention:
    """One attention module whose values were found.

    Attributes:
        module: Its name in the model.
        kind: ``self`` or ``cross``.
        tower: The part of the model it is in: ``language``, ``vision``, ``audio``, ``encoder``, ``decoder`` or
            ``model`` where there is only one.
        layer: Its number among the modules of its kind and tower, from 0.
        layout: How the values lie, in words: ``separate``, ``contiguous thirds``, ``per head``, ...
        parts: Weights first, then biases.
    """

    module: str
    kind: Literal["self", "cross"]
    tower: str
    layer: int
    layout: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """An attention module that was left out, and why."""

    module: str
    reason: str


@dataclass(frozen=True, slots=True)
class ValueMap:
    """Where the values of a model are.

    Attributes:
        model: Name of the model's class.
        attentions: In the order of the model.
        skipped: Attention modules outside the scope, or whose values cannot be told apart.
    """

    model: str
    attentions: tuple[Attention, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts, each once: layers may share one module (ALBERT)."""
        return tuple(dict.fromkeys(part for attention in self.attentions for part in attention.parts))

    @property
    def entries(self) -> int:
        """How many numbers that is."""
        return sum(part.entries for part in self.parts)
