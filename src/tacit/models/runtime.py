"""torch and what stands on it: imported when a model is loaded, with words for what can go wrong."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError, MissingExtraError, TacitError, UsageError
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import torch

EXTRA: Final = "checkpoints"
_WORDS: Final = 300


def choose_device(wanted: str) -> str:
    """The device to work on.

    Args:
        wanted: What torch calls it, or ``auto`` for the first there is of cuda, mps and cpu.

    Raises:
        MissingExtraError: If torch is not installed.
        UsageError: If there is no such device here.
    """
    try:
        import torch
    except ImportError:
        raise MissingExtraError("Loading a checkpoint", EXTRA) from None
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        torch.empty(0, device=wanted)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise UsageError(f"--device {shown(wanted)} cannot be used here: {_said(error)}") from None
    return wanted


@contextmanager
def asking() -> Iterator[None]:
    """While a model is asked: no gradients, and on a GPU the kernels that give the same numbers each time."""
    import torch

    with torch.inference_mode(), torch.backends.cudnn.flags(deterministic=True, benchmark=False, allow_tf32=False):
        yield


@contextmanager
def transformers_ready() -> Iterator[None]:
    """While transformers is imported and loads a model: quietly, and without a torchvision that cannot be imported.

    transformers takes torchvision to be there when it is installed. One that was built for another torch breaks it,
    though all that is needed of it can be done with Pillow; ``None`` in `sys.modules` is how Python marks a module as
    absent.

    Raises:
        MissingExtraError: If transformers is not installed.
    """
    marked = "torchvision" in sys.modules and sys.modules["torchvision"] is None  # by a block around this one
    try:
        import_module("torchvision")
    except Exception:  # absent or broken in whatever way: what matters is that it cannot be used
        sys.modules["torchvision"] = None  # type: ignore[assignment]
    try:
        try:
            told: Any = import_module("transformers.utils.logging")
        except ImportError:
            raise MissingExtraError("hf: models", EXTRA) from None
        bars = told.is_progress_bar_enabled()
        told.disable_progress_bar()
        try:
            yield
        finally:
            if bars:
                told.enable_progress_bar()
    finally:
        if sys.modules.get("torchvision", sys) is None and not marked:
            del sys.modules["torchvision"]


def import_open_clip() -> Any:  # noqa: ANN401 - open_clip has no types
    """The module ``open_clip``.

    Raises:
        MissingExtraError: If it is not installed.
        UsageError: If it is, and cannot be imported; the message says why.
    """
    try:
        return import_module("open_clip")
    except ModuleNotFoundError:
        raise MissingExtraError("open_clip: models", EXTRA) from None
    except Exception as error:
        raise UsageError(
            f"open_clip is installed and cannot be imported: {_said(error)}. It needs a torchvision that was built for "
            "the installed torch; install both from one index: pip install --force-reinstall torch torchvision"
        ) from None


@contextmanager
def quiet_root_log() -> Iterator[None]:
    """While open_clip builds a model: it logs a warning that there are no weights, which are loaded right after."""
    root = logging.getLogger()

    def serious(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR

    root.addFilter(serious)
    try:
        yield
    finally:
        root.removeFilter(serious)


@contextmanager
def explained_loading(place: Path) -> Iterator[None]:
    """Turn what a library raises on files it cannot load into `DataError`."""
    try:
        yield
    except (TacitError, MemoryError):
        raise
    except Exception as error:  # configurations and weights are data, and each library raises what it likes
        raise DataError(f"{shown(str(place))} cannot be loaded: {_said(error)}") from error


def check_weights(place: Path, missing: list[str] | set[str]) -> None:
    """Refuse weights that leave a part of the model as it was drawn at random: it would score as guessing does.

    Raises:
        DataError: If any are missing.
    """
    if missing:
        names = sorted(missing)
        raise DataError(
            f"{shown(str(place))} lacks {len(names)} of the model's weights, e.g. {shown(names[0])}. They would be "
            "random numbers. Is this the checkpoint of another model, or one tower of it?"
        )


def parameters(model: torch.nn.Module) -> float:
    """How many parameters a model has; shared ones count once."""
    return float(sum(parameter.numel() for parameter in model.parameters()))


def _said(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return shown(f"{type(error).__name__}: {lines[0] if lines else ''}"[:_WORDS])
