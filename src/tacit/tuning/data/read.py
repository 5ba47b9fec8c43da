"""Reading examples: files, folders, globs and addresses, with prompt and completion or chats in their rows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.io.places import shown
from tacit.tuning.data.example import Example, Examples
from tacit.tuning.data.forms import NO_COMPLETION, Rows, form_of
from tacit.tuning.data.records import columns_of, records, sources_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tacit.io.discover import Source

_WORDS: Final = {"jsonlines": "line"}


def read_examples(
    places: Sequence[str],
    *,
    columns: Mapping[str, str] | None = None,
    limit: int | None = None,
    drop_empty: bool = False,
) -> Examples:
    r"""Read examples to tune on.

    Rows hold a prompt and a completion (text, or lists of messages), an instruction with its input and output, a
    question and its answer, or a chat under ``messages`` or ``conversations``. Of a chat, everything before the first
    turn of the assistant is the prompt.

    Args:
        places: JSON Lines, JSON arrays, parquet, Arrow and CSV files, folders of them (also what ``save_to_disk`` of
            `datasets` writes), globs, or addresses such as ``hf://datasets/org/name/data/train-*.parquet``.
        columns: Their columns by ours (`tacit.tuning.data.forms.OURS`), where they have other names.
        limit: Read no more than this many rows.
        drop_empty: Leave out, and count, rows without a completion.

    Raises:
        UsageError: If there is nothing of that name, columns cannot be guessed or are not there, or a folder holds
            several splits of a dataset.
        DataError: If a file is damaged, or a row is not as it should be; the message names file and row.
        InsufficientDataError: If there are no examples.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "a.jsonl")
        ...     _ = file.write_text('{"question": "1+1?", "answer": "2"}\n')
        ...     found = read_examples([str(file)])
        >>> found.items[0].prompt, found.items[0].completion
        ('1+1?', '2')
    """
    if limit is not None and limit < 1:
        raise UsageError(f"The most rows to read are {limit}; they must be at least 1.")
    files = [_File(source, columns or {}) for source in _sources(places)]
    items, dropped, limited = _collected(files, limit, drop_empty=drop_empty)
    if not items:
        raise InsufficientDataError(
            f"{', '.join(map(shown, places))}: of {dropped:,} rows none has a completion. At least one with a prompt "
            "and its completion is needed."
        )
    return Examples(
        items=tuple(items),
        paths=tuple(file.source.path for file in files),
        columns={shown(file.source.path): file.form.told() for file in files},
        unused=tuple(dict.fromkeys(name for file in files for name in file.unused())),
        dropped={NO_COMPLETION: dropped} if dropped else {},
        limited=limited,
    )


def _collected(files: Sequence[_File], limit: int | None, *, drop_empty: bool) -> tuple[list[Example], int, bool]:
    """The examples, how many rows have no completion, and whether there are more rows than the limit."""
    items: list[Example] = []
    empty = 0
    for place, example in (row for file in files for row in file.examples()):
        if len(items) + empty == limit:
            return items, empty, True
        if example is not None:
            items.append(example)
        elif drop_empty:
            empty += 1
        else:
            raise DataError(
                f"{place} has no completion, so there is nothing to learn from it. Correct or remove the row, or leave "
                "out all such rows with --drop-empty."
            )
    return items, empty, False


def _sources(places: Sequence[str]) -> list[Source]:
    if not places:
        raise UsageError("There is nothing to read: name at least one file, folder, glob or address.")
    sources = [source for place in places for source in sources_of(place)]
    times = Counter(source.path for source in sources)
    if twice := [path for path, count in times.items() if count > 1]:
        raise UsageError(f"{shown(twice[0])} is named twice; its examples would count twice. Name it once.")
    return sources


class _File:
    """One file, and how its rows become examples."""

    def __init__(self, source: Source, columns: Mapping[str, str]) -> None:
        self.source = source
        self._names = columns_of(source)
        self.form = form_of(self._names, columns, source.path)
        self._rows = Rows(self.form)

    def examples(self) -> Iterator[tuple[str, Example | None]]:
        """Place of each row for messages, and what it holds; ``None`` where that is nothing to learn."""
        where, word = shown(self.source.path), _WORDS.get(self.source.reader, "row")
        for number, record in records(self.source, self.form.roots(self._names)):
            place = f"{where}, {word} {number:,}"
            yield place, self._rows.example(record, place)

    def unused(self) -> list[str]:
        """Columns and fields of messages that were not read."""
        taken = self.form.roots(self._names)
        return [name for name in self._names if name not in taken] + sorted(self._rows.ignored)
