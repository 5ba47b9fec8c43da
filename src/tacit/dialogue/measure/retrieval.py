"""Recall and nDCG of what was retrieved, exactly as trec_eval gives them.

trec_eval orders by score and breaks ties by document id, both descending, and it keeps scores as 32-bit floats: two
that differ only beyond that are a tie. Overlapping passages tie often, so this is worth up to .011 of nDCG.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

CUTS: Final = (1, 3, 5, 10)
"""Ranks at which both are told, as in the benchmarks."""
RETRIEVAL_METRICS: Final = tuple(f"{name}@{cut}" for name in ("recall", "ndcg") for cut in CUTS)

_DEPTH: Final = max(CUTS)
_AT: Final = np.array(CUTS) - 1
_DISCOUNT: Final = 1 / np.log2(np.arange(2, _DEPTH + 2))


def ranked(scores: Mapping[str, float]) -> list[str]:
    """Documents as trec_eval orders them: by score as a 32-bit float, ties by id, both descending.

    Args:
        scores: By document.

    Example:
        >>> ranked({"a": 1.0, "b": 1.0 + 1e-9, "c": 2.0})
        ['c', 'b', 'a']
    """
    single = np.array(list(scores.values()), dtype=np.float32).tolist()
    return [document for _, document in sorted(zip(single, scores, strict=True), reverse=True)]


def retrieval_scores(found: Mapping[str, float], judged: Mapping[str, int]) -> dict[str, float]:
    """Recall and nDCG of one query at `CUTS`.

    Recall@k is the share of the relevant documents (judged 1 or more) among the first k. nDCG@k is the sum of
    judgements, each over log2(rank + 1), as a share of the largest that k ranks allow: Järvelin and Kekäläinen (2002),
    doi:10.1145/582415.582418, with trec_eval's gain and discount.

    Args:
        found: Scores by document; may be empty.
        judged: Judgements by document, at least one of them above 0.

    Returns:
        Shares by the names of `RETRIEVAL_METRICS`.

    Raises:
        ValueError: If no document is judged relevant.

    Example:
        >>> scores = retrieval_scores({"a": 3.0, "b": 2.0, "c": 1.0}, {"b": 1, "d": 1})
        >>> scores["recall@1"], scores["recall@3"], round(scores["ndcg@3"], 4)
        (0.0, 0.5, 0.3869)
    """
    relevant = sorted((grade for grade in judged.values() if grade > 0), reverse=True)
    if not relevant:
        raise ValueError("a query without a relevant document has neither recall nor nDCG")
    gains, best = np.zeros(_DEPTH), np.zeros(_DEPTH)
    got = [max(judged.get(document, 0), 0) for document in ranked(found)[:_DEPTH]]
    gains[: len(got)], best[: len(relevant)] = got, relevant[:_DEPTH]
    recall = np.cumsum(gains > 0)[_AT] / len(relevant)
    ndcg = np.cumsum(gains * _DISCOUNT)[_AT] / np.cumsum(best * _DISCOUNT)[_AT]
    return dict(zip(RETRIEVAL_METRICS, (*recall.tolist(), *ndcg.tolist()), strict=True))
