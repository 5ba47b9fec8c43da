"""Situations made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.dialogue.pool import Pool

from tacit.dialogue.protocols import Situation
from tacit.dialogue.records import Hit, Passage, Query, Span, Turn
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.dialogue.replies import Reply


def situation(
    turn: str, passages: Sequence[Passage], history: Sequence[Turn] = (), replies: Sequence[Reply] = ()
) -> Situation:
    query = Query(turn, dict.fromkeys(content(turn), 1.0))
    hits = [Hit(passage, 1 / number) for number, passage in enumerate(passages, 1)]
    return Situation(history, turn, query, hits, Pool(100, 1), replies)


def whole(*passages: Passage) -> list[Span]:
    return [Span(passage, 0, len(passage.text)) for passage in passages]
