"""The same or nearly the same text by the same annotator on another picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.quality.protocol import Check, register
from tacit.captions.elicit.quality.texts import shown, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.captions.elicit.quality.protocol import Past
    from tacit.captions.elicit.records import Answer

_LONG: Final = 8
"""Words from which one repetition is enough: people do write “Two men are talking.” twice."""
_TIMES: Final = 3
"""Earlier pictures on which a shorter text must stand."""
_SHARED: Final = 0.9
"""Share of words in common that makes two long texts nearly the same: one word in ten exchanged."""
_LATEST: Final = 2_000
"""Own answers that are compared word by word; all are compared as a whole."""


@register
class Copies(Check):
    """A text that fits several pictures says little of any of them."""

    name = "copy of own text"
    severity = "serious"

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Compare with what the annotator wrote about other pictures."""
        if answer.nothing:
            return
        text = words(answer.text)
        same = [o for o in past.own if words(o.text) == text] if text else []
        pictures = len({o.picture for o in same})
        if (same and len(text) >= _LONG) or pictures >= _TIMES:
            where = f"{pictures} other pictures, first" if pictures > 1 else "another picture,"
            yield f"The same annotator wrote the same text about {where} in answer {same[0].id}."
        elif len(text) >= _LONG and (near := _nearest(text, past.own[-_LATEST:])):
            yield (
                f"The same annotator wrote nearly the same text about another picture, in answer {near.id}: "
                f"{shown(near.text)}."
            )


def _nearest(text: tuple[str, ...], own: list[Answer]) -> Answer | None:
    """The first answer that shares nearly all distinct words (Dice 1945), in a text of about the same length."""
    mine, size = set(text), len(text)
    for other in own:
        theirs = words(other.text)
        if len(theirs) < _LONG or not _SHARED <= len(theirs) / size <= 1 / _SHARED:
            continue
        distinct = set(theirs)
        if 2 * len(mine & distinct) >= _SHARED * (len(mine) + len(distinct)):
            return other
    return None
