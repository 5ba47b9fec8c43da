"""`tacit study conversation`: what fails in conversations over documents, and what mends it, as one function."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit._version import __version__
from tacit.errors import UsageError
from tacit.runs.engine import default_workers, get_engine
from tacit.runs.folder import RunFolder
from tacit.runs.manifest import InputRecord, fingerprint, make_manifest
from tacit.studies.conversation.presets import Preset, get_preset
from tacit.studies.training import work_off

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from tacit.runs.progress import Progress
    from tacit.studies.conversation.result import ConversationResult
    from tacit.studies.conversation.runs import Unit

    Place = str | os.PathLike[str]

_NAME: Final = "study conversation"
_VERSION: Final = 1
"""Raised when the same settings give other numbers, so that no run is resumed across it."""
_LIMITS: Final = (
    "The world is made up: short documents of one form, questions in the words of the documents, five kinds of things. "
    "Differences between ways of working mean something here; the numbers themselves are no forecast for yours.",
    "Answers are quotations. A right answer is one that holds the right words, which is generous to whoever quotes "
    "much; to vague questions it may hold no other thing's answer beside.",
    "Off-corpus questions share no words with the documents, which makes them easier than most in use.",
)
_TRAINED: Final = (
    "The decisions were trained on MTRAG, so on mtrag they are better than elsewhere; mtrag-un is the check."
)


@dataclass(frozen=True, slots=True)
class Data:
    """A data set that the steps are measured on as well.

    Attributes:
        name: ``mtrag`` or ``mtrag-un``.
        folder: Of its tables; that which ``TACIT_REAL_DATA`` names if not given.
    """

    name: str
    folder: Path | None = None


def conversation(
    preset: str | Preset = "default",
    *,
    data: Data | None = None,
    out: Place | None = None,
    workers: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    remark: Callable[[str], None] | None = None,
) -> ConversationResult:
    """What goes wrong in conversations over documents, does more text mend it, and which step does?

    Conversations about a made-up world, whose right answers are known, are held with a baseline like those in common
    use (the last turn is the query, and something is always answered), with more and more text, and then with each of
    tacit's steps. Needs no model and no network.

    Args:
        preset: A name in `tacit.studies.conversation.presets.PRESETS`, or one of your own.
        data: A data set that the steps are measured on as well.
        out: A folder for report and results; a run that is cut short goes on from there.
        workers: Units at a time; all processors when ``None``.
        force: Take `out` over from another run.
        progress: Is told of units.
        remark: Is told what is to come.

    Returns:
        What was found, with claims. It reports what it finds: a claim that is not borne out says so.

    Raises:
        UsageError: If there is no such preset or data set, or its tables are not there.
        DataError: If its tables cannot be read.
        MissingExtraError: If the packages that search are not installed.
    """
    from tacit.studies.conversation.runs import units_of

    started = datetime.now(UTC)
    chosen = get_preset(preset) if isinstance(preset, str) else preset
    domains, inputs = _domains(data)
    settings = {**chosen.to_json(), "dataset": data.name if data else "", "version": _VERSION}
    with ExitStack() as stack:
        folder = None
        if out is not None:
            mark = fingerprint(_NAME, settings, inputs)
            folder = stack.enter_context(RunFolder.open(Path(out), fingerprint=mark, force=force))
        units = units_of(chosen, domains)
        if remark is not None:
            remark(f"{len(units)} rounds of conversations, {workers or default_workers()} at a time.")
        outcomes = _work(units, workers, folder, progress)
        result = _conclude(chosen, outcomes, {**chosen.to_json(), "dataset": settings["dataset"]})
        if folder is not None:
            _write(folder, result)
            folder.finish(make_manifest(_NAME, settings, inputs, seed=chosen.seed, started=started))
    return result


def _domains(data: Data | None) -> tuple[list[tuple[str, str, str]], list[InputRecord]]:
    """Name, folder and domain of each index that is asked, and the tables."""
    if data is None:
        return [], []
    from tacit.dialogue.measure.datasets import DATASETS, POOLS, data_folder

    if data.name not in DATASETS:
        raise UsageError(f"There is no data set {data.name!r} for this study. There are: {', '.join(DATASETS)}.")
    folder = data_folder(data.name, data.folder)
    files = {pool: folder / f"passages_{pool}.parquet" for pool in POOLS}
    there = [pool for pool, file in files.items() if file.is_file()]
    if not there:
        raise UsageError(f"{folder} holds no passages of {data.name} (passages_clapnq.parquet, ...).")
    tables = sorted(folder.glob("mtrag*.parquet"))
    inputs = [InputRecord.of(file) for file in (*tables, *(files[pool] for pool in there))]
    return [(data.name, str(data.folder or ""), pool) for pool in there], inputs


def _work(
    units: Sequence[Unit], workers: int | None, folder: RunFolder | None, progress: Progress | None
) -> list[bytes]:
    from tacit.studies.conversation.runs import do

    with get_engine("processes", workers=workers or default_workers()) as engine:
        return work_off(do, units, engine, journal=folder.journal if folder else None, progress=progress)


def _conclude(preset: Preset, outcomes: Sequence[bytes], settings: dict[str, Any]) -> ConversationResult:
    from tacit.studies.conversation.advice import advise
    from tacit.studies.conversation.analyse import compare_arms, describe, judge_axes, measure_lifts, read_arms
    from tacit.studies.conversation.claims import make_claims
    from tacit.studies.conversation.result import ConversationResult

    seed, table = preset.seed, read_arms(outcomes)
    found = ConversationResult(
        tacit=__version__,
        settings=settings,
        cells=describe(table, seed),
        verdicts=judge_axes(outcomes, seed),
        lifts=measure_lifts(table, seed),
        comparisons=compare_arms(table, seed),
        limits=(*_LIMITS, _TRAINED) if settings["dataset"] else _LIMITS,
    )
    return replace(found, claims=make_claims(found, table), advice=advise(found))


def _write(folder: RunFolder, result: ConversationResult) -> None:
    from tacit.studies.conversation.report import render_study

    folder.write_text("report.html", render_study(result))
    folder.write_text("result.json", result.to_json())
    table = folder.scratch("cells.parquet")
    result.to_frame().write_parquet(table)
    folder.replace("cells.parquet", table)
