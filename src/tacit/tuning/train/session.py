"""One run of `tacit tune`: from what was read to weights and a result."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit._version import __version__
from tacit.errors import UsageError
from tacit.runs.atomic import sync_folder, writing
from tacit.runs.manifest import MANIFEST_NAME
from tacit.tuning.data.collate import Collator, packed_collator, pad_of
from tacit.tuning.data.encode import Encoder
from tacit.tuning.data.split import split
from tacit.tuning.locate.api import locate_values
from tacit.tuning.locate.check import check_values
from tacit.tuning.train.average import averaged
from tacit.tuning.train.checkpoints import newest_complete
from tacit.tuning.train.gauge import Gauge
from tacit.tuning.train.live import Live
from tacit.tuning.train.outcome import choose, kept_on, prove, remarks_on, trained_of
from tacit.tuning.train.result import TuneResult
from tacit.tuning.train.running import (
    explained_training,
    from_all,
    from_first,
    observer,
    quiet_libraries,
    step_logs,
    training_arguments,
)
from tacit.tuning.train.settings import AUTO, TuneSettings
from tacit.tuning.train.tuning import ValueTuning
from tacit.tuning.train.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.runs.folder import RunFolder
    from tacit.tuning.data.encode import Encoded
    from tacit.tuning.data.example import Examples
    from tacit.tuning.locate.values import ValueMap
    from tacit.tuning.retention.language_model import LanguageModel
    from tacit.tuning.train.api import Inputs
    from tacit.tuning.train.result import Kept, Try
    from tacit.tuning.train.watch import Batch

MODEL: Final = "model"
_NEW: Final = "tuned"
"""The model's folder until everything else is written, with a dot before it."""
_WHAT: Final = {field.name for field in fields(TuneSettings)} & {
    "update", "scope", "attention", "layers", "rank", "keep", "keep_weight", "keep_tasks", "shots", "few_shot_loss",
    "max_length", "seed",
}  # fmt: skip
"""Settings that a `ValueTuning` has; the trainer has the others."""


