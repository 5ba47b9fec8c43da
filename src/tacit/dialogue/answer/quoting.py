"""Chooses the sentences of passages that answer best, to a number of words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tacit.dialogue.answer.antecedent import antecedent, leant_on
from tacit.dialogue.answer.display import clean
from tacit.dialogue.answer.pieces import Piece, pieces
from tacit.dialogue.answer.planted import left_out
from tacit.dialogue.compress.worth import covered, query_weights, term_worth
from tacit.dialogue.records import Passage, Span
from tacit.dialogue.text.names import names, share_named
from tacit.dialogue.text.terms import content, terms
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

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
_HOW: Final = re.compile(
    r"\bhow (?:do|can|could|to|should|would|does one|must)\b|\b(?:example|command|syntax|code|snippet|script)s?\b",
    re.IGNORECASE,
)
"""Asks for something that a listing may show."""
_WHAT: Final = re.compile(
    r"\b(?:what|who)(?:['’]s| is| are| was| were| does| do| did)\b|\bhow (?:does|do) .*\bworks?\b|"
    r"\b(?:define|meaning of|definition of)\b",
    re.IGNORECASE,
)
"""Asks what something is or does."""
_IDLE: Final = (
    (re.compile(r"\bhow (?:does|do)\b.*\bworks?\b", re.IGNORECASE), "work"),
    (re.compile(r"\bones?\W*\Z", re.IGNORECASE), "one"),
)
"""Terms that say nothing of what is asked, where they stand so: "how does it work", "what about a red one"."""
_IS: Final = re.compile(
    r"\A(?:\S++\s++){0,14}?\S*\s?\b(?:is|are|was|were|means?|refers? to|denotes?|stands? for)\b", re.IGNORECASE
)
_FIRST: Final = 3
"""Words at the beginning of a piece that a name stands in if the piece is about it."""
_LONG_LED: Final = 40
"""Words of a listing that is shown to those who did not ask how."""
_SUBJECT: Final = 1
"""Content words at the beginning of a sentence, beside those asked for, that may name what it is about."""


@dataclass(frozen=True, slots=True)
class QuotingSettings:
    """How much is quoted, and what makes a sentence good. Chosen on MTRAG, see ``benchmarks/compress.py``.

    Attributes:
        words: At most, as they stand in the documents.
        citations: At most.
        overhead: Words that a citation costs beside its own: a sentence beside one that is quoted costs none.
        relevance: Factor for the share of the query that a sentence covers.
        lead: Factor for the beginning of a passage.
        neighbour: Factor for a sentence beside one that is quoted.
        kind: Factor for a sentence that holds the kind of thing asked for: a number, a date, a name.
        row: Factor for a row of a table.
        focus: How much less passages count that cover less of the query than others, as an exponent.
        title: Factor for the share of the query that the title covers.
        phrases: Factor for the share of the pairs of words in the turn that stand so in the passage.
        own: How much more terms of the turn count than those of earlier ones, as an exponent of their weights.
        leant: What terms of the turn before weigh at least, beside 1 of the last one's, if the last one leans on it.
        told: Factor for what an earlier reply said in these words.
        named: Factor for the share of the names in the turn (see `tacit.dialogue.text.names`) that stand in a piece.
        subject: Factor for the share of what is asked for that a sentence begins with, where the turn asks what
            something is or does; half of it is for saying what it is.
        listing: Factor for a listing where it is asked how something is done.
        led: ... and for a sentence with the listing that it leads up to where it is asked what something is.
        another: A second citation has to be worth, for its words, this share of the first sentence ...
        enough: ... and what stands beside one that is quoted, this share of what the first was worth but for giving the
            kind of thing that is asked for, which what goes on from there need not give again.
    """

    words: int = 100
    citations: int = 3
    overhead: float = 20.0
    relevance: float = 10.0
    lead: float = 2.0
    neighbour: float = 0.5
    kind: float = 0.5
    row: float = 0.5
    focus: float = 1.5
    title: float = 3.0
    phrases: float = 1.0
    own: float = 2.0
    leant: float = 0.2
    told: float = 0.6
    named: float = 3.0
    subject: float = 1.0
    listing: float = 3.0
    led: float = 0.7
    another: float = 0.25
    enough: float = 0.05

    def __post_init__(self) -> None:
        if self.words < 1 or self.citations < 1:
            raise UsageError(
                f"A quotation of {self.words} words in {self.citations} places says nothing. Give 1 or more."
            )


@dataclass(frozen=True, slots=True)
class _Choice:
    """A piece that may be quoted: the place of its passage, by what factor it counts, and what of it is for fitting."""

    at: int
    piece: Piece
    factor: float
    fits: float


def quoted(situation: Situation, spans: Sequence[Span], settings: QuotingSettings) -> list[Span]:
    """The best stretches, those of the best passage first; neighbours are one stretch.

    Greedy by worth added per word, as `tacit.dialogue.compress.ExtractiveCompressor`, but of whole sentences and
    listings, and with factors for what makes a piece answer on its own. Of what stands beside a piece that is quoted,
    less is asked, and passages that do not hold all of the question that others do count little, so that most of an
    answer comes from one place. What looks like instructions to a model is not quoted.

    Args:
        situation: The turn.
        spans: What may be quoted: pieces of which half is in one of them.
        settings: How much is quoted, and what makes a piece good.
    """
    meant = antecedent(situation)
    passages = list({span.passage.id: span.passage for span in spans}.values())
    passages = [passage for passage in passages if meant <= _held(passage)] or passages
    asked = query_weights(situation, settings.own, dict.fromkeys(leant_on(situation), settings.leant))
    idle = {term for cue, term in _IDLE if cue.search(situation.turn)}
    asked = {term: share for term, share in asked.items() if term not in idle}
    worth = term_worth(situation, asked, passages)
    rest = list(_choices(situation, passages, spans, asked, settings))
    left, known, first, plain = settings.words, set[str](), 0.0, 0.0
    chosen: dict[tuple[int, int], Piece] = {}

    def joins(one: _Choice, step: int) -> bool:
        other = chosen.get((one.at, one.piece.number + step))
        return other is not None and _together(other, one.piece)

    def beside(one: _Choice) -> bool:
        return joins(one, -1) or joins(one, 1)

    def value(one: _Choice) -> float:
        gain = one.factor * math.fsum([worth.get(term, 0.0) for term in one.piece.terms - known])
        if beside(one):
            return gain * (1 + settings.neighbour) / one.piece.words
        return gain / (one.piece.words + settings.overhead)

    def worthy(one: _Choice, full: bool) -> float:
        """Its value if that is enough, else 0."""
        at = value(one)
        if beside(one):
            return at if at > settings.enough * (plain if joins(one, -1) else first) else 0.0
        return at if not full and at >= settings.another * first else 0.0

    while rest := [one for one in rest if one.piece.words <= left]:
        full = len(_runs(passages, chosen)) >= settings.citations
        best = max(rest, key=lambda one: (worthy(one, full), -one.at, -one.piece.number), default=None)
        if best is None or worthy(best, full) <= 0:
            break
        rest.remove(best)
        if _is_left_out(passages[best.at], best.piece, asked):  # asked of the few that would be quoted: it is slow
            continue
        if not chosen:
            first, plain = value(best), value(best) / best.fits
        chosen[best.at, best.piece.number] = best.piece
        known |= best.piece.terms
        left -= best.piece.words
    return _runs(passages, chosen)


def _choices(
    situation: Situation, passages: Sequence[Passage], spans: Sequence[Span], asked: Mapping[str, float],
    settings: QuotingSettings,
) -> Iterator[_Choice]:  # fmt: skip
    how = _HOW.search(situation.turn) is not None
    listing, led = (
        (settings.listing, settings.listing) if how else (0.0, settings.led * bool(_WHAT.search(situation.turn)))
    )
    shapes = {"prose": 1.0, "row": settings.row, "code": listing, "led": led}
    on_it = _on_it(situation, passages, asked, settings)
    fits = _fits(situation, asked, settings)
    told = clean("\n".join(turn.text for turn in situation.history if turn.role == "assistant"))
    for at, passage in enumerate(passages):
        allowed = [(span.start, span.end) for span in spans if span.passage.id == passage.id]
        for piece in pieces(passage):
            if not (shape := shapes.get(piece.shape, 0.0)) or 2 * _overlap(allowed, piece) < piece.end - piece.start:
                continue
            on = covered(asked, piece.terms)
            if piece.shape == "row" and not on:
                continue
            factor = 1 + settings.relevance * on + settings.lead / (1 + piece.number)
            if piece.shape == "led" and not how and piece.words > _LONG_LED:
                continue
            if piece.shape == "code":  # what else stands in a listing tells nothing of whether it fits
                piece = replace(piece, terms=piece.terms & asked.keys())  # noqa: PLW2901
            text = passage.text[piece.start : piece.end]
            if how and "::=" in text:  # a grammar tells what may be written, not what to write
                shape = settings.led
            fit = fits(text) * (settings.told if clean(text) in told else 1.0)
            yield _Choice(at, piece, shape * factor * fit * on_it[at], fit)


def _is_left_out(passage: Passage, piece: Piece, asked: Collection[str]) -> bool:
    return any(start < piece.end and end > piece.start for start, end in left_out(passage.text, asked))


def _together(one: Piece, other: Piece) -> bool:
    """Whether neighbours go on with each other: within an entry, in a table, or in running text."""
    return one.entry == other.entry and (one.shape == "row") == (other.shape == "row")


def _fits(situation: Situation, asked: Mapping[str, float], settings: QuotingSettings) -> Callable[[str], float]:
    """By what factor a piece counts for giving the kind of thing that is asked for."""
    turn = situation.turn
    wanted, called = [given for cue, given in _WANTED if cue.search(turn)], names(turn)
    said = content(turn) if _WHAT.search(turn) else []
    subject = {term: asked[term] for term in said if term in asked}
    total = math.fsum(subject.values())

    def fits(text: str) -> float:
        factor = 1 + settings.named * (share_named(called, text) + share_named(called, " ".join(text.split()[:_FIRST])))
        if any(given.search(text) for given in wanted):
            factor *= 1 + settings.kind
        if total:
            begins = covered(subject, frozenset(content(text)[: len(subject) + _SUBJECT])) / total
            factor *= 1 + settings.subject * begins**2 * (1.0 if _IS.match(text) else 0.5)
        return factor

    return fits


def _on_it(
    situation: Situation, passages: Sequence[Passage], asked: Mapping[str, float], settings: QuotingSettings
) -> list[float]:
    """Factors for how much passages are on what is asked: all of it, its title, the words beside each other."""
    pairs = _pairs(situation.turn)
    factors = []
    for passage in passages:
        title = covered(asked, frozenset(content(passage.title)))
        whole = covered(asked, _held(passage))
        held = pairs & (_pairs(passage.title) | _pairs(passage.text))
        phrases = len(held) / len(pairs) if pairs else 0.0
        called = (1 + settings.title * title) * (1 + settings.phrases * phrases)
        factors.append(whole**settings.focus * called)
    return factors


def _held(passage: Passage) -> frozenset[str]:
    return frozenset(content(f"{passage.title} {passage.text}"))


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Words beside each other, at least one of which says what the text is about."""
    said = terms(text)
    about = frozenset(content(text))
    return frozenset(pair for pair in pairwise(said) if not about.isdisjoint(pair))


def _overlap(places: Sequence[tuple[int, int]], piece: Piece) -> int:
    return sum(max(0, min(piece.end, last) - max(piece.start, first)) for first, last in places)


def _runs(passages: Sequence[Passage], chosen: Mapping[tuple[int, int], Piece]) -> list[Span]:
    """Stretches of neighbours: by passage, the one quoted first before others, each in its own order."""
    first = {at: place for place, at in enumerate(dict.fromkeys(at for at, _ in chosen))}
    runs: list[Span] = []
    before: tuple[int, int] | None = None
    for at, number in sorted(chosen, key=lambda place: (first[place[0]], place[1])):
        piece = chosen[at, number]
        if before == (at, number - 1):
            runs[-1] = Span(passages[at], runs[-1].start, piece.end)
        else:
            runs.append(Span(passages[at], piece.start, piece.end))
        before = (at, number)
    return runs
