"""Passages that are called what is asked for, before others: by their titles, and by names that stand in them."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tacit.dialogue.text.names import names, share_named
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.dialogue.protocols import Statistics
    from tacit.dialogue.records import Hit, Query

TITLE: Final = 0.4
NAMED: Final = 0.6
DEPTH: Final = 30
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
    asked = {term: weight * _idf(term, statistics) for term, weight in query.terms.items()}
    found = []
    for hit in hits:
        passage = hit.passage
        title = _likeness(asked, query.terms, _title_terms(passage.title), statistics)
        named = share_named(wanted, f"{passage.title}\n{passage.text}")
        found.append(replace(hit, score=hit.score * (1 + TITLE * title + NAMED * named)))
    return sorted(found, key=lambda hit: (-hit.score, hit.passage.id))
