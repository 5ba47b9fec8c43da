"""What two detectors find in the same captions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tacit.captions.audit.rates import example_of
from tacit.captions.audit.result import Contrast, Example
from tacit.captions.detect.hits import TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.captions.audit.tally import Tally
    from tacit.captions.detect.protocol import Detector


def make_contrasts(
    tally: Tally, other: str, mine: Mapping[str, Detector], theirs: Mapping[str, Detector]
) -> tuple[Contrast, ...]:
    """Counts of agreement and captions that only one of the two finds, per type.

    Args:
        tally: The counts of an audit with a second detector.
        other: The second detector's name.
        mine: The audit's detector, by language.
        theirs: The second one, by language.
    """
    found = []
    for type_ in TYPES:
        counts = tally.contrast.get(type_, np.zeros(4, dtype=np.int64))
        neither, only_other, only_this, both = (int(n) for n in counts)
        here = _examples(tally, type_, "this", mine)
        there = _examples(tally, type_, "other", theirs)
        found.append(Contrast(type_, other, both, only_this, only_other, neither, here, there))
    return tuple(found)


def _examples(tally: Tally, type_: str, side: str, detectors: Mapping[str, Detector]) -> tuple[Example, ...]:
    shown = []
    for language in sorted(detectors):
        for _, caption in tally.differing.get((language, type_, side), ()):
            hits = detectors[language].detect(caption)
            hit = next((h for h in hits if h.kind.type == type_ and h.kind.counts), None)
            if hit is not None:
                shown.append(example_of(hit, caption))
    return tuple(shown)
