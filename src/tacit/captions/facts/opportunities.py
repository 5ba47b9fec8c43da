"""What was there to report: from rows of facts to one small table of images.

For each image and each kind of statement one of three states: there was something to report, there was nothing, or the
facts cannot tell. Nothing is never assumed: an image whose objects nobody counted is neither with nor without a group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tacit.captions.facts.joining import NAME_SEED, names_of
from tacit.errors import DataError
from tacit.io.facts import fact_frames
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from tacit.captions.facts.joining import Names

MAX_ROWS: Final = 20_000_000
"""Rows of facts that are held in memory, about 350 bytes each while they are summed up; 60 bytes per image after it."""
GROUPS: Final = 200
"""Groups of images for the intervals."""
NUMBERS: Final[dict[str, tuple[int, int]]] = {
    "2": (2, 2), "3": (3, 3), "4-5": (4, 5), "6-10": (6, 10), ">10": (11, 1 << 62),
}  # fmt: skip
"""Sizes of the largest group of a kind, by which counting is told apart."""
CONDITIONS: Final = ("counting", *(f"counting {name}" for name in NUMBERS), "spatial", "negation", "temporal")
"""What an image is asked for: rows of `Facts.states`."""
LARGEST: Final = 61
"""Counts up to this one have a bit of their own."""
_MORE: Final = 62
"""The bit of some larger count."""
_UNCOUNTED: Final = 63
"""The bit of objects that nobody counted."""
_OBJECT_SEED: Final = 1
_SHOWN: Final = 3
_BOX: Final = ("x", "y", "width", "height")
_AXES: Final = (("x", "width"), ("y", "height"))


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of a set of images; plain arrays, which can travel to any worker.

    Attributes:
        names: How captions find their image.
        states: 1 where there was something to report, 0 where there was nothing, -1 where the facts cannot tell; shape
            ``(conditions, images)``.
        numbers: Bit n: some kind of object is there exactly n times; bit 62: more than 61 times; bit 63: uncounted.
        groups: A number below `GROUPS` for each image, by its name alone.
        rows: Rows of facts.
        repeated: Boxes that were in the file twice and count once.
        objects: Whether objects are listed.
        boxes: Whether any have a box.
        events: Whether events are listed.
        absences: Whether any object is verified not to be there.
    """

    names: Names
    states: NDArray[np.int8]
    numbers: NDArray[np.uint64]
    groups: NDArray[np.uint8]
    rows: int
    repeated: int
    objects: bool
    boxes: bool
    events: bool
    absences: bool

    @property
    def images(self) -> int:
        """How many images the facts are about."""
        return len(self.groups)


def read_facts(path: str) -> Facts:
    r"""Read a file of facts and sum it up; see `tacit.io.facts.fact_frames` for the files.

    Args:
        path: The file.

    Raises:
        UsageError: If it has no column for the image, or no fact.
        DataError: If it is damaged, too large, or contradicts itself; the message names file and row.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "facts.csv")
        ...     _ = path.write_text("image,object,count\na.jpg,dog,2\nb.jpg,tree,1\n")
        ...     facts = read_facts(str(path))
        >>> facts.images, sorted(facts.states[CONDITIONS.index("counting")].tolist())
        (2, [0, 1])
    """
    return sum_up(fact_frames(path), path)


def sum_up(frames: Iterable[pl.DataFrame], path: str) -> Facts:
    """Sum facts up, in any order of rows.

    Args:
        frames: As `tacit.io.facts.fact_frames` yields them.
        path: The file, for messages.

    Raises:
        DataError: If there are none or too many, or they contradict one another; the message names file and row.
    """
    parts, names, height = [], [], 0
    examples: set[str] = set()
    for frame in frames:
        height += frame.height
        if height > MAX_ROWS:
            raise DataError(
                f"--facts: {shown(path)} has more than {MAX_ROWS:,} rows, the most that are held in memory. Cut it "
                "into several files, and audit the captions of each apart."
            )
        parts.append(_compact(frame))
        names.append(frame.select("image", "alias").unique())
        examples = set(sorted({*examples, *frame["image"].unique().sort().head(_SHOWN)})[:_SHOWN])
    if not height:
        raise DataError(f"--facts: {shown(path)} holds no facts.")
    known = names_of(names, sorted(examples))
    rows = pl.concat(parts)
    _check(rows, path)
    there = rows.filter(
        pl.col("object").is_not_null() & ~pl.col("absent") & (pl.col("count") != 0).fill_null(value=True)
    )
    boxed = there.filter(pl.col("x").is_not_null())
    single = boxed.unique(["image", "object", "count", *_BOX])
    objects = _objects(pl.concat([single, there.filter(pl.col("x").is_null())]))
    images = pl.DataFrame({"image": known.images}).join(
        rows.group_by("image").agg(pl.col("event", "absent").any()), on="image", how="left"
    )
    images = images.join(_by_image(objects), on="image", how="left").sort("image")
    has = {
        "objects": not rows["object"].is_null().all(), "boxes": boxed.height > 0,
        "events": bool(rows["event"].any()), "absences": bool(rows["absent"].any()),
    }  # fmt: skip
    return Facts(
        names=known, states=_states(images, **has), numbers=images["numbers"].fill_null(0).to_numpy(),
        groups=(known.images % GROUPS).astype(np.uint8), rows=height, repeated=boxed.height - single.height, **has,
    )  # fmt: skip


