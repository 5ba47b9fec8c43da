"""Names that stand in a text exactly so: options, commands, functions, files, signs, whatever is in quotation marks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from tacit.dialogue.text.stopwords import STOPWORDS
from tacit.dialogue.text.terms import named_at

_NAME: Final = re.compile(
    r"(?<!\S)[\"“‘`'(]*(?:"
    r"(?P<option>--?[^\W\d_][\w-]*)"
    r"|(?P<call>[^\W\d]\w*(?:\.\w+)*)\(\S*?\)"
    r"|(?P<joined>[^\W_]\w*(?:[-./:@]\w+)+|__\w+__|\w*[^\W_]_\w+|[^\W\d_]+[a-z][A-Z]\w*)"
    r")[\"”’`')]*(?=[\s.,;:?!)]|$)"
    r"|(?<![^\W_])(?:`(?P<code>[^`\n]{1,60})`|[\"“](?P<quoted>[^\"”\n]{1,60})[\"”])"
    r"|(?<!\S)(?P<sign>[%&|^~@<>=!+*/\\-]{1,3})(?=\s)"
)
_WORD: Final = re.compile(r"[^\W_]+")
_LAST: Final = 0.5
"""What it counts where only the last part of a name stands: ``split`` for ``str.split``."""


@lru_cache(maxsize=1024)
def names(text: str) -> tuple[str, ...]:
    """The names in a text, in order, each once.

    Args:
        text: What somebody asks.

    Example:
        >>> names("What does `--dry-run` do, and what str.split() or __init__ with rag-eval?")
        ('--dry-run', 'str.split', '__init__', 'rag-eval')
        >>> names("Is the % operator a long word?")
        ('%',)
        >>> names("How does the for loop work?")
        ('for',)
    """
    found = [next(group for group in match.groups() if group) for match in _NAME.finditer(text)]
    lower = text.lower()
    found += [word[0] for at in sorted(named_at(lower)) if (word := _WORD.match(lower, at)) and word[0] in STOPWORDS]
    return tuple(dict.fromkeys(name.strip().removesuffix("()") for name in found if name.strip()))


def share_named(wanted: tuple[str, ...], text: str) -> float:
    """The share of some names that stand in a text exactly so; 0 if none are wanted.

    Example:
        >>> share_named(("--json", "str.split"), "Only --json"), share_named(("str.split",), "Then split it.")
        (0.5, 0.5)
    """
    if not wanted:
        return 0.0
    lower = text.lower()
    return sum(_held(name.lower(), lower) for name in wanted) / len(wanted)


def _held(name: str, lower: str) -> float:
    if name in STOPWORDS or not any(map(str.isalnum, name)):  # which stand everywhere, or beside other signs
        return float(any(f"{mark}{name}{mark}" in lower for mark in "\"`'") or f"“{name}”" in lower)
    if name in lower and _standing(name).search(lower):
        return 1.0
    last = name.rpartition(".")[2]
    return _LAST if last != name and last in lower and _standing(last).search(lower) else 0.0


@lru_cache(maxsize=1024)
def _standing(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
