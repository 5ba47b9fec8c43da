"""`export`: a tuned model as a folder that others can load, in the layout of the checkpoint it was made from."""

from __future__ import annotations

import errno
import shutil
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from tacit.errors import CheckFailedError, DataError, UsageError
from tacit.io.places import explained, shown
from tacit.models.checkpoint import files_of, read_config
from tacit.runs.atomic import sync_file, sync_folder, writing
from tacit.tuning.partial.cuts import Cut
from tacit.tuning.partial.lora import LowRank
from tacit.tuning.partial.tensors import Place, equal_but, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tacit.tuning.locate.values import Part
    from tacit.tuning.partial.hold import Held


@dataclass(frozen=True, slots=True)
class Change:
    """What has to be written.

    Attributes:
        place: Where the tensor lies.
        part: The part of it that is new; None for all of a tensor that transformers keeps in another form.
        values: The new values.
        before: What they were in the model, in its type, if that is known.
    """

    place: Place
    part: Part | None
    values: Tensor
    before: Tensor | None

    def apply(self) -> Tensor:
        """The new tensor.

        Raises:
            DataError: If the values in the checkpoint are others than the model was made with.
        """
        tensor = self.place.read()
        if self.part is None:
            return self.values.to(tensor).reshape(tensor.shape)
        cut = Cut.of(self.part)
        if self.before is not None:
            stored = cut.take(tensor, self.part.axis).to(self.before.dtype)
            if not torch.equal(stored, self.before.cpu()):
                raise DataError(
                    f"{shown(str(self.place.file))} holds other values of {self.part.tensor} than the model began "
                    "with. Name the folder the model was loaded from."
                )
        cut.put(tensor, self.part.axis, self.values.cpu())
        return tensor


def export(held: Held, source: str | Path | None, out: str | Path) -> Path:
    """Write what was tuned.

    Entries that were tuned are written as a checkpoint: the files of ``source``, with the trained entries overwritten
    in place. Names, layout, sharding and types stay; every other byte is the same, which is checked before the folder
    gets its name. LoRA is written as an adapter of PEFT. Memory: one tensor.

    Args:
        held: The tuned model.
        source: The folder the model was loaded from, or None if it was made in memory; for LoRA, what the adapter names
            as its base (a name on the hub will do).
        out: The folder to make; it must not exist, or be empty. It appears when all is written and checked.

    Returns:
        The folder.

    Raises:
        UsageError: If ``out`` is there already, or a tensor of the model is not in ``source`` by any known name.
        DataError: If a file cannot be read or written (a full disk), or ``source`` is not what the model was made from.
        CheckFailedError: If something changed that should not have; nothing is left behind.
    """
    held.verify()
    target = Path(out)
    with writing(target):
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UsageError(f"{shown(str(target))} is there already. Name a new folder, or remove it.")
    with _appearing(target) as folder:
        if isinstance(held.way, LowRank):
            _write_adapter(held.way, folder, None if source is None else str(source))
        elif source is None:
            _write_model(held, folder)
        else:
            _write_checkpoint(held, Path(source), folder)
    return target


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """A folder to write in, which gets its name when all is on the disk, and disappears if anything goes wrong."""
    temporary = target.with_name(f".{target.name}.tmp")
    with writing(target):
        try:
            shutil.rmtree(temporary, ignore_errors=True)  # of a run that was killed
            temporary.mkdir(parents=True)
            yield temporary
            for path in temporary.iterdir():
                sync_file(path)
            sync_folder(temporary)
            temporary.replace(target)
            sync_folder(target.parent)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def _write_adapter(way: LowRank, folder: Path, base: str | None) -> None:
    from safetensors.torch import load_file

    written = way.save(folder, base)
    found = load_file(folder / "adapter_model.safetensors")
    if written.keys() != found.keys() or not all(torch.equal(found[name], written[name]) for name in written):
        raise CheckFailedError("The adapter that was written is not what was tuned: the disk gave back other bytes.")


