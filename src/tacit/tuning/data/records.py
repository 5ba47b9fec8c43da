"""The rows of the files that a place stands for, with whatever is nested in them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError, UsageError
from tacit.io.discover import Source, find_sources
from tacit.io.evals.jsonparts import parts_of, pick, read_lines, read_object
from tacit.io.files import open_binary, open_decompressed, size
from tacit.io.places import is_remote, local_path, shown
from tacit.io.readers import ipc
from tacit.io.tables import REASONS, get_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    Record = tuple[int, Mapping[str, Any]]

_JSON: Final = "json"
"""A file that is one JSON array; read where it is named outright, for folders hold other JSON too."""
_SPLIT: Final = re.compile(r"(?:^|[/\\._-])(train|test|validation|valid|dev|eval)(?=[/\\._-]|$)", re.IGNORECASE)
_HUB: Final = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_COLUMNS_FROM: Final = 1_000


def sources_of(place: str) -> list[Source]:
    """The files that a place stands for.

    Args:
        place: A file, a folder, a glob or an address.

    Raises:
        UsageError: If no reader reads it, or it is a folder with several splits of a dataset: to train on what a
            model is tested on is never what is wanted.
        DataError: If there is nothing of that name.
    """
    if place.lower().endswith((".json", ".json.gz", ".json.zst")):
        return [Source(place, _JSON)]
    if not is_remote(place) and not local_path(place).exists() and _HUB.fullmatch(place):
        raise UsageError(
            f"There is no file or folder {shown(place)}. For a dataset of the Hugging Face hub, name its files: "
            f"hf://datasets/{shown(place)}/**/train*.parquet"
        )
    sources = _without_caches(find_sources([place]))
    splits: dict[str, str] = {}
    for source in sources if len(sources) > 1 and not any(sign in place for sign in "*?[") else ():
        within = source.path.removeprefix(place if is_remote(place) else str(local_path(place)))
        if found := _SPLIT.search(within):
            splits.setdefault(found[1].lower(), source.path)
    if len(splits) > 1:
        raise UsageError(
            f"{shown(place)} holds several splits: {', '.join(splits)}. Name the files to train on, e.g. "
            f"{shown(next(iter(splits.values())))}"
        )
    return sources


def _without_caches(sources: list[Source]) -> list[Source]:
    """What ``save_to_disk`` wrote, without the caches that `datasets` leaves beside it."""
    listed: dict[Path, set[str]] = {}
    for folder in {Path(source.path).parent for source in sources if not is_remote(source.path)}:
        if (state := folder / "state.json").is_file():
            files = read_object(str(state)).get("_data_files")
            names = [pick(file, "filename") for file in files] if isinstance(files, list) else []
            listed[folder] = {name for name in names if isinstance(name, str)}
    return [s for s in sources if Path(s.path).name in listed.get(Path(s.path).parent, {Path(s.path).name})]


def columns_of(source: Source) -> list[str]:
    """Names of the columns; of JSON, the keys of the first rows.

    Raises:
        DataError: If the file cannot be read, or has none.
    """
    if source.reader != _JSON:
        return list(get_reader(source.reader).columns(source.path))
    names: dict[str, None] = {}
    for number, record in _array(source.path):
        names |= dict.fromkeys(record)
        if number == _COLUMNS_FROM:
            break
    if not names:
        raise DataError(f"{shown(source.path)} is empty: its array holds no objects. Leave it out, or write it.")
    return list(names)


def records(source: Source, columns: Sequence[str]) -> Iterator[Record]:
    """The rows, numbered from 1 (lines from 1 in JSON Lines).

    Args:
        source: The file.
        columns: Which columns are needed; there may be others in what is given.

    Raises:
        DataError: If the file is damaged; the message names the place.
    """
    if source.reader == _JSON:
        yield from _array(source.path)
    elif source.reader == "jsonlines":
        yield from read_lines(source.path)
    elif source.reader in ("parquet", "arrow"):
        frames = _parquet if source.reader == "parquet" else _arrow
        row = 0
        with _explained(source.path):
            for frame in frames(source.path, columns):
                yield from enumerate(frame.iter_rows(named=True), start=row + 1)
                row += frame.height
    else:
        yield from _flat(source, columns)


def _array(path: str) -> Iterator[Record]:
    with open_decompressed(path) as file:
        for number, (key, value) in enumerate(parts_of(file, path), start=1):
            if key:
                raise DataError(
                    f"{shown(path)} holds one JSON object; write its rows as a JSON array or as JSON Lines."
                )
            if not isinstance(value, dict):
                raise DataError(f"{shown(path)}, row {number:,} is no JSON object. Correct or remove it.")
            yield number, value


def _parquet(path: str, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    import polars as pl

    get_reader("parquet").units(path)  # Finds damage that polars would pass over.
    frame = pl.scan_parquet(path if is_remote(path) else str(local_path(path)), glob=False, hive_partitioning=False)
    yield from frame.select(columns).collect_batches(maintain_order=True)


def _arrow(path: str, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    import polars as pl

    dictionaries: dict[int, ipc.Message] = {}
    length = size(path)
    with open_binary(path) as file:
        found = ipc.index(file, path, length)
        for message in found.messages:
            if message.dictionary is not None:
                # A dictionary may refer to others, so one that is replaced moves behind those it may refer to.
                dictionaries.pop(message.dictionary, None)
                dictionaries[message.dictionary] = message
            elif message.rows:
                data = ipc.stream(file, path, (*dictionaries.values(), message), found.schema)
                frame = pl.read_ipc_stream(data, columns=list(columns)).select(columns)
                if frame.height != message.rows:
                    raise DataError(
                        f"{shown(path)} is corrupt: it does not hold the rows that it claims. Write it again."
                    )
                yield frame


def _flat(source: Source, columns: Sequence[str]) -> Iterator[Record]:
    reader = get_reader(source.reader)
    row = 0
    for unit in reader.units(source.path):
        for batch in reader.batches(unit, columns):
            wrong = {problem.row: problem.reason for problem in batch.problems}
            for at, record in enumerate(batch.frame.iter_rows(named=True)):
                row += 1
                if at in wrong:
                    raise DataError(f"{shown(source.path)}, row {row:,}: {REASONS[wrong[at]]}. Correct or remove it.")
                yield row, record


@contextmanager
def _explained(path: str) -> Iterator[None]:
    """Turn what polars raises on damaged files into an error that names the file."""
    import polars as pl

    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, OverflowError, ValueError) as error:
        why = shown((str(error).strip() or type(error).__name__).splitlines()[0][:200])
        raise DataError(f"{shown(path)} cannot be read ({why}). Write or fetch it again.") from error
