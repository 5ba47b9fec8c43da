"""What the study found, as plain values. The report and ``result.json`` are made from nothing else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, ClassVar

from tacit.studies.result import StudyResult

if TYPE_CHECKING:
    import polars as pl

    from tacit.evidence.estimate import Estimate
    from tacit.studies.forgetting.theory import TheoryResult


@dataclass(frozen=True, slots=True)
class Tuning:
    """One way of tuning, over several models.

    Errors are squared errors (``lines``, noise of .1 included) or shares of wrong labels (``symbols``).

    Attributes:
        question: ``matched``, ``longer``, ``pool`` or ``rate``; see `tacit.studies.forgetting.runs.Run`.
        world: ``lines`` or ``symbols``.
        depth: Layers.
        update: What was trained.
        keep: What was done beside.
        pool: Where the prompts of ``few-shot`` came from.
        rate: Learning rate.
        seeds: Models.
        reached: How many of them reached the error that they are compared at.
        trained: Numbers trained.
        steps: Steps done, mean over models.
        alpha: Share of the way from the base that averaging kept, mean; 1 elsewhere.
        skill: Error on the skill without demonstrations.
        retention: By number of demonstrations: how much of the base's advantage over knowing nothing is left on tasks
            that were drawn anew. 1 is everything.
        drift: For each layer, total variation distance between attention before and after.
        curve: Step, error on the skill, and retention with 16 demonstrations, means over models; only for ``longer``.
    """

    question: str
    world: str
    depth: int
    update: str
    keep: str
    pool: str
    rate: float
    seeds: int
    reached: int
    trained: int
    steps: float
    alpha: float
    skill: Estimate
    retention: dict[int, Estimate]
    drift: tuple[float, ...]
    curve: tuple[tuple[int, float, float], ...]

    @property
    def comparable(self) -> bool:
        """Whether every model reached the error that it is compared at; one that learnt nothing has kept everything."""
        return self.question == "longer" or self.reached == self.seeds


@dataclass(frozen=True, slots=True)
class Base:
    """Models before they are tuned.

    Attributes:
        world: ``lines`` or ``symbols``.
        depth: Layers.
        params: Numbers in one of them.
        null: Error of knowing nothing.
        floor: Error of knowing everything.
        errors: By number of demonstrations, on tasks that were drawn anew.
    """

    world: str
    depth: int
    params: int
    null: float
    floor: float
    errors: dict[int, Estimate]


@dataclass(frozen=True, slots=True)
class ForgettingResult(StudyResult):
    """The study.

    Attributes:
        theory: One layer of linear attention: closed forms, and gradient descent.
        bases: The models, before.
        tunings: Every way of tuning.
        advice: What somebody who tunes should do, in sentences that follow from the claims.
    """

    schema: ClassVar[str] = "tacit.study.forgetting/1"

    theory: TheoryResult
    bases: tuple[Base, ...]
    tunings: tuple[Tuning, ...]
    advice: tuple[str, ...]

    def tuning(
        self, update: str, keep: str, *, question: str = "matched", world: str = "lines", depth: int = 3
    ) -> Tuning:
        """One way of tuning.

        Raises:
            KeyError: If it was not tried.
        """
        for found in self.tunings:
            if (found.update, found.keep, found.question, found.world, found.depth) == (
                update, keep, question, world, depth,
            ):  # fmt: skip
                return found
        raise KeyError((update, keep, question, world, depth))

    def summary(self) -> str:
        """The story as text of at most 80 columns."""
        from tacit.studies.forgetting.report import study_text

        return study_text(self)

    def to_frame(self) -> pl.DataFrame:
        """One row per way of tuning: ``tunings.parquet``."""
        import polars as pl

        rows = []
        for each in self.tunings:
            plain = {
                key: value for key, value in asdict(each).items() if key not in {"retention", "curve", "drift", "skill"}
            }
            kept = each.retention[max(each.retention)]
            rows.append(
                plain
                | {"skill": each.skill.value}
                | {"retention": kept.value, "retention_low": kept.low, "retention_high": kept.high}
            )
        return pl.DataFrame(rows, infer_schema_length=None)
