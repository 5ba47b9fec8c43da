"""Vectors of unit length in files: 8 bits a number, read where they lie, compared one and all.

Each vector is scaled by its largest number and rounded to whole numbers between -127 and 127 (symmetric linear
quantisation, Jacob et al. 2018, https://arxiv.org/abs/1712.05877, eq. 1 with zero point 0): a quarter the size. With
384 dimensions a cosine is off by .002 at most, and 997 of 1,000 of the ten nearest stay among them (docs/methods.md).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tacit.errors import DataError, UsageError
from tacit.runs.atomic import sync_folder, write_atomic, writing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_BLOCK: Final = 1024
"""Vectors that are multiplied at a time, so that their numbers as floats stay in the cache."""
_DECIMALS: Final = 6
"""Of cosines. Single-precision sums differ beyond these by the order of summing, which would decide ties."""
_MOST_FILES: Final = 32
_HELD: Final = 32_000_000
"""Bytes of added vectors that are held before they go to the disk."""


def unit(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Vectors scaled to unit length; those of length 0 stay.

    Args:
        vectors: Their last axis is the dimensions.

    Example:
        >>> unit(np.array([[3.0, 0.0], [0.0, 0.0]])).tolist()
        [[1.0, 0.0], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def quantised(vectors: NDArray[np.float32], first: int) -> NDArray[np.void]:
    """Vectors in 8 bits a number, in rows with consecutive numbers.

    Args:
        vectors: Shape (vectors, dimensions), finite.
        first: Number of the first row.

    Returns:
        Shape (vectors,), of fields ``row`` (int64), ``scale`` (float32) and ``codes`` (int8, dimensions).

    Raises:
        UsageError: If they are no matrix or hold numbers that are not finite.

    Example:
        >>> rows = quantised(np.array([[0.6, -0.8]], dtype=np.float32), first=5)
        >>> rows["row"].tolist(), rows["codes"].tolist()
        ([5], [[95, -127]])
    """
    if vectors.ndim != 2 or not vectors.shape[1] or not np.isfinite(vectors).all():
        raise UsageError(f"Vectors have to be finite numbers in the shape (passages, dimensions), not {vectors.shape}.")
    layout = np.dtype([("row", "<i8"), ("scale", "<f4"), ("codes", "i1", (vectors.shape[1],))])
    rows = np.empty(len(vectors), layout)
    largest = np.abs(vectors).max(axis=1)
    scale = np.where(largest > 0, largest, 1) / 127
    rows["row"] = np.arange(first, first + len(vectors))
    rows["scale"] = scale
    rows["codes"] = np.rint(vectors / scale[:, None])
    return rows


class VectorView:
    """Vectors as they were at one moment.

    Args:
        files: Rows as `quantised` makes them.
        alive: Numbers of the rows that count.
    """

    def __init__(self, files: Sequence[NDArray[np.void]], alive: Collection[int]) -> None:
        self._files = files
        self._numbers = np.concatenate([rows["row"] for rows in files]) if files else np.empty(0, dtype=np.int64)
        kept = np.zeros(len(self._numbers), dtype=bool)
        # While files are put together, a row can be in two of them.
        kept[np.unique(self._numbers, return_index=True)[1]] = True
        self._gone = ~(kept & np.isin(self._numbers, np.fromiter(alive, dtype=np.int64, count=len(alive))))

    def __len__(self) -> int:
        """Number of rows that count."""
        return int((~self._gone).sum())

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """Rows nearest to a vector by cosine, best first.

        Args:
            vector: Shape (dimensions,), unit length.
            k: How many; more come back if those that follow are equal to the last.

        Returns:
            Numbers of rows, and cosines.

        Raises:
            UsageError: If the vector has other dimensions.
        """
        if not (there := len(self)):
            return []
        same_dimensions(self._files[0], vector)
        scores = np.concatenate([_products(rows, vector) for rows in self._files]).round(_DECIMALS)
        scores[self._gone] = -np.inf
        k = min(k, there)
        best = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
        best = best[np.lexsort((self._numbers[best], -scores[best]))]
        return [(int(self._numbers[at]), round(float(scores[at]), _DECIMALS)) for at in best]


class VectorFolder:
    """Files of quantised vectors, one for each commit, named by the number of their first row.

    Which rows count is said by whoever searches: those of passages that were replaced stay until `tidy`.

    Args:
        folder: Where the files are; made by the first `save`.

    Example:
        >>> import tempfile, pathlib
        >>> kept = VectorFolder(pathlib.Path(tempfile.mkdtemp()) / "vectors")
        >>> kept.add(np.eye(3, dtype=np.float32))
        range(0, 3)
        >>> kept.save()
        >>> kept.view({0, 1, 2}).nearest(np.array([0.6, 0.8, 0.0], dtype=np.float32), 2)
        [(1, 0.8), (0, 0.6)]
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._added: list[NDArray[np.void]] = []

    def add(self, vectors: NDArray[np.float32]) -> range:
        """Take vectors in, to be kept by `save`.

        Args:
            vectors: Shape (vectors, dimensions).

        Returns:
            The numbers of their rows.

        Raises:
            UsageError: If they have other dimensions than those before.
            DataError: If they are many and the disk refuses them.
        """
        before = self._added or self._read()
        first = 1 + max((int(rows["row"].max()) for rows in before), default=-1)
        rows = quantised(np.asarray(vectors, dtype=np.float32), first)
        if before:
            same_dimensions(before[0], rows["codes"])
        if len(rows):
            self._added.append(rows)
        if sum(some.nbytes for some in self._added) > _HELD:
            self.save()
        return range(first, first + len(rows))

    def save(self) -> None:
        """Write what was added to the disk.

        Raises:
            DataError: If the disk refuses.
        """
        if self._added:
            self._write(np.concatenate(self._added))
            self._added = []

    def forget(self) -> None:
        """Give up what was added and not saved."""
        self._added = []

    def view(self, alive: Collection[int]) -> VectorView:
        """What is on the disk now, to be searched.

        Args:
            alive: Numbers of the rows that count.
        """
        return VectorView(self._read(), alive)

    def tidy(self, alive: Collection[int]) -> None:
        """Take out the files that hold no row that counts; put all in one if there are many, or half does not count.

        Raises:
            DataError: If the disk refuses.
        """
        files = self._read()
        wanted = np.fromiter(alive, dtype=np.int64, count=len(alive))
        kept = [rows[np.isin(rows["row"], wanted)] for rows in files]
        left = [self._path(rows) for rows, some in zip(files, kept, strict=True) if not len(some)]
        if len(files) > _MOST_FILES or 0 < 2 * sum(map(len, kept)) < sum(map(len, files)):
            new = self._write(np.concatenate(kept))
            left = [path for rows in files if (path := self._path(rows)) != new]
        with writing(self.folder):
            for path in left:
                path.unlink()

    def _path(self, rows: NDArray[np.void]) -> Path:
        return self.folder / f"{int(rows['row'][0]):012d}.npy"

    def _write(self, rows: NDArray[np.void]) -> Path:
        buffer = io.BytesIO()
        np.save(buffer, rows, allow_pickle=False)
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomic(self._path(rows), buffer.getvalue())
            sync_folder(self.folder)
        return self._path(rows)

    def _read(self) -> list[NDArray[np.void]]:
        files = []
        for path in sorted(self.folder.glob("*.npy")):
            try:
                rows = np.load(path, mmap_mode="r", allow_pickle=False)
            except FileNotFoundError:
                continue  # another process has just put it together with others
            except (ValueError, OSError, EOFError) as error:
                raise DataError(f"The vectors in {path} cannot be read: {error}. Build the index again.") from error
            if rows.dtype.names != ("row", "scale", "codes") or not len(rows):
                raise DataError(f"{path} does not hold vectors as tacit writes them. Build the index again.")
            files.append(rows)
        return files


def same_dimensions(rows: NDArray[np.void], vectors: NDArray[np.generic]) -> None:
    """Refuse vectors of another model.

    Args:
        rows: As `quantised` makes them.
        vectors: Their last axis is the dimensions.

    Raises:
        UsageError: If the dimensions differ.
    """
    kept, given = rows["codes"].shape[1], vectors.shape[-1]
    if kept != given:
        raise wrong_dimensions(kept, given)


def wrong_dimensions(kept: int, given: int) -> UsageError:
    """What is said of vectors of another model."""
    return UsageError(
        f"The index keeps vectors of {kept:,} dimensions, and these have {given:,}: another model made them. "
        "Use the model that the index was built with, or build it again."
    )


def _products(rows: NDArray[np.void], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    products = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        products[start : start + _BLOCK] = block["codes"].astype(np.float32) @ vector * block["scale"]
    return products
