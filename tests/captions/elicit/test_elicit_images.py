"""Images as they come: large, small, broken, lying about what they are."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tacit.captions.elicit.images import (
    LONGEST_SIDE,
    SMALLEST_SHOWN,
    Gallery,
    ImageProblemError,
    check_image,
    draw,
    find_images,
    read_image,
)
from tacit.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(draw(data).content))


def png_of_size(width: int, height: int) -> bytes:
    """A small file that says it is a large image."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def test_twenty_megapixels_are_scaled_down() -> None:
    shown = opened(encoded(Image.new("RGB", (5480, 3650), (10, 90, 60)), "JPEG"))
    assert shown.format == "JPEG"
    assert max(shown.size) == LONGEST_SIDE
    assert abs(shown.width / shown.height - 5480 / 3650) < 0.01


def test_small_images_are_enlarged_without_new_colours() -> None:
    small = Image.new("RGB", (16, 16), "red")
    small.putpixel((3, 5), (0, 0, 255))
    shown = opened(encoded(small, "PNG"))
    assert shown.size == (SMALLEST_SHOWN, SMALLEST_SHOWN)
    assert {colour for _, colour in shown.getcolors() or []} == {(255, 0, 0), (0, 0, 255)}


def test_metadata_is_gone_and_the_picture_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SECRET CAMERA"
    data = encoded(
        Image.new("RGB", (600, 400)), "JPEG", exif=exif, comment=b"SECRET COMMENT", icc_profile=b"SECRET ICC"
    )
    shown = draw(data)
    assert b"SECRET" in data
    assert b"SECRET" not in shown.content
    image = Image.open(BytesIO(shown.content))
    assert image.size == (400, 600)
    assert not image.getexif()


def test_of_a_moving_image_the_first_frame_is_shown() -> None:
    frames = [Image.new("RGB", (400, 400), colour) for colour in ("red", "blue")]
    shown = opened(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert shown.format == "PNG"
    assert getattr(shown, "n_frames", 1) == 1
    assert shown.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK", "I;16"])
def test_every_kind_of_pixel_can_be_shown(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(encoded(Image.new(mode, (400, 300)), kind)).mode == "RGB"


def test_transparent_parts_are_white() -> None:
    image = opened(encoded(Image.new("RGBA", (400, 400), (0, 0, 0, 0)), "WEBP", lossless=True))
    assert image.getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (png_of_size(50_000, 50_000), "has more than 64 million pixels"),
        (png_of_size(9_000, 9_000), "has more than 64 million pixels (9000 x 9000)"),
        (png_of_size(800, 800), "is damaged"),
        (b"", "is not a JPEG, PNG, WebP or GIF image"),
        (b"GIF89a", "is not a JPEG|is damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "is not a JPEG"),
        (b"\x00\x00\x01\x00" * 50, "is not a JPEG"),
    ],
)
def test_what_cannot_be_shown_has_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ImageProblemError) as caught:
        draw(data)
    assert any(part in str(caught.value) for part in reason.split("|"))


def test_a_truncated_file_is_found_out() -> None:
    whole = encoded(Image.effect_noise((500, 500), 60), "JPEG")
    draw(whole)
    with pytest.raises(ImageProblemError, match=r"is damaged.*truncated"):
        draw(whole[: len(whole) // 2])


def test_a_folder_is_searched_without_leaving_it(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    (inside / "sub").mkdir(parents=True)
    (inside / "project" / "cache").mkdir(parents=True)
    outside.mkdir()
    data = encoded(Image.new("RGB", (400, 400)), "PNG")
    for place in (
        inside / "b.PNG",
        inside / "sub" / "a.jpg",
        inside / "project" / "cache" / "c.png",
        outside / "x.png",
    ):
        place.write_bytes(data)
    (inside / "notes.txt").write_text("not an image")
    (inside / ".hidden.png").write_bytes(data)
    (inside / "link.png").symlink_to(outside / "x.png")
    (inside / "round.png").symlink_to(inside / "round.png")
    (inside / "folder").symlink_to(outside)
    found = find_images(inside, leave_out=inside / "project")
    assert found == ["b.PNG", "link.png", "round.png", "sub/a.jpg"]
    checked = {path: check_image(inside, path)[1] for path in found}
    assert checked["sub/a.jpg"] == ""  # a PNG under another name
    assert checked["link.png"] == "leads out of the folder of images"
    assert checked["round.png"] != ""
    for path in ("../out/x.png", "/etc/passwd", "sub/../../out/x.png", "a\x00b.png"):
        with pytest.raises(ImageProblemError):
            read_image(inside, path)


def test_no_images_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no image in"):
        find_images(tmp_path)
    with pytest.raises(UsageError, match="is not a folder"):
        find_images(tmp_path / "nowhere")


def test_the_gallery_keeps_what_it_drew_and_notices_another_image(tmp_path: Path) -> None:
    data = encoded(Image.new("RGB", (400, 400), "red"), "PNG")
    (tmp_path / "a.png").write_bytes(data)
    digest, problem = check_image(tmp_path, "a.png")
    gallery = Gallery(tmp_path, tmp_path / "cache")
    first = gallery.show("a.png", digest)
    assert problem == ""
    (tmp_path / "a.png").write_bytes(encoded(Image.new("RGB", (400, 400), "blue"), "PNG"))
    assert gallery.show("a.png", digest) == first
    for kept in (tmp_path / "cache").iterdir():
        kept.unlink()
    with pytest.raises(ImageProblemError, match="has changed since"):
        gallery.show("a.png", digest)
