"""Numbers as people read them: enough digits and no more, and a reason where there is none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tacit.evidence.estimate import Estimate

NBSP: Final = "\u00a0"
"""Keeps a number and its unit on one line."""

MINUS: Final = "\u2212"
"""As wide as a plus, and no place to break a line."""


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


def between(low: float | None, high: float | None, form: Callable[[float], str]) -> str:
    """An interval whose ends may be negative, or an empty string where there is none.

    Example:
        >>> between(-1.24, 3.06, points), between(None, None, points)
        ('−1.2 to +3.1', '')
    """
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"{form(low)} to {form(high)}"


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


def number(value: float, *, signed: bool = False) -> str:
    """A plain number: three significant digits, or all those before the point.

    Args:
        value: Any finite number.
        signed: Whether positive ones get a sign, as differences and slopes do.

    Example:
        >>> [number(x) for x in (0, 0.01234, -3.14159, 42.0, 12345.6, 2e-7, 3.2e12)]
        ['0', '0.0123', '−3.14', '42', '12,346', '2e-07', '3.2e+12']
        >>> number(2.345, signed=True), number(0, signed=True)
        ('+2.35', '0')
    """
    size = abs(value)
    if value == 0:
        return "0"
    form = ".3g" if size < 1e-5 or size >= 1e9 else ",.0f" if size >= 999.5 else f".{2 - _exponent(size)}f"
    shown = format(size, form)
    shown = shown.rstrip("0").rstrip(".") if "." in shown and "e" not in shown else shown
    return _sign(value, plus=signed) + shown


def _sign(value: float, *, plus: bool) -> str:
    return MINUS if value < 0 else "+" if plus and value > 0 else ""


def _exponent(size: float) -> int:
    """The power of ten of a number rounded to three significant digits."""
    return int(format(size, ".2e").partition("e")[2])


def points(value: float) -> str:
    """A difference in points (hundredths of a share), with its sign.

    Example:
        >>> [points(x) for x in (2.34, -0.0512, 0, 41.72, -1234.5)]
        ['+2.3', '−0.051', '0', '+41.7', '−1,234']
    """
    size = abs(value)
    if size >= 1000 or size == 0:
        return number(value, signed=True)
    return f"{_sign(value, plus=True)}{size:.{_digits(value)}f}"


_LETTERS: Final = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))


def compact(value: float) -> str:
    """The size of a model or a set of data as people write it.

    Example:
        >>> [compact(x) for x in (7e9, 124_439_808, 2_000, 12, 0.5, 3.1e23, 1e15)]
        ['7B', '124M', '2K', '12', '0.5', '3.1e23', '1e15']
    """
    for size, letter in _LETTERS:
        if 0.9995 * size <= value < 999.5e12:
            return f"{number(float(f'{value:.3g}') / size)}{letter}"
    return number(value).replace("e+", "e")


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


def listing(items: Sequence[str], joint: str = "and") -> str:
    """A list in a sentence.

    Example:
        >>> listing(["a"]), listing(["a", "b"]), listing(["a", "b", "c"])
        ('a', 'a and b', 'a, b and c')
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {joint} {items[-1]}" if items else ""
