"""The images of an option set: read with limits, and a reason for each that cannot be read."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import TYPE_CHECKING, Final

from tacit.errors import MissingExtraError
from tacit.runs.manifest import InputRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL.Image import Image

    from tacit.io.option_sets import OptionSet

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
MOST_BYTES: Final = 256 << 20
MOST_PIXELS: Final = 64_000_000
"""More than cameras have; decoded, such an image takes up 256 MB."""
GREY: Final = (128, 128, 128)
_SIDE: Final = 224

NO_FILE: Final = "image missing"
BROKEN: Final = "image broken"
TOO_LARGE: Final = "image too large"


def read_picture(path: Path) -> Image | str:
    """Decode an image file, upright and in RGB; of several frames the first.

    Args:
        path: A file.

    Returns:
        The image, or why there is none: `NO_FILE`, `BROKEN` or `TOO_LARGE`.

    Raises:
        MissingExtraError: If Pillow is not installed.

    Example:
        >>> from pathlib import Path
        >>> read_picture(Path("/nowhere.png"))
        'image missing'
    """
    try:
        from PIL import Image as Pillow
        from PIL import ImageOps
    except ImportError:
        raise MissingExtraError("Reading images", "checkpoints") from None
    try:
        # Only a regular file: a pipe or a device would never end.
        if not path.is_file():
            return NO_FILE
        if path.stat().st_size > MOST_BYTES:
            return TOO_LARGE
        content = path.read_bytes()
    except OSError:
        return NO_FILE
    try:
        with warnings.catch_warnings(action="ignore"), Pillow.open(io.BytesIO(content), formats=FORMATS) as opened:
            # The size stands in the header, so nothing large is decoded to learn it.
            if opened.width * opened.height > MOST_PIXELS:
                return TOO_LARGE
            return ImageOps.exif_transpose(opened).convert("RGB")
    except (Pillow.DecompressionBombError, MemoryError):
        return TOO_LARGE
    except Exception:  # the file is hostile input, and decoders raise whatever they run into
        return BROKEN


def grey_picture() -> Image:
    """An image with nothing on it, of one size for all items: not even the shape of theirs is told."""
    from PIL import Image as Pillow

    return Pillow.new("RGB", (_SIDE, _SIDE), GREY)


def digests(options: OptionSet) -> dict[str, str]:
    """A hash of the content of each image of an option set, by its path; ``""`` where it cannot be read."""
    return {name: _digest(options.folder / name) for name in dict.fromkeys(item.image for item in options.items)}


def record_of(options: OptionSet, hashes: dict[str, str]) -> InputRecord:
    """All images of an option set as one input of a run."""
    told = hashlib.sha256("".join(f"{name}\0{hashes[name]}\n" for name in sorted(hashes)).encode())
    return InputRecord(f"{options.folder} ({len(hashes):,} images)", 0, f"sha256:{told.hexdigest()}")


def _digest(path: Path) -> str:
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def exchanged(capabilities: Sequence[str], contents: Sequence[str], seed: int) -> list[int | None]:
    """For each item another item whose image it is shown instead: of the same capability, and with another content.

    Items are put in random order with equal images side by side, and each takes the image of the one that stands as
    far behind it as the commonest image is frequent; so none can meet its own image, if no image is in more than half
    of the items.

    Args:
        capabilities: Of each item.
        contents: Hash of each item's image.
        seed: Of the order.

    Returns:
        For each item the index of another one; ``None`` where an image in more than half of the items meets itself.

    Example:
        >>> exchanged(["a"] * 4, ["x", "y", "x", "z"], seed=0)
        [1, 0, 3, 2]
        >>> exchanged(["a", "a", "b"], ["x", "x", "y"], seed=0)
        [None, None, None]
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    found: list[int | None] = [None] * len(contents)
    for capability in sorted(set(capabilities)):
        members = [at for at, name in enumerate(capabilities) if name == capability]
        groups: dict[str, list[int]] = {}
        for at in members:
            groups.setdefault(contents[at], []).append(at)
        names = sorted(groups)
        rng.shuffle(names)
        order = [at for name in names for at in groups[name]]
        step = max(map(len, groups.values()))
        for place, at in enumerate(order):
            other = order[(place + step) % len(order)]
            found[at] = other if contents[other] != contents[at] else None
    return found
