"""`tacit study reporting-bias`: the whole loop as one function."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tacit._version import __version__
from tacit.errors import MissingExtraError, UsageError
from tacit.runs.engine import default_workers, get_engine
from tacit.runs.folder import RunFolder
from tacit.runs.manifest import InputRecord, fingerprint, make_manifest
from tacit.studies.reporting_bias.analyse import (
    CHANCE,
    compare_arms,
    judge_ladder,
    measure_gains,
    rate_or_number,
    read_answers,
)
from tacit.studies.reporting_bias.claims import make_claims
from tacit.studies.reporting_bias.measure import audit_real, audit_speakers, curate_pool, unsaid
from tacit.studies.reporting_bias.presets import Preset, get_preset
from tacit.studies.reporting_bias.result import ReportingBiasResult
from tacit.studies.reporting_bias.runs import Task, runs_of, train_and_ask
from tacit.studies.training import work_off

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from tacit.judge.result import ScaleResult
    from tacit.runs.progress import Progress
    from tacit.studies.reporting_bias.analyse import Answered
    from tacit.studies.reporting_bias.result import Curated, Unsaid

    Place = str | os.PathLike[str]

_VERSION: Final = 1
"""Raised when the same settings give other numbers, so that no run is resumed across it."""


@dataclass(frozen=True, slots=True)
class Yours:
    """What the user brings: the same loop with real models and captions.

    Attributes:
        models: Evaluation logs or tables of outcomes of models of several sizes; judged beside the laboratory's.
        captions: A real corpus; audited, and the ordinary speaker of the laboratory is set to its rates.
        language: ISO 639-1 code of the corpus.
    """

    models: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    language: str = "en"


def reporting_bias(
    preset: str | Preset = "default",
    *,
    yours: Yours | None = None,
    out: Place | None = None,
    workers: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    remark: Callable[[str], None] | None = None,
) -> ReportingBiasResult:
    """Do captions teach what people leave unsaid, does scale, and does asking for it?

    Builds a world whose truth is known, audits what its speakers say, trains a ladder of small models on it, judges
    whether scale closes the gap, adds elicited captions (and, in other arms, ordinary, curated and synthetic ones of as
    many words), trains again, and verifies against the sham and on what must not break.

    Args:
        preset: A name in `tacit.studies.reporting_bias.presets.PRESETS`, or one of your own.
        yours: Real models and captions.
        out: A folder for report and results; a run that is cut short goes on from there.
        workers: Models trained at a time; all processors when ``None``.
        force: Take `out` over from another run.
        progress: Is told of models.
        remark: Is told the cost beforehand, and what was assumed.

    Returns:
        What was found, with claims. It reports what it finds: a claim that is not borne out says so.

    Raises:
        MissingExtraError: If PyTorch is not installed.
        UsageError: If the preset, a rate or the device is not there.
        DataError: If the user's models or captions cannot be read.
    """
    started = datetime.now(UTC)
    chosen = get_preset(preset) if isinstance(preset, str) else preset
    _require_torch(chosen.device)
    own = yours or Yours()
    remarks: list[str] = []
    real, chosen = _their_captions(own, chosen, remarks)
    judged = _their_models(own, remark)
    inputs = [InputRecord.of(Path(place)) for place in (*own.models, *own.captions) if Path(place).is_file()]
    settings = {**chosen.to_json(), "version": _VERSION}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="tacit-study-")))
        folder = None
        if out is not None:
            mark = fingerprint("study reporting-bias", settings, inputs)
            folder = stack.enter_context(RunFolder.open(Path(out), fingerprint=mark, force=force))
        heard = (*audit_speakers(chosen, scratch), *real)
        curated, rows = curate_pool(chosen, scratch)
        tasks = [Task(chosen, run, rows if run.arm == "curated" else ()) for run in runs_of(chosen)]
        answered = read_answers(_train(tasks, workers, folder, progress=progress, remark=remark))
        result = _conclude(chosen, answered, heard, curated, judged, remarks)
        if folder is not None:
            _write(folder, result)
            folder.finish(make_manifest("study reporting-bias", settings, inputs, seed=chosen.seed, started=started))
    return result


def _conclude(  # noqa: PLR0917 - what was measured, in the order of the story
    preset: Preset,
    answered: Sequence[Answered],
    heard: Sequence[Unsaid],
    curated: Curated,
    yours: ScaleResult | None,
    remarks: Sequence[str],
) -> ReportingBiasResult:
    verdicts, gains = judge_ladder(answered, preset), measure_gains(answered, preset)
    doses = rate_or_number(answered)
    return ReportingBiasResult(
        tacit=__version__,
        settings=preset.to_json(),
        unsaid=tuple(heard),
        models=tuple(entry.model for entry in answered),
        chance=dict(CHANCE),
        verdicts=verdicts,
        yours=yours,
        compared=compare_arms(answered, preset, verdicts),
        gains=gains,
        doses=doses,
        curated=curated,
        claims=make_claims(answered, preset, heard, verdicts, gains, doses),
        remarks=tuple(remarks),
    )


def _require_torch(device: str) -> None:
    try:
        import torch
    except ImportError:
        raise MissingExtraError("tacit study reporting-bias", "laboratory") from None
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise UsageError(
            f"--device {device!r} cannot be used here: {str(error).splitlines()[0].rstrip('.')}. Leave it out to train "
            "on the processor."
        ) from None


def _their_captions(own: Yours, preset: Preset, remarks: list[str]) -> tuple[Sequence[Unsaid], Preset]:
    """The audit of real captions, and the preset whose ordinary speaker talks like them."""
    from dataclasses import replace

    if not own.captions:
        return (), preset
    audited, rates = audit_real(own.captions, own.language, preset.seed)
    shown = ", ".join(f"{type_} {100 * share:.2g}%" for type_, share in rates.items())
    remarks.append(f"The ordinary speaker of the laboratory is set to the rates of your captions: {shown}.")
    return unsaid(audited, "yours", own.language, {}), replace(preset, rates=rates)


def _their_models(own: Yours, remark: Callable[[str], None] | None) -> ScaleResult | None:
    if not own.models:
        return None
    from tacit.judge.api import scale

    return scale(list(own.models), remark=remark)


def _train(
    tasks: Sequence[Task],
    workers: int | None,
    folder: RunFolder | None,
    *,
    progress: Progress | None,
    remark: Callable[[str], None] | None,
) -> list[bytes]:
    from tacit.studies.reporting_bias.cost import estimate

    preset = tasks[0].preset
    journal = folder.journal if folder else None
    many = workers or (default_workers() if preset.device == "cpu" else 1)
    done = journal.finished() if journal else set()
    left = [task.run for at, task in enumerate(tasks) if at not in done]
    if remark is not None and left:
        remark(str(estimate(preset, left, many)))
    with get_engine("processes", workers=many) as engine:
        return work_off(train_and_ask, tasks, engine, journal=journal, progress=progress)


def _write(folder: RunFolder, result: ReportingBiasResult) -> None:
    from tacit.studies.reporting_bias.report import render_study

    folder.write_text("report.html", render_study(result))
    folder.write_text("result.json", result.to_json())
    table = folder.scratch("models.parquet")
    result.to_frame().write_parquet(table)
    folder.replace("models.parquet", table)
