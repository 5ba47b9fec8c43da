"""What a detector says about a caption: hits, and the columns a whole batch of them is kept in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TYPES: Final = ("counting", "spatial", "negation", "temporal")
"""The four kinds of statement that captions leave out (Kamath et al. 2026, section 3)."""


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """Everything about a hit except where it stands: what was matched, by which rule, and whether it counts.

    Attributes:
        type: One of `TYPES`.
        subtype: A finer class within the type, e.g. ``exact`` or ``projective``.
        counts: Whether the hit makes the caption state the type. Neighbours that the labelling standard excludes
            (vague quantifiers, ordinals, motion paths ...) and hits stopped by a guard do not count.
        rule: The identifier of the rule that matched, e.g. ``en.spatial.next-to``.
        guard: Why a look-alike was stopped (``age``, ``brand`` ...), or the empty string when no guard stopped it.
        cue: The matched words, lower-cased, white space folded.
        value: For counting, the number stated, when it is one.
    """

    type: str
    subtype: str
    counts: bool
    rule: str
    guard: str = ""
    cue: str = ""
    value: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """One match in one caption.

    Attributes:
        kind: What was found.
        start: Offset of the first character of the match in the caption, in characters.
        end: Offset just past the last character.
    """

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scan:
    """The hits of a batch of captions, as columns.

    Attributes:
        height: How many captions were scanned.
        rows: Index of the caption of each hit, ascending; shape ``(hits,)``.
        codes: Index into `kinds` of each hit; shape ``(hits,)``.
        kinds: The distinct kinds that occurred.
    """

    height: int
    rows: NDArray[np.int64]
    codes: NDArray[np.int64]
    kinds: tuple[Kind, ...]

    def counted_rows(self, type_: str) -> NDArray[np.int64]:
        """Captions that state ``type_``: those with at least one hit that counts, ascending, without repeats."""
        wanted = np.array([k.type == type_ and k.counts for k in self.kinds], dtype=bool)
        found = np.zeros(self.height, dtype=bool)
        if len(wanted):
            found[self.rows[wanted[self.codes]]] = True
        return np.flatnonzero(found)
