"""Chooses the sentences of passages that answer best, to a number of words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.answer.display import clean
from tacit.dialogue.answer.planted import planted
from tacit.dialogue.compress.worth import covered, query_weights, term_worth
from tacit.dialogue.records import Passage, Span
from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content, words
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tacit.dialogue.protocols import Situation

_WANTED: Final = (
    (re.compile(r"\bhow (?:many|much|long|old|far|tall|high|big|large|fast|often|heavy|deep)\b", re.I),
     re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|once|twice)\b", re.I)),
    (re.compile(r"\b(?:when|what (?:year|date|day|time|month))\b", re.I),
     re.compile(r"\d|\b(?:january|february|march|april|june|july|august|september|october|november|december|century|"
                r"monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b", re.I)),
    (re.compile(r"\b(?:who|whose|whom)\b", re.I), re.compile(r"(?<=\w\s)[A-Z]\w+")),
)  # fmt: skip
"""What is asked for, by the words of the question, and what a sentence that gives it holds."""
_POINTER: Final = re.compile(
    r"^(?:for (?:more|further|additional|detailed) (?:information|details)|(?:to )?(?:learn|read|find out|see) more|"
    r"see (?:also|the)?|"
    r"click|related|back to|skip to|return to|table of contents|copyright|all rights)\b",
    re.IGNORECASE,
)
"""Beginnings of sentences that send the reader elsewhere."""


@dataclass(frozen=True, slots=True)
class QuotingSettings:
    """How much is quoted, and what makes a sentence good. Chosen on MTRAG, see ``benchmarks/compress.py``.

    Attributes:
        words: At most, as they stand in the documents.
        overhead: Words that a sentence costs beside its own.
        relevance: Factor for the share of the query that a sentence covers.
        lead: Factor for the beginning of a passage.
        neighbour: Factor for a sentence beside one that is quoted.
        kind: Factor for a sentence that holds the kind of thing asked for: a number, a date, a name.
    """

    words: int = 90
    overhead: float = 20.0
    relevance: float = 10.0
    lead: float = 2.0
    neighbour: float = 0.5
    kind: float = 0.5

    def __post_init__(self) -> None:
        if self.words < 1:
            raise UsageError(f"A quotation of {self.words} words says nothing. Give 1 or more.")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence that may be quoted: the place of its passage, its number in it, where it is, and what it is worth."""

    at: int
    number: int
    start: int
    end: int
    words: int
    terms: frozenset[str]
    factor: float


def quoted(situation: Situation, spans: Sequence[Span], settings: QuotingSettings) -> list[Span]:
    """The best sentences, in the order of the documents; neighbours in one span.

    Greedy by worth added per word, as `tacit.dialogue.compress.ExtractiveCompressor`, but of whole sentences, and with
    factors for what makes a sentence answer on its own. Sentences that look like instructions to a model are not
    quoted.

    Args:
        situation: The turn.
        spans: What may be quoted: sentences of which half is in one of them.
        settings: How much is quoted, and what makes a sentence good.
    """
    passages = list({span.passage.id: span.passage for span in spans}.values())
    asked = query_weights(situation)
    worth = term_worth(situation, asked, passages)
    rest = list(_candidates(situation, passages, spans, asked, settings))
    left, known = settings.words, set[str]()
    chosen: dict[tuple[int, int], _Sentence] = {}

    def value(one: _Sentence) -> float:
        beside = (one.at, one.number - 1) in chosen or (one.at, one.number + 1) in chosen
        gain = math.fsum([worth[term] for term in one.terms - known])
        return gain * one.factor * (1 + settings.neighbour * beside) / (one.words + settings.overhead)

    while rest := [one for one in rest if one.words <= left]:
        best = max(rest, key=lambda one: (value(one), -one.at, -one.number))
        if value(best) <= 0:
            break
        chosen[best.at, best.number] = best
        rest.remove(best)
        known |= best.terms
        left -= best.words
    return _runs(passages, [chosen[place] for place in sorted(chosen)])


def _candidates(
    situation: Situation, passages: Sequence[Passage], spans: Sequence[Span], asked: Mapping[str, float],
    settings: QuotingSettings,
) -> Iterator[_Sentence]:  # fmt: skip
    wanted = [given for cue, given in _WANTED if cue.search(situation.turn)]
    for at, passage in enumerate(passages):
        allowed = [(span.start, span.end) for span in spans if span.passage.id == passage.id]
        for number, (start, end) in enumerate(sentences(passage.text)):
            begin = _after_title(passage, start, end)
            text = passage.text[begin:end]
            if not _quotable(passage, begin, end) or 2 * _overlap(allowed, begin, end) < end - begin:
                continue
            terms = frozenset(content(text))
            factor = 1 + settings.relevance * covered(asked, terms) + settings.lead / (1 + number)
            if any(given.search(text) for given in wanted):
                factor *= 1 + settings.kind
            yield _Sentence(at, number, begin, end, len(words(clean(text))), terms, factor)


def _quotable(passage: Passage, start: int, end: int) -> bool:
    """Whether a sentence says something, and nothing to a model."""
    if any(first < end and last > start for first, last in planted(passage.text)):
        return False
    said = clean(passage.text[start:end])
    return len(words(said)) > 3 and not said.endswith("?") and not _POINTER.match(said)


def _after_title(passage: Passage, start: int, end: int) -> int:
    """Where a sentence begins without the title, which many passages repeat before their first one."""
    if passage.title and start == 0 and passage.text.startswith(passage.title + "\n"):
        after = len(passage.title)
        while after < end and passage.text[after].isspace():
            after += 1
        return after if after < end else start
    return start


def _overlap(places: Sequence[tuple[int, int]], start: int, end: int) -> int:
    return sum(max(0, min(end, last) - max(start, first)) for first, last in places)


def _runs(passages: Sequence[Passage], chosen: Sequence[_Sentence]) -> list[Span]:
    runs: list[Span] = []
    before: _Sentence | None = None
    for one in chosen:
        if before is not None and (before.at, before.number + 1) == (one.at, one.number):
            runs[-1] = Span(passages[one.at], runs[-1].start, one.end)
        else:
            runs.append(Span(passages[one.at], one.start, one.end))
        before = one
    return runs
