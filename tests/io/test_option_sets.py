"""Option sets: what is read, and what is refused with its file and line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError, UsageError
from tacit.io.option_sets import read_option_set

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"image": "a.png", "options": ["left", "right", "above"], "answer": 2, "capability": "spatial"}


def write(folder: Path, *records: Any) -> Path:
    file = folder / "set.jsonl"
    file.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return file


def test_everything_an_item_can_say(tmp_path: Path) -> None:
    more = {**GOOD, "id": 7, "options": ["one", "two"], "answer": 0, "cluster": "c", "variant": "v", "note": "left out"}
    found = read_option_set(write(tmp_path, GOOD, more))
    assert [(i.id, i.options, i.answer, i.cluster, i.variant) for i in found.items] == [
        ("1", ("left", "right", "above"), 2, "", ""), ("7", ("one", "two"), 0, "c", "v"),
    ]  # fmt: skip
    assert found.capabilities == ("spatial",)
    assert found.chance("spatial") == pytest.approx((1 / 3 + 1 / 2) / 2)
    assert found.folder == tmp_path.resolve()


def test_parquet_reads_like_json_lines(tmp_path: Path) -> None:
    rows = [{**GOOD, "id": "x"}, {**GOOD, "id": "y", "options": ["one", "two"], "answer": 1}]
    pl.DataFrame(rows).write_parquet(tmp_path / "set.parquet")
    assert read_option_set(tmp_path / "set.parquet").items == read_option_set(write(tmp_path, *rows)).items
    pl.DataFrame([{**GOOD, "answer": 3}]).write_parquet(tmp_path / "bad.parquet")
    with pytest.raises(DataError, match=r"bad\.parquet, row 1: `answer` is 3; .* from 0 to 2"):
        read_option_set(tmp_path / "bad.parquet")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer": 3}, "`answer` is 3"),
        ({"answer": True}, "`answer` is True"),
        ({"answer": "2"}, "`answer` is '2'"),
        ({"answer": None}, "there is no `answer`"),
        ({"options": ["left"]}, "2 to 50 texts, and is 1 of them"),
        ({"options": ["x"] * 51}, "51 of them"),
        ({"options": ["left", " "], "answer": 0}, "option 1 is ' '"),
        ({"options": ["left", 5], "answer": 0}, "option 1 is 5"),
        ({"options": ["left", "\ud800"], "answer": 0}, "option 1 is"),
        ({"options": ["left", "x" * 2001], "answer": 0}, "2,001 characters"),
        ({"options": "left or right"}, "must be a list"),
        ({"capability": ""}, "`capability` is ''"),
        ({"capability": "x" * 201}, "201 characters"),
        ({"image": "https://example.org/a.png"}, "nothing is fetched that data names"),
        ({"image": "data:image/png;base64,AAAA"}, "is an address"),
        ({"image": "file:///etc/passwd"}, "is an address"),
        ({"image": "/etc/passwd"}, "not within the folder"),
        ({"image": "C:\\windows\\a.png"}, "not within the folder"),
        ({"image": "sub/../../a.png"}, "not within the folder"),
        ({"image": "..\\a.png"}, "not within the folder"),
        ({"image": "a\0.png"}, "must be the path of a file"),
        ({"image": ""}, "must be the path of a file"),
    ],
)
def test_what_is_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError) as error:
        read_option_set(write(tmp_path, GOOD, {**GOOD, **change}))
    assert "set.jsonl, line 2: " in str(error.value)
    assert said in str(error.value)


def test_a_link_out_of_the_folder_is_refused_and_one_within_is_not(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "secret.png").write_bytes(b"")
    (tmp_path / "images" / "b.png").write_bytes(b"")
    (tmp_path / "images" / "a.png").symlink_to(tmp_path / "secret.png")
    file = write(tmp_path, GOOD)
    with pytest.raises(DataError, match=r"line 1: .* a link that leads out"):
        read_option_set(file, tmp_path / "images")
    (tmp_path / "images" / "a.png").unlink()
    (tmp_path / "images" / "a.png").symlink_to(tmp_path / "images" / "b.png")
    assert read_option_set(file, tmp_path / "images").folder == tmp_path / "images"


def test_what_is_no_option_set(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 3: the id 'q' of capability 'spatial' is there already, in line 2"):
        read_option_set(write(tmp_path, GOOD, {**GOOD, "id": "q"}, {**GOOD, "id": "q"}))
    twice = write(tmp_path, {**GOOD, "id": "q"}, {**GOOD, "id": "q", "variant": "reworded"})
    assert len(read_option_set(twice).items) == 2
    with pytest.raises(DataError, match="holds no items"):
        read_option_set(write(tmp_path))
    with pytest.raises(UsageError, match=r"must end in \.jsonl or \.parquet"):
        read_option_set(tmp_path / "set.txt")
    with pytest.raises(UsageError, match="is no folder"):
        read_option_set(twice, tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is not a local file"):
        read_option_set("s3://bucket/set.jsonl")
    (tmp_path / "set.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError, match="not a parquet file"):
        read_option_set(tmp_path / "set.parquet")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3), max_leaves=4,
)  # fmt: skip


@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*GOOD, "id", "cluster", "variant"), JSON)))
def test_whatever_a_line_holds_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, record: dict[str, Any]
) -> None:
    file = write(tmp_path_factory.getbasetemp(), {**GOOD, **record})
    try:
        item = read_option_set(file).items[0]
    except DataError:
        return
    assert 0 <= item.answer < len(item.options)
    assert (file.parent / item.image).resolve().is_relative_to(file.parent.resolve())
