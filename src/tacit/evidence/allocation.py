"""Where further labels help most, and how many it takes to halve an interval."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.evidence.prevalence import stratified_many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tacit.evidence.prevalence import Stratum

_BISECTIONS: Final = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """How many more labels to collect, and in which strata.

    Attributes:
        labels: How many in all.
        per_stratum: How many in each stratum, in the order given.
        width: Width of the interval now, between 0 and 1.
        expected_width: Width to be expected with them.
    """

    labels: int
    per_stratum: tuple[int, ...]
    width: float
    expected_width: float


def allocate(budget: int, strata: Sequence[Stratum]) -> tuple[int, ...]:
    """Divide further labels between strata so that the estimate for the whole varies least.

    Neyman (1934), JRSS 97:558-625, given the labels there already are. The division into whole labels is exactly
    optimal: each label goes where it lowers the variance most, which is where ``W S / sqrt(n (n + 1))`` is greatest
    (Wright 2012, The American Statistician 66:217-224). The standard deviation S of a stratum is taken from its
    Jeffreys posterior, so a stratum without a positive label so far, or without any label, still gets its share.

    Args:
        budget: Labels to divide.
        strata: The strata with their sizes and present labels. None gets more labels than it has captions.

    Returns:
        Labels to add per stratum, in the order given. They sum to `budget`, or to all unlabelled captions if those
        are fewer.

    Raises:
        UsageError: If `budget` is negative.

    Example:
        >>> from tacit.evidence.prevalence import Stratum
        >>> allocate(400, [Stratum(100_000, 50, 25), Stratum(900_000, 50, 0)])
        (130, 270)
    """
    if budget < 0:
        raise UsageError(f"A budget of {budget} labels cannot be divided; give 0 or more.")
    size = np.array([s.size for s in strata], dtype=np.float64)
    have = np.array([s.labelled for s in strata], dtype=np.int64)
    room = np.array([s.size for s in strata], dtype=np.int64) - have
    budget = min(budget, int(room.sum()))
    if budget == 0:
        return (0,) * len(strata)
    gain = size / size.sum() * np.sqrt(_posterior_variance(strata))
    given = _bulk(budget, gain, have, room)
    queue = [(-_priority(gain[i], have[i] + given[i]), -gain[i], i) for i in range(len(strata)) if given[i] < room[i]]
    heapq.heapify(queue)
    for _ in range(budget - int(given.sum())):
        _, _, i = queue[0]
        given[i] += 1
        if given[i] < room[i]:
            heapq.heapreplace(queue, (-_priority(gain[i], have[i] + given[i]), -gain[i], i))
        else:
            heapq.heappop(queue)
    return tuple(given.tolist())


def _priority(gain: float, n: int) -> float:
    """Square root of the variance that label ``n + 1`` removes; a first label removes it all."""
    return float("inf") if n == 0 else float(gain / np.sqrt(n * (n + 1.0)))


def _bulk(
    budget: int, gain: NDArray[np.float64], have: NDArray[np.int64], room: NDArray[np.int64]
) -> NDArray[np.int64]:
    """What all labels above some priority come to, for the highest such total within the budget."""

    def above(threshold: float) -> NDArray[np.int64]:
        # n (n + 1) <= (gain / threshold)^2 holds up to the root below; label n + 1 then is worth giving.
        last = np.floor((np.sqrt(1 + 4 * (gain / threshold) ** 2) - 1) / 2) + 1
        last = np.minimum(last, have + room).astype(np.int64)
        return np.asarray(np.clip(last - have, 0, room))

    if ((have == 0) & (room > 0)).sum() > budget:
        return np.zeros_like(room)  # not even a first label for each
    high = float(gain.max())
    while above(high).sum() > budget:
        high *= 2
    low = high * 1e-12  # the threshold of the 10**12th label
    for _ in range(_BISECTIONS):
        middle = np.sqrt(low) * np.sqrt(high)
        low, high = (middle, high) if above(middle).sum() > budget else (low, middle)
    return above(high)


def _posterior_variance(strata: Sequence[Stratum]) -> NDArray[np.float64]:
    """Mean of p (1 - p) under Beta(k + 1/2, n - k + 1/2)."""
    a = np.array([s.positives + 0.5 for s in strata])
    b = np.array([s.trials - s.positives + 0.5 for s in strata])
    return np.asarray(a * b / ((a + b) * (a + b + 1)))


def expected_width(strata: Sequence[Stratum], further: Sequence[int], level: float = 0.95) -> float:
    """Width of the prediction-powered interval to be expected once further labels are in.

    The interval is computed again (`stratified_many`) with the larger samples, and with as many positives as the
    Jeffreys posterior means predict.

    Args:
        strata: The strata as they are.
        further: Labels to be added to each; with none at all, this is the width now.
        level: Nominal coverage.

    Raises:
        DataError: If a stratum would be left without labels, or would have more labels than captions.
        UsageError: If `level` is not between 0 and 1.

    Example:
        >>> from tacit.evidence.prevalence import Stratum
        >>> now = [Stratum(2_000, 100, 30), Stratum(998_000, 300, 0)]
        >>> round(expected_width(now, [0, 0]), 4), round(expected_width(now, [0, 1000]), 4)
        (0.0101, 0.0045)
    """
    size, trials, positives = [], [], []
    for stratum, more in zip(strata, further, strict=True):
        if not 0 < stratum.labelled + more <= stratum.size or more < 0:
            raise DataError(
                f"Stratum {stratum.name or '(unnamed)'} has {stratum.size} captions and {stratum.labelled} labels; "
                f"{more} more are not possible or leave it without any."
            )
        # Further labels are taken to be worth as much each as the present ones.
        worth = stratum.trials / stratum.labelled if stratum.labelled else 1.0
        share = (stratum.positives + 0.5) / (stratum.trials + 1)
        size.append(stratum.size)
        trials.append(stratum.trials + more * worth)
        positives.append(stratum.positives + more * worth * share)
    interval = stratified_many(size, positives, trials, level)
    return float(interval.high - interval.low)


def labels_to_halve(strata: Sequence[Stratum], level: float = 0.95, *, factor: float = 0.5) -> Plan:
    """The fewest further labels that are expected to halve the interval, divided as `allocate` divides them.

    The square-root rule (four times the labels) does not hold where counts are near zero, where strata are small, or
    where the present labels lie in the wrong stratum. So the interval itself is computed for every number tried.

    Args:
        strata: The strata with their present labels.
        level: Nominal coverage.
        factor: Wanted width over the present one.

    Returns:
        The plan. Labelling everything leaves no interval, so there always is one.

    Raises:
        InsufficientDataError: If a stratum has no labels yet, so that there is no interval to halve.
        UsageError: If `factor` or `level` is not between 0 and 1.

    Example:
        >>> from tacit.evidence.prevalence import Stratum
        >>> plan = labels_to_halve([Stratum(2_000, 100, 30), Stratum(998_000, 300, 0)])
        >>> plan.labels, plan.per_stratum
        (735, (0, 735))
    """
    if not 0 < factor < 1:
        raise UsageError(f"The factor must lie between 0 and 1, not {factor!r}: 0.5 halves the interval.")
    used = [s for s in strata if s.size]
    bare = [s.name or "(unnamed)" for s in used if not s.labelled]
    if bare or not used:
        raise InsufficientDataError(
            f"There is no interval to halve yet: label some captions in stratum {', '.join(bare)} first."
            if used
            else "There is no interval to halve: every stratum is empty."
        )
    now = expected_width(used, [0] * len(used), level)
    wanted = factor * now

    def width_with(budget: int) -> float:
        return expected_width(used, allocate(budget, used), level)

    everything = sum(s.size - s.labelled for s in used)
    too_few, enough = 0, min(1, everything)
    while enough < everything and width_with(enough) > wanted:
        too_few, enough = enough, min(2 * enough, everything)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (middle, enough) if width_with(middle) > wanted else (too_few, middle)
    shares = iter(allocate(enough, used))
    per_stratum = tuple(next(shares) if s.size else 0 for s in strata)
    return Plan(enough, per_stratum, now, width_with(enough))