def _write_model(held: Held, folder: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import save_model

    model: Any = held.model
    try:
        if hasattr(model, "save_pretrained"):
            model.save_pretrained(folder)
        else:
            save_model(model, str(folder / "model.safetensors"))
    except SafetensorError as error:  # what the library makes of a full disk
        raise OSError(errno.EIO, str(error)) from error


def _write_checkpoint(held: Held, source: Path, folder: Path) -> None:
    weights = _weights(source)
    by_file: dict[Path, list[Change]] = {path: [] for path in weights}
    for change in _changes(held, places(weights)):
        by_file[change.place.file].append(change)
    for path in files_of(source):
        if path.suffix != ".safetensors" or path in by_file:
            shutil.copyfile(path, folder / path.name)
    for path, changes in by_file.items():
        for change in changes:
            change.place.write(folder, change.apply())
        same = equal_but(path, folder / path.name, [change.place for change in changes])
        if not same or not all(_equal(change.place.read(folder), change.apply()) for change in changes):
            raise CheckFailedError(
                f"{shown(path.name)} was not written as it should be: the disk gave back other bytes."
            )


def _equal(first: Tensor, second: Tensor) -> bool:
    return torch.equal(first.flatten().view(torch.uint8), second.contiguous().flatten().view(torch.uint8))


def _weights(source: Path) -> list[Path]:
    """The files with the weights that are loaded; a folder may hold others (adapters, the maker's own format)."""
    with explained(str(source)):
        names = {path.name for path in source.iterdir()}
    indexes = sorted((name for name in names if name.endswith(".safetensors.index.json")), key=len)
    if "model.safetensors" in names:
        chosen = {"model.safetensors"}
    elif indexes:
        listed = read_config(source / indexes[0]).get("weight_map")
        chosen = {str(name) for name in listed.values()} if isinstance(listed, dict) else set()
    else:
        chosen = {name for name in names if name.endswith(".safetensors") and not name.startswith("adapter_")}
    if not chosen or not chosen <= names:
        missing = min(chosen - names, default="any file of safetensors")
        raise DataError(f"{shown(str(source))} lacks {shown(missing)}. Name the folder the model was loaded from.")
    return [source / name for name in sorted(chosen)]


def _changes(held: Held, there: Mapping[str, Place]) -> Iterator[Change]:
    """What has to be written where: each tensor under all the names that it has in the files."""
    model = held.model
    state = model.state_dict(keep_vars=True)
    names: dict[int, list[str]] = defaultdict(list)
    for name, tensor in state.items():
        names[id(tensor)].append(name)
    parts = {part.tensor: part for part in held.selection.parts}
    for name, values in held.named_parameters().items():
        whole = state[name].detach()
        before = held.originals()[name].to(whole.dtype) if held.keeps_base else None
        stored = {key: found for alias in names[id(state[name])] for key, found in _stored(model, alias, whole, there)}
        if not stored or (not parts[name].whole and any(form is not None for form in stored.values())):
            raise UsageError(
                f"{shown(name)} of the model is not in the checkpoint under any name or in any form that is known for "
                "it. Name the folder it was loaded from; if that is the one, release the model and use save_pretrained."
            )
        for key, form in stored.items():
            yield Change(there[key], *((parts[name], values.detach(), before) if form is None else (None, form, None)))


def _stored(
    model: Any,  # noqa: ANN401 - of transformers, or any other
    name: str,
    tensor: Tensor,
    there: Mapping[str, Place],
) -> list[tuple[str, Tensor | None]]:
    """What a tensor is called in the files, and in which form it is there; None for its own."""
    if name in there and there[name].shape == tensor.shape:
        return [(name, None)]
    if (prefix := getattr(model, "base_model_prefix", None)) is None:
        return []
    from transformers.core_model_loading import revert_weight_conversion

    # Some checkpoints hold what transformers renames, splits or joins when it loads them.
    forms = revert_weight_conversion(model, {name: tensor})
    found = [(key, None if torch.equal(form, tensor) else form) for key, form in forms.items() if key in there]
    for other in (name.removeprefix(f"{prefix}."), f"{prefix}.{name}"):  # made with or without a head
        if not found and other in there and there[other].shape == tensor.shape:
            found.append((other, None))
    return found
