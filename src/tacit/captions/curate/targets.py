"""What share of the chosen captions shall state each type, as people write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Final

from tacit.captions.detect.hits import TYPES
from tacit.errors import UsageError

_SHARE: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(%?)")
_HOW: Final = 'Write the share of each type, such as "negation=5%,spatial=0.15".'


@dataclass(frozen=True, slots=True)
class Target:
    """The wanted share of one type.

    Attributes:
        type: One of the four types.
        share: At least this share of the chosen captions shall state it; at most 1. A decimal number, so that 5 % of
            1,000 is 50 and not 51.
    """

    type: str
    share: Decimal

    def of(self, size: int) -> int:
        """How many captions of a selection that is.

        Example:
            >>> Target("negation", Decimal("0.05")).of(1_000), Target("negation", Decimal("0.05")).of(1_001)
            (50, 51)
        """
        return ceil(self.share * size)


def parse_targets(written: str, option: str = "--target", *, none: bool = False) -> tuple[Target, ...]:
    """Read shares by type, as they are given with ``--target``.

    Args:
        written: Types with shares, separated by commas.
        option: With which option they were given, for messages.
        none: Whether a share may be 0.

    Returns:
        The targets in the order of the four types.

    Raises:
        UsageError: If there is none, a type is unknown or named twice, or a share is out of range.

    Example:
        >>> [(target.type, str(target.share)) for target in parse_targets("spatial = 0.15, negation=5%")]
        [('spatial', '0.15'), ('negation', '0.05')]
    """
    found: dict[str, Target] = {}
    for entry in filter(None, (part.strip() for part in written.split(","))):
        name, _, value = (part.strip() for part in entry.partition("="))
        if name not in TYPES:
            raise UsageError(f"{option}: {entry!r} does not begin with one of {', '.join(TYPES)}. {_HOW}")
        if name in found:
            raise UsageError(f"{option} names {name} twice. {_HOW}")
        share = _share(entry, value, option)
        if not (share or none):
            raise UsageError(f"{option}: the share in {entry!r} must be above 0.")
        found[name] = Target(name, share)
    if not found:
        raise UsageError(f"{option} is empty. {_HOW}")
    return tuple(found[name] for name in TYPES if name in found)


def _share(entry: str, value: str, option: str) -> Decimal:
    match = _SHARE.fullmatch(value)
    if match is None:
        raise UsageError(f"{option}: {entry!r} has no share that can be read. {_HOW}")
    share = Decimal(match[1]) / (100 if match[2] else 1)
    if share > 1:
        told = f" Did you mean {match[1]}%?" if share <= 100 and not match[2] else ""
        raise UsageError(f"{option}: the share in {entry!r} must be at most 100%.{told}")
    return share
