"""Bytes to text: which encoding, and whether it is text at all."""

from __future__ import annotations

import codecs
from typing import Final

from tacit.errors import DataError

LATIN: Final = "not valid UTF-8: read as Latin-1, so letters beyond English may be wrong"

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT: Final = 65_536
_ODD_BYTES: Final = bytes([*range(9), 11, *range(14, 27), *range(28, 32)])
"""Control characters that text does not hold; not among them: tab, line ends, form feed and escape."""


def decode(data: bytes) -> tuple[str, str]:
    r"""The text of a file.

    UTF-8, UTF-16 and UTF-32 with a mark at the beginning, UTF-16 without one if every other byte is 0, otherwise
    Latin-1 (as Windows-1252, the way browsers take it).

    Args:
        data: The file.

    Returns:
        The text, with line feeds only, and a remark, empty if there is none.

    Raises:
        DataError: If it does not look like text.

    Example:
        >>> decode("née\r\n".encode("utf-16"))
        ('née\n', '')
        >>> decode(b"n\xe9e")
        ('née', 'not valid UTF-8: read as Latin-1, so letters beyond English may be wrong')
    """
    text, remark = _decode(data)
    return text.replace("\r\n", "\n").replace("\r", "\n"), remark


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, "replace")
            return text, "" if "\ufffd" not in text else f"not all of it is valid {encoding.upper()}"
    head = data[:_LOOKED_AT]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) > 3 and head[first::2].count(0) > 0.4 * len(head) > 50 * head[1 - first :: 2].count(0):
            return data.decode(encoding, "replace"), ""
    if len(head) - len(head.translate(None, _ODD_BYTES)) > 0.02 * len(head):
        raise DataError("looks like a binary file")
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), LATIN
