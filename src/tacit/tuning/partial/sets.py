"""Which entries of a model train: the values, other sets to compare them with, or low-rank changes of any of them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import UsageError
from tacit.tuning.locate.api import locate_values
from tacit.tuning.locate.projections import attention_parts, mlp_parts, output_parts
from tacit.tuning.locate.values import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from torch import nn

    from tacit.tuning.locate.api import Which
    from tacit.tuning.locate.values import Attention, ValueMap

STATE_BYTES: Final = 8
"""What AdamW remembers of a trained value: two moments in float32."""

_FOUND: Final[dict[str, Callable[[nn.Module, ValueMap], Sequence[Part]]]] = {
    "value": lambda _, values: values.parts,
    "output": output_parts,
    "value+output": lambda model, values: (*values.parts, *output_parts(model, values)),
    "attention": attention_parts,
    "mlp": mlp_parts,
    "all": lambda model, _: _everything(model),
}
_LOW_RANK: Final = {
    "lora-value": "value",
    "lora-output": "output",
    "lora-value+output": "value+output",
    "lora": "attention",
    "lora-mlp": "mlp",
}
UPDATES: Final = (*_FOUND, "random", *_LOW_RANK)
"""What `select` can be asked for."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The entries of a model that train.

    Attributes:
        update: The set's name.
        parts: What they are parts of, by tensor; for LoRA, what its low-rank change is added to.
        rank: Of the change; None where the entries themselves train.
        entries: Numbers in the whole model.
        note: What is worth knowing about the choice, or nothing.
    """

    update: str
    parts: tuple[Part, ...]
    rank: int | None
    entries: int
    note: str = ""

    @property
    def trained(self) -> int:
        """How many values train."""
        if self.rank is None:
            return sum(part.entries for part in self.parts)
        return self.rank * sum(map(_low_rank, self.parts))

    @property
    def share(self) -> float:
        """Trained values per number of the model."""
        return self.trained / self.entries

    @property
    def state_bytes(self) -> int:
        """Bytes that AdamW keeps."""
        return STATE_BYTES * self.trained

    @property
    def break_even(self) -> float | None:
        """The rank from which LoRA trains more values than the matrices have.

        A change of rank r of h inputs and k outputs has r(h + k) values, the matrix hk: the two are equal at
        hk / (h + k). Over several matrices it is the ratio of the sums. None if there is no matrix.
        """
        matrices = [part for part in self.parts if len(part.shape) == 2 and part.role == "weight"]
        if self.update in {"all", "random"} or not matrices:
            return None
        return sum(part.entries for part in matrices) / sum(map(_low_rank, matrices))

    @property
    def cost(self) -> str:
        """What training it costs, in one line.

        Example:
            >>> Selection("value", (Part("v", 0, ((0, 16),), (16, 64), "weight"),), None, 40_000).cost
            '1,024 values train, 2.6 % of the model; AdamW keeps 8,192 bytes; LoRA has more values from rank 13'
        """
        told = f"{self.trained:,} values train, {100 * self.share:.2g} % of the model; "
        told += f"AdamW keeps {_size(self.state_bytes)}"
        if self.break_even is not None:
            told += f"; LoRA has more values from rank {int(self.break_even) + 1:,}"
        return told


def select(
    model: nn.Module,
    update: str,
    *,
    scope: str | None = None,
    attention: Which = "self",
    layers: str | Sequence[int] | None = None,
    rank: int = 8,
    seed: int = 0,
    biases: bool = True,
) -> Selection:
    """Choose what trains.

    Args:
        model: As it was loaded.
        update: ``value``, ``output``, ``value+output``, ``attention`` (queries, keys, values and outputs), ``mlp``,
            ``all`` (every tensor of the model but lone scalars), ``random`` (a control: as many numbers as ``value``,
            in whole rows of the matrices of attention and MLP, drawn at random), or a change of low rank:
            ``lora-value``, ``lora-output``, ``lora-value+output``, ``lora`` (of all of attention), ``lora-mlp``.
        scope: Of the values, see `locate_values`.
        attention: ``self``, ``cross`` or ``both``, likewise.
        layers: Only these, counted from 0 in each tower: ``"0-3"``, ``"0,2"``, ``"first:4"``, ``"last:4"`` or numbers.
        rank: Of LoRA.
        seed: Of ``random``.
        biases: Whether biases train along with their weights. LoRA never trains them.

    Raises:
        UsageError: If there is no such set or layer, or the model has none of what was asked for.
    """
    if update not in UPDATES:
        raise UsageError(f"There is no set {update!r} to update. There are: {', '.join(UPDATES)}.")
    if rank < 1:
        raise UsageError(f"A change of rank {rank} is none: use a rank of 1 or more.")
    entries = sum(parameter.numel() for parameter in model.parameters())
    low, note = update in _LOW_RANK, ""
    if update == "all" and scope is None and layers is None:
        found: Iterable[Part] = _everything(model)
    else:
        values = locate_values(model, scope=scope, attention=attention)
        inside = _inside(values, layers)
        if update == "random":
            value = [part for part in values.parts if inside(part) and (biases or part.role == "weight")]
            matrices = [part for part in _rows(model, values) if inside(part)]
            found, note = _drawn(matrices, sum(part.entries for part in value), seed)
        else:
            named = _FOUND[_LOW_RANK.get(update, update)]
            found = [part for part in named(model, values) if inside(part)]
    parts = tuple(part for part in union(found) if part.role == "weight" or (biases and not low))
    if not parts:
        raise UsageError(
            f"The set {update} is empty in this {type(model).__name__}. Choose other layers or another set."
        )
    return Selection(update, parts, rank if low else None, entries, note)


def union(parts: Iterable[Part]) -> list[Part]:
    """Each tensor once, with all its slices, in the order of first mention.

    Raises:
        UsageError: If slices along different axes of one tensor are wanted.

    Example:
        >>> a, b = (Part("v", 0, (run,), (9, 2), "weight") for run in ((0, 2), (1, 4)))
        >>> union([a, b])[0].runs
        ((0, 4),)
    """
    tensors: dict[str, list[Part]] = {}
    for part in parts:
        tensors.setdefault(part.tensor, []).append(part)
    joined = []
    for name, same in tensors.items():
        first = same[0]
        if {part.axis for part in same} != {first.axis}:
            raise UsageError(f"Slices of {name} along different axes cannot train together.")
        slices = {slice_ for part in same for run in part.runs for slice_ in range(*run)}
        joined.append(first if len(same) == 1 else _part(first, slices))
    return joined


def _part(whole: Part, slices: Iterable[int]) -> Part:
    """The part of a tensor that consists of these slices."""
    # Neighbours differ from their rank by the same number.
    runs = [list(run) for _, run in groupby(enumerate(sorted(slices)), key=lambda pair: pair[1] - pair[0])]
    ends = tuple((run[0][1], run[-1][1] + 1) for run in runs)
    return Part(whole.tensor, whole.axis, ends, whole.shape, whole.role)


def _low_rank(part: Part) -> int:
    """Values of a change of rank 1."""
    return part.slices + part.entries // part.slices


def _everything(model: nn.Module) -> list[Part]:
    """Every floating-point parameter, whole. A scalar (CLIP's temperature) has no axis to count slices along."""
    return [
        Part(name, 0, ((0, tensor.shape[0]),), tuple(tensor.shape), "bias" if name.endswith("bias") else "weight")
        for name, tensor in model.named_parameters()
        if tensor.is_floating_point() and tensor.ndim
    ]


def _rows(model: nn.Module, values: ValueMap) -> list[Part]:
    return [p for p in (*attention_parts(model, values), *mlp_parts(model, values)) if p.role == "weight"]


def _drawn(matrices: list[Part], wanted: int, seed: int) -> tuple[list[Part], str]:
    """Rows at random, as many numbers as wanted. Longer rows are drawn in bundles that shorter ones can make up for."""
    rows = [(part, row) for part in union(matrices) for run in part.runs for row in range(*run)]
    sizes = np.array([part.entries // part.slices for part, _ in rows])
    order = np.random.default_rng(seed).permutation(len(rows))
    taken = order[np.cumsum(sizes[order]) <= wanted]
    rest, shortest = order[len(taken) :], int(sizes.min())
    for size in set(sizes.tolist()) - {shortest}:
        mine = taken[sizes[taken] == size]
        bundle = shortest // math.gcd(size, shortest)
        taken = taken[~np.isin(taken, mine[len(mine) - len(mine) % bundle :])]
    left = wanted - int(sizes[taken].sum())
    taken = np.concatenate([taken, rest[sizes[rest] == shortest][: left // shortest]])
    left = wanted - int(sizes[taken].sum())
    chosen: dict[Part, list[int]] = {}
    for part, row in (rows[at] for at in sorted(taken.tolist())):
        chosen.setdefault(part, []).append(row)
    note = f"{wanted - left:,} numbers, {left:,} fewer than the values: only whole rows are drawn" if left else ""
    return [_part(part, slices) for part, slices in chosen.items()], note


def _inside(values: ValueMap, layers: str | Sequence[int] | None) -> Callable[[Part], bool]:
    """Whether a part is in the chosen layers."""
    if layers is None:
        return lambda _: True
    prefixes: set[str] = set()
    for _, same in groupby(sorted(values.attentions, key=_stack), key=_stack):
        stack = list(same)
        count = 1 + max(attention.layer for attention in stack)
        wanted = _numbers(layers, count)
        prefixes |= {_block(attention, stack) for attention in stack if attention.layer in wanted}
    starts = tuple(prefixes)
    return lambda part: part.tensor.startswith(starts)


def _stack(attention: Attention) -> tuple[str, str]:
    return attention.tower, attention.kind


def _block(attention: Attention, stack: list[Attention]) -> str:
    """The prefix of a layer's tensors: up to the first number in its name that tells it from the others."""
    steps = attention.module.split(".")
    for end in (at + 1 for at, step in enumerate(steps) if step.isdigit()):
        prefix = ".".join(steps[:end]) + "."
        if not any(other.module.startswith(prefix) for other in stack if other is not attention):
            return prefix
    return attention.module + "."


def _numbers(layers: str | Sequence[int], count: int) -> set[int]:
    """The numbers of the layers that are meant.

    Example:
        >>> sorted(_numbers("0-1,last:1", 6))
        [0, 1, 5]
    """
    wanted: set[int] = set()
    for word in layers.split(",") if isinstance(layers, str) else map(str, layers):
        if (match := re.fullmatch(r"\s*(?:(first|last):(\d+)|(\d+)(?:-(\d+))?)\s*", word)) is None:
            raise UsageError(f"Layers {word!r}: write numbers, like 0-3 or 0,2, or first:4 or last:4.")
        end, number, start, stop = match.groups()
        if end:
            ends = range(int(number)) if end == "first" else range(count - int(number), count)
        else:
            ends = range(int(start), int(stop or start) + 1)
        if not ends or ends[0] < 0 or ends[-1] >= count:
            raise UsageError(f"Layers {word!r}: there are {count}, counted from 0.")
        wanted.update(ends)
    return wanted


def _size(count: int) -> str:
    """Bytes in words."""
    size, unit = float(count), "bytes"
    for larger in ("KiB", "MiB", "GiB"):
        if size < 10_240:
            break
        size, unit = size / 1024, larger
    return f"{size:,.0f} {unit}"
