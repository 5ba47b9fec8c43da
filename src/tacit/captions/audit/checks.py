"""Assertions about rates, so that an audit can stand in continuous integration: ``negation.true >= 0.01``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.captions.audit.result import ALL, Check
from tacit.captions.detect.hits import TYPES
from tacit.errors import UsageError
from tacit.evidence.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.captions.audit.result import Corrected, Rate

TRUE: Final = "true"
"""The name, in place of a sub-type, of the share corrected for the detector's errors."""

_EXPRESSION: Final = re.compile(
    r"\s*(?P<type>[a-z]+)(?:\.(?P<part>[A-Za-z][\w-]*))?\s*(?P<sign>>=|<=|>|<)\s*"
    r"(?P<bound>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(?P<percent>%?)\s*"
)


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed check.

    Attributes:
        text: As written.
        type: One of the four types.
        part: A sub-type, `TRUE`, or ``""`` for the rate of the type.
        sign: ``>=``, ``>``, ``<=`` or ``<``.
        bound: A share between 0 and 1.
    """

    text: str
    type: str
    part: str
    sign: str
    bound: float


def parse_check(text: str) -> Expression:
    """Read an expression such as ``negation >= 0.01``, ``counting.exact > 5%`` or ``spatial.true >= 0.1``.

    Raises:
        UsageError: If it is not one; the message says what was expected.

    Example:
        >>> parse_check("negation.true >= 1%").bound
        0.01
    """
    match = _EXPRESSION.fullmatch(text)
    if match is None:
        raise UsageError(
            f"--check {text!r} cannot be read. Write TYPE, TYPE.SUBTYPE or TYPE.true, then >=, >, <= or <, then a "
            'share, e.g. "negation.true >= 0.01" or "counting > 5%".'
        )
    if match["type"] not in TYPES:
        raise UsageError(f"--check {text!r}: there is no type {match['type']!r}. The types are {', '.join(TYPES)}.")
    bound = float(match["bound"]) / (100 if match["percent"] else 1)
    if bound > 1:
        raise UsageError(f"--check {text!r}: a share lies between 0 and 1. Did you mean {bound:g}%?")
    return Expression(text, match["type"], match["part"] or "", match["sign"], bound)


def judge(expression: Expression, rates: Sequence[Rate], corrected: Sequence[Corrected]) -> Check:
    """Compare the end of the interval that is least favourable with the bound.

    Args:
        expression: The check.
        rates: Those of the audit.
        corrected: Shares corrected for the detector's errors, the best founded first.

    Returns:
        The outcome. What could not be estimated does not hold.
    """
    estimate, what = _find(expression, rates, corrected)
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return Check(expression.text, False, estimate, f"There is no {what}: {estimate.missing}.")
    least = expression.sign.startswith(">")
    end = estimate.low if least else estimate.high
    holds = {
        ">=": end >= expression.bound, ">": end > expression.bound,
        "<=": end <= expression.bound, "<": end < expression.bound,
    }[expression.sign]  # fmt: skip
    name = "lower" if least else "upper"
    verb = "satisfies" if holds else "does not satisfy"
    return Check(
        expression.text,
        holds,
        estimate,
        f"The {what} is {estimate.value:.4%} [{estimate.low:.4%}, {estimate.high:.4%}]; "
        f"its {name} end {verb} {expression.sign} {expression.bound:.4%}.",
    )


def _find(expression: Expression, rates: Sequence[Rate], corrected: Sequence[Corrected]) -> tuple[Estimate, str]:
    if expression.part == TRUE:
        entries = [c for c in corrected if (c.group, c.type) == (ALL, expression.type)]
        known = next((c for c in entries if c.share.value is not None), entries[0] if entries else None)
        what = f"true share of captions that state {expression.type}"
        if known is None:
            return Estimate.none("no labels and no shipped validation tell how often the detector errs"), what
        return known.share, f"{what} ({known.share.method}; {known.source})"
    what = f"share of captions that state {expression.type}" + (f" ({expression.part})" if expression.part else "")
    for rate in rates:
        if (rate.group, rate.language, rate.type, rate.subtype) == (ALL, ALL, expression.type, expression.part):
            return rate.share, what
    size = next((rate.share.n for rate in rates if rate.group == ALL and rate.language == ALL), 0)
    there = dict.fromkeys(r.subtype for r in rates if (r.group, r.language, r.type) == (ALL, ALL, expression.type))
    named = ", ".join(name for name in there if name)
    reason = f"no caption has a hit of sub-type {expression.part!r}" + (
        f" (there are hits of: {named})" if named else ""
    )
    return Estimate.none(reason, n=size), what
