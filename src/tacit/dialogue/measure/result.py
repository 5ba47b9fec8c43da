"""What `tacit rag-eval` returns. Plain numbers; drawing them is `tacit.dialogue.measure.report`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from tacit.dialogue.decide.risk import RiskCurve
    from tacit.dialogue.measure.decisions import DecisionScores
    from tacit.dialogue.measure.scoring import Scored
    from tacit.dialogue.measure.summary import Cell, Difference
    from tacit.dialogue.measure.tasks import Dataset
    from tacit.evidence.estimate import Estimate
    from tacit.evidence.outcomes import Outcomes

SCHEMA: Final = "tacit.rag-eval/1"


@dataclass(frozen=True, slots=True)
class SystemResult:
    """One system.

    Attributes:
        name: Its name.
        contexts: Where its passages are from.
        tasks: Tasks that it did.
        decides: Whether it says what it decided; else that is told from its words.
        cells: Means.
        decisions: On decisions; ``None`` if it replied nothing.
        risk: What goes wrong over the share that is answered; ``None`` if it gives no probabilities.
        risk_area: Mean risk over all shares answered.
        ranking: The score that ranks tasks B and C; ``None`` unless the benchmark's scorer has judged it.
    """

    name: str
    contexts: Literal["retrieved", "reference"]
    tasks: int
    decides: bool
    cells: tuple[Cell, ...]
    decisions: DecisionScores | None = None
    risk: RiskCurve | None = None
    risk_area: float | None = None
    ranking: float | None = None

    def mean(self, metric: str, group: str, by: str = "all") -> Estimate | None:
        """The mean of a metric over a group of tasks; ``None`` if it was not measured."""
        wanted = (metric, group, by)
        return next((cell.estimate for cell in self.cells if (cell.metric, cell.group, cell.by) == wanted), None)


@dataclass(frozen=True)
class RagEvalResult(Summarised):
    """Everything that was found. The same predictions, data and seed give the same bytes.

    Attributes:
        tacit: Version that made it.
        settings: What was asked.
        tasks: How many tasks there are.
        limits: What bounds the meaning of the numbers, in sentences.
        systems: Each system, the one in question first.
        differences: The first system less each other.
        remarks: What was noticed, in sentences.
        dataset: What was measured on; not in the JSON.
        scored: Every score by system; not in the JSON.
    """

    tacit: str
    settings: Mapping[str, Any]
    tasks: int
    limits: tuple[str, ...]
    systems: tuple[SystemResult, ...]
    differences: tuple[Difference, ...]
    remarks: tuple[str, ...]
    dataset: Dataset = field(repr=False, compare=False)
    scored: Mapping[str, Sequence[Scored]] = field(repr=False, compare=False)

    def to_json(self) -> str:
        """The content of ``result.json``."""
        content = {
            "schema": SCHEMA, "tacit": self.tacit, "settings": dict(self.settings), "tasks": self.tasks,
            "limits": list(self.limits), "apart": dict(self.dataset.apart),
            "systems": [asdict(system) for system in self.systems],
            "differences": [asdict(found) for found in self.differences], "remarks": list(self.remarks),
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def summary(self) -> str:
        """The main tables as text of at most 80 columns."""
        from tacit.dialogue.measure.report import rag_eval_text

        return rag_eval_text(self)

    def to_frame(self) -> pl.DataFrame:
        """The means as a polars table: one row per system, metric and group of tasks."""
        import polars as pl

        rows = [
            {"system": system.name, "metric": cell.metric, "by": cell.by, "group": cell.group,
             **{name: getattr(cell.estimate, name) for name in ("value", "low", "high", "n", "method", "missing")}}
            for system in self.systems for cell in system.cells
        ]  # fmt: skip
        texts = dict.fromkeys(("system", "metric", "by", "group", "method", "missing"), pl.String)
        return pl.DataFrame(
            rows,
            schema_overrides={**texts, **dict.fromkeys(("value", "low", "high"), pl.Float64), "n": pl.Int64},
        )

    def to_long(self) -> pl.DataFrame:
        """The scores of every task in the long format of evaluation results, conversations as clusters."""
        from tacit.dialogue.measure.summary import outcome_rows
        from tacit.io.evals.long import as_long

        return as_long(outcome_rows(self.dataset, self.scored), "the result")

    def to_outcomes(self) -> Outcomes:
        """The scores of every task as the checked table that `tacit.compare` takes."""
        from tacit.evidence.outcomes import Outcomes

        return Outcomes.from_frame(self.to_long(), unit="share")

    def system(self, name: str) -> SystemResult:
        """One system.

        Raises:
            KeyError: If there is none of this name.
        """
        for found in self.systems:
            if found.name == name:
                return found
        raise KeyError(f"no system {name}")
