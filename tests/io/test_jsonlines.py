from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tacit.errors import DataError
from tacit.io import lines
from tacit.io.readers import jsonlines
from tacit.io.readers.jsonlines import JsonLinesReader
from tacit.io.tables import MAX_TEXT_BYTES, REASONS, Batch

READER = JsonLinesReader()
Rows = tuple[list[tuple[str | None, ...]], dict[int, str]]
MARK = str(jsonlines._MARK).encode()
NUMBERS = {"integer", "number", "boolean"}

# Alone or beside their neighbours, these are what a parser of many lines at once could get wrong.
HOSTILE = [
    b'{"a": "plain"}', b'{"a": "x", "b": 1}', b'{"a": null}', b'{"a": ["x"]}', b'{"a": {"a": "inner"}}', b"{}",
    b'{"a": "first", "a": "last"}', b'{"a": "\\ud800"}', b'{"\\udfff": "x", "a": "y"}', b'{"a": "\\ud83d\\ude00"}',
    b'{"a": "\xc3\xa9 \xe2\x80\xa8 \xc2\x85"}', b'{"a": "\xff"}', b'{"a": "nul \x00"}', b'{"a": "\\u0000"}',
    b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": 1e999}', b'{"a": true}', b'{"b": ' + b"9" * 5000 + b"}",
    b'{"b": 123456789012345678901234567890}', b"[1]", b'"text"', b"1", b"null", b"[" * 3000, b"[" * 3000 + b"]" * 3000,
    b'{"a": "x"},{"a": "y"}', b'{"a": [{}', b"{}]}", b'{"a": 1', b'"b": 2}', b'{"a": "open', b'end"}', b"]", b"[", b",",
    b"{},{}", MARK, b"{}," + MARK + b",{}", b'{"a": "' + MARK + b'"}', b'{"b": ' + MARK + b"}",
    b'{"a": [' + MARK + b"]}", b"", b"  \t", b"\r", b'{"a": "crlf"}\r', b'\xef\xbb\xbf{"a": "bom"}', b"\xef\xbb\xbf",
    b"\xef", b"\x0b", b"\xc2\xa0", b"\x00", b"// no", b"{'a': 1}", b'{"a": "x"} {"a": "y"}', b"0, 0", b"9 " * 40,
]  # fmt: skip


def read(path: Path, *columns: str, batch_rows: int = 4, rows_per_unit: int = 1_000_000) -> Rows:
    rows: list[tuple[str | None, ...]] = []
    problems: dict[int, str] = {}
    stop: int | None = 0
    for part, unit in enumerate(READER.units(str(path), rows_per_unit)):
        assert (unit.part, unit.start, unit.reader) == (part, stop, "jsonlines")
        stop = unit.stop
        for batch in READER.batches(unit, columns, batch_rows):
            check(batch, columns, batch_rows)
            problems |= {len(rows) + p.row: p.reason for p in batch.problems}
            rows += batch.frame.rows()
    assert stop is None
    return rows, problems


def check(batch: Batch, columns: tuple[str, ...], batch_rows: int) -> None:
    assert batch.frame.columns == list(columns)
    assert set(batch.frame.dtypes) == {pl.String}
    assert 0 < batch.frame.height <= batch_rows
    assert [p.row for p in batch.problems] == sorted({p.row for p in batch.problems})
    for problem in batch.problems:
        assert problem.reason in REASONS
        assert None in batch.frame.row(problem.row)


def reference(data: bytes, kinds: dict[str, str], *columns: str) -> Rows:
    """The rows by the definition: ``json.loads`` on each line, whatever the other lines are."""
    rows: list[tuple[str | None, ...]] = []
    problems: dict[int, str] = {}
    for line in data.split(b"\n"):
        if not line.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r"):
            continue
        values: list[str | None] = [None] * len(columns)
        reason = ""
        try:
            found = json.loads(line.decode().removeprefix("\ufeff"))
        except UnicodeDecodeError:
            found, reason = None, "encoding"
        except (ValueError, RecursionError):
            found, reason = None, "malformed"
        if isinstance(found, dict):
            cells = [cell(found.get(name), kinds.get(name, "text") in NUMBERS) for name in columns]
            values = [value for value, _ in cells]
            reason = next((why for _, why in cells if why), "")
        elif not reason:
            reason = "malformed"
        if reason:
            problems[len(rows)] = reason
        rows.append(tuple(values))
    return rows, problems


