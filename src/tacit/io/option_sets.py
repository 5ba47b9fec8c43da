"""Option sets: an image, captions to choose from, and which of them is right; one JSON object or parquet row each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError, UsageError
from tacit.io.evals.jsonparts import read_lines
from tacit.io.objects import is_text
from tacit.io.places import is_remote, local_path, shown
from tacit.io.tables import get_reader

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

FEWEST_OPTIONS: Final = 2
MOST_OPTIONS: Final = 50
LONGEST_OPTION: Final = 2_000
"""Characters; no caption is longer, and whatever is longer is not read by the models either."""
LONGEST_NAME: Final = 200
"""Characters of ids, capabilities, clusters and variants."""
FIELDS: Final = ("id", "image", "options", "answer", "capability", "cluster", "variant")
REQUIRED: Final = ("image", "options", "answer", "capability")
_PARQUET: Final = (".parquet", ".pq")
_JSON_LINES: Final = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jsonl.zst", ".ndjson.zst")
_CUT: Final = 60


@dataclass(frozen=True, slots=True)
class OptionItem:
    """One question: which of these captions is the image's?

    Attributes:
        id: Unique within capability and variant.
        image: Path of the image within the folder of images, as written in the file.
        options: The captions to choose from, 2 to 50.
        answer: Index of the right one in `options`.
        capability: What the item asks for, e.g. ``spatial``.
        cluster: Items that belong together (one source of images, one template); ``""`` when nothing was said.
        variant: Wording of the item; ``""`` when there is one only.
    """

    id: str
    image: str
    options: tuple[str, ...]
    answer: int
    capability: str
    cluster: str = ""
    variant: str = ""

    @property
    def chance(self) -> float:
        """Score of guessing."""
        return 1 / len(self.options)


@dataclass(frozen=True, slots=True)
class OptionSet:
    """The items of one file.

    Attributes:
        path: The file.
        folder: What the images' paths are relative to; resolved, so that none of them leads out of it.
        items: In the order of the file; at least one.
    """

    path: Path
    folder: Path
    items: tuple[OptionItem, ...]

    @property
    def capabilities(self) -> tuple[str, ...]:
        """Names of the capabilities, sorted."""
        return tuple(sorted({item.capability for item in self.items}))

    def of(self, capability: str) -> list[OptionItem]:
        """The items of one capability, in order."""
        return [item for item in self.items if item.capability == capability]

    def chance(self, capability: str) -> float:
        """Score of guessing on a capability: the mean of one over the number of options, over its items."""
        found = self.of(capability)
        return sum(item.chance for item in found) / len(found)


def read_option_set(path: str | os.PathLike[str], images: str | os.PathLike[str] | None = None) -> OptionSet:
    r"""Read and check an option set.

    Args:
        path: A local JSON Lines or parquet file with the fields of `OptionItem`; ``id``, ``cluster`` and ``variant``
            may be left out, an ``id`` is then the number of the line or row.
        images: The folder that the images' paths are relative to; the file's own folder when ``None``.

    Returns:
        The items. Whether the images can be read is not looked at.

    Raises:
        UsageError: If the path is remote or has another ending, or `images` is no folder.
        DataError: If the file cannot be read, holds no items, or an item is not as it should be, names an image
            outside of the folder or a URL, or stands there twice; the message names file and line.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "set.jsonl")
        ...     _ = file.write_text('{"image": "1.png", "options": ["one dog", "two dogs"], "answer": 1, '
        ...                         '"capability": "counting"}\n')
        ...     found = read_option_set(file)
        >>> found.items[0].id, found.chance("counting")
        ('1', 0.5)
    """
    file = local_path(str(path))
    folder = local_path(str(images)) if images is not None else file.parent
    if not folder.is_dir():
        raise UsageError(f"{shown(str(folder))} is no folder. The images of an option set are looked for in one.")
    folder = folder.resolve()
    items: list[OptionItem] = []
    lines: dict[tuple[str, str, str], str] = {}
    for number, place, record in _records(file):
        item = _item(record, number, place, folder)
        key = (item.capability, item.id, item.variant)
        if key in lines:
            raise DataError(
                f"{place}: the id {shown(item.id)!r} of capability {shown(item.capability)!r} is there already, in "
                f"{lines[key]}. Ids are unique; rewordings of an item differ in `variant`."
            )
        lines[key] = place.rpartition(", ")[2]
        items.append(item)
    if not items:
        raise DataError(f"{shown(str(file))} holds no items. Write one JSON object per line: {', '.join(REQUIRED)}.")
    return OptionSet(file, folder, tuple(items))


def _records(file: Path) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Number, place for messages, and fields of each item."""
    name, where = file.name.lower(), shown(str(file))
    if name.endswith(_PARQUET):
        for number, row in enumerate(_rows(file), start=1):
            yield number, f"{where}, row {number:,}", row
    elif name.endswith(_JSON_LINES):
        for number, record in read_lines(str(file)):
            yield number, f"{where}, line {number:,}", record
    else:
        raise UsageError(f"{where} is no option set: its name must end in .jsonl or .parquet.")


