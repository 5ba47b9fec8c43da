"""Whole slices of a tensor along one axis: as a view where their places allow one, by index otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from tacit.tuning.locate.values import Part


@dataclass(frozen=True)
class Cut:
    """Some slices of an axis.

    Attributes:
        size: Of the axis.
        runs: Half-open ranges of slices, ascending and apart.

    Example:
        >>> cut = Cut(6, ((2, 3), (5, 6)))  # the third slice of every three
        >>> cut.take(torch.arange(6), 0).tolist()
        [2, 5]
    """

    size: int
    runs: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, part: Part) -> Cut:
        """The slices of a part, on the axis they are counted along."""
        return cls(part.shape[part.axis], part.runs)

    @cached_property
    def index(self) -> Tensor:
        """Their numbers, on the CPU."""
        return torch.cat([torch.arange(start, stop) for start, stop in self.runs])

    @cached_property
    def _grid(self) -> tuple[int, int, int] | None:
        """Times, first slice and length, if the axis consists of equal blocks with one run at the same place in each.

        That is how fused attention interleaves: per head or per group. Contiguous runs are the case of one block.
        """
        times = len(self.runs)
        period = self.size // times
        start, stop = self.runs[0]
        regular = tuple((start + at * period, stop + at * period) for at in range(times))
        return (times, start, stop - start) if times * period == self.size and regular == self.runs else None

    def take(self, tensor: Tensor, axis: int) -> Tensor:
        """The slices: a view if they are one run, a copy otherwise."""
        axis %= tensor.ndim
        if self._grid is None:
            return tensor.index_select(axis, self.index.to(tensor.device))
        times, start, length = self._grid
        if times == 1:
            return tensor.narrow(axis, start, length)
        return _blocks(tensor, axis, times).narrow(axis + 1, start, length).flatten(axis, axis + 1)

    def put(self, tensor: Tensor, axis: int, values: Tensor) -> None:
        """Overwrite the slices in place, outside of any graph; ``values`` are cast to the tensor's type."""
        axis %= tensor.ndim
        with torch.no_grad():
            if self._grid is None:
                tensor.index_copy_(axis, self.index.to(tensor.device), values.to(tensor.dtype))
                return
            times, start, length = self._grid
            if times == 1:
                tensor.narrow(axis, start, length).copy_(values)
                return
            _blocks(tensor, axis, times).narrow(axis + 1, start, length).copy_(_blocks(values, axis, times))

    def replaced(self, tensor: Tensor, axis: int, values: Tensor) -> Tensor:
        """The tensor with these slices instead of its own; gradients reach ``values``."""
        return tensor.index_copy(axis, self.index.to(tensor.device), values.to(tensor.dtype))


def _blocks(tensor: Tensor, axis: int, times: int) -> Tensor:
    """The tensor with an axis split into equal blocks."""
    return tensor.view(*tensor.shape[:axis], times, tensor.shape[axis] // times, *tensor.shape[axis + 1 :])
