"""Situations made of plain texts, for tests of decisions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Hit, Passage, Query, Turn
from tacit.dialogue.text.terms import content, terms

if TYPE_CHECKING:
    from collections.abc import Sequence


class Counts:
    """Statistics of a few passages, and of more that hold none of their words."""

    def __init__(self, passages: Sequence[Passage], more: int = 0) -> None:
        self._n = len(passages) + more
        self._counts = Counter(term for one in passages for term in set(terms(f"{one.title} {one.text}")))

    def passages(self) -> int:
        return self._n

    def frequency(self, term: str) -> int:
        return self._counts[term]


LLAMAS = (
    Passage("1", "Llamas live in the Andes. A llama weighs up to 200 kg. They hum when they are calm.", "Llamas"),
    Passage("2", "Alpacas are smaller than llamas. Their wool is finer.", "Alpacas"),
    Passage("3", "The Andes run along the coast. Snow lies on the peaks all year.", "Andes"),
    Passage("4", "Guinea pigs sleep in hay. Guinea pigs eat grass.", "Guinea pigs"),
)


def turn_of(question: str, *said: str, passages: Sequence[Passage] = LLAMAS) -> Situation:
    """What a user asks after what was said in turns, user first, over passages in this order."""
    history = tuple(Turn("assistant" if at % 2 else "user", text) for at, text in enumerate(said))
    weights = dict.fromkeys(content(question), 1.0)
    hits = tuple(Hit(passage, 10.0 - at) for at, passage in enumerate(passages))
    return Situation(history, question, Query(question, weights), hits, Counts(LLAMAS))
