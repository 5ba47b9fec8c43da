"""What was reported of what was there, as it stands in an audit's result."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from tacit.evidence.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Reported:
    """How often captions state something, given that it was there to report, as the detector sees them.

    Attributes:
        type: One of the four types.
        subtype: Only statements of this sub-type are counted; ``""`` for all of the type.
        number: Only images whose largest group of one kind has so many (``2``, ``3``, ``4-5``, ``6-10``, ``>10``);
            ``""`` for all.
        given: What had to be in an image, in words.
        stated: Share of captions that state it, of those whose image gave the opportunity.
        otherwise: The same of those whose image did not: statements that the facts do not bear out.
        lift: `stated` over `otherwise`.
        n_images: Images with the opportunity that have a caption; `stated` counts their captions.
        n_images_otherwise: The same for images without it.
        reason: Why the facts cannot tell, or ``""``.
    """

    type: str
    subtype: str
    number: str
    given: str
    stated: Estimate
    otherwise: Estimate
    lift: Estimate
    n_images: int
    n_images_otherwise: int
    reason: str


@dataclass(frozen=True, slots=True)
class FactsUsed:
    """What the facts were, and how they and the captions found each other.

    Attributes:
        joined: ``exact`` (the same name), ``name`` (but for folders and suffix), ``number`` (but for leading zeros as
            well), or ``""`` when no caption found its image.
        images: Images in the facts.
        images_captioned: Those of them that an audited caption is of.
        captions: Audited captions whose image is in the facts.
        captions_without: Reason and number of the other audited captions.
        boxes: Whether objects have boxes; without them, a place is two kinds of things in one image.
        repeated: Boxes that the file holds twice; they count once.
        number_true: Of captions that state numbers, the share whose every number is that of some kind of object.
    """

    joined: str
    images: int
    images_captioned: int
    captions: int
    captions_without: tuple[tuple[str, int], ...]
    boxes: bool
    repeated: int
    number_true: Estimate


def reported_frame(reported: Iterable[Reported]) -> pl.DataFrame:
    """One row each; the estimates are structs of their fields."""
    import polars as pl

    estimate = pl.Struct({
        "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "n": pl.Int64, "method": pl.String,
        "level": pl.Float64, "missing": pl.String,
    })  # fmt: skip
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "type": pl.String, "subtype": pl.String, "number": pl.String, "given": pl.String, "stated": estimate,
        "otherwise": estimate, "lift": estimate, "n_images": pl.Int64, "n_images_otherwise": pl.Int64,
        "reason": pl.String,
    }  # fmt: skip
    return pl.DataFrame([asdict(entry) for entry in reported], schema=schema)
