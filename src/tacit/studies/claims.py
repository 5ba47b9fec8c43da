"""What a study says, as plain values that can be checked one by one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a study's report.

    Attributes:
        name: What is claimed, in a sentence.
        value: The number it rests on; ``None`` where it could not be measured.
        low: Lower end of its interval.
        high: Upper end.
        n: What the number was made of: items, models or captions, as `why` says.
        holds: Whether the interval, not only the number, bears it out.
        why: What was compared with what, by which method.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    holds: bool
    why: str
