"""From the hits of a batch of captions to a tally."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.captions.audit.tally import COMBINATIONS, EXAMPLES, Cell, Key, split_by
from tacit.captions.detect.hits import TYPES
from tacit.evidence.sampling import BottomK

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from tacit.captions.audit.tally import Tally
    from tacit.captions.detect.hits import Scan

LONGEST_EXAMPLE: Final = 4_000
"""Longer captions are counted but not shown as examples or drawn for labelling, in bytes."""


@dataclass(frozen=True, slots=True)
class Audited:
    """Captions of one language, all of them audited.

    Attributes:
        language: Their language.
        captions: The texts, without nulls; shape ``(captions,)``.
        groups: The number of each caption's group; shape ``(captions,)``.
        names: The name of each group.
        priorities: Hash of each text and the seed, by which examples are drawn; shape ``(captions,)``.
    """

    language: str
    captions: pl.Series
    groups: NDArray[np.int64]
    names: list[str]
    priorities: NDArray[np.uint64]


class Picked:
    """Some rows of a series, read only where a sample asks for them."""

    def __init__(self, texts: pl.Series, rows: NDArray[np.int64]) -> None:
        self._texts, self._rows = texts, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> str:
        return str(self._texts[int(self._rows[index])])


def count(tally: Tally, batch: Audited, scan: Scan, *, draw: int = 0) -> NDArray[np.int64]:
    """Add a batch to a tally.

    Args:
        tally: Is changed.
        batch: The captions.
        scan: Their hits.
        draw: How many captions to draw for labelling from each set of types stated.

    Returns:
        The types each caption states, as a bit mask; shape ``(captions,)``.
    """
    masks = mask_of(scan)
    _count_masks(tally, batch, masks)
    short = batch.captions.str.len_bytes().to_numpy() <= LONGEST_EXAMPLE
    _count_keys(tally, batch, scan, short)
    _count_numbers(tally, batch, scan)
    if draw:
        for mask, rows in split_by(np.where(short, masks, -1)):
            if mask >= 0:
                sample = tally.drawn.setdefault((batch.language, mask), BottomK(draw))
                sample.update(batch.priorities[rows], Picked(batch.captions, rows))
    return masks


def mask_of(scan: Scan) -> NDArray[np.int64]:
    """The types each caption states: bit i for type i; shape ``(captions,)``."""
    masks = np.zeros(scan.height, dtype=np.int64)
    for bit, type_ in enumerate(TYPES):
        masks[scan.counted_rows(type_)] |= 1 << bit
    return masks


def _count_masks(tally: Tally, batch: Audited, masks: NDArray[np.int64]) -> None:
    size = len(batch.names) * COMBINATIONS
    table = np.bincount(batch.groups * COMBINATIONS + masks, minlength=size).reshape(-1, COMBINATIONS)
    for name, counts in zip(batch.names, table, strict=True):
        if counts.any():
            cell = Cell(batch.language, name)
            tally.masks[cell] = tally.masks.get(cell, 0) + counts


def _count_keys(tally: Tally, batch: Audited, scan: Scan, short: NDArray[np.bool_]) -> None:
    keys: dict[Key, int] = {}
    key_of = np.array(
        [keys.setdefault(Key(k.type, k.subtype, k.counts, k.guard), len(keys)) for k in scan.kinds], dtype=np.int64
    )
    if not len(scan.rows):
        return
    width = len(keys)
    pairs = _distinct(key_of[scan.codes] * scan.height + scan.rows)
    rows = pairs % scan.height
    found = pairs // scan.height
    table = np.bincount(batch.groups[rows] * width + found, minlength=len(batch.names) * width).reshape(-1, width)
    named = list(keys)
    for name, counts in zip(batch.names, table, strict=True):
        present = np.flatnonzero(counts)
        if len(present):
            counter = tally.keys.setdefault(Cell(batch.language, name), Counter())
            counter.update({named[at]: int(counts[at]) for at in present})
    # The pairs are ascending, so those of one key stand together.
    bounds = np.searchsorted(found, np.arange(width + 1))
    for at, key in enumerate(named):
        shown = rows[bounds[at] : bounds[at + 1]]
        shown = shown[short[shown]]
        if len(shown):
            sample = tally.examples.setdefault((batch.language, key), BottomK(EXAMPLES))
            sample.update(batch.priorities[shown], Picked(batch.captions, shown))


def _count_numbers(tally: Tally, batch: Audited, scan: Scan) -> None:
    values = np.array([k.value if k.counts and k.value is not None else -1 for k in scan.kinds], dtype=np.int64)
    if not (values >= 0).any():
        return
    numbers, code_of = np.unique(values, return_inverse=True)
    stating = values[scan.codes] >= 0
    pairs = _distinct(code_of[scan.codes[stating]] * scan.height + scan.rows[stating])
    groups, codes = batch.groups[pairs % scan.height], pairs // scan.height
    for group, at in split_by(groups):
        counts = np.bincount(codes[at], minlength=len(numbers))
        counter = tally.numbers.setdefault(batch.names[group], Counter())
        counter.update({int(numbers[code]): int(counts[code]) for code in np.flatnonzero(counts)})


def _distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """The distinct values, ascending: several times as fast as `numpy.unique` for these sizes."""
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def count_contrast(tally: Tally, batch: Audited, mine: NDArray[np.int64], theirs: NDArray[np.int64]) -> None:
    """Add what two detectors find in the same captions.

    Args:
        tally: Is changed.
        batch: The captions.
        mine: The types each caption states by the audit's detector, as a bit mask; shape ``(captions,)``.
        theirs: The same by the other detector.
    """
    short = batch.captions.str.len_bytes().to_numpy() <= LONGEST_EXAMPLE
    for bit, type_ in enumerate(TYPES):
        here, there = (mine >> bit) & 1, (theirs >> bit) & 1
        counts = np.bincount(2 * here + there, minlength=4)
        tally.contrast[type_] = tally.contrast.get(type_, 0) + counts
        for side, only in (("this", here > there), ("other", there > here)):
            rows = np.flatnonzero(only & short)
            if len(rows):
                sample = tally.differing.setdefault((batch.language, type_, side), BottomK(EXAMPLES))
                sample.update(batch.priorities[rows], Picked(batch.captions, rows))
