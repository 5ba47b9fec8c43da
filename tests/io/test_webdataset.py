from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError
from tacit.io import tables
from tacit.io.readers import tar as tar_module
from tacit.io.readers import webdataset
from tacit.io.readers.webdataset import WebDatasetReader
from tacit.io.tables import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

READER = WebDatasetReader()
Row = tuple[str | None, ...]


def pack(members: Iterable[tuple[str, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def as_json(**values: Any) -> bytes:
    return json.dumps(values).encode()


def img2dataset(samples: int) -> bytes:
    """As img2dataset 1.x writes a shard: image, caption, metadata."""
    members = []
    for i in range(samples):
        meta = as_json(
            caption=f"caption {i}", url=f"http://h/{i}.jpg", key=f"{i:09d}", status="success", error_message=None,
            width=256, height=256, original_width=640, sha256="ab", similarity=0.5, exif="{}",
        )  # fmt: skip
        members += [
            (f"{i:09d}.jpg", b"\xff\xd8" * 700),
            (f"{i:09d}.json", meta),
            (f"{i:09d}.txt", f"caption {i}".encode()),
        ]
    return pack(members)


def read(path: Path, *columns: str, batch_rows: int = 1000) -> tuple[list[Row], dict[int, str]]:
    rows: list[Row] = []
    problems: dict[int, str] = {}
    (unit,) = READER.units(str(path))
    for batch in READER.batches(unit, columns, batch_rows):
        assert batch.frame.columns == list(columns)
        assert [p.row for p in batch.problems] == sorted({p.row for p in batch.problems})
        assert all(p.reason in tables.REASONS for p in batch.problems)
        problems |= {len(rows) + p.row: p.reason for p in batch.problems}
        rows += batch.frame.rows()
    return rows, problems


def save(folder: Path, data: bytes, name: str = "a.tar") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tgz"])
def test_an_img2dataset_shard(tmp_path: Path, name: str) -> None:
    data = img2dataset(250)
    path = save(tmp_path, data if name == "a.tar" else gzip.compress(data), name)
    columns = READER.columns(str(path))
    assert list(columns)[:5] == ["__key__", "jpg", "txt", "caption", "url"]
    assert (columns["jpg"], columns["txt"], columns["width"], columns["similarity"]) == (
        "binary",
        "text",
        "integer",
        "number",
    )
    assert READER.rows(str(path)) is None
    assert READER.units(str(path), 10) == [Unit(str(path), "webdataset", 0, 0, None)]
    rows, problems = read(path, "__key__", "txt", "caption", "width", "error_message", batch_rows=99)
    assert problems == {}
    assert rows == [(f"{i:09d}", f"caption {i}", f"caption {i}", "256", None) for i in range(250)]


def test_samples_are_runs_of_one_key(tmp_path: Path) -> None:
    members = [
        ("./a/1.seg.png", b"x"), ("./a/1.txt", b"one"), ("./a/2.TXT", b"two"), ("b/1.txt", b"other folder"),
        ("v1.0/3.txt", b"dots in folders"), ("./a/1.txt", b"again"), ("no-ending", b""), ("a/.hidden", b""),
        ("__about__/0.txt", b"skipped"), ("d/4.extra.txt", b"two endings"),
    ]  # fmt: skip
    path = save(tmp_path, pack(members))
    rows, problems = read(path, "__key__", "txt")
    assert rows == [
        ("./a/1", "one"), ("./a/2", "two"), ("b/1", "other folder"), ("v1.0/3", "dots in folders"), ("./a/1", "again"),
        ("d/4", None),
    ]  # fmt: skip
    assert problems == {5: "no-member"}
    assert read(path, "extra.txt")[0][-1] == ("two endings",)


def test_what_cannot_be_read_is_a_problem_of_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webdataset, "MAX_TEXT_BYTES", 1000)
    members = [
        ("0.txt", b"good"), ("0.json", as_json(c="good", n=1)), ("1.jpg", b"x"), ("1.json", as_json(c=None)),
        ("2.txt", b"\xff\xfe"), ("2.json", b"{"), ("3.txt", b"l" * 1001), ("3.json", b"[" * 990),
        ("4.txt", b"\xef\xbb\xbfmark"), ("4.json", as_json(c=3)), ("5.txt", b""), ("5.json", b'{"c": "\\ud800"}'),
        ("6.txt", b"a"), ("6.txt", b"b"), ("6.json", as_json(c=["x"], n=True)), ("7.txt", b"x"), ("7.json", b"[1]"),
        ("8.txt", b"x"), ("8.json", b" " * 2000), ("9.txt", b"x"), ("9.json", b"\xff"),
    ]  # fmt: skip
    path = save(tmp_path, pack(members))
    rows, problems = read(path, "txt")
    assert [text for (text,) in rows] == ["good", None, None, None, "mark", "", None, "x", "x", "x"]
    assert problems == {1: "no-member", 2: "encoding", 3: "too-long", 6: "malformed"}
    rows, problems = read(path, "c")
    assert [text for (text,) in rows] == ["good", *[None] * 9]
    assert problems == {
        2: "malformed", 3: "malformed", 4: "not-text", 5: "encoding", 6: "not-text", 7: "malformed", 8: "too-long",
        9: "encoding",
    }  # fmt: skip
    assert [n for (n,) in read(path, "n")[0]][:7] == ["1", None, None, None, None, None, "true"]


def test_json_keys_that_clash_with_members(tmp_path: Path) -> None:
    members = [
        ("0.txt", b"member"),
        ("0.json", as_json(txt="key", __key__="k", json="j")),
        ("0.meta.json", as_json(a="b")),
    ]
    path = save(tmp_path, pack(members))
    assert list(READER.columns(str(path))) == ["__key__", "txt", "json.txt", "json.__key__", "json.json", "meta.json.a"]
    names = ("txt", "json.txt", "json.__key__", "json.json", "meta.json.a")
    assert read(path, *names)[0] == [("member", "key", "k", "j", "b")]


def test_columns_that_only_later_samples_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webdataset, "HEAD_SAMPLES", 1)
    path = save(tmp_path, pack([("0.jpg", b""), ("1.txt", b"late"), ("1.json", as_json(c="late"))]))
    assert list(READER.columns(str(path))) == ["__key__", "jpg"]
    assert read(path, "txt", "c", "json.c")[0] == [(None, None, None), ("late", "late", "late")]
    with pytest.raises(DataError, match=r"no column 'caption'.*jpg"):
        read(path, "caption")


def test_hostile_members_touch_nothing(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            info = tarfile.TarInfo("0.txt")
            info.type, info.linkname, info.size = kind, "/etc/passwd", 0
            tar.addfile(info)
        for name in ("/etc/cron.d/1.txt", "../../../2.txt", "3\x1b[2J.txt", "x" * 300 + ".txt", "é.txt"):
            info = tarfile.TarInfo(name)
            info.size = 4
            tar.addfile(info, io.BytesIO(b"text"))
    path = save(tmp_path, buffer.getvalue())
    before = sorted(tmp_path.iterdir())
    rows, problems = read(path, "__key__", "txt")
    assert rows == [(k, "text") for k in ("/etc/cron.d/1", "../../../2", "3\x1b[2J", "x" * 300, "é")]
    assert problems == {}
    assert sorted(tmp_path.iterdir()) == before
    with pytest.raises(DataError) as caught:
        read(path, "\x1b[2J")
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_in_every_format(tmp_path: Path, form: int) -> None:
    names = ["d" * 90 + "/" + "e" * 60 + "/1", "short/2"] + ([] if form == tarfile.USTAR_FORMAT else ["ü" * 200 + "/3"])
    path = save(tmp_path, pack([(f"{name}.txt", name.encode()) for name in names], form))
    assert read(path, "__key__", "txt")[0] == [(name, name) for name in names]


@pytest.mark.parametrize("packed", [False, True])
def test_every_truncation_is_noticed(tmp_path: Path, packed: bool) -> None:
    whole = pack([("0.jpg", b"j" * 700), ("0.txt", b"one"), ("x" * 120 + ".txt", b"two")])
    end = len(whole.rstrip(b"\0"))
    # Any one block of zeros is the mark at the end; the padding after it may be missing.
    needed = -(-end // 512) * 512 + 512
    if packed:
        whole = gzip.compress(whole)
        needed = len(whole)
    name = "a.tar.gz" if packed else "a.tar"
    for cut in [*range(0, needed, 1 if packed else 37), needed - 1]:
        path = save(tmp_path, whole[:cut], name)
        with pytest.raises(DataError, match=r"a\.tar"):
            read(path, "txt")
    assert len(read(save(tmp_path, whole[:needed], name), "txt")[0]) == 2


def with_size(field: bytes) -> bytes:
    data = bytearray(pack([("0.txt", b"one"), ("1.txt", b"two")]))
    data[124:136] = field
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty file"),
        pytest.param(b"not a tar " * 200, id="text"),
        pytest.param(bytes(10_240), id="no members"),
        pytest.param(pack([("README", b"x")]), id="no samples"),
        pytest.param(with_size(b"77777777777\0"), id="size beyond the end"),
        pytest.param(with_size(b"\x80" + b"\xff" * 11), id="size beyond all numbers"),
        pytest.param(with_size(b"\xff" * 12), id="negative size"),
        pytest.param(with_size(b"00000001001\0"), id="size into the next member"),
        pytest.param(pack([("0.txt", b"x")]) * 2, id="two archives joined"),
    ],
)
def test_archives_that_lie(tmp_path: Path, data: bytes) -> None:
    path = save(tmp_path, data)
    with pytest.raises(DataError, match=r"a\.tar"):
        assert not READER.columns(str(path)) or read(path, "txt")


@pytest.mark.parametrize(
    "record", [b"999 path=x\n", b"5 a=b\n", b"xx path=1\n", b"0 a=\n", b"12 size=-12\n", b"9 size=x\n"]
)
def test_extended_headers_that_lie(tmp_path: Path, record: bytes) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        info = tarfile.TarInfo("header")
        info.type, info.size = tarfile.XHDTYPE, len(record)
        tar.addfile(info, io.BytesIO(record))
    body = pack([("0.txt", b"x")])
    header = buffer.getvalue()[:512] + record.ljust(512, b"\0")
    with pytest.raises(DataError, match=r"extended header|impossible size"):
        read(save(tmp_path, header + body), "txt")


def test_headers_of_any_size_are_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_module, "MAX_HEADER_BYTES", 100)
    with pytest.raises(DataError, match="extended header claims"):
        read(save(tmp_path, pack([("x" * 300 + ".txt", b"x")])), "txt")


