"""What a text states already, shown while it is being written: the cues marked, and which types are still open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.captions.detect.hits import TYPES
from tacit.captions.words import TYPE_WORDS
from tacit.report.figures import listing
from tacit.report.html import Html, el, join
from tacit.report.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.captions.detect.hits import Hit

LONGEST: Final = 2_000
"""Characters of a text that are read and shown; no answer is meant to be longer."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its cues.

    Attributes:
        stated: Which of the types asked for the detector finds, in the order of asking.
        cues: The text with each cue marked and named.
        html: The same with a sentence on what is stated and what is not yet.
    """

    stated: tuple[str, ...]
    cues: Html
    html: Html


def mark(text: str, asked: Sequence[str], language: str = "en") -> Marked:
    """Mark the cues of a text. It informs and never blocks.

    Args:
        text: What was written so far; only the first 2,000 characters are read.
        asked: The types asked for.
        language: ISO 639-1 code of the text.

    Returns:
        The types stated and a fragment of HTML that is safe whatever the text holds. In a language without a
        detector nothing is marked, and the sentence says so.

    Example:
        >>> marked = mark("Two dogs next to a tree", ["counting", "negation"])
        >>> marked.stated
        ('counting',)
        >>> marked.html.count("<mark")
        1
    """
    text = text[:LONGEST]
    hits = _hits(text, tuple(asked), language)
    if hits is None:
        note = el("p", "There is no detector for this language, so nothing is marked.", class_="stated note")
        plain = el("p", el("bdi", visible(text), lang=""), class_="cues")
        return Marked((), plain, join([plain, note]))
    stated = tuple(t for t in dict.fromkeys(asked) if any(h.kind.type == t for h in hits))
    cues = el("p", _with_cues(text, hits), class_="cues")
    return Marked(stated, cues, join([cues, _sentence(stated, asked, text)]))


def _hits(text: str, asked: tuple[str, ...], language: str) -> list[Hit] | None:
    """The hits of types asked for that count; None when the language has no detector."""
    from tacit.captions.detect.protocol import available, get_detector

    if ("tacit", language) not in available():
        return None
    found = get_detector("tacit", language).detect(text)
    return [hit for hit in found if hit.kind.counts and hit.kind.type in asked]


def _with_cues(text: str, hits: Sequence[Hit]) -> Html:
    parts: list[Html | str] = []
    at = 0
    for hit in hits:
        # One place may state two types (“no longer”): both are told of, the first is marked.
        if hit.start < at:
            continue
        type_ = hit.kind.type
        cue = el("mark", visible(text[hit.start : hit.end]), " ", el("small", _name(type_)), class_=f"type-{type_}")
        parts += [visible(text[at : hit.start]), cue]
        at = hit.end
    return el("bdi", *parts, visible(text[at:]), lang="")


def _name(type_: str) -> str:
    return TYPE_WORDS[type_].name if type_ in TYPES else visible(type_)


def _sentence(stated: Sequence[str], asked: Sequence[str], text: str) -> Html | None:
    if not text.strip() or not asked:
        return None
    missing = [_name(t) for t in dict.fromkeys(asked) if t not in stated]
    told = f"Stated: {listing([_name(t) for t in stated])}. " if stated else ""
    told += f"Not found yet: {listing(missing, 'or')}." if missing else "All that was asked for."
    return el("p", told, class_="stated note")
