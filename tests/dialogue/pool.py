"""Statistics for situations that are made by hand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pool:
    """A thousand passages; every word is in a hundred of them."""

    many: int = 1000
    each: int = 100

    def passages(self) -> int:
        return self.many

    def frequency(self, term: str) -> int:
        return self.each
