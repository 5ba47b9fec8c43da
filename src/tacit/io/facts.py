"""Facts of images: which objects are there and how many, where, what happened, and what is verified not to be there.

Two kinds of files. A *table* (anything `tacit.io.tables` reads) has one row per object instance, or per image and
object with a number. *COCO's instances* are the JSON of that data set, which many others copy; LVIS's lists of
categories verified absent, or not counted in full, are read with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError, UsageError
from tacit.io.coco import coco_frames, is_coco
from tacit.io.columns import quoted
from tacit.io.places import shown
from tacit.io.tables import REASONS, get_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

IMAGES: Final = (
    "image", "image_id", "imageid", "file_name", "filename", "image_name", "image_path", "image_file", "img", "photo",
)  # fmt: skip
"""Names that the column of the image usually has, the likeliest first; case does not matter."""
OBJECTS: Final = ("object", "category", "category_name", "class", "class_name", "label", "labelname", "category_id")
"""The same for the kind of object."""
BOX: Final = ("x", "y", "width", "height")
CROWDS: Final = ("iscrowd", "is_crowd", "crowd", "isgroupof")
"""The same for rows that stand for a number of objects that nobody counted."""
_TRUE: Final = ("1", "1.0", "true", "yes", "y", "t")
_FALSE: Final = ("0", "0.0", "false", "no", "n", "f")
_MOST: Final = 1_000_000_000
"""More objects of a kind than this are a mistake."""
_TEXT: Final = frozenset({"text", "integer", "null"})
BATCH_ROWS: Final = 262_144


def fact_frames(path: str) -> Iterator[pl.DataFrame]:
    r"""Read facts in batches, checked row by row.

    The columns of a table are found by their names, whatever their case: the image (`IMAGES`) and the object
    (`OBJECTS`) by the usual ones; ``count``, ``iscrowd``, ``x``, ``y``, ``width``, ``height``, ``event`` and ``absent``
    by these. Each but the image is optional, and others are left alone.

    Args:
        path: A file whose ending a table reader knows, or ``.json`` (also ``.json.gz``, ``.json.zst``).

    Yields:
        Frames with the columns ``row`` (from 1), ``image``, ``alias`` (a second name of the image, or null), ``object``
        (null where the row is about none), ``count`` (null where nobody counted), ``listed`` (whether the row gives a
        number for all objects of a kind, so that no second one may), ``x``, ``y``, ``width``, ``height`` (null, or all
        four), ``event`` and ``absent``.

    Raises:
        UsageError: If there is no column for the image, or nothing that could be a fact.
        DataError: If the file is damaged or a value is not what its column holds; the message names file and row.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "facts.csv")
        ...     _ = path.write_text("image,object,count\na.jpg,dog,2\na.jpg,tree,1\n")
        ...     [frame.select("image", "object", "count").rows() for frame in fact_frames(str(path))]
        [[('a.jpg', 'dog', 2), ('a.jpg', 'tree', 1)]]
    """
    if is_coco(path):
        yield from coco_frames(path, BATCH_ROWS)
        return
    reader = get_reader(_source(path))
    columns = choose_columns(reader.columns(path), path)
    start = 1
    for unit in reader.units(path):
        for batch in reader.batches(unit, list(dict.fromkeys(columns.values())), BATCH_ROWS):
            if batch.problems:
                first = batch.problems[0]
                raise _wrong(path, start + first.row, REASONS.get(first.reason, first.reason))
            yield _typed(_Cells(batch.frame, columns, path, start))
            start += batch.frame.height


def choose_columns(columns: Mapping[str, str], path: str) -> dict[str, str]:
    """Which column of a table is which, by name.

    Args:
        columns: Name and type of each column, as `TableReader.columns` gives them.
        path: The file, for messages.

    Returns:
        Our name (``image``, ``object``, ``count``, ``crowd``, ``x`` ... ``event``, ``absent``) to theirs.

    Raises:
        UsageError: If there is no image, no fact, or a box lacks a side.

    Example:
        >>> choose_columns({"image_id": "integer", "category": "text", "Count": "integer"}, "facts.csv")
        {'image': 'image_id', 'object': 'category', 'count': 'Count'}
    """
    image = choose_image_column(columns, None, path, "Rename the column that names the image to image.")
    wanted = {"object": OBJECTS, "count": ("count",), "crowd": CROWDS, "event": ("event",), "absent": ("absent",)}
    folded = {name.casefold(): name for name in reversed(list(columns))}
    found = {"image": image}
    for ours, names in (wanted | {side: (side,) for side in BOX}).items():
        theirs = next((folded[name] for name in names if name in folded and folded[name] != image), None)
        if theirs is not None:
            found[ours] = theirs
    sides = [side for side in BOX if side in found]
    told = ", ".join(quoted(name) for name in list(columns)[:40])
    if "object" not in found and "event" not in found:
        raise UsageError(
            f"{shown(path)} has no column of facts: neither object (or {', '.join(OBJECTS[1:4])}) nor event. It has: "
            f"{told}."
        )
    if sides and len(sides) < len(BOX):
        raise UsageError(f"{shown(path)} has {' and '.join(sides)} but a box needs {', '.join(BOX)}. It has: {told}.")
    needing = [name for name in ("count", "crowd", "absent", *sides[:1]) if name in found]
    if "object" not in found and needing:
        raise UsageError(f"{shown(path)} has {needing[0]} but no object that it is said of. It has: {told}.")
    return found


def choose_image_column(columns: Mapping[str, str], wanted: str | None, path: str, advice: str) -> str:
    """The column that names the image of each row.

    Args:
        columns: Name and type of each column.
        wanted: The column the user names; guessed from `IMAGES` when ``None``.
        path: The file, for messages.
        advice: What to do when there is none.

    Raises:
        UsageError: If it is not there, cannot be guessed, or holds neither text nor whole numbers.

    Example:
        >>> choose_image_column({"caption": "text", "file_name": "text"}, None, "a.parquet", "")
        'file_name'
    """
    told = ", ".join(f"{quoted(name)} ({kind})" for name, kind in list(columns.items())[:40])
    if wanted is not None:
        if columns.get(wanted, "") not in _TEXT:
            raise UsageError(
                f"{shown(path)} has no column {quoted(wanted)} of text or whole numbers. It has: {told}. {advice}"
            )
        return wanted
    folded = {name.casefold(): name for name in reversed([name for name, kind in columns.items() if kind in _TEXT])}
    for usual in IMAGES:
        if usual in folded:
            return folded[usual]
    raise UsageError(f"{shown(path)}: no column has a usual name for the image. It has: {told}. {advice}")


def _source(path: str) -> str:
    """Name of the reader of a file."""
    from tacit.io.discover import find_sources

    sources = find_sources([path])
    if len(sources) != 1:
        raise UsageError(f"--facts: {shown(path)} stands for {len(sources)} files. Name one.")
    return sources[0].reader


def _wrong(path: str, row: int, what: str) -> DataError:
    return DataError(f"--facts: {shown(path)}, row {row:,}: {what}. Correct the row, or remove it.")


class _Cells:
    """The columns of a batch by our names, as text, numbers and booleans; empty ones where the table has none."""

    def __init__(self, frame: pl.DataFrame, columns: Mapping[str, str], path: str, start: int) -> None:
        self.frame, self.columns, self.path, self.start = frame, columns, path, start

    def has(self, name: str) -> bool:
        return name in self.columns

    def check(self, wrong: pl.Series, name: str, what: str) -> None:
        """Refuse the first row that is wrong."""
        at = wrong.fill_null(value=False).arg_true()
        if len(at):
            value = self.frame[self.columns[name]][at[0]]
            told = "empty" if value is None else quoted(value)
            raise _wrong(self.path, self.start + at[0], f"{name} is {told}{what}")

    def text(self, name: str) -> pl.Series:
        import polars as pl

        if name not in self.columns:
            return pl.Series([None] * self.frame.height, dtype=pl.String)
        stripped = self.frame[self.columns[name]].str.strip_chars()
        return stripped.set(stripped == "", None)

    def number(self, name: str) -> pl.Series:
        import polars as pl

        told = self.text(name)
        read = told.cast(pl.Float64, strict=False)
        self.check(told.is_not_null() & ~read.is_finite().fill_null(value=False), name, ", which is no number")
        return read

    def boolean(self, name: str) -> pl.Series:
        told = self.text(name).str.to_lowercase()
        true = told.is_in(_TRUE)
        self.check(told.is_not_null() & ~true & ~told.is_in(_FALSE), name, "; write 1, 0, or nothing")
        return true.fill_null(value=False)


def _typed(cells: _Cells) -> pl.DataFrame:
    """The rows of a table with checked values, in the shape that `fact_frames` yields."""
    import polars as pl

    height = cells.frame.height
    nobody = pl.Series([False] * height, dtype=pl.Boolean)
    image, kind = cells.text("image"), cells.text("object")
    cells.check(image.is_null(), "image", "")
    count, crowd, absent = cells.number("count"), cells.boolean("crowd"), cells.boolean("absent")
    cells.check((count < 0) | (count > _MOST) | (count != count.round()), "count", f", not from 0 to {_MOST:,}")
    cells.check(absent & (count > 0), "absent", " although the row counts some")
    cells.check(kind.is_null() & (absent | count.is_not_null()), "object", " although the row says how many")
    box = {side: cells.number(side) for side in BOX}
    sides = pl.DataFrame(box).select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    for name, side in box.items():
        if name in {"width", "height"}:
            cells.check(side < 0, name, ", and no box is smaller than nothing")
        cells.check(side.is_null() & (sides > 0), name, ", while the box has other sides")
    cells.check(kind.is_null() & (sides > 0), "object", " although the row has a box")
    # Without a column of counts a row is one object; with one, an empty field is a number that nobody took down.
    counted = count if cells.has("count") else pl.Series([1.0] * height, dtype=pl.Float64)
    known = pl.DataFrame({"count": counted, "crowd": crowd}).select(
        count=pl.when(~pl.col("crowd")).then(pl.col("count")).cast(pl.Int64)
    )
    values: dict[str, Any] = {
        "row": pl.int_range(cells.start, cells.start + height, eager=True), "image": image,
        "alias": pl.Series([None] * height, dtype=pl.String), "object": kind, "count": known["count"],
        "listed": (sides == 0) & ~crowd if cells.has("count") else nobody, **box, "event": cells.text("event"),
        "absent": absent,
    }  # fmt: skip
    return pl.DataFrame(values)
