r"""An ASCII image of text in Latin script, on which regular expressions run many times as fast.

Rust's `regex` has a quick automaton for patterns that look at bytes only. A word boundary that knows letters such as
"ü" is beyond it, and the slow engine that takes over reads some thousand captions a second. So text is mapped to ASCII
in a way that keeps word boundaries and case: each such letter becomes an underscore and two letters ("ü" might be
"_bm" and "Ü" "_BM"), all of which are word characters. Patterns are translated alike, and what they match is mapped
back.

Characters on which the engines could disagree (letters of other scripts, combining marks, control characters) are one
and the same replacement character, for the reference implementation as well; unusual blanks are plain ones.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

_RANGES: Final = ((0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x12F), (0x132, 0x148), (0x14A, 0x17E), (0x152, 0x153))
LETTERS: Final = frozenset(chr(code) for first, last in _RANGES for code in range(first, last + 1))
"""Latin letters whose upper and lower case are one character each, in every engine."""
MARKS: Final = "‘’“”„‚«»–—…€£°×"
"""Punctuation and signs that rules name."""
BLANKS: Final = "\u00a0\u2007\u2009\u202f"
"""Blanks that are as good as a plain one."""

_KEPT: Final = "À-ÖØ-öø-įĲ-ňŊ-žŒœ" + MARKS
_FOREIGN: Final = rf"[^\x09-\x0d\x20-\x7f{_KEPT}{BLANKS}]"
_FOREIGN_RE: Final = re.compile(_FOREIGN)
_BLANKS_RE: Final = re.compile(f"[{BLANKS}]")
_REPLACED: Final = "\x01"
"""Stands for every foreign character; control characters never come through."""
_SIGNS: Final = (*range(0x02, 0x09), *range(0x0E, 0x20))


def _codes() -> dict[str, str]:
    codes = {}
    for number, letter in enumerate(sorted(c for c in LETTERS if c == c.lower())):
        codes[letter] = f"_{chr(97 + number // 26)}{chr(97 + number % 26)}"
    for letter in LETTERS:
        codes.setdefault(letter, codes[letter.lower()].upper() if letter.lower() in codes else "")
    return codes


CODES: Final = _codes()
SIGNS: Final = {mark: chr(code) for mark, code in zip(MARKS, _SIGNS, strict=False)}
_ENCODED: Final = {"_": "__", **CODES, **SIGNS}
_DECODED: Final = {code: character for character, code in _ENCODED.items()} | {_REPLACED: "\ufffd"}
_CODE: Final = re.compile(r"__|_[a-zA-Z]{2}|[\x01-\x08\x0e-\x1f]")
_CLASS: Final = re.compile(r"\[(\^?)((?:\\.|[^\]\\])*)\]")
_ITEM: Final = re.compile(r"\\x[0-9a-fA-F]{2}|\\.|[^\\]")


def canonical(text: str) -> str:
    """Replace, one for one, the characters on which regex engines differ; offsets stay the same.

    Example:
        >>> canonical("dvě kočky ﬁ")
        'dvě kočky �'
    """
    return text if text.isascii() and text.isprintable() else _BLANKS_RE.sub(" ", _FOREIGN_RE.sub("\ufffd", text))


def encode(captions: pl.Series) -> pl.Series:
    """The images of captions.

    Args:
        captions: Strings without nulls.

    Example:
        >>> import polars as pl
        >>> decode(encode(pl.Series(["Fünf Füße_"]))[0])
        'Fünf Füße_'
    """
    plain = captions.str.replace_all(_FOREIGN, _REPLACED).str.replace_all(f"[{BLANKS}]", " ")
    return plain.str.replace_many(list(_ENCODED), list(_ENCODED.values()))


def decode(image: str) -> str:
    """The canonical text of an image, or of a part of one that does not cut a letter."""
    return _CODE.sub(lambda match: _DECODED.get(match[0], match[0]), image)


def translate(pattern: str) -> str:
    """A pattern for text as a pattern for its image.

    Args:
        pattern: In the syntax that `tacit.captions.detect.lexer` allows.

    Raises:
        ValueError: If a negated character class names letters beyond ASCII, which no class of codes can leave out.
    """
    parts, at = [], 0
    for match in _CLASS.finditer(pattern):
        parts += [_literals(pattern[at : match.start()]), _class(match)]
        at = match.end()
    return "".join([*parts, _literals(pattern[at:])])


def _literals(text: str) -> str:
    return "".join(_literal(c) for c in text)


def _literal(character: str) -> str:
    if character in CODES:
        return f"(?:{CODES[character]})"
    if character == "_":
        return "__"
    if character in SIGNS:
        return f"\\x{ord(SIGNS[character]):02x}"
    return character if character.isascii() else "\\x01"


def _class(match: re.Match[str]) -> str:
    """A character class as an alternation of ASCII characters, signs and codes of letters."""
    ascii_, letters, signs = _members(match[2])
    if match[1]:
        if letters:
            raise ValueError(f"a negated class may not name letters beyond ASCII: {match[0]!r}")
        # Anything but what is named: one other character, or the whole code of a letter. Spelt out, because a negated
        # class of bytes would match parts of characters.
        named = re.compile(f"[{ascii_}{signs}_]")
        others = "".join(f"\\x{code:02x}" for code in range(128) if not named.match(chr(code)))
        return rf"(?:[{others}]|__|_[A-Za-z][A-Za-z])"
    under = "_" in ascii_
    ascii_ = ascii_.replace("_", "")
    parts = [f"[{signs}{ascii_}]"] if ascii_ or signs else []
    parts += _alternatives(letters)
    return f"(?:{'|'.join([*parts, *(['__'] if under else [])])})"


def _members(body: str) -> tuple[str, set[str], str]:
    """The ASCII part of a class as it is, the letters, and the signs in regex syntax."""
    items, at = _ITEM.findall(body), 0
    ascii_, letters, signs = "", set(), set()
    while at < len(items):
        item = items[at]
        if at + 2 < len(items) and items[at + 1] == "-" and not item.isascii():
            letters |= {chr(c) for c in range(ord(item), ord(items[at + 2]) + 1)} & LETTERS
            at += 3
            continue
        if item in CODES:
            letters.add(item)
        elif item in SIGNS:
            signs.add(f"\\x{ord(SIGNS[item]):02x}")
        elif item.isascii():
            ascii_ += item
        at += 1
    return ascii_, letters, "".join(sorted(signs))


def _alternatives(letters: set[str]) -> list[str]:
    """Codes of letters, those with a common beginning together."""
    by_first: dict[str, set[str]] = {}
    for letter in letters:
        code = CODES[letter]
        by_first.setdefault(code[1], set()).add(code[2])
    return [f"_{first}[{''.join(sorted(rest))}]" for first, rest in sorted(by_first.items())]
