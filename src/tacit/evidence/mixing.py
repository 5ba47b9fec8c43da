"""Mixtures of sources whose rates are known with an error: the rate of the whole, and how many items reach a rate.

A mixture of ``n_i`` items with rates ``p_i`` has the rate ``sum n_i p_i / sum n_i``. Its limits are those of MOVER
(Zou and Donner 2008, see `tacit.evidence.mover`). The number of items that gives a wanted rate has as limits the
smallest numbers at which the rate's upper, and lower, limit reaches it: the inversion that Fieller (1954, JRSS B
16:175-185) uses for a ratio, with MOVER limits in place of normal ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from tacit.errors import UsageError
from tacit.evidence.estimate import Estimate
from tacit.evidence.mover import Interval, mover_sum

if TYPE_CHECKING:
    from collections.abc import Sequence

METHOD: Final = "MOVER"
STATED: Final = "stated, taken as exact"
"""Method of a rate that was given without an interval."""
UNSURE: Final = "no number is surely enough, because at the unfavourable ends of the intervals none reaches the target"
_SLACK: Final = 1e-9
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Part:
    """A source of a mixture.

    Attributes:
        items: How many items of it are in the mixture.
        rate: Share of its items that have the property; with a value, 0 to 1.
        shared: Parts with the same name here got their rates from one source of error, such as one detector's
            validation; their errors are added up as if they were one, which is the widest they can be. Errors of
            parts without a name are independent.
    """

    items: float
    rate: Estimate
    shared: str = ""


@dataclass(frozen=True, slots=True)
class Needed:
    """How many items of a source bring a mixture to a rate. Not an `Estimate`, for its upper end may not exist.

    Attributes:
        items: The fewest that reach it if all rates are what they are estimated to be; ``None`` if no number does.
        low: The fewest that could reach it, all rates being within their limits.
        high: The fewest that reach it also at the unfavourable limit; ``None`` if no number is surely enough.
        why: Why there is no number, or why there is none that is surely enough; otherwise ``""``.
        level: Nominal coverage of the limits.
    """

    items: int | None
    low: int | None
    high: int | None
    why: str
    level: float


def stated(rate: float, level: float = 0.95) -> Estimate:
    """A rate that is known, or taken as known: its limits are the rate itself.

    Example:
        >>> stated(0.069).low
        0.069
    """
    return Estimate(rate, rate, rate, 0, STATED, level)


def mix(parts: Sequence[Part]) -> Estimate:
    """The rate of a mixture.

    Args:
        parts: The sources.

    Returns:
        The share of all items, with limits; ``n`` is the sum of what the rates rest on. Missing when there are no
        items, or a rate is missing.

    Raises:
        UsageError: If a number of items is negative or not finite, or the levels of the rates differ.

    Example:
        >>> from tacit.evidence.intervals import wilson
        >>> rate = mix([Part(9_000, stated(1.0)), Part(17_138, wilson(69, 1_000))])
        >>> round(rate.value, 3), round(rate.low, 3), round(rate.high, 3)
        (0.39, 0.38, 0.401)
    """
    level = _level([part.rate for part in parts])
    n = sum(part.rate.n for part in parts)
    total = sum(part.items for part in parts)
    if any(not 0 <= part.items < math.inf for part in parts):
        raise UsageError("Numbers of items must be 0 or more, and finite.")
    if total == 0:
        return Estimate.none("there are no items to mix", n=n, method=METHOD, level=level)
    for part in parts:
        if part.rate.value is None:
            return Estimate.none(f"a rate is not known: {part.rate.missing}", n=n, method=METHOD, level=level)
    sums = np.array([_group_sum(group) for group in _groups(parts, [part.shared for part in parts])]) / total
    value, low, high = (float(x) for x in mover_sum(np.ones(len(sums)), Interval(*sums.T)))
    method = STATED if all(part.rate.method == STATED for part in parts) else METHOD
    return Estimate(value, max(low, 0.0), min(high, 1.0), n, method, level)


def needed(target: float, unknown: Part, fixed: Sequence[Part], rest: Part | None = None) -> Needed:
    """How many items of a source bring a mixture to a rate.

    Args:
        target: The rate, 0 to 1.
        unknown: The source; its number of items does not matter.
        fixed: The other sources, with the items that are there.
        rest: A source that gives way: each item of `unknown` takes the place of one of these, of which there are so
            many while there are none of `unknown`. Without it, items of `unknown` are added.

    Returns:
        The number with its limits, or why there is none.

    Raises:
        UsageError: As `mix`, or if the target is not between 0 and 1.

    Example:
        >>> found = needed(0.39, Part(0, stated(1.0)), [Part(17_138, stated(0.069))])
        >>> found.items, found.high
        (9019, 9019)
        >>> needed(0.5, Part(0, stated(0.3)), [Part(100, stated(0.1))]).why
        'without this source the share is below the target, and with it as well, however much is added'
    """
    if not 0 <= target <= 1:
        raise UsageError(f"The target is {target:g}; a share lies between 0 and 1.")
    lines = [_Line(unknown, 0.0, 1.0), *(_Line(part, part.items, 0.0) for part in fixed)]
    lines += [_Line(rest, rest.items, -1.0)] if rest is not None else []
    level = _level([line.part.rate for line in lines])
    for line in lines:
        if line.part.rate.value is None:
            return Needed(None, None, None, f"a rate is not known: {line.part.rate.missing}", level)
    start, slope = _margin(lines, target)
    below = start < 0 or (start == 0 and slope >= 0)
    if not below:
        # That the share falls to the target is the same question about what does not have the property.
        lines = [replace(line, part=replace(line.part, rate=_complement(line.part.rate))) for line in lines]
        start, slope = -start, -slope
        target = 1 - target
    limit = math.inf if rest is None else rest.items
    if start < 0 and (slope <= 0 or -start / slope > limit * (1 + _SLACK)):
        return Needed(None, None, None, _why_not(slope, below=below), level)
    at = -start / slope if slope else 0.0
    low = at - _distance(lines, at, slope, side=-1)
    high = at + _distance(lines, at, slope, side=1)
    sure = math.isfinite(high) and high <= limit * (1 + _SLACK)
    return Needed(_up(at), _up(max(low, 0.0)), _up(high) if sure else None, "" if sure else UNSURE, level)


@dataclass(frozen=True, slots=True)
class _Line:
    """A part whose number of items is ``start + slope * x``."""

    part: Part
    start: float
    slope: float


def _margin(lines: Sequence[_Line], target: float) -> tuple[float, float]:
    """Items with the property beyond those that the target asks for, as a line in x: value at 0 and slope."""
    above = [_value(line.part.rate) - target for line in lines]
    start = sum(line.start * more for line, more in zip(lines, above, strict=True))
    slope = sum(line.slope * more for line, more in zip(lines, above, strict=True))
    return (0.0 if abs(start) < _SLACK else start), (0.0 if abs(slope) < _SLACK else slope)


def _distance(lines: Sequence[_Line], at: float, slope: float, side: int) -> float:
    """How far from where the margin is zero it equals its own half-width, below (-1) or above (1).

    With ``s`` the distance, the margin is ``slope * s`` and the squared half-width a quadratic in ``s``.
    """
    squares = np.zeros(3)
    for group in _groups(lines, [line.part.shared for line in lines]):
        # Above, the rates may be as low as their lower limits, and below as high as their upper ones.
        arms = [_arm(line.part.rate, -side) for line in group]
        here = sum((line.start + line.slope * at) * arm for line, arm in zip(group, arms, strict=True))
        more = sum(line.slope * arm for line, arm in zip(group, arms, strict=True))
        squares += np.array([more * more, 2 * here * more, here * here])
    if squares[2] == 0:
        return 0.0
    roots = np.roots(np.array([slope * slope, 0.0, 0.0]) - squares)
    real = side * roots.real[np.abs(roots.imag) <= _SLACK * np.abs(roots)]
    return float(min(real[real >= 0], default=math.inf))


def _group_sum(group: Sequence[Part]) -> tuple[float, float, float]:
    """Items with the property, and their limits, of parts whose errors are one."""
    value = sum(part.items * _value(part.rate) for part in group)
    down, up = (sum(part.items * _arm(part.rate, side) for part in group) for side in (-1, 1))
    return value, value - down, value + up


def _groups(things: Sequence[_T], names: Sequence[str]) -> list[list[_T]]:
    """Parts by the name of what their errors share; those without one each by itself."""
    groups: dict[str | int, list[_T]] = {}
    for at, (thing, name) in enumerate(zip(things, names, strict=True)):
        groups.setdefault(name or at, []).append(thing)
    return list(groups.values())


def _value(rate: Estimate) -> float:
    return rate.value if rate.value is not None else math.nan


def _arm(rate: Estimate, side: int) -> float:
    """Distance from a rate to its lower (-1) or upper (1) limit."""
    limit = rate.low if side < 0 else rate.high
    return 0.0 if limit is None else abs(limit - _value(rate))


def _complement(rate: Estimate) -> Estimate:
    if rate.value is None or rate.low is None or rate.high is None:
        return rate
    return replace(rate, value=1 - rate.value, low=1 - rate.high, high=1 - rate.low)


def _level(rates: Sequence[Estimate]) -> float:
    """The one level of all intervals; what is taken as exact has any."""
    levels = {rate.level for rate in rates if rate.method != STATED}
    if len(levels) > 1:
        told = ", ".join(f"{level:g}" for level in sorted(levels))
        raise UsageError(f"The rates have intervals of different levels ({told}). Give all at one level.")
    return levels.pop() if levels else rates[0].level if rates else 0.95


def _why_not(slope: float, *, below: bool) -> str:
    side = "below" if below else "above"
    if slope <= 0:
        return f"without this source the share is {side} the target, and with it as well, however much is added"
    return f"the share stays {side} the target even when this source takes the place of all of the other"


def _up(x: float) -> int:
    return math.ceil(x * (1 - _SLACK) - _SLACK)
