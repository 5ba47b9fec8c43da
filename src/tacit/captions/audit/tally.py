"""Exact counts of an audit, which can be added up in any order.

A tally holds counts and bottom-k samples only. So the tally of a corpus is the sum of the tallies of its parts,
however it is cut, and its size does not grow with the number of captions.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from tacit.captions.audit.settings import MAX_GROUPS
from tacit.captions.detect.hits import TYPES
from tacit.captions.facts.tally import Sightings
from tacit.errors import DataError, UsageError
from tacit.evidence.sampling import BottomK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

EXAMPLES: Final = 6
"""Captions kept per sub-type as examples."""
COMBINATIONS: Final = 1 << len(TYPES)


class Key(NamedTuple):
    """What hits are counted by."""

    type: str
    subtype: str
    counts: bool
    guard: str


class Cell(NamedTuple):
    """Captions that are counted apart: of one language and one group."""

    language: str
    group: str


@dataclass(eq=False)
class Tally:
    """What was counted in a part of the corpus.

    Attributes:
        read: Rows read.
        skipped: Rows not audited, by reason.
        languages: Captions by the language they were found to be in; only when each was looked at.
        masks: Per cell, captions by the set of types they state: bit i for type i; shape ``(16,)``.
        keys: Captions with at least one hit, per cell and kind of hit.
        numbers: Captions that state a number, per group and number.
        contrast: Per type, captions by (found by this detector, found by the other), as 2 x this + other.
        examples: Captions that show a kind of hit, per language.
        differing: Captions that only one of two detectors finds: ``this`` or ``other``, per language and type.
        looked: Captions of which the language will be told; ``None`` when it is not asked.
        drawn: Captions to label, per language and set of types stated.
        sightings: Captions by what their image gave them to report; ``None`` without facts of images.
    """

    read: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    masks: dict[Cell, NDArray[np.int64]] = field(default_factory=dict)
    keys: dict[Cell, Counter[Key]] = field(default_factory=dict)
    numbers: dict[str, Counter[int]] = field(default_factory=dict)
    contrast: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    examples: dict[tuple[str, Key], BottomK] = field(default_factory=dict)
    differing: dict[tuple[str, str, str], BottomK] = field(default_factory=dict)
    looked: BottomK | None = None
    drawn: dict[tuple[str, int], BottomK] = field(default_factory=dict)
    sightings: Sightings | None = None

    @property
    def audited(self) -> int:
        """Captions audited."""
        return int(sum(int(counts.sum()) for counts in self.masks.values()))

    def merge(self, other: Tally) -> None:
        """Add another part. The order of parts makes no difference.

        Raises:
            UsageError: If there are too many groups.
        """
        self.read += other.read
        self.skipped.update(other.skipped)
        self.languages.update(other.languages)
        for cell, counts in other.masks.items():
            self.masks[cell] = self.masks.get(cell, 0) + counts
        _merge_counters(self.keys, other.keys)
        _merge_counters(self.numbers, other.numbers)
        for type_, counts in other.contrast.items():
            self.contrast[type_] = self.contrast.get(type_, 0) + counts
        _merge_samples(self.examples, other.examples)
        _merge_samples(self.differing, other.differing)
        _merge_samples(self.drawn, other.drawn)
        if other.looked is not None:
            self.looked = BottomK(other.looked.k) if self.looked is None else self.looked
            self.looked.merge(other.looked)
        if other.sightings is not None:
            self.sightings = self.sightings or Sightings(other.sightings.images)
            self.sightings.merge(other.sightings)
        self.check_groups()

    def check_groups(self) -> None:
        """Refuse a grouping column that is as good as unique.

        Raises:
            UsageError: If there are more than `MAX_GROUPS` groups.
        """
        groups = {cell.group for cell in self.masks}
        if len(groups) > MAX_GROUPS:
            some = ", ".join(repr(group[:40]) for group in sorted(groups)[:3])
            raise UsageError(
                f"--group-by: the column has more than {MAX_GROUPS:,} distinct values ({some} ...). Choose one with "
                "fewer, such as the source or the split."
            )

    def to_bytes(self) -> bytes:
        """The tally as compressed JSON."""
        content = {
            "read": self.read,
            "skipped": dict(self.skipped),
            "languages": dict(self.languages),
            "masks": [[*cell, counts.tolist()] for cell, counts in self.masks.items()],
            "keys": [[*cell, [[*key, n] for key, n in counts.items()]] for cell, counts in self.keys.items()],
            "numbers": [[group, list(counts.items())] for group, counts in self.numbers.items()],
            "contrast": [[type_, counts.tolist()] for type_, counts in self.contrast.items()],
            "examples": [[language, *key, s.to_json()] for (language, key), s in self.examples.items()],
            "differing": [[*place, s.to_json()] for place, s in self.differing.items()],
            "looked": None if self.looked is None else self.looked.to_json(),
            "drawn": [[*place, s.to_json()] for place, s in self.drawn.items()],
            "sightings": None if self.sightings is None else self.sightings.to_json(),
        }
        return zlib.compress(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> Tally:
        """The inverse of `to_bytes`.

        Raises:
            DataError: If the bytes are not a tally.
        """
        try:
            content = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
            return cls._from_content(content)
        except (zlib.error, ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
            raise DataError(
                f"A stored tally cannot be read ({type(error).__name__}). Start again with --force."
            ) from error

    @classmethod
    def _from_content(cls, content: Mapping[str, Any]) -> Tally:
        return cls(
            read=int(content["read"]),
            skipped=Counter(content["skipped"]),
            languages=Counter(content["languages"]),
            masks={Cell(a, b): np.array(counts, dtype=np.int64) for a, b, counts in content["masks"]},
            keys={
                Cell(a, b): Counter({Key(*entry[:4]): entry[4] for entry in counts}) for a, b, counts in content["keys"]
            },
            numbers={group: Counter({int(v): n for v, n in counts}) for group, counts in content["numbers"]},
            contrast={type_: np.array(counts, dtype=np.int64) for type_, counts in content["contrast"]},
            examples={(e[0], Key(*e[1:5])): BottomK.from_json(e[5]) for e in content["examples"]},
            differing={(e[0], e[1], e[2]): BottomK.from_json(e[3]) for e in content["differing"]},
            looked=BottomK.from_json(content["looked"]) if content["looked"] else None,
            drawn={(e[0], int(e[1])): BottomK.from_json(e[2]) for e in content["drawn"]},
            sightings=Sightings.from_json(content["sightings"]) if content["sightings"] else None,
        )


def types_of(mask: int) -> tuple[str, ...]:
    """The types that a bit mask stands for.

    Example:
        >>> types_of(5)
        ('counting', 'negation')
    """
    return tuple(type_ for bit, type_ in enumerate(TYPES) if mask >> bit & 1)


def stating(masks: NDArray[np.int64], type_: str) -> int:
    """How many captions state a type, from the numbers of captions by set of types.

    Example:
        >>> stating(np.arange(16), "counting")
        64
    """
    bit = TYPES.index(type_)
    return int(masks[(np.arange(COMBINATIONS) >> bit) & 1 == 1].sum())


def _merge_counters(into: dict[Any, Any], parts: Mapping[Any, Counter[Any]]) -> None:
    for place, counts in parts.items():
        into.setdefault(place, Counter()).update(counts)


def _merge_samples(into: dict[Any, BottomK], parts: Mapping[Any, BottomK]) -> None:
    for place, sample in parts.items():
        into.setdefault(place, BottomK(sample.k)).merge(sample)


def split_by(codes: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """The positions of each code, ascending within it.

    Example:
        >>> [(code, at.tolist()) for code, at in split_by(np.array([2, 1, 2]))]
        [(1, [1]), (2, [0, 2])]
    """
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    bounds = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    for part in np.split(order, bounds):
        if len(part):
            yield int(codes[part[0]]), part
