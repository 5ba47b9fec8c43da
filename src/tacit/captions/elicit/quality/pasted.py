"""Text that was pasted rather than typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.captions.elicit.quality.protocol import Check, register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.captions.elicit.quality.protocol import Past
    from tacit.captions.elicit.records import Answer


@register
class Pasted(Check):
    """Pasting is how texts of other pictures, of other people and of chat models arrive; it may also be harmless."""

    name = "pasted"

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Say so when the browser reported it."""
        del past
        if answer.pasted and not answer.nothing:
            yield "The text, or a part of it, was pasted into the field rather than typed."
