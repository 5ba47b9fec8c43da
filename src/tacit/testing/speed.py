"""Whether the time a detector takes stays in proportion to the text."""

from __future__ import annotations

from math import log
from time import perf_counter
from typing import TYPE_CHECKING, Final

from tacit.errors import CheckFailedError
from tacit.testing.hostile import LARGE, large

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE: Final = 1_000_000
DETECT_SIZES: Final = (2_000, 8_000, 32_000)
SCAN_SIZES: Final = (2_000, 32_000, MEGABYTE)
NOTICEABLE: Final = 0.5
"""Seconds below which growth is not judged: timing noise."""
STEEP: Final = 1.6
"""Exponent of the growth between two sizes above which it is taken for worse than linear (2 is quadratic)."""
SLOWER: Final = 10
"""How much slower per character `detect` may be than `scan`: it is the readable path, for single captions."""


def _timed(work: Callable[[str], object], text: str) -> float:
    start = perf_counter()
    work(text)
    return perf_counter() - start


def _judge(what: str, kind: str, work: Callable[[str], object], sizes: tuple[int, ...], seconds: float) -> None:
    """Time growing captions of a kind, stopping as soon as a size shows that the largest would take too long."""
    base = before = _timed(work, large(kind, sizes[0] // 10))
    smaller = sizes[0] // 10
    for size in sizes:
        text = large(kind, size)
        taken = _timed(work, text)
        if _trouble(taken, before, base, (smaller, size), seconds):
            # A busy machine is no fault of the detector.
            taken = min(taken, _timed(work, text), _timed(work, text))
            trouble = _trouble(taken, before, base, (smaller, size), seconds)
            if trouble:
                raise CheckFailedError(
                    f"{what} of one caption of {size:,} characters ({kind}) took {taken:.1f} s: {trouble} "
                    "Look for nested or unbounded repetition in the patterns."
                )
        smaller, before = size, taken


def _trouble(taken: float, before: float, base: float, sizes: tuple[int, int], seconds: float) -> str:
    own = taken - base  # a detector may have a fixed cost per call, which says nothing about growth
    if own < NOTICEABLE:
        return ""
    per_megabyte = own * MEGABYTE / sizes[1]
    if per_megabyte > seconds:
        return f"at that pace a megabyte takes at least {per_megabyte:,.0f} s, and {seconds:,.0f} s are allowed."
    grown = max(before - base, 0.001)
    exponent = log(own / grown) / log(sizes[1] / sizes[0])
    if grown > 0.02 and exponent > STEEP:
        return f"time grows with the length to the power of {exponent:.1f}."
    return ""


def check_speed(detect: Callable[[str], object], scan: Callable[[str], object], seconds: float) -> str:
    """Time both paths on large captions of several kinds.

    The work cannot be interrupted, so captions grow step by step and the check stops at the first size from which it is
    clear that a megabyte would take too long.

    Args:
        detect: Takes a caption.
        scan: Takes a caption, puts it in a batch of one.
        seconds: Allowed for `scan` of a megabyte; `detect` is allowed `SLOWER` times as long and is measured on
            smaller captions.

    Returns:
        A sentence for the report.

    Raises:
        CheckFailedError: If a caption takes too long, or time grows faster than the text.
    """
    for kind in LARGE:
        _judge("detect", kind, detect, DETECT_SIZES, seconds * SLOWER)
        _judge("scan", kind, scan, SCAN_SIZES, seconds)
    # No measured time in the sentence: the same detector gives the same report.
    return f"a megabyte of each of {len(LARGE)} kinds of text scanned within {seconds:g} s"
