"""A detector under test: asks it, and turns whatever goes wrong into a failed check."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tacit.captions.detect.hits import Hit, Kind, Scan
from tacit.captions.validation import load
from tacit.errors import CheckFailedError
from tacit.testing.hostile import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from tacit.captions.detect.protocol import Detector

Key = tuple[Any, ...]
"""All of a hit, comparable: start, end, kind, value."""


def fail(message: str) -> NoReturn:
    """End a check."""
    raise CheckFailedError(message)


def quoted(value: object, width: int = 60) -> str:
    """Text from outside in a form that is safe to print anywhere."""
    text = ascii(value)
    return text if len(text) <= width else f"{text[:width]}... ({len(text):,} characters)"


def plain(value: object) -> str:
    """A short name from outside, without control characters."""
    return "".join(c if c.isprintable() else "?" for c in str(value))[:80]


def key_of(hit: Hit) -> Key:
    """Everything about a hit; `Kind` leaves the value out of its own comparison."""
    return (hit.start, hit.end, hit.kind, hit.kind.value)


class Subject:
    """A detector under test, with what it said the first time it was asked."""

    def __init__(self, detector: Detector, language: str | None, seconds: float) -> None:
        self.detector = detector
        self.seconds = seconds
        self.language = str(getattr(detector, "language", "") if language is None else language)
        self.captions: tuple[str, ...] = (*(c.caption for c in load()), *HOSTILE)

    def detect(self, caption: str, detector: Detector | None = None) -> list[Hit]:
        """Ask for the hits of a caption; whatever goes wrong becomes a failed check."""
        try:
            hits: object = (detector or self.detector).detect(caption)
        except Exception as problem:
            raise CheckFailedError(
                f"detect({quoted(caption)}) raised {type(problem).__name__}: {quoted(str(problem), 200)}. "
                "It has to answer for any text."
            ) from problem
        if not isinstance(hits, list) or not all(isinstance(h, Hit) and isinstance(h.kind, Kind) for h in hits):
            fail(f"detect({quoted(caption)}) returned {quoted(hits)} instead of a list of Hit, each with a Kind.")
        return hits

    def keys(self, captions: Sequence[str], detector: Detector | None = None) -> list[list[Key]]:
        """The hits of several captions, in a form that compares them whole."""
        return [[key_of(hit) for hit in self.detect(caption, detector)] for caption in captions]

    @cached_property
    def first(self) -> list[list[Key]]:
        """The hits of every caption, from the first time of asking."""
        return self.keys(self.captions)

    def columns(self, captions: pl.Series) -> Scan:
        """Scan a batch and make sure that the columns fit together."""
        try:
            scan: object = self.detector.scan(captions)
        except Exception as problem:
            raise CheckFailedError(
                f"scan of {len(captions):,} captions raised {type(problem).__name__}: {quoted(str(problem), 200)}. "
                "It has to answer for any text."
            ) from problem
        return _valid(scan, len(captions))

    def scan(self, captions: pl.Series) -> list[Counter[Key]]:
        """Scan a batch and take the columns apart again: the kinds of every caption, with their numbers."""
        columns = self.columns(captions)
        found: list[Counter[Key]] = [Counter() for _ in range(columns.height)]
        for row, code in zip(columns.rows.tolist(), columns.codes.tolist(), strict=True):
            kind = columns.kinds[code]
            found[row][kind, kind.value] += 1
        return found

    @cached_property
    def first_scan(self) -> list[Counter[Key]]:
        """The kinds in every caption, from the first scan of them all."""
        return self.scan(series_of(self.captions))


def series_of(captions: Sequence[str]) -> pl.Series:
    """Captions as a column."""
    import polars as pl

    return pl.Series("caption", captions, dtype=pl.String)


def _valid(scan: object, height: int) -> Scan:
    if not isinstance(scan, Scan):
        raise CheckFailedError(f"scan returned {quoted(scan)} instead of a Scan.")
    if scan.height != height:
        fail(f"scan of {height:,} captions says that it scanned {scan.height!r}.")
    if not isinstance(scan.kinds, tuple) or not all(isinstance(kind, Kind) for kind in scan.kinds):
        fail("Scan.kinds has to be a tuple of Kind.")
    if len(set(scan.kinds)) != len(scan.kinds):
        fail("Scan.kinds lists a kind twice; it has to hold distinct kinds.")
    for name, column in (("rows", scan.rows), ("codes", scan.codes)):
        if not isinstance(column, np.ndarray) or column.ndim != 1 or column.dtype != np.int64:
            fail(f"Scan.{name} has to be a one-dimensional array of int64.")
    if len(scan.rows) != len(scan.codes):
        fail(f"Scan.rows has {len(scan.rows):,} entries and Scan.codes {len(scan.codes):,}; each hit needs both.")
    if len(scan.rows):
        if scan.rows.min() < 0 or scan.rows.max() >= height:
            fail(f"Scan.rows names row {scan.rows.max()} in a batch of {height:,}.")
        if (np.diff(scan.rows) < 0).any():
            fail("Scan.rows is not ascending.")
        if scan.codes.min() < 0 or scan.codes.max() >= len(scan.kinds):
            fail(f"Scan.codes names kind {scan.codes.max()} of {len(scan.kinds)}.")
    return scan
