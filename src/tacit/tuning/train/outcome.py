"""What came of a run: which weights it keeps, what they cost, and what deserves notice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tacit.io.places import shown
from tacit.report.figures import count, percent
from tacit.runs.manifest import hash_file
from tacit.tuning.partial.sets import STATE_BYTES
from tacit.tuning.retention.tasks.protocol import available_tasks
from tacit.tuning.train.objectives.protocol import make_keeper
from tacit.tuning.train.result import Kept, Proof, Trained

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tacit.tuning.data.example import Examples
    from tacit.tuning.locate.values import ValueMap
    from tacit.tuning.partial.sets import Selection
    from tacit.tuning.train.settings import TuneSettings
    from tacit.tuning.train.watch import Check, Watch

_LAST: Final = "the last step"
_BEST: Final = "of the checks inside the bound, the one with the lowest held-out loss"
_LATEST: Final = "the last check inside the bound; nothing is held out that could tell which is best"


def trained_of(selection: Selection, values: ValueMap | None) -> Trained:
    """What trains in a model.

    Args:
        selection: What was chosen.
        values: Where the values are, if they were chosen.
    """
    chosen = {part.tensor for part in selection.parts}
    found = [] if values is None else [v for v in values.attentions if chosen & {part.tensor for part in v.parts}]
    layouts = Counter(attention.layout for attention in found)
    return Trained(
        update=selection.update, note=selection.note, tensors=len({part.tensor for part in selection.parts}),
        values=selection.trained, entries=selection.entries, rank=selection.rank,
        layouts=tuple(sorted(layouts.items())), state_bytes=selection.state_bytes,
        full_state_bytes=STATE_BYTES * selection.entries, break_even=selection.break_even,
    )  # fmt: skip


def choose(watch: Watch, steps: int, planned: int) -> Kept:
    """Which checkpoint is kept.

    Args:
        watch: What was measured.
        steps: How many steps were made.
        planned: How many there would have been.
    """
    known = [check.held_out for check in watch.checks if check.held_out is not None]
    if watch.best is None:
        check, reason = _at(watch.checks, steps), _LAST
    else:
        check, reason = _at(watch.checks, watch.best[0]), _BEST if known else _LATEST
    step = steps if check is None else check.step
    held_out = None if check is None else check.held_out
    cost = held_out - min(known) if watch.best is not None and held_out is not None else None
    return Kept(step, steps, planned, reason, 1.0, held_out, cost, None if check is None else check.reading)


def _at(checks: Sequence[Check], step: int) -> Check | None:
    return next((check for check in reversed(checks) if check.step == step), None)


def prove(selection: Selection, folder: Path) -> Proof:
    """What was compared when a folder was written (`tacit.tuning.partial.export.export` does, and raises otherwise)."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    adapter = selection.rank is not None
    changed = 0 if adapter else selection.trained
    return Proof(
        selection.entries - changed,
        selection.trained,
        tuple((path.name, hash_file(path)[1]) for path in files),
        adapter,
    )


def remarks_on(kept: Kept, checks: Sequence[Check], settings: TuneSettings, *, stopped: bool) -> list[str]:
    """What deserves notice, in sentences.

    Args:
        kept: Which weights are kept.
        checks: What was measured.
        settings: What was asked.
        stopped: Whether training ended before its last step, at the bound.
    """
    told = []
    reading = kept.reading or (checks[0].reading if checks else None)
    left = None if reading is None else reading.retention
    if stopped:
        told.append(
            f"Training stopped after {count(kept.steps)} of {count(kept.planned)} steps: the last "
            f"{settings.patience} checks were below the bound of {percent(settings.bound)}."
        )
    if kept.step == 0 or kept.alpha == 0.0:
        told.append(
            "The result is the base: nothing that was learned kept enough of the few-shot ability. Try --keep "
            "few-shot, a lower --lr, or a lower bound."
        )
    if left is not None and left.missing:
        told.append(
            f"What is left of the few-shot ability is not known: {left.missing}. A base without it has none to lose."
        )
    elif left is not None and left.high is not None and left.high < settings.bound:
        told.append(
            f"Only {percent(left.value or 0.0)} of the few-shot ability is left on generated tasks. Try --keep "
            f"few-shot or --stop-at-retention {settings.bound:g}."
        )
    if settings.few_shot_loss:
        told.append(
            "--few-shot-loss helps the target at the number of demonstrations that was trained, and costs other tasks: "
            "measure them with `tacit retention`."
        )
    return told


def kept_on(settings: TuneSettings, own: Examples | None) -> str:
    """What the objective kept the base on, and how that relates to what retention is measured on; ``""`` without."""
    keeper = make_keeper(settings.keep)
    if not (keeper.needs_prompts and settings.keep_weight):
        return ""
    if own is not None:
        return f"few-shot prompts of {count(len(own))} examples of yours ({', '.join(map(shown, own.paths))})"
    names = settings.keep_tasks or tuple(available_tasks())
    return (
        f"few-shot prompts of generated tasks ({', '.join(names)}), each a task of its own. Retention, on the way "
        "and by `tacit retention`, is measured on others of the same families, none of which was among these: each of "
        "the three has seeds of its own"
    )
