"""The text of another annotator about the same picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.quality.protocol import Check, register
from tacit.captions.elicit.quality.texts import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.captions.elicit.quality.protocol import Past
    from tacit.captions.elicit.records import Answer

_LEAST: Final = 8
"""Words below which two people write the same by chance: “A dog runs over a meadow.”"""


@register
class Echo(Check):
    """Two people seldom find the same words; if they do, one may have them from the other or both from a model."""

    name = "same text as another"

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Compare with what others wrote about the picture."""
        text = words(answer.text)
        if answer.nothing or len(text) < _LEAST:
            return
        for other in past.beside:
            if words(other.text) == text:
                yield f"Annotator {other.annotator} wrote the same text about this picture, in answer {other.id}."
                return
