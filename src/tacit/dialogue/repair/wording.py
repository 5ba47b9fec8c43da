"""A judgement in words, with citations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.dialogue.protocols import Draft

if TYPE_CHECKING:
    from tacit.dialogue.records import Span
    from tacit.dialogue.repair.judge import Judgement

_LONGEST: Final = 300


def say(judgement: Judgement) -> Draft:
    """The reply to a dispute, with the sentences it cites; markup in them is left as it is, for whoever shows it.

    Example:
        >>> from tacit.dialogue.records import Passage, Span
        >>> from tacit.dialogue.repair.claim import Claim
        >>> from tacit.dialogue.repair.judge import Judgement
        >>> span = Span(Passage("a", "The bridge opened in 1889."), 0, 26)
        >>> made = Claim("holds", "it opened in 1889", "When did it open?", "In 1925.")
        >>> say(Judgement("corrected", made, against=span)).text
        'You are right: "The bridge opened in 1889." [1]'
    """
    first, second = judgement.answer, judgement.against
    if first and second:
        text = f"The documents do not settle this. One says: {_quoted(first)} [1] Another says: {_quoted(second)} [2]"
        return Draft(text, (first, second))
    if judgement.conflicts and not (first or second):
        one, other = judgement.conflicts[0]
        text = f"The documents contradict each other: {_quoted(one)} [1] but {_quoted(other)} [2]"
        return Draft(text, (one, other))
    if second:
        return Draft(f"You are right: {_quoted(second)} [1]", (second,))
    if first:
        return Draft(f"I looked again, and I stand by it: {_quoted(first)} [1]", (first,))
    if judgement.says:
        return Draft(f"I looked again. What the documents say: {_quoted(judgement.says)} [1]", (judgement.says,))
    return Draft("I looked again, and the documents do not settle this: I found nothing that supports either.", ())


def _quoted(span: Span) -> str:
    text = " ".join(span.text.split())
    return f'"{text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"}"'
