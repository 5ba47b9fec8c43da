"""Probes as files: pictures and their options, for models that are evaluated elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tacit.captions.world.pictures import draw_pictures
from tacit.errors import MissingExtraError, UsageError
from tacit.runs.atomic import write_atomic, writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tacit.captions.world.language import Language
    from tacit.captions.world.probes.protocol import ProbeItem

OPTIONS_FILE: Final = "options.jsonl"
IMAGES: Final = "images"


def write_option_set(
    items: Sequence[ProbeItem], folder: Path, language: Language, *, seed: int = 0, enlarge: int = 10
) -> Path:
    """Write probe items as an option set, the format that `tacit probe` evaluates models on.

    One line per item: ``{"id", "image", "options": [text, ...], "answer", "capability", "cluster"}``, with the path of
    the image relative to the file, and the index of the true option as answer. The file of options is written last, so
    that where it is, the images are too.

    Args:
        items: The questions, of one probe or of several.
        folder: Where to; made when missing.
        language: What puts the options into words.
        seed: Of the pictures' jitter and noise.
        enlarge: How many pixels each pixel of a picture becomes, along each side. Models that cut images into patches
            see nothing in 24 pixels.

    Returns:
        The file of options.

    Raises:
        UsageError: If `folder` holds an option set already, or `enlarge` is below 1.
        MissingExtraError: If Pillow is not installed.
        DataError: If a file cannot be written.

    Example:
        >>> import tempfile, pathlib
        >>> import numpy as np
        >>> from tacit.captions.world.language import get_language
        >>> from tacit.captions.world.probes.protocol import get_probe
        >>> items = get_probe("temporal").draw(2, np.random.default_rng(0))
        >>> with tempfile.TemporaryDirectory() as place:
        ...     path = write_option_set(items, pathlib.Path(place, "set"), get_language("en"))
        ...     [json.loads(line)["image"] for line in path.read_text().splitlines()]
        ['images/temporal-0.png', 'images/temporal-1.png']
    """
    try:
        from PIL import Image
    except ImportError:
        raise MissingExtraError("Writing pictures", "checkpoints") from None
    if enlarge < 1:
        raise UsageError(f"Pictures can be enlarged 1 time or more, not {enlarge} times.")
    path = folder / OPTIONS_FILE
    if path.exists():
        raise UsageError(f"{folder} holds an option set already. Choose another folder, or delete it.")
    names = [f"{item.capability}-{number}" for number, item in enumerate(items)]
    pictures = draw_pictures([item.scene for item in items], seed)
    lines = [
        json.dumps(_record(name, item, language), ensure_ascii=False) + "\n"
        for name, item in zip(names, items, strict=True)
    ]
    with writing(folder):
        (folder / IMAGES).mkdir(parents=True, exist_ok=True)
        for name, picture in zip(names, pictures, strict=True):
            Image.fromarray(picture.repeat(enlarge, axis=0).repeat(enlarge, axis=1)).save(folder / _image(name))
        write_atomic(path, "".join(lines).encode())
    return path


def _image(name: str) -> str:
    return f"{IMAGES}/{name}.png"


def _record(name: str, item: ProbeItem, language: Language) -> dict[str, Any]:
    return {
        "id": name,
        "image": _image(name),
        "options": [language.say(option) for option in item.options],
        "answer": item.answer,
        "capability": item.capability,
        "cluster": item.cluster,
    }
