"""Reading examples: files, folders, globs and addresses, with prompt and completion or chats in their rows."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path
import re
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.io.discover import Source, find_sources
from tacit.io.evals.jsonparts import parts_of, read_lines
from tacit.io.files import open_binary, open_decompressed, size
from tacit.io.places import is_remote, local_path, shown
from tacit.io.readers import ipc
from tacit.io.tables import REASONS, get_reader
from tacit.tuning.data.example import Example, Examples
from tacit.tuning.data.forms import NO_COMPLETION, Form, Rows, form_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

_JSON: Final = "json"
"""A file that is one JSON array; read where it is named outright, for folders hold other JSON too."""
_SPLIT: Final = re.compile(r"(?:^|[/\\._-])(train(?:ing)?|test|valid(?:ation)?|dev|eval)(?=$|[/\\._-])", re.IGNORECASE)
_HUB: Final = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_Record = tuple[int, "Mapping[str, Any]"]


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
    sources = [source for place in places for source in _sources(place)]
    items: list[Example] = []
    dropped: Counter[str] = Counter()
    forms: dict[str, dict[str, str]] = {}
    unused: dict[str, None] = {}
    rows = 0
    limited = False
    for source in sources:
        names = _columns(source)
        form = form_of(names, columns or {}, source.path)
        taken = form.roots(names)
        maker = Rows(form)
        forms[shown(source.path)] = form.told()
        left = None if limit is None else limit - rows + 1
        for number, record in islice(_records(source, taken), left):
            limited = rows == limit
            if limited:
                break
            rows += 1
            place = f"{shown(source.path)}, {_WORD.get(source.reader, 'row')} {number:,}"
            example = maker.example(record, place)
            if example is not None:
                items.append(example)
            elif drop_empty:
                dropped[NO_COMPLETION] += 1
            else:
                raise DataError(
                    f"{place} has no completion, so there is nothing to learn from it. Correct or remove the row, or "
                    "leave out all such rows with --drop-empty."
                )
        unused |= dict.fromkeys([name for name in names if name not in taken] + [f"{form.messages}.{n}" for n in sorted(maker.ignored)])
        if limited:
            break
    if not items:
        raise InsufficientDataError(
            f"{', '.join(shown(place) for place in places) or 'The data'}: there are no examples"
            f"{f' ({rows:,} rows, none with a completion)' if rows else ''}. At least one row with a prompt and its "
            "completion is needed."
        )
    return Examples(tuple(items), tuple(s.path for s in sources), forms, tuple(unused), dict(dropped), limited)
