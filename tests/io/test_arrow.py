from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError, UsageError
from tacit.io import tables, values
from tacit.io.readers import arrow, ipc
from tacit.io.readers.arrow import ArrowReader
from tacit.io.tables import Unit

if TYPE_CHECKING:
    from pathlib import Path

pa = pytest.importorskip("pyarrow", reason="pyarrow writes the files to read")
pa_ipc = pytest.importorskip("pyarrow.ipc")

READER = ArrowReader()
FORMS = ["stream", "file"]
TEXTS = ["a cat", None, "two dogs on a chair", "", "naïve café 🐈", "x" * 40]
Row = tuple[str | None, ...]


def pack(table: Any, form: str = "stream", rows: int = 2, compression: str | None = None) -> bytes:
    buffer = io.BytesIO()
    opener = pa_ipc.new_stream if form == "stream" else pa_ipc.new_file
    with opener(buffer, table.schema, options=pa_ipc.IpcWriteOptions(compression=compression)) as writer:
        for start in range(0, table.num_rows, rows):
            for batch in table.slice(start, rows).combine_chunks().to_batches():
                writer.write_batch(batch)
    return buffer.getvalue()


def sample() -> Any:
    return pa.table(
        {
            "text": pa.array(TEXTS, pa.string()),
            "large": pa.array(TEXTS, pa.large_string()),
            "view": pa.array(TEXTS, pa.string_view()),
            "dictionary": pa.array(TEXTS).dictionary_encode(),
            "number": pa.array(range(6), pa.int32()),
            "flag": pa.array([True, None] * 3),
            "bytes": pa.array([b"ok", b"\xff\xfe", None] * 2),
            "words": pa.array([["a"], None, []] * 2),
            "pair": pa.array([{"a": 1}] * 6),
            "nothing": pa.nulls(6),
        }
    )


def read(path: Path, *columns: str, batch_rows: int = 4, rows_per_unit: int = 3) -> tuple[list[Row], dict[int, str]]:
    rows: list[Row] = []
    problems: dict[int, str] = {}
    units = READER.units(str(path), rows_per_unit)
    for part, unit in enumerate(units):
        assert (unit.part, unit.start) == (part, len(rows))
        for batch in READER.batches(unit, columns, batch_rows):
            assert batch.frame.columns == list(columns)
            assert set(batch.frame.dtypes) == {pl.String}
            assert 0 < batch.frame.height <= batch_rows
            assert all(p.reason in tables.REASONS for p in batch.problems)
            problems |= {len(rows) + p.row: p.reason for p in batch.problems}
            rows += batch.frame.rows()
        assert unit.stop == len(rows)
    assert READER.rows(str(path)) == len(rows)
    return rows, problems


def save(folder: Path, data: bytes, name: str = "a.arrow") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
@pytest.mark.parametrize("form", FORMS)
def test_every_type(tmp_path: Path, form: str, compression: str | None) -> None:
    path = save(tmp_path, pack(sample(), form, compression=compression))
    assert READER.columns(str(path)) == {
        "text": "text", "large": "text", "view": "text", "dictionary": "text", "number": "integer", "flag": "boolean",
        "bytes": "binary", "words": "list", "pair": "struct", "nothing": "null",
    }  # fmt: skip
    rows, problems = read(path, "view", "text", "large", "dictionary", "number", "flag", "nothing")
    assert rows == [(t, t, t, t, str(i), [("true"), None][i % 2], None) for i, t in enumerate(TEXTS)]
    assert problems == {}
    assert read(path, "bytes") == ([("ok",), (None,), (None,)] * 2, {1: "encoding", 4: "encoding"})
    assert read(path, "words") == ([(None,)] * 6, {0: "not-text", 2: "not-text", 3: "not-text", 5: "not-text"})
    assert read(path, "pair") == ([(None,)] * 6, dict.fromkeys(range(6), "not-text"))


@pytest.mark.parametrize("form", FORMS)
def test_units_end_with_record_batches(tmp_path: Path, form: str) -> None:
    path = str(save(tmp_path, pack(sample(), form, rows=2)))
    assert READER.units(path, 3) == [Unit(path, "arrow", 0, 0, 4), Unit(path, "arrow", 1, 4, 6)]
    assert READER.units(path, 1) == [Unit(path, "arrow", i, 2 * i, 2 * i + 2) for i in range(3)]
    empty = save(tmp_path, pack(sample().slice(0, 0), form), "empty.arrow")
    assert READER.units(str(empty)) == [Unit(str(empty), "arrow", 0, 0, 0)]
    assert read(empty, "text") == ([], {})


