"""Option sets whose images tell the answer, and models that read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from PIL.Image import Image

    Scores = Sequence[Sequence[float] | str]

WAYS = ("left of", "right of", "above", "below")
STEP = 40
"""Red of an image: the right option times this. The grey of the blind control reads as option 3."""


def write_items(folder: Path, items: Sequence[Mapping[str, Any]]) -> Path:
    file = folder / "set.jsonl"
    file.write_text("\n".join(json.dumps(item) for item in items), encoding="utf-8")
    return file


def save_image(path: Path, answer: int, number: int = 0) -> None:
    from PIL import Image

    Image.new("RGB", (6, 4), (answer * STEP, number % 256, number // 256)).save(path)


def spatial_set(folder: Path, items: int = 80) -> Path:
    """Balanced over positions, every image its own."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for at in range(items):
        answer = (at + at // 4) % 4
        save_image(folder / f"{at}.png", answer, at)
        options = [f"a red circle {way} a blue square" for way in WAYS]
        made.append({"image": f"{at}.png", "options": options, "answer": answer, "capability": "spatial"})
    return write_items(folder, made)


class Reader:
    """Reads the answer off the image; `change` makes mistakes of what it read."""

    def __init__(
        self, name: str = "reader", change: Callable[[int, int], int] | None = None, size: float = 1e6
    ) -> None:
        self.name = name
        self.identity = name
        self.attributes = {"params": size}
        self.asked = 0
        self._change = change or (lambda answer, number: answer)

    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> list[list[float]]:
        self.asked += len(images)
        return [self._one(image, len(texts)) for image, texts in zip(images, options, strict=True)]

    def _one(self, image: Image, n: int) -> list[float]:
        pixel = image.getpixel((0, 0))
        assert isinstance(pixel, tuple)
        said = self._change(round(pixel[0] / STEP), pixel[1] + 256 * pixel[2])
        return [float(at == said) for at in range(n)]


class Fixed:
    """Says the same of every image: what it is given, or what a function of the options says."""

    def __init__(self, name: str, rule: Callable[[Sequence[str]], Sequence[float] | str]) -> None:
        self.name, self.identity, self.attributes = name, name, {"params": 1e6}
        self._rule = rule

    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> Scores:
        return [self._rule(texts) for texts in options]
