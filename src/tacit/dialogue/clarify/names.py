"""Names in passages that are one of what a noun names: "Yiddish is a language", "the Nile River". English.

A name counts for a noun if a passage says so: "Yiddish is a language", "the Nile River", "countries such as Egypt",
"the Superior Court of Tulare", a title "Nutcracker (film)", or a name as the title of a text on "the film". The first
patterns are Hearst's (1992, Automatic acquisition of hyponyms from large text corpora, section 2).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from tacit.dialogue.clarify.ask import plural
from tacit.dialogue.text.stopwords import STOPWORDS
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.dialogue.records import Passage

_LONGEST: Final = 60
_READ: Final = 6_000
"""Characters of a passage that are read."""
_TITLE: Final = 200
"""Characters of a title that are read."""
_PLACES: Final = 8
"""Times the noun is looked up in a passage."""
_AROUND: Final = 120
"""Characters around the noun in which a name is looked for."""
_WORD: Final = r"[A-Z][\w&'’-]{0,30}(?:\.\w[\w&'’-]{0,30}){0,3}"
_NAME: Final = rf"{_WORD}(?: (?:(?:of|the|de) )?(?:{_WORD}|\d{{1,4}})){{0,4}}"
_MARKUP: Final = re.compile(r"<[^<>]{0,200}>|[`*_#|\[\]{}<>\\]|https?:\S+|\s+")
_TITLE_END: Final = re.compile(r" ?(?:\([^()]*\)?| [|»·–—-] .*)$")
_PATH: Final = " > "
"""What stands between the title of a document and its headings."""
_PLAIN: Final = re.compile(rf"{_WORD}(?: (?:the )?(?:{_WORD}|\d{{1,4}})){{0,3}}")
"""A title that is a name and nothing else."""
_NO_TITLE: Final = re.compile(
    r"(?i)(?:list|lists|history|about|faqs?|frequently|overview|introduction|index|how|what|why|when|who|getting)\b"
)
_HEADING: Final = re.compile(r"\b(?:an?|your|my|our|with|to|and)\b")
"""What headings hold and names seldom do: "Train a small model"."""
_LISTED: Final = re.compile(r", (?:and |or )?| or ")
_EDGE: Final = re.compile(
    r"^(?:the|this|that|these|those|in|on|at|for|from|if|when|while|some|many|most|other|an?|it|its|each|any|all"
    r"|every|our|your|as|by|to|and|but|or|no|not|one|new|best|main|supporting|former|second|third|such|what|which|how|who|where"
    r"|why|is|are|see|first|under|with)\b\s*",
    re.IGNORECASE,
)


def instances(passages: Sequence[Passage], noun: str, known: str = "") -> list[str]:
    """Names in passages of what a noun names.

    Those that more passages give come first, then those of better passages; of two with the same words, the better one
    stays. They are plain text in one line, without markup; whoever shows them escapes them as any text.

    Args:
        passages: Best first.
        noun: In the singular, with the words before it that belong to it: ``Prime Minister``.
        known: Names made of these words alone are left out: they tell nothing new.

    Example:
        >>> from tacit.dialogue.records import Passage
        >>> instances([Passage("a", "Yiddish is a language."), Passage("b", "The Basque language is old.")], "language")
        ['Yiddish', 'Basque language']
    """
    said = set(content(known)) | set(content(plural(noun)))
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for rank, passage in enumerate(passages):
        for name in _names(passage, noun):
            key = " ".join(content(name))
            if key and not set(key.split()) <= said:
                counts[key] += 100 - rank
                shown.setdefault(key, name)
    chosen: dict[str, set[str]] = {}
    for key, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        words = set(key.split())
        if not any(words <= other or words >= other for other in chosen.values()):
            chosen[shown[key]] = words
    return list(chosen)


def _noun(focus: str) -> re.Pattern[str]:
    last = focus.rsplit(maxsplit=1)[-1]
    return re.compile(rf"\b(?:{re.escape(last)}|{re.escape(plural(last))})\b", re.IGNORECASE)


@lru_cache(maxsize=64)
def _patterns(focus: str) -> tuple[re.Pattern[str], ...]:
    last = focus.rsplit(maxsplit=1)[-1]
    noun, many, whole = re.escape(last), re.escape(plural(last)), re.escape(focus)
    return tuple(
        re.compile(pattern)
        for pattern in (
            rf"({_NAME})(?: \([^()]{{0,60}}\))?,? (?:is|was|are|were|as|became) (?:an?|the"
            rf"|one of the) (?:[\w'’-]+ ){{0,4}}?"
            rf"(?i:{noun}|{many})\b(?!['’])",
            rf"\b(?i:{many})\b,? (?:such as|like|including|namely) ({_NAME}(?:, {_NAME}){{0,5}}(?:,? (?:and"
            rf"|or) {_NAME})?)",
            rf"({_NAME}) (?:and|or) other (?:\w+ )?(?i:{many})\b",
            rf"(?<!\b[Aa] )(?<!\b[Aa]n )\b({_NAME} (?:{noun.capitalize()}|(?i:{whole})))\b",
            rf"\b((?:{_NAME} )?(?:{noun.capitalize()}|(?i:{whole})) (?:of|for) (?:the )?{_NAME})",
        )
    )


@lru_cache(maxsize=4096)
def _names(passage: Passage, focus: str) -> tuple[str, ...]:
    """Names that a passage gives, kept for the turns to come."""
    return tuple(dict.fromkeys(_found(passage, focus)))


def _found(passage: Passage, focus: str) -> Iterator[str]:
    """Its title if that holds the noun or says its kind, and the names of the patterns.

    A longer name that holds the title is the title with words before or behind it: "Visitors of Kew Gardens".
    """
    text, noun = " ".join(passage.text[:_READ].split()), _noun(focus)
    own = _titled(" ".join(passage.title[:_TITLE].split()), text, focus)
    if own:
        yield own
    until = -1
    for match in islice(noun.finditer(text), _PLACES):
        if match.start() > until:
            until = match.end() + _AROUND
            near = text[max(match.start() - _AROUND, 0) : until]
            for pattern in _patterns(focus):
                for found in pattern.finditer(near):
                    for name in filter(None, map(_clean, _LISTED.split(found[1]))):
                        if not (own and own in name):
                            yield name


def _titled(title: str, text: str, focus: str) -> str:
    """The part of a title, of a document and of the headings in it, that names one of what the noun names, or ""."""
    for part in title.split(_PATH):
        name = _TITLE_END.sub("", part)
        if _NO_TITLE.match(name) or _HEADING.search(name):
            continue
        known = _PLAIN.fullmatch(name) and name in text and _stands_for(focus).search(text)
        if (known or _headed(focus).search(part)) and (found := _clean(name)):
            return found
    return ""


@lru_cache(maxsize=64)
def _headed(focus: str) -> re.Pattern[str]:
    """A title with the noun as its head: "Hudson River", "Nutcracker (film)", "Museum of Toys", not "Film makers"."""
    last = re.escape(focus.rsplit(maxsplit=1)[-1])
    return re.compile(rf"\b(?i:{last})\b(?=\W*$| (?:of|for|at|in)\b| \(?[A-Z0-9]|\W*[)|»·–—:-])")


@lru_cache(maxsize=64)
def _stands_for(focus: str) -> re.Pattern[str]:
    """How a text speaks of what its title names: "she is an actor", "the film stars"."""
    last = re.escape(focus.rsplit(maxsplit=1)[-1])
    return re.compile(
        rf"\b(?:he|she|it) (?:is|was) (?:an?|the) (?:[\w'’-]+ ){{0,4}}?{last}\b(?!['’])"
        rf"|\bthe {last}(?:['’]s)? (?!of\b|in\b)",
        re.IGNORECASE,
    )


def _clean(name: str) -> str:
    """A name in one line, without markup and words of grammar in front; empty if nothing is left that names."""
    name = _MARKUP.sub(" ", name).strip(" .,;:'’\"-–—()?!")
    while (cut := _EDGE.sub("", name)) != name:
        name = cut
    name = " ".join(name.split())
    return name if 2 < len(name) <= _LONGEST and name[0].isupper() and name.lower() not in STOPWORDS else ""
