"""`tacit.captions.probe.api.probe`: the whole probe as one function."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit._version import __version__
from tacit.captions.probe.ask import ask
from tacit.captions.probe.pictures import digests, record_of
from tacit.captions.probe.report_words import remarks_on
from tacit.captions.probe.result import ProbeResult
from tacit.captions.probe.scoring import answer_table, beside_rows
from tacit.captions.probe.set_check import check_set
from tacit.captions.probe.settings import ProbeSettings
from tacit.captions.probe.summary import summarise, worst
from tacit.errors import UsageError
from tacit.io.evals.cells import load
from tacit.io.evals.long import AXES
from tacit.io.option_sets import OptionSet, read_option_set
from tacit.io.places import shown
from tacit.models.protocol import Model, OptionScorer, find_model
from tacit.runs.folder import RunFolder
from tacit.runs.manifest import InputRecord, fingerprint, make_manifest
from tacit.runs.progress import NullProgress

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from tacit.captions.probe.ask import Answers
    from tacit.models.protocol import Attribute
    from tacit.runs.progress import Progress

    Place = str | os.PathLike[str]

OUTCOMES: Final = "outcomes.parquet"
BESIDE: Final = "beside.parquet"


def probe(
    options: Place | OptionSet,
    models: Sequence[str | Model | OptionScorer] = (),
    *,
    settings: ProbeSettings | None = None,
    systems: Place | None = None,
    out: Place | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> ProbeResult:
    r"""Which caption of an image does a model hold for the right one?

    Args:
        options: An option set, or the path of one (`tacit.io.option_sets.read_option_set`).
        models: Addresses (`tacit.models.protocol.find_model`), or models. Without any, only the set is checked.
        settings: Controls, seed, and how models are loaded and asked.
        systems: A table with a column ``system`` and what is known of each: ``family``, ``samples``, ``params``, ...
        out: A folder for results and report; a run that is cut short goes on from there.
        force: Take `out` over from another run.
        progress: Is told of items.

    Returns:
        Accuracy per model and capability, with what it rests on.

    Raises:
        UsageError: If a model, control or device is not there.
        DataError: If the option set, the table of systems or a checkpoint cannot be read.
        MissingExtraError: If the packages that a model needs are not installed.

    Example:
        >>> import json, tempfile, pathlib
        >>> item = {"options": ["a dog", "two black dogs"], "answer": 1, "capability": "counting"}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "set.jsonl")
        ...     _ = file.write_text("\n".join(json.dumps({**item, "image": f"{at}.png"}) for at in range(40)))
        ...     found = probe(file)
        >>> [(way.name, way.accuracy.value) for way in found.checks[0].shortcuts if way.works][:1]
        [('longest', 1.0)]
    """
    started = datetime.now(UTC)
    settings = settings or ProbeSettings()
    chosen = options if isinstance(options, OptionSet) else read_option_set(options)
    found = _models(models, settings)
    known = _systems(systems, [model.name for model in found])
    contents = digests(chosen)
    inputs = [InputRecord.of(chosen.path), record_of(chosen, contents)]
    identities = [{"name": model.name, "identity": model.identity} for model in found]
    told = {**settings.to_json(), "models": identities, "systems": known}
    with ExitStack() as stack:
        folder = None
        if out is not None:
            mark = fingerprint("probe", told, inputs)
            folder = stack.enter_context(RunFolder.open(Path(out), fingerprint=mark, force=force))
        answers = ask(chosen, found, settings, contents, journal=folder.journal if folder else None,
                      progress=progress or NullProgress())  # fmt: skip
        result = assemble(chosen, answers, settings, known)
        if folder is not None:
            _write(folder, result, chosen)
            folder.finish(make_manifest("probe", told, inputs, seed=settings.seed, started=started))
    return result


def assemble(
    options: OptionSet,
    answers: Sequence[Answers],
    settings: ProbeSettings,
    known: Mapping[str, Mapping[str, Attribute]] | None = None,
) -> ProbeResult:
    """The result of a probe from its answers.

    Args:
        options: The items.
        answers: What each model answered.
        settings: What was asked.
        known: What the user says of systems; outranks what models say of themselves.
    """
    table = answer_table(options, answers)
    checks = check_set(options, settings.seed)
    chance = {check.capability: check.chance for check in checks}
    systems = {a.system: _attributes(a.attributes, (known or {}).get(a.system, {})) for a in answers}
    scores = summarise(table, chance, settings.seed)
    return ProbeResult(
        tacit=__version__,
        settings=settings.to_json(),
        systems=systems,
        items=len(options.items),
        checks=checks,
        scores=scores,
        examples=worst(options, table),
        remarks=remarks_on(checks, scores),
        answers=table,
    )


def _attributes(said: Mapping[str, Attribute], known: Mapping[str, Attribute]) -> dict[str, Attribute]:
    """What results can hold of what is known: the family and the axes."""
    both = {**said, **known}
    return {name: both[name] for name in ("family", *AXES) if name in both}


def _models(models: Sequence[str | Model | OptionScorer], settings: ProbeSettings) -> list[Model]:
    found = []
    for model in models:
        if isinstance(model, Model):
            found.append(model)
        else:
            found.append(find_model(model, settings.loading) if isinstance(model, str) else Model.of(model))
    names = [model.name for model in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"Two models are called {shown(twice)!r}. Say what each is called: --model NAME=ADDRESS.")
    return found


def _systems(path: Place | None, names: Sequence[str]) -> dict[str, dict[str, Attribute]]:
    """What a table says of the models; other systems in it are left out."""
    if path is None:
        return {}
    table = load(str(path), {})
    if not table.has("system"):
        raise UsageError(f"{shown(str(path))} has no column 'system', which names the models.")
    there = [name for name in ("family", *AXES) if table.has(name)]
    columns: dict[str, list[Any]] = {name: table.values(name) for name in ("system", *there)}
    found = {
        system: {name: columns[name][row] for name in there if columns[name][row] is not None}
        for row, system in enumerate(columns["system"])
        if system in names
    }
    absent = [name for name in names if name not in found]
    if absent:
        raise UsageError(f"{shown(str(path))} says nothing of model {shown(absent[0])!r}. Add a row for it.")
    return found


def _write(folder: RunFolder, result: ProbeResult, options: OptionSet) -> None:
    from tacit.captions.probe.report import render_probe

    folder.write_text("report.html", render_probe(result, run={"option set": shown(str(options.path))}))
    folder.write_text("result.json", result.to_json())
    if result.systems:
        for name, frame in (
            (OUTCOMES, result.to_long()),
            (BESIDE, beside_rows(result.answers, result.systems, result.chance)),
        ):
            table = folder.scratch(name)
            frame.write_parquet(table)
            folder.replace(name, table)
