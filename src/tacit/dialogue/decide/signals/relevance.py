"""What share of the best passages is likely to hold something of the answer, by a model of passages."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.model import LogisticModel, read_weights
from tacit.dialogue.decide.reading import rareness, reading, share
from tacit.dialogue.decide.registry import signal
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.protocols import Situation

NUMBERS: Final = ("query", "title", "sentence", "early", "last")
"""What `passage_numbers` gives of each passage."""
_BEST: Final = 3


def passage_numbers(situation: Situation) -> list[dict[str, float | None]]:
    """What is read of each passage, in the order of the hits.

    ``query``: share of the query's terms, those of earlier turns included, by weight and rarity; ``title``: share of
    the focus in its title; ``sentence``: largest share of the focus in one sentence; ``early``: where that sentence
    stands, 0 for the first; ``last``: share of the words of the last reply, by rarity, without those of the focus.
    """
    seen = reading(situation)
    replies = [turn.text for turn in situation.history if turn.role == "assistant"]
    last = {
        term: rareness(term, situation.statistics)
        for term in dict.fromkeys(content(replies[-1]) if replies else ())
        if term not in seen.focus
    }
    found: list[dict[str, float | None]] = []
    for passage, shares in zip(seen.passages, seen.sentences, strict=True):
        best = max(shares, default=0.0)
        found.append({
            "query": share(seen.weights, passage.held),
            "title": share(seen.focus, passage.title.held),
            "sentence": best,
            "early": shares.index(best) / len(shares) if shares else 0.0,
            "last": share(last, passage.held) if last else None,
        })  # fmt: skip
    return found


@cache
def _model() -> LogisticModel:
    return LogisticModel.from_json(read_weights("relevance"), "weights/relevance.json")


def likely_share(situation: Situation, model: LogisticModel) -> float | None:
    """Natural logarithm of the share of the `_BEST` most likely passages that is relevant; ``None`` if there are none.

    More than these are not asked for: a small collection has few passages on anything, or few at all.
    """
    numbers = passage_numbers(situation)
    best = sorted((model.predict(row) for row in numbers), reverse=True)[:_BEST]
    return math.log(math.fsum(best) / _BEST + 1e-4) if numbers else None


@signal
class Relevance:
    """``share``: the logarithm of the share of the three best passages that is likely to be relevant."""

    name = "relevance"

    def read(self, situation: Situation) -> Mapping[str, float | None]:
        """See the class."""
        return {"relevance.share": likely_share(situation, _model())}
