"""Noun phrases that point at something: "the country", "this type of form". English, by word lists; no parser."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from tacit.dialogue.decide.nouns import CLASSES, PARTS, singular

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["the", "this", "whose"]

TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?|[^\w\s]")
_GIVEN: Final = re.compile(r"\([^()]*[A-Z0-9][^()]*\)\W*$")
"""What the user was asked for: `tacit.dialogue.resolve.slots` puts it in brackets, most often at the end."""
_KINDS: Final[dict[str, Kind]] = {
    "the": "the", "this": "this", "that": "this", "these": "this", "those": "this",
    "its": "whose", "their": "whose", "his": "whose", "her": "whose",
}  # fmt: skip
_GRAMMAR: Final = """
a about according across after against all along also although am among an and any are aren't around as at be because
been before being below between both but by can can't cannot come could couldn't did didn't do does doesn't don't
during each either else ever every for from get gets give gives go goes had has hasn't have having he help helps her
here him his how however i if in including inside instead into is isn't it its itself just keep like look make makes
may me might more most must my need needs nor not of off on once one only onto or our out over per please rather same
shall she should since so such than that that's the their them then there these they this those through to too toward
towards under until up upon us use used uses using via was wasn't we were weren't what when where whether which while
who whom whose why will with within without won't would wouldn't yet you your
"""
GRAMMAR: Final = frozenset(_GRAMMAR.split())
_POINTING: Final = re.compile(r"(?:[a-z]{2,}est|only|main|most|least|best|worst|original|entire|whole|same|other)$")
_ACTIONS: Final = """
affect air allow apply begin broadcast built cause change charge come contain cost cover cut differ die do eat end
enter evolve exist expire fall file fit found go grow happen held hold include join know known last launch lead leave
lie live lose made mean mature move occur offer open operate originate own pay perform play premiere prevent protect
provide put reach refer require rise rule run said say scan sell sent serve shown sleep spoken stand start stay stop
support take taken teach tell took turn went became began gave got ran saw vary win won work written
"""
VERBS: Final = frozenset(_ACTIONS.split())
_IDIOMS: Final = re.compile(
    r"\b(?:by the way|along the way|in the (?:past|future|end|meantime|long run|first place|world|wild|same way)"
    r"|in that case"
    r"|at the (?:moment|time|same time|end)|at this (?:point|time)|all the time|on the other hand|of the time"
    r"|these days"
    r"|this (?:year|week|month|time|way)|the (?:stock (?:market|exchange)|law library|one|ones|same|rest|difference"
    r"|differences|world|internet|web|public))\b",
    re.IGNORECASE,
)
_BROAD: Final = frozenset({"TV", "US", "U", "S", "UK", "American"})
"""Names so broad that they do not pin down a class: "the TV series", "the US state"."""
_OFFICES: Final = """
attorney chief city county deputy district federal fire first foreign general health high home interior local municipal
national police premier prime public state superior supreme traffic vice
"""
_TITLES: Final = frozenset(_OFFICES.split())
"""Capitals of titles, of which there are many too: "the Prime Minister", "the Superior Court"."""
_OWNERS: Final = frozenset({"it", "them", "him", "her"})
_LONGEST: Final = 6
_INTRODUCE: Final = frozenset({"a", "an", "another", "my", "our", "some", "your"})
_AFTER: Final = frozenset({"of", "for", "in", "on", "at", "to", "from", "between", "with", "by", "about", "against"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase with a word in front that points: the, this, that, its.

    Attributes:
        kind: By that word: ``this`` for this, that, these and those, ``whose`` for possessives.
        words: After it, up to the noun, as written.
        head: The noun, singular, lower case.
        generic: Whether the noun names a class of many (see `tacit.dialogue.decide.nouns`).
        pinned: Whether the turn says which one: a name, a number, a superlative, an owner ("its capital": what "it" is
            may be open, its capital is not), a complement, what is in brackets behind it, or the same noun before it:
            "I saw a film. Who directed the film?".
    """

    kind: Kind
    words: tuple[str, ...]
    head: str
    generic: bool
    pinned: bool

    @property
    def noun(self) -> str:
        """The noun with what belongs to it: names, or the one word before it; the noun in the singular.

        Example:
            >>> phrases("Who wrote the books of the Prime Minister?")[-1].noun
            'Prime Minister'
        """
        words = [re.sub(r"['’]s?$", "", word) for word in self.words]
        named = [word for word in words[:-1] if word[0].isupper() or len(words) == 2]
        return " ".join([*named, words[-1] if words[-1][0].isupper() else self.head])


