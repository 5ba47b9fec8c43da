"""JSON objects as rows: which keys they have, and their values as text."""

from __future__ import annotations

import json
from typing import Any, Final

_TYPES: Final = {str: "text", bool: "boolean", int: "integer", float: "number", list: "list", dict: "struct"}
CAST: Final = frozenset({"integer", "number", "boolean"})
"""Columns of these types are written as text; in a column of text, a number is not text."""


def parse_object(content: bytes) -> dict[str, Any] | str:
    r"""The object that bytes spell, or the reason why there is none (`tacit.io.tables.REASONS`).

    Example:
        >>> parse_object(b'{"a": 1}'), parse_object(b"[1]"), parse_object(b"\xff")
        ({'a': 1}, 'malformed', 'encoding')
    """
    try:
        value = json.loads(content.decode().removeprefix("\ufeff"))
    except UnicodeDecodeError:
        return "encoding"
    except (ValueError, RecursionError):
        return "malformed"
    return value if isinstance(value, dict) else "malformed"


def note_types(types: dict[str, str], found: dict[str, Any] | str) -> None:
    """Add the keys of an object to what is known of columns, with the type of the first value that is not null."""
    if isinstance(found, str):
        return
    for key, value in found.items():
        # Keys become names of columns, which must be text that can be stored.
        if types.get(key, "null") == "null" and is_text(key):
            types[key] = _TYPES.get(type(value), "null")


def is_text(value: str) -> bool:
    r"""Whether a string can be stored: JSON can spell half a surrogate pair.

    Example:
        >>> is_text("naïve"), is_text("\ud800")
        (True, False)
    """
    return value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)


def as_text(value: object, *, cast: bool) -> tuple[str | None, str]:
    """A value as text, and the reason when it is none.

    Args:
        value: As JSON gives it.
        cast: Whether numbers and booleans are written as text.

    Example:
        >>> as_text("a", cast=False), as_text(1, cast=False), as_text(True, cast=True), as_text(None, cast=False)
        (('a', ''), (None, 'not-text'), ('true', ''), (None, ''))
    """
    if value is None:
        return None, ""
    if isinstance(value, str):
        return (value, "") if is_text(value) else (None, "encoding")
    if cast and isinstance(value, bool | int | float):
        return json.dumps(value), ""
    return None, "not-text"
