"""How a caption finds its image in the facts: by the very name, by the file's name, or by its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WAYS: Final = ("exact", "name", "number")
"""From the strictest to the loosest: the same text; the same but for folders and an image's suffix; and the number that
such a name is, without leading zeros. A corpus is joined by the strictest way that finds anything."""
NAME_SEED: Final = 0
_FOLDERS: Final = r"^.*[/\\]"
_SUFFIX: Final = r"(?i)\.(?:jpe?g|png|webp|gif|bmp|tiff?|avif|heic|jp2)$"
_NUMBER: Final = r"^(?:COCO_[a-z]+\d{4}_)?0*(\d+)$"
"""COCO's file names of 2014 have a prefix before the image's id."""


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The names of images as sorted hashes, for each of `WAYS`.

    Attributes:
        images: Hash of the first name of each image, ascending; shape ``(images,)``.
        keys: Hashes of names, ascending; those that several images share are left out.
        places: Position in `images` of each key.
        examples: Some names, for messages.
    """

    images: NDArray[np.uint64]
    keys: tuple[NDArray[np.uint64], ...]
    places: tuple[NDArray[np.int32], ...]
    examples: tuple[str, ...]

    def find(self, names: pl.Series, way: int) -> NDArray[np.int32]:
        """The position of each image in `images`, -1 where there is none.

        Args:
            names: What captions call their image; shape ``(captions,)``.
            way: Index into `WAYS`.
        """
        keys = self.keys[way]
        texts = as_key(names, way)
        if not len(keys):
            return np.full(len(texts), -1, dtype=np.int32)
        hashes = texts.hash(NAME_SEED).to_numpy()
        at = np.minimum(np.searchsorted(keys, hashes), len(keys) - 1)
        found = (keys[at] == hashes) & texts.is_not_null().to_numpy()
        return np.where(found, self.places[way][at], np.int32(-1))


def as_key(names: pl.Series, way: int) -> pl.Series:
    """What names are compared by.

    Example:
        >>> names = pl.Series(["val2017/000000085329.jpg", "85329", "dog.v2.PNG", None])
        >>> [as_key(names, way).to_list()[:3] for way in (1, 2)]
        [['000000085329', '85329', 'dog.v2'], ['85329', '85329', None]]
    """
    if way == 0:
        return names
    stems = names.str.replace(_FOLDERS, "").str.replace(_SUFFIX, "")
    return stems if way == 1 else stems.str.extract(_NUMBER)


def names_of(parts: Sequence[pl.DataFrame], examples: Sequence[str]) -> Names:
    """The names of images, ready to be looked up.

    Args:
        parts: The columns ``image`` and ``alias`` (a second name, or null).
        examples: Some names.

    Example:
        >>> part = pl.DataFrame({"image": ["a/1.jpg", "b/1.jpg", "c/2.jpg"], "alias": pl.Series([None] * 3, dtype=str)})
        >>> names = names_of([part], [])
        >>> (names.find(pl.Series(["1", "2", "3"]), 1) >= 0).tolist()
        [False, True, False]
    """
    table = _hashed(pl.concat(parts).unique())
    images = np.sort(table["image"].unique().to_numpy())
    keys, places = [], []
    for way in range(len(WAYS)):
        # A name that several images share leads to none of them.
        own = table.filter(pl.col("way") == way).group_by("key").agg(pl.col("image").min(), shared=pl.len() > 1)
        own = own.filter(~pl.col("shared")).sort("key")
        keys.append(own["key"].to_numpy())
        places.append(np.searchsorted(images, own["image"].to_numpy()).astype(np.int32))
    return Names(images, tuple(keys), tuple(places), tuple(examples))


def _hashed(named: pl.DataFrame) -> pl.DataFrame:
    """The keys of images in every way: columns ``image``, ``way`` and ``key``, without repeats."""
    first = named["image"].hash(NAME_SEED)
    parts = []
    for column in ("image", "alias"):
        for way in range(len(WAYS)):
            texts = as_key(named[column], way)
            part = pl.DataFrame({"image": first, "key": texts.hash(NAME_SEED)}).filter(texts.is_not_null())
            parts.append(part.with_columns(way=pl.lit(way, dtype=pl.UInt8)))
    return pl.concat(parts).unique()
