from __future__ import annotations

import csv
import gzip
import io
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError
from tacit.io import lines
from tacit.io.readers.delimited import DelimitedReader
from tacit.io.tables import MAX_TEXT_BYTES, REASONS, Unit

READER = DelimitedReader()
Row = tuple[str | None, ...]
Rows = tuple[list[Row], dict[int, str]]
LIMIT = csv.field_size_limit()
"""Longer fields are refused by the csv module, and read by ours."""


def read(path: Path, *columns: str, batch_rows: int = 4) -> Rows:
    rows: list[Row] = []
    problems: dict[int, str] = {}
    (unit,) = READER.units(str(path), 1)
    assert unit == Unit(str(path), "delimited", 0, 0, None)
    for batch in READER.batches(unit, columns, batch_rows):
        assert batch.frame.columns == list(columns)
        assert set(batch.frame.dtypes) == {pl.String}
        assert 0 < batch.frame.height <= batch_rows
        assert [p.row for p in batch.problems] == sorted({p.row for p in batch.problems})
        assert all(p.reason in REASONS and None in batch.frame.row(p.row) for p in batch.problems)
        problems |= {len(rows) + p.row: p.reason for p in batch.problems}
        rows += batch.frame.rows()
    return rows, problems


def save(folder: Path, data: bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("delimited")


FIELDS = st.text(st.sampled_from("ab ,\t\"\r\n'\\;éß🐈\u2028\x00"), max_size=6)


@given(
    written=st.lists(st.tuples(FIELDS, FIELDS), max_size=12),
    ending=st.sampled_from([".csv", ".tsv"]),
    end=st.sampled_from(["\n", "\r\n"]),
    quote_all=st.booleans(),
    batch_rows=st.integers(1, 5),
    block=st.sampled_from([7, 40, lines.BLOCK_BYTES]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_what_was_written_is_read(
    *,
    folder: Path,
    written: list[Row],
    ending: str,
    end: str,
    quote_all: bool,
    batch_rows: int,
    block: int,
    encoding: str,
) -> None:
    # However the file is cut into blocks: every record is cut somewhere, often within its quotes.
    text = io.StringIO(newline="")
    # The writer of Python 3.11 forgets to quote a carriage return where lines end in something else.
    quote_all = quote_all or any("\r" in (field or "") for row in written for field in row)
    writer = csv.writer(
        text,
        delimiter="," if ending == ".csv" else "\t",
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
        lineterminator=end,
    )
    writer.writerows([("a", "b"), *written])
    data = text.getvalue().encode(encoding)
    for cut in (data, data.removesuffix(end.encode())):
        path = save(folder, cut, f"a{ending}")
        assert READER.columns(str(path)) == {"a": "text", "b": "text"}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lines, "BLOCK_BYTES", block)
            assert read(path, "b", "a", batch_rows=batch_rows) == ([(b or None, a or None) for a, b in written], {})


SHORT_LIMIT = 30
LONG = b"x" * (SHORT_LIMIT + 1)
ODD = st.sampled_from(
    [b"x,y\n", b'"x","y"\n', b'"x\ny",z\n', b'"""x""",\n', b"x\n", b"x,y,z\n", b"\n", b"\r\n", b'"x"y,z\n', b"'x,y\n",
     b'x"y,"z"\n', b"x\ry,z\n", b"\xff,y\n", b'"\xff\n",y\n', b"x,\x00\n", b'x,"y\n', b'"x\n"y,z\n', b"x,y\r\r\n",
     b'"' + LONG + b'",y\n', LONG + b",y\n", LONG + b"\n",
     b'x,"' + b"\n" * 40 + b'"\n', b'"' + LONG + b'"",\n""y",\r\n']
)  # fmt: skip


@given(st.lists(ODD, max_size=9), st.sampled_from([5, 30, lines.BLOCK_BYTES]))
def test_odd_rows_are_read_as_the_csv_module_does(folder: Path, odd: list[bytes], block: int) -> None:
    data = b"a,b\n" + b"".join(odd)
    path = save(folder, data)
    wrong, expected = reference(data)
    csv.field_size_limit(SHORT_LIMIT)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lines, "BLOCK_BYTES", block)
            if wrong:
                told = rf"a\.csv, line {wrong}: a quotation mark is opened there and not closed"
                with pytest.raises(DataError, match=told):
                    read(path, "a", "b")
            else:
                assert read(path, "a", "b") == expected
    finally:
        csv.field_size_limit(LIMIT)


def reference(data: bytes) -> tuple[int, Rows]:
    """The rows by the definition: the csv module alone, all at once.

    Returns:
        The line where a record begins that is wrong beyond its first line, or 0; and the rows before it.
    """
    rows: list[Row] = []
    problems: dict[int, str] = {}
    reader = csv.reader(io.StringIO(data.decode("utf-8", "surrogateescape"), newline="\n"), strict=True)
    next(reader)
    while True:
        begun = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return 0, (rows, problems)
        except csv.Error as error:
            if reader.line_num > begun or "unexpected end" in str(error):
                return begun, (rows, problems)
            record = ["malformed"]
        if len(record) == 2:
            if not all(map(utf8, record)):
                problems[len(rows)] = "encoding"
            rows.append(tuple(field if field and utf8(field) else None for field in record))
        elif record:
            problems[len(rows)] = "malformed"
            rows.append((None, None))


def utf8(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


@given(st.binary(max_size=300), st.sampled_from([".csv", ".csv.gz", ".tsv.zst"]), st.booleans())
def test_any_bytes_are_rows_or_an_error(folder: Path, data: bytes, ending: str, header: bool) -> None:
    data = b"a,b\n" + data if header else data
    path = save(folder, gzip.compress(data) if ending.endswith("gz") and header else data, f"bytes{ending}")
    for action in (lambda: READER.columns(str(path)), lambda: read(path, "a")):
        message = str(path)
        try:
            action()
        except DataError as error:
            message = str(error)
        assert str(path) in message


def test_rows_that_are_problems(tmp_path: Path) -> None:
    path = save(tmp_path, b'a,b\nx,1\nshort\nlong,2,3\n\xff,4\n"q"x,5\ny,\xfe\n"",6\n')
    rows, problems = read(path, "a", "b")
    assert problems == {1: "malformed", 2: "malformed", 3: "encoding", 4: "malformed", 5: "encoding"}
    # A field that can be read is kept where another one cannot; what is empty is null.
    assert rows == [("x", "1"), (None, None), (None, None), (None, "4"), (None, None), ("y", None), (None, "6")]
    # Nobody asked for the column that is broken.
    assert read(path, "b")[1] == {1: "malformed", 2: "malformed", 4: "malformed", 5: "encoding"}


@pytest.mark.parametrize("data", [b"a,b", b"a,b\n", b"\n\na,b\r\n\r\n", b"\xef\xbb\xbfa,b\n"])
def test_a_header_alone_is_a_table_without_rows(tmp_path: Path, data: bytes) -> None:
    path = save(tmp_path, data)
    assert READER.columns(str(path)) == {"a": "text", "b": "text"}
    assert READER.rows(str(path)) is None
    assert read(path, "a") == ([], {})


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty: it has no header line"),
        (b"\n\r\n\n", "is empty: it has no header line"),
        (b"a,b,a\n1,2,3\n", "the header names column 'a' twice"),
        (b"a\x1b[2J,a\x1b[2J\n", r"names column 'a\\\\x1b\[2J' twice"),
        (b"a,\xff\n", "cannot be read as UTF-8"),
        ("a,b\n".encode("utf-16"), "cannot be read as UTF-8"),
        (b'"a"x,b\n', "cannot be read"),
        (b'"a,b\n1,2\n', r"line 1: a quotation mark is opened there and not closed"),
    ],
)
def test_headers_that_cannot_be_read(tmp_path: Path, data: bytes, told: str) -> None:
    path = save(tmp_path, data)
    with pytest.raises(DataError, match=rf"a\.csv.*{told}"):
        READER.columns(str(path))


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.csv has no column 'c'\. It has: 'a', 'b'\."):
        read(save(tmp_path, b"a,b\n1,2\n"), "a", "c")


