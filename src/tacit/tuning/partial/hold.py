"""`hold`: a model of which only the chosen entries train, and the proof that nothing else moved."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from tacit.errors import CheckFailedError, DataError, UsageError
from tacit.tuning.partial.divided import Divided
from tacit.tuning.partial.lora import LowRank
from tacit.tuning.partial.modules import PartModule, trained_name
from tacit.tuning.partial.shards import gather, like, reshard, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tacit.tuning.partial.sets import Selection


class Held:
    """A model while some of its entries train. Made by `hold`.

    Attributes:
        model: The model, which trains and computes as it is.
        selection: What trains.
        way: How: the entries themselves, or low-rank changes.
    """

    def __init__(self, model: nn.Module, selection: Selection, *, seed: int, keep_base: bool) -> None:
        self.model, self.selection = model, selection
        self._wanted_gradients = {id(each): each.requires_grad for each in model.parameters()}
        model.requires_grad_(False)
        try:
            self.way = LowRank(model, selection, selection.rank, seed) if selection.rank else Divided(model, selection)
        except BaseException:
            self._restore_gradients()
            raise
        self._base = {name: each.detach().clone() for name, each in self.way.trained.items()} if keep_base else None
        self._before = self._frozen()

    @property
    def trained(self) -> int:
        """How many values train."""
        return sum(each.numel() for each in self.parameters())

    def parameters(self) -> list[nn.Parameter]:
        """What an optimizer should be given."""
        return list(self.way.trained.values())

    def named_parameters(self) -> dict[str, nn.Parameter]:
        """The same by name: of the tensor, or of the matrices of LoRA."""
        return dict(self.way.trained)

    @property
    def keeps_base(self) -> bool:
        """Whether the first values were kept."""
        return self._base is not None

    def originals(self) -> dict[str, Tensor]:
        """What the trained values were at first, by the same names.

        Raises:
            UsageError: If they were not kept.
        """
        if self._base is None:
            raise UsageError("The first values were not kept (keep_base=False), so the base cannot be asked.")
        return dict(self._base)

    def state(self) -> dict[str, Tensor]:
        """The trained values, on the CPU: what a checkpoint needs. Under FSDP, all processes must ask."""
        return {name: whole(each.detach()).to("cpu", copy=True) for name, each in self.way.trained.items()}

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Put trained values back.

        Raises:
            DataError: If they are those of another model or another selection.
        """
        there = {name: tuple(each.shape) for name, each in self.way.trained.items()}
        if there != {name: tuple(each.shape) for name, each in state.items()}:
            name = min(set(there) ^ set(state), default="a shape")
            raise DataError(
                f"These trained values belong to another model or another choice of what trains: {name} differs. Go on "
                "with the settings they were made with, or start anew."
            )
        with torch.no_grad():
            for name, each in self.way.trained.items():
                each.copy_(like(state[name], each))
        reshard(self.model)

    def merged(self) -> dict[str, Tensor]:
        """The state dict in the original names, layout and types, with the trained values in it."""
        return self.way.merged()

    @property
    def unsharded(self) -> list[nn.Module]:
        """Modules that FSDP must leave alone: those into whose tensors what trains is written.

        Then all that train, for an optimizer does not step over shards and whole tensors at once.
        """
        ours = {id(each) for each in self.parameters()}
        if not any(isinstance(module, PartModule) for module in self.model.modules()):
            return []
        return [m for m in self.model.modules() if any(id(each) in ours for each in m._parameters.values())]

    def follow(self) -> None:
        """After FSDP took the model: train what it made of the parameters."""
        there = dict(self.model.named_parameters(remove_duplicate=False))
        for name, each in self.way.trained.items():
            if trained_name(name) not in there:
                self.way.trained[name] = there.get(name, each)

    def gather(self, *, keep: bool) -> None:
        """When FSDP has trained: put the model together, on the CPU; all processes must call it.

        Args:
            keep: Whether this process keeps it. Where not, nothing of this object may be used afterwards.
        """
        gather(self.model, keep=keep)
        self.follow()

    @contextmanager
    def base(self) -> Iterator[None]:
        """While in it, the model computes what it did before it was tuned.

        It costs 4 bytes per trained value, on the device of the model, and no time. A graph that was built before may
        be differentiated after, not within.

        Raises:
            UsageError: If the first values were not kept, or the parameters are sharded.
        """
        base = self.originals()
        for name, each in self.way.trained.items():
            if each.shape != base[name].shape:
                raise UsageError(
                    "The trained values are sharded over devices, so the base's cannot take their place. Use --keep "
                    "none, or train without sharding."
                )
        self._base = {name: base[name].to(each.device) for name, each in self.way.trained.items()}
        now = {name: each.data for name, each in self.way.trained.items()}
        try:
            for name, each in self.way.trained.items():
                each.data = self._base[name]
            yield
        finally:
            for name, each in self.way.trained.items():
                each.data = now[name]

    def verify(self) -> None:
        """Check that every entry outside the selection is what it was, to the last bit.

        Raises:
            CheckFailedError: If one is not; the message names its tensor.
        """
        now = self._frozen()
        changed = sorted(name for name in now.keys() | self._before.keys() if now.get(name) != self._before.get(name))
        if changed:
            raise CheckFailedError(
                f"{len(changed)} tensors changed that should not have, e.g. {changed[0]}. A statistic of batch "
                "normalisation? Put these layers into evaluation mode. Otherwise not only the optimizer wrote to it."
            )

    def release(self) -> nn.Module:
        """Put the original modules back, with the tuned entries in them.

        Returns:
            The model; nothing of this object may be used afterwards.
        """
        self.way.undo()
        self._restore_gradients()
        return self.model

    def _restore_gradients(self) -> None:
        for each in self.model.parameters():
            each.requires_grad_(self._wanted_gradients.get(id(each), each.requires_grad))

    def _frozen(self) -> dict[str, str]:
        """A hash of every tensor that does not train, by name; of tensors of which some slices do, of the rest."""
        ours = {id(each) for each in self.way.trained.values()}
        found = {}
        for prefix, module in self.model.named_modules():
            held = module.held if isinstance(module, PartModule) else {}
            own = {trained_name(name) for name in held}
            kept = [(n, b) for n, b in module._buffers.items() if n not in module._non_persistent_buffers_set]
            for name, tensor in (*module._parameters.items(), *kept):
                if tensor is None or id(tensor) in ours or name in own:
                    continue
                entries = tensor.detach()
                if name in held:
                    part, cut = held[name]
                    entries = entries.clone()
                    cut.put(entries, part.axis, torch.zeros_like(cut.take(entries, part.axis)))
                found[f"{prefix}.{name}".lstrip(".")] = _hash(entries)
        return found


