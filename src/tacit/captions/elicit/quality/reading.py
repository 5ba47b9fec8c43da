"""What an English text denies, counts, places and dates, read by simple matching of nouns.

Made for precision: a phrase that is not of one of the plain forms is not read at all. Two texts are compared only by
what was read of both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from tacit.captions.detect.rules.en.words import value_of
from tacit.captions.elicit.quality.texts import LONGEST

ENGLISH: Final = frozenset({"en"})

_TOKEN: Final = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*|[.,;:!?()\n]")
_STOPS: Final = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "his", "her", "their", "its", "my", "our", "your", "each",
    "every", "another", "some", "any", "other", "others", "either", "and", "or", "but", "nor", "so", "while", "as",
    "than", "because", "though", "although", "if", "when", "who", "whom", "which", "whose", "what", "where", "in",
    "on", "at", "of", "to", "from", "by", "with", "without", "into", "onto", "over", "under", "above", "below",
    "behind", "beside", "near", "next", "between", "among", "around", "through", "across", "along", "against",
    "inside", "outside", "before", "after", "during", "until", "till", "since", "for", "about", "off", "up", "down",
    "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did", "can", "could",
    "will", "would", "may", "might", "must", "should", "isn't", "aren't", "i", "you", "he", "she", "it", "we",
    "they", "him", "them", "me", "us", "himself", "herself", "itself", "themselves", "there", "here", "not", "no",
    "never", "only", "just", "also", "too", "very", "still", "yet", "already", "now", "then", "both", "all", "more",
    "most", "much", "visible", "present", "anywhere", "else", "nearby", "shown", "seen", "left", "right",
})  # fmt: skip
"""Words at which a noun phrase ends."""
_DETERMINERS: Final = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "his", "her", "their", "its", "one", "another", "some",
    "any",
})  # fmt: skip
_IRREGULAR: Final = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "feet": "foot", "teeth": "tooth",
    "mice": "mouse", "geese": "goose", "knives": "knife", "leaves": "leaf", "shelves": "shelf", "wolves": "wolf",
    "calves": "calf", "halves": "half", "buses": "bus", "glasses": "glasses", "shoes": "shoe", "horses": "horse",
    "houses": "house", "vases": "vase", "axes": "axe", "tomatoes": "tomato", "potatoes": "potato",
}  # fmt: skip
_ENDS: Final = frozenset(".,;:!?()\n")
_IS: Final = frozenset({"is", "are", "was", "were", "isn't", "aren't", "wasn't", "weren't"})
_WHOLE: Final = frozenset({"and", "or", "but", "visible", "present", "anywhere", "here"})
"""Words after a thing that is there, or not there, anywhere in the picture."""
_MOST: Final = 4
"""Words of the longest noun phrase that is read."""


@lru_cache(1 << 16)
def lemma(noun: str) -> str:
    """The singular of a noun, roughly; what matters is that both forms give the same.

    Example:
        >>> [lemma(n) for n in ("dogs", "people", "benches", "puppies", "bus", "grass", "horses")]
        ['dog', 'person', 'bench', 'puppy', 'bus', 'grass', 'horse']
    """
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if len(noun) > 4 and noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("ches", "shes", "sses", "xes")):
        return noun[:-2]
    return noun[:-1] if len(noun) > 3 and noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun with the words before it.

    Attributes:
        noun: Singular.
        plain: Whether nothing stands before the noun that narrows it down.
        plural: Whether it stood in the plural.
        last: Index of the noun among the tokens.
    """

    noun: str
    plain: bool
    plural: bool
    last: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a text.

    Attributes:
        denied: Things said not to be there, with whether that is said of the whole picture.
        present: Things said to be there, with a determiner or a number.
        amounts: Things with a number, of all there are or not: “two dogs on the grass”.
        counted: Things whose number in the whole picture is given: “there are two dogs”.
        many: Things of which there are said to be several.
        placed: Which thing is said to be where of which: ``("dog", "left", "tree")``.
        timed: Which event the moment is said to be before or after: ``("before", "race")``.
    """

    denied: tuple[tuple[str, bool], ...]
    present: frozenset[str]
    amounts: tuple[tuple[str, int], ...]
    counted: tuple[tuple[str, int], ...]
    many: frozenset[str]
    placed: tuple[tuple[str, str, str], ...]
    timed: tuple[tuple[str, str], ...]


def _phrase(tokens: list[str], at: int, *, many: bool = False) -> Phrase | None:
    """The noun phrase without determiner that begins at a token; after a number, up to its first plural."""
    # “A dog runs”: after “a” no plural follows, so that the word with an s is the verb.
    singular = at > 0 and tokens[at - 1] in {"a", "an"}
    end = at
    while end < len(tokens) and end - at < _MOST and tokens[end] not in _STOPS and tokens[end] not in _ENDS:
        word = tokens[end]
        if end > at and word.endswith(("ing", "ly")):
            break
        if end > at and singular and word.endswith("s") and not word.endswith(("ss", "us", "is")):
            break
        end += 1
        if many and lemma(word) != word:
            break
    if end == at or end - at == _MOST:
        return None
    word = tokens[end - 1]
    noun = lemma(word)
    return Phrase(noun, end - at == 1, noun != word, end - 1) if noun.isalpha() and len(noun) > 1 else None


def _named_picture(tokens: list[str], at: int) -> bool:
    """Whether “in the picture” stands from a token on."""
    rest = tokens[at : at + 3]
    return rest[:1] in (["in"], ["on"]) and bool({"picture", "image", "photo", "photograph", "scene"} & set(rest))


def _whole_picture(tokens: list[str], at: int) -> bool:
    """Whether what stands from a token on leaves a statement about all of the picture."""
    after = tokens[at] if at < len(tokens) else "."
    return after in _ENDS or after in _WHOLE or _named_picture(tokens, at)


def _after_there_is(tokens: list[str], at: int) -> bool:
    """Whether “there are” stands just before a token, or a word further back: “there are exactly two dogs”."""
    before = tokens[max(at - 3, 0) : at]
    return any(one == "there" and two in _IS for one, two in pairwise(before))


_NOT_THERE: Final = frozenset({"of", "like", "as", "no", "without", "for", "not"})
"""Words before a thing that need not be there: like a dog, a statue of a dog."""
_SIDES: Final = re.compile(
    r"\b(?:the|a|an|one) ([a-z]+)(?: (?:is|are|sits?|stands?|lies|sitting|standing|lying|parked))?"
    r" (?:(?:to|on|at) the (left|right) of|(above|below|behind|in front of)) (?:the|a|an) ([a-z]+)\b(?! [a-z]+ing)"
)
OPPOSITES: Final = {
    "left": "right", "right": "left", "above": "below", "below": "above", "behind": "in front of",
    "in front of": "behind",
}  # fmt: skip


def _denied(tokens: list[str]) -> list[tuple[str, bool]]:
    found = []
    for at, word in enumerate(tokens):
        before = tokens[at - 1] if at else ""
        if word in {"any", "a", "an"}:
            denies = before in {"not", "without"} or before.endswith("n't")
        else:
            denies = word == "no" or (word == "without" and tokens[at + 1 : at + 2] not in (["a"], ["an"], ["any"]))
        phrase = _phrase(tokens, at + 1) if denies else None
        if phrase is not None:
            # “The dog has no collar” denies the dog a collar, not the picture: others in it may wear one.
            of_all = (
                at == 0 or before in _ENDS or _after_there_is(tokens, at) or _named_picture(tokens, phrase.last + 1)
            )
            whole = phrase.plain and of_all and _whole_picture(tokens, phrase.last + 1)
            found.append((phrase.noun, whole and "without" not in {word, before}))
    return found


@dataclass(slots=True)
class _Named:
    present: set[str]
    amounts: list[tuple[str, int]]
    counted: list[tuple[str, int]]
    many: set[str]


def _named(tokens: list[str]) -> _Named:
    """What has a determiner or a number, unless it is only compared with, shown in a picture, or lacking."""
    found = _Named(set(), [], [], set())
    for at, word in enumerate(tokens):
        value = value_of(word)
        if (at and tokens[at - 1] in _NOT_THERE) or (word not in _DETERMINERS and value is None):
            continue
        phrase = _phrase(tokens, at + 1, many=value is not None and value > 1)
        if phrase is None:
            continue
        if phrase.plain:
            found.present.add(phrase.noun)
        if phrase.plural:
            found.many.add(phrase.noun)
        if value is not None and value > 1:
            found.amounts.append((phrase.noun, value))
            if phrase.plain and _whole_picture(tokens, phrase.last + 1) and _after_there_is(tokens, at):
                found.counted.append((phrase.noun, value))
    return found


def _timed(tokens: list[str]) -> list[tuple[str, str]]:
    found = []
    for at, word in enumerate(tokens):
        if word in {"before", "after"}:
            phrase = _phrase(tokens, at + 1 + (tokens[at + 1 : at + 2] != [] and tokens[at + 1] in _DETERMINERS))
            if phrase is not None:
                found.append((word, phrase.noun))
    return found


@lru_cache(1 << 14)
def read(text: str) -> Reading:
    """Read a text.

    Args:
        text: An answer in English.

    Example:
        >>> read("There are two dogs, but no cats in the picture.").counted
        (('dog', 2),)
        >>> read("There are two dogs, but no cats in the picture.").denied
        (('cat', True),)
        >>> read("A dog is to the left of a tree, before the race.").placed
        (('dog', 'left', 'tree'),)
    """
    low = text[:LONGEST].lower().replace("’", "'")
    tokens = _TOKEN.findall(low)
    denied, named = _denied(tokens), _named(tokens)
    return Reading(
        tuple(denied),
        frozenset(named.present - {noun for noun, _ in denied}),
        tuple(named.amounts),
        tuple(named.counted),
        frozenset(named.many),
        tuple((lemma(a), side or other, lemma(b)) for a, side, other, b in _SIDES.findall(low)),
        tuple(_timed(tokens)),
    )


def may_deny(text: str) -> bool:
    """Whether a text holds the letters of a denial; most do not, and need not be read."""
    low = text.lower()
    return "no" in low or "n't" in low or "n’t" in low or "without" in low


@lru_cache(1 << 14)
def _forms(noun: str) -> re.Pattern[str]:
    plural = next((many for many, one in _IRREGULAR.items() if one == noun), None)
    usual = noun[:-1] + "ies" if noun.endswith("y") else noun + "e?s"
    return re.compile(rf"\b(?:{re.escape(noun)}|{plural or usual})\b", re.IGNORECASE)


def mentions(text: str, noun: str) -> bool:
    """Whether a text names a thing other than to deny it.

    Args:
        text: An answer in English.
        noun: Singular.

    Example:
        >>> mentions("Two dogs run.", "dog"), mentions("There are no dogs.", "dog"), mentions("A hotdog.", "dog")
        (True, False, False)
    """
    # The plain search is the one that is made 50,000 times; all but a few texts end here.
    if noun[:-1] not in text and noun[:-1].capitalize() not in text:
        return False
    named = len(_forms(noun).findall(text[:LONGEST]))
    if not may_deny(text):
        return named > 0
    return named > sum(denied == noun for denied, _ in read(text).denied)
