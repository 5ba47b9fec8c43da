"""Tuning parts of a model with any trainer of transformers, in two lines.

    tuning = ValueTuning(model, update="value", keep="few-shot")
    trainer = tuning.trainer(SFTTrainer, args=..., train_dataset=..., processing_class=tokenizer)

Then ``trainer.train()`` and ``tuning.save("out")``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import TacitError, UsageError
from tacit.models.checkpoint import find_folder
from tacit.models.protocol import Loading
from tacit.tuning.partial.export import export
from tacit.tuning.partial.hold import hold
from tacit.tuning.partial.sets import select
from tacit.tuning.train.fsdp import check_fsdp
from tacit.tuning.train.mixin import TuningMixin
from tacit.tuning.train.objectives.protocol import Setting, make_keeper
from tacit.tuning.train.settings import TuneSettings
from tacit.tuning.train.shots import Joint, ShotBatches, encode_marked, example_prompts, task_prompts

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from torch import nn

    from tacit.tuning.train.shots import Piece
    from tacit.tuning.train.watch import Watch

KEEP_PROMPTS: Final = 256
"""Few-shot prompts from other tasks."""
BATCH: Final = 8
"""Few-shot prompts at a time."""


class ValueTuning:
    """Some entries of a model, held so that they and no others train, and what they are trained for.

    Args:
        model: Of transformers; changed in place until `release`.
        update: Which entries; see `tacit.tuning.partial.sets.select`.
        keep: What holds it to what it was: ``none``, ``few-shot``, ``kl``, ``l2``, ``ewc`` or a plug-in's.
        tokenizer: For ``few-shot``, ``ewc`` and the auxiliary loss; the trainer's ``processing_class`` by default.
        prompts: Examples of other tasks to keep, instead of generated tasks: ``prompt`` and ``completion`` as text, or
            ``input_ids`` and ``labels``.
        source: Folder, or name on the hub, of the checkpoint that `model` was loaded from; what transformers remembers
            of it by default.
        options: Further fields of `tacit.tuning.train.settings.TuneSettings`: `rank`, `keep_weight`, ...

    Raises:
        UsageError: If an option is impossible, or the model has no such entries.

    Attributes:
        settings: All of that.
        model: The model.
        held: Its trained entries (`tacit.tuning.partial.hold.Held`).
        keeper: The objective beside the loss.
        target_prompts: Of the auxiliary few-shot loss; made when training begins.
        watch: What is measured while it trains, if anything.
    """

    def __init__(
        self,
        model: nn.Module,
        update: str = "value",
        keep: str = "none",
        *,
        tokenizer: Any = None,  # noqa: ANN401 - transformers has no types
        prompts: Sequence[Mapping[str, Any]] | None = None,
        source: str | os.PathLike[str] | None = None,
        **options: Any,  # noqa: ANN401
    ) -> None:
        self.settings = TuneSettings.of({"update": update, "keep": keep, **options})
        self.keeper = make_keeper(keep)
        how = self.settings
        selection = select(
            model, update, scope=how.scope, attention=how.attention, rank=how.rank, layers=how.layers, seed=how.seed
        )
        self.held = hold(model, selection, seed=how.seed)
        self.model = model
        self.target_prompts: ShotBatches | None = None
        self.watch: Watch | None = None
        self._tokenizer, self._examples = tokenizer, prompts
        told = source or getattr(getattr(model, "config", None), "_name_or_path", "")
        self._source = str(told) if told else None

    @property
    def keeps(self) -> bool:
        """Whether there is a term beside the loss."""
        return self.settings.keep != "none" and self.settings.keep_weight > 0

    def trainer(self, kind: type[Any], **arguments: Any) -> Any:  # noqa: ANN401
        """A trainer with the objective, checkpoints that hold only what trains, and export in the original layout.

        Args:
            kind: ``transformers.Trainer`` or a class derived from it, e.g. TRL's ``SFTTrainer``.
            arguments: Its own, without ``model``.

        Returns:
            An object of a class derived from `kind`; its ``save_model`` writes what `save` does.

        Raises:
            UsageError: If `kind` is no trainer of transformers.
        """
        from transformers import Trainer

        if not (isinstance(kind, type) and issubclass(kind, Trainer)):
            raise UsageError("ValueTuning.trainer needs transformers.Trainer or a class derived from it.")
        content = {"tuning": self, "_base_gives_logits": kind.compute_loss is Trainer.compute_loss}
        return type(f"Tuning{kind.__name__}", (TuningMixin, kind), content)(model=self.model, **arguments)

    def prepare(self, trainer: Any) -> None:  # noqa: ANN401
        """Let the objective look at the base; the trainer does so before the first step."""
        if getattr(trainer, "is_fsdp_enabled", False):
            check_fsdp(trainer.accelerator.state.fsdp_plugin, self.settings)
        tokenizer = self._tokenizer or getattr(trainer, "processing_class", None)
        prompts = self._keeping_prompts(tokenizer) if self.keeps and self.keeper.needs_prompts else None
        if self.keeps:
            self.keeper.prepare(Setting(self.held, trainer.model, prompts))
        if self.settings.few_shot_loss:
            made = self._prompts_of(list(trainer.train_dataset), _needed(tokenizer), every_answer=False)
            self.target_prompts = self._batches(made, tokenizer)

    def _keeping_prompts(self, tokenizer: Any) -> ShotBatches:  # noqa: ANN401
        how, tokenizer = self.settings, _needed(tokenizer)
        if self._examples is not None:
            encoded = [_encoded(example, tokenizer) for example in self._examples]
            return self._batches(self._prompts_of(encoded, tokenizer, every_answer=True), tokenizer)
        from tacit.tuning.retention.tasks.protocol import available_tasks

        names = how.keep_tasks or tuple(available_tasks())
        made = task_prompts(tokenizer, names, prompts=KEEP_PROMPTS, shots=how.shots, seed=how.seed)
        return self._batches(made, tokenizer)

    def _prompts_of(self, examples: Sequence[Mapping[str, Any]], tokenizer: Any, *, every_answer: bool) -> list[Piece]:  # noqa: ANN401
        how, joint = self.settings, Joint.of(tokenizer, every_answer=every_answer)
        return example_prompts(examples, joint, shots=how.shots, max_length=how.max_length, seed=how.seed)

    def _batches(self, prompts: Sequence[Piece], tokenizer: Any) -> ShotBatches:  # noqa: ANN401
        pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id or 0
        return ShotBatches.of(prompts, pad=pad, batch=BATCH, seed=self.settings.seed)

    def add_to_checkpoint(self, folder: Path) -> None:
        """What else a checkpoint must hold, so that a run can go on from it."""
        if self.watch is not None:
            self.watch.save(folder)

    def save(self, out: str | os.PathLike[str]) -> Path:
        """Write the tuned model as transformers loads it, in the base's layout, or LoRA as an adapter of PEFT.

        Everything but the trained entries is copied from the base's files, bit by bit. Where these are not known
        (`source`), transformers writes the model.

        Args:
            out: A folder that is not there yet, or empty.

        Returns:
            The folder.

        Raises:
            UsageError: If the folder is there already.
            DataError: If it cannot be written.
            CheckFailedError: If anything but the trained entries has changed.
        """
        return export(self.held, self._base_folder(), Path(out))

    def _base_folder(self) -> str | Path | None:
        if self._source is None or self.held.selection.rank is not None or Path(self._source).is_dir():
            return self._source
        try:
            return find_folder(str(self._source), Loading())[1]
        except TacitError:
            return None

    def release(self) -> nn.Module:
        """Put the model's own modules back, with the tuned entries in them, and return the model."""
        self.held.release()
        return self.model


def _needed(tokenizer: Any) -> Any:  # noqa: ANN401
    if tokenizer is None:
        raise UsageError(
            "Few-shot prompts need a tokenizer: ValueTuning(..., tokenizer=...), or a processing_class for the trainer."
        )
    return tokenizer


def _encoded(example: Mapping[str, Any], tokenizer: Any) -> Mapping[str, Any]:  # noqa: ANN401
    if "input_ids" in example:
        return example
    if not isinstance(example.get("prompt"), str) or not isinstance(example.get("completion"), str):
        raise UsageError("Each of `prompts` needs 'prompt' and 'completion' as text, or 'input_ids' and 'labels'.")
    (piece,) = encode_marked(tokenizer, [[(example["prompt"], False), (example["completion"], True)]])
    return {"input_ids": piece.ids, "completion_mask": piece.answer}
