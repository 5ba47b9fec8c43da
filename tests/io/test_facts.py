"""Reading facts: every table format gives the same, and what is wrong is named with its row."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tacit.errors import DataError, UsageError
from tacit.io.facts import BATCH_ROWS, choose_columns, choose_image_column, fact_frames

if TYPE_CHECKING:
    from pathlib import Path

TABLE = {
    "Image_ID": [1, 1, 2, 3, 4],
    "Category": ["dog", "dog", "<b>cat\x1b[2J", None, "owl"],
    "x": [0.0, 10.5, 3.0, None, None],
    "y": [0.0, 1.0, 3.0, None, None],
    "width": [4.0, 2.0, 0.0, None, None],
    "height": [4.0, 2.0, 1.0, None, None],
    "isCrowd": [False, False, True, None, None],
    "absent": [None, None, None, None, True],
    "event": [None, None, None, "the race", None],
}


def read(path: Path) -> pl.DataFrame:
    return pl.concat(list(fact_frames(str(path))))


def test_every_format_gives_the_same(tmp_path: Path) -> None:
    frame = pl.DataFrame(TABLE)
    frame.write_parquet(tmp_path / "a.parquet")
    expected = read(tmp_path / "a.parquet")
    assert expected.rows() == [
        (1, "1", None, "dog", 1, False, 0.0, 0.0, 4.0, 4.0, None, False),
        (2, "1", None, "dog", 1, False, 10.5, 1.0, 2.0, 2.0, None, False),
        (3, "2", None, "<b>cat\x1b[2J", None, False, 3.0, 3.0, 0.0, 1.0, None, False),
        (4, "3", None, None, 1, False, None, None, None, None, "the race", False),
        (5, "4", None, "owl", 1, False, None, None, None, None, None, True),
    ]
    frame.write_csv(tmp_path / "a.csv")
    frame.write_csv(tmp_path / "a.tsv", separator="\t")
    frame.write_ndjson(tmp_path / "a.jsonl")
    for name in ("a.csv", "a.tsv", "a.jsonl"):
        assert read(tmp_path / name).equals(expected), name


def test_an_empty_count_is_not_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("image,object,count\na,dog,3\na,cat,\nb,dog,0\nc,dog,2.0\n")
    found = read(path)
    assert found["count"].to_list() == [3, None, 0, 2]
    assert found["listed"].all()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("image,object,count\na,dog,1\na,cat,two\n", "row 2: count is 'two', which is no number"),
        ("image,object,count\na,dog,1.5\n", "row 1: count is '1.5', not from 0"),
        ("image,object,count\na,dog,-1\n", "row 1: count is '-1'"),
        ("image,object,count\na,dog,nan\n", "row 1: count is 'nan'"),
        ("image,object,count\na,dog,1e12\n", "row 1: count is '1e12'"),
        ("image,object,count\n,dog,1\n", "row 1: image is empty"),
        ("image,object,count\na,,1\n", "row 1: object is empty although the row says how many"),
        ("image,object,absent\na,dog,maybe\n", "row 1: absent is 'maybe'; write 1, 0, or nothing"),
        ("image,object,count,absent\na,dog,2,1\n", "row 1: absent is '1' although the row counts some"),
        ("image,object,x,y,width,height\na,dog,1,1,,1\n", "row 1: width is empty, while the box has other sides"),
        ("image,object,x,y,width,height\na,dog,1,1,-2,1\n", "row 1: width is '-2', and no box is smaller"),
        ("image,object,x,y,width,height\na,dog,1,inf,2,1\n", "row 1: y is 'inf', which is no number"),
        ("image,object,x,y,width,height\na,,1,1,2,1\n", "row 1: object is empty although the row has a box"),
        ("image,object\na,dog\nb\n", "row 2: the row could not be parsed"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(content)
    with pytest.raises(DataError) as caught:
        read(path)
    assert told in str(caught.value)
    assert "facts.csv" in str(caught.value)


def test_rows_are_numbered_over_batches(tmp_path: Path) -> None:
    objects = ["dog"] * BATCH_ROWS + ["dog", "dog"]
    counts = ["1"] * (BATCH_ROWS + 1) + ["\x1b[2Jx"]
    path = tmp_path / "a.parquet"
    pl.DataFrame({"image": "a", "object": objects, "count": counts}).write_parquet(path)
    with pytest.raises(DataError, match=rf"row {BATCH_ROWS + 2:,}: count is '\\x1b") as caught:
        read(path)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (("caption", "object"), "no column has a usual name for the image"),
        (("image", "caption"), "no column of facts"),
        (("image", "object", "x", "y"), "has x and y but a box needs"),
        (("image", "event", "count"), "has count but no object"),
    ],
)
def test_columns_that_cannot_do_are_refused(columns: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        choose_columns(dict.fromkeys(columns, "text"), "facts.csv")


def test_the_image_column_holds_names() -> None:
    columns = {"image": "binary", "img": "list", "FILE_NAME": "text", "caption": "text"}
    assert choose_image_column(columns, None, "a", "") == "FILE_NAME"
    assert choose_image_column(columns, "caption", "a", "") == "caption"
    for wanted in ("img", "nothing"):
        with pytest.raises(UsageError, match="Choose"):
            choose_image_column(columns, wanted, "a", "Choose another.")


COCO: dict[str, Any] = {
    "info": {"year": 2017},
    "annotations": [
        {"id": 1, "image_id": 7, "category_id": 18, "bbox": [1, 2, 3.5, 4], "iscrowd": 0, "segmentation": [[1, 2]]},
        {"id": 2, "image_id": 7, "category_id": 18, "bbox": [9, 9, 1, 1], "iscrowd": 1},
        {"id": 3, "image_id": 9, "category_id": 1},
    ],
    "images": [
        {"id": 7, "file_name": "000000000007.jpg", "width": 640, "height": 480},
        {"id": 9, "coco_url": "http://images.example/val/9.jpg", "neg_category_ids": [18],
         "not_exhaustive_category_ids": [1]},
    ],
    "categories": [{"id": 1, "name": "person"}, {"id": 18, "name": "dog"}],
}  # fmt: skip


def test_coco_instances(tmp_path: Path) -> None:
    path = tmp_path / "instances.json.gz"
    path.write_bytes(gzip.compress(json.dumps(COCO).encode()))
    none = (None, None, None, None)
    assert read(path).rows() == [
        (1, "7", None, "18", 1, False, 1.0, 2.0, 3.5, 4.0, None, False),
        (2, "7", None, "18", None, False, 9.0, 9.0, 1.0, 1.0, None, False),
        (3, "9", None, "1", 1, False, *none, None, False),
        (4, "7", "000000000007.jpg", None, None, False, *none, None, False),
        (5, "9", "9.jpg", None, None, False, *none, None, False),
        (5, "9", None, "18", None, False, *none, None, True),
        (5, "9", None, "1", None, False, *none, None, False),
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"images": []}, "has no images"),
        ({"annotations": []}, "has no annotations"),
        ({"images": [COCO["images"][0]] * 2}, "element 2 of images: id 7 is in the file twice"),
        ({"images": COCO["images"][:1]}, "element 3 of annotations: id 9 is not among the images"),
        ({"categories": COCO["categories"][:1]}, "element 1 of annotations: id 18 is not among the categories"),
        ({"annotations": [{"image_id": 7}]}, "element 1 of annotations: category_id is missing"),
        ({"annotations": [{**COCO["annotations"][0], "bbox": [1, 2, 3]}]}, "bbox is not x, y, width and height"),
        ({"annotations": [{**COCO["annotations"][0], "bbox": [1, 2, -3, 4]}]}, "bbox is not x, y, width and height"),
        ({"annotations": [{**COCO["annotations"][0], "bbox": [1, "x", 3, 4]}]}, "bbox is not x, y, width and height"),
        ({"annotations": [[1]]}, "element 1 of annotations is no object"),
        ({"images": [{"id": 7, "file_name": 5}]}, "file_name is no text"),
        ({"images": [{"id": 7, "neg_category_ids": 5}]}, "neg_category_ids is no list"),
    ],
)
def test_damaged_coco_is_named(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    path = tmp_path / "instances.json"
    path.write_text(json.dumps({**COCO, **changes}))
    with pytest.raises(DataError) as caught:
        read(path)
    assert told in str(caught.value)


def test_a_cut_off_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "instances.json"
    path.write_text(json.dumps(COCO)[:-40])
    with pytest.raises(DataError, match=r"instances\.json, character"):
        read(path)
