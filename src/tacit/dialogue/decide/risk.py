"""Answering only what is likely enough to be answerable: risk against coverage, and the point to work at.

Risk is the share of answered turns that should have been declined; coverage is the share of turns answered. Both
depend on how many turns have no answer at all, which is a fact about users and documents and not about the model.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import mid_p

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

FEWEST: Final = 30
"""Answered turns below which no risk is told."""

_CORNERS: Final = "corners of two mid-P intervals; the share of unanswerable turns is taken as known"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Where to draw the line.

    Attributes:
        threshold: Probability of being unanswerable up to which a turn is answered.
        risk: Share of the answered turns that should have been declined.
        coverage: Share of the turns that are answered.
    """

    threshold: float
    risk: Estimate
    coverage: Estimate


@dataclass(frozen=True, slots=True)
class RiskCurve:
    """What each threshold lets through, counted on conversations that the model had not seen.

    Only the thresholds just before a further unanswerable turn are kept: between two of them a higher one lets more
    through at less risk.

    Attributes:
        thresholds: Ascending.
        missed: Unanswerable turns that are answered, by threshold.
        passed: Answerable turns that are answered, by threshold.
        unanswerable: All such turns.
        answerable: All such turns.
    """

    thresholds: tuple[float, ...]
    missed: tuple[int, ...]
    passed: tuple[int, ...]
    unanswerable: int
    answerable: int

    @property
    def share(self) -> float:
        """Share of unanswerable turns."""
        return self.unanswerable / (self.unanswerable + self.answerable)

    def at(self, threshold: float, share: float | None = None) -> OperatingPoint:
        """Risk and coverage of a threshold.

        Args:
            threshold: Rounded down to the next one that is kept; below the lowest, nothing is answered.
            share: Of unanswerable turns where the model is used; that of the training data if not given.
        """
        at = int(np.searchsorted(self.thresholds, threshold, side="right")) - 1
        missed, passed = (self.missed[at], self.passed[at]) if at >= 0 else (0, 0)
        if share is None:
            whole = self.unanswerable + self.answerable
            return OperatingPoint(threshold, mid_p(missed, missed + passed), mid_p(missed + passed, whole))
        bad, good = mid_p(missed, self.unanswerable), mid_p(passed, self.answerable)
        return OperatingPoint(threshold, _risk(bad, good, share, missed + passed), _coverage(bad, good, share))

    def point(self, risk: float, share: float | None = None) -> OperatingPoint:
        """The threshold of the largest coverage at which the risk is not above what is wanted.

        Args:
            risk: Largest share of the answered turns that should have been declined.
            share: See `at`.

        Raises:
            UsageError: If one of the two does not lie between 0 and 1, or the risk cannot be reached; the message says
                what can.
        """
        for name, value in (("risk", risk), ("share", share)):
            if value is not None and not 0 < value < 1:
                raise UsageError(f"The {name} must lie between 0 and 1, not {value!r}.")
        wanted = self.share if share is None else share
        kept = [at for at in range(len(self.thresholds)) if self.missed[at] + self.passed[at] >= FEWEST]
        risks, coverages = zip(*(self._plain(at, wanted) for at in kept), strict=True)
        good = [at for at in range(len(kept)) if risks[at] <= risk]
        if good:
            return self.at(self.thresholds[kept[max(good, key=lambda at: coverages[at])]], share)
        best = min(range(len(kept)), key=lambda at: risks[at])
        raise UsageError(
            f"A risk of {risk:g} cannot be reached: the lowest is {risks[best]:.3f}, when {coverages[best]:.0%} of the "
            f"turns are answered and {wanted:.1%} of all have no answer. Ask for more, or add a verifier."
        )

    def _plain(self, at: int, share: float) -> tuple[float, float]:
        """Risk and coverage without intervals, which take time."""
        wrong = share * self.missed[at] / self.unanswerable
        answered = wrong + (1 - share) * self.passed[at] / self.answerable
        return wrong / answered, answered

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` takes them back."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any], source: str = "the curve") -> RiskCurve:
        """The curve of `to_json`.

        Raises:
            DataError: If it is none.
        """
        try:
            rows = {key: tuple(values[key]) for key in ("thresholds", "missed", "passed")}
            found = cls(**rows, unanswerable=int(values["unanswerable"]), answerable=int(values["answerable"]))
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"{source} does not hold risks by threshold: {error}.") from error
        if not len(found.thresholds) == len(found.missed) == len(found.passed) > 0:
            raise DataError(f"{source}: there must be as many counts as thresholds.")
        if min(found.unanswerable, found.answerable) < 1 or found.missed[-1] + found.passed[-1] < FEWEST:
            raise DataError(f"{source}: risks take {FEWEST} turns at least, of both kinds.")
        return found


def _risk(bad: Estimate, good: Estimate, share: float, n: int) -> Estimate:
    if not n:
        return Estimate.none("nothing is answered")

    def of(missed: float | None, passed: float | None) -> float:
        wrong, right = share * (missed or 0.0), (1 - share) * (passed or 0.0)
        return wrong / (wrong + right) if wrong + right else 0.0

    # Risk rises with what is missed and falls with what is passed, so it lies between these corners.
    return Estimate(of(bad.value, good.value), of(bad.low, good.high), of(bad.high, good.low), n, _CORNERS)


def _coverage(bad: Estimate, good: Estimate, share: float) -> Estimate:
    value, low, high = (
        share * (b or 0.0) + (1 - share) * (g or 0.0)
        for b, g in ((bad.value, good.value), (bad.low, good.low), (bad.high, good.high))
    )
    return Estimate(value, low, high, bad.n + good.n, _CORNERS)


def risk_curve(probabilities: ArrayLike, labels: Sequence[int]) -> RiskCurve:
    """Count what each threshold lets through.

    Args:
        probabilities: Of being unanswerable, for turns that the model had not seen.
        labels: 1 for unanswerable turns, else 0.

    Raises:
        InsufficientDataError: If one of the two kinds is absent.

    Example:
        >>> curve = risk_curve([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 0])
        >>> curve.thresholds, curve.missed, curve.passed
        ((0.2, 0.4), (0, 1), (2, 3))
    """
    p, y = np.asarray(probabilities, float), np.asarray(labels, int)
    if not 0 < y.sum() < len(y):
        raise InsufficientDataError("Risks take answerable and unanswerable turns.")
    values = np.unique(p)
    missed = np.searchsorted(np.sort(p[y == 1]), values, side="right")
    passed = np.searchsorted(np.sort(p[y == 0]), values, side="right")
    last = np.append(missed[1:] > missed[:-1], True)
    return RiskCurve(
        tuple(values[last].tolist()), tuple(missed[last].tolist()), tuple(passed[last].tolist()),
        int(y.sum()), int((y == 0).sum()),
    )  # fmt: skip


def aurc(probabilities: ArrayLike, labels: Sequence[int]) -> float:
    """Area under the risk-coverage curve: the mean risk over all coverages, lower is better.

    Geifman, Uziel and El-Yaniv 2019 (Bias-reduced uncertainty estimation for deep neural classifiers), eq. 2; among
    turns with equal probabilities errors are taken as spread evenly. Answering at random gives the share of
    unanswerable turns.

    Example:
        >>> aurc([0.1, 0.2, 0.3, 0.4], [0, 0, 0, 1])
        0.0625
    """
    p, y = np.asarray(probabilities, float), np.asarray(labels, float)
    _, inverse = np.unique(p, return_inverse=True)
    even = (np.bincount(inverse, y) / np.bincount(inverse))[inverse][np.argsort(p, kind="stable")]
    return float((np.cumsum(even) / np.arange(1, len(y) + 1)).mean())
