"""What the user may have meant: names in the passages that are one of what the turn leaves open. English.

A name counts for an open noun if a passage says so: "Yiddish is a language", "the Nile River", "countries such as
Egypt", "the Superior Court of Tulare", a title "Nutcracker (film)", or a name as the title of a text on "the film". The
first patterns are Hearst's (1992, Automatic acquisition of hyponyms from large text corpora, section 2).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from tacit.dialogue.clarify.ask import plural
from tacit.dialogue.decide.reading import DEPTH
from tacit.dialogue.decide.signals.definite import open_phrases
from tacit.dialogue.text.stopwords import STOPWORDS
from tacit.dialogue.text.terms import content, terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.dialogue.protocols import Situation
    from tacit.dialogue.records import Passage

MOST: Final = 6
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
_PLAIN: Final = re.compile(rf"{_WORD}(?: (?:the )?(?:{_WORD}|\d{{1,4}})){{0,3}}")
"""A title that is a name and nothing else."""
_NO_TITLE: Final = re.compile(
    r"(?i)(?:list|lists|history|about|faqs?|frequently|overview|introduction|index|how|what|why|when|who|getting)\b"
)
_LISTED: Final = re.compile(r", (?:and |or )?| or ")
_EDGE: Final = re.compile(
    r"^(?:the|this|that|these|those|in|on|at|for|from|if|when|while|some|many|most|other|an?|it|its|each|any|all"
    r"|our|your|as|by|to|and|but|or|no|not|one|new|best|main|supporting|former|second|third|such|what|which|how|who|where"
    r"|why|is|are|see|first|under|with)\b\s*",
    re.IGNORECASE,
)


def focus(situation: Situation) -> str:
    """The noun that a turn leaves open, as the user wrote it, in the singular; empty if none is found.

    Of several the one that was not mentioned before, then the last: "the author of the book".
    """
    said = {term for turn in situation.history for term in terms(turn.text)}
    found = open_phrases(situation)
    fresh = [phrase for phrase in found if not set(terms(phrase.head)) & said] or found
    if not fresh:
        return ""
    words = [re.sub(r"['’]s?$", "", word) for word in fresh[-1].words]
    named = [word for word in words[:-1] if word[0].isupper() or len(words) == 2]
    return " ".join([*named, words[-1] if words[-1][0].isupper() else fresh[-1].head])


def options(situation: Situation, focus: str) -> tuple[str, ...]:
    """Names in the passages found that the open noun may stand for; 2 to 6 of them, or none.

    Names that more passages give come first, then those of better passages. They are plain text in one line, without
    markup; whoever shows them escapes them as any text.

    Args:
        situation: The turn.
        focus: What `focus` gave.
    """
    if not focus:
        return ()
    asked, noun = set(content(situation.turn)) | set(content(plural(focus))), _noun(focus)
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for rank, hit in enumerate(situation.hits[:DEPTH]):
        for name in dict.fromkeys(_names(hit.passage, focus, noun)):
            key = " ".join(content(name))
            if key and not set(key.split()) <= asked:
                counts[key] += 100 - rank
                shown.setdefault(key, name)
    chosen: list[str] = []
    for key, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        words = set(key.split())
        if not any(
            words <= set(other.split()) or words >= set(other.split())
            for other in (" ".join(content(name)) for name in chosen)
        ):
            chosen.append(shown[key])
    return tuple(chosen[:MOST]) if len(chosen) > 1 else ()


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


def _names(passage: Passage, focus: str, noun: re.Pattern[str]) -> Iterator[str]:
    """Names that a passage gives: its title if that holds the noun or says its kind, and those of the patterns.

    A longer name that holds the title is the title with words before or behind it: "Visitors of Kew Gardens".
    """
    text = " ".join(passage.text[:_READ].split())
    whole = " ".join(passage.title[:_TITLE].split())
    title = _TITLE_END.sub("", whole)
    spoken = noun.search(whole) or (_PLAIN.fullmatch(title) and _stands_for(focus).search(text))
    own = _clean(title) if spoken and not _NO_TITLE.match(title) else ""
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
