"""Making a query of a turn that leans on those before it."""

from __future__ import annotations

from tacit.dialogue.resolve.rewriter import Rewriter
from tacit.dialogue.resolve.shift import Shift, topic_shift
from tacit.dialogue.resolve.slots import Filled, PendingQuestion, fill
from tacit.dialogue.resolve.weighted import HistoryWeights, WeightedHistory

__all__ = [
    "Filled", "HistoryWeights", "PendingQuestion", "Rewriter", "Shift", "WeightedHistory", "fill", "topic_shift",
]  # fmt: skip
