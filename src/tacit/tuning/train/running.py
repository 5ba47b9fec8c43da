"""The trainer of transformers as `tacit tune` uses it: its arguments, what is told on the way, what can go wrong."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from tacit.errors import DataError, MissingExtraError, UsageError
from tacit.models.runtime import choose_device
from tacit.runs.atomic import DISK_FULL, writing
from tacit.tuning.train.result import StepLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tacit.tuning.train.live import Live
    from tacit.tuning.train.settings import TuneSettings
    from tacit.tuning.train.watch import Watch


def training_arguments(settings: TuneSettings, place: Path) -> Any:  # noqa: ANN401 - transformers has no types
    """What the trainer is told.

    Args:
        settings: What was asked.
        place: Folder of checkpoints.

    Raises:
        UsageError: If the device is not there, or cannot compute in the precision.
        MissingExtraError: If accelerate is not installed.
    """
    if find_spec("accelerate") is None:
        raise MissingExtraError("Training", "tuning")
    device = choose_device(settings.device)
    if settings.precision == "float16" and device != "cuda":
        raise UsageError("--precision float16 trains on a GPU only. Use bfloat16 or float32.")
    arguments: Any = import_module("transformers").TrainingArguments(
        output_dir=str(place), use_cpu=device == "cpu", seed=settings.seed, data_seed=settings.seed,
        num_train_epochs=settings.epochs, max_steps=settings.steps or -1,
        per_device_train_batch_size=settings.batch, gradient_accumulation_steps=settings.accumulate,
        learning_rate=settings.rate, lr_scheduler_type="linear", warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay, max_grad_norm=settings.clip,
        # In bfloat16 the weights are loaded as such; only float16 needs its gradients scaled.
        fp16=settings.precision == "float16",
        save_strategy="steps", save_steps=settings.checkpoint_every, save_total_limit=2,
        logging_steps=1, logging_nan_inf_filter=False, log_level="error", report_to="none", disable_tqdm=True,
        remove_unused_columns=False, dataloader_pin_memory=False,
    )  # fmt: skip
    # One model on one device for each process: several GPUs are for `accelerate launch`.
    arguments._n_gpu = min(arguments.n_gpu, 1)
    return arguments


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """While a run lasts: what transformers and accelerate log below an error is not shown."""
    loggers = [logging.getLogger(name) for name in ("transformers", "accelerate")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def explained_training(place: Path) -> Iterator[None]:
    """Turn what torch and the system say when there is no room left into what to do about it.

    Raises:
        DataError: If the disk is full or cannot be written.
        UsageError: If memory runs out.
    """
    try:
        with writing(place):
            yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise UsageError(
            "There is not enough memory. Try a smaller --batch with a larger --accumulate, a smaller --max-length, or "
            "--precision bfloat16. What was finished is kept."
        ) from error
    except RuntimeError as error:
        if "PytorchStreamWriter" not in str(error) and "inline_container" not in str(error):
            raise
        raise DataError(f"Cannot write checkpoints to {place}. {DISK_FULL}") from error


T = TypeVar("T")


def from_first(make: Callable[[], T]) -> T:
    """What the first of all processes makes, in each of them; the others make nothing."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return make()
    made: list[Any] = [make() if torch.distributed.get_rank() == 0 else None]
    torch.distributed.broadcast_object_list(made)
    return made[0]  # type: ignore[no-any-return]


def from_all(make: Callable[[], T]) -> T:
    """What the first of all processes makes, in each of them, where all must take part in making it."""
    made = make()
    return from_first(lambda: made)


def observer(watch: Watch, live: Live | None, journal: Any = None) -> Any:  # noqa: ANN401
    """A callback that lets a trainer check, show and note; see `Watch` and `Live`.

    Args:
        watch: Measures, and says when to stop.
        live: Shows; ``None`` for nothing.
        journal: Notes that a checkpoint is there, so that the folder is known to hold a run that can go on.
    """
    base: Any = import_module("transformers").TrainerCallback

    class Observer(base):  # type: ignore[misc]
        def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:  # noqa: ANN401
            watch.begin()
            if live is not None:
                live.begin([log["loss"] for log in state.log_history if "loss" in log])
            if watch.stopped:  # it was cut short between stopping and the end
                control.should_training_stop = True

        def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:  # noqa: ANN401
            watch.after(state.global_step, state.max_steps)
            if watch.stopped:
                control.should_training_stop = True

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **more: Any) -> None:  # noqa: ANN401
            if live is not None and logs and "loss" in logs:
                live.after(state.global_step, state.max_steps, logs["loss"])

        def on_save(self, args: Any, state: Any, control: Any, **more: Any) -> None:  # noqa: ANN401
            if journal is not None:
                journal.record(state.global_step, b"checkpoint")

    return Observer()


def step_logs(history: Sequence[Mapping[str, float]]) -> tuple[StepLog, ...]:
    """What the trainer logged, step by step."""
    return tuple(
        StepLog(
            step=int(log["step"]), loss=log["loss"], task_loss=log.get("task_loss", log["loss"]),
            keep_loss=log.get("keep_loss"), few_shot_loss=log.get("few_shot_loss"),
            gradient=log.get("grad_norm"), rate=log["learning_rate"],
        )
        for log in history
        if "loss" in log
    )  # fmt: skip
