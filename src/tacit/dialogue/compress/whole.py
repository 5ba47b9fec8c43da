"""Everything that was found, for answerers that choose for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.dialogue.records import Span

if TYPE_CHECKING:
    from collections.abc import Collection

    from tacit.dialogue.protocols import Situation


class WholePassages:
    """Shows all passages as they are, whatever the budget.

    A compressor shows each term once, in few words. What quotes sentences needs those that say again what was asked.
    """

    def compress(self, situation: Situation, budget: int, shown: Collection[str] = ()) -> list[Span]:
        """See `tacit.dialogue.protocols.Compressor.compress`; budget and what was shown do not count."""
        passages = {hit.passage.id: hit.passage for hit in situation.hits}
        return [Span(passage, 0, len(passage.text)) for passage in passages.values()]
