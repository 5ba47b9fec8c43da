"""A curve in one line of text."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

BARS: Final = "▁▂▃▄▅▆▇█"
PLAIN: Final = "_.-=+*#@"
"""For terminals that cannot show `BARS`."""


def thinned(values: Sequence[float], width: int) -> list[float]:
    """At most `width` values: the means of stretches of equal length.

    Example:
        >>> thinned([1, 3, 5, 7], 2)
        [2.0, 6.0]
    """
    if len(values) <= width:
        return [float(value) for value in values]
    cuts = [round(at * len(values) / width) for at in range(width + 1)]
    return [sum(values[start:stop]) / (stop - start) for start, stop in pairwise(cuts)]


def sparkline(
    values: Sequence[float], width: int = 40, *, low: float | None = None, high: float | None = None, bars: str = BARS
) -> str:
    """Values as bars of one character each.

    Args:
        values: In order.
        width: The most characters.
        low: What the lowest bar stands for; the least value by default.
        high: What the highest bar stands for; the greatest value by default.
        bars: From low to high.

    Example:
        >>> sparkline([3, 2, 1.5, 1.2, 1.1, 1]), sparkline([0.5, 1.0], low=0, high=1), sparkline([2, 2])
        ('█▅▃▂▁▁', '▅█', '▁▁')
    """
    kept = thinned(values, width)
    if not kept:
        return ""
    low, high = min(kept) if low is None else low, max(kept) if high is None else high
    if high <= low:
        return bars[0] * len(kept)
    top = len(bars) - 1
    return "".join(bars[max(0, min(top, round(top * (value - low) / (high - low))))] for value in kept)
