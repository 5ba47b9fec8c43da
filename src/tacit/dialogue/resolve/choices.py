"""Which of the options offered a reply picks: by number, by position, by name or a part of it, with typing errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.dialogue.text.stopwords import STOPWORDS
from tacit.dialogue.text.terms import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ORDINALS: Final = {
    name: at
    for at, names in enumerate(
        ["first 1st former", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th", "seventh 7th",
         "eighth 8th", "ninth 9th", "tenth 10th"]
    )
    for name in names.split()
} | {"last": -1, "latter": -1, "final": -1}  # fmt: skip
_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ALL: Final = frozenset({"both", "all", "either", "any", "each", "every", "whichever", "everything"})
_NONE: Final = frozenset({"neither", "none"})
_WORDS_AROUND: Final = """
a about also an and answer choice choose correct d do exactly fine for go good great hmm i in is item it just let like
ll maybe me mean meant no nope not of ok okay one ones only option options or pick please possibilities probably right s
sure take thank thanks that the them these think those to two three four want well with works would yeah yep yes you
number
"""
_AROUND: Final[frozenset[str]] = frozenset(_WORDS_AROUND.split())
"""Words that may stand around a pick by position or number: "I mean the second one, please"."""
_TYPED: Final = 4
"""Letters from which on a word with one edit is taken as typed badly: of names, many are two edits apart."""
_LONG: Final = 8
"""Letters from which on a word with two edits is."""


def by_position(reply: str, number: int) -> tuple[int, ...] | None:
    """Which options a reply picks by number, letter or position.

    Args:
        reply: What the user says.
        number: How many options there are.

    Returns:
        Places of the options, from 0, in the order said; empty if the reply turns all of them down; ``None`` if it says
        anything else.

    Example:
        >>> by_position("the second one, please", 3), by_position("b)", 3), by_position("1 and 3", 3)
        ((1,), (1,), (0, 2))
        >>> by_position("both", 2), by_position("neither", 2), by_position("the second world war", 3)
        ((0, 1), (), None)
    """
    said = [word.lower() for word in words(reply)]
    if not said or not number:
        return None
    named = set(said)
    if named <= _AROUND | _ALL and named & _ALL:
        return tuple(range(number))
    if named <= _AROUND | _NONE and named & _NONE:
        return ()
    picked: list[int] = []
    for at, word in enumerate(said):
        place = _place(word, alone=len(said) == 1 or said[at - 1] in {"option", "number", "answer", "choice"})
        if place is None:
            if word not in _AROUND:
                return None
            continue
        if not -number <= place < number:
            return None
        picked.append(place % number)
    return tuple(dict.fromkeys(picked)) or None


def _place(word: str, *, alone: bool) -> int | None:
    """A place from 0 on, -1 for the last one. Number words and "a" are ordinary words unless they stand alone."""
    if word in _ORDINALS:
        return _ORDINALS[word]
    if word.isdecimal() and word.isascii() and len(word) <= 2:  # longer ones are years
        return int(word) - 1 if int(word) else None
    if alone and word in _NUMBERS:
        return _NUMBERS.index(word)
    if len(word) == 1 and "a" <= word <= "h" and (alone or word not in _AROUND):
        return ord(word) - ord("a")
    return None


def by_name(reply: str, options: Sequence[str]) -> tuple[int, ...]:
    """Which options a reply names.

    A word names the options it occurs in, unless it occurs in all of them. Options that are named by fewer words than
    the best one are left out, so "the Canadian Pacific one" is not every Canadian one; in a reply with "and" or "or",
    each part names its own.

    Args:
        reply: What the user says.
        options: What was offered.

    Returns:
        Places of the options, from 0, in order; none if nothing, or everything, is named.

    Example:
        >>> options = ["domestic violence", "school violence", "gun violence"]
        >>> by_name("scool violence", options), by_name("domestic and gun violence", options)
        ((1,), (0, 2))
        >>> by_name("violence", options)
        ()
    """
    known = [_named(option) for option in options]
    shared = set.intersection(*known) if len(known) > 1 else set()
    found: set[int] = set()
    for part in re.split(r"\b(?:and|or)\b|[,;&/]", reply.lower()):
        counts = [_shared(_named(part) - shared, option - shared) for option in known]
        if best := max(counts, default=0):
            found.update(at for at, count in enumerate(counts) if count == best)
    return () if len(found) == len(options) > 1 and not shared else tuple(sorted(found))


def unexplained(reply: str, known: Iterable[str]) -> list[str]:
    """Words of a reply that say something and occur in none of the texts, typing errors allowed for.

    Words of grammar, of talking and of position ("the second one") say nothing.

    Example:
        >>> unexplained("the Israeli one, and its capital?", ["Israel", "Egypt"])
        ['capital']
    """
    texts = {word for text in known for word in _named(text)}
    return [
        word for word in sorted(_named(reply))
        if word not in _AROUND and word not in _ORDINALS and not _shared({word}, texts)
    ]  # fmt: skip


def _named(text: str) -> set[str]:
    return {word for word in map(str.lower, words(text)) if word not in STOPWORDS}


def _shared(said: Iterable[str], known: set[str]) -> int:
    return sum(word in known or any(_alike(word, other) for other in known) for word in said)


def _alike(one: str, other: str) -> bool:
    """Whether one word is the other typed badly. The first letter seldom is (Yannakoudakis and Fawthrop 1983)."""
    shorter = min(len(one), len(other))
    if shorter < _TYPED or one.isdecimal() or other.isdecimal() or one[0] != other[0]:
        return False
    most = 2 if shorter >= _LONG else 1
    return abs(len(one) - len(other)) <= most and _edits(one, other) <= most


def _edits(one: str, other: str) -> int:
    """Letters to put in, take out, change or swap with the next (Damerau 1964): the optimal string alignment."""
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and against == one[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
