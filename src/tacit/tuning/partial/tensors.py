"""The tensors in files of safetensors: where each lies, and changing some in place without touching a byte beside them.

The format: 8 bytes with the length of the header (little-endian), the header (JSON: name to dtype, shape and offsets),
the bytes of all tensors. https://huggingface.co/docs/safetensors
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from tacit.errors import DataError
from tacit.io.places import explained, shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DTYPES: Final = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
"""Types in which entries can train."""
_LARGEST_HEADER: Final = 100_000_000  # the library's own bound
_CHUNK: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor lies.

    Attributes:
        file: The file.
        dtype: As the format calls it.
        shape: Of the tensor.
        start: Its first byte in the file.
        stop: The byte after its last.
    """

    file: Path
    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int

    def read(self, folder: Path | None = None) -> Tensor:
        """The tensor.

        Args:
            folder: With a file of the same name, to read from instead.

        Raises:
            DataError: If it is of a type in which nothing can train.
        """
        path = self.file if folder is None else folder / self.file.name
        if (dtype := DTYPES.get(self.dtype)) is None:
            raise DataError(
                f"{shown(str(path))} holds a tensor to tune as {shown(self.dtype)}: it is quantised. Tune the "
                "checkpoint it was made from, and quantise the result."
            )
        with explained(str(path)), path.open("rb") as file:
            file.seek(self.start)
            data = bytearray(file.read(self.stop - self.start))
        if len(data) != self.stop - self.start:
            raise DataError(f"{shown(str(path))} is truncated. Copy or download it again.")
        return torch.frombuffer(data, dtype=dtype).reshape(self.shape)

    def write(self, folder: Path, tensor: Tensor) -> None:
        """Overwrite the tensor in the file of the same name in another folder.

        Raises:
            OSError: As the operating system gives it.
        """
        with (folder / self.file.name).open("rb+") as file:
            file.seek(self.start)
            file.write(tensor.contiguous().flatten().view(torch.uint8).numpy().data)


def places(files: Iterable[Path]) -> dict[str, Place]:
    """Where the tensors of some files lie, by name.

    Raises:
        DataError: If one is no file of safetensors.
    """
    found = {}
    for path in files:
        with explained(str(path)), path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = file.read(length) if length <= _LARGEST_HEADER else b""
            size = path.stat().st_size
        try:
            for name, entry in json.loads(header).items():
                if name != "__metadata__":
                    start, stop = (8 + length + int(offset) for offset in entry["data_offsets"])
                    if not 8 + length <= start <= stop <= size:
                        raise ValueError
                    found[name] = Place(path, str(entry["dtype"]), tuple(map(int, entry["shape"])), start, stop)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise DataError(f"{shown(str(path))} is no file of safetensors, or truncated. Copy it again.") from None
    return found


def equal_but(before: Path, after: Path, changed: Iterable[Place]) -> bool:
    """Whether two files have the same bytes everywhere but where tensors were changed."""
    if before.stat().st_size != after.stat().st_size:
        return False
    at = 0
    with before.open("rb") as first, after.open("rb") as second:
        for start, stop in [*sorted((p.start, p.stop) for p in changed), (before.stat().st_size, 0)]:
            first.seek(at)
            second.seek(at)
            while at < start:
                size = min(_CHUNK, start - at)
                if first.read(size) != second.read(size):
                    return False
                at += size
            at = stop
    return True
