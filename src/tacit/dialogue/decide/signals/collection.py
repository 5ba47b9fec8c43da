"""How large the collection is that a turn is asked of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.registry import signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.protocols import Situation

_LARGE: Final = 12_000
"""Passages of the largest collections that the models were trained on; larger ones count as this large."""


@signal
class Collection:
    """``size``: the logarithm of the number of passages, of which the more hold a word by chance the more there are."""

    name = "collection"

    def read(self, situation: Situation) -> Mapping[str, float | None]:
        """See the class."""
        return {"collection.size": math.log(min(max(situation.statistics.passages(), 1), _LARGE))}
