"""Checkpoints that are complete or do not count, and hold no more than what trains.

A folder is complete when it has a marker, which is written last and names every file with its digest. So a run that
was killed while it wrote goes on from the checkpoint before.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError
from tacit.runs.atomic import sync_file, sync_folder, write_atomic, writing
from tacit.runs.manifest import hash_file, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

MARKER: Final = "tacit.complete.json"
TRAINED: Final = "trained.safetensors"
_NAME: Final = re.compile(r"checkpoint-([0-9]{1,12})")
_LARGEST_MARKER: Final = 1 << 20


def seal(folder: Path) -> None:
    """Say that a checkpoint is complete, after everything in it is on the disk.

    Raises:
        DataError: If it cannot be written.
    """
    with writing(folder):
        files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != MARKER)
        for path in files:
            sync_file(path)
        write_atomic(folder / MARKER, to_json({"files": {path.name: list(hash_file(path)) for path in files}}))
        sync_folder(folder)
        sync_folder(folder.parent)


def is_complete(folder: Path) -> bool:
    """Whether a checkpoint is what it was when it was sealed."""
    marker = folder / MARKER
    try:
        told: Any = json.loads(marker.read_bytes()) if marker.stat().st_size <= _LARGEST_MARKER else None
        files = told["files"].items()
        return bool(files) and all(
            Path(name).name == name and list(hash_file(folder / name)) == digest for name, digest in files
        )
    except (OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError, DataError):
        return False


def newest_complete(place: Path) -> Path | None:
    """The complete checkpoint of the latest step in a folder of checkpoints, or ``None``."""
    if not place.is_dir():
        return None
    found = {int(match[1]): path for path in place.iterdir() if (match := _NAME.fullmatch(path.name)) is not None}
    return next((found[step] for step in sorted(found, reverse=True) if is_complete(found[step])), None)


def step_of(checkpoint: Path) -> int:
    """The step after which a checkpoint was written.

    Example:
        >>> step_of(Path("out/checkpoint-40"))
        40
    """
    match = _NAME.fullmatch(checkpoint.name)
    if match is None:
        raise ValueError(f"{checkpoint} is no checkpoint")
    return int(match[1])


def write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write tensors as safetensors.

    Raises:
        DataError: If the disk is full or the folder cannot be written.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    with writing(path):
        try:
            save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, os.fspath(path))
        except SafetensorError as error:  # it wraps what the operating system said, without the number
            raise DataError(f"Cannot write {path}: {error}. Free some space and run the same command again.") from error


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Read tensors from safetensors.

    Raises:
        DataError: If there are none.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(os.fspath(path))
    except (OSError, SafetensorError, ValueError) as error:
        raise DataError(f"Cannot read {path}: {error}. Choose another checkpoint.") from error
