"""Values that sentences state: numbers, years, names; what two statements of the same thing can differ in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from tacit.dialogue.text.stopwords import STOPWORDS

Kind = Literal["number", "year", "name"]

_NUMBER: Final = re.compile(r"(?<![\w.])(?:[$€£]\s?)?\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th)?\b")
_YEAR: Final = re.compile(r"(?:1\d|20)\d\d")
_UP_TO_TWENTY: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty
"""
_SPELT: Final = {word: str(at) for at, word in enumerate(_UP_TO_TWENTY.split())} | {
    "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100", "thousand": "1000", "million": "1000000"
}  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_]+")
_NAME: Final = re.compile(r"\b[A-Z][\w&'’-]*(?:(?:\s+(?:of|the|de)\s+|\s+)[A-Z][\w&'’-]*)*")


@dataclass(frozen=True, slots=True)
class Value:
    """A value and its kind; `text` is in the one form in which equal values are equal.

    Example:
        >>> sorted(value.text for value in values("In 1998 three of 1,200 people left New York."))
        ['1200', '1998', '3', 'new york']
    """

    kind: Kind
    text: str


@lru_cache(maxsize=4096)
def values(sentence: str) -> frozenset[Value]:
    """The values of a sentence. A capital that only begins the sentence makes no name."""
    found = set()
    for match in _NUMBER.finditer(sentence):
        digits = re.sub(r"[^\d.]", "", match[0]).rstrip(".")
        found.add(Value("year" if _YEAR.fullmatch(match[0]) else "number", digits))
    found |= {Value("number", _SPELT[word]) for word in _WORD.findall(sentence.lower()) if word in _SPELT}
    for match in _NAME.finditer(sentence):
        words = re.sub(r"['’]s\b", "", match[0]).split()
        start = not re.search(r"[^\W_]", sentence[: match.start()])
        if start or words[0].lower() in STOPWORDS:  # the first word of a sentence is no name by its capital alone
            words = words[1:] if words[0].lower() in STOPWORDS or len(words) == 1 else words
        name = " ".join(words).lower()
        if len(name) > 1 and name not in STOPWORDS:
            found.add(Value("name", name))
    return frozenset(found)


def states(sentence: frozenset[Value], value: Value) -> bool:
    """Whether a sentence states a value; part of a longer name is the same name."""
    return any(
        other.kind == value.kind
        and (other.text == value.text or (value.kind == "name" and _part(other.text, value.text)))
        for other in sentence
    )


def _part(one: str, other: str) -> bool:
    first, second = set(one.split()), set(other.split())
    return first <= second or second <= first
