"""Passages that are called what is asked for, before others: by their titles, and by names that stand in them."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

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
_DEPTH: Final = 30
_DEEPER: Final = 100
_FEW: Final = 2
_HEAVIEST: Final = 20
"""Terms of a query that titles are compared with; of long conversations there are hundreds, of little weight."""


def depth(query: Query) -> int:
    """Hits that are looked at: more of them if the terms are few, since these alone tell little of the order."""
    return _DEEPER if len(query.terms) <= _FEW else _DEPTH


def called_first(hits: Sequence[Hit], query: Query, statistics: Statistics) -> list[Hit]:
    """Hits in a new order: scores times ``1 + TITLE * title + NAMED * named``.

    ``title`` is the harmonic mean of two shares: of the query those terms, by what they say, that the title holds, and
    of the title's terms those that the query holds. So "Guide > Install" comes before "Guide > Install
    > On a cluster" where nobody asked about one. ``named`` is the share of the names in the question (options,
    functions, what is in quotation marks) that stand in title or text exactly so.

    Args:
        hits: By terms, best first.
        query: What was looked for.
        statistics: Of the index.
    """
    wanted = names(query.text)
    weights = dict(sorted(query.terms.items(), key=lambda pair: (-pair[1], pair[0]))[:_HEAVIEST])
    asked = weighed(weights, statistics)
    total = math.fsum(asked.values())

    def called(passage: Passage) -> float:
        title = _terms(passage.title)
        held = math.fsum([asked[term] for term in title if term in asked])
        if not held:
            return 0.0
        recall, precision = held / total, math.fsum([min(weights.get(term, 0.0), 1.0) for term in title]) / len(title)
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