def phrases(text: str, classes: frozenset[str] = CLASSES) -> list[Phrase]:
    """The phrases of a text, in order.

    Args:
        text: Of one turn.
        classes: Nouns, singular and lower case, that name a class of many.

    Example:
        >>> [(p.kind, p.head, p.generic, p.pinned) for p in phrases("Who wrote the book, and why is the Seine brown?")]
        [('the', 'book', True, False), ('the', 'seine', False, True)]
    """
    return _read(text, classes)[0]


def introduced(text: str, classes: frozenset[str] = CLASSES) -> frozenset[str]:
    """The nouns, singular, that a text brings in with an article that does not point, or behind a name.

    Example:
        >>> sorted(introduced("I read of a book on the Hudson River, not the sea."))
        ['book', 'river']
    """
    return frozenset(_read(text, classes)[1])


def _read(text: str, classes: frozenset[str]) -> tuple[list[Phrase], set[str]]:
    tokens = TOKEN.findall(_IDIOMS.sub(" . ", text))
    given = _GIVEN.search(text) is not None
    introduced: set[str] = set()
    found: list[Phrase] = []
    for at, token in enumerate(tokens):
        word = token.lower()
        kind = _KINDS.get(word)
        run = _run(tokens, at + 1, classes) if kind or word in _INTRODUCE else []
        if kind and run and not (word == "that" and _plural(run[-1])):  # "that services", no pointer
            new = list(_phrases(kind, run, tokens, at + 1 + len(run), classes))
            found += [replace(each, pinned=True) if given or each.head in introduced else each for each in new]
        elif run:
            introduced.add(_noun(run[-1]))
        if at and token[0].isupper() and tokens[at - 1][0].isupper() and tokens[at - 1].lower() not in GRAMMAR:
            introduced.add(_noun(token))  # "Hudson River"
    return found, introduced


def _run(tokens: list[str], start: int, classes: frozenset[str]) -> list[str]:
    """The words up to the noun: before a word of grammar, and up to the last noun of a class if there is one."""
    run: list[str] = []
    for token in tokens[start : start + _LONGEST]:
        word = token.lower()
        verbal = word in VERBS or word.endswith(("ly", "ed"))
        if word in GRAMMAR or not token[0].isalnum() or (verbal and run and _noun(run[-1]) in classes):
            break
        run.append(token)
    known = [at for at, word in enumerate(run) if _noun(word) in classes]
    if known:
        return run[: known[-1] + 1]  # "the show rating" is as open as "the show"
    capital = [at for at, word in enumerate(run) if word[0].isupper()]
    if capital:
        return run[: capital[-1] + 1]  # "is the Seine brown"
    while len(run) > 1 and (run[-1].lower() in VERBS or run[-1].lower().endswith("ly")):
        run.pop()
    return run


def _plural(word: str) -> bool:
    return singular(word) != word.lower()


def _noun(word: str) -> str:
    return singular(re.sub(r"['’]s?$", "", word))


def _phrases(kind: Kind, run: list[str], tokens: list[str], end: int, classes: frozenset[str]) -> Iterator[Phrase]:
    """One phrase, or two for "the country's stadium"; the second is pinned, as it hangs on the first."""
    owner = next(
        (at for at, word in enumerate(run[:-1]) if "'" in word.replace("’", "'") and _noun(word) in classes), -1
    )
    if owner >= 0:
        yield _phrase(kind, run[: owner + 1], classes, pinned=False)
        yield _phrase("whose", run[owner + 1 :], classes, pinned=True)
    else:
        pinned = kind == "whose" or tokens[end : end + 1] == ["("]
        pinned = pinned or (kind == "the" and _complement(tokens, end, classes))
        yield _phrase(kind, run, classes, pinned=pinned)


def _phrase(kind: Kind, run: list[str], classes: frozenset[str], *, pinned: bool) -> Phrase:
    head = _noun(run[-1])
    generic = head in classes
    names = [word for word in (run[:-1] if generic else run) if word[0].isupper() or word[0].isdigit()]
    named = any(word.lower() not in _TITLES and word not in _BROAD for word in names) and head not in PARTS
    return Phrase(kind, tuple(run), head, generic, pinned or named or any(_POINTING.match(word) for word in run[:-1]))


def _complement(tokens: list[str], end: int, classes: frozenset[str]) -> bool:
    """Whether what follows says which one: "of X" with X a name, a pronoun or no class, "that ..."."""
    if end >= len(tokens):
        return False
    after = tokens[end].lower()
    if after in {"that", "who", "which", "where", "called", "named"}:
        return True
    if after == "of" and tokens[end + 1 : end + 2] and tokens[end + 1].lower() in _OWNERS:
        return True
    if after not in _AFTER:
        return False
    rest = [token for token in tokens[end + 1 : end + 5] if token[0].isalnum()]
    if after != "of":
        return any(token[0].isupper() or token[0].isdigit() for token in rest)
    content = [token for token in rest if token.lower() not in GRAMMAR]
    return bool(content) and _noun(content[0]) not in classes
