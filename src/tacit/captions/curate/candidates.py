"""The images that could be asked about, with what is known of each: what its captions state, and what is in it."""

from __future__ import annotations

import os
from collections import Counter
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tacit.captions.detect.hits import TYPES
from tacit.captions.detect.protocol import get_detector
from tacit.captions.elicit.images import check_header, find_images
from tacit.errors import DataError, UsageError
from tacit.io.columns import USUAL, choose_text_column, quoted
from tacit.io.discover import find_sources
from tacit.io.places import is_remote, shown
from tacit.io.tables import get_reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.captions.detect.protocol import Detector

IMAGE: Final = (
    "image", "image_id", "image_name", "image_path", "file_name", "filename", "img", "path", "__key__", "key", "id",
)  # fmt: skip
"""Names that a column of images usually has, the likeliest first."""
BOX: Final = ("x", "y", "width", "height")
MOST_COUNTED: Final = 10
"""Above it people write "many"; the paper's counting items go from 2 to 10."""


def read_candidates(
    images: str | os.PathLike[str],
    *,
    captions: str | None = None,
    facts: str | None = None,
    text: str | None = None,
    language: str = "en",
) -> pl.DataFrame:
    """The images, each once.

    Args:
        images: A folder of images, or a table with a column of images and perhaps one of captions; an image may have
            several rows.
        captions: A table of images and captions, where `images` is a folder.
        facts: A table with columns ``image``, ``object`` and perhaps ``count``, or ``x``, ``y``, ``width``,
            ``height``; without ``count`` each row is one object.
        text: The column of captions; guessed when ``None``.
        language: ISO 639-1 code of the captions.

    Returns:
        Sorted by ``image``: ``image``, ``captions`` (how many), for each type how many of them state it, and from
        facts ``largest`` (the most objects of one kind), ``kinds`` (of objects) and ``apart`` (whether two kinds are
        clear of each other sideways or in height). What is not known is null.

    Raises:
        UsageError: If a column is not there or the language has no detector.
        DataError: If a file cannot be read, holds no images, or facts are about none of the images.
    """
    detector = get_detector("tacit", language)
    folder = folder_of(images)
    if folder is not None:
        names = pl.DataFrame({"image": find_images(folder)}, schema={"image": pl.String})
        found = _stated(captions, text, detector) if captions is not None else None
        table = names if found is None else _attached(names, found, os.fspath(captions or ""))
    else:
        if captions is not None:
            raise UsageError("--captions goes with a folder of images; a table of images has its own captions.")
        table = _stated(os.fspath(images), text, detector)
    missing = [pl.lit(0, dtype=pl.Int64).alias(name) for name in ("captions", *TYPES) if name not in table.columns]
    table = table.with_columns(missing).with_columns(pl.col("captions", *TYPES).fill_null(0))
    if not table.height:
        raise DataError(f"{shown(os.fspath(images))} names no image.")
    if facts is not None:
        table = _attached(table, _facts(facts), facts)
    else:
        table = table.with_columns(
            largest=pl.lit(None, pl.Int64), kinds=pl.lit(None, pl.Int64), apart=pl.lit(None, pl.Boolean)
        )
    return table.sort("image")


def folder_of(images: str | os.PathLike[str]) -> Path | None:
    """The folder of images, if it is one and not a table."""
    return Path(images) if not is_remote(os.fspath(images)) and Path(images).is_dir() else None


def openable(table: pl.DataFrame, folder: Path) -> tuple[pl.DataFrame, tuple[tuple[str, int], ...] | None]:
    """Leave out the files of a folder that do not begin as an image.

    Args:
        table: As `read_candidates` gives it.
        folder: Where the images are.

    Returns:
        The table without them, and pairs of reason and number, the most frequent first; ``None`` if nothing was
        looked at because Pillow is not installed.

    Raises:
        DataError: If none is left.
    """
    if find_spec("PIL") is None:
        return table, None
    problems = pl.Series([check_header(folder, image) for image in table["image"]], dtype=pl.String)
    # What is in brackets is about the one file.
    reasons = Counter(problem.split(" (", 1)[0] for problem in problems if problem)
    kept = table.filter(problems == "")
    if not kept.height:
        raise DataError(f"None of the {table.height:,} images in {shown(str(folder))} can be opened: {told(reasons)}.")
    return kept, tuple(reasons.most_common())