@given(st.data())
def test_damage_is_only_ever_a_data_error(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = bytearray(pack([("0.txt", b"one"), ("0.json", as_json(c="x")), ("y" * 120 + ".txt", b"two")]))
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    content = data.draw(st.sampled_from([bytes(whole), data.draw(st.binary(max_size=1500))]))
    path = save(tmp_path_factory.getbasetemp(), content)
    message = path.name
    try:
        columns = READER.columns(str(path))
        read(path, *columns)
    except DataError as error:
        message = str(error)
    assert path.name in message


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "a/b", "/a"]), st.sampled_from(["txt", "jpg"]), st.text(max_size=20)),
        min_size=1, max_size=8,
    ),
    st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
    st.integers(1, 4),
)  # fmt: skip
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory, members: list[tuple[str, str, str]], form: int, batch_rows: int
) -> None:
    content = [(f"{key}.{ending}", text.encode()) for key, ending, text in members]
    path = save(tmp_path_factory.getbasetemp(), pack(content, form), "round.tar")
    expected: list[tuple[str, list[str]]] = []
    for key, ending, text in members:
        if not expected or expected[-1][0] != key:
            expected.append((key, []))
        if ending == "txt":
            expected[-1][1].append(text.removeprefix("\ufeff"))
    if not any(texts for _, texts in expected):
        return
    rows, problems = read(path, "__key__", "txt", batch_rows=batch_rows)
    assert rows == [(key, texts[0] if len(texts) == 1 else None) for key, texts in expected]
    for row, (_, texts) in enumerate(expected):
        assert problems.get(row) == {0: "no-member", 1: None}.get(len(texts), "malformed")
