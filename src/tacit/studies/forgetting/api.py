"""`tacit study forgetting`: the theory, and then the question that it leaves open, as one function."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tacit._version import __version__
from tacit.errors import MissingExtraError
from tacit.runs.engine import default_workers, get_engine
from tacit.runs.folder import RunFolder
from tacit.runs.manifest import fingerprint, make_manifest
from tacit.studies.forgetting.presets import Preset, get_preset
from tacit.studies.training import work_off

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from tacit.runs.progress import Progress
    from tacit.studies.forgetting.result import ForgettingResult

    Place = str | os.PathLike[str]

_NAME: Final = "study forgetting"
_VERSION: Final = 1
"""Raised when the same settings give other numbers, so that no run is resumed across it."""


def forgetting(
    preset: str | Preset = "default",
    *,
    out: Place | None = None,
    workers: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    remark: Callable[[str], None] | None = None,
) -> ForgettingResult:
    """Does tuning for a skill cost in-context learning, and what keeps it?

    First the paper's layer of linear attention, where closed forms say what must happen. Then small softmax
    transformers, where they do not: each way of tuning is stopped at the same error on the skill, and what is left of
    learning from demonstrations is measured on tasks drawn anew.

    Args:
        preset: A name in `tacit.studies.forgetting.presets.PRESETS`, or one of your own.
        out: A folder for report and results; a run that is cut short goes on from there.
        workers: Models tuned at a time; all processors when ``None``.
        force: Take `out` over from another run.
        progress: Is told of models.
        remark: Is told what is to come.

    Returns:
        What was found, with claims. It reports what it finds: a claim that is not borne out says so.

    Raises:
        MissingExtraError: If PyTorch is not installed.
        UsageError: If there is no such preset.
    """
    started = datetime.now(UTC)
    chosen = get_preset(preset) if isinstance(preset, str) else preset
    _require_torch()
    settings = {**chosen.to_json(), "version": _VERSION}
    with ExitStack() as stack:
        folder = None
        if out is not None:
            mark = fingerprint(_NAME, settings, [])
            folder = stack.enter_context(RunFolder.open(Path(out), fingerprint=mark, force=force))
        outcomes = _work(chosen, workers, folder, progress, remark)
        result = _conclude(chosen, outcomes)
        if folder is not None:
            _write(folder, result)
            folder.finish(make_manifest(_NAME, settings, [], seed=chosen.seed, started=started))
    return result


def _require_torch() -> None:
    try:
        import torch  # noqa: F401
    except ImportError:
        raise MissingExtraError("tacit study forgetting", "laboratory") from None


def _work(
    preset: Preset,
    workers: int | None,
    folder: RunFolder | None,
    progress: Progress | None,
    remark: Callable[[str], None] | None,
) -> list[bytes]:
    from tacit.studies.forgetting.work import do, tasks_of

    tasks = tasks_of(preset)
    many = workers or default_workers()
    if remark is not None:
        remark(f"{len(tasks)} models to tune, {many} at a time.")
    with get_engine("processes", workers=many) as engine:
        return work_off(do, tasks, engine, journal=folder.journal if folder else None, progress=progress)


def _conclude(preset: Preset, outcomes: Sequence[bytes]) -> ForgettingResult:
    from tacit.studies.forgetting.advice import advise
    from tacit.studies.forgetting.analyse import describe_bases, describe_tunings, read_outcomes
    from tacit.studies.forgetting.claims import make_claims
    from tacit.studies.forgetting.result import ForgettingResult
    from tacit.studies.forgetting.theory import collect
    from tacit.studies.forgetting.theory_claims import theory_claims
    from tacit.studies.forgetting.work import split

    theoretical, tuned = split(preset, outcomes)
    theory, read = collect(theoretical), read_outcomes(tuned)
    tunings = describe_tunings(read)
    claims = (*theory_claims(theory), *make_claims(read, tunings))
    return ForgettingResult(
        tacit=__version__,
        settings=preset.to_json(),
        theory=theory,
        bases=describe_bases(read),
        tunings=tunings,
        claims=claims,
        advice=advise(tunings),
    )


def _write(folder: RunFolder, result: ForgettingResult) -> None:
    from tacit.studies.forgetting.report import render_study

    folder.write_text("report.html", render_study(result))
    folder.write_text("result.json", result.to_json())
    table = folder.scratch("tunings.parquet")
    result.to_frame().write_parquet(table)
    folder.replace("tunings.parquet", table)
