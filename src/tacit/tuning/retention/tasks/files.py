"""The user's own tasks: a file of inputs and answers, JSON Lines or parquet."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

import numpy as np

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.io.evals.jsonparts import read_lines
from tacit.io.objects import is_text
from tacit.io.places import local_path, shown
from tacit.io.tables import get_reader
from tacit.tuning.retention.tasks.protocol import Item, Task, make_task

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

FIELDS: Final = ("input", "answer", "options", "id")
MOST_OPTIONS: Final = 50
LONGEST_INPUT: Final = 20_000
"""Characters."""
LONGEST_OPTION: Final = 200
"""Characters."""
SUFFIXES: Final = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jsonl.zst", ".ndjson.zst", ".parquet", ".pq")
_PARQUET: Final = (".parquet", ".pq")
_CUT: Final = 60


def load_task(name: str, *, seed: int, items: int, pool: int) -> Task:
    """A task by name, or from a file.

    Args:
        name: One of `tacit.tuning.retention.tasks.protocol.available_tasks`, or the path of a file (`SUFFIXES`).
        seed: The same seed gives the same task.
        items: Questions.
        pool: Demonstrations to draw from.

    Raises:
        UsageError: If there is no such task.
        DataError: As `read_task`.

    Example:
        >>> load_task("pattern", seed=0, items=4, pool=4).name
        'pattern'
    """
    if name.lower().endswith(SUFFIXES):
        return read_task(name, seed=seed, items=items, pool=pool)
    return make_task(name, seed=seed, items=items, pool=pool)


def read_task(path: str | os.PathLike[str], *, seed: int, items: int, pool: int) -> Task:
    r"""Read a task, and divide its rows into questions and demonstrations.

    Args:
        path: A local JSON Lines or parquet file. Each row has an ``input``, an ``answer`` and, if not every option is
            the answer of some row, ``options``, which are the same in every row; an ``id`` may be given. Rows with
            the same input and answer are one.
        seed: Of which rows become demonstrations.
        items: Most questions; fewer when the file has no more.
        pool: Demonstrations to draw from, balanced over the answers as far as the file has them.

    Returns:
        The task, named after the file.

    Raises:
        UsageError: If the path is remote or has another ending.
        DataError: If the file cannot be read, or a row is not as it should be or contradicts another; the message
            names file and row.
        InsufficientDataError: If no question is left beside the demonstrations.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "parity.jsonl")
        ...     _ = file.write_text("".join(
        ...         f'{{"input": "{n}", "answer": "{("even", "odd")[n % 2]}"}}\n' for n in range(10)))
        ...     task = read_task(file, seed=0, items=100, pool=4)
        >>> task.name, task.options, len(task.items), sorted(item.answer for item in task.pool)
        ('parity', ('even', 'odd'), 6, ['even', 'even', 'odd', 'odd'])
    """
    file = local_path(str(path))
    where = shown(str(file))
    if items < 1 or pool < 0:
        raise UsageError(f"{where}: one question at least and a pool of 0 or more, not {items} and {pool}.")
    rows, options = _read(file)
    if len(rows) <= pool:
        raise InsufficientDataError(
            f"{where} has {len(rows):,} different inputs, and {pool} are set apart for demonstrations. Give it more "
            "rows, or ask for fewer demonstrations."
        )
    rng = np.random.default_rng([seed, crc32(file.name.encode())])
    shuffled = [rows[at] for at in rng.permutation(len(rows))]
    # Round by round one row of each answer: the first `pool` are as balanced as the file allows.
    rounds: Counter[str] = Counter()
    order = []
    for row in shuffled:
        order.append(rounds[row.answer])
        rounds[row.answer] += 1
    dealt = [shuffled[at] for at in np.argsort(order, kind="stable")]
    name = file.name.lower()
    suffix = next(ending for ending in sorted(SUFFIXES, key=len, reverse=True) if name.endswith(ending))
    left = dealt[pool:]
    chosen = [left[at] for at in sorted(rng.permutation(len(left))[:items])]
    return Task(file.name[: -len(suffix)], options, tuple(chosen), tuple(dealt[:pool]), source=str(file))


def _read(file: Path) -> tuple[list[Item], tuple[str, ...]]:
    """Distinct rows, and the options."""
    rows: dict[str, Item] = {}
    ids: set[str] = set()
    options: tuple[str, ...] | None = None
    for number, place, record in _records(file):
        item = _item(record, number, place)
        there = rows.get(item.input)
        if there is not None and there.answer == item.answer:
            continue
        if there is not None:
            raise DataError(
                f"{place}: the input {_cut(item.input)} has the answer {_cut(item.answer)} here and "
                f"{_cut(there.answer)} before. Keep one of them."
            )
        if item.id in ids:
            raise DataError(f"{place}: the id {_cut(item.id)} is there already. Ids are unique.")
        told = _options(record.get("options"), place)
        if rows and told != options:
            raise DataError(f"{place}: `options` are not those of the rows before; a task has one list of them.")
        if told is not None and item.answer not in told:
            raise DataError(f"{place}: the answer {_cut(item.answer)} is none of the options.")
        options = told
        rows[item.input] = item
        ids.add(item.id)
    if not rows:
        raise DataError(f"{shown(str(file))} holds no rows. Write one JSON object per line: input, answer.")
    return list(rows.values()), options or _answers(file, list(rows.values()))


def _answers(file: Path, rows: Sequence[Item]) -> tuple[str, ...]:
    """The answers that are there, as options."""
    found = sorted({row.answer for row in rows})
    if not 1 < len(found) <= MOST_OPTIONS:
        raise DataError(
            f"{shown(str(file))} has {len(found):,} different answers. A task needs 2 to {MOST_OPTIONS} options to "
            "choose from; list them in every row as `options` where the answers are fewer."
        )
    return tuple(found)


def _records(file: Path) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Number, place for messages, and fields of each row."""
    import polars as pl

    name, where = file.name.lower(), shown(str(file))
    if name.endswith(_PARQUET):
        there = get_reader("parquet").columns(str(file))
        frame = pl.scan_parquet(file, glob=False).select([field for field in FIELDS if field in there]).collect()
        for number, row in enumerate(frame.iter_rows(named=True), start=1):
            yield number, f"{where}, row {number:,}", row
    elif name.endswith(SUFFIXES):
        for number, record in read_lines(str(file)):
            yield number, f"{where}, line {number:,}", record
    else:
        raise UsageError(f"{where} is no file of a task: its name must end in .jsonl or .parquet.")


