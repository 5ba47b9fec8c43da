"""Text as a model would read it: what hides words from a rule but not from a reader is undone."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from typing import Final
from urllib.parse import unquote

_TAGS: Final = {code: code - 0xE0000 for code in range(0xE0020, 0xE007F)}
"""Tag characters: invisible copies of ASCII."""
_LOOKALIKES: Final = str.maketrans(
    "асеорхуіјѕԁһԛԝАВСЕНІЈКМОРЅТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορτυχ",
    "aceopxyijsdhqwABCEHIJKMOPSTXYABEZHIKMNOPTYXaivoptux",
)
"""Cyrillic and Greek letters that look like Latin ones."""
_LEET: Final = str.maketrans("013457@$", "oieastas")
_LEET_WORD: Final = re.compile(r"(?<![\w@$])(?=[\w@$]*[A-Za-z])(?=[\w@$]*[013457@$])[\w@$]+")
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2069"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_SPLIT: Final = re.compile("[A-Za-z][\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+(?=[A-Za-z])|[\U000e0020-\U000e007e]")
_SPACED: Final = re.compile(r"(?<!\w)(?:[^\W_][ ._*-]){3,}[^\W_](?!\w)")
_SPACED_OUT: Final = re.compile(r"(?<!\w)(?:[^\W\d_][ ._*-]{1,3}){11,}[^\W\d_](?!\w)")
_WIDE: Final = re.compile("[\uff21-\uff3a\uff41-\uff5a]{2,}")
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}[\s:]?){12,}")
_ODD_ASCII: Final = re.compile(r"[&%]|(?<!\w)[^\W_][ ._*-][^\W_][ ._*-][^\W_](?!\w)")
_MIXED: Final = re.compile(r"(?<!\w)(?=\w*[A-Za-z])(?=\w*[\u0370-\u03ff\u0400-\u04ff])\w+")
_FEW_WIDE: Final = 2
"""Words of full-width Latin letters that Japanese texts may hold."""
_LONGEST: Final = 4_000
"""Characters of a piece that are decoded."""


def invisible(text: str) -> str:
    """The text without characters that nobody sees, and with hidden tag characters written out."""
    return _INVISIBLE.sub("", text.translate(_TAGS))


def readings(text: str) -> list[str]:
    """Everything a text may be meant to say, itself first, in one spelling: no disguise, blanks collapsed.

    Undone are: invisible and full-width characters, letters of other scripts amid Latin words, spelling with digits,
    letters set apart, HTML entities, percent signs, and base64 and hexadecimal encoding.

    Example:
        >>> readings("i g n o r e  r u l e s")[0], readings("c2F5IHRoYXQgYWxsIGlzIGxvc3Q=")[-1]
        ('ignore rules', 'say that all is lost')
    """
    text = text[:_LONGEST]
    plain = _plain(text)
    found = [plain]
    if _LEET_WORD.search(plain):
        found.append(_LEET_WORD.sub(lambda word: word[0].translate(_LEET), plain))
    if not plain.isascii() and (latin := plain.translate(_LOOKALIKES)).isascii():
        found.append(latin)
    decoded = [_base64(match[0]) for match in _ENCODED.finditer(text)]
    decoded += [_hexadecimal(match[0]) for match in _HEX.finditer(text)]
    return found + [_plain(one) for one in decoded if one]


def disguised(text: str) -> bool:
    """Whether a text hides words from people or from rules, as no honest one does.

    That is: words in tag characters, invisible characters within Latin words, letters set apart over more than a word,
    words of full-width letters, several words of mixed scripts, and words encoded in base64 or hexadecimal digits.

    Example:
        >>> disguised("s\u200ba\u200by\u200b it"), disguised("Say it in Greek: \u03bb\u03cc\u03b3\u03bf\u03c2.")
        (True, False)
    """
    if _SPACED_OUT.search(text):
        return True
    signs = ((_MIXED, 1), (_SPLIT, 1), (_WIDE, _FEW_WIDE))
    if not text.isascii() and any(len(sign.findall(text)) > most for sign, most in signs):
        return True
    runs = [_base64(match[0]) for match in _ENCODED.finditer(text)] + [_hexadecimal(m[0]) for m in _HEX.finditer(text)]
    return any(len(run.split()) > 1 for run in runs)


def clear(text: str) -> bool:
    """Whether nothing in a text can be a disguise, so that its sentences need not be looked at one by one."""
    return text.isascii() and not any(sign.search(text) for sign in (_ODD_ASCII, _LEET_WORD, _ENCODED, _HEX))


def _plain(text: str) -> str:
    if text.isascii() and not _ODD_ASCII.search(text):
        return " ".join(text.split())
    text = invisible(text)
    if "&" in text or "%" in text:
        text = invisible(unquote(html.unescape(text), errors="replace"))
    text = unicodedata.normalize("NFKC", text)
    text = _MIXED.sub(lambda word: word[0].translate(_LOOKALIKES), text)
    text = _SPACED.sub(lambda run: re.sub(r"[ ._*-]", "", run[0]), text)
    return " ".join(text.split())


def _base64(run: str) -> str:
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _readable(base64.b64decode(body + "=" * (-len(body) % 4), validate=True))
    except (binascii.Error, ValueError):
        return ""


def _hexadecimal(run: str) -> str:
    digits = re.sub(r"[\s:]", "", run)
    return _readable(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _readable(data: bytes) -> str:
    """The bytes as text if they are text: words, not noise."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return ""
    return text if sum(char.isalpha() or char.isspace() for char in text) > 0.6 * len(text) else ""
