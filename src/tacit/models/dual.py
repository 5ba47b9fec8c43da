"""Dual encoders: an image and a text fit as well as their embeddings agree, whichever library computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.models.protocol import TOO_LONG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

    Logits = Callable[[list[Image], list[str]], npt.NDArray[np.float32]]
    """Image and text logits, shape ``(images, texts)``."""


def score_by_logits(
    images: Sequence[Image],
    options: Sequence[Sequence[str]],
    *,
    logits: Logits,
    too_long: Callable[[list[str]], set[str]],
    batch: int,
) -> Iterator[list[float] | str]:
    """Score the options of images with a dual encoder, each distinct image and text of a batch once.

    Args:
        images: One per item; the same object for items that share an image.
        options: The captions of each item.
        logits: Embeds and compares.
        too_long: Which texts the model would cut.
        batch: Items at a time.

    Yields:
        One logit per option of each item, or `TOO_LONG`.
    """
    for start in range(0, len(images), batch):
        some = list(zip(images[start : start + batch], options[start : start + batch], strict=True))
        cut = too_long(list(dict.fromkeys(text for _, texts in some for text in texts)))
        whole = [(image, texts) for image, texts in some if cut.isdisjoint(texts)]
        row = {id(image): at for at, image in enumerate({id(image): image for image, _ in whole}.values())}
        column = {text: at for at, text in enumerate(dict.fromkeys(text for _, texts in whole for text in texts))}
        table = logits(list({id(image): image for image, _ in whole}.values()), list(column)) if whole else None
        for image, texts in some:
            if table is None or not cut.isdisjoint(texts):
                yield TOO_LONG
            else:
                yield [float(table[row[id(image)], column[text]]) for text in texts]