def _item(record: Mapping[str, Any], number: int, place: str) -> Item:
    identity = record.get("id")
    return Item(
        id=str(number) if identity is None else _text(identity, "id", place, LONGEST_OPTION),
        input=_text(record.get("input"), "input", place, LONGEST_INPUT),
        answer=_text(record.get("answer"), "answer", place, LONGEST_OPTION),
    )


def _options(value: object, place: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not 1 < len(value) <= MOST_OPTIONS:
        raise DataError(f"{place}: `options` is {_cut(value)}; it must be a list of 2 to {MOST_OPTIONS} texts.")
    options = tuple(_text(option, "options", place, LONGEST_OPTION) for option in value)
    if len(set(options)) < len(options):
        raise DataError(f"{place}: an option stands twice in `options`.")
    return options


def _text(value: object, field: str, place: str, longest: int) -> str:
    """A text without blanks at its ends; numbers are written out."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not is_text(value) or not value.strip():
        raise DataError(f"{place}: `{field}` is {_cut(value)}; it must be a text that is not empty.")
    if len(value) > longest:
        raise DataError(f"{place}: `{field}` has {len(value):,} characters; {longest:,} are the most.")
    return value.strip()


def _cut(value: object) -> str:
    text = shown(repr(value)[: 4 * _CUT])
    return text if len(text) <= _CUT else f"{text[:_CUT]}..."
