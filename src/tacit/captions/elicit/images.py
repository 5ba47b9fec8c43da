"""The images: found in a folder, checked, and made fit to be shown.

Files are whatever somebody collected, so nothing in them is trusted: only four decoders are tried, the size is known
before anything is decoded, and what is shown is drawn again from the pixels, without the file's metadata (cameras
write the place into them).
"""

from __future__ import annotations

import hashlib
import os
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from tacit.errors import DataError, UsageError
from tacit.runs.atomic import write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
LARGEST_FILE: Final = 100 << 20
"""Bytes."""
MOST_PIXELS: Final = 64_000_000
"""Decoded, that is a quarter of a gigabyte at a time."""
LONGEST_SIDE: Final = 1600
"""Pixels of the longer side as shown; larger images are scaled down."""
SMALLEST_SHOWN: Final = 320
"""Smaller images are enlarged by a whole number, without smoothing."""

_ONE_AT_A_TIME: Final = threading.Lock()
"""Bounds the memory, and keeps the warnings filter, which belongs to the whole process, to one thread."""


class ImageProblemError(DataError):
    """An image cannot be shown; the message is the reason, short enough for a list."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An image as it is shown.

    Attributes:
        content: The bytes of a JPEG or PNG file.
        media_type: ``image/jpeg`` or ``image/png``.
    """

    content: bytes
    media_type: str


def find_images(folder: Path, leave_out: Path | None = None) -> list[str]:
    """Image files in a folder and the folders in it, by their ending, sorted.

    Links to other folders are not followed. Links to files are listed; `read_image` refuses those that lead out.

    Args:
        folder: Where to look.
        leave_out: A folder that is not looked into, such as the project's own.

    Returns:
        Paths relative to `folder`, with ``/``.

    Raises:
        UsageError: If there is no such folder, or no image in it.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder. Name the folder that holds the images.")
    hidden = leave_out.resolve() if leave_out else None
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [n for n in folders if not n.startswith(".") and Path(place, n).resolve() != hidden]
        found += [
            Path(place, n).relative_to(folder).as_posix()
            for n in names
            if Path(n).suffix.lower() in SUFFIXES and not n.startswith(".")
        ]
    if not found:
        raise UsageError(f"There is no image in {folder}. Read are: {', '.join(sorted(SUFFIXES))}.")
    # A name that is not Unicode cannot be stored; spelt out, it is listed as a file that cannot be opened.
    return sorted(path.encode("utf-8", "backslashreplace").decode() for path in found)


def read_image(folder: Path, path: str) -> tuple[bytes, str]:
    """The bytes of an image file and their SHA-256 (hex).

    Args:
        folder: The folder of images.
        path: Relative to it.

    Raises:
        ImageProblemError: If it leads out of the folder, is too large, or cannot be read.
    """
    with _opened(folder, path) as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise ImageProblemError(f"is larger than {LARGEST_FILE >> 20} MiB")
    return data, hashlib.sha256(data).hexdigest()


@contextmanager
def _opened(folder: Path, path: str) -> Iterator[BinaryIO]:
    """An image file that is open for reading, if it lies in the folder."""
    place, root = Path(folder, path), folder.resolve()
    try:
        if not place.resolve().is_relative_to(root):
            raise ImageProblemError("leads out of the folder of images")
        if not place.is_file():
            raise ImageProblemError("cannot be opened as a file of that name")
        with place.open("rb") as file:
            yield file
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: links in a circle; ValueError: NUL in the name
        raise ImageProblemError(
            f"cannot be read ({getattr(error, 'strerror', None) or 'its path is not valid'})"
        ) from None


def draw(data: bytes) -> Shown:
    """Draw an image file again, as it is shown: upright, without metadata, at most `LONGEST_SIDE` pixels long.

    Of a moving image it is the first frame. Transparent parts become white.

    Args:
        data: A JPEG, PNG, WebP or GIF file, whatever its ending says.

    Raises:
        ImageProblemError: If it is none of these, is damaged, or has more than `MOST_PIXELS` pixels.
        MissingExtraError: If Pillow is not installed.
    """
    with _decoding():
        image, kind = _decode(data)
        return _encode(image, kind)


@contextmanager
def _decoding() -> Iterator[None]:
    """One image at a time, without warnings, and with a reason for whatever a decoder makes of damage."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except ImageProblemError:
            raise
        except Exception as error:  # decoders raise whatever the damage leads them to
            told = str(error).split("\n", maxsplit=1)[0][:100]
            raise ImageProblemError(f"is damaged ({type(error).__name__}: {told})") from None


