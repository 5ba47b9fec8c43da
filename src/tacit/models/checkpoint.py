"""Where the files of a checkpoint are: in a local folder, or in the cache of the Hugging Face hub. Never a pickle."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit._version import __version__
from tacit.errors import DataError, MissingExtraError, UsageError
from tacit.io.places import explained, shown
from tacit.runs.manifest import hash_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.models.protocol import Loading

FILES: Final = ("*.safetensors", "*.json", "*.txt", "*.model", "*.jinja")
"""What a checkpoint consists of. Pickles and Python code are not among them, so they are neither fetched nor read."""
PICKLES: Final = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_HUB: Final = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*/[\w.-]+)(?:@(?P<revision>[\w./-]+))?")
_LARGEST_CONFIG: Final = 16 << 20


def find_folder(address: str, how: Loading) -> tuple[str, Path]:
    """The folder of a checkpoint.

    Args:
        address: A folder, or a name on the hub (``org/name`` or ``org/name@revision``).
        how: Whether it may be downloaded.

    Returns:
        A short name, and the folder, which holds at least one file of safetensors.

    Raises:
        UsageError: If there is no such folder, or it would have to be downloaded.
        DataError: If it holds no safetensors, or the hub does not give it.
        MissingExtraError: If the client of the hub is not installed.
    """
    folder = Path(address).expanduser()
    if folder.is_dir():
        name = folder.resolve().name
    elif folder.exists():
        refuse_pickle(folder)
        raise UsageError(f"{shown(address)} is a file; name the folder that holds it and its configuration.")
    elif (match := _HUB.fullmatch(address)) is not None:
        name, folder = address, _snapshot(match["name"], match["revision"], how)
    else:
        raise UsageError(f"There is no folder {shown(address)}, and the hub has no such names. Check the spelling.")
    _need_safetensors(folder)
    return name, folder


def _snapshot(name: str, revision: str | None, how: Loading) -> Path:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError
    except ImportError:
        raise MissingExtraError(f"The hub's {shown(name)}", "checkpoints") from None
    local = not how.allow_download
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(FILES), local_files_only=local))
    except Exception as error:  # its errors, those of its transport, and the disk's
        if local and isinstance(error, LocalEntryNotFoundError):
            raise UsageError(
                f"{shown(name)} is neither a folder nor in this machine's cache of the Hugging Face hub, and nothing "
                "is downloaded unasked. Check the path, or add --allow-download."
            ) from None
        raise DataError(
            f"{shown(name)} could not be fetched from the Hugging Face hub ({type(error).__name__}: "
            f"{shown(str(error)[:300])}). Check name and network, or download it and name the folder."
        ) from None


def _need_safetensors(folder: Path) -> None:
    with explained(str(folder)):
        names = sorted(path.name for path in folder.iterdir())
    if any(name.endswith(".safetensors") for name in names):
        return
    for name in names:
        refuse_pickle(folder / name)
    raise DataError(f"{shown(str(folder))} holds no weights: there is no .safetensors file in it.")


def refuse_pickle(path: Path) -> None:
    """Refuse weights in a format that can run code when it is read.

    Raises:
        DataError: If the name is that of a pickle; the message says how to convert it.

    Example:
        >>> refuse_pickle(Path("model.safetensors"))
    """
    if path.suffix.lower() in PICKLES:
        raise DataError(
            f"{shown(str(path))} is a pickle, which can run any program when it is opened, so it is not read. If you "
            'trust it, convert it once: python -c "import torch; from safetensors.torch import save_file; '
            "save_file({k: v.contiguous() for k, v in torch.load('IN', weights_only=True).items()}, "
            "'OUT.safetensors')\""
        )


def read_config(path: Path) -> dict[str, Any]:
    """A configuration, which is a JSON object.

    Raises:
        DataError: If it is none.
    """
    with explained(str(path)):
        content = path.read_bytes() if path.stat().st_size <= _LARGEST_CONFIG else b""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise DataError(f"{shown(str(path))} is no configuration: it does not hold one JSON object.")
    return found


def identity_of(files: Sequence[Path], how: Loading, *, kind: str) -> str:
    """What tells a checkpoint, and how it is asked, from others: a hash of the files' content and of the settings.

    Args:
        files: Everything that the scores depend on.
        how: Settings; where it runs, and how much at a time, are not part of it.
        kind: The adapter.

    Raises:
        DataError: If a file cannot be read.
    """
    settings = {key: value for key, value in asdict(how).items() if key in {"precision", "scoring", "prompt"}}
    told = [__version__, kind, settings, [[path.name, hash_file(path)[1]] for path in files]]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def files_of(folder: Path) -> list[Path]:
    """The files that a checkpoint in a folder consists of, sorted by name."""
    return sorted(path for pattern in FILES for path in folder.glob(pattern) if path.is_file())
