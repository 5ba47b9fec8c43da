"""Texts in which the detector does not find the type that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.captions.elicit.quality.protocol import Check, register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.captions.elicit.quality.protocol import Past
    from tacit.captions.elicit.records import Answer


@register
class Unstated(Check):
    """A note and no fault: detectors miss some statements, and the review measures how many."""

    name = "not stated"
    severity = "note"

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Look at what the detector said when the answer came in."""
        del past
        if not answer.nothing and answer.type not in answer.stated:
            yield f"The detector finds no statement of the type asked for ({answer.type}); it may have missed one."
