"""`tacit.audit`: the whole audit as one function."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit._version import __version__
from tacit.captions.audit.checks import judge, parse_check
from tacit.captions.audit.collect import collect
from tacit.captions.audit.contrast import make_contrasts
from tacit.captions.audit.corpus import image_column, open_corpus, record_of
from tacit.captions.audit.correct import from_labels, from_validation
from tacit.captions.audit.hits_file import HitsFile
from tacit.captions.audit.labels import read_labels
from tacit.captions.audit.rates import (
    make_combinations,
    make_examples,
    make_languages,
    make_numbers,
    make_rates,
)
from tacit.captions.audit.result import AuditResult
from tacit.captions.audit.settings import AUTO, AuditSettings
from tacit.captions.facts.opportunities import read_facts
from tacit.captions.facts.rates import make_reported
from tacit.captions.languages import can_identify
from tacit.errors import DataError, MissingExtraError, UsageError
from tacit.io.places import shown as visible_path
from tacit.runs.engine import get_engine
from tacit.runs.folder import RunFolder
from tacit.runs.manifest import fingerprint, make_manifest
from tacit.runs.progress import NullProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tacit.captions.audit.corpus import Corpus
    from tacit.captions.audit.labels import Labels
    from tacit.captions.audit.tally import Tally
    from tacit.captions.facts.opportunities import Facts
    from tacit.runs.progress import Progress

LANGUAGE_SAMPLE: Final = 1_000
"""Distinct captions of which the language is told, when the extra is there, to see whether `language` is true."""


RATES: Final = "rates.parquet"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An audit that has been checked and not begun.

    Attributes:
        corpus: What to read.
        settings: What to do.
    """

    corpus: Corpus
    settings: AuditSettings