def _rows(file: Path) -> Iterator[Mapping[str, Any]]:
    import polars as pl

    there = get_reader("parquet").columns(str(file))
    frame = pl.scan_parquet(file, glob=False).select([name for name in FIELDS if name in there])
    for part in frame.collect_batches(maintain_order=True):
        yield from part.iter_rows(named=True)


def _item(record: Mapping[str, Any], number: int, place: str, folder: Path) -> OptionItem:
    absent = [name for name in REQUIRED if record.get(name) is None]
    if absent:
        raise DataError(f"{place}: there is no `{absent[0]}`. An item needs {', '.join(REQUIRED)}.")
    options = _options(record["options"], place)
    answer = record["answer"]
    if not isinstance(answer, int) or isinstance(answer, bool) or not 0 <= answer < len(options):
        raise DataError(
            f"{place}: `answer` is {_cut(answer)}; it must be the place of the right option, a whole number from 0 to "
            f"{len(options) - 1}."
        )
    return OptionItem(
        id=_name(record, "id", place) or str(number),
        image=_image(record["image"], place, folder),
        options=options,
        answer=answer,
        capability=_name(record, "capability", place),
        cluster=_name(record, "cluster", place, required=False),
        variant=_name(record, "variant", place, required=False),
    )


def _options(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not FEWEST_OPTIONS <= len(value) <= MOST_OPTIONS:
        what = f"{len(value)} of them" if isinstance(value, list) else _cut(value)
        raise DataError(
            f"{place}: `options` must be a list of {FEWEST_OPTIONS} to {MOST_OPTIONS} texts, and is {what}."
        )
    for at, option in enumerate(value):
        if not isinstance(option, str) or not is_text(option) or not option.strip():
            raise DataError(f"{place}: option {at} is {_cut(option)}; each must be a text that is not empty.")
        if len(option) > LONGEST_OPTION:
            raise DataError(f"{place}: option {at} has {len(option):,} characters; {LONGEST_OPTION:,} are the most.")
    return tuple(value)


def _name(record: Mapping[str, Any], field: str, place: str, *, required: bool = True) -> str:
    value = record.get(field)
    if value is None and (not required or field == "id"):
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not is_text(value) or (required and not value.strip()):
        raise DataError(f"{place}: `{field}` is {_cut(value)}; it must be a text that is not empty.")
    if len(value) > LONGEST_NAME:
        raise DataError(f"{place}: `{field}` has {len(value):,} characters; {LONGEST_NAME} are the most.")
    return value.strip()


def _image(value: object, place: str, folder: Path) -> str:
    """A path that stays within the folder; nothing is read yet."""
    if not isinstance(value, str) or not is_text(value) or not value.strip() or "\0" in value:
        raise DataError(f"{place}: `image` is {_cut(value)}; it must be the path of a file.")
    if is_remote(value) or "://" in value or value.lower().startswith(("data:", "//")):
        raise DataError(
            f"{place}: the image {_cut(value)} is an address, and nothing is fetched that data names. Download the "
            "images, and write their paths."
        )
    if Path(value).is_absolute() or PureWindowsPath(value).anchor or ".." in PureWindowsPath(value).parts:
        raise DataError(
            f"{place}: the image {_cut(value)} is not within the folder of images. Write paths relative to it, without "
            "'..'; --images names another folder."
        )
    try:
        inside = (folder / value).resolve().is_relative_to(folder)
    except (OSError, RuntimeError):
        inside = False
    if not inside:
        raise DataError(
            f"{place}: the image {_cut(value)} is a link that leads out of the folder of images. Copy the file there."
        )
    return value


def _cut(value: object) -> str:
    text = shown(repr(value)[: 4 * _CUT])
    return text if len(text) <= _CUT else f"{text[:_CUT]}..."
