"""What the terms of a query say: their weights times inverse document frequency."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tacit.dialogue.text.terms import is_stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.protocols import Statistics


def weighed(terms: Mapping[str, float], statistics: Statistics) -> dict[str, float]:
    """Weights of terms times their inverse document frequency.

    A common word is among the terms of a query only where it is named ("the with statement"). It stands in every
    passage, but is named in few, so it is taken to say as much as the other terms do on average.

    Args:
        terms: Weights by term.
        statistics: Of the index.
    """
    total = statistics.passages()  # asked for once: engines on a server answer each call over the network
    found = {term: weight * _idf(statistics.frequency(term), total) for term, weight in terms.items()}
    named = [term for term in terms if is_stopped(term)]
    if named and len(named) < len(terms):
        mean = sum(value for term, value in found.items() if term not in named) / (len(terms) - len(named))
        found.update({term: max(found[term], mean * min(terms[term], 1.0)) for term in named})
    return found


def _idf(some: int, total: int) -> float:
    """What a term says: ``ln(1 + (N - n + .5) / (n + .5))``, the weight of BM25 that tantivy and Lucene use."""
    return math.log1p((max(total - some, 0) + 0.5) / (some + 0.5))
