"""Passages by the weighted terms of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.dialogue.retrieve.named import called_first, depth

if TYPE_CHECKING:
    from tacit.dialogue.protocols import Engine
    from tacit.dialogue.records import Hit, Query


class LexicalRetriever:
    """Asks one engine for the terms of a query; of what it finds, passages that are called so come first.

    Args:
        engine: What to ask.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def retrieve(self, query: Query, k: int = 10) -> list[Hit]:
        """The best passages by weighted terms, best first; none if the query has no terms."""
        looked_at = depth(query)
        found = self._engine.search(query.terms, max(k, looked_at))
        return [*called_first(found[:looked_at], query, self._engine), *found[looked_at:]][:k]
