"""Which column holds the text."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Final

from tacit.errors import DataError, UsageError
from tacit.io.places import shown
from tacit.io.tables import get_reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tacit.io.discover import Source

TEXT: Final = "text"
"""The word for columns of text in `TableReader.columns`."""
BINARY: Final = "binary"
"""The word for columns of bytes: read as UTF-8 when asked for by name, never guessed, for most hold images."""
USUAL: Final = (
    "caption", "captions", "text", "txt", "alt_text", "alttext", "alt", "sentence", "sentences", "raw_caption",
    "original_caption", "re_caption", "recaption", "top_caption", "blip_caption", "description", "content", "title",
)  # fmt: skip
"""Names that text columns of caption corpora usually have, the likeliest first; case does not matter."""
NULL: Final = "null"
"""The word for columns without a value, as far as the file tells: what they may hold is open."""
_LISTED: Final = 40
_SHOWN: Final = 80
_COMPARED: Final = 1_000
_READABLE: Final = frozenset({TEXT, BINARY, NULL})


def choose_text_column(columns: Mapping[str, str], wanted: str | None, *, where: str) -> str:
    """The column that holds the text.

    Args:
        columns: Name and type of each column, as `TableReader.columns` gives them.
        wanted: The column the user names; guessed from usual names when ``None``.
        where: The file, for messages.

    Raises:
        UsageError: If the column is not there, does not hold text, or cannot be guessed. A column without any value is
            taken when it is named.

    Example:
        >>> choose_text_column({"url": "text", "TEXT": "text", "width": "integer"}, None, where="a.parquet")
        'TEXT'
    """
    if wanted is not None:
        return _named(columns, wanted, where)
    texts = [name for name, kind in columns.items() if kind == TEXT]
    for usual in USUAL:
        found = [name for name in texts if name.casefold() == usual]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                f"{shown(where)}: {_listing(columns, found)} are equally good guesses for the text. Choose one with "
                "--text COL."
            )
    if len(texts) == 1:
        return texts[0]
    raise UsageError(
        f"{shown(where)}: no column has a usual name for the text. Choose one with --text COL. "
        f"There are: {_listing(columns)}."
    )


def check_same_columns(sources: Sequence[Source], needed: Sequence[str]) -> None:
    """Refuse files that lack a column.

    Args:
        sources: The files.
        needed: Columns that every file must have; the first must hold text, or nothing. Others may differ.

    Raises:
        DataError: If a file lacks one, or its first needed column is not text; the message names the file.
        UsageError: If the first file lacks one: then the request is wrong rather than the data.
    """
    for at, source in enumerate(sources):
        columns = get_reader(source.reader).columns(source.path)
        for name in needed:
            if name not in columns:
                if at == 0:
                    _named(columns, name, source.path, text=False)
                raise DataError(
                    f"{shown(source.path)} has no column {quoted(name)}, which {shown(sources[0].path)} has. It has: "
                    f"{_listing(columns)}. Audit the files apart, or rename the column."
                )
        if needed and columns[needed[0]] not in _READABLE:
            raise DataError(
                f"{shown(source.path)}: column {quoted(needed[0])} is {columns[needed[0]]}, and text elsewhere. "
                "Audit the files apart, or convert the column."
            )


def no_column(path: str, wanted: str, columns: Iterable[str]) -> DataError:
    """The error for a file that lacks a column which is read from it.

    Example:
        >>> print(no_column("a.csv", "caption", ["url", "text"]))
        a.csv has no column 'caption'. It has: 'url', 'text'.
    """
    names = list(columns)
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    told = ", ".join(map(quoted, names[:_LISTED]))
    return DataError(f"{shown(path)} has no column {quoted(wanted)}. It has: {told}{more}.")


def quoted(name: str) -> str:
    r"""A column's name as it may stand in a message: quoted, harmless and short, for files choose their names.

    Example:
        >>> print(quoted("caption\x1b[2J"), quoted("x" * 1_000_000)[:5])
        'caption\x1b[2J' 'xxxx
    """
    # Cut before it is made harmless, which takes time that grows with the square of the length.
    text = shown(name[: 4 * _SHOWN])
    return f"'{text}'" if len(text) <= _SHOWN else f"'{text[:_SHOWN]}...'"


def _named(columns: Mapping[str, str], wanted: str, where: str, *, text: bool = True) -> str:
    if wanted not in columns:
        near = _nearest(columns, wanted)
        hint = f" Did you mean {quoted(near)}?" if near else ""
        raise UsageError(f"{shown(where)} has no column {quoted(wanted)}.{hint} There are: {_listing(columns)}.")
    if text and columns[wanted] not in _READABLE:
        raise UsageError(
            f"{shown(where)}: column {quoted(wanted)} is {columns[wanted]}, not text. There are: {_listing(columns)}."
        )
    return wanted


def _nearest(columns: Iterable[str], wanted: str) -> str:
    # Comparing takes time that grows with the square of the length, and files choose the names.
    folded: dict[str, str] = {}
    for name in islice(columns, _COMPARED):
        folded.setdefault(name[:_SHOWN].casefold(), name)
    near = get_close_matches(wanted[:_SHOWN].casefold(), folded, n=1)
    return folded[near[0]] if near else ""


def _listing(columns: Mapping[str, str], only: Iterable[str] | None = None) -> str:
    names = list(columns if only is None else only)
    told = [f"{quoted(name)} ({columns[name]})" for name in names[:_LISTED]]
    return ", ".join(told) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
