"""Passages that are called what is asked for, before others: by their titles, and by names that stand in them."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.reading import idf
from tacit.dialogue.text.names import names, share_named
from tacit.dialogue.text.terms import content
from tacit.dialogue.text.weights import weighed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.dialogue.protocols import Statistics
    from tacit.dialogue.records import Hit, Passage, Query

TITLE: Final = 0.4
NAMED: Final = 0.5
"""On MTRAG's open domains these neither gain nor lose (.264 of recall@5 with and without, nDCG@5 .234 for .232); on
documents with headings they tell the section that was asked for from those that mention it."""
DEPTH: Final = 100
"""Hits that are looked at."""


def called_first(hits: Sequence[Hit], query: Query, statistics: Statistics) -> list[Hit]:
    """Hits in a new order: scores times ``1 + TITLE * title + NAMED * named``.

    ``title`` is the harmonic mean of two shares, by inverse document frequency: of the query's terms those that the
    title holds, and of the title's terms those that the query holds. So "Guide > Install" comes before "Guide > Install
    > On a cluster" where nobody asked about one. ``named`` is the share of the names in the question (options,
    functions, what is in quotation marks) that stand in title or text exactly so.

    Args:
        hits: By terms, best first.
        query: What was looked for.
        statistics: Of the index.
    """
    wanted = names(query.text)
    weights = query.terms
    asked = weighed(weights, statistics)
    total = math.fsum(asked.values())

    def called(passage: Passage) -> float:
        title = _terms(passage.title)
        held = math.fsum([asked[term] for term in title if term in asked])
        if not held:
            return 0.0
        of_title = math.fsum([min(weights.get(term, 0.0), 1.0) * idf(term, statistics) for term in title])
        recall, precision = held / total, of_title / math.fsum([idf(term, statistics) for term in title])
        return 2 * recall * precision / (recall + precision)

    found = [
        replace(hit, score=hit.score * (1 + TITLE * called(hit.passage) + NAMED * share_named(wanted, _whole(hit))))
        for hit in hits
    ]
    return sorted(found, key=lambda hit: (-hit.score, hit.passage.id))


def _whole(hit: Hit) -> str:
    return f"{hit.passage.title}\n{hit.passage.text}"


@lru_cache(maxsize=4096)
def _terms(title: str) -> frozenset[str]:
    return frozenset(content(title))
