"""Numbers as people read them: enough digits and no more, and a reason where there is none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tacit.evidence.estimate import Estimate

NBSP: Final = "\u00a0"
"""Keeps a number and its unit on one line."""


def count(n: int) -> str:
    """A whole number with separators.

    Example:
        >>> count(155070)
        '155,070'
    """
    return f"{n:,}"


def _digits(percent: float) -> int:
    """Decimals that show about two significant digits of a percentage, at most four."""
    size = abs(percent)
    if size == 0:
        return 0
    digits = min(4, 1 - math.floor(math.log10(size))) if size < 1 else 1
    return 1 if round(size, digits) >= 1 else digits


def percent(share: float, *, unit: bool = True) -> str:
    """A share as a percentage.

    Args:
        share: Between 0 and 1; differences may be negative.
        unit: Whether to add the sign.

    Example:
        >>> [percent(x).replace(NBSP, " ") for x in (0, 0.00004, 0.00017, 0.0043, 0.0196, 0.1956, 0.9999, 1)]
        ['0 %', '0.0040 %', '0.017 %', '0.43 %', '2.0 %', '19.6 %', '99.99 %', '100 %']
        >>> percent(1e-9).replace(NBSP, " ")
        '<0.0001 %'
    """
    value = 100 * share
    sign = f"{NBSP}%" if unit else ""
    if 0 < abs(value) < 0.0001:
        return f"{'-' if value < 0 else ''}<0.0001{sign}"
    if value in {0, 100}:
        return f"{value:.0f}{sign}"
    digits = _digits(value)
    # A share just short of everything must not read as everything.
    while value < 100 and digits < 4 and float(f"{value:.{digits}f}") >= 100:
        digits += 1
    if digits == 4 and float(f"{value:.4f}") >= 100 > value:
        return f">99.9999{sign}"
    return f"{value:.{digits}f}{sign}"


def known(estimate: Estimate) -> float | None:
    """The value of an estimate; None where it is missing or not a finite number.

    Example:
        >>> from tacit.evidence.estimate import Estimate
        >>> known(Estimate(float("nan"), None, None, 3, "Wilson")) is None
        True
    """
    return estimate.value if estimate.value is not None and math.isfinite(estimate.value) else None


def why_missing(estimate: Estimate) -> str:
    """The reason why there is no value, for people."""
    return estimate.missing or "no reason given"


def interval(estimate: Estimate) -> str:
    """The interval of a share as percentages, or an empty string where there is none.

    Example:
        >>> from tacit.evidence.intervals import wilson
        >>> interval(wilson(88, 10_000)), interval(wilson(196_000_000, 1_000_000_000))
        ('0.71–1.1', '19.598–19.602')
    """
    low, high = estimate.low, estimate.high
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    ends = percent(low, unit=False), percent(high, unit=False)
    digits = _digits(100 * high)
    while ends[0] == ends[1] and low < high and digits < 4:
        digits += 1
        ends = f"{100 * low:.{digits}f}", f"{100 * high:.{digits}f}"
    return f"{ends[0]}–{ends[1]}"


def share(estimate: Estimate) -> str:
    """A share with its interval, or the reason why there is none.

    Example:
        >>> from tacit.evidence.estimate import Estimate
        >>> share(Estimate.none("no labels for this type"))
        'not known: no labels for this type'
        >>> from tacit.evidence.intervals import wilson
        >>> share(wilson(88, 10_000)).replace(NBSP, " ")
        '0.88 % (0.71–1.1)'
    """
    value = known(estimate)
    if value is None:
        return f"not known: {why_missing(estimate)}"
    limits = interval(estimate)
    return percent(value) + (f" ({limits})" if limits else "")


def one_in(share: float) -> str:
    """A share as "1 in N", rounded as people would say it; empty for a share of zero.

    Example:
        >>> one_in(0.0017), one_in(0.35), one_in(0.8), one_in(0)
        ('1 in 590', '1 in 3', '8 in 10', '')
    """
    if share <= 0:
        return ""
    if share > 0.4:
        tenths = round(10 * share)
        return "nearly all" if tenths == 10 and share < 1 else f"{tenths} in 10" if tenths < 10 else "all"
    n = 1 / share
    if n >= 20:
        step = 10.0 ** (math.floor(math.log10(n)) - 1)
        n = round(n / step) * step
    return f"1 in {count(round(n))}"


def listing(items: list[str], joint: str = "and") -> str:
    """A list in a sentence.

    Example:
        >>> listing(["a"]), listing(["a", "b"]), listing(["a", "b", "c"])
        ('a', 'a and b', 'a, b and c')
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {joint} {items[-1]}" if items else ""
