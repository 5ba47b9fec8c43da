"""What the results of all studies have in common."""

from __future__ import annotations

import json
from abc import abstractmethod
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    import polars as pl

    from tacit.studies.claims import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResult(Summarised):
    """What a study found, as plain values. The report and ``result.json`` are made from nothing else.

    Attributes:
        tacit: Version that made it.
        settings: The preset, as plain values, and what else was asked for.
        claims: One per statement of the report, with numbers; some may not hold.
    """

    schema: ClassVar[str]

    tacit: str
    settings: dict[str, Any]
    claims: tuple[Claim, ...] = ()

    @property
    def failed(self) -> tuple[Claim, ...]:
        """The claims that the study does not bear out."""
        return tuple(claim for claim in self.claims if not claim.holds)

    @abstractmethod
    def to_frame(self) -> pl.DataFrame:
        """What was measured as a table."""

    def to_json(self) -> str:
        """The content of ``result.json``."""
        return json.dumps({"schema": self.schema, **asdict(self)}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
