"""Terms, the units of lexical search: words in lower case, stemmed.

All engines index these, made here, so a weight means the same in each of them. The stemmer is Snowball's for English
(Porter 2, https://snowballstem.org/algorithms/english/stemmer.html).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from tacit.dialogue.text.stopwords import QUALIFIERS, STOPWORDS
from tacit.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD: Final = re.compile(r"[^\W_]+")
_QUOTED: Final = re.compile(r"(?<![^\W_])[\"“‘`'](?P<name>[^\W\d_]+(?: [^\W\d_]+)?)[\"”’`'](?![^\W_])")
_MARKS: Final = ('"', "“", "‘", "`", " '")
_CALLED: Final = re.compile(
    r"\b(?:the|an?)\s+(?P<name>[^\W\d_]+)\s+(?:statement|clause|loop|keyword|operator|command|option|flag|function|"
    r"method|parameter|argument|directive|expression|word)s?\b"
)
_DOES: Final = re.compile(r"\bwhat (?:does|do) (?P<name>[^\W\d_]+) (?:do|mean)\b")
_LONGEST: Final = 60
"""Longer terms are cut: they are hashes and encoded data, and engines refuse terms of some kilobytes."""


@cache
def _stemmer() -> Callable[[str], str]:
    try:
        import Stemmer
    except ImportError as error:
        raise MissingExtraError("Searching documents", "dialogue") from error
    stem: Callable[[str], str] = Stemmer.Stemmer("english").stemWord
    return stem


@cache
def _stopped() -> frozenset[str]:
    stem = _stemmer()
    return frozenset(STOPWORDS) | {stem(word) for word in STOPWORDS}


class _Stems(dict[str, str]):
    """Stems of the words met so far; a corpus repeats its words, so nearly all of the work is a look-up."""

    def __missing__(self, word: str) -> str:
        stem = _stemmer()(word)[:_LONGEST]
        if len(self) < 1_000_000:
            self[word] = stem
        return stem


_STEMS: Final = _Stems()


def words(text: str) -> list[str]:
    """The words of a text, as written: runs of letters and digits.

    Example:
        >>> words("It's the B1-course, v2.0!")
        ['It', 's', 'the', 'B1', 'course', 'v2', '0']
    """
    return _WORD.findall(text)


def terms(text: str) -> list[str]:
    """The terms of a text, in order, repeated as they occur; this is what engines index.

    Raises:
        MissingExtraError: If the stemmer is not installed.

    Example:
        >>> terms("Where do guinea pigs sleep?")
        ['where', 'do', 'guinea', 'pig', 'sleep']
    """
    stems = _STEMS
    return [stems[word] for word in _WORD.findall(text.lower())]


def is_stopped(term: str) -> bool:
    """Whether a term is a word of grammar or of talking.

    Example:
        >>> is_stopped("with"), is_stopped("llama")
        (True, False)
    """
    return term in _stopped()


def content(text: str) -> list[str]:
    """The terms that say what a text is about: `terms` without words of grammar and of talking.

    Where such a word is named, not used, it stays: in quotation marks, or as in "the with statement".

    Example:
        >>> content("Could you tell me where guinea pigs sleep?")
        ['guinea', 'pig', 'sleep']
        >>> content("What is the with statement?"), content('It tests whether "is" is meant.')
        (['with', 'statement'], ['test', 'whether', 'is', 'meant'])
    """
    stopped, stems, lower = _stopped(), _STEMS, text.lower()
    named = named_at(lower)
    if not named:
        return [term for term in terms(lower) if term not in stopped]
    return [stems[word[0]] for word in _WORD.finditer(lower) if stems[word[0]] not in stopped or word.start() in named]


def named_at(lower: str) -> set[int]:
    """Where words begin that are named, not used, in a text in lower case.

    Example:
        >>> named_at("what does the with statement do?")
        {14}
    """
    found: set[int] = set()
    if any(mark in lower for mark in _MARKS):
        for quoted in _QUOTED.finditer(lower):
            found.update(quoted.start("name") + word.start() for word in _WORD.finditer(quoted["name"]))
    for pattern in (_CALLED, _DOES) if "what do" in lower else (_CALLED,):
        found.update(match.start("name") for match in pattern.finditer(lower) if match["name"] not in QUALIFIERS)
    return found