def audit(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    text: str | None = None,
    group_by: str | None = None,
    language: str = "en",
    detector: str = "tacit",
    compare: str | None = None,
    labels: str | os.PathLike[str] | None = None,
    facts: str | os.PathLike[str] | None = None,
    image: str | None = None,
    checks: Sequence[str] = (),
    out: str | os.PathLike[str] | None = None,
    hits: str | os.PathLike[str] | None = None,
    engine: str = "local",
    workers: int | None = None,
    ray_address: str | None = None,
    seed: int = 0,
    force: bool = False,
    progress: Progress | None = None,
    remark: Callable[[str], None] | None = None,
) -> AuditResult:
    """Measure how often captions state counts, spatial relations, negation and before/after.

    Args:
        paths: Files, folders, globs or addresses; together they are one corpus.
        text: The column that holds the caption; guessed from usual names when ``None``.
        group_by: Also give rates for each value of this column.
        language: ISO 639-1 code of the captions, or ``auto`` to tell each caption's language and audit those that
            have a validated detector.
        detector: ``tacit``, ``kamath2026``, or a plug-in's name.
        compare: A second detector; the result then says what each finds that the other misses.
        labels: Labels of captions of this corpus (`tacit.captions.audit.labels.read_labels`), to correct the rates.
        facts: Facts of the images (`tacit.io.facts.fact_frames`): what they hold, so that the result also says what is
            reported given that it was there to report.
        image: The column that names each caption's image; guessed from usual names when ``None``. Goes with `facts`.
        checks: Expressions such as ``negation >= 0.01``; their outcomes are in the result, nothing is raised.
        out: A folder for the report, the results and, while it runs, the journal from which it is resumed.
        hits: A parquet file for every hit. Their places are found caption by caption, which is many times slower.
        engine: ``local`` (threads), ``ray``, or a plug-in's. It cannot change the result.
        workers: How many units are worked on at a time; all processors when ``None``.
        ray_address: A Ray cluster that runs already.
        seed: Of the examples and whatever else is drawn.
        force: Take `out` over from another run.
        progress: Is told of rows; nothing is shown when ``None``.
        remark: Is told, in words, what was decided without being asked for, such as the column that was guessed.

    Returns:
        The rates, with what they rest on.

    Raises:
        UsageError: If a column, language, detector or engine is not there, or a check cannot be read.
        DataError: If a file is damaged, or there is nothing to audit.

    Example:
        >>> import tempfile, pathlib
        >>> from tacit.captions.validation import write_sample
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "captions.parquet")
        ...     _ = write_sample(path, rows=2000, seed=1)
        ...     result = audit(path, group_by="source")
        >>> result.audited, result.rate("counting").share.method
        (2000, 'Wilson')
    """
    started = datetime.now(UTC)
    asked = [parse_check(check) for check in checks]
    ready = prepare(paths, text=text, group_by=group_by, language=language, detector=detector, compare=compare,
                    seed=seed, written=_tables(out, hits))  # fmt: skip
    ready = _with_images(ready, image, facts is not None)
    ready = replace(ready, settings=replace(ready.settings, hits=hits is not None))
    if remark is not None:
        _tell(ready, remark)
    known = read_labels(Path(labels), ready.corpus.text) if labels is not None else None
    if known is not None and len(ready.settings.languages) > 1:
        raise UsageError("--labels goes with one language; name it with --language instead of auto.")
    seen = None if facts is None else read_facts(os.fspath(facts))
    with ExitStack() as stack:
        runner = stack.enter_context(get_engine(engine, workers=workers, ray_address=ray_address))
        kept = stack.enter_context(HitsFile(Path(hits))) if hits is not None else None
        folder = None
        identity, records = identify_run(ready), ready.corpus.records() if out is not None else []
        records += [record_of(os.fspath(facts))] if facts is not None and out is not None else []
        if out is not None:
            mark = fingerprint("audit", identity, records)
            folder = stack.enter_context(RunFolder.open(Path(out), fingerprint=mark, force=force))
        tally = collect(ready.corpus, ready.settings, runner, progress or NullProgress(),
                        journal=folder.journal if folder else None, hits=kept, facts=seen)  # fmt: skip
        if known is not None and known.drawn and remark is not None and known.size != tally.audited:
            remark(
                f"The labels were drawn from {known.size:,} captions, and {tally.audited:,} were audited here; what is "
                "corrected with them is right only if they were drawn from these captions."
            )
        result = assemble(tally, ready.settings, known, seen)
        result = replace(result, checks=tuple(judge(check, result.rates, result.corrected) for check in asked))
        if kept is not None:
            kept.finish()
        if folder is not None:
            notes = {"engine": engine, "labels": str(labels or ""), "checks": list(checks), "rows": tally.read}
            made = make_manifest("audit", identity, records, seed=seed, started=started, notes=notes)
            _write(folder, result, ready.corpus)
            folder.finish(made)
    return result


def prepare(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    text: str | None,
    group_by: str | None,
    language: str,
    detector: str,
    compare: str | None = None,
    seed: int = 0,
    written: Sequence[Path] = (),
) -> Prepared:
    """Check everything that can be checked before any caption is read. Arguments and errors as in `audit`."""
    if not 0 <= seed < 2**63:
        raise UsageError(f"The seed is {seed}; it must be a whole number from 0 to 2**63 - 1.")
    languages = _languages(detector, language)
    many = [paths] if isinstance(paths, str) or hasattr(paths, "__fspath__") else list(paths)
    corpus = open_corpus(many, text, group_by, written)
    auto = language == AUTO
    settings = AuditSettings(
        detector=detector, languages=languages, text=corpus.text, group_by=group_by or "", compare=compare or "",
        auto=auto, look=LANGUAGE_SAMPLE if can_identify() and not auto else 0, seed=seed,
    )  # fmt: skip
    for found in settings.detectors(detector).values():
        if not found.validated:
            raise UsageError(
                f"Detector {detector!r} does not say how it was validated for language {found.language!r}; a rate "
                "from rules that nobody checked would mean nothing. Set its `validated` attribute."
            )
    if compare:
        settings.detectors(compare)
    return Prepared(corpus, settings)


def _with_images(ready: Prepared, image: str | None, wanted: bool) -> Prepared:
    """Add the column that names each caption's image, if there are facts to join to it."""
    if wanted:
        return replace(ready, settings=replace(ready.settings, image=image_column(ready.corpus, image)))
    if image is not None:
        raise UsageError("--image names the column that joins captions to facts; name these with --facts FILE.")
    return ready


