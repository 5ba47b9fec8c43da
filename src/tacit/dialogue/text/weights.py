"""What the terms of a query say: their weights times inverse document frequency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.dialogue.decide.reading import idf
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
    counted = _Counted(statistics)
    found = {term: weight * idf(term, counted) for term, weight in terms.items()}
    named = [term for term in terms if is_stopped(term)]
    if named and len(named) < len(terms):
        mean = sum(value for term, value in found.items() if term not in named) / (len(terms) - len(named))
        found.update({term: max(found[term], mean * min(terms[term], 1.0)) for term in named})
    return found


class _Counted:
    """Statistics whose number of passages is asked for once: engines look at a file for each answer."""

    def __init__(self, statistics: Statistics) -> None:
        self._passages = statistics.passages()
        self.frequency = statistics.frequency

    def passages(self) -> int:
        return self._passages
