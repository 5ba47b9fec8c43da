"""Results that people read: in a terminal by their summary, in a notebook too."""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape


class Summarised(ABC):
    """A result with a summary, which is also how notebooks show it."""

    __slots__ = ()

    @abstractmethod
    def summary(self) -> str:
        """What was found, as text of at most 80 columns."""

    def _repr_html_(self) -> str:
        """How notebooks show it."""
        return f"<pre>{escape(self.summary())}</pre>"
