"""The work of a curation: one unit of one file, from captions to what it offers. Runs on any thread or machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tacit.captions.audit.count import count
from tacit.captions.audit.tally import Tally
from tacit.captions.audit.unit import BATCH_ROWS, admit, by_language, detectors_of
from tacit.captions.curate.pool import CANDIDATES, OVERLAPS, SHOWN, Pool, choosable, leaf
from tacit.captions.detect.hits import TYPES
from tacit.evidence.sampling import BottomK
from tacit.io.tables import get_reader

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tacit.captions.audit.count import Audited
    from tacit.captions.curate.overlap import BenchmarkIndex
    from tacit.captions.curate.settings import CurateSettings
    from tacit.captions.detect.hits import Scan
    from tacit.io.tables import Unit

LARGEST: Final = 20
"""Numbers above this are balanced as one: prices and years that slip through would make thousands of kinds."""
MORE: Final = f">{LARGEST}"
OVERLAPPING: Final = "overlaps an evaluation item"
"""Why a caption may not be chosen, among the reasons why others were not audited."""
_SECOND: Final = 0x5EED
"""Sets the second hash of a text apart from its priority."""


@cache
def _index(benchmarks: bytes) -> BenchmarkIndex:
    from tacit.captions.curate.overlap import BenchmarkIndex

    return BenchmarkIndex.from_bytes(benchmarks)


def curate_unit(settings: CurateSettings, numbered: tuple[int, Unit]) -> bytes:
    """Read a unit, detect, leave out what overlaps evaluation items, and keep what could be chosen.

    Args:
        settings: What is asked.
        numbered: The number of the unit in the corpus, and what to read.

    Returns:
        A `Pool` as bytes.

    Raises:
        DataError: If the file cannot be read to the end of the unit.
    """
    number, unit = numbered
    audit = settings.audit
    pool = Pool(settings, Tally(looked=BottomK(audit.look) if audit.look else None))
    for batch in get_reader(unit.reader).batches(unit, settings.columns, BATCH_ROWS):
        start = pool.tally.read
        kept = admit(pool.tally, batch, audit)
        for rows, audited in by_language(pool.tally, batch.frame, kept, audit):
            ids = batch.frame[settings.id].gather(rows) if settings.id else None
            part = _Part(audited, rows + start, number, ids, audit.seed)
            _offer(pool, _without_overlaps(pool, part))
    pool.rows[number] = pool.tally.read
    pool.prune()
    return pool.to_bytes()


@dataclass(frozen=True, slots=True)
class _Part:
    """Captions of one language in one batch.

    Attributes:
        audited: The captions.
        rows: The row of each in its unit; shape ``(captions,)``.
        unit: The number of the unit.
        ids: Their names, if there are any.
        seed: Of the priorities.
    """

    audited: Audited
    rows: NDArray[np.int64]
    unit: int
    ids: pl.Series | None
    seed: int

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, at: NDArray[np.int64]) -> _Part:
        """Some of them."""
        a = self.audited
        fewer = replace(a, captions=a.captions.gather(at), groups=a.groups[at], priorities=a.priorities[at])
        return replace(self, audited=fewer, rows=self.rows[at], ids=None if self.ids is None else self.ids.gather(at))

    def places(self) -> pl.DataFrame:
        """Where they stand, and how each begins."""
        captions = self.audited.captions
        return pl.DataFrame({
            "priority": self.audited.priorities,
            "check": captions.hash(self.seed ^ _SECOND),
            "unit": pl.repeat(self.unit, len(self), dtype=pl.UInt32, eager=True),
            "row": self.rows.astype(np.uint32),
            "id": pl.repeat(None, len(self), dtype=pl.String, eager=True) if self.ids is None else self.ids,
            "caption": captions.str.head(SHOWN),
        })  # fmt: skip


def _without_overlaps(pool: Pool, part: _Part) -> _Part:
    """The captions that are not an evaluation item; the others are counted and listed.

    All captions are looked at and not only those that would be chosen: what the pool offers must be right, too.
    """
    benchmarks = pool.settings.benchmarks
    if not benchmarks:
        return part
    found = _index(benchmarks).find(part.audited.captions)
    if not found.height:
        return part
    pool.overlaps.update(found.select("kind", "source").iter_rows())
    at = found["row"].to_numpy().astype(np.int64)
    listed = part.take(at).places().hstack(found.select("kind", "similarity", "source", "item"))
    pool.excluded = pool.excluded.vstack(listed.match_to_schema(OVERLAPS))
    free = np.ones(len(part), dtype=bool)
    free[at] = False
    pool.tally.skipped[OVERLAPPING] += len(at)
    return part.take(np.flatnonzero(free))


def _offer(pool: Pool, part: _Part) -> None:
    """Count the captions, and keep those that could be chosen."""
    settings = pool.settings
    audited = part.audited
    scan = detectors_of(settings.audit.detector, settings.audit.languages)[audited.language].scan(audited.captions)
    masks = count(pool.tally, audited, scan)
    rows, codes, names = _statements(scan, settings.targeted)
    kept = np.flatnonzero(choosable(audited.priorities, masks & settings.targeted, rows, codes, settings))
    # Statements are few and captions many: those of the captions that are kept are looked up.
    position = np.full(len(part), -1, dtype=np.int64)
    position[kept] = np.arange(len(kept))
    mine = position[rows] >= 0
    stated = (
        pl.DataFrame({"at": position[rows[mine]], "leaf": pl.Series(names, dtype=pl.String).gather(codes[mine])})
        .unique()
        .sort("at", "leaf")
        .group_by("at", maintain_order=True)
        .agg(stated="leaf")
    )
    found = part.take(kept).places().with_columns(
        at=pl.int_range(len(kept)), mask=pl.Series(masks[kept], dtype=pl.UInt8), copies=pl.lit(1, pl.UInt32)
    )  # fmt: skip
    whole = found.join(stated, on="at", how="left", maintain_order="left").with_columns(pl.col("stated").fill_null([]))
    pool.candidates = pool.candidates.vstack(whole.select(*CANDIDATES).match_to_schema(CANDIDATES))


def _statements(scan: Scan, targeted: int) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """The caption and the leaf of every statement of a targeted type, and the name of each leaf."""
    names: dict[str, int] = {}
    leaf_of = np.full(len(scan.kinds), -1, dtype=np.int64)
    for at, kind in enumerate(scan.kinds):
        if kind.counts and kind.type in TYPES and targeted >> TYPES.index(kind.type) & 1:
            leaf_of[at] = names.setdefault(leaf(kind.type, kind.subtype, number_name(kind.value)), len(names))
    if not names:
        none = np.zeros(0, dtype=np.int64)
        return none, none, []
    codes = leaf_of[scan.codes]
    stating = codes >= 0
    return scan.rows[stating], codes[stating], list(names)


def number_name(value: int | None) -> str:
    """What a number is called among those that are balanced.

    Example:
        >>> number_name(2), number_name(2023), number_name(None)
        ('2', '>20', '')
    """
    return "" if value is None else str(value) if value <= LARGEST else MORE