def test_a_folder_of_hugging_face_datasets(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="datasets writes the folder to read")
    captions = [f"caption {i}" for i in range(2500)]
    whole = datasets.Dataset.from_dict({"caption": captions, "label": ["a", "b"] * 1250})
    whole.cast_column("label", datasets.ClassLabel(names=["a", "b"])).save_to_disk(tmp_path / "set", num_shards=2)
    shards = sorted((tmp_path / "set").glob("*.arrow"))
    assert len(shards) == 2
    assert READER.columns(str(shards[0])) == {"caption": "text", "label": "integer"}
    rows = [row for shard in shards for row in read(shard, "caption", "label", batch_rows=999, rows_per_unit=500)[0]]
    assert rows == [(caption, str(i % 2)) for i, caption in enumerate(captions)]


@pytest.mark.parametrize("compression", ["uncompressed", "zstd"])
@pytest.mark.parametrize("form", FORMS)
def test_what_polars_writes(tmp_path: Path, form: str, compression: Any) -> None:
    frame = pl.DataFrame({"t": TEXTS, "c": pl.Series(TEXTS, dtype=pl.Categorical), "d": pl.Series([1.5] * 6)})
    path = tmp_path / "a.ipc"
    write = frame.write_ipc if form == "file" else frame.write_ipc_stream
    write(path, compression=compression)
    assert read(path, "t", "c", "d")[0] == [(t, t, "1.5") for t in TEXTS]


def test_feather(tmp_path: Path) -> None:
    feather = pytest.importorskip("pyarrow.feather")
    feather.write_feather(sample().select(["text", "number"]), str(tmp_path / "a.feather"))
    assert read(tmp_path / "a.feather", "text")[0] == [(t,) for t in TEXTS]


def test_dictionaries_that_are_replaced_within_a_stream(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    schema = pa.schema([("d", pa.dictionary(pa.int32(), pa.string()))])
    values = [["x", "y"], ["p", "q"], ["p", "q"], ["q", "z"]]
    with pa_ipc.new_stream(buffer, schema) as writer:
        for pair in values:
            writer.write_batch(pa.record_batch([pa.array(pair).dictionary_encode()], schema=schema))
    path = save(tmp_path, buffer.getvalue())
    for rows_per_unit in (1, 3, 100):
        assert read(path, "d", batch_rows=100, rows_per_unit=rows_per_unit)[0] == [
            (v,) for pair in values for v in pair
        ]


@pytest.mark.parametrize("form", FORMS)
def test_every_truncation_is_noticed(tmp_path: Path, form: str) -> None:
    whole = pack(sample().select(["text", "dictionary"]), form)
    # Every third place is every place modulo the 8 bytes to which everything in these files is padded.
    for cut in range(0, len(whole), 3):
        path = save(tmp_path, whole[:cut])
        with pytest.raises(DataError, match=r"a\.arrow"):
            READER.rows(str(path))
    assert len(read(save(tmp_path, whole), "text")[0]) == 6


def test_data_after_the_end_are_not_passed_over(tmp_path: Path) -> None:
    whole = pack(sample())
    with pytest.raises(DataError, match="more data follow"):
        READER.units(str(save(tmp_path, whole + whole)))
    assert len(read(save(tmp_path, whole + bytes(100)), "text")[0]) == 6


@pytest.mark.parametrize(
    ("column", "what"),
    [
        (pa.array([None], pa.month_day_nano_interval()), "interval"),
        (pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]), "union"),
        (pa.RunEndEncodedArray.from_arrays(pa.array([1], pa.int32()), pa.array(["x"])), "run-end encoded"),
        (pa.array([[1]], pa.list_view(pa.int32())), "list view"),
        (pa.StructArray.from_arrays([pa.array([None], pa.month_day_nano_interval())], ["inner"]), "interval"),
    ],
)
def test_types_that_cannot_be_read_are_named(tmp_path: Path, column: Any, what: str) -> None:
    path = save(tmp_path, pack(pa.table({"text": ["x"], "odd\x1b": column})))
    with pytest.raises(DataError, match=rf"'odd\\x1b' is a {what}"):
        READER.columns(str(path))


