"""A random sample that does not depend on how the data were split, ordered or repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


class Payloads(Protocol):
    """Strings by index: a list, a tuple, a polars series."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> str: ...


FORMAT: Final = "tacit.bottom-k/2"


class BottomK:
    """The `k` distinct payloads with the lowest priorities seen so far.

    With priorities that are a hash of the payload and a seed, this is a simple random sample without replacement of
    the distinct payloads (bottom-k sketch: Cohen and Kaplan 2007, PODC, 225-234), and any order of updates and merges
    leads to the same sample. Ties are broken by the payload. A payload that comes with several priorities keeps the
    lowest.

    The sample is of distinct payloads: one that occurs a thousand times is as likely to be in it as one that occurs
    once. Estimates per occurrence need the multiplicities as weights, and `copies` gives them: a payload of the final
    sample was among the lowest `k` of every part that held it, so all its occurrences were counted (as long as its
    priority depends on nothing but the payload).

    Args:
        k: How many payloads to keep, at least 1.

    Raises:
        UsageError: If `k` is less than 1.

    Example:
        >>> sample = BottomK(2)
        >>> sample.update(np.array([30, 10, 20], dtype=np.uint64), ["c", "a", "b"])
        >>> list(sample)
        [(10, 'a'), (20, 'b')]
    """

    __slots__ = ("_best", "_bound", "_copies", "k")

    def __init__(self, k: int) -> None:
        if k < 1:
            raise UsageError(f"A sample needs a size of at least 1, not {k}.")
        self.k = k
        self._best: dict[str, int] = {}
        self._copies: dict[str, int] = {}
        # No payload above this can be among the k lowest; known once k are held.
        self._bound: int | None = None

    def update(self, priorities: NDArray[np.uint64], payloads: Payloads) -> None:
        """Show it more payloads.

        Args:
            priorities: One per payload; shape ``(payloads,)``.
            payloads: Anything with a length that gives a string for an index, such as a list or a polars series. Only
                those that may enter the sample are read.

        Raises:
            UsageError: If `priorities` is not a one-dimensional array of unsigned 64-bit integers, or the lengths
                differ.
        """
        if priorities.dtype != np.uint64 or priorities.ndim != 1 or len(priorities) != len(payloads):
            raise UsageError(
                f"Priorities must be one uint64 per payload, not {priorities.dtype} of shape {priorities.shape} for "
                f"{len(payloads)} payloads."
            )
        rows = np.arange(len(priorities))
        if self._bound is not None:
            rows = np.flatnonzero(priorities <= np.uint64(self._bound))
        for chunk in self._chunks(priorities, rows):
            for row in chunk.tolist():
                self._offer(int(priorities[row]), payloads[row])
            self._shrink()

    def _chunks(self, priorities: NDArray[np.uint64], rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        """Lowest priorities first, and later ones only while they are not above the bound by then."""
        step = 2 * self.k
        while len(rows):
            here = priorities[rows]
            if self._bound is not None:
                rows, here = rows[here <= self._bound], here[here <= self._bound]
            if len(rows) <= step:
                yield rows
                return
            # Sorting all of them would cost more than everything else that is done with a batch.
            first = here <= np.partition(here, step)[step]
            yield rows[first]
            rows = rows[~first]

    def merge(self, other: BottomK) -> None:
        """Take in what another sample holds; this one then is what it would be had it seen both.

        Raises:
            UsageError: If the two keep different numbers of payloads.

        Example:
            >>> left, right = BottomK(1), BottomK(1)
            >>> left.update(np.array([5], dtype=np.uint64), ["x"])
            >>> right.update(np.array([4], dtype=np.uint64), ["y"])
            >>> left.merge(right)
            >>> list(left)
            [(4, 'y')]
        """
        if other.k != self.k:
            raise UsageError(
                f"Samples of {self.k} and {other.k} payloads cannot be merged; use one size for all parts."
            )
        for payload, priority in other._best.items():
            self._offer(priority, payload, other._copies[payload])
        self._shrink()

    def copies(self, payload: str) -> int:
        """How often a payload of the sample occurred.

        Raises:
            KeyError: If it is not in the sample.

        Example:
            >>> sample = BottomK(1)
            >>> sample.update(np.array([7, 9, 7], dtype=np.uint64), ["a", "b", "a"])
            >>> sample.copies("a")
            2
        """
        return self._copies[payload]

    def _offer(self, priority: int, payload: str, copies: int = 1) -> None:
        known = self._best.get(payload)
        if known is None or priority < known:
            self._best[payload] = priority
        self._copies[payload] = self._copies.get(payload, 0) + copies

    def _shrink(self) -> None:
        if len(self._best) >= self.k:
            kept = sorted((priority, payload) for payload, priority in self._best.items())[: self.k]
            self._best = {payload: priority for priority, payload in kept}
            self._copies = {payload: self._copies[payload] for payload in self._best}
            self._bound = kept[-1][0]

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """The (priority, payload) pairs, in ascending order."""
        return iter(sorted((priority, payload) for payload, priority in self._best.items()))

    def __len__(self) -> int:
        return len(self._best)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, BottomK)
            and self.k == other.k
            and self._best == other._best
            and self._copies == other._copies
        )

    __hash__ = None  # type: ignore[assignment]  # it changes

    def to_json(self) -> dict[str, Any]:
        """Plain values. Priorities are 16 hexadecimal digits, because many JSON readers round integers above 2**53.

        Example:
            >>> sample = BottomK(1)
            >>> sample.update(np.array([255], dtype=np.uint64), ["a"])
            >>> sample.to_json()
            {'format': 'tacit.bottom-k/2', 'k': 1, 'items': [['00000000000000ff', 'a', 1]]}
        """
        items = [[f"{priority:016x}", payload, self._copies[payload]] for priority, payload in self]
        return {"format": FORMAT, "k": self.k, "items": items}

    @classmethod
    def from_json(cls, value: object) -> BottomK:
        """The inverse of `to_json`.

        Args:
            value: What a JSON reader returned.

        Raises:
            DataError: If it is anything else; the message says what is wrong.

        Example:
            >>> BottomK.from_json({"format": FORMAT, "k": 1, "items": [["0" * 16, "a", 3]]}).to_json()["items"]
            [['0000000000000000', 'a', 3]]
        """
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise DataError(f"This is not a stored sample: expected an object with format {FORMAT!r}.")
        k, items = value.get("k"), value.get("items")
        if not isinstance(k, int) or isinstance(k, bool) or k < 1 or not isinstance(items, list) or len(items) > k:
            raise DataError("A stored sample needs a size k of at least 1 and a list of at most k items.")
        sample = cls(k)
        for at, item in enumerate(items):
            priority = _priority(item)
            if priority is None:
                raise DataError(
                    f"Item {at} of a stored sample is not a triple of 16 hexadecimal digits, a text and a number."
                )
            sample._offer(priority, item[1], item[2])
        sample._shrink()
        return sample


def _priority(item: object) -> int | None:
    if not (isinstance(item, list) and len(item) == 3 and all(isinstance(x, str) for x in item[:2])):
        return None
    digits, _, copies = item
    if not isinstance(copies, int) or isinstance(copies, bool) or copies < 1:
        return None
    if len(digits) != 16 or not set(digits) <= set("0123456789abcdef"):
        return None
    return int(digits, 16)