def hold(model: nn.Module, selection: Selection, *, seed: int = 0, keep_base: bool = True) -> Held:
    """Let the chosen entries of a model train, and nothing else.

    Gradients, clipping, weight decay, momentum and the optimizer's state are then those of the chosen entries alone.
    Nothing is computed for the layers below the first of them.

    Args:
        model: On any device; changed in place, until `Held.release`. Its gradients are off but for the chosen entries.
        selection: From `tacit.tuning.partial.sets.select`.
        seed: Of the matrices of LoRA that start at random.
        keep_base: Whether the first values are kept, for `Held.base`: 4 bytes per trained value.

    Raises:
        UsageError: If an entry cannot train; the model is as it was.
        MissingExtraError: If LoRA is asked for and PEFT is not installed.

    Example:
        >>> from tacit.tuning.partial.sets import select
        >>> model = nn.MultiheadAttention(8, 2)
        >>> held = hold(model, select(model, "value"))
        >>> held.trained, sum(each.numel() for each in model.parameters() if each.requires_grad)
        (72, 72)
        >>> list(held.merged()) == list(held.release().state_dict())
        True
    """
    if any(isinstance(module, PartModule) or hasattr(module, "lora_A") for module in model.modules()):
        raise UsageError("Some entries of this model train already. Release them first, or merge its adapter.")
    return Held(model, selection, seed=seed, keep_base=keep_base)


def _hash(tensor: Tensor) -> str:
    data = tensor.contiguous().flatten().view(torch.uint8).cpu().numpy()
    return hashlib.blake2b(data.data, digest_size=16).hexdigest()
