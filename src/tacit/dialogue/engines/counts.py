"""Numbers asked of a server, kept for a while: a turn asks for those of hundreds of terms, most of them repeatedly."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS: Final = 30.0
"""For as long others may have written without this being seen: it moves weights of terms a little."""
_MOST: Final = 100_000


class Counts:
    """How many passages there are, and how many hold a term.

    Args:
        ask: Asks the server: for the passages that hold a term, or for all of them where it is ``None``.

    Example:
        >>> asked = []
        >>> counts = Counts(lambda term: asked.append(term) or 7)
        >>> counts.of("llama"), counts.of("llama"), counts.of(None), asked
        (7, 7, 7, ['llama', None])
    """

    def __init__(self, ask: Callable[[str | None], int]) -> None:
        self._ask = ask
        self.forget()

    def of(self, term: str | None) -> int:
        """The number for a term, or of all passages."""
        if time.monotonic() - self._since > _SECONDS or len(self._kept) > _MOST:
            self.forget()
        kept = self._kept  # another thread may forget meanwhile
        if term not in kept:
            kept[term] = self._ask(term)
        return kept[term]

    def forget(self) -> None:
        """Ask again from now on."""
        self._kept: dict[str | None, int] = {}
        self._since = time.monotonic()
