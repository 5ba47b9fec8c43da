"""One ranking made of several, by the ranks alone: scores of different engines cannot be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.dialogue.records import Hit
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.dialogue.records import Passage

CONSTANT: Final = 60
"""k of reciprocal rank fusion, as published: the first of a ranking counts little more than the second."""


def fuse(rankings: Mapping[str, Sequence[Hit]], weights: Mapping[str, float], k: int) -> list[Hit]:
    """Weighted reciprocal rank fusion: the score of a passage is the sum of weight / (60 + rank) over the rankings.

    Cormack, Clarke and Buettcher 2009, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
    methods", section 2; with a weight for each ranking. Hits of equal score within a ranking share the mean of their
    ranks, so that no order of convenience counts.

    Args:
        rankings: Hits by the name of what found them, best first.
        weights: Of each ranking, by the same names.
        k: How many are wanted.

    Returns:
        The best, best first, equal ones in order of id; ``Hit.scores`` holds what each ranking gave.

    Raises:
        UsageError: If a weight is missing or negative.

    Example:
        >>> from tacit.dialogue.records import Passage
        >>> a, b, c = (Passage(id, "") for id in "abc")
        >>> found = fuse({"terms": [Hit(a, 9.0), Hit(b, 5.0)], "vectors": [Hit(b, 0.8), Hit(c, 0.7)]},
        ...              {"terms": 1.0, "vectors": 2.0}, k=2)
        >>> [(hit.passage.id, round(hit.score, 4), dict(hit.scores)) for hit in found]
        [('b', 0.0489, {'terms': 5.0, 'vectors': 0.8}), ('c', 0.0323, {'vectors': 0.7})]
    """
    total: dict[str, float] = {}
    scores: dict[str, dict[str, float]] = {}
    passages: dict[str, Passage] = {}
    for name, hits in rankings.items():
        weight = weights.get(name, -1.0)
        if not weight >= 0:
            raise UsageError(f"Fusing rankings needs a weight of 0 or more for {name!r}.")
        for hit, rank in zip(hits, _ranks(hits), strict=True):
            found = hit.passage.id
            total[found] = total.get(found, 0.0) + weight / (CONSTANT + rank)
            scores.setdefault(found, {})[name] = hit.score
            passages[found] = hit.passage
    best = sorted(total, key=lambda found: (-total[found], found))[:k]
    return [Hit(passages[found], total[found], scores[found]) for found in best]


def _ranks(hits: Sequence[Hit]) -> list[float]:
    places: dict[float, list[int]] = {}
    for place, hit in enumerate(hits, start=1):
        places.setdefault(hit.score, []).append(place)
    return [sum(places[hit.score]) / len(places[hit.score]) for hit in hits]