def test_other_refusals(tmp_path: Path) -> None:
    path = save(tmp_path, pack(sample()))
    with pytest.raises(DataError, match=r"no column 'caption'.*text, large"):
        read(path, "caption")
    with pytest.raises(UsageError, match="No column"):
        read(path)
    with pytest.raises(DataError, match="fewer than before"):
        list(READER.batches(Unit(str(path), "arrow", 1, 4, 8), ["text"]))
    twice = pa.Table.from_arrays([pa.array(["x"]), pa.array([1])], names=["a", "a"])
    with pytest.raises(DataError, match="there twice"):
        READER.columns(str(save(tmp_path, pack(twice))))
    buffer = io.BytesIO()
    schema = pa.schema([("d", pa.dictionary(pa.int32(), pa.string()))])
    with pa_ipc.new_stream(buffer, schema, options=pa_ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as writer:
        for values in (["x"], ["x", "y"]):
            writer.write_batch(pa.record_batch([pa.array(values).dictionary_encode()], schema=schema))
    with pytest.raises(DataError, match="delta dictionaries"):
        READER.columns(str(save(tmp_path, buffer.getvalue())))
    broken = pa.Array.from_buffers(pa.string(), 2, pa.array([b"ok", b"\xff\xfe"]).buffers())
    with pytest.raises(DataError, match=r"corrupt between row 0 and row 2: .*utf"):
        read(save(tmp_path, pack(pa.table({"t": broken}))), "t")


def test_compressed_columns_that_claim_to_be_enormous(tmp_path: Path) -> None:
    text = "zebra " * 400
    data = bytearray(pack(pa.table({"t": [text]}), compression="zstd"))
    at = data.index(struct.pack("<q", len(text)) + b"\x28\xb5\x2f\xfd")
    for claim in (1 << 60, -5):
        data[at : at + 8] = struct.pack("<q", claim)
        with pytest.raises(DataError, match=r"expands to|impossible length"):
            read(save(tmp_path, bytes(data)), "t")


def test_long_texts_are_problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MAX_TEXT_BYTES", 30)
    rows, problems = read(save(tmp_path, pack(sample())), "text")
    assert rows[4:] == [("naïve café 🐈",), (None,)]
    assert problems == {5: "too-long"}


def test_only_some_record_batches_are_decoded_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pack(sample().select(["text"]))
    decoded: list[int] = []
    stream = ipc.stream

    def counting(file: Any, path: str, messages: Any, schema: bytes) -> bytes:
        decoded.append(len(messages))
        return stream(file, path, messages, schema)

    monkeypatch.setattr(ipc, "stream", counting)
    assert len(read(save(tmp_path, whole), "text", batch_rows=4, rows_per_unit=100)[0]) == 6
    assert decoded == [2, 1]
    monkeypatch.setattr(arrow, "READ_BYTES", 1)
    read(save(tmp_path, whole), "text", batch_rows=4, rows_per_unit=100)
    assert decoded[2:] == [1, 1, 1]


def test_the_format_before_arrow_0_15(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    table = sample().select(["text"])
    with pa_ipc.new_stream(buffer, table.schema, options=pa_ipc.IpcWriteOptions(use_legacy_format=True)) as writer:
        writer.write_table(table)
    assert read(save(tmp_path, buffer.getvalue()), "text")[0] == [(t,) for t in TEXTS]


def test_remote() -> None:
    fs = pytest.importorskip("fsspec").filesystem("memory")
    fs.pipe("/tacit-arrow/a.arrow", pack(sample()))
    (unit,) = READER.units("memory://tacit-arrow/a.arrow")
    (batch,) = READER.batches(unit, ["text"])
    assert batch.frame["text"].to_list() == TEXTS


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
def test_damage_is_only_ever_a_data_error(
    tmp_path_factory: pytest.TempPathFactory, form: str, data: st.DataObject
) -> None:
    whole = bytearray(pack(sample().select(["text", "view", "dictionary", "words"]), form, 3, "lz4"))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    prefix = data.draw(st.sampled_from([b"", b"ARROW1\0\0", b"\xff\xff\xff\xff"]))
    for content in (bytes(whole), prefix + data.draw(st.binary(max_size=300))):
        path = save(tmp_path_factory.getbasetemp(), content)
        message = path.name
        try:
            for unit in READER.units(str(path)):
                for batch in READER.batches(unit, list(READER.columns(str(path)))):
                    batch.frame.rows()
        except DataError as error:
            message = str(error)
        except UsageError as error:  # A schema without columns.
            message = path.name if "No column" in str(error) else str(error)
        assert path.name in message


@pytest.mark.parametrize("form", FORMS)
@given(
    texts=st.lists(st.none() | st.text(max_size=20), max_size=12),
    sizes=st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(1, 8)),
)
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory, form: str, texts: list[str | None], sizes: tuple[int, int, int]
) -> None:
    rows, batch_rows, rows_per_unit = sizes
    path = save(tmp_path_factory.getbasetemp(), pack(pa.table({"t": pa.array(texts, pa.string())}), form, rows))
    assert read(path, "t", batch_rows=batch_rows, rows_per_unit=rows_per_unit) == ([(text,) for text in texts], {})
