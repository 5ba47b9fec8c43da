"""Chooses sentences and clauses by what they add for their length; no model."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tacit.dialogue.compress.units import units
from tacit.dialogue.compress.worth import query_weights, relevance, term_worth
from tacit.dialogue.records import Span
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tacit.dialogue.compress.units import Unit
    from tacit.dialogue.protocols import Situation
    from tacit.dialogue.records import Passage


@dataclass(frozen=True, slots=True)
class CompressionSettings:
    """What is dropped, and what is short.

    Attributes:
        least_relevance: A passage that covers less of the query than this share of what the best one covers is dropped
            whole.
        least_gain: A piece that adds less than this (in terms that a good answer is expected to use) is left out even
            if there is room.
        overhead: Words that a piece costs beside its own: chopped text is harder to read.
    """

    least_relevance: float = 0.1
    least_gain: float = 0.05
    overhead: float = 3.0

    def __post_init__(self) -> None:
        for name, most in (("least_relevance", 1.0), ("least_gain", 100.0), ("overhead", 100.0)):
            value = getattr(self, name)
            if not (math.isfinite(value) and 0 <= value <= most):
                raise UsageError(f"The compression setting {name} is {value}; it has to be between 0 and {most:g}.")


class ExtractiveCompressor:
    """Keeps what a good answer is expected to use, to a number of words.

    Maximum coverage under a budget: each content term has a worth (`tacit.dialogue.compress.worth`), and counts once
    however often it is shown, so that what overlapping passages repeat is not shown twice. The choice is greedy by
    worth added per word, which for such submodular aims comes near the best one (Lin and Bilmes 2010, Multi-document
    Summarization via Budgeted Maximization of Submodular Functions, section 4).

    Args:
        settings: What is dropped, and what is short.
    """

    def __init__(self, settings: CompressionSettings | None = None) -> None:
        self._settings = settings or CompressionSettings()

    def compress(self, situation: Situation, budget: int, shown: Collection[str] = ()) -> list[Span]:
        """See `tacit.dialogue.protocols.Compressor.compress`.

        A passage that was shown is shown again if an earlier reply cites it or if it is the best there is. Nothing is
        shown if nothing is asked for, or if there is no passage.

        Raises:
            UsageError: If the budget is negative.
        """
        if budget < 0:
            raise UsageError(f"A budget of {budget} words cannot be kept. Give 0 or more.")
        asked = query_weights(situation)
        passages = self._passages(situation, asked, shown)
        pieces = [(at, unit) for at, passage in enumerate(passages) for unit in units(passage)]
        worth = term_worth(situation, asked, passages)
        chosen = _choose([unit for _, unit in pieces], worth, budget, self._settings)
        return _spans(passages, [pieces[at] for at in sorted(chosen)])

    def _passages(self, situation: Situation, asked: Mapping[str, float], shown: Collection[str]) -> list[Passage]:
        """Those that bear on the question and that are not known yet."""
        if not asked:
            return []
        passages = list({hit.passage.id: hit.passage for hit in situation.hits}.values())
        covers = [relevance(asked, passage) for passage in passages]
        best = max(covers, default=0.0)
        cited = {cite.span.passage.id for reply in situation.replies for cite in reply.citations}
        return [
            passage
            for passage, share in zip(passages, covers, strict=True)
            if share >= best * self._settings.least_relevance
            and (passage.id not in shown or passage.id in cited or share == best)
        ]


def _choose(
    pieces: Sequence[Unit], worth: Mapping[str, float], budget: int, settings: CompressionSettings
) -> list[int]:
    """Indices of the pieces to keep. Gains only shrink as others are kept, so each is looked at when it is on top."""
    kept: list[int] = []
    known: set[str] = set()

    def gain(at: int) -> float:
        return math.fsum([worth[term] for term in pieces[at].terms - known])

    def ranked(at: int, added: float) -> tuple[float, int]:
        return -added / max(pieces[at].words + settings.overhead, 1.0), at

    heap = [ranked(at, gain(at)) for at in range(len(pieces))]
    heapq.heapify(heap)
    left = budget
    while heap:
        rank, at = heapq.heappop(heap)
        if pieces[at].words > left or (added := gain(at)) < settings.least_gain:
            continue
        now = ranked(at, added)
        if now[0] > rank and heap and now > heap[0]:
            heapq.heappush(heap, now)
            continue
        kept.append(at)
        known |= pieces[at].terms
        left -= pieces[at].words
    return kept


def _spans(passages: Sequence[Passage], pieces: Sequence[tuple[int, Unit]]) -> list[Span]:
    """The pieces in order, those with nothing but blanks between them joined."""
    spans: list[Span] = []
    for at, unit in pieces:
        last = spans[-1] if spans else None
        joined = last is not None and last.passage is passages[at] and not _between(last, unit).strip()
        if last is not None and joined:
            spans[-1] = Span(last.passage, last.start, unit.end)
        else:
            spans.append(Span(passages[at], unit.start, unit.end))
    return spans


def _between(last: Span, unit: Unit) -> str:
    return last.passage.text[last.end : unit.start]
