from __future__ import annotations

import gzip
import os
import random
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError, MissingExtraError, UsageError
from tacit.io.files import expand, is_remote, local_path, open_binary, open_decompressed, shown, size

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

zstd = pytest.importorskip("backports.zstd" if sys.version_info < (3, 14) else "compression.zstd")

COMPRESS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstd.compress}


def write(folder: Path, *names: str) -> None:
    for name in names:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(name.encode())


def below(folder: Path, pattern: str = "") -> list[str]:
    found = expand(str(folder / pattern) if pattern else str(folder))
    return [path.removeprefix(f"{folder}/") for path in found]


def test_a_folder_stands_for_its_files_without_hidden_ones(tmp_path: Path) -> None:
    write(tmp_path, "b.csv", "a/z.csv", "a/b/c.csv", ".git/x.csv", "_tmp/x.csv", "a/.x.csv", "a/_SUCCESS")
    assert below(tmp_path) == ["a/b/c.csv", "a/z.csv", "b.csv"]
    assert below(tmp_path, "_tmp") == ["_tmp/x.csv"]
    assert expand(str(tmp_path / "b.csv")) == [str(tmp_path / "b.csv")]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.csv", ["b.csv", "c1.csv"]),
        ("?.csv", ["b.csv"]),
        ("c[0-9].csv", ["c1.csv"]),
        ("*/z.csv", ["a/z.csv"]),
        ("**/*.csv", ["a/b/d.csv", "a/z.csv", "b.csv", "c1.csv"]),
        ("**/b/*.csv", ["a/b/d.csv"]),
        ("a*", ["a/b/d.csv", "a/z.csv"]),
        ("**", ["a/b/d.csv", "a/z.csv", "b.csv", "c1.csv"]),
        ("_*/*", ["_t/x.csv"]),
        ("a/../*.csv", ["a/../b.csv", "a/../c1.csv"]),
    ],
)
def test_globs(tmp_path: Path, pattern: str, expected: list[str]) -> None:
    write(tmp_path, "b.csv", "c1.csv", "a/z.csv", "a/b/d.csv", "_t/x.csv", ".h/x.csv")
    assert below(tmp_path, pattern) == expected


def test_what_exists_is_taken_literally(tmp_path: Path) -> None:
    write(tmp_path, "a[1].csv", "a1.csv", "what?/x.csv")
    assert below(tmp_path, "a[1].csv") == ["a[1].csv"]
    assert below(tmp_path, "what?") == ["what?/x.csv"]


def test_links_that_lead_in_circles_or_nowhere(tmp_path: Path) -> None:
    write(tmp_path, "d/a.csv")
    for name in ("one", "two"):
        (tmp_path / "d" / name).symlink_to(tmp_path / "d")
    assert below(tmp_path) == ["d/a.csv"]
    assert below(tmp_path, "**/*.csv") == ["d/a.csv"]
    (tmp_path / "d" / "gone.csv").symlink_to(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"gone\.csv is a link"):
        expand(str(tmp_path))


def test_relative_paths_home_and_file_urls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a b#?.csv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert expand("*.csv") == ["a b#?.csv"]
    assert expand(".") == ["a b#?.csv"]
    assert expand("~/*.csv") == [str(tmp_path / "a b#?.csv")]
    assert local_path(f"file://{tmp_path}/a%20b#?.csv") == tmp_path / "a b#?.csv"
    assert open_binary(f"file://{tmp_path}/a%20b#?.csv").read() == b"a b#?.csv"
    with pytest.raises(UsageError, match="another machine"):
        local_path("file://server/share/a.csv")


@pytest.mark.parametrize("name", ["nothing.csv", "no*thing", "empty", "a\0b", "x" * 5000, "pipe", "a.csv/b"])
def test_nothing_to_read_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path, "a.csv")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match=r"\."):
        expand(str(tmp_path / name))
    with pytest.raises(DataError):
        open_binary(str(tmp_path / name))
    with pytest.raises(DataError):
        size(str(tmp_path / name))


