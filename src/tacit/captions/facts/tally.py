"""Captions counted by what their image gave them to report: exact, and the same however the captions are cut.

Intervals need to know how captions of one image go together, but not image by image: each image belongs, by a hash of
its name, to one of a fixed number of groups, and counts are kept per group. So a tally is small whatever the corpus.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tacit.captions.detect.hits import TYPES
from tacit.captions.facts.joining import WAYS
from tacit.captions.facts.opportunities import CONDITIONS, GROUPS, LARGEST, NUMBERS
from tacit.evidence.sampling import BottomK

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

    from tacit.captions.detect.hits import Scan
    from tacit.captions.facts.opportunities import Facts

PROJECTIVE: Final = "projective"
STATEMENTS: Final = (
    ("counting", "", "counting"), *(("counting", "", f"counting {name}") for name in NUMBERS),
    ("spatial", "", "spatial"), ("spatial", PROJECTIVE, "spatial"), ("negation", "", "negation"),
    ("temporal", "", "temporal"),
)  # fmt: skip
"""Type and sub-type stated, and the condition on the image, of each row of `Sightings.cells`."""
NOWHERE: Final = len(WAYS)
"""The way by which nothing was found."""
_SHOWN: Final = 3
_LONGEST: Final = 200
_EVERY: Final = np.uint64(1)
_HIGH, _OPEN = np.uint64(1 << 62), np.uint64(1 << 63)


@dataclass(eq=False)
class Sightings:
    """Captions by what their image gave them to report.

    Attributes:
        images: Images in the facts.
        captions: Audited captions.
        unnamed: Those of them that name no image.
        way: By which captions found their image: index into `WAYS`, `NOWHERE` when none did. What is below counts
            captions that found it this way.
        found: How many they are.
        seen: Which images have a caption; shape ``(images,)``.
        cells: Captions by state of the image (0, 1), by whether they state it, and by group of images; shape
            ``(statements, 2, 2, GROUPS)``.
        numbers: Captions that state numbers, by whether all of them are true, and by group; shape ``(2, GROUPS)``.
        lost: Some names that captions give, as long as none of them found its image.
    """

    images: int
    captions: int = 0
    unnamed: int = 0
    way: int = NOWHERE
    found: int = 0
    seen: NDArray[np.bool_] = field(init=False)
    cells: NDArray[np.int64] = field(init=False)
    numbers: NDArray[np.int64] = field(init=False)
    lost: BottomK = field(default_factory=lambda: BottomK(_SHOWN))

    def __post_init__(self) -> None:
        self.seen = np.zeros(self.images, dtype=bool)
        self.cells = np.zeros((len(STATEMENTS), 2, 2, GROUPS), dtype=np.int64)
        self.numbers = np.zeros((2, GROUPS), dtype=np.int64)

    def merge(self, other: Sightings) -> None:
        """Add another part. The order of parts makes no difference.

        The strictest way by which any part found an image is the one that counts for all: a part that had to be laxer
        found nothing this way.
        """
        self.captions += other.captions
        self.unnamed += other.unnamed
        if other.way < self.way:
            self.way, self.found = other.way, other.found
            self.seen, self.cells, self.numbers = other.seen.copy(), other.cells.copy(), other.numbers.copy()
        elif other.way == self.way:
            self.found += other.found
            self.seen |= other.seen
            self.cells += other.cells
            self.numbers += other.numbers
        if self.way == NOWHERE:
            self.lost.merge(other.lost)
        else:
            self.lost = BottomK(_SHOWN)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        at = np.flatnonzero(self.cells)
        return {
            "images": self.images, "captions": self.captions, "unnamed": self.unnamed, "way": self.way,
            "found": self.found, "seen": base64.b64encode(np.packbits(self.seen).tobytes()).decode("ascii"),
            "cells": [at.tolist(), self.cells.ravel()[at].tolist()], "numbers": self.numbers.tolist(),
            "lost": self.lost.to_json(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Sightings:
        """The inverse of `to_json`.

        Raises:
            ValueError: If it is none.
        """
        images, captions, unnamed, way, found = (
            int(content[name]) for name in ("images", "captions", "unnamed", "way", "found")
        )
        made = cls(images, captions, unnamed, way, found)
        try:
            packed = np.frombuffer(base64.b64decode(content["seen"], validate=True), dtype=np.uint8)
        except binascii.Error as error:
            raise ValueError(str(error)) from error
        made.seen = np.unpackbits(packed, count=made.images).astype(bool)
        at, counts = content["cells"]
        made.cells.reshape(-1)[np.array(at, dtype=np.int64)] = counts
        made.numbers[:] = content["numbers"]
        made.lost = BottomK.from_json(content["lost"])
        return made


def count_sightings(into: Sightings, facts: Facts, names: pl.Series, masks: NDArray[np.int64], scan: Scan) -> None:
    """Add a batch of audited captions.

    Args:
        into: Is changed.
        facts: What is known of the images.
        names: What each caption calls its image, or null; shape ``(captions,)``.
        masks: The types each caption states, as a bit mask; shape ``(captions,)``.
        scan: The hits of the captions.
    """
    batch = Sightings(facts.images, captions=len(names))
    names = names.set(names.str.strip_chars() == "", None)
    batch.unnamed = names.null_count()
    for way in range(min(into.way, NOWHERE - 1) + 1):
        places = facts.names.find(names, way)
        if (places >= 0).any():
            batch.way = way
            _count(batch, facts, places, masks, scan)
            break
    else:
        lost = names.drop_nulls().unique().str.slice(0, _LONGEST)
        batch.lost.update(lost.hash(0).to_numpy(), lost)
    into.merge(batch)


def _count(batch: Sightings, facts: Facts, places: NDArray[np.int32], masks: NDArray[np.int64], scan: Scan) -> None:
    rows = np.flatnonzero(places >= 0)
    places = places[rows]
    batch.found = len(rows)
    batch.seen[places] = True
    groups = facts.groups[places].astype(np.int64)
    condition = {name: facts.states[at][places].astype(np.int64) for at, name in enumerate(CONDITIONS)}
    for at, (type_, subtype, name) in enumerate(STATEMENTS):
        if subtype:
            states = np.zeros(scan.height, dtype=np.int64)
            wanted = np.array([(k.type, k.subtype, k.counts) == (type_, subtype, True) for k in scan.kinds], dtype=bool)
            if len(wanted):
                states[scan.rows[wanted[scan.codes]]] = 1
        else:
            states = masks >> TYPES.index(type_) & 1
        told = condition[name] >= 0
        code = (2 * condition[name] + states[rows]) * GROUPS + groups
        batch.cells[at] += np.bincount(code[told], minlength=4 * GROUPS).reshape(2, 2, GROUPS)
    if facts.objects:
        verdict = _numbers_true(scan, rows, facts.numbers[places])
        told = verdict >= 0
        batch.numbers += np.bincount(verdict[told] * GROUPS + groups[told], minlength=2 * GROUPS).reshape(2, GROUPS)


def _numbers_true(scan: Scan, rows: NDArray[np.int64], numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
    """1 where every number a caption states is that of some kind of object, 0 where one is not.

    -1 where it states none, or one that the facts cannot judge because some kind was not counted.

    Args:
        scan: The hits.
        rows: Captions whose image is known; shape ``(known,)``.
        numbers: What is there how often, as in `Facts.numbers`; shape ``(known,)``.
    """
    of_kind = np.array([k.value if k.counts and k.value is not None else -1 for k in scan.kinds], dtype=np.int64)
    values = of_kind[scan.codes] if len(of_kind) else np.zeros(0, dtype=np.int64)
    place = np.full(scan.height, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    at = place[scan.rows]
    stated = (values >= 0) & (at >= 0)
    at, values = at[stated], values[stated]
    there = numbers[at]
    small = values <= LARGEST
    bit = np.left_shift(_EVERY, np.where(small, values, 0).astype(np.uint64))
    # None of a kind is not a count; "zero dogs" would be true of whatever is not there.
    true = small & ((there & bit) != 0)
    open_ = ~true & (((there & _OPEN) != 0) | (~small & ((there & _HIGH) != 0)))
    verdict = np.full(len(rows), -1, dtype=np.int64)
    verdict[at[true]] = 1
    verdict[at[open_]] = -1
    verdict[at[~true & ~open_]] = 0
    return verdict
