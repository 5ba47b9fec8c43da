"""The one shape in which tacit reports an estimated number."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its uncertainty, or the reason why there is none.

    Attributes:
        value: The point estimate; ``None`` when it could not be made.
        low: Lower end of the interval; ``None`` with `value`.
        high: Upper end of the interval; ``None`` with `value`.
        n: How many observations it rests on.
        method: How the interval was made, e.g. ``Wilson``.
        level: Nominal coverage of the interval.
        missing: Why there is no value; empty when there is one. Missing is never zero.

    Example:
        >>> Estimate.none("no labels for this type", n=0).value is None
        True
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    method: str
    level: float = 0.95
    missing: str = ""

    @classmethod
    def none(cls, reason: str, *, n: int = 0, method: str = "none", level: float = 0.95) -> Estimate:
        """An estimate that could not be made, and why."""
        return cls(None, None, None, n, method, level, reason)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for ``result.json``."""
        return asdict(self)
