"""How well a detector does on labelled captions: precision, recall and F1 per type, each with an interval."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from tacit.captions.detect.hits import TYPES
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.captions.detect.protocol import Detector
    from tacit.captions.validation import ValidationCaption


@dataclass(frozen=True, slots=True)
class TypeAccuracy:
    """What a detector gets right and wrong for one type, on labelled captions.

    Attributes:
        type: One of the four types.
        precision: Share of detected captions that state the type.
        recall: Share of captions that state the type which are detected.
        f1: Harmonic mean of the two.
        captions: Captions looked at.
        positives: Captions that state the type.
        detected: Captions with a hit that counts.
        false_alarms: Identifiers of captions detected that do not state the type.
        misses: Identifiers of captions that state the type and were not detected.
    """

    type: str
    precision: Estimate
    recall: Estimate
    f1: Estimate
    captions: int
    positives: int
    detected: int
    false_alarms: tuple[str, ...]
    misses: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def f1_estimate(right: int, wrong: int, level: float = 0.95) -> Estimate:
    """F1 with an interval.

    Let ``J = right / (right + wrong)``, the share of true positives among all captions that are detected or positive
    (Jaccard 1912). It is a plain proportion, and ``F1 = 2J / (1 + J)`` grows with it, so the ends of its Wilson
    interval (Wilson 1927, JASA 22:209-212) map to the ends of one for F1.

    Args:
        right: True positives.
        wrong: False alarms and misses together.
        level: Nominal coverage.

    Returns:
        The estimate; its ``n`` is ``right + wrong``. Missing when both are 0.

    Raises:
        DataError: If a count is negative.
        UsageError: If `level` is not between 0 and 1.

    Example:
        >>> round(f1_estimate(8, 4).value, 3)
        0.8
    """
    share = wilson(right, right + wrong, level)
    if share.value is None or share.low is None or share.high is None:
        return replace(share, missing="nothing detected and nothing to detect")
    value, low, high = (2 * x / (1 + x) for x in (share.value, share.low, share.high))
    return replace(share, value=value, low=low, high=high, method="Wilson (through Jaccard)")


def measure(detector: Detector, captions: Sequence[ValidationCaption], level: float = 0.95) -> tuple[TypeAccuracy, ...]:
    """Compare a detector with labels.

    Args:
        detector: Any detector; its `scan` is used.
        captions: Labelled captions, usually of the detector's language.
        level: Nominal coverage of the intervals.

    Returns:
        One entry per type, in the order of `TYPES`. A ratio with nothing below the line is missing, never zero.

    Raises:
        UsageError: If `level` is not between 0 and 1.

    Example:
        >>> from tacit.captions.detect.protocol import get_detector
        >>> from tacit.captions.validation import load
        >>> counting = measure(get_detector("kamath2026"), load("en", "crowd"))[0]
        >>> counting.type, counting.precision.n == counting.detected
        ('counting', True)
    """
    import polars as pl

    scan = detector.scan(pl.Series("caption", [c.caption for c in captions], dtype=pl.String))
    found = []
    for type_ in TYPES:
        detected = {int(row) for row in scan.counted_rows(type_)}
        positive = {row for row, c in enumerate(captions) if c.states(type_)}
        right = len(detected & positive)
        precision, recall = wilson(right, len(detected), level), wilson(right, len(positive), level)
        found.append(
            TypeAccuracy(
                type=type_,
                precision=precision if detected else replace(precision, missing="nothing detected"),
                recall=recall if positive else replace(recall, missing="no caption states the type"),
                f1=f1_estimate(right, len(detected ^ positive), level),
                captions=len(captions),
                positives=len(positive),
                detected=len(detected),
                false_alarms=tuple(captions[row].id for row in sorted(detected - positive)),
                misses=tuple(captions[row].id for row in sorted(positive - detected)),
            )
        )
    return tuple(found)
