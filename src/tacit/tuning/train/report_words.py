"""What a run of `tacit tune` did, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report.figures import count, interval, known, percent, why_missing
from tacit.report.html import Name, Sentence

if TYPE_CHECKING:
    from tacit.tuning.train.result import TuneResult
    from tacit.tuning.train.watch import Reading

TITLE: Final = "What was learned, and what was kept"


def headline(result: TuneResult) -> Sentence:
    """The whole in one sentence."""
    kept, trained = result.kept, result.trained
    first = next((check.held_out for check in result.checks if check.held_out is not None), None)
    learned = ""
    if first is not None and kept.held_out is not None:
        learned = f"; the loss on what is held out went from {first:.3f} to {kept.held_out:.3f}"
    elif result.steps:
        learned = f"; the loss went from {result.steps[0].task_loss:.3f} to {result.steps[-1].task_loss:.3f}"
    left = "" if kept.reading is None else f", and {left_words(kept.reading)}"
    return (
        f"{percent(trained.values / trained.entries)} of the numbers of ", Name(result.model["name"]),
        f" were trained for {count(kept.step)} steps{learned}{left}.",
    )  # fmt: skip


def left_words(reading: Reading) -> str:
    """How much of the few-shot ability is left."""
    value = known(reading.retention)
    if value is None:
        return f"what is left of the few-shot ability is not known ({why_missing(reading.retention)})"
    return f"{percent(value)} ({interval(reading.retention)}) of the few-shot ability is left"


def trained_words(result: TuneResult) -> str:
    """What trained, and what that costs."""
    trained = result.trained
    how = f"LoRA of rank {trained.rank} on " if trained.rank is not None else ""
    layouts = ", ".join(f"{layout} in {count(n)} layers" for layout, n in trained.layouts)
    told = f"{trained.update}: {how}{count(trained.tensors)} tensors, {count(trained.values)} of "
    told += f"{count(trained.entries)} numbers" + (f" ({layouts})" if layouts else "")
    return told + (f"; {trained.note}" if trained.note else "")


def cost_words(result: TuneResult) -> str:
    """What the optimizer keeps."""
    trained = result.trained
    told = f"AdamW keeps {count(trained.state_bytes)} bytes, where training everything would take "
    told += f"{count(trained.full_state_bytes)}"
    if trained.break_even is not None and trained.rank is None:
        told += f"; LoRA would train more numbers from rank {count(int(trained.break_even) + 1)} on"
    return told


def kept_words(result: TuneResult) -> str:
    """Which weights the result holds."""
    kept = result.kept
    told = f"the weights after step {count(kept.step)} of {count(kept.planned)} ({kept.reason})"
    if kept.alpha != 1.0:
        told += f", {percent(kept.alpha)} of the change"
    if kept.cost:
        told += f"; the held-out loss is {kept.cost:.3f} above the lowest of all checks, which the bound cost"
    return told


def proof_words(result: TuneResult) -> str:
    """What was compared after writing."""
    if result.proof is None:
        return "nothing was written"
    if result.proof.adapter:
        return f"an adapter was written; all {count(result.proof.unchanged)} numbers of the base are as they were"
    return (
        f"{count(result.proof.unchanged)} numbers were not to change, and are bit by bit those of the base; "
        f"{count(result.proof.trained)} were trained"
    )


def next_steps(result: TuneResult) -> tuple[str, ...]:
    """What to do next."""
    told = ["Measure what is left on held-out tasks, with more items: tacit retention BASE OUT/model."]
    if result.settings["keep"] == "none":
        told.append("Compare with --keep few-shot, which keeps most of the few-shot ability with any --update.")
    if result.settings["update"] == "value":
        told.append("Compare with a control of equal size: --update random.")
    return tuple(told)
