"""How much of what the base could do the tuned model can still do, with intervals and a verdict.

Retention is chance-corrected: ``(tuned - chance) / (base - chance)``, so that 1 is everything and 0 is guessing. Over
tasks the numerators and the denominators are pooled; a mean of ratios would be ruled by the tasks at which the base is
weakest. Both models answer the same items after the same demonstrations in the same order, and everything here is
paired by that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from tacit.evidence.comparing.crossed_ratio import crossed_means, crossed_ratio
from tacit.evidence.estimate import Estimate
from tacit.report.figures import percent
from tacit.verify.ruling import rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

LEAST: Final = 0.02
"""How far above chance the base must be shown to be for a share of that to mean anything."""
MARGIN: Final = 0.05

Verdict = Literal["kept", "broken", "not shown to be kept", "not measurable"]

NO_ITEMS: Final = "no item has an answer of both models"


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """What both models got right of one task with one number of demonstrations.

    Attributes:
        task: Its name.
        chance: Accuracy of guessing.
        base: 1 where the base is right, 0 where it is wrong, NaN where there is no answer; shape ``(draws, items)``.
        tuned: The same of the tuned model.
    """

    task: str
    chance: float
    base: Table
    tuned: Table

    def complete(self) -> Pair | None:
        """The pair without gaps; ``None`` when nothing is left.

        A draw in which most items lack an answer is left out whole (its prompts are too long, say); then items that
        lack one in any draw left.
        """
        gaps = np.isnan(self.base) | np.isnan(self.tuned)
        draws = gaps.mean(axis=1) <= 0.5 if gaps.size else np.zeros(len(gaps), dtype=bool)
        items = ~gaps[draws].any(axis=0)
        if not draws.any() or not items.any():
            return None
        return Pair(self.task, self.chance, self.base[draws][:, items], self.tuned[draws][:, items])


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept, over some tasks.

    Attributes:
        base: Accuracy of the base, each task counting alike.
        tuned: That of the tuned model.
        difference: Tuned less base.
        retention: ``(tuned - chance) / (base - chance)``, pooled; missing where the base is not shown to be above
            chance.
        verdict: Whether the loss is shown to be within the margin; see `verdict_on`.
        items: How many items it rests on, over all tasks.
        left_out: How many items lack an answer of one model.
    """

    base: Estimate
    tuned: Estimate
    difference: Estimate
    retention: Estimate
    verdict: Verdict
    items: int
    left_out: int


def kept(pairs: Sequence[Pair], *, margin: float = MARGIN, level: float = 0.95) -> Kept:
    """Compare two models over tasks.

    Args:
        pairs: One per task, at one number of demonstrations (or averaged over several: `averaged`).
        margin: The largest loss that does not matter, as a share of what the base has.
        level: Nominal coverage.

    Returns:
        Accuracies and difference (`crossed_means`), retention (`crossed_ratio`) and verdict. Tasks without a complete
        item are left out.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> base = (rng.random((5, 200)) < 0.8).astype(float)
        >>> found = kept([Pair("a", 0.5, base, base * (rng.random((5, 200)) < 0.9))])
        >>> round(found.retention.value, 2), found.verdict
        (0.7, 'broken')
    """
    whole = [pair for pair in (pair.complete() for pair in pairs) if pair is not None]
    items = sum(pair.base.shape[1] for pair in whole)
    left_out = sum(pair.base.shape[1] for pair in pairs) - items
    if not whole:
        none = Estimate.none(NO_ITEMS, level=level)
        return Kept(none, none, none, none, "not measurable", 0, left_out)
    retention = _retention(whole, level)
    return Kept(
        base=_within(crossed_means([pair.base for pair in whole], level)),
        tuned=_within(crossed_means([pair.tuned for pair in whole], level)),
        difference=crossed_means([pair.tuned - pair.base for pair in whole], level),
        retention=retention,
        verdict=verdict_on(retention, margin),
        items=items,
        left_out=left_out,
    )


