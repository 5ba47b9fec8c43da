"""Texts as the checks compare them: words, masked numbers, and exact tests of shares."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from tacit.report.text import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST: Final = 2_000
"""Characters of a text that are looked at."""
NUMBER: Final = "#"
_WORD: Final = re.compile(r"\w+(?:['’-]\w+)*")
_REMEMBERED: Final = 1 << 16


@lru_cache(_REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """The words of a text without case and punctuation.

    Example:
        >>> words("A dog -- isn't it?  A DOG!")
        ('a', 'dog', "isn't", 'it', 'a', 'dog')
    """
    return tuple(_WORD.findall(text[:LONGEST].casefold()))


@cache
def _value_of(language: str) -> Callable[[str], int | None]:
    module = f"tacit.captions.detect.rules.{language}"
    if not language.isalpha() or find_spec(module) is None:
        return lambda _: None
    found: Callable[[str], int | None] = import_module(f"{module}.words").value_of
    return found


@lru_cache(_REMEMBERED)
def masked(text: str, language: str) -> tuple[str, ...]:
    """The words of a text with every number replaced, so that texts that differ in a number alone are the same.

    Example:
        >>> masked("There are two dogs and 3 cats", "en")
        ('there', 'are', '#', 'dogs', 'and', '#', 'cats')
    """
    value = _value_of(language)
    return tuple(NUMBER if word.isdigit() or value(word) is not None else word for word in words(text))


def shown(text: str, most: int = 60) -> str:
    """A piece of a text as it may stand in an explanation: visible and short."""
    return f"“{shorten(visible(' '.join(text[: 4 * most].split())), most)}”"


def more_often(k: int, n: int, others_k: int, others_n: int) -> float:
    """How likely so many or more would be if the share were the same as among the others.

    Fisher's exact test, one-sided: the upper tail of the hypergeometric distribution (Fisher 1935, JRSS 98:39-82).

    Args:
        k: Cases of the one.
        n: Out of so many.
        others_k: Cases of the others.
        others_n: Out of so many.

    Returns:
        The p value.

    Example:
        >>> round(more_often(3, 4, 1, 4), 4)
        0.2429
    """
    from scipy.stats import hypergeom

    return float(hypergeom.sf(k - 1, n + others_n, k + others_k, n))