def told(reasons: Mapping[str, int]) -> str:
    """Reasons with numbers, in words.

    Example:
        >>> told({"is damaged": 2, "is larger than 100 MiB": 1})
        'is damaged (2); is larger than 100 MiB (1)'
    """
    return "; ".join(f"{reason} ({number:,})" for reason, number in reasons.items())


def ranked(table: pl.DataFrame, type_: str, seed: int) -> list[str]:
    """The images worth asking about for a type, the best first.

    An image that is known to hold nothing to report is left out: no two of a kind to count, no two kinds to place.
    Images of which nothing is known come after those that are known to hold something. Then those come first whose
    captions state the type least. For counting, images with 2, 3, ... 10 of a kind take turns, so that "two" does not
    fill the quota; more than ten come last.

    Args:
        table: As `read_candidates` gives it.
        type_: One of the four types.
        seed: Decides between images that are equally good.

    Example:
        >>> rows = {"image": ["a", "b", "c"], "captions": [0, 0, 0], **dict.fromkeys(TYPES, 0)}
        >>> known = pl.DataFrame({**rows, "largest": [2, 1, 5], "kinds": [1, 2, 1], "apart": [None, None, None]})
        >>> ranked(known, "counting", 0), ranked(known, "spatial", 0)
        (['c', 'a'], ['b'])
    """
    share = pl.when(pl.col("captions") > 0).then(pl.col(type_) / pl.col("captions")).otherwise(0.0)
    ties = pl.Series("tie", [tie(image, seed) for image in table["image"]], dtype=pl.Binary)
    table = table.with_columns(ties, share=share)
    if type_ == "counting":
        largest = pl.col("largest")
        table = table.filter((largest >= 2).fill_null(value=True))
        table = table.with_columns(
            tier=pl.when(largest.is_null()).then(1).when(largest > MOST_COUNTED).then(2).otherwise(0)
        )
        turn = (
            pl.struct("share", "tie").rank("ordinal").over("tier", pl.col("largest").clip(upper_bound=MOST_COUNTED + 1))
        )
        table = table.with_columns(turn=turn).sort(
            "tier", "turn", "largest", "tie", descending=[False, False, True, False]
        )
        return table["image"].to_list()
    tier = pl.lit(0)
    if type_ == "spatial":
        table = table.filter((pl.col("kinds") >= 2).fill_null(value=True))
        tier = pl.when(pl.col("kinds").is_null() | ~pl.col("apart").fill_null(value=True)).then(1).otherwise(0)
    return table.with_columns(tier=tier).sort("tier", "share", "tie")["image"].to_list()


