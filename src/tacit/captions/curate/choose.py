"""Which captions to take: the quotas' numbers of each set of types, spread evenly over what they state."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import fsum
from typing import TYPE_CHECKING

from tacit.captions.curate.pool import group_of
from tacit.captions.detect.hits import TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Level = tuple[float, float]
"""How full what a caption states is: as parts of its types' even shares, then in captions."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A caption that may be taken.

    Attributes:
        at: Its number; those with lower ones come first.
        leaves: What it states, as `tacit.captions.curate.pool.leaf` names it.
    """

    at: int
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """How a caption was taken.

    Attributes:
        weight: How many times it stands in the selection.
        leaf: What it was first taken for; empty when it was not taken for anything in particular.
    """

    weight: int
    leaf: str


class Chooser:
    """Takes captions set by set, always for what has least so far.

    Within a set of types the next caption is of the group (`group_of`: the number stated, or the sub-type where there
    is none) that is least full, and within it of the sub-type that is, as long as the set has captions of it:
    water-filling. Where each caption states one thing, no split is more even: the numbers per group, sorted, are
    lexicographically the largest (Megiddo 1974, Mathematical Programming 7, 97-107). A caption that states several
    things counts for each of them, and is as full as they are on average; then the split is good, not the best.

    Args:
        divided: By set of targeted types (bit i for type i), how many captions to take.
        leaves: Everything that any of them states.
    """

    def __init__(self, divided: Mapping[int, int], leaves: Sequence[str]) -> None:
        self._divided = divided
        self._groups: Counter[tuple[str, str]] = Counter()
        self._leaves: Counter[str] = Counter()
        self._picks: dict[int, Pick] = {}
        self._group = {name: group_of(name) for name in leaves}
        # Groups of different types are compared by how much of an even share each has.
        self._even: dict[str, float] = {}
        for type_, groups in Counter(type_ for type_, _ in set(self._group.values())).items():
            quota = sum(n for mask, n in divided.items() if mask >> TYPES.index(type_) & 1)
            self._even[type_] = max(quota, 1) / groups

    def choose(self, candidates: Mapping[int, Sequence[Candidate]]) -> dict[int, Pick]:
        """Take captions of every set.

        Args:
            candidates: Per set, captions by ascending number.

        Returns:
            Per number of a caption taken, how.
        """
        # Sets of many types first: those of one type are free to even out what these leave uneven.
        for mask in sorted(self._divided, key=lambda mask: (-mask.bit_count(), mask)):
            self._fill(candidates[mask], self._divided[mask])
        return self._picks

    def _fill(self, candidates: Sequence[Candidate], slots: int) -> None:
        """Take every caption once before any is taken twice."""
        while slots > 0:
            if slots >= len(candidates):
                for candidate in candidates:
                    self._take(candidate, "")
                slots -= len(candidates)
            else:
                self._balance(candidates, slots)
                slots = 0

    def _balance(self, candidates: Sequence[Candidate], slots: int) -> None:
        alike: dict[tuple[str, ...], list[Candidate]] = defaultdict(list)
        for candidate in reversed(candidates):
            alike[candidate.leaves].append(candidate)
        heap = [(self._level(leaves), leaves) for leaves in alike]
        heapify(heap)
        while slots:
            level, leaves = heappop(heap)
            now = self._level(leaves)
            if now == level:
                self._take(alike[leaves].pop(), self._least(leaves))
                slots -= 1
            if alike[leaves]:
                # Levels only rise, so the least of those that are up to date is the least of all.
                heappush(heap, (now if now != level else self._level(leaves), leaves))

    def _level(self, leaves: tuple[str, ...]) -> Level:
        """How full the groups and the leaves are on average, type by type."""
        groups: dict[str, list[float]] = defaultdict(list)
        for type_, name in {self._group[leaf] for leaf in leaves}:
            groups[type_].append(self._groups[type_, name] / self._even[type_])
        # Sets of strings have no fixed order, and floating-point sums depend on it.
        shares = sorted(fsum(levels) / len(levels) for levels in groups.values())
        return fsum(shares), sum(self._leaves[leaf] for leaf in leaves) / max(len(leaves), 1)

    def _least(self, leaves: tuple[str, ...]) -> str:
        """What a caption is taken for: that of which there is least."""
        return min(leaves, key=lambda leaf: (self._groups[self._group[leaf]], self._leaves[leaf], leaf), default="")

    def _take(self, candidate: Candidate, name: str) -> None:
        known = self._picks.get(candidate.at)
        self._picks[candidate.at] = Pick(known.weight + 1, known.leaf) if known else Pick(1, name)
        self._leaves.update(candidate.leaves)
        self._groups.update({self._group[leaf] for leaf in candidate.leaves})
