"""Answers that came faster than a person can look, think and type."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.quality.protocol import Check, Finding, register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.captions.elicit.quality.protocol import Past, Project
    from tacit.captions.elicit.records import Answer

_LOOK: Final = 1.0
"""Seconds that looking at a picture and reading a known question take at least."""
_TYPED: Final = 12.5
"""Characters a second of the fastest typists: 150 words of five letters a minute."""
_OTHERS: Final = 500
_LEAST: Final = 20
"""Timed answers, of one's own and of others, that a comparison needs."""
_PART: Final = 0.25
"""Part of the others' median time below which an answer is fast."""


@register
class Hurried(Check):
    """Fast answers are copied, made by a program, or given without looking."""

    name = "too fast"

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Compare with the time that typing takes, and with the time that others take."""
        took = answer.seconds
        if took is None:
            return
        least = _LOOK + len(answer.text) / _TYPED
        if took < least and not answer.pasted:
            yield (
                f"The answer took {took:.1f} s; looking at the picture and typing {len(answer.text)} characters takes "
                f"at least {least:.1f} s."
            )
            return
        others = [o.seconds for o in past.recent(_OTHERS) if o.seconds is not None and o.nothing == answer.nothing]
        if len(others) >= _LEAST and took < _PART * (usual := median(others)):
            yield f"The answer took {took:.1f} s; others take {usual:.0f} s (median of {len(others)} of this type)."

    def of_project(self, project: Project) -> Iterator[Finding]:
        """Compare the median time of each annotator with the others', type by type."""
        timed = {
            key: [(a.id, a.seconds) for a in answers if a.seconds is not None]
            for key, answers in project.written.items()
        }
        for (annotator, type_), mine in timed.items():
            others = [s for (who, t), said in timed.items() if t == type_ and who != annotator for _, s in said]
            if len(mine) < _LEAST or len(others) < _LEAST:
                continue
            own, usual = median(s for _, s in mine), median(others)
            if own < _PART * usual:
                yield Finding(
                    self.name, annotator, None, tuple(id_ for id_, s in mine if s < _PART * usual),
                    f"Annotator {annotator} takes {own:.1f} s for an answer about {type_} (median of {len(mine)}); "
                    f"others take {usual:.0f} s (median of {len(others)}).",
                    self.severity,
                )  # fmt: skip