class Session:
    """What one run needs, made once.

    Args:
        inputs: What was read.
        base: The model, on the CPU.
        settings: How to tune.
        place: Folder of the run's checkpoints.

    Attributes:
        is_first: Whether this process writes; with `accelerate launch` there are several.

    Raises:
        UsageError: If the model has no such entries, or the device is not there.
        CheckFailedError: If the values are not where they were taken to be.
    """

    def __init__(self, inputs: Inputs, base: LanguageModel, settings: TuneSettings, place: Path) -> None:
        self._args = training_arguments(settings, place)
        self.is_first: bool = self._args.process_index == 0
        reads = getattr(base.model.config.get_text_config(), "max_position_embeddings", None)
        self._settings = replace(settings, max_length=min(settings.max_length, reads or settings.max_length))
        self._inputs, self._base, self._place = inputs, base, place
        self._timings: dict[str, float] = {}
        self._values = self._checked_values()

    def run(self, folder: RunFolder | None, *, show: bool) -> TuneResult:
        """Train, choose, and write the model beside where it will be.

        Args:
            folder: The run's; ``None`` in processes that do not write.
            show: Whether to show how far it is.
        """
        how = self._settings
        with self._timed("data"):
            train, held_out = split(self._inputs.examples, held_out=how.held_out, seed=how.seed)
            # What was left out while reading is told of with what is trained on.
            train = replace(train, dropped=self._inputs.examples.dropped)
            encoded, encoded_held_out = self._encode(train), self._encode(held_out) if len(held_out) else None
            keep = None if self._inputs.keep is None else self._encode(self._inputs.keep).features()
        options = {name: getattr(how, name) for name in _WHAT}
        tuning = ValueTuning(
            self._base.model, tokenizer=self._base.tokenizer, prompts=keep, source=self._source(), **options
        )
        trained = trained_of(tuning.held.selection, self._values)
        if how.packing:
            encoded = encoded.packed(how.max_length, seed=how.seed)
        trainer, watch = self._trainer(tuning, encoded, encoded_held_out, folder, show=show)
        with self._timed("training"), quiet_libraries(), explained_training(self._place):
            self._train(trainer, watch, folder)
        with self._timed("choosing"):
            kept, tries = self._choose(tuning, watch, trainer.state)
        with self._timed("writing"):
            proof = None
            if trainer.is_fsdp_enabled:
                tuning.held.gather(keep=folder is not None)
            if folder is not None:
                shutil.rmtree(folder.path / f".{_NEW}", ignore_errors=True)
                proof = prove(tuning.held.selection, tuning.save(folder.path / f".{_NEW}"))
        return TuneResult(
            tacit=__version__, settings=self._settings.to_json(),
            model={"name": self._inputs.name, "kind": type(self._base.model).__name__}, data=encoded.summary,
            held_out=len(held_out), trained=trained, steps=step_logs(trainer.state.log_history),
            checks=tuple(watch.checks), kept=kept, tries=tries, proof=proof,
            kept_on=kept_on(how, self._inputs.keep), timings=dict(self._timings),
            remarks=(*encoded.summary.remarks(), *remarks_on(kept, watch.checks, how, stopped=watch.stopped)),
        )  # fmt: skip

    def write(self, folder: RunFolder, result: TuneResult) -> None:
        """Add report and numbers, and put the model in its place.

        Raises:
            DataError: If they cannot be written.
        """
        from tacit.tuning.train.report import render_tune

        folder.write_text("report.html", render_tune(result))
        folder.write_text("result.json", result.to_json())
        final, old = folder.path / MODEL, folder.path / ".replaced"
        with writing(final):
            # What was there before is another run's from here on: without a manifest nobody takes it for this one's.
            (folder.path / MANIFEST_NAME).unlink(missing_ok=True)
            shutil.rmtree(old, ignore_errors=True)
            if final.exists():
                final.replace(old)
            (folder.path / f".{_NEW}").replace(final)
            sync_folder(folder.path)
            shutil.rmtree(old, ignore_errors=True)
            shutil.rmtree(self._place.parent, ignore_errors=True)

    def tidy(self) -> None:
        """Leave no folder of checkpoints behind in which there is none to go on from."""
        if self._place.is_dir() and newest_complete(self._place) is None:
            shutil.rmtree(self._place, ignore_errors=True)
            with suppress(OSError):
                self._place.parent.rmdir()

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        begin = time.monotonic()
        yield
        self._timings[what] = round(time.monotonic() - begin, 3)

    def _checked_values(self) -> ValueMap | None:
        """Where the values are, proved on this very model, if they are what trains."""
        how = self._settings
        if "value" not in how.update:
            return None
        with self._timed("checking"):
            values = locate_values(self._base.model, scope=how.scope, attention=how.attention)
            check_values(self._base.model, values, seed=how.seed).raise_if_wrong()
        return values

    def _source(self) -> str | Path:
        """What a checkpoint is copied from, and what an adapter names as its base."""
        address = self._inputs.address
        on_hub = "/" in address and not Path(address).expanduser().is_dir()
        return address if on_hub and "lora" in self._settings.update else self._inputs.folder.resolve()

    def _encode(self, examples: Examples) -> Encoded:
        how = self._settings
        return Encoder(
            self._base.tokenizer, max_length=how.max_length, template=how.template, too_long=how.too_long
        ).encode(examples)

    def _trainer(
        self, tuning: ValueTuning, encoded: Encoded, held_out: Encoded | None, folder: RunFolder | None, *, show: bool
    ) -> tuple[Any, Watch]:
        how, transformers = self._settings, import_module("transformers")
        pad = pad_of(self._base.tokenizer)
        collate = packed_collator(self._base.model, pad) if how.packing else Collator(pad)
        rows = [] if held_out is None else sorted(held_out.features(), key=lambda row: len(row["input_ids"]))
        plain = Collator(pad)
        batches: list[Batch] = [plain(rows[at : at + how.batch]) for at in range(0, len(rows), how.batch)]
        # What FSDP spreads over processes computes only when all of them ask.
        spread = os.environ.get("ACCELERATE_USE_FSDP", "false").lower() == "true"
        gauge = None
        if how.measures_retention and (self.is_first or spread):
            gauge = Gauge(self._base.model, self._base.tokenizer, seed=how.seed)
        watch = Watch(
            tuning.held, self._base.model, how, held_out=batches, gauge=gauge, share=from_all if spread else from_first
        )
        tuning.watch = watch
        live = Live(watch.checks) if show and self.is_first else None
        trainer = tuning.trainer(
            transformers.Trainer, args=self._args, train_dataset=encoded.features(), data_collator=collate,
            callbacks=[observer(watch, live, None if folder is None else folder.journal)],
            processing_class=self._base.tokenizer,
        )  # fmt: skip
        trainer.remove_callback(import_module("transformers.trainer_callback").PrinterCallback)
        if trainer.is_deepspeed_enabled:
            raise UsageError(
                "The command checks the model while it trains, which DeepSpeed spreads over devices. Launch it with "
                "plain data parallelism (what trains is small) or FSDP, or use ValueTuning in a script of your own."
            )
        if gauge is not None:
            gauge.base()  # before a checkpoint is loaded: what it remembers is the base
        return trainer, watch

    def _train(self, trainer: Any, watch: Watch, folder: RunFolder | None) -> None:  # noqa: ANN401
        if folder is not None:
            for other in self._place.parent.glob("*") if self._place.parent.is_dir() else ():
                if other != self._place:
                    shutil.rmtree(other, ignore_errors=True)
        trainer.accelerator.wait_for_everyone()
        checkpoint = newest_complete(self._place)
        if checkpoint is not None:
            watch.load(checkpoint)
        trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))

    def _choose(self, tuning: ValueTuning, watch: Watch, state: Any) -> tuple[Kept, tuple[Try, ...]]:  # noqa: ANN401
        """Put the weights that are kept into the model."""
        how = self._settings
        kept = choose(watch, state.global_step, state.max_steps)
        if watch.best is not None:
            tuning.held.load(watch.best[1])
        if how.average is None:
            return kept, ()
        alpha = None if how.average == AUTO else how.average
        alpha, tries = averaged(tuning.held, alpha, bound=how.bound, measure=watch.measure)
        held_out, reading = watch.measure()
        return replace(kept, alpha=alpha, held_out=held_out, reading=reading), tries
