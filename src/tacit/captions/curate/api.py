"""`tacit curate`: the whole selection as one function."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.captions.audit.api import Prepared, identify_run, prepare
from tacit.captions.audit.corpus import NESTED
from tacit.captions.audit.labels import read_labels
from tacit.captions.curate.assemble import assemble
from tacit.captions.curate.collect import collect
from tacit.captions.curate.settings import CurateSettings
from tacit.captions.curate.targets import parse_targets
from tacit.errors import UsageError
from tacit.io.columns import check_same_columns
from tacit.io.discover import Source
from tacit.io.places import shown as visible_path
from tacit.io.tables import get_reader
from tacit.runs.engine import get_engine
from tacit.runs.folder import RunFolder
from tacit.runs.manifest import fingerprint, make_manifest
from tacit.runs.progress import NullProgress

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from tacit.captions.audit.corpus import Corpus
    from tacit.captions.curate.result import CurateResult
    from tacit.runs.progress import Progress

CHOSEN: Final = "chosen.parquet"
EXCLUDED: Final = "excluded.parquet"
MOST: Final = 10_000_000
"""The largest budget: candidates are held in memory, and their number grows with it."""


def curate(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    target: str,
    budget: int,
    max_repeat: int = 1,
    exclude_benchmarks: Sequence[str | os.PathLike[str]] = (),
    text: str | None = None,
    id: str | None = None,
    language: str = "en",
    detector: str = "tacit",
    labels: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    engine: str = "local",
    workers: int | None = None,
    ray_address: str | None = None,
    seed: int = 0,
    force: bool = False,
    progress: Progress | None = None,
    remark: Callable[[str], None] | None = None,
) -> CurateResult:
    """Choose captions so that a wanted share of them states each type.

    Args:
        paths: Files, folders, globs or addresses; together they are one corpus.
        target: The wanted shares, such as ``negation=5%,spatial=0.15``.
        budget: How many captions to choose, repetitions included.
        max_repeat: How often one caption may stand in the selection, where a target cannot be reached otherwise.
        exclude_benchmarks: Files of evaluation items; captions that are equal or very similar to one are left out.
        text: The column that holds the caption; guessed from usual names when ``None``.
        id: The column that names the captions; ``None`` names them by file and row.
        language: ISO 639-1 code of the captions, or ``auto`` to tell each caption's language.
        detector: ``tacit``, ``kamath2026``, or a plug-in's name.
        labels: Labels of captions of this corpus, from which the detector's precision is known.
        out: A folder for the selection, the report and, while it runs, the journal from which it is resumed.
        engine: ``local`` (threads), ``ray``, or a plug-in's. It cannot change the result.
        workers: How many units are worked on at a time; all processors when ``None``.
        ray_address: A Ray cluster that runs already.
        seed: Of whatever is drawn.
        force: Take `out` over from another run.
        progress: Is told of rows; nothing is shown when ``None``.
        remark: Is told, in words, what was decided without being asked for, such as the column that was guessed.

    Returns:
        The selection, with what was reached of each target. A target that cannot be reached raises nothing: see
        `CurateResult.met` and `CurateResult.notes`.

    Raises:
        UsageError: If a target, column, language, detector or engine cannot be read or is not there.
        DataError: If a file is damaged, or there is nothing to choose from.

    Example:
        >>> import tempfile, pathlib
        >>> from tacit.captions.validation import write_sample
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "captions.parquet")
        ...     _ = write_sample(path, rows=2000, seed=1)
        ...     result = curate(path, target="negation=5%,spatial=15%", budget=200)
        >>> result.size, result.type("negation").chosen, result.type("spatial").chosen, result.met
        (200, 10, 30, True)
    """
    started = datetime.now(UTC)
    _check(budget, max_repeat)
    targets = parse_targets(target)
    written = [] if out is None else [Path(out, CHOSEN), Path(out, EXCLUDED)]
    ready = prepare(paths, text=text, group_by=None, language=language, detector=detector, seed=seed, written=written)
    if id is not None:
        _check_id(ready.corpus, id)
    settings = CurateSettings(
        replace(ready.settings, look=0), targets, budget, max_repeat, id or "",
        _benchmarks(exclude_benchmarks),
    )  # fmt: skip
    if remark is not None:
        _tell(ready.corpus, remark)
    known = read_labels(Path(labels), ready.corpus.text) if labels is not None else None
    if known is not None and len(settings.audit.languages) > 1:
        raise UsageError("--labels goes with one language; name it with --language instead of auto.")
    with ExitStack() as stack:
        runner = stack.enter_context(get_engine(engine, workers=workers, ray_address=ray_address))
        folder = None
        versions = identify_run(Prepared(ready.corpus, settings.audit))["versions"]
        identity = {**settings.to_json(), "versions": versions}
        records = ready.corpus.records() if out is not None else []
        if out is not None:
            mark = fingerprint("curate", identity, records)
            folder = stack.enter_context(RunFolder.open(Path(out), fingerprint=mark, force=force))
        pool = collect(ready.corpus, settings, runner, progress or NullProgress(), folder.journal if folder else None)
        result = assemble(pool, ready.corpus, known)
        if folder is not None:
            notes = {"engine": engine, "labels": str(labels or ""), "rows": result.read}
            made = make_manifest("curate", identity, records, seed=seed, started=started, notes=notes)
            _write(folder, result, ready.corpus)
            folder.finish(made)
    return result


def _check(budget: int, max_repeat: int) -> None:
    if not 1 <= budget <= MOST:
        raise UsageError(f"--budget is {budget:,}; choose 1 to {MOST:,} captions.")
    if not 1 <= max_repeat <= 1_000:
        raise UsageError(f"--max-repeat is {max_repeat:,}; choose 1 (no repetition) to 1,000.")


def _check_id(corpus: Corpus, column: str) -> None:
    sources = list(dict.fromkeys(Source(unit.path, unit.reader) for unit in corpus.units))
    check_same_columns(sources, [corpus.text, column])
    for source in sources:
        kind = get_reader(source.reader).columns(source.path)[column]
        if kind in NESTED:
            raise UsageError(
                f"--id: column {column!r} of {visible_path(source.path)} holds a {kind} in each row, and no name."
            )


def _benchmarks(files: Sequence[str | os.PathLike[str]]) -> bytes:
    if not files:
        return b""
    from tacit.captions.curate.overlap import BenchmarkIndex, read_benchmarks

    return BenchmarkIndex.build(read_benchmarks(files)).to_bytes()


def _tell(corpus: Corpus, remark: Callable[[str], None]) -> None:
    how = " (guessed; --text chooses another)" if corpus.guessed else ""
    files = f"{len(corpus.paths):,} file{'s' if len(corpus.paths) != 1 else ''}"
    remark(f"Choosing from {files}; the captions are in column {corpus.text!r}{how}.")


def _write(folder: RunFolder, result: CurateResult, corpus: Corpus) -> None:
    from tacit.captions.curate.report import render_curate

    inputs = ", ".join(visible_path(path) for path in corpus.paths[:5])
    inputs += f" and {len(corpus.paths) - 5} more" if len(corpus.paths) > 5 else ""
    facts: dict[str, Any] = {"inputs": inputs, "text column": corpus.text}
    folder.write_text("report.html", render_curate(result, run=facts))
    folder.write_text("result.json", result.to_json())
    tables = {CHOSEN: result.chosen, **({EXCLUDED: result.excluded} if result.benchmarks_used else {})}
    for name, frame in tables.items():
        table = folder.scratch(name)
        frame.write_parquet(table)
        folder.replace(name, table)
