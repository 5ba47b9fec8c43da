"""A reply as programs and as people's tools take it: plain values, and a list of sources in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tacit.dialogue.answer.display import clean

if TYPE_CHECKING:
    from tacit.dialogue.records import Hit
    from tacit.dialogue.replies import Reply

TERMS: Final = 40
"""Heaviest terms of a query that are told."""
_SOURCES: Final = re.compile(r"\n\n(?:\[\d{1,3}\] [^\n]*(?:\n|\Z))+\Z")
_MARKS: Final = re.compile(r"\s+\[\d{1,3}\](?:\s?\[\d{1,3}\])*")


def record(reply: Reply, *, passages: bool = False) -> dict[str, Any]:
    """A reply as values that JSON can hold.

    Args:
        reply: What a turn got.
        passages: Add the text of what was found, for tools that show it beside the answer.

    Returns:
        ``text``, ``decision``, ``citations`` (number, passage, title, document, start, end, text), ``query`` (text,
        terms, note), ``unsupported``, ``written_by``, ``note``, ``seconds``, and with ``passages`` what was found, best
        first.
    """
    decision = reply.decision
    heaviest = sorted(reply.query.terms.items(), key=lambda pair: (-pair[1], pair[0]))[:TERMS]
    told: dict[str, Any] = {
        "text": reply.text,
        "decision": {
            "kind": decision.kind,
            "reason": decision.reason,
            "scores": {name: round(value, 4) for name, value in decision.scores.items()},
            "options": list(decision.options),
            "looked_for": list(decision.looked_for),
            "verdict": decision.verdict,
        },
        "citations": [
            {
                "number": cited.number, "passage": cited.span.passage.id, "title": cited.span.passage.title,
                "document": cited.span.passage.document, "start": cited.span.start, "end": cited.span.end,
                "text": cited.span.text,
            }
            for cited in reply.citations
        ],
        "query": {
            "text": reply.query.text, "note": reply.query.note,
            "terms": {term: round(weight, 4) for term, weight in heaviest},
        },
        "unsupported": list(reply.unsupported),
        "written_by": reply.written_by,
        "note": reply.note,
        "seconds": {name: round(value, 4) for name, value in reply.seconds.items()},
    }  # fmt: skip
    if passages:
        told["passages"] = [_passage(hit) for hit in reply.hits]
    return told


def sources(reply: Reply) -> str:
    """What a reply leans on, one line for each place; empty if it leans on nothing.

    Front ends may show it as Markdown, so titles are told without anything that loads or links.

    Example:
        >>> from tacit.dialogue import Citation, Decision, Passage, Query, Reply, Span
        >>> passage = Passage("p", "Llamas hum. They spit. They eat.", title="Llamas", document="llamas.md")
        >>> cited = (Citation(1, Span(passage, 0, 11)), Citation(2, Span(passage, 23, 32)))
        >>> sources(Reply("They hum [1] and eat [2].", Decision("answer", ""), Query("", {}), citations=cited))
        '[1] [2] Llamas (llamas.md)'
    """
    places: dict[str, list[int]] = {}
    for cited in reply.citations:
        passage = cited.span.passage
        place = clean(passage.document or passage.id)
        name = clean(passage.title).removeprefix(f"{place} > ") or place
        places.setdefault(f"{name} ({place})" if place != name else name, []).append(cited.number)
    return "\n".join(f"{' '.join(f'[{number}]' for number in numbers)} {name}" for name, numbers in places.items())


def unsourced(text: str) -> str:
    r"""What the assistant said, without marks of citations and without the list of sources below it.

    Example:
        >>> unsourced("They hum. [1] They spit [2][1].\n\n[1] Llamas (llamas.md)\n[2] Spitting (spit.md)")
        'They hum. They spit.'
    """
    return _MARKS.sub("", _SOURCES.sub("", text)).strip()


def _passage(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "id": passage.id, "title": passage.title, "document": passage.document, "text": passage.text,
        "score": round(hit.score, 4),
    }  # fmt: skip
