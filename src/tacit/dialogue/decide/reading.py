"""What was read of a turn and of its passages, shared by the signals: done once per turn, and once per passage."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.signals.askings import idle
from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content, terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.protocols import Situation, Statistics
    from tacit.dialogue.records import Passage

DEPTH: Final = 10
"""Passages that are read, best first. What is further down does not reach the user either."""

_UNSEEN: Final = 1000
"""Passages of unknown text that a collection is taken to be part of, when it is told how rare a term is."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, or its title.

    Attributes:
        text: As written.
        terms: In order, with those of grammar.
        held: Without order.
    """

    text: str
    terms: tuple[str, ...]
    held: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Sentence:
        """The terms of a text."""
        row = tuple(terms(text))
        return cls(text, row, frozenset(row))


@dataclass(frozen=True, slots=True)
class PassageRead:
    """A passage, read.

    Attributes:
        title: As a sentence; it may be empty.
        sentences: In order.
        held: Terms of the title and of the sentences.
    """

    title: Sentence
    sentences: tuple[Sentence, ...]
    held: frozenset[str]


@lru_cache(maxsize=4096)
def read_passage(passage: Passage) -> PassageRead:
    """Sentences and terms of a passage; kept for the turns to come."""
    # Some data begins each text with the title on a line of its own; it is no sentence that says anything.
    text = passage.text.removeprefix(f"{passage.title}\n")
    title = Sentence.of(passage.title)
    found = tuple(Sentence.of(text[start:end]) for start, end in sentences(text))
    return PassageRead(title, found, title.held.union(*(sentence.held for sentence in found)))


class Reading:
    """What is asked for, and where the passages come near it.

    Attributes:
        situation: As given.
        focus: The content terms of the question and what each says: its `rareness`. Terms that only tell what kind of
            answer is asked for ("how long") are left out where there are others: an answer need not hold them.
        passages: The best `DEPTH` passages, read.
    """

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.focus = {term: rareness(term, situation.statistics) for term in _focus(situation)}
        self.passages = [read_passage(hit.passage) for hit in situation.hits[:DEPTH]]

    @cached_property
    def weights(self) -> dict[str, float]:
        """The terms of the query, those of earlier turns included, times what each says."""
        terms_ = self.situation.query.terms
        return {term: weight * rareness(term, self.situation.statistics) for term, weight in terms_.items()}

    @cached_property
    def sentences(self) -> list[list[float]]:
        """Per passage and sentence, the share of the focus that it holds; 0 each if the question has no focus."""
        return [[share(self.focus, one.held) for one in passage.sentences] for passage in self.passages]

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The terms of the focus that the best sentence and its title lack, in the order of the question."""
        best = max(
            (
                one.held | passage.title.held
                for passage in self.passages
                for one in passage.sentences
                if not one.held.isdisjoint(self.focus)
            ),
            key=lambda held: share(self.focus, held),
            default=frozenset[str](),
        )
        return tuple(term for term in self.focus if term not in best)


def idf(term: str, statistics: Statistics) -> float:
    """What a term says: ``ln(1 + (N - n + .5) / (n + .5))``, the weight of BM25 that tantivy and Lucene use."""
    total, some = statistics.passages(), statistics.frequency(term)
    return math.log1p((max(total - some, 0) + 0.5) / (some + 0.5))


def rareness(term: str, statistics: Statistics) -> float:
    """What a term says, alike in collections of all sizes: ``-ln((n + 1) / (N + 1000))``.

    In six passages, two that hold a term are no sign that it is common; a thousand passages of unknown text, one of
    which holds it, are reckoned with. Where there are many passages it is the inverse document frequency.

    Args:
        term: As in the index.
        statistics: Of the index.

    Example:
        >>> class Six:
        ...     def passages(self): return 6
        ...     def frequency(self, term): return 2 if term == "widget" else 0
        >>> round(rareness("widget", Six()), 2), round(rareness("llama", Six()), 2)
        (5.82, 6.91)
    """
    return math.log((statistics.passages() + _UNSEEN) / (statistics.frequency(term) + 1))


def share(weights: Mapping[str, float], held: frozenset[str]) -> float:
    """The weights of the terms that are held over those of all; 0 if there are none.

    Example:
        >>> share({"llama": 3.0, "hum": 1.0}, frozenset({"hum"}))
        0.25
    """
    if held.isdisjoint(weights):  # so it is for most sentences
        return 0.0
    return sum(weight for term, weight in weights.items() if term in held) / sum(weights.values())


def _focus(situation: Situation) -> list[str]:
    """See `Reading`."""
    found, needless = list(dict.fromkeys(content(situation.query.text))), idle(situation.turn)
    return [term for term in found if term not in needless] or found


_LAST = threading.local()


def reading(situation: Situation) -> Reading:
    """The reading of a situation; the last one is kept, since all signals ask for the same."""
    kept: Reading | None = getattr(_LAST, "reading", None)
    if kept is None or kept.situation is not situation:
        kept = _LAST.reading = Reading(situation)
    return kept
