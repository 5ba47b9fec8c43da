"""Which sentences of a passage bear on a question: what else stands on a page is shown to no model, and proves nothing.

That needs no idea of how an instruction sounds: what was planted speaks of something else than what was asked.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_FEW: Final = 2
"""Sentences of which a term may be in all without being the subject."""
_GOES_ON: Final = re.compile(
    r"[-*•+|>]|\(?\d{1,3}[.)]|\(?[a-z][.)]\s|(?:It|They|He|She|This|These|Those|Its|Their|His|Her)\b"
)
"""How an item of a list begins, a row of a table, or a sentence that speaks of what the one before it did."""


@lru_cache(maxsize=4096)
def sentence_terms(text: str) -> tuple[tuple[tuple[int, int], frozenset[str]], ...]:
    """The sentences of a text, in characters, each with its content terms."""
    return tuple(((start, end), frozenset(content(text[start:end]))) for start, end in sentences(text))


@lru_cache(maxsize=4096)
def _counts(text: str) -> Mapping[str, int]:
    """How many sentences of a text hold each content term."""
    return Counter(term for _, terms in sentence_terms(text) for term in terms)


def telling(text: str, asked: Collection[str], title: str = "") -> frozenset[str]:
    """Terms of a question that tell the sentences of a passage apart: not its subject, which all of it is about.

    That is: what neither the title nor more than half of the sentences hold; if there is no such term, all.

    Example:
        >>> text = "Velmor is a lake. Velmor is 320 m deep. It freezes."
        >>> telling(text, ["velmor", "deep"])
        frozenset({'deep'})
    """
    counts, most = _counts(text), max(len(sentence_terms(text)) / 2, _FEW - 0.5)
    named = frozenset(content(title))
    held = frozenset(term for term in asked if counts.get(term))
    return frozenset(term for term in held if term not in named and counts[term] <= most) or held


def off_question(
    text: str, asked: Collection[str], title: str = "", doubted: Collection[tuple[int, int]] = ()
) -> tuple[tuple[int, int], ...]:
    """Sentences of a passage that do not bear on a question.

    A sentence bears on it if it holds a term that is `telling`, or if it shares a content term, other than the
    subject, with one that bears on it, or if it goes on from one, as items of a list and pronouns do. Of passages of
    which no sentence holds a term of the question all bear on it: they were found by other means than words.

    On the answerable turns of MTRAG-UN 90 % of the sentences of the contexts bear on the question; they hold 98.5 % of
    those terms of the reference replies that the contexts hold.

    Args:
        text: Of the passage.
        asked: Terms of the question.
        title: Of the passage.
        doubted: Sentences by which no other one comes to bear on it.

    Returns:
        Pairs (start, end) in characters, in order.

    Example:
        >>> text = "Velmor is 320 m deep. Divers measured 320 m twice. Buy Brovex. Trout live here."
        >>> [text[start:end] for start, end in off_question(text, ["velmor", "deep"])]
        ['Buy Brovex.', 'Trout live here.']
    """
    rows = sentence_terms(text)
    known = set(telling(text, asked, title))
    if not known:
        return ()
    subject = frozenset(asked) - known
    waiting = [(place, terms - subject) for place, terms in rows]
    while found := [row for row in waiting if not known.isdisjoint(row[1])]:
        waiting = [row for row in waiting if known.isdisjoint(row[1])]
        known.update(*(terms for place, terms in found if place not in doubted))
    off = {place for place, _ in waiting}
    for (before, _), (place, _) in pairwise(rows):
        if place in off and before not in off and not {before, place} & set(doubted) and _GOES_ON.match(text, place[0]):
            off.remove(place)
    return tuple(sorted(off))