def tie(image: str, seed: int, salt: str = "") -> bytes:
    """A number as good as random that depends on the image and the seed alone."""
    return blake2b(f"{seed}\0{salt}\0{image}".encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _stated(path: str, text: str | None, detector: Detector) -> pl.DataFrame:
    """Images of a table, how many captions each has, and how many of them state each type."""
    parts = []
    for source in find_sources([path]):
        reader = get_reader(source.reader)
        columns = reader.columns(source.path)
        image = _image_column(columns, source.path)
        caption = _caption_column({name: kind for name, kind in columns.items() if name != image}, text, source.path)
        wanted = [image] if caption is None else [image, caption]
        for unit in reader.units(source.path):
            parts += [_counted(batch.frame, image, caption, detector) for batch in reader.batches(unit, wanted)]
    sums = pl.col("captions", *TYPES).sum()
    return pl.concat(parts).filter(pl.col("image").str.len_bytes() > 0).group_by("image").agg(sums)


def _counted(frame: pl.DataFrame, image: str, caption: str | None, detector: Detector) -> pl.DataFrame:
    found = {"image": frame[image]}
    if caption is None:
        return pl.DataFrame(
            {**found, **{name: pl.zeros(frame.height, pl.Int64, eager=True) for name in ("captions", *TYPES)}}
        )
    scan = detector.scan(frame[caption].fill_null(""))
    columns = {"captions": frame[caption].is_not_null()}
    columns |= {type_: pl.int_range(frame.height, eager=True).is_in(scan.counted_rows(type_)) for type_ in TYPES}
    return pl.DataFrame({**found, **{name: column.cast(pl.Int64) for name, column in columns.items()}})


def _image_column(columns: Mapping[str, str], path: str) -> str:
    for usual in IMAGE:
        for name in columns:
            if name.casefold() == usual:
                return name
    told = ", ".join(map(quoted, list(columns)[:20]))
    raise UsageError(f"{shown(path)} has no column of images, such as 'image' or 'file_name'. It has: {told}.")


def _caption_column(columns: Mapping[str, str], wanted: str | None, path: str) -> str | None:
    if wanted is not None:
        return choose_text_column(columns, wanted, where=path)
    usual = {name: kind for name, kind in columns.items() if name.casefold() in USUAL and kind == "text"}
    return choose_text_column(usual, None, where=path) if usual else None


def _facts(path: str) -> pl.DataFrame:
    """What facts tell of each image."""
    parts = [_fact_rows(source.path, source.reader) for source in find_sources([path])]
    rows = pl.concat(parts)
    kinds = rows.group_by("image", "object").agg(
        pl.col("count").sum(), pl.col("x", "y").min(), right=(pl.col("x") + pl.col("width")).max(),
        lower=(pl.col("y") + pl.col("height")).max(),
    )  # fmt: skip
    found = kinds.group_by("image").agg(largest=pl.col("count").max(), kinds=pl.len().cast(pl.Int64))
    boxed = kinds.drop_nulls(["x", "y", "right", "lower"])
    pairs = boxed.join(boxed, on="image").filter(pl.col("object") < pl.col("object_right"))
    clear = pl.max_horizontal(
        pl.col("x") - pl.col("right_right"), pl.col("x_right") - pl.col("right"),
        pl.col("y") - pl.col("lower_right"), pl.col("y_right") - pl.col("lower"),
    ) >= 0  # fmt: skip
    return found.join(pairs.group_by("image").agg(apart=clear.any()), on="image", how="left")


def _fact_rows(path: str, kind: str) -> pl.DataFrame:
    reader = get_reader(kind)
    columns = reader.columns(path)
    for name in ("image", "object"):
        if name not in columns:
            raise UsageError(
                f"{shown(path)} has no column {name!r}. Facts are a table with image, object, and perhaps count, or "
                "x, y, width, height."
            )
    numbers = [name for name in ("count", *BOX) if name in columns]
    parts = [b.frame for unit in reader.units(path) for b in reader.batches(unit, ["image", "object", *numbers])]
    table = pl.concat(parts)
    for name in numbers:
        values = table[name].cast(pl.Float64, strict=False)
        wrong = (values.is_null() & table[name].is_not_null() | (values < 0) | ~values.is_finite()).arg_true()
        if len(wrong):
            row = int(wrong[0])
            raise DataError(
                f"{shown(path)}, row {row + 1:,}: {name} is {quoted(str(table[name][row]))}, and no number from 0."
            )
        table = table.with_columns(values.alias(name))
    absent = [pl.lit(None, pl.Float64).alias(name) for name in BOX if name not in columns]
    count = pl.col("count").fill_null(1).cast(pl.Int64) if "count" in columns else pl.lit(1, pl.Int64)
    return (
        table.with_columns(*absent, count=count)
        .select("image", "object", "count", *BOX)
        .drop_nulls(["image", "object"])
    )


def _attached(table: pl.DataFrame, found: pl.DataFrame, path: str) -> pl.DataFrame:
    """Join by the name of the image, without its ending where names stay different without."""
    key = pl.col("image").str.replace(r"\.\w{1,5}$", "")
    if any(frame.select(key.n_unique()).item() < frame.height for frame in (table, found)):
        key = pl.col("image")
    joined = table.join(found.with_columns(key.alias("image")), left_on=key, right_on="image", how="left")
    if not table.select(key.is_in(found.select(key).to_series().implode()).any()).item():
        raise DataError(
            f"{shown(path)} is about none of the images: none has the name of one, with or without its ending."
        )
    return joined