@pytest.mark.parametrize("url", ["http://host/a.csv", "https://u:p@host/a", "ftp://h/a", "simplecache://x", "foo://x"])
def test_the_web_is_never_read(url: str) -> None:
    assert is_remote(url)
    for act in (open_binary, open_decompressed, size, expand):
        with pytest.raises(UsageError, match="Nothing is read from") as caught:
            act(url)
        assert "p@" not in str(caught.value)


def test_remote_needs_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(MissingExtraError, match=r"Reading s3:// .*tacit\[remote\]"):
        open_binary("s3://bucket/a.csv")


def test_credentials_are_not_shown() -> None:
    assert shown("cannot open s3://key:se@cret@b/k.tar?X-Amz-Signature=1#f now") == "cannot open s3://b/k.tar now"
    assert shown("a\x1b[31m\u202eb\udcff") == r"a\x1b[31m\u202eb\udcff"


def test_remote_files_folders_and_globs() -> None:
    # fsspec's memory file system stands for the object stores; no server is needed.
    fs = pytest.importorskip("fsspec").filesystem("memory")
    for name in ("d/a.txt", "d/e/b.txt", "d/.h/c.txt", "d/_t/c.txt", "d/x[1].txt"):
        fs.pipe(f"/tacit-test/{name}", name.encode())
    fs.pipe("/tacit-test/d/z.gz", gzip.compress(b"packed"))
    root = "memory://tacit-test"
    everything = [f"{root}/d/{name}" for name in ("a.txt", "e/b.txt", "x[1].txt", "z.gz")]
    assert expand(root) == expand(f"{root}/**") == everything
    assert expand(f"{root}/*/*.txt") == [f"{root}/d/a.txt", f"{root}/d/x[1].txt"]
    assert expand(f"{root}/**/?.txt") == [f"{root}/d/a.txt", f"{root}/d/e/b.txt"]
    assert expand(f"{root}/d/x[1].txt") == [f"{root}/d/x[1].txt"]
    assert size(f"{root}/d/e/b.txt") == 9
    with open_decompressed(f"{root}/d/z.gz") as file:
        assert file.read() == b"packed"
    for act in (open_binary, size, expand):
        with pytest.raises(DataError, match="There is no file"):
            act(f"{root}/none.txt")


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst", ".GZ"])
def test_reading_compressed_or_not(tmp_path: Path, suffix: str) -> None:
    parts = [random.Random(0).randbytes(300_000), b"line\n" * 100_000, b""]
    pack = COMPRESS.get(suffix.lower(), bytes)
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"".join(pack(part) for part in parts))  # Several members, one of them empty.
    with open_decompressed(str(path)) as file:
        assert file.read() == b"".join(parts)
        file.seek(300_000)
        assert file.readline() == b"line\n"
    assert file.closed
    assert size(str(path)) == path.stat().st_size


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_every_truncation_is_noticed(tmp_path: Path, suffix: str) -> None:
    path, whole = tmp_path / f"a{suffix}", COMPRESS[suffix](b"some text " * 20)
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        with (
            pytest.raises(DataError, match=rf"a{suffix} is (truncated|empty|corrupt)"),
            open_decompressed(str(path)) as f,
        ):
            f.read()


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@given(data=st.binary(max_size=200), at=st.integers(0, 60))
def test_damage_is_an_error_that_names_the_file(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: bytes, at: int
) -> None:
    path = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    whole = COMPRESS[suffix](b"some text " * 20)
    for content in (data, whole + (data or b"x"), whole[:at] + data + whole[at:]):
        path.write_bytes(content)
        message = path.name
        try:
            with open_decompressed(str(path)) as file:
                file.read()
        except DataError as error:
            message = str(error)
        assert path.name in message


def test_a_bomb_is_read_in_constant_memory(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb", compresslevel=1) as bomb:
        for _ in range(50):
            bomb.write(bytes(1_000_000))
    tracemalloc.start()
    with open_decompressed(str(path)) as file:
        while file.read(65_536):
            pass
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()
