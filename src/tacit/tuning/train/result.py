"""What tuning returns. Plain numbers; drawing them is `tacit.tuning.train.report`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tacit.report.summarised import Summarised

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tacit.tuning.data.rows import DataSummary
    from tacit.tuning.train.watch import Check, Reading

SCHEMA: Final = "tacit.tune/1"


@dataclass(frozen=True, slots=True)
class Trained:
    """What trained, and what that costs.

    Attributes:
        update: The name of the set.
        note: What is special about it, in words; may be ``""``.
        tensors: How many tensors have trained entries.
        values: How many numbers train.
        entries: How many numbers the model has.
        rank: Of LoRA; ``None`` when entries train themselves.
        layouts: How the values lie in the model, and in how many layers; nothing when something else trains.
        state_bytes: What AdamW keeps of them.
        full_state_bytes: What it would keep if everything trained.
        break_even: The rank from which LoRA would train more numbers than the matrices have; ``None`` without any.
    """

    update: str
    note: str
    tensors: int
    values: int
    entries: int
    rank: int | None
    layouts: tuple[tuple[str, int], ...]
    state_bytes: int
    full_state_bytes: int
    break_even: float | None


@dataclass(frozen=True, slots=True)
class StepLog:
    """One step of training.

    Attributes:
        step: From 1.
        loss: What was minimised.
        task_loss: Its part on the data.
        keep_loss: What keeps the base, unweighted; ``None`` without.
        few_shot_loss: The auxiliary loss, unweighted; ``None`` without.
        gradient: Norm of the gradient, before clipping.
        rate: The learning rate.
    """

    step: int
    loss: float
    task_loss: float
    keep_loss: float | None
    few_shot_loss: float | None
    gradient: float | None
    rate: float


@dataclass(frozen=True, slots=True)
class Kept:
    """Which weights the result holds, and why.

    Attributes:
        step: After which they were taken; 0 is the base.
        steps: How many steps were made.
        planned: How many there would have been.
        reason: Why these, in words.
        alpha: Factor of the change that was kept (`TuneSettings.average`).
        held_out: Their loss on what is held out, in nats per token; ``None`` when nothing is.
        cost: How much higher that is than the lowest at any check, inside the bound or not; what the bound cost.
        reading: What is left of the few-shot ability; ``None`` when it was not measured.
    """

    step: int
    steps: int
    planned: int
    reason: str
    alpha: float
    held_out: float | None
    cost: float | None
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Try:
    """A factor that was tried.

    Attributes:
        alpha: The factor.
        held_out: Loss on what is held out.
        reading: What is left of the few-shot ability.
    """

    alpha: float
    held_out: float | None
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What was compared after writing: every entry that was not to change, bit by bit, in the model and in its files.

    Attributes:
        unchanged: How many entries were not to change, and did not.
        trained: How many were to.
        files: Names and digests of the files that were written.
        adapter: Whether an adapter was written, beside which the base stays as it is.
    """

    unchanged: int
    trained: int
    files: tuple[tuple[str, str], ...]
    adapter: bool


@dataclass(frozen=True)
class TuneResult(Summarised):
    """Everything a run did. The same model, data, settings and seed give the same bytes on the same machine.

    Attributes:
        tacit: Version that made it.
        settings: What was asked.
        model: Name and class of the base.
        data: What was trained on.
        held_out: Examples that were not, to see the loss on what is new.
        trained: What trained.
        steps: Each step.
        checks: What was measured on the way.
        kept: Which weights the result holds.
        tries: Factors that were tried, where one was chosen.
        proof: What was compared after writing; ``None`` in a process that wrote nothing.
        kept_on: What the objective kept the base on, in words; ``""`` without.
        remarks: What was noticed, in sentences.
        timings: Seconds of each part of the work; not in the JSON.
    """

    tacit: str
    settings: Mapping[str, Any]
    model: Mapping[str, str]
    data: DataSummary
    held_out: int
    trained: Trained
    steps: tuple[StepLog, ...]
    checks: tuple[Check, ...]
    kept: Kept
    tries: tuple[Try, ...]
    proof: Proof | None
    kept_on: str
    remarks: tuple[str, ...]
    timings: Mapping[str, float] = field(repr=False, compare=False)

    def to_json(self) -> str:
        """The content of ``result.json``."""
        content = {"schema": SCHEMA, **asdict(self)}
        del content["timings"]
        return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def summary(self) -> str:
        """What trained, what came of it and what to do next, as text of at most 80 columns."""
        from tacit.tuning.train.report_terminal import tune_text

        return tune_text(self)

    def to_frame(self) -> pl.DataFrame:
        """One row per step, with what was measured after it; the base is step 0."""
        import polars as pl

        logs = pl.DataFrame(
            [asdict(log) for log in self.steps],
            schema={"step": pl.Int64, **dict.fromkeys(list(StepLog.__slots__)[1:], pl.Float64)},
        )
        retention = [check.reading and check.reading.retention for check in self.checks]
        checks = pl.DataFrame(
            {
                "step": [check.step for check in self.checks],
                "held_out": [check.held_out for check in self.checks],
                "retention": [kept and kept.value for kept in retention],
                "retention_low": [kept and kept.low for kept in retention],
                "retention_high": [kept and kept.high for kept in retention],
                "missing": [kept.missing if kept else "not measured" for kept in retention],
            },
            schema={"step": pl.Int64, **dict.fromkeys(("held_out", "retention", "retention_low", "retention_high"),
                                                      pl.Float64), "missing": pl.String},
        )  # fmt: skip
        return logs.join(checks, on="step", how="full", coalesce=True).sort("step")
