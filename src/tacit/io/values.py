"""Values of tables as text: what counts as text, and what becomes a problem of its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.errors import DataError
from tacit.io.places import shown
from tacit.io.tables import MAX_TEXT_BYTES, Batch, Problem

if TYPE_CHECKING:
    import polars as pl


def kind_of(dtype: pl.DataType) -> str:
    """A column's type in plain words.

    Example:
        >>> import polars as pl
        >>> kind_of(pl.String()), kind_of(pl.Int8()), kind_of(pl.List(pl.String))
        ('text', 'integer', 'list')
    """
    import polars as pl

    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum):
        return "text"
    if dtype.is_nested():
        return "struct" if isinstance(dtype, pl.Struct) else "list"
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "number"
    if dtype.is_temporal():
        return "date or time"
    return str(dtype).lower()


def as_batch(frame: pl.DataFrame) -> Batch:
    """Columns as text; what is not text is null and a problem of its row."""
    import polars as pl

    problems: dict[int, str] = {}
    texts: list[pl.Series] = []
    for column in frame:
        if column.dtype == pl.String:
            text, reason = column, ""
        elif column.dtype.is_nested() or column.dtype == pl.Object:
            text, reason = pl.Series(column.name, [None] * frame.height, dtype=pl.String), "not-text"
        else:
            text, reason = _cast(column), "encoding"
        if reason:
            problems.update(dict.fromkeys((text.is_null() & column.is_not_null()).arg_true().to_list(), reason))
        long = text.str.len_bytes() > MAX_TEXT_BYTES
        if long.any():
            problems.update(dict.fromkeys(long.arg_true().to_list(), "too-long"))
            text = text.to_frame().select(pl.when(~long).then(pl.col(column.name)))[column.name]
        texts.append(text)
    return Batch(pl.DataFrame(texts), tuple(Problem(row, reason) for row, reason in sorted(problems.items())))


def _cast(column: pl.Series) -> pl.Series:
    import polars as pl

    try:
        return column.cast(pl.String, strict=False)
    except pl.exceptions.PolarsError:
        # Bytes are cast all or none.
        if column.dtype != pl.Binary:
            raise DataError(f"Column '{shown(column.name)}' ({column.dtype}) cannot be written as text.") from None
    return pl.Series(column.name, [_utf8(value) for value in column], dtype=pl.String)


def _utf8(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return None
