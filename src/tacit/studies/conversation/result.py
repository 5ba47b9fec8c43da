"""What the study found, as plain values. The report and ``result.json`` are made from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from tacit.studies.result import StudyResult

if TYPE_CHECKING:
    import polars as pl

    from tacit.evidence.estimate import Estimate
    from tacit.judge.result import Judgement, ScaleResult
    from tacit.verify.result import CompareResult


@dataclass(frozen=True, slots=True)
class Cell:
    """One choice of steps on one kind of turn.

    Attributes:
        source: ``world``, or the name of a data set.
        arm: Steps that are on, joined by ``+``; ``baseline``, ``sham`` or ``cut-off``.
        made: Kind of turn.
        n: Turns.
        served: Share at which the user got what is right; see `tacit.studies.conversation.runs.Row`.
        decided: Share at which the decision was the right one.
        recall: Mean share of what holds the answer among the first five passages.
        words: Mean number of words that the answerer was shown.
        shown: Share at which the right answer was among them.
        kinds: Turns by decision.
    """

    source: str
    arm: str
    made: str
    n: int
    served: Estimate
    decided: Estimate
    recall: Estimate
    words: Estimate
    shown: Estimate
    kinds: dict[str, int]


@dataclass(frozen=True, slots=True)
class Lift:
    """What one step does, on the same turns.

    Attributes:
        source: ``world``, or the name of a data set.
        step: What is switched on.
        how: ``alone``, against the baseline; ``added``, against the steps before it.
        made: Kind of turn; ``all`` for all of them.
        metric: ``served``, ``decided``, ``recall``, ``shown`` or ``words``.
        difference: With the step less without it.
    """

    source: str
    step: str
    how: str
    made: str
    metric: str
    difference: Estimate


@dataclass(frozen=True, slots=True)
class ConversationResult(StudyResult):
    """The study.

    Attributes:
        cells: Every choice of steps on every kind of turn.
        verdicts: By axis (``documents``, ``passages``, ``told``): whether more of it helps the baseline.
        lifts: What each step does.
        comparisons: By source: everything on against the baseline and the sham, and what it may have broken.
        advice: What somebody who builds an assistant should do, in sentences that follow from the numbers.
        limits: What bounds the meaning of the numbers.
    """

    schema: ClassVar[str] = "tacit.study.conversation/1"

    cells: tuple[Cell, ...]
    verdicts: dict[str, ScaleResult]
    lifts: tuple[Lift, ...]
    comparisons: dict[str, CompareResult]
    advice: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    def cell(self, arm: str, made: str, source: str = "world") -> Cell | None:
        """One choice of steps on one kind of turn; ``None`` if there was no such turn."""
        return next((c for c in self.cells if (c.source, c.arm, c.made) == (source, arm, made)), None)

    def lift(self, step: str, how: str, made: str, metric: str = "served", source: str = "world") -> Estimate | None:
        """What a step does; ``None`` if there was no such turn."""
        wanted = (source, step, how, made, metric)
        return next(
            (one.difference for one in self.lifts if (one.source, one.step, one.how, one.made, one.metric) == wanted),
            None,
        )

    def verdict(self, axis: str, made: str) -> Judgement | None:
        """Whether more of something helps with a kind of turn; ``None`` if that was not asked."""
        found = self.verdicts[axis].verdicts if axis in self.verdicts else ()
        return next((one for one in found if one.capability == made), None)

    def summary(self) -> str:
        """The story as text of at most 80 columns."""
        from tacit.studies.conversation.report import study_text

        return study_text(self)

    def to_frame(self) -> pl.DataFrame:
        """One row per choice of steps and kind of turn: ``cells.parquet``."""
        import polars as pl

        rows = []
        for each in self.cells:
            row: dict[str, Any] = {"source": each.source, "arm": each.arm, "made": each.made, "n": each.n}
            for name in ("served", "decided", "recall", "words", "shown"):
                estimate: Estimate = getattr(each, name)
                row |= {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
            rows.append(row)
        return pl.DataFrame(rows, infer_schema_length=None)
