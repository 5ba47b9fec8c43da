"""What a curation returns. Plain numbers and two tables; drawing them is `tacit.captions.curate.report`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    import polars as pl

    from tacit.evidence.estimate import Estimate

SCHEMA: Final = "tacit.curate/1"


@dataclass(frozen=True, slots=True)
class TypeOutcome:
    """What became of one type.

    Attributes:
        type: One of the four types.
        target: The wanted share of the selection; ``None`` when there was no target.
        in_pool: Captions of the corpus that state it and may be chosen, copies included.
        pool_share: Their share of all captions that may be chosen.
        distinct: Different ones among them; ``None`` when there was no target.
        at_least: Whether there are more than `distinct`, which stops counting at the size of the budget.
        wanted: How many the target asks for; ``None`` without a target.
        chosen: Captions of the selection that state it, repetitions included.
        different: Different ones among `chosen`.
        share: `chosen` over the size of the selection.
        most_repeated: How often the caption stands in the selection that is repeated most among them.
        needed_repeats: How often each would stand in it on average if the target were reached; ``None`` when there
            are enough different ones.
        precision: Share of captions detected as stating it that truly do.
        source: What `precision` rests on: ``labels`` or ``shipped validation``.
        true_share: Share of the selection that is expected to state it truly and was detected: `share` times
            `precision`, with the interval of the precision.
        short: How many *different* captions are still missing, however often others are repeated; what
            `tacit plan --for` asks people for. 0 without a target.
        met: Whether the target is reached; true without a target.
    """

    type: str
    target: float | None
    in_pool: int
    pool_share: Estimate
    distinct: int | None
    at_least: bool
    wanted: int | None
    chosen: int
    different: int
    share: float
    most_repeated: int
    needed_repeats: float | None
    precision: Estimate
    source: str
    true_share: Estimate
    short: int
    met: bool

    @property
    def excess(self) -> int:
        """How many more were chosen than the target asks for."""
        return max(self.chosen - self.wanted, 0) if self.wanted is not None else 0


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-type or a stated number, in the corpus and in the selection.

    Attributes:
        type: A type with a target.
        name: The sub-type, or the number.
        number: Whether it is a number.
        in_pool: Captions of the corpus that state it and may be chosen, copies included.
        chosen: Captions of the selection that state it, repetitions included.
    """

    type: str
    name: str
    number: bool
    in_pool: int
    chosen: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A chosen caption to look at.

    Attributes:
        type: The type it was chosen for, or ``""`` when it was drawn from the rest.
        why: What it was chosen for, in words.
        weight: How often it stands in the selection.
        caption: The first 200 characters of its text.
    """

    type: str
    why: str
    weight: int
    caption: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """A caption that overlaps an evaluation item.

    Attributes:
        kind: ``exact`` or ``near``.
        similarity: Of the two texts, 0 to 1.
        source: Where the item is from.
        item: The item's text, cut to 200 characters.
        caption: The caption's text, cut to 200 characters.
    """

    kind: str
    similarity: float
    source: str
    item: str
    caption: str


@dataclass(frozen=True, slots=True)
class CurateResult(Summarised):
    """What was chosen and what that gives. The same captions give the same choice, however they are split over files.

    Attributes:
        tacit: Version that made it.
        detectors: Name, version, language and validation of each detector used.
        budget: How many captions were asked for.
        size: How many the selection holds, repetitions included.
        different: How many different ones.
        read: Captions read.
        pool: Captions that may be chosen, copies included.
        not_in_pool: Reason and number of the others.
        max_repeat: How often one caption was allowed to stand in the selection.
        types: What became of each type.
        parts: Sub-types and numbers of the types with a target.
        overlaps: Kind of overlap, source of the evaluation items, and captions left out for it.
        benchmarks_used: Whether evaluation items were looked for.
        shown: Some of the chosen captions.
        overlaps_shown: Some of the captions left out.
        notes: What the reader must know, in sentences.
        seed: The seed of everything drawn.
        chosen: The selection: ``id``, ``file``, ``row`` (in the file, from 0), ``weight``, ``copies`` (in the corpus),
            ``types`` (that it states), ``stated`` (sub-types and numbers of the types with a target), ``why``; in
            random order. Not part of ``result.json``.
        excluded: The captions that overlap evaluation items; columns ``id``, ``file``, ``row``, ``kind``,
            ``similarity``, ``source``, ``item``, ``caption``. Not part of ``result.json``.
    """

    tacit: str
    detectors: tuple[dict[str, str], ...]
    budget: int
    size: int
    different: int
    read: int
    pool: int
    not_in_pool: tuple[tuple[str, int], ...]
    max_repeat: int
    types: tuple[TypeOutcome, ...]
    parts: tuple[Part, ...]
    overlaps: tuple[tuple[str, str, int], ...]
    benchmarks_used: bool
    shown: tuple[Shown, ...]
    overlaps_shown: tuple[Overlap, ...]
    notes: tuple[str, ...]
    seed: int
    chosen: pl.DataFrame = field(repr=False, compare=False)
    excluded: pl.DataFrame = field(repr=False, compare=False)

    @property
    def met(self) -> bool:
        """Whether every target is reached."""
        return all(outcome.met for outcome in self.types)

    def type(self, name: str) -> TypeOutcome:
        """What became of a type.

        Raises:
            KeyError: If there is no such type.
        """
        for outcome in self.types:
            if outcome.type == name:
                return outcome
        raise KeyError(name)

    def to_frame(self) -> pl.DataFrame:
        """The selection, one row per caption chosen: `chosen`."""
        return self.chosen

    def to_json(self) -> str:
        """The content of ``result.json``."""
        plain: dict[str, Any] = {"schema": SCHEMA, "met": self.met}
        for entry in fields(self):
            if entry.name not in {"chosen", "excluded"}:
                plain[entry.name] = _plain(getattr(self, entry.name))
        return json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def summary(self) -> str:
        """The findings as text of at most 80 columns."""
        from tacit.captions.curate.report import curate_text

        return curate_text(self)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a result holds
    if isinstance(value, (TypeOutcome, Part, Shown, Overlap)):
        return asdict(value)
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value
