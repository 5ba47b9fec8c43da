"""Instances in the JSON of COCO and LVIS, read element by element: a file of gigabytes takes little memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError
from tacit.io.evals.jsonparts import parts_of
from tacit.io.files import open_decompressed
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

_PARTS: Final = ("images", "annotations", "categories")
_SIDES: Final = 4
_Row = tuple[Any, ...]


def is_coco(path: str) -> bool:
    """Whether the ending of a file says that it is JSON.

    Example:
        >>> is_coco("instances_val2017.json"), is_coco("facts.jsonl")
        (True, False)
    """
    return path.lower().endswith((".json", ".json.gz", ".json.zst"))


def coco_frames(path: str, batch_rows: int) -> Iterator[pl.DataFrame]:
    """The images and annotations of a file, as `tacit.io.facts.fact_frames` yields them.

    An image goes by its ``id``, with ``file_name`` (or the end of LVIS's ``coco_url``) as its second name. ``iscrowd``
    marks objects that nobody counted; LVIS's ``neg_category_ids`` are verified absent, and of its
    ``not_exhaustive_category_ids`` there may be more than are annotated. ``row`` counts images and annotations in the
    order of the file.

    Args:
        path: The file.
        batch_rows: Rows of a frame, about.

    Raises:
        DataError: If it is damaged, lacks images or annotations, names an image twice, or has an annotation without
            image or category; the message names the element.
    """
    import polars as pl

    schema = {
        "row": pl.Int64, "image": pl.String, "alias": pl.String, "object": pl.String, "count": pl.Int64,
        "listed": pl.Boolean, "x": pl.Float64, "y": pl.Float64, "width": pl.Float64, "height": pl.Float64,
        "event": pl.String, "absent": pl.Boolean,
    }  # fmt: skip
    rows: list[_Row] = []
    for row in _rows(path):
        rows.append(row)
        if len(rows) >= batch_rows:
            yield pl.DataFrame(rows, schema=schema, orient="row")
            rows = []
    yield pl.DataFrame(rows, schema=schema, orient="row")


def _rows(path: str) -> Iterator[_Row]:
    known: dict[str, set[str]] = {"images": set(), "categories": set()}
    first_use: dict[str, dict[str, int]] = {"images": {}, "categories": {}}
    numbers = dict.fromkeys(_PARTS, 0)
    at = 0
    with open_decompressed(path) as file:
        for part, element in parts_of(file, path, _PARTS):
            if part not in numbers:
                continue
            numbers[part] += 1
            where = _place(path, part, numbers[part])
            if not isinstance(element, dict):
                raise DataError(f"{where} is no object. Is this a file of COCO instances?")
            if part != "annotations":
                name = _id(element, "id", where)
                if name in known[part]:
                    raise DataError(f"{where}: id {shown(name)} is in the file twice. Remove one.")
                known[part].add(name)
            if part == "images":
                at += 1
                yield from _image(element, name, at, where)
            elif part == "annotations":
                at += 1
                image, kind = _id(element, "image_id", where), _id(element, "category_id", where)
                first_use["images"].setdefault(image, numbers[part])
                first_use["categories"].setdefault(kind, numbers[part])
                count = None if element.get("iscrowd") else 1
                yield (at, image, None, kind, count, False, *_box(element, where), None, False)
    _check_complete(path, numbers, known, first_use)


def _place(path: str, part: str, number: int) -> str:
    return f"--facts: {shown(path)}, element {number:,} of {part}"


def _check_complete(
    path: str, numbers: dict[str, int], known: dict[str, set[str]], first_use: dict[str, dict[str, int]]
) -> None:
    """What only the end of the file can tell: its parts may stand in any order."""
    absent = [part for part in ("images", "annotations") if not numbers[part]]
    if absent:
        raise DataError(f"--facts: {shown(path)} has no {' and no '.join(absent)}. Is this a file of COCO instances?")
    for part, uses in first_use.items():
        # COCO's own evaluation code never looks at the names of categories, so a file may lack them.
        missing = next((name for name in uses if name not in known[part]), None) if known[part] else None
        if missing is not None:
            where = _place(path, "annotations", uses[missing])
            raise DataError(f"{where}: id {shown(missing)} is not among the {part}. Correct the annotation.")


def _image(element: dict[str, Any], image: str, at: int, where: str) -> Iterator[_Row]:
    name = element.get("file_name") or str(element.get("coco_url") or "").rpartition("/")[2] or None
    if name is not None and not isinstance(name, str):
        raise DataError(f"{where}: file_name is no text.")
    none = (None,) * _SIDES
    yield (at, image, name, None, None, False, *none, None, False)
    for key, absent in (("neg_category_ids", True), ("not_exhaustive_category_ids", False)):
        kinds = element.get(key) or []
        if not isinstance(kinds, list):
            raise DataError(f"{where}: {key} is no list.")
        for kind in kinds:
            yield (at, image, None, _id({key: kind}, key, where), None, False, *none, None, absent)


def _id(element: dict[str, Any], key: str, where: str) -> str:
    value = element.get(key)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise DataError(f"{where}: {key} is missing, or neither a number nor text.")
    return str(value)


def _box(element: dict[str, Any], where: str) -> _Row:
    box = element.get("bbox")
    if not box:
        return (None,) * _SIDES
    if isinstance(box, list) and len(box) == _SIDES:
        try:
            sides = [float(side) for side in box]
        except (TypeError, ValueError, OverflowError):
            sides = [-1.0] * _SIDES
        # Comparing leaves out what is not a number.
        if all(abs(side) < float("inf") for side in sides) and min(sides[2:]) >= 0:
            return tuple(sides)
    raise DataError(f"{where}: bbox is not x, y, width and height. Correct the annotation.")
