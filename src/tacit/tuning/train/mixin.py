"""What is added to a trainer: the objective, exact checkpoints, and export in the original layout."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tacit.errors import DataError, UsageError
from tacit.tuning.partial.shards import average_gradients
from tacit.tuning.train.checkpoints import TRAINED, newest_complete, read_tensors, seal, write_tensors
from tacit.tuning.train.few_shot_loss import annealed, few_shot_loss
from tacit.tuning.train.fsdp import leave_whole, load_whole_state, whole_state

if TYPE_CHECKING:
    from torch import Tensor, nn

    from tacit.tuning.train.tuning import ValueTuning


class TuningMixin:
    """Goes before a class derived from ``transformers.Trainer``; made by `ValueTuning.trainer`.

    Attributes:
        tuning: What is tuned, and what for.
    """

    tuning: ValueTuning
    args: Any
    state: Any
    accelerator: Any
    model: Any
    model_accepts_loss_kwargs: bool
    compute_loss_func: Any
    current_gradient_accumulation_steps: int
    is_fsdp_enabled: bool
    optimizer: Any
    lr_scheduler: Any
    _base_gives_logits: bool
    _unsharded: list[nn.Module]

    def train(self, resume_from_checkpoint: str | bool | None = None, **more: Any) -> Any:  # noqa: ANN401
        """See ``transformers.Trainer.train``; ``True`` takes the newest checkpoint that is complete.

        Raises:
            DataError: If the loss is no number any more; the model is put back to the base.
            UsageError: If there is no complete checkpoint to go on from.
        """
        if resume_from_checkpoint is True:
            found = newest_complete(Path(self.args.output_dir))
            if found is None:
                raise UsageError(f"{self.args.output_dir} holds no complete checkpoint to go on from.")
            resume_from_checkpoint = str(found)
        self._drawn_in, self._batch_of_step, self._steps_noted = -1, 0, 0
        self._terms: dict[str, list[Tensor]] = defaultdict(list)
        # What a keeper remembers is the base, so it looks before a checkpoint is loaded.
        self.tuning.prepare(self)
        return super().train(resume_from_checkpoint=resume_from_checkpoint, **more)  # type: ignore[misc]

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """The trainer's own loss, and while training the terms of the objective."""
        parent: Any = super()
        if not model.training:
            return parent.compute_loss(model, inputs, return_outputs, num_items_in_batch=num_items_in_batch)
        keeper = self.tuning.keeper
        outputs: Any = None
        wants = keeper.needs_logits and self._base_gives_logits
        loss = parent.compute_loss(model, inputs, return_outputs or wants, num_items_in_batch=num_items_in_batch)
        if return_outputs or wants:
            loss, outputs = loss
        # Of each batch in a step the trainer takes this share, unless the loss is a share of the step's tokens already.
        share = 1.0 / self.current_gradient_accumulation_steps
        scaled = self._is_scaled(num_items_in_batch)
        draw = self._next_draw()
        self._note("task_loss", loss, 1.0 if scaled else share)
        if self.tuning.keeps:
            term = keeper.term(model, inputs, outputs.logits if wants else None, draw)
            self._note("keep_loss", term, share)
            loss = loss + self.tuning.settings.keep_weight * (share if scaled else 1.0) * term
        if (target := self.tuning.target_prompts) is not None:
            weight = annealed(self.tuning.settings.few_shot_loss, self.state.global_step, self.state.max_steps)
            term = few_shot_loss(model, target, draw)
            self._note("few_shot_loss", term, share)
            loss = loss + weight * (share if scaled else 1.0) * term
        return (loss, outputs) if return_outputs else loss

    def _is_scaled(self, num_items_in_batch: Any) -> bool:  # noqa: ANN401
        """Whether the loss of a batch is normalised over the whole step, as ``Trainer.training_step`` decides it."""
        told = getattr(self, "loss_is_scaled_for_ga", None)
        if told is not None:
            return bool(told)
        by_model = self.model_accepts_loss_kwargs and num_items_in_batch is not None
        return bool(by_model or self.compute_loss_func is not None)

    def _next_draw(self) -> int:
        """How many batches all devices have seen before this one; the same for a run that was continued."""
        if self._drawn_in != self.state.global_step:
            self._drawn_in, self._batch_of_step = self.state.global_step, 0
            self._steps_noted += 1
        else:
            self._batch_of_step += 1
        before = self.state.global_step * self.args.gradient_accumulation_steps + self._batch_of_step
        return int(before * self.args.world_size + self.args.process_index)

    def _note(self, name: str, value: Tensor, share: float) -> None:
        self._terms[name].append(share * value.detach().float())

    def training_step(self, *rest: Any, **more: Any) -> Tensor:  # noqa: ANN401
        """See ``transformers.Trainer.training_step``.

        Raises:
            DataError: If the loss is no number; the trained entries are the base's again.
        """
        loss: Tensor = super().training_step(*rest, **more)  # type: ignore[misc]
        if self.is_fsdp_enabled and self.accelerator.sync_gradients:
            average_gradients(each for module in self._unsharded for each in module.parameters() if each.requires_grad)
        if not torch.isfinite(loss):
            self.tuning.held.load(self.tuning.held.originals())
            raise DataError(
                f"The loss is not a number any more in step {self.state.global_step + 1}. The base is untouched. Try a "
                f"lower --lr (it was {self.args.learning_rate:g}), a larger --batch, or --precision float32."
            )
        return loss

    def _prepare_for_training(self, *rest: Any, **more: Any) -> Any:  # noqa: ANN401
        if self.is_fsdp_enabled:
            self._unsharded = leave_whole(self.accelerator.state.fsdp_plugin, self.tuning.held, self.args.device)
        found = super()._prepare_for_training(*rest, **more)  # type: ignore[misc]
        self.tuning.held.follow()
        return found

    def log(self, logs: dict[str, float], *rest: Any, **more: Any) -> None:  # noqa: ANN401
        """See ``transformers.Trainer.log``; adds each term of the loss, where there are several."""
        if "loss" in logs:
            if len(self._terms) > 1:
                steps = max(self._steps_noted, 1)
                logs |= {name: torch.stack(found).sum().item() / steps for name, found in self._terms.items()}
            self._terms.clear()
            self._steps_noted = 0
        super().log(logs, *rest, **more)  # type: ignore[misc]

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        """A checkpoint gets the trained entries; a user gets the whole model in its original layout.

        Args:
            output_dir: A folder that is not there yet; ``model`` in the trainer's own by default.

        Raises:
            DataError: If it cannot be written.
        """
        if not _internal_call:
            if self.is_fsdp_enabled:
                self.tuning.held.gather(keep=self.args.should_save)
            if self.args.should_save:
                self.tuning.save(output_dir or Path(self.args.output_dir, "model"))
            return
        state = self.tuning.held.state()
        if not self.args.should_save:
            return
        place = Path(output_dir or self.args.output_dir)
        place.mkdir(parents=True, exist_ok=True)
        write_tensors(place / TRAINED, state)

    def _save_checkpoint(self, model: nn.Module, trial: Any) -> None:  # noqa: ANN401
        parent: Any = super()
        if self.args.save_total_limit == 1:
            # With one, the old checkpoint is removed before the new one is sealed.
            self.args.save_total_limit = 2
        parent._save_checkpoint(model, trial)
        self.accelerator.wait_for_everyone()
        if self.args.should_save:
            folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
            self.tuning.add_to_checkpoint(folder)
            seal(folder)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: nn.Module | None = None) -> None:
        self.tuning.held.follow()
        self.tuning.held.load(read_tensors(Path(resume_from_checkpoint, TRAINED)))

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        parent: Any = super()
        if not self.is_fsdp_enabled:
            parent._save_optimizer_and_scheduler(output_dir)
            return
        # The trainer's own way writes the whole model as well, in the names of the original layout.
        state = whole_state(self.optimizer)
        if self.args.should_save:
            torch.save(state, Path(output_dir, "optimizer.pt"))
            torch.save(self.lr_scheduler.state_dict(), Path(output_dir, "scheduler.pt"))

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        parent: Any = super()
        if not self.is_fsdp_enabled or checkpoint is None:
            parent._load_optimizer_and_scheduler(checkpoint)
            return
        load_whole_state(self.optimizer, torch.load(Path(checkpoint, "optimizer.pt"), weights_only=True))
        self.lr_scheduler.load_state_dict(torch.load(Path(checkpoint, "scheduler.pt"), weights_only=True))