def verdict_on(retention: Estimate, margin: float) -> Verdict:
    """What the interval of retention says, by the rule and in the words of `tacit.verify.ruling.rule`.

    ``kept``: retention is shown to be above ``1 - margin``. The interval holds the ratios that are not rejected, so
    this is the one-sided test of non-inferiority at ``1 - margin`` (Wellek 2010, Testing Statistical Hypotheses of
    Equivalence and Noninferiority, ch. 2), at half of what the interval leaves out. ``broken``: it is shown to be below
    1, and not to be within the margin.

    Example:
        >>> of = lambda low, high: Estimate((low + high) / 2, low, high, 100, "Fieller")
        >>> [verdict_on(of(*ends), 0.05) for ends in ((0.96, 1.02), (0.6, 0.8), (0.9, 1.1))]
        ['kept', 'broken', 'not shown to be kept']
    """
    if retention.value is None or retention.low is None or retention.high is None:
        return "not measurable"
    loss = Estimate(retention.value - 1, retention.low - 1, retention.high - 1, retention.n, retention.method)
    said = rule(loss, "retain", margin)
    return "kept" if said == "kept" else "broken" if said == "broken" else "not shown to be kept"


def gain_kept(few: Sequence[Pair], zero: Sequence[Pair], level: float = 0.95) -> Estimate:
    """How much of what demonstrations add for the base they add for the tuned model.

    ``(tuned_k - tuned_0) / (base_k - base_0)``, pooled over tasks. It falls, too, when tuning raises the accuracy
    without demonstrations: there is less left for them to add. So look at it beside that.

    Args:
        few: One pair per task, with demonstrations.
        zero: Those of the same tasks and items without demonstrations; one draw.
        level: Nominal coverage.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> zero, few = (rng.random((1, 99)) < 0.3).astype(float), (rng.random((5, 99)) < 0.9).astype(float)
        >>> gain_kept([Pair("a", 0.5, few, few)], [Pair("a", 0.5, zero, zero)]).value
        1.0
    """
    without = {pair.task: pair for pair in zero}
    gains = []
    for pair in few:
        if pair.task not in without:
            continue
        own = without[pair.task]
        gain = Pair(pair.task, 0.0, pair.base - own.base, pair.tuned - own.tuned).complete()
        if gain is not None:
            gains.append(gain)
    if not gains:
        return Estimate.none(NO_ITEMS, level=level)
    above = crossed_means([gain.base for gain in gains], level)
    if above.low is None or above.low <= LEAST:
        said = f"demonstrations are not shown to add more than {percent(LEAST)} for the base"
        return Estimate.none(said, n=above.n, method=above.method, level=level)
    return crossed_ratio([(gain.tuned, gain.base) for gain in gains], level)


def averaged(pairs: Sequence[Pair]) -> Pair:
    """The pairs of one task at several numbers of demonstrations, as one: the area under its curve.

    Each number counts alike. When they double (1, 2, 4, ...) that is the area over a logarithmic scale.

    Args:
        pairs: Of one task, items and number of draws. A gap in one is a gap in the average.

    Example:
        >>> one, other = (Pair("a", 0.5, np.array([[x]]), np.array([[1.0]])) for x in (0.0, 1.0))
        >>> averaged([one, other]).base.tolist()
        [[0.5]]
    """
    first = pairs[0]
    base, tuned = (np.mean([getattr(pair, name) for pair in pairs], axis=0) for name in ("base", "tuned"))
    return Pair(first.task, first.chance, base, tuned)


def _retention(whole: Sequence[Pair], level: float) -> Estimate:
    above = crossed_means([pair.base - pair.chance for pair in whole], level)
    if above.low is None or above.low <= LEAST:
        said = above.missing or f"the base is not shown to be more than {percent(LEAST)} above chance"
        return Estimate.none(said, n=above.n, method=above.method, level=level)
    return crossed_ratio([(pair.tuned - pair.chance, pair.base - pair.chance) for pair in whole], level)


def _within(accuracy: Estimate) -> Estimate:
    """An accuracy whose interval ends at 0 and 1."""
    if accuracy.value is None or accuracy.low is None or accuracy.high is None:
        return accuracy
    low, high = max(accuracy.low, 0.0), min(accuracy.high, 1.0)
    return Estimate(accuracy.value, low, high, accuracy.n, accuracy.method, accuracy.level)
