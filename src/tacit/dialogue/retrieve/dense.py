"""Passages by the vector of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tacit.dialogue.engines.vectors import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tacit.dialogue.protocols import Embedder, Engine
    from tacit.dialogue.records import Hit, Query


def query_vector(query: Query, embedder: Embedder) -> NDArray[np.float32]:
    """The weighted sum of the vectors of a query's parts, scaled to unit length.

    Vectors are added up, not texts joined: one vector of a long text loses what was said last.

    Args:
        query: Its ``parts``, or where it has none its ``text``.
        embedder: What makes the vectors.

    Returns:
        Shape (dimensions,).
    """
    parts = query.parts or ((query.text, 1.0),)
    weights = np.array([weight for _, weight in parts], np.float32)
    return unit(weights @ embedder.embed([text for text, _ in parts]))


class DenseRetriever:
    """Asks one engine for what is nearest to the vector of a query.

    Args:
        engine: What to ask; it has to keep vectors of the same embedder.
        embedder: What makes vectors of queries.
    """

    def __init__(self, engine: Engine, embedder: Embedder) -> None:
        self._engine = engine
        self._embedder = embedder

    def retrieve(self, query: Query, k: int = 10) -> list[Hit]:
        """The passages nearest to the query, best first; none if the engine keeps no vectors."""
        return self._engine.nearest(query_vector(query, self._embedder), k)