def _begin(file: BinaryIO) -> Image:
    """The image of a file, of which no more than the header has been read."""
    from PIL import Image, UnidentifiedImageError

    try:
        image: Image.Image = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError:
        raise ImageProblemError("is not a JPEG, PNG, WebP or GIF image") from None
    except Image.DecompressionBombError:
        raise ImageProblemError(f"has more than {MOST_PIXELS // 1_000_000} million pixels") from None
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise ImageProblemError(f"has more than {MOST_PIXELS // 1_000_000} million pixels ({width} x {height})")
    return image


def _decode(data: bytes) -> tuple[Image, str]:
    from PIL import ImageOps

    image = _begin(BytesIO(data))
    kind = image.format or ""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # lets a JPEG be decoded at a fraction of its size
    image.load()
    return ImageOps.exif_transpose(image), kind


def _encode(image: Image, kind: str) -> Shown:
    from PIL import Image

    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(layer, mask=layer)
    image = image.convert("RGB")
    longest = max(image.size)
    if longest > LONGEST_SIDE:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    elif longest * 2 <= SMALLEST_SHOWN:
        factor = SMALLEST_SHOWN // longest
        image = image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)
    image.info.clear()
    out = BytesIO()
    if kind in {"PNG", "GIF"}:
        image.save(out, "PNG")
        return Shown(out.getvalue(), "image/png")
    image.save(out, "JPEG", quality=90)
    return Shown(out.getvalue(), "image/jpeg")


@dataclass(frozen=True, slots=True)
class Gallery:
    """The images of a project, drawn once and kept in a folder of it.

    Attributes:
        folder: The folder of images.
        cache: Where what was drawn is kept.
    """

    folder: Path
    cache: Path

    def show(self, path: str, sha256: str) -> Shown:
        """An image as it is shown.

        Args:
            path: Relative to the folder of images.
            sha256: What the file's content must be: answers are kept with it.

        Raises:
            ImageProblemError: If it cannot be shown, or is another image by now.
        """
        for kept, media_type in self._kept(sha256):
            if kept.is_file():
                return Shown(kept.read_bytes(), media_type)
        data, digest = read_image(self.folder, path)
        if digest != sha256:
            raise ImageProblemError("has changed since the project was made")
        drawn = draw(data)
        self.cache.mkdir(parents=True, exist_ok=True)
        for kept, media_type in self._kept(sha256):
            if media_type == drawn.media_type:
                write_atomic(kept, drawn.content)
        return drawn

    def _kept(self, sha256: str) -> Iterator[tuple[Path, str]]:
        yield self.cache / f"{sha256}.jpg", "image/jpeg"
        yield self.cache / f"{sha256}.png", "image/png"


def check_header(folder: Path, path: str) -> str:
    """Whether a file begins as an image that can be shown: a look at its header, much faster than drawing it.

    A file that is damaged further on passes. Needs Pillow.

    Returns:
        The problem, or ``""``.
    """
    try:
        with _opened(folder, path) as file, _decoding():
            _begin(file)
    except ImageProblemError as problem:
        return str(problem)
    return ""


def check_image(folder: Path, path: str) -> tuple[str, str]:
    """Whether an image can be shown, by drawing it.

    Returns:
        Its SHA-256 (hex; ``""`` when the file cannot be read) and the problem, or ``""``.
    """
    digest = ""
    try:
        data, digest = read_image(folder, path)
        draw(data)
    except ImageProblemError as problem:
        return digest, str(problem)
    return digest, ""
