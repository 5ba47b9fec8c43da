"""`tacit.tuning.train.api.tune`: the whole run as one function."""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError
from tacit.io.places import shown
from tacit.models.checkpoint import files_of, find_folder, read_config
from tacit.models.protocol import Loading
from tacit.models.runtime import transformers_ready
from tacit.runs.folder import RunFolder
from tacit.runs.manifest import InputRecord, fingerprint, make_manifest
from tacit.tuning.data.read import read_examples
from tacit.tuning.data.template import Template
from tacit.tuning.laboratory.language import LABORATORY, is_laboratory, laboratory_model
from tacit.tuning.retention.language_model import check_folder, is_adapter, load_language_model
from tacit.tuning.train.settings import TuneSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.tuning.data.example import Examples
    from tacit.tuning.locate.findings import SelfCheck
    from tacit.tuning.train.result import TuneResult

    Place = str | os.PathLike[str]

CHECKPOINTS: Final = ".checkpoints"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What does not change the result.

    Attributes:
        allow_download: Whether the model may be fetched from the hub.
        force: Take `out` over from another run.
        show: Whether to show on standard error how far it is.
    """

    allow_download: bool = False
    force: bool = False
    show: bool = False


@dataclass(frozen=True)
class Inputs:
    """What a run reads, found before anything heavy is imported.

    Attributes:
        address: As the user named the model.
        name: Its short name.
        folder: Its checkpoint.
        examples: What is trained on.
        keep: What is kept, if the user has data for that.
        records: All files, by content.
    """

    address: str
    name: str
    folder: Path
    examples: Examples
    keep: Examples | None
    records: tuple[InputRecord, ...] = field(repr=False)


def tune(
    model: str,
    data: Sequence[str],
    *,
    out: Place,
    settings: TuneSettings | None = None,
    keep_data: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    drop_empty: bool = False,
    how: RunOptions | None = None,
) -> TuneResult:
    """Tune a part of a language model, and measure what that does to its few-shot ability.

    Args:
        model: A folder as transformers saves it, a name on the hub, or ``laboratory``, the small model that comes with
            the package; safetensors only.
        data: Files of examples; see `tacit.tuning.data.read.read_examples`.
        out: Folder for the model, the report and the numbers; a run that was cut short goes on from its last complete
            checkpoint.
        settings: How to tune.
        keep_data: Examples of other tasks, for objectives that keep the base's answers on few-shot prompts; generated
            tasks by default.
        columns: What columns of the data are called, where it is not guessed.
        drop_empty: Leave out, and count, examples without a completion.
        how: What does not change the result.

    Returns:
        What was done, and what was measured. The model is in ``out/model``.

    Raises:
        UsageError: If a setting is impossible, or the model has no such entries.
        DataError: If the model or the data cannot be read, or the loss is no number any more.
        InsufficientDataError: If there is too little data, or retention cannot be measured.
        MissingExtraError: If the packages for training are not installed.
    """
    settings, how = settings or TuneSettings(), how or RunOptions()
    started = datetime.now(UTC)
    inputs = find_inputs(model, data, keep_data, columns or {}, how, drop_empty=drop_empty)
    told = {**_told(settings), "columns": dict(columns or {}), "drop_empty": drop_empty}
    mark = fingerprint("tune", told, inputs.records)
    base = load_language_model(inputs.folder, Loading(device="cpu", precision=settings.precision))
    with transformers_ready():
        from tacit.tuning.train.session import Session

        with ExitStack() as stack:
            session = Session(inputs, base, settings, Path(out) / CHECKPOINTS / mark[:16])
            folder = None
            if session.is_first:
                folder = stack.enter_context(RunFolder.open(Path(out), fingerprint=mark, force=how.force))
                stack.callback(session.tidy)
            result = session.run(folder, show=how.show)
            if folder is not None:
                session.write(folder, result)
                seconds = {"seconds": dict(result.timings)}
                manifest = make_manifest(
                    "tune", told, inputs.records, seed=settings.seed, started=started, notes=seconds
                )
                folder.finish(manifest)
    return result


def _told(settings: TuneSettings) -> dict[str, Any]:
    """What the result depends on, apart from files and how they are read."""
    return {
        **settings.to_json(),
        # What is in the file, if it is one.
        "template": Template.of(settings.template).text or settings.template,
        # Each process sees a part of the data, so their number is part of what is run.
        "processes": int(os.environ.get("WORLD_SIZE", "1")),
    }


def check_model(model: str, *, scope: str | None = None, seed: int = 0, allow_download: bool = False) -> SelfCheck:
    """Check by perturbation that the values of a model are where `locate_values` finds them.

    Args:
        model: A folder as transformers saves it, or a name on the hub.
        scope: The tower, where there are several.
        seed: Of the perturbations.
        allow_download: Whether it may be fetched from the hub.

    Returns:
        What was tried, and whether it all holds.

    Raises:
        UsageError: If the model has no values that are nothing else besides.
        DataError: If it cannot be loaded.
    """
    _, folder = find_model(model, allow_download=allow_download)
    base = load_language_model(folder, Loading(device="cpu"))
    with transformers_ready():
        from tacit.tuning.locate.api import locate_values
        from tacit.tuning.locate.check import check_values

        return check_values(base.model, locate_values(base.model, scope=scope), seed=seed)


def find_inputs(
    model: str,
    data: Sequence[str],
    keep_data: Sequence[str],
    columns: Mapping[str, str],
    how: RunOptions,
    *,
    drop_empty: bool = False,
) -> Inputs:
    """Find and read what a run reads, but the model's weights.

    Raises:
        UsageError: If something is not there.
        DataError: If something cannot be read, or the model's weights are quantised.
    """
    name, folder = find_model(model, allow_download=how.allow_download)
    examples = read_examples(data, columns=columns, drop_empty=drop_empty)
    keep = read_examples(keep_data, columns=columns, drop_empty=drop_empty) if keep_data else None
    records = [InputRecord.of(path) for path in files_of(folder)]
    records += [_record(one) for one in (examples, keep) if one is not None]
    return Inputs(model, name, folder, examples, keep, tuple(records))


def find_model(address: str, *, allow_download: bool) -> tuple[str, Path]:
    """The folder of a checkpoint that can be tuned, without loading it.

    Args:
        address: A folder, a name on the hub, or ``laboratory``.
        allow_download: Whether it may be fetched from there.

    Returns:
        A short name, and the folder.

    Raises:
        UsageError: If it is not there.
        DataError: If it holds no safetensors, no configuration, an adapter, or quantised weights.
    """
    if is_laboratory(address):
        return LABORATORY, laboratory_model()
    name, folder = find_folder(address, Loading(allow_download=allow_download))
    check_folder(folder)
    if is_adapter(folder):
        raise DataError(
            f"{shown(str(folder))} is an adapter, not a model. Merge it into its base (PEFT's merge_and_unload and "
            "save_pretrained), and tune the result."
        )
    if read_config(folder / "config.json").get("quantization_config"):
        raise DataError(
            f"{shown(str(folder))} holds quantised weights, and entries that are integers cannot train. Tune the "
            "checkpoint that it was quantised from, and quantise the result."
        )
    return name, folder


def _record(examples: Examples) -> InputRecord:
    """The data by what is read of them: it does not matter in which files they lie."""
    content = "\n".join(example.key for example in examples).encode()
    return InputRecord(", ".join(examples.paths), len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
