"""The captions that may be chosen: exact counts of all of them, and a bounded random sample of each kind.

A caption's priority is a hash of its text and the seed, so the captions of lowest priority are a random sample that
does not depend on how the corpus is cut or ordered (as in `tacit.evidence.sampling`). Copies of a text have equal
priorities and are one candidate.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tacit.captions.audit.tally import Tally, split_by
from tacit.captions.coding import encode
from tacit.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tacit.captions.curate.settings import CurateSettings

SHOWN: Final = 200
"""Characters of a caption that are kept, to show it."""
LISTED: Final = 100_000
"""Captions that overlap evaluation items are all counted; more than these are not listed."""
_PRUNE: Final = 500_000
"""So many candidates more than are needed may pile up before those that are not needed are dropped."""
_LENGTH: Final = 8

Schema = dict[str, pl.DataType | type[pl.DataType]]

PLACE: Final[Schema] = {"priority": pl.UInt64, "check": pl.UInt64, "unit": pl.UInt32, "row": pl.UInt32, "id": pl.String}
"""Where a caption stands: two hashes of its text, the unit, the row in the unit, and its name if it has one."""
CANDIDATES: Final[Schema] = {
    **PLACE, "copies": pl.UInt32, "mask": pl.UInt8, "stated": pl.List(pl.String), "caption": pl.String,
}  # fmt: skip
"""`mask` holds the types stated, targeted or not; `stated` the targeted `leaf` names."""
OVERLAPS: Final[Schema] = {
    **PLACE, "kind": pl.String, "similarity": pl.Float64, "source": pl.String, "item": pl.String, "caption": pl.String,
}  # fmt: skip


@dataclass(eq=False)
class Pool:
    """What a part of the corpus offers.

    Attributes:
        settings: What is asked.
        tally: The audit's counts of the captions that may be chosen.
        overlaps: Captions that overlap evaluation items, by kind of overlap and source of the item.
        rows: Rows read, per unit.
        candidates: Captions that may be chosen, one line per text; columns `CANDIDATES`.
        excluded: Captions that overlap; columns `OVERLAPS`.
    """

    settings: CurateSettings
    tally: Tally = field(default_factory=Tally)
    overlaps: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: dict[int, int] = field(default_factory=dict)
    candidates: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CANDIDATES))
    excluded: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OVERLAPS))
    _needed: int = 0

    def merge(self, other: Pool) -> None:
        """Add another part. The order of parts makes no difference, once `prune` has been called."""
        self.tally.merge(other.tally)
        self.overlaps.update(other.overlaps)
        self.rows.update(other.rows)
        self.candidates = self.candidates.vstack(other.candidates)
        self.excluded = self.excluded.vstack(other.excluded)
        if self.candidates.height > 2 * self._needed + _PRUNE:
            self.prune()

    def prune(self) -> None:
        """Make copies of a text one candidate, and drop candidates that cannot be chosen."""
        first = self.candidates.sort("priority", "check", "id", "unit", "row", nulls_last=True)
        others = [pl.col(name).first() for name in CANDIDATES if name not in {"priority", "check", "copies"}]
        merged = first.group_by("priority", "check", maintain_order=True).agg(pl.col("copies").sum(), *others)
        self.candidates = merged.select(*CANDIDATES).filter(pl.Series(_needed(merged, self.settings)))
        self.excluded = self.excluded.sort("priority", "check", "id", "unit", "row", nulls_last=True).head(LISTED)
        self._needed = self.candidates.height

    def to_bytes(self) -> bytes:
        """The pool without its settings: counts as JSON, tables in Arrow's format."""
        overlaps = [[*key, n] for key, n in self.overlaps.items()]
        head = json.dumps({"overlaps": overlaps, "rows": list(self.rows.items())}).encode()
        parts = [head, self.tally.to_bytes(), _table(self.candidates), _table(self.excluded)]
        return b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts)

    @classmethod
    def from_bytes(cls, settings: CurateSettings, data: bytes) -> Pool:
        """The inverse of `to_bytes`.

        Raises:
            DataError: If the bytes are not a pool.
        """
        try:
            head, tally, candidates, excluded = _parts(data)
            counted = json.loads(head)
            return cls(
                settings,
                Tally.from_bytes(tally),
                Counter({(kind, source): n for kind, source, n in counted["overlaps"]}),
                dict(counted["rows"]),
                pl.read_ipc(io.BytesIO(candidates)).match_to_schema(CANDIDATES),
                pl.read_ipc(io.BytesIO(excluded)).match_to_schema(OVERLAPS),
            )
        except (ValueError, LookupError, TypeError, OSError, pl.exceptions.PolarsError) as error:
            raise DataError(
                f"What a unit offers cannot be read ({type(error).__name__}). Start again with --force."
            ) from error


