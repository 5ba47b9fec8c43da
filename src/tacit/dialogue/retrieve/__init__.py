"""Finding passages for a query: by its terms, by its vector, or by both with their ranks fused."""

from __future__ import annotations

from tacit.dialogue.retrieve.dense import DenseRetriever, query_vector
from tacit.dialogue.retrieve.fusion import fuse
from tacit.dialogue.retrieve.hybrid import HybridRetriever
from tacit.dialogue.retrieve.lexical import LexicalRetriever

__all__ = ["DenseRetriever", "HybridRetriever", "LexicalRetriever", "fuse", "query_vector"]
