"""`tacit.tuning.retention.api.retention`: the whole measurement as one function."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit._version import __version__
from tacit.errors import DataError, UsageError
from tacit.io.places import shown
from tacit.runs.folder import RunFolder
from tacit.runs.manifest import InputRecord, fingerprint, make_manifest
from tacit.runs.progress import NullProgress
from tacit.tuning.retention.answers import Answered, TaskRecord
from tacit.tuning.retention.inside import Inside, look_inside
from tacit.tuning.retention.logs import are_logs, read_logs
from tacit.tuning.retention.measure import entries, measure
from tacit.tuning.retention.remarks import remarks_on
from tacit.tuning.retention.result import Comparison, Missing, RetentionResult
from tacit.tuning.retention.settings import RetentionSettings
from tacit.tuning.retention.sources import find_sources
from tacit.tuning.retention.summary import levels
from tacit.tuning.retention.target import Target, TargetGain, accuracy_change, ask_target, read_target
from tacit.tuning.retention.tasks.files import load_task
from tacit.tuning.retention.tasks.protocol import available_tasks

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from tacit.runs.journal import Journal
    from tacit.runs.progress import Progress
    from tacit.tuning.retention.measure import Measured
    from tacit.tuning.retention.protocol import Answer
    from tacit.tuning.retention.sources import ModelRecord, Source
    from tacit.tuning.retention.tasks.protocol import Task

    Place = str | os.PathLike[str]

OUTCOMES: Final = "outcomes.parquet"
_POOL: Final = 64
"""Demonstrations to draw from, or four times as many as one prompt holds."""


def retention(
    base: Place,
    tuned: Sequence[Place],
    *,
    settings: RetentionSettings | None = None,
    target: Place | None = None,
    columns: Mapping[str, str] | None = None,
    out: Place | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> RetentionResult:
    """How much of its in-context learning has a tuned model kept?

    All models are asked the same questions after the same demonstrations in the same order. The verdict rests on the
    chance-corrected retention over all tasks and all numbers of demonstrations above 0.

    Args:
        base: A folder, a name on the hub, ``laboratory``, an endpoint (``endpoint:MODEL@http://HOST:PORT/v1``), or
            results of lm-eval; ``NAME=`` before it says what to call it.
        tuned: The tuned models, in the same way; folders may hold adapters of PEFT, which are put on the base.
        settings: Tasks, demonstrations, margin, seed, and how models are loaded.
        target: Data of the new task: what was gained on it is set against what was kept.
        columns: What its columns are called, where it is not guessed.
        out: A folder for results and report; a run that is cut short goes on from there.
        force: Take `out` over from another run.
        progress: Is told of questions.

    Returns:
        Retention per tuned model, with what it rests on.

    Raises:
        UsageError: If a model, task or device is not there.
        DataError: If a checkpoint, the target or a log cannot be read.
        EndpointError: If an endpoint does not answer.
        MissingExtraError: If the packages that a model needs are not installed.
    """
    started, settings = datetime.now(UTC), settings or RetentionSettings()
    if are_logs(places := [str(base), *map(str, tuned)]):
        return _of_logs(places, settings, out, force=force, started=started)
    sources = find_sources(places[0], places[1:], settings)
    tasks, goal = _tasks(settings), _goal(target, columns, settings)
    inputs = [InputRecord.of(Path(task.source)) for task in tasks if task.source != "generated"]
    told = _told(sources, goal, settings)
    with ExitStack() as stack:
        folder = None
        if out is not None:
            mark = fingerprint("retention", told, inputs)
            folder = stack.enter_context(RunFolder.open(Path(out), fingerprint=mark, force=force))
        measured, gained = _ask(sources, tasks, goal, settings, journal=folder.journal if folder else None,
                                progress=progress or NullProgress())  # fmt: skip
        inside = list(look_inside(sources[0], sources[1:], tasks, goal, settings))
        result = assemble(
            [source.record for source in sources], measured, [_record(task) for task in tasks], settings,
            inside=inside, targets=[_gain(goal, gained, at, seen, settings.level) for at, seen in enumerate(inside, 1)],
            notes=[remark for source in sources for remark in source.remarks],
        )  # fmt: skip
        if folder is not None:
            _write(folder, result, {} if target is None else {"target": shown(str(target))})
            folder.finish(make_manifest("retention", told, inputs, seed=settings.seed, started=started))
    return result


def assemble(
    models: Sequence[ModelRecord],
    measured: Sequence[Measured],
    tasks: Sequence[TaskRecord],
    settings: RetentionSettings,
    *,
    inside: Sequence[Inside] = (),
    targets: Sequence[TargetGain | None] = (),
    notes: Sequence[str] = (),
) -> RetentionResult:
    """The result from what was answered.

    Args:
        models: The base, then the tuned models.
        measured: What each answered, in the same order.
        tasks: What was asked about.
        settings: Margin and level.
        inside: What was seen with both models at hand, per tuned model.
        targets: What was gained, per tuned model.
        notes: What else was noticed, in sentences.

    Raises:
        DataError: If no answer with demonstrations is there of both.
    """
    answered = Answered(measured)
    comparisons = []
    for at, model in enumerate(models[1:]):
        found = levels(answered, tasks, models[0].name, model.name, settings)
        if not found or found[0].shots is not None:
            raise DataError(
                f"There are no answers with demonstrations of both {shown(models[0].name)} and {shown(model.name)}."
            )
        seen = inside[at] if inside else Inside()
        comparisons.append(Comparison(
            tuned=model.name, levels=found, same=_same(measured[0], measured[at + 1]),
            target=targets[at] if targets else None, divergence=seen.divergence, drift=seen.drift, notes=seen.notes,
        ))  # fmt: skip
    missing = tuple(lacking for model in measured for lacking in _missing(model))
    return RetentionResult(
        tacit=__version__,
        settings=settings.to_json(),
        base=models[0],
        models=tuple(models[1:]),
        tasks=tuple(tasks),
        comparisons=tuple(comparisons),
        missing=missing,
        remarks=(*remarks_on(comparisons, missing), *notes),
        measured=tuple(measured),
    )


def _goal(target: Place | None, columns: Mapping[str, str] | None, settings: RetentionSettings) -> Target | None:
    if target is not None:
        return read_target(str(target), settings.target_examples, settings.seed, columns)
    if columns:
        raise UsageError("--map names columns of --target, and there is none.")
    return None


def _told(sources: Sequence[Source], target: Target | None, settings: RetentionSettings) -> dict[str, Any]:
    """What the result depends on, apart from files of tasks."""
    models = [[source.name, source.identity] for source in sources]
    return {**settings.to_json(), "models": models, "target": None if target is None else target.digest}


def _ask(
    sources: Sequence[Source],
    tasks: Sequence[Task],
    target: Target | None,
    settings: RetentionSettings,
    *,
    journal: Journal | None,
    progress: Progress,
) -> tuple[list[Measured], list[list[Answer]]]:
    """What each model answers to the tasks, and to the target's questions."""
    measured, gained = [], []
    for at, source in enumerate(sources):
        if journal is not None:
            source.remember(journal)
        measured.append(measure(
            source, tasks, shots=settings.shots, draws=settings.draws, seed=settings.seed, progress=progress,
            journal=journal, first_entry=at * entries(tasks, settings.draws),
        ))  # fmt: skip
        gained.append(ask_target(source, target) if target is not None and target.options else [])
        source.close()  # before the next one is loaded: two large models need not fit
    return measured, gained


def _gain(
    target: Target | None, answers: Sequence[Sequence[Answer]], at: int, seen: Inside, level: float
) -> TargetGain | None:
    if target is None:
        return None
    accuracy = accuracy_change(target, answers[0], answers[at], level) if target.options else None
    return TargetGain(len(target.examples), accuracy, seen.loss)


def _of_logs(
    places: Sequence[str], settings: RetentionSettings, out: Place | None, *, force: bool, started: datetime
) -> RetentionResult:
    logs = read_logs(places, dict(settings.chance))
    result = assemble(logs.models, logs.measured, logs.tasks, settings, notes=logs.remarks)
    if out is not None:
        told: dict[str, Any] = {**settings.to_json(), "models": [model.name for model in logs.models], "logs": True}
        mark = fingerprint("retention", told, logs.inputs)
        with RunFolder.open(Path(out), fingerprint=mark, force=force) as folder:
            _write(folder, result, {})
            folder.finish(make_manifest("retention", told, logs.inputs, seed=settings.seed, started=started))
    return result


def _tasks(settings: RetentionSettings) -> list[Task]:
    names = settings.tasks or tuple(available_tasks())
    pool = max(_POOL, 4 * max(settings.shots))
    return [load_task(name, seed=settings.seed, items=settings.items, pool=pool) for name in names]


def _record(task: Task) -> TaskRecord:
    return TaskRecord(task.name, task.chance, len(task.items), task.source)


def _same(one: Measured, other: Measured) -> bool:
    columns = ["task", "shots", "draw", "item", "right"]
    return one.table.select(columns).equals(other.table.select(columns))


def _missing(measured: Measured) -> list[Missing]:
    import polars as pl

    lacking = measured.table.filter(pl.col("right").is_null())
    counted = lacking.group_by("task", "shots", "missing", maintain_order=True).len()
    return [Missing(measured.name, task, shots, reason or "no score", n) for task, shots, reason, n in counted.rows()]


def _write(folder: RunFolder, result: RetentionResult, run: dict[str, str]) -> None:
    from tacit.tuning.retention.report import render_retention

    folder.write_text("report.html", render_retention(result, run=run))
    folder.write_text("result.json", result.to_json())
    table = folder.scratch(OUTCOMES)
    result.to_long().write_parquet(table)
    folder.replace(OUTCOMES, table)
