"""What `tacit retention` returns. Plain numbers; drawing them is `tacit.tuning.retention.report`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tacit.evidence.estimate import Estimate
    from tacit.evidence.outcomes import Outcomes
    from tacit.tuning.retention.answers import TaskRecord
    from tacit.tuning.retention.divergence import Divergence
    from tacit.tuning.retention.drift import Drift
    from tacit.tuning.retention.measure import Measured
    from tacit.tuning.retention.sources import ModelRecord
    from tacit.tuning.retention.statistics import Verdict
    from tacit.tuning.retention.summary import Level
    from tacit.tuning.retention.target import TargetGain

SCHEMA: Final = "tacit.retention/1"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A tuned model against the base.

    Attributes:
        tuned: Its name.
        levels: As made by `tacit.tuning.retention.summary.levels`: all tasks pooled first, then each.
        same: Whether no answer differs from the base's.
        target: What was gained on the target; ``None`` if there was none.
        divergence: KL divergence on the target's inputs; ``None`` if there is no target or a model is not local.
        drift: Attention drift per layer; ``None`` if it was not asked for or a model is not local.
        notes: Why something of this is not there, in sentences.
    """

    tuned: str
    levels: tuple[Level, ...]
    same: bool
    target: TargetGain | None = None
    divergence: Divergence | None = None
    drift: Drift | None = None
    notes: tuple[str, ...] = ()

    def level(self, task: str | None = None, shots: int | None = None) -> Level | None:
        """One of the levels.

        Args:
            task: Its name; all tasks pooled without.
            shots: Number of demonstrations; the mean over all above 0 without.
        """
        return next((found for found in self.levels if (found.task, found.shots) == (task, shots)), None)

    @property
    def retention(self) -> Estimate:
        """Few-shot retention: all tasks pooled, the mean over numbers of demonstrations above 0."""
        return self._whole.kept.retention

    @property
    def verdict(self) -> Verdict:
        """The verdict on that."""
        return self._whole.kept.verdict

    @property
    def _whole(self) -> Level:
        return self.levels[0]


@dataclass(frozen=True, slots=True)
class Missing:
    """Answers that are not there.

    Attributes:
        model: Whose.
        task: Of which task.
        shots: After how many demonstrations.
        reason: Why.
        count: How many.
    """

    model: str
    task: str
    shots: int
    reason: str
    count: int


@dataclass(frozen=True)
class RetentionResult(Summarised):
    """Everything that was found. The same models, settings and seed give the same bytes on the same machine.

    Attributes:
        tacit: Version that made it.
        settings: What was asked.
        base: The base.
        models: The tuned models.
        tasks: What was asked about.
        comparisons: One per tuned model.
        missing: Answers that are not there, by reason.
        remarks: What was noticed, in sentences.
        measured: Every answer of every model, the base first; not in the JSON.
    """

    tacit: str
    settings: Mapping[str, Any]
    base: ModelRecord
    models: tuple[ModelRecord, ...]
    tasks: tuple[TaskRecord, ...]
    comparisons: tuple[Comparison, ...]
    missing: tuple[Missing, ...]
    remarks: tuple[str, ...]
    measured: tuple[Measured, ...] = field(repr=False, compare=False)

    def to_json(self) -> str:
        """The content of ``result.json``."""
        content = {
            "schema": SCHEMA, "tacit": self.tacit, "settings": dict(self.settings), "base": asdict(self.base),
            "models": [asdict(model) for model in self.models], "tasks": [asdict(task) for task in self.tasks],
            "verdicts": {found.tuned: found.verdict for found in self.comparisons},
            "comparisons": [asdict(found) for found in self.comparisons],
            "missing": [asdict(found) for found in self.missing], "remarks": list(self.remarks),
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def summary(self) -> str:
        """Verdicts and retention as text of at most 80 columns."""
        from tacit.tuning.retention.report import retention_text

        return retention_text(self)

    def to_frame(self) -> pl.DataFrame:
        """The levels as a polars table: one row per tuned model, task and number of demonstrations.

        ``task`` is null for all tasks pooled, ``shots`` for the mean over numbers above 0.
        """
        import polars as pl

        names = ("base", "tuned", "difference", "retention", "gain", "base_in_form", "tuned_in_form")
        rows: list[dict[str, Any]] = []
        for found in self.comparisons:
            for level in found.levels:
                row: dict[str, Any] = {"model": found.tuned, "task": level.task, "shots": level.shots}
                for name in names:
                    told: Estimate = getattr(level.kept if hasattr(level.kept, name) else level, name)
                    row |= {name: told.value, f"{name}_low": told.low, f"{name}_high": told.high}
                own = level.kept
                rows.append({**row, "verdict": own.verdict, "items": own.items, "left_out": own.left_out})
        numbers = {f"{name}{end}": pl.Float64 for name in names for end in ("", "_low", "_high")}
        texts, counts = dict.fromkeys(("model", "task", "verdict"), pl.String), ("shots", "items", "left_out")
        return pl.DataFrame(rows, schema_overrides={**numbers, **texts, **dict.fromkeys(counts, pl.Int64)})

    def to_long(self) -> pl.DataFrame:
        """The answers in the long format of evaluation results (`tacit.io.evals.long`).

        A task with a number of demonstrations is a capability (``mapping, 4-shot``), a draw a wording of its items.
        """
        import polars as pl

        return pl.concat(model.to_long(model.name) for model in self.measured)

    def to_outcomes(self) -> Outcomes:
        """The answers as the checked table that `tacit.compare` takes."""
        from tacit.evidence.outcomes import Outcomes

        return Outcomes.from_frame(self.to_long(), unit="share")

    def comparison(self, tuned: str) -> Comparison:
        """The comparison of one tuned model.

        Raises:
            KeyError: If there is none of this name.
        """
        for found in self.comparisons:
            if found.tuned == tuned:
                return found
        raise KeyError(f"no model {tuned}")