def _tables(out: str | os.PathLike[str] | None, hits: str | os.PathLike[str] | None) -> list[Path]:
    """The tables that an audit writes: files of a kind that it could also read."""
    return [Path(path) for path in (None if out is None else Path(out, RATES), hits) if path is not None]


def _tell(ready: Prepared, remark: Callable[[str], None]) -> None:
    corpus = ready.corpus
    files = f"{len(corpus.paths):,} file" + ("s" if len(corpus.paths) != 1 else "")
    rows = "" if corpus.rows is None else f", {corpus.rows:,} row" + ("s" if corpus.rows != 1 else "")
    how = " (guessed; --text chooses another)" if corpus.guessed else ""
    named = f", their images in {ready.settings.image!r}" if ready.settings.image else ""
    remark(f"Reading {files}{rows}; the captions are in column {corpus.text!r}{how}{named}.")


def _languages(detector: str, language: str) -> tuple[str, ...]:
    from tacit.captions.detect.protocol import available, get_detector

    if language != AUTO:
        get_detector(detector, language)
        return (language,)
    if not can_identify():
        raise MissingExtraError("--language auto", "languages")
    found = tuple(code for name, code in available() if name == detector and get_detector(name, code).validated)
    if not found:
        get_detector(detector, language)
    return found


def identify_run(ready: Prepared) -> dict[str, Any]:
    """Everything that the counts depend on, apart from the captions."""
    names = [name for name in (ready.settings.detector, ready.settings.compare) if name]
    versions = [[name, code, d.version] for name in names for code, d in ready.settings.detectors(name).items()]
    return {**ready.settings.to_json(), "versions": versions}


def assemble(
    tally: Tally, settings: AuditSettings, labels: Labels | None = None, facts: Facts | None = None
) -> AuditResult:
    """The result of an audit from its counts.

    Args:
        tally: Everything that was counted.
        settings: What was asked.
        labels: The user's labels; without them the shipped validation stands in.
        facts: What is known of the images, if that was asked for.

    Raises:
        DataError: If no caption could be audited.
    """
    detectors = settings.detectors(settings.detector)
    skipped = tuple(sorted(((why, n) for why, n in tally.skipped.items() if n), key=lambda item: (-item[1], item[0])))
    if not tally.audited:
        reasons = "; ".join(f"{why}: {n:,}" for why, n in skipped) or "there are no rows"
        raise DataError(f"None of the {tally.read:,} rows could be audited ({reasons}). Is --text the right column?")
    if labels is not None:
        accuracy, corrected = from_labels(tally, detectors[settings.languages[0]], labels)
    else:
        accuracy, corrected = from_validation(tally, detectors)
    how, languages = make_languages(tally, settings.languages)
    contrasts = (
        make_contrasts(tally, settings.compare, detectors, settings.detectors(settings.compare))
        if settings.compare
        else ()
    )
    reported, used = make_reported(tally.sightings, facts) if tally.sightings and facts else ((), None)
    return AuditResult(
        tacit=__version__,
        detectors=tuple(
            {"name": d.name, "version": d.version, "language": code, "validated": d.validated}
            for code, d in detectors.items()
        ),
        group_by=settings.group_by,
        read=tally.read,
        audited=tally.audited,
        not_audited=skipped,
        language_check=how,
        languages=languages,
        rates=make_rates(tally, grouped=bool(settings.group_by)),
        combinations=make_combinations(tally),
        counts=make_numbers(tally),
        accuracy=accuracy,
        corrected=corrected,
        examples=make_examples(tally.examples, detectors),
        contrasts=contrasts,
        checks=(),
        seed=settings.seed,
        reported=reported,
        facts=used,
    )


def _write(folder: RunFolder, result: AuditResult, corpus: Corpus) -> None:
    from tacit.captions.audit.report import render_audit

    shown = ", ".join(visible_path(path) for path in corpus.paths[:5]) + (
        f" and {len(corpus.paths) - 5} more" if len(corpus.paths) > 5 else ""
    )
    folder.write_text("report.html", render_audit(result, run={"inputs": shown, "text column": corpus.text}))
    folder.write_text("result.json", result.to_json())
    table = folder.scratch(RATES)
    result.to_frame().write_parquet(table)
    folder.replace(RATES, table)
