from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError
from tacit.io.readers import footer, parquet
from tacit.io.readers.footer import row_groups
from tacit.io.readers.parquet import ParquetReader

if TYPE_CHECKING:
    from pathlib import Path

READER = ParquetReader()


def save(folder: Path, rows: int, **options: Any) -> Path:
    path = folder / "a.parquet"
    pl.DataFrame({"text": [f"t{i}" for i in range(rows)]}, schema={"text": pl.String}).write_parquet(path, **options)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("footer")


def test_every_kind_of_field_is_passed_over(tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    columns = {
        "a": ["x"],
        "l": [["q"]],
        "b": [True],
        "f": [1.5],
        "m": pa.array([[("k", 1)]], pa.map_("string", "int64")),
    }
    table = pa.concat_tables([pa.table(columns)] * 50).replace_schema_metadata({"k": "v" * 999})
    path = tmp_path / "a.parquet"
    for options in ({}, {"write_page_index": True, "sorting_columns": [pq.SortingColumn(0)]}, {"version": "1.0"}):
        pq.write_table(table, path, row_group_size=7, **options)
        told = pq.ParquetFile(path).metadata
        assert row_groups(str(path)) == [told.row_group(i).num_rows for i in range(told.num_row_groups)]


@given(rows=st.integers(0, 60), group=st.integers(1, 12), unit_rows=st.integers(1, 15))
def test_no_row_group_is_read_twice(folder: Path, rows: int, group: int, unit_rows: int) -> None:
    path = str(save(folder, rows, row_group_size=group))
    groups = row_groups(path)
    assert groups is not None
    assert sum(groups) == READER.rows(path) == rows
    stops = [unit.stop for unit in READER.units(path, unit_rows)]
    if group <= unit_rows:
        assert set(stops) <= {sum(groups[:i]) for i in range(len(groups) + 1)}


@given(st.lists(st.integers(0, 9), max_size=9), st.integers(1, 12))
def test_cuts_end_where_row_groups_end(groups: list[int], rows_per_unit: int) -> None:
    cuts = list(parquet._cuts(groups, rows_per_unit))
    assert (cuts[0][0], cuts[-1][1]) == (0, sum(groups))
    assert all(this[1] == following[0] for this, following in pairwise(cuts))
    assert len(cuts) == 1 or all(0 < stop - start <= rows_per_unit for start, stop in cuts)
    ends = {sum(groups[:i]) for i in range(len(groups) + 1)}
    assert all(stop in ends or stop - start == rows_per_unit for start, stop in cuts)


def varint(number: int) -> bytes:
    zigzag, out = number << 1, b""
    while zigzag > 127:
        out += bytes([zigzag & 127 | 128])
        zigzag >>= 7
    return out + bytes([zigzag])


@pytest.mark.parametrize("claim", [0, 1, 2_999, 3_001, 10_000_000, 2**40, 2**62])
def test_a_footer_that_contradicts_itself(tmp_path: Path, claim: int) -> None:
    whole = save(tmp_path, 3_000, statistics=False).read_bytes()
    length = int.from_bytes(whole[-8:-4], "little")
    body, foot, true = whole[: -8 - length], whole[-8 - length : -8], varint(3_000)
    places = [at for at in range(len(foot)) if foot.startswith(true, at)]
    assert len(places) == 3, "the file's rows, the values of the column, and the rows of the row group"
    path = tmp_path / "lie.parquet"
    for place in (places[0], places[2]):
        lie = foot[:place] + varint(claim) + foot[place + len(true) :]
        path.write_bytes(body + lie + len(lie).to_bytes(4, "little") + b"PAR1")
        with pytest.raises(DataError, match=r"lie\.parquet"):
            READER.units(str(path))


def test_claims_beyond_belief_make_no_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path, 6)
    monkeypatch.setattr(parquet, "MOST_ROWS", 5)
    with pytest.raises(DataError, match=r"a\.parquet claims to hold 6 rows"):
        READER.units(str(path), 1)


def test_a_large_footer_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(save(tmp_path, 6, row_group_size=4))
    assert [unit.stop for unit in READER.units(path, 5)] == [4, 6]
    monkeypatch.setattr(footer, "LARGEST_FOOTER", 10)
    assert row_groups(path) is None
    assert [unit.stop for unit in READER.units(path, 5)] == [5, 6]


@given(st.binary(max_size=80))
def test_any_bytes_may_be_a_footer(folder: Path, data: bytes) -> None:
    path = folder / "made_up.parquet"
    for content in (data, b"PAR1" + data + len(data).to_bytes(4, "little") + b"PAR1"):
        path.write_bytes(content)
        found = row_groups(str(path))
        assert found is None or all(rows >= 0 for rows in found)