def leaf(type_: str, subtype: str, number: str) -> str:
    """The name of a statement as captions are balanced over it: its sub-type, and the number that it states if any.

    Example:
        >>> leaf("counting", "exact", "2"), split_leaf("spatial/a/b/")
        ('counting/exact/2', ('spatial', 'a/b', ''))
    """
    return f"{type_}/{subtype}/{number}"


def split_leaf(name: str) -> tuple[str, str, str]:
    """The type, sub-type and number (or ``""``) of a `leaf`."""
    type_, _, rest = name.partition("/")
    subtype, _, number = rest.rpartition("/")
    return type_, subtype, number


def group_of(name: str) -> tuple[str, str]:
    """What gets an equal share of its type's captions: the number of a `leaf`, or its sub-type where there is none.

    Numbers come before sub-types, because "both" and "a pair of" state the number two once more.

    Example:
        >>> group_of("counting/both/2"), group_of("negation/absence/")
        (('counting', '2'), ('negation', 'absence'))
    """
    type_, subtype, number = split_leaf(name)
    return type_, number or subtype


def lowest(priorities: NDArray[np.uint64], rows: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Those rows whose priorities are among the `k` lowest different ones.

    Args:
        priorities: Of all captions; shape ``(captions,)``.
        rows: The captions in question.
        k: At least 1.

    Example:
        >>> lowest(np.array([3, 1, 1, 2], dtype=np.uint64), np.arange(4), 2)
        array([1, 2, 3])
    """
    if len(rows) <= k:
        return rows
    here = priorities[rows]
    few = here
    if len(here) > 4 * k:
        # Sorting them all would take most of the time, and almost always the copies among these are few.
        few = np.unique(here[here <= np.partition(here, 2 * k)[2 * k]])
    if few is here or len(few) < k:
        few = np.unique(here)
    return rows if len(few) <= k else rows[here <= few[k - 1]]


def _needed(candidates: pl.DataFrame, settings: CurateSettings) -> NDArray[np.bool_]:
    """Which candidates can be chosen: the first of each set of types, and of each leaf within each set."""
    masks = candidates["mask"].to_numpy().astype(np.int64) & settings.targeted
    priorities = candidates["priority"].to_numpy()
    lengths = candidates["stated"].list.len().to_numpy()
    leaves, _ = encode(candidates["stated"].explode(empty_as_null=False))
    rows = np.repeat(np.arange(candidates.height), lengths)
    return choosable(priorities, masks, rows, leaves.astype(np.int64), settings)


def choosable(
    priorities: NDArray[np.uint64],
    masks: NDArray[np.int64],
    rows: NDArray[np.int64],
    leaves: NDArray[np.int64],
    settings: CurateSettings,
) -> NDArray[np.bool_]:
    """Which captions can be among those chosen.

    A selection takes at most the budget from one set of targeted types, and at most `CurateSettings.room` captions
    for the sake of one leaf; so whatever it has taken, those of lowest priority hold the next one of each leaf.

    Args:
        priorities: Shape ``(captions,)``.
        masks: The targeted types each states, as a bit mask; shape ``(captions,)``.
        rows: The caption of each statement; shape ``(statements,)``.
        leaves: The number of its leaf; shape ``(statements,)``.
        settings: What is asked.

    Returns:
        Shape ``(captions,)``.
    """
    kept = np.zeros(len(priorities), dtype=bool)
    for _, at in split_by(masks):
        kept[lowest(priorities, at, settings.budget)] = True
    stated = masks[rows]
    for code, at in split_by(leaves * 16 + stated):
        kept[lowest(priorities, rows[at], settings.room(code % 16))] = True
    return kept


def _table(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_ipc(buffer, compression="zstd")
    return buffer.getvalue()


def _parts(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + _LENGTH], "big")
        yield data[at + _LENGTH : at + _LENGTH + size]
        at += _LENGTH + size