def _compact(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with hashes for names."""
    kind = pl.col("object")
    return frame.select(
        "row", "count", "listed", "absent", *_BOX, pl.col("image").hash(NAME_SEED), pl.col("event").is_not_null(),
        object=pl.when(kind.is_not_null()).then(kind.hash(_OBJECT_SEED)),
    )  # fmt: skip


def _check(rows: pl.DataFrame, path: str) -> None:
    """Refuse facts that contradict one another.

    Raises:
        DataError: Naming the rows.
    """
    absent, none = pl.col("absent"), (pl.col("count") == 0).fill_null(value=False)
    said = rows.filter(pl.col("object").is_not_null()).group_by("image", "object").agg(
        twice=(~absent).sum() > 1,
        listed=(pl.col("listed") & ~absent).any(),
        both=absent.any() & (~absent & ~none).any(),
        first=pl.col("row").min(), last=pl.col("row").max(),
    )  # fmt: skip
    for wrong, told in (
        (pl.col("both"), "one says that the image holds the object, the other that it does not"),
        (pl.col("twice") & pl.col("listed"), "both give a number for the same object in the same image"),
    ):
        found = said.filter(wrong).sort("last").head(1)
        for row in found.iter_rows(named=True):
            raise DataError(
                f"--facts: {shown(path)}, rows {row['first']:,} and {row['last']:,}: {told}. Correct or remove one."
            )


def _objects(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per image and object: how many, and whether one of another kind lies wholly beside or above them."""
    edges = [
        edge
        for start, size in _AXES
        for edge in ((pl.col(start) + pl.col(size)).min().alias(f"end {start}"), pl.col(start).max().alias(start))
    ]
    objects = rows.group_by("image", "object").agg(
        pl.col("count").sum(), *edges, uncounted=pl.col("count").is_null().any()
    )
    beside = [_before_another(objects, start) for start, _ in _AXES]
    return objects.with_columns(apart=beside[0] | beside[1])


def _before_another(objects: pl.DataFrame, start: str) -> pl.Series:
    """Whether the box of this kind that ends first ends before the one of another kind that starts last."""
    begin = pl.col(start)
    # Step by step: polars takes time that grows with the square of the rows for a window within a window.
    stepped = objects.with_columns(last=begin.max().over("image")).with_columns(
        is_last=begin == pl.col("last"), rest=pl.when(begin != pl.col("last")).then(begin)
    )
    stepped = stepped.with_columns(
        second=pl.col("rest").max().over("image"), many=pl.col("is_last").sum().over("image") > 1
    )
    other = pl.when(pl.col("is_last") & ~pl.col("many")).then("second").otherwise("last")
    return stepped.select((pl.col(f"end {start}") <= other).fill_null(value=False)).to_series()


def _by_image(objects: pl.DataFrame) -> pl.DataFrame:
    """One row per image that holds any object."""
    count, uncounted = pl.col("count"), pl.col("uncounted")
    place = objects.select(
        pl.when(uncounted).then(_UNCOUNTED).when(count > LARGEST).then(_MORE).otherwise(count)
    ).to_series()
    bits = np.left_shift(np.uint64(1), place.to_numpy().astype(np.uint64))
    return objects.with_columns(bit=bits).group_by("image").agg(
        kinds=pl.len(), total=count.sum(), largest=count.filter(~uncounted).max().fill_null(0),
        uncounted=uncounted.any(), apart=pl.col("apart").any(), numbers=pl.col("bit").bitwise_or(),
    )  # fmt: skip


def _states(images: pl.DataFrame, *, objects: bool, boxes: bool, events: bool, absences: bool) -> NDArray[np.int8]:
    """The states of all images; shape ``(conditions, images)``."""
    columns = images.with_columns(
        pl.col("kinds", "total", "largest").fill_null(0), pl.col("uncounted", "apart").fill_null(value=False)
    )
    kinds, total, largest, uncounted, apart, event, absent = (
        columns[name].to_numpy() for name in ("kinds", "total", "largest", "uncounted", "apart", "event", "absent")
    )
    states = np.full((len(CONDITIONS), images.height), -1, dtype=np.int8)
    row = dict(zip(CONDITIONS, states, strict=True))
    if objects:
        nothing = ~uncounted & (largest < 2)
        row["counting"][nothing] = 0
        row["counting"][largest >= 2] = 1
        for name, (low, high) in NUMBERS.items():
            row[f"counting {name}"][nothing] = 0
            # With a kind that nobody counted, the largest group may be another one.
            row[f"counting {name}"][~uncounted & (largest >= low) & (largest <= high)] = 1
        row["spatial"][~uncounted & (total < 2)] = 0
        row["spatial"][apart if boxes else kinds > 1] = 1
    if events:
        row["temporal"][:] = event
    if absences:
        row["negation"][absent] = 1
    return states