@pytest.mark.parametrize("rows", [10, 100_000])
def test_a_quotation_mark_that_is_never_closed(tmp_path: Path, rows: int) -> None:
    good = b'1,"fine\nstill fine"\n'
    path = save(tmp_path, b"a,b\n" + good * 3 + b'2,"open\n' + b"3,x\n" * rows)
    with pytest.raises(DataError, match=r"a\.csv, line 8: a quotation mark is opened there and not closed"):
        read(path, "a", batch_rows=2)
    # Somewhere behind, another mark seems to close it; the rows between are not what anybody wrote.
    path = save(tmp_path, b"a,b\n" + good * 3 + b'2,"open\n' + b"3,x\n" * rows + b'4,"closed"\n')
    with pytest.raises(DataError, match=rf"line 8: .* not closed \(noticed in line {9 + rows:,}\)"):
        read(path, "a", batch_rows=2)


def test_long_fields(tmp_path: Path) -> None:
    # Longer than the csv module takes, over many lines and many blocks, and still one field.
    field = "wörd \n" * 200_000 + '"'
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("a", "b"), ("x", field), ("y", "z" * (LIMIT + 1)), ("\n", "end")])
    path = save(tmp_path, text.getvalue().encode())
    assert read(path, "b", "a") == ([(field, "x"), ("z" * (LIMIT + 1), "y"), ("end", "\n")], {})
    assert csv.field_size_limit() == LIMIT
    path = save(tmp_path, b"a,b\n1," + b"x" * MAX_TEXT_BYTES + b"\n2,y\n")
    assert read(path, "a", "b") == ([(None, None), ("2", "y")], {0: "too-long"})


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_compressed_files(tmp_path: Path, ending: str) -> None:
    texts = [f'caption "{i * 7919 % 10_007}", quoted' for i in range(20_000)]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter="\t").writerows([("a",), *((text,) for text in texts)])
    data = buffer.getvalue().encode()
    if ending == ".gz":
        data = gzip.compress(data)
    else:
        name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
        data = pytest.importorskip(name).compress(data)
    path = save(tmp_path, data, f"a.tsv{ending}")
    assert read(path, "a", batch_rows=9_000) == ([(text,) for text in texts], {})
    for cut in (len(data) // 2, len(data) - 1):
        path.write_bytes(data[:cut])
        with pytest.raises(DataError, match=rf"a\.tsv\{ending} is (truncated|corrupt)"):
            read(path, "a", batch_rows=9_000)


def test_an_open_quote_in_a_large_file_is_never_held(tmp_path: Path) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("memory is told by /proc")
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.write(b'a,b\n1,"open\n')
        for _ in range(100):
            file.write(b"2,not closed\n" * 80_660)
    code = """
import sys, polars as pl
from tacit.errors import DataError
from tacit.io.tables import get_reader
def peak(): return next(int(x.split()[1]) for x in open("/proc/self/status") if x.startswith("VmHWM"))
reader, before = get_reader("delimited"), peak()
try: [0 for unit in reader.units(sys.argv[1]) for _ in reader.batches(unit, ["a"])]
except DataError as error: print(error)
print((peak() - before) // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    message, mebibytes = done.stdout.splitlines()
    assert "line 2: a quotation mark is opened there and not closed" in message
    assert int(mebibytes) < 96
