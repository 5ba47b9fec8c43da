"""`tacit.dialogue.rag_eval`: the whole measurement as one function."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit._version import __version__
from tacit.dialogue.decide.risk import aurc, risk_curve
from tacit.dialogue.measure.converse import LAST_TURN, converse, last_turn, reply_to
from tacit.dialogue.measure.datasets import data_folder, load_dataset, load_systems
from tacit.dialogue.measure.decisions import decision_scores
from tacit.dialogue.measure.formats import read_predictions
from tacit.dialogue.measure.result import RagEvalResult, SystemResult
from tacit.dialogue.measure.scoring import score_system
from tacit.dialogue.measure.summary import differences, ranking_score, summarise
from tacit.dialogue.measure.tasks import System
from tacit.errors import DataError, UsageError
from tacit.io.places import shown
from tacit.runs.folder import RunFolder
from tacit.runs.manifest import InputRecord, fingerprint, make_manifest

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from tacit.dialogue.measure.converse import Indexes, Replying
    from tacit.dialogue.measure.scoring import Scored
    from tacit.dialogue.measure.tasks import Dataset
    from tacit.runs.progress import Progress

    Place = str | os.PathLike[str]

OUTCOMES: Final = "outcomes.parquet"
PREDICTIONS: Final = "predictions.jsonl"
_SUBMISSIONS: Final = "mtragun_llm_answers.parquet"
"""Answers of language models to MTRAG-UN; compared with where they lie beside its tables."""


@dataclass(frozen=True, slots=True)
class RagEvalSettings:
    """What is measured on, and how.

    Attributes:
        dataset: ``mtrag``, ``mtrag-un``, or a file or folder of tasks in the official format.
        data: The folder of the tables of the two; else that which ``TACIT_REAL_DATA`` names.
        qrels: Files of judgements, for tasks of one's own.
        systems: Files of other systems to compare with.
        submissions: Whether language models' answers that lie beside the tables are compared with.
        level: Nominal coverage of intervals.
        seed: Of intervals that are drawn.
    """

    dataset: str = "mtrag-un"
    data: Path | None = None
    qrels: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    submissions: bool = True
    level: float = 0.95
    seed: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "data": None if self.data is None else shown(str(self.data))}


def rag_eval(
    predictions: Place | None = None,
    *,
    replying: Replying | None = None,
    settings: RagEvalSettings | None = None,
    out: Place | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> RagEvalResult:
    """How well does a system retrieve, decide and reply in conversations? Needs no model and no network.

    Args:
        predictions: A file in the official format, as `tacit converse` writes it.
        replying: Instead of predictions: what tacit replies from. Then what the last turn alone finds is measured
            beside.
        settings: Data, comparisons and seed.
        out: A folder for report and results. Replying goes on from there if it was cut short.
        force: Take `out` over from another run.
        progress: Is told of tasks.

    Returns:
        Means, decisions and differences, with what they rest on.

    Raises:
        UsageError: If neither or both of predictions and replying are given, or one of them is not there.
        DataError: If a file cannot be read, or holds none of the tasks.
    """
    started, settings = datetime.now(UTC), settings or RagEvalSettings()
    if (predictions is None) == (replying is None):
        raise UsageError("Give either a file of predictions or --index, which replies to the tasks first.")
    dataset = load_dataset(settings.dataset, data=settings.data, qrels=settings.qrels)
    files = [str(predictions)] if predictions is not None else []
    files += [*settings.systems, *_submissions(settings)]
    inputs = [InputRecord.of(Path(file)) for file in files]
    told = {**settings.to_json(), "replying": replying.identity() if replying else None}
    told["tasks"] = [task.id for task in dataset.tasks]
    with ExitStack() as stack:
        folder = None
        if out is not None:
            mark = fingerprint("rag-eval", told, inputs)
            folder = stack.enter_context(RunFolder.open(Path(out), fingerprint=mark, force=force))
        if replying is not None:
            systems = _replied(dataset, replying.open(stack), told, folder, progress)
        else:
            systems = [System(Path(files[0]).name.removesuffix(".jsonl"), _of(dataset, files[0]))]
            files = files[1:]
        systems += [system for file in files for system in load_systems(file, dataset)]
        result = assemble(dataset, systems, settings)
        if folder is not None:
            _write(folder, result)
            folder.finish(make_manifest("rag-eval", told, inputs, seed=settings.seed, started=started))
    return result


def assemble(dataset: Dataset, systems: Sequence[System], settings: RagEvalSettings) -> RagEvalResult:
    """The result from what systems predicted.

    Args:
        dataset: The tasks with what is known of them.
        systems: The one in question first; names are made different where they are not.
        settings: Level and seed.
    """
    level, seed = settings.level, settings.seed
    systems = _named_apart(systems)
    scored = {system.name: score_system(dataset, system) for system in systems}
    results = tuple(_system(dataset, system, scored[system.name], level, seed) for system in systems)
    first = scored[systems[0].name]
    told = tuple(
        found for name, other in list(scored.items())[1:]
        for found in differences(dataset, first, other, name, level=level, seed=seed)
    )  # fmt: skip
    return RagEvalResult(
        __version__, settings.to_json(), len(dataset.tasks), dataset.limits, results, told,
        _remarks(dataset, results), dataset, scored,
    )  # fmt: skip


def _system(dataset: Dataset, system: System, scored: Sequence[Scored], level: float, seed: int) -> SystemResult:
    decided = [one.decided for one in scored if one.decided is not None]
    sure = [(one.unanswerable, int(one.wanted == "decline")) for one in decided
            if one.unanswerable is not None and one.wanted != "clarify"]  # fmt: skip
    odds, labels = [odd for odd, _ in sure], [label for _, label in sure]
    both = len(set(labels)) == 2
    cells = summarise(dataset, scored, level=level, seed=seed)
    return SystemResult(
        name=system.name,
        contexts=system.contexts,
        tasks=sum(one.run for one in scored),
        decides=any(made.decision is not None for made in system.predictions.values()),
        cells=cells,
        decisions=decision_scores(decided, level=level, seed=seed) if decided else None,
        risk=risk_curve(odds, labels) if both else None,
        risk_area=aurc(odds, labels) if both else None,
        ranking=ranking_score(cells),
    )  # fmt: skip


def _replied(
    dataset: Dataset, indexes: Indexes, told: Mapping[str, Any], folder: RunFolder | None, progress: Progress | None
) -> list[System]:
    """Tacit over the indexes, and the last turn alone."""
    with tempfile.TemporaryDirectory() as elsewhere:
        made = (folder.path if folder else Path(elsewhere)) / f".{PREDICTIONS}"
        # The folder is this run's by now, so whatever another one left there is dropped.
        converse(dataset.tasks, lambda task: reply_to(task, indexes), made, identity=told, force=True,
                 progress=progress)  # fmt: skip
        found = read_predictions(str(made))
        if folder is not None:
            folder.replace(PREDICTIONS, made)
    return [System("tacit", found), last_turn(dataset.tasks, indexes)]


def _of(dataset: Dataset, file: str) -> Mapping[str, Any]:
    tasks = {task.id for task in dataset.tasks}
    found = {name: made for name, made in read_predictions(file).items() if name in tasks}
    if not found:
        raise DataError(
            f"{shown(file)} replies to none of the tasks of {shown(dataset.name)}. Choose the data with --dataset."
        )
    return found


def _submissions(settings: RagEvalSettings) -> list[str]:
    if settings.dataset != "mtrag-un" or not settings.submissions:
        return []
    place = data_folder(settings.dataset, settings.data) / _SUBMISSIONS
    return [str(place)] if place.is_file() else []


def _named_apart(systems: Sequence[System]) -> list[System]:
    taken: dict[str, int] = {}
    found = []
    for system in systems:
        taken[system.name] = taken.get(system.name, 0) + 1
        again = f" ({taken[system.name]})" if taken[system.name] > 1 else ""
        found.append(System(f"{system.name}{again}", system.predictions, system.contexts))
    return found


def _remarks(dataset: Dataset, systems: Sequence[SystemResult]) -> tuple[str, ...]:
    remarks = [
        f"{system.name} did {system.tasks:,} of {len(dataset.tasks):,} tasks; the others are missing, not wrong."
        for system in systems if 0 < system.tasks < len(dataset.tasks)
    ]  # fmt: skip
    if not dataset.judged:
        remarks.append("There are no judgements of passages, so retrieval is not measured; give them with --qrels.")
    if any(system.contexts == "reference" for system in systems):
        remarks.append(
            "Systems marked “reference” were given the relevant passages; the others had to find them. Where there is "
            "no answer they were given none, which tells them so."
        )
    if any(not system.decides and system.decisions for system in systems):
        remarks.append("Where a system does not say what it decided, that is told from its words by detectors.")
    if any(system.name == LAST_TURN for system in systems):
        remarks.append(f"“{LAST_TURN}” is a search for the content words of the last turn alone; it replies nothing.")
    return tuple(remarks)


def _write(folder: RunFolder, result: RagEvalResult) -> None:
    from tacit.dialogue.measure.report import render_rag_eval

    folder.write_text("report.html", render_rag_eval(result))
    folder.write_text("result.json", result.to_json())
    table = folder.scratch(OUTCOMES)
    result.to_long().write_parquet(table)
    folder.replace(OUTCOMES, table)
