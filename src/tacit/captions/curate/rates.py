"""Shares as people write them on a command line: ``39%``, ``69/1000`` judged, or with an interval."""

from __future__ import annotations

import re
from typing import Final

from tacit.errors import UsageError
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import mid_p
from tacit.evidence.mixing import stated
from tacit.io.columns import quoted
from tacit.io.places import shown

FORMS: Final = (
    "69/1000 (judged true of how many), 6.9% or 0.069 (taken as exact), or 6.9%,5.4%,8.6% (with its interval)"
)
WITH_INTERVAL: Final = "stated with its interval"
_COUNTS: Final = re.compile(r"(\d+)/(\d+)", re.ASCII)
_SHARE: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(%?)", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,3}(?:[,_]\d{3})+|\d{1,15}", re.ASCII)


def parse_share(text: str, what: str) -> float:
    """A share between 0 and 1.

    Args:
        text: Such as ``39%`` or ``0.39``.
        what: What it is, for the message.

    Raises:
        UsageError: If it is anything else.

    Example:
        >>> parse_share("39%", "--target"), parse_share(".05", "--target")
        (0.39, 0.05)
    """
    match = _SHARE.fullmatch(text.strip())
    # 6.9% is to be the same number as 0.069.
    value = float(f"{match[1]}e-2" if match[2] else match[1]) if match else -1.0
    if not 0 <= value <= 1:
        raise UsageError(f"{what}: {quoted(text)} is not a share. Write it as 39% or 0.39.")
    return value


def parse_rate(text: str, what: str, level: float = 0.95) -> Estimate:
    """A rate with what is known of its error.

    Args:
        text: ``K/N``, a share, or ``VALUE,LOW,HIGH``.
        what: What it is, for messages.
        level: Nominal coverage of the interval.

    Raises:
        UsageError: If it is none of these, or the interval does not hold the value.

    Example:
        >>> parse_rate("69/1000", "B").method, parse_rate("6.9%", "B").method
        ('mid-P', 'stated, taken as exact')
        >>> parse_rate("6.9%,5.4%,8.6%", "B").high
        0.086
    """
    counts = _COUNTS.fullmatch(text.strip())
    if counts:
        k, n = int(counts[1]), int(counts[2])
        if not 0 <= k <= n or n == 0:
            raise UsageError(f"{what}: {k} of {n} is no share; write how many of how many, such as 69/1000.")
        return mid_p(k, n, level)
    parts = text.split(",")
    if len(parts) not in {1, 3} or not all(_SHARE.fullmatch(part.strip()) for part in parts):
        raise UsageError(f"{what}: {quoted(text)} is not a rate. Write {FORMS}.")
    shares = [parse_share(part, what) for part in parts]
    if len(shares) == 1:
        return stated(shares[0], level)
    value, low, high = shares
    if not low <= value <= high:
        raise UsageError(f"{what}: {shown(text)[:80]} should be the rate, then its lower and its upper limit.")
    return Estimate(value, low, high, 0, WITH_INTERVAL, level)


def parse_number(text: str, what: str) -> int:
    """A number of items, with or without separators.

    Raises:
        UsageError: If it is anything else.

    Example:
        >>> parse_number("17,138", "--total"), parse_number("9000", "--total")
        (17138, 9000)
    """
    if not _NUMBER.fullmatch(text.strip()):
        raise UsageError(f"{what}: {quoted(text)} is not a whole number.")
    return int(re.sub(r"[,_]", "", text))
