"""Text that came from data, made fit to be shown: nothing in it is invisible, and nothing in it acts."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ODD: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001345f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    + "".join(f"{chr((plane << 16) + 0xFFFE)}{chr((plane << 16) + 0xFFFF)}" for plane in range(1, 14))
    + "\U000e0000-\U000e00ff\U000effff-\U0010ffff]"
)
"""Control, direction, format and private-use characters, surrogates and non-characters.

Not among them: the zero-width joiner and non-joiner, which are ordinary spelling in Persian, Hindi and emoji.
"""

_MARK: Final = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACK: Final = re.compile(f"({_MARK}{{4}}){_MARK}+")
"""More combining marks on one letter than any language writes; the rest would be drawn over the lines around."""

ELLIPSIS: Final = "…"
_WORD: Final = 20


_NAMES: Final = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI", "DLE",
    "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
)  # fmt: skip
"""What ASCII calls its control characters. Letters, because few fonts have the pictures for them."""


def _spelt(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] == "\n":
        return "↵"
    if code < len(_NAMES):
        return f"⟨{_NAMES[code]}⟩"
    return "⟨DEL⟩" if code == 0x7F else f"⟨U+{code:04X}⟩"


def visible(text: str) -> str:
    r"""Replace every character that is invisible or acts on the text around it by one that can be seen.

    Control characters become their names (``⟨ESC⟩``, and ``↵`` for a line feed), others their code point
    (``⟨U+202E⟩`` for the mark that turns the reading direction). Long stacks of combining marks are cut. What comes
    back can be encoded as UTF-8, cannot drive a terminal and cannot reorder the text beside it, beyond what its own
    letters do.

    Args:
        text: Any string, lone surrogates included.

    Returns:
        The same text with those characters spelt out. Applying it twice changes nothing more.

    Example:
        >>> visible("a\x1b[31m red\n\u202edog")
        'a⟨ESC⟩[31m red↵⟨U+202E⟩dog'
        >>> visible("👩‍👧 née Ünal, עברית")
        '👩\u200d👧 née Ünal, עברית'
    """
    if text.isascii() and text.isprintable():
        return text
    return _STACK.sub(rf"\1{ELLIPSIS}", _ODD.sub(_spelt, text))


def columns(text: str) -> int:
    """How much room a text takes, in columns: two for Chinese or Japanese characters and emoji.

    Example:
        >>> columns("two dogs"), columns("二匹の犬"), columns("e\u0301")
        (8, 8, 1)
    """
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 or c in "\u200c\u200d\ufe0f" for c in text)


def fit(text: str, room: int) -> str:
    """Cut a text to the columns there are; like `shorten`, for places where width matters.

    Example:
        >>> fit("二匹の犬", 6), fit("dogs", 6)
        ('二匹…', 'dogs')
    """
    if columns(text) <= room:
        return text
    kept = text[:room]
    while kept and columns(kept) >= room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters, the last of which says that something is missing.

    Args:
        text: Any string; usually `visible` already.
        limit: At least 1.

    Example:
        >>> shorten("a long name", 6), shorten("short", 6)
        ('a lon…', 'short')
    """
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + ELLIPSIS


def window(text: str, start: int, end: int, limit: int) -> tuple[str, str, str]:
    """Split a text around a place in it, and cut both sides so that the place stays in view.

    Args:
        text: Any string.
        start: Offset of the first character of the place; put right when it lies outside the text.
        end: Offset just past the place.
        limit: Characters kept altogether, about.

    Returns:
        What stands before, at and after the place; an ellipsis marks what was cut.

    Example:
        >>> window("a man stands next to a very tall tree", 13, 20, 20)
        ('…stands ', 'next to', ' a…')
    """
    start = min(max(start, 0), len(text))
    end = min(max(end, start), len(text))
    if len(text) <= limit:
        return text[:start], text[start:end], text[end:]
    place = shorten(text[start:end], limit)
    room = max(limit - len(place), 0)
    after = min(len(text) - end, max(room // 2, room - start))
    before = min(start, room - after)
    left = text[start - before : start] if before else ""
    right = text[end : end + after]
    if before < start:
        left = ELLIPSIS + (left if text[start - before - 1] == " " else _without_part(left))
    if after < len(text) - end:
        right = (right if text[end + after] == " " else _without_part(right[::-1])[::-1]) + ELLIPSIS
    return left, place, right


def _without_part(text: str) -> str:
    """A text without the part of a word with which it begins, when that is a short one."""
    at = text.find(" ", 0, _WORD)
    return text[at + 1 :] if at >= 0 else text
