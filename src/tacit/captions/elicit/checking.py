"""Lets the checks look at answers once they are stored, behind the annotators' backs: nobody waits for them."""

from __future__ import annotations

import threading
from bisect import bisect_left
from typing import TYPE_CHECKING

from tacit.captions.elicit.quality import check_answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tacit.captions.elicit.records import Answer
    from tacit.captions.elicit.store import Store


class Checking:
    """Runs the checks over new answers, one after the other.

    Args:
        store: The project; what the checks find goes there.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._known: list[Answer] = []  # answers never change, so each is read from the disk once

    def look(self, ids: Iterable[int]) -> None:
        """Check answers that have been stored.

        Args:
            ids: Their `Answer.id`.
        """
        with self._lock:
            self._known += self._store.answers(since=self._known[-1].id if self._known else 0)
            language = self._store.settings().get("language", "en")
            for number in ids:
                at = bisect_left(self._known, number, key=lambda answer: answer.id)
                found = check_answer(self._known[at], self._known[:at], language=language)
                self._store.add_flags(number, found)