def cell(value: Any, numbers: bool) -> tuple[str | None, str]:
    if value is None:
        return None, ""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return None, "encoding"
        return value, ""
    return (json.dumps(value), "") if numbers and isinstance(value, bool | int | float) else (None, "not-text")


def save(folder: Path, data: bytes, name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jsonlines")


def assert_as_defined(folder: Path, data: bytes, **sizes: int) -> None:
    path = save(folder, data)
    try:
        kinds = READER.columns(str(path))
    except DataError:
        return
    assert read(path, "a", "b", **sizes) == reference(data, kinds, "a", "b")


@pytest.mark.parametrize("line", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_lines_harm_nobody_else(folder: Path, line: bytes) -> None:
    assert_as_defined(folder, b'{"a": "before", "b": 7}\n' + line + b'\n{"a": "after"}\n')
    assert_as_defined(folder, b'{"a": "before"}\n{"a": "after"}\n' + line)
    assert_as_defined(folder, line + b'\n{"a": "x", "b": null}')


@given(st.lists(st.sampled_from(HOSTILE), max_size=8), st.integers(1, 5), st.booleans())
# Two lines that are one object together, and one line that is two objects: the counts agree, the rows do not.
@example([b'{"a": [{}', b"{}]}", b"{}," + MARK + b",{}"], 4, True)
@example([b'{"a": [{}', b"{}]}", b'{"a": "x"},{"a": "y"}'], 4, False)
@example([b'{"a": 1', b'"b": 2}', b"{},{}"], 4, True)
def test_many_lines_at_once_are_read_as_one_by_one(folder: Path, found: list[bytes], batch: int, end: bool) -> None:
    data = b'{"a": "x", "b": 1}\n' + b"\n".join(found) + (b"\n" if end else b"")
    assert_as_defined(folder, data, batch_rows=batch)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=4,
)


@given(
    st.lists(st.dictionaries(st.sampled_from("abc"), JSON), min_size=1, max_size=12),
    st.booleans(),
    st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\n \r\n"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_any_objects(folder: Path, objects: list[dict[str, Any]], ascii_only: bool, end: bytes, bom: bytes) -> None:
    texts = [json.dumps(o, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass") for o in objects]
    assert_as_defined(folder, bom + end.join(texts))


@given(st.lists(st.sampled_from(HOSTILE[:14]), min_size=1, max_size=9), st.integers(1, 60), st.integers(1, 20))
def test_units_are_the_file(folder: Path, found: list[bytes], step: int, block: int) -> None:
    data = b"\n".join(found)
    blocks = [b for b in lines.read_blocks(io.BytesIO(data)) if b is not None]
    assert b"".join(blocks) == data
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK_BYTES", block)
        for cut in (step, 1):
            pieces: list[bytes] = []
            for start in range(0, len(data), cut):
                own = [b for b in lines.read_blocks(io.BytesIO(data), start, start + cut) if b is not None]
                assert all(b.endswith(b"\n") for b in own) or start + cut >= len(data) - len(own[-1])
                pieces += own
            assert b"".join(pieces) == data
        patch.setattr(jsonlines, "BYTES_PER_ROW", 1)
        assert_as_defined(folder, data, rows_per_unit=step, batch_rows=3)


@given(st.binary(max_size=300), st.sampled_from([".jsonl", ".jsonl.gz", ".ndjson.zst"]), st.booleans())
def test_any_bytes_are_rows_or_an_error(folder: Path, data: bytes, ending: str, pack: bool) -> None:
    path = save(folder, gzip.compress(data) if pack and ending.endswith("gz") else data, f"bytes{ending}")
    for action in (lambda: READER.columns(str(path)), lambda: read(path, "a")):
        message = str(path)
        try:
            action()
        except DataError as error:
            message = str(error)
        assert str(path) in message


def test_types_of_columns(tmp_path: Path) -> None:
    data = b'{"t": null, "i": 1, "f": 1.5, "b": true}\n[]\n\n{"t": "x", "i": "y", "l": [], "s": {}, "n": null}\n'
    kinds = {"t": "text", "i": "integer", "f": "number", "b": "boolean", "l": "list", "s": "struct", "n": "null"}
    path = save(tmp_path, data)
    assert READER.columns(str(path)) == kinds
    assert READER.rows(str(path)) is None
    rows, problems = read(path, "b", "f", "i", "t", "nowhere")
    assert rows == [("true", "1.5", "1", None, None), (None,) * 5, (None, None, "y", "x", None)]
    assert problems == {1: "malformed"}
    # A number is no text, but a column of numbers can be written as text.
    path = save(tmp_path, b'{"a": "x", "n": 1}\n{"a": 2, "n": null}\n{"a": [3], "n": 2.5}\n')
    assert read(path, "a", "n") == (
        [("x", "1"), (None, None), (None, "2.5")],
        {1: "not-text", 2: "not-text"},
    )


@pytest.mark.parametrize("data", [b"", b"\n\n", b" \r\n\t\n", b"\xef\xbb\xbf\n"])
def test_a_file_without_rows(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DataError, match=r"a\.jsonl is empty: it holds no line"):
        READER.columns(str(save(tmp_path, data)))


def test_a_file_without_objects(tmp_path: Path) -> None:
    for data in (b"[1]\n2\n", "{}".encode("utf-16"), zlib.compress(b"x" * 99), b"{}\n{}"):
        with pytest.raises(DataError, match="is a JSON object with keys"):
            READER.columns(str(save(tmp_path, data)))


def pack(data: bytes, ending: str) -> bytes:
    if ending == ".gz":
        return gzip.compress(data)
    zstd = pytest.importorskip("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    return bytes(zstd.compress(data))


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_compressed_files(tmp_path: Path, ending: str) -> None:
    texts = [f"caption {i * 7919 % 10_007}" for i in range(20_000)]
    data = b"".join(json.dumps({"a": text}).encode() + b"\n" for text in texts)
    path = save(tmp_path, pack(data, ending), f"a.ndjson{ending}")
    assert len(READER.units(str(path), 10)) == 1
    assert read(path, "a", batch_rows=7_000) == ([(text,) for text in texts], {})
    whole = path.read_bytes()
    for cut in (len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(DataError, match=rf"a\.ndjson\{ending} is (truncated|corrupt)"):
            read(path, "a", batch_rows=7_000)


@pytest.mark.slow
def test_lines_of_the_longest_kind(tmp_path: Path) -> None:
    def line(size: int) -> bytes:
        return b'{"a": "' + b"x" * (size - 9) + b'"}'

    assert len(line(20)) == 20
    data = b"\n".join([b'{"a": "1"}', line(MAX_TEXT_BYTES + 1), b'{"a": "2"}', line(MAX_TEXT_BYTES), b'{"a": "3"}'])
    path = save(tmp_path, data)
    for batch_rows in (1, 10):
        rows, problems = read(path, "a", batch_rows=batch_rows)
        assert [len(text or "") for (text,) in rows] == [1, 0, 1, MAX_TEXT_BYTES - 9, 1]
        assert problems == {1: "too-long"}
    # The second unit starts in the middle of the line that is too long, which belongs to the first.
    first, second = (
        [text for batch in READER.batches(unit, ["a"]) for text in batch.frame["a"].to_list()]
        for unit in READER.units(str(path), 3 * MAX_TEXT_BYTES // 2 // jsonlines.BYTES_PER_ROW)
    )
    assert (first[:3], [len(text) for text in first[3:]], second) == (["1", None, "2"], [MAX_TEXT_BYTES - 9], ["3"])


MEASURED = """
import sys
from tacit.io.tables import get_reader
import polars as pl

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))

path, reader = sys.argv[1:]
pl.DataFrame({"a": ["warm"]}).lazy().collect()
reader, before, rows, reasons = get_reader(reader), peak(), 0, []
assert "a" in reader.columns(path)
for unit in reader.units(path):
    for batch in reader.batches(unit, ["a"]):
        rows += batch.frame.height
        reasons += [problem.reason for problem in batch.problems]
print(rows, ",".join(reasons), (peak() - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by /proc")
def test_a_line_of_100_mb_is_never_held(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(b'{"a": "before"}\n{"a": "')
        for _ in range(100):
            file.write(b"x" * 1_048_576)
        file.write(b'"}\n{"a": "after"}\n')
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path), "jsonlines"], capture_output=True, text=True, check=True, timeout=60
    )
    rows, reasons, mebibytes = done.stdout.split()
    assert (rows, reasons) == ("3", "too-long")
    assert int(mebibytes) < 64
