"""Loads language models of transformers: weights from safetensors only, no code that comes with them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tacit.errors import DataError, MissingExtraError
from tacit.io.places import shown
from tacit.models.runtime import check_weights, choose_device, explained_loading, transformers_ready

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.models.protocol import Loading

ADAPTER: Final = "adapter_config.json"
"""What makes a folder an adapter of PEFT rather than a model."""


class LanguageModel(NamedTuple):
    """A causal language model and its tokenizer, both of transformers."""

    model: Any
    tokenizer: Any


def is_adapter(folder: Path) -> bool:
    """Whether a folder holds an adapter, which needs a model under it."""
    return (folder / ADAPTER).is_file()


def check_folder(folder: Path) -> None:
    """Refuse a folder that is neither a model of transformers nor an adapter.

    Raises:
        DataError: If it is none.
    """
    if not is_adapter(folder) and not (folder / "config.json").is_file():
        raise DataError(f"{shown(str(folder))} has no config.json, so it is no model of transformers.")


def load_language_model(folder: Path, how: Loading, *, under: Path | None = None) -> LanguageModel:
    """Load a model for asking it.

    Args:
        folder: As transformers saves a model, or as PEFT saves an adapter.
        how: Device and precision.
        under: The model that an adapter is put on; what the adapter itself names is not followed.

    Raises:
        DataError: If the files cannot be loaded, lack weights, or are an adapter with nothing under it.
        MissingExtraError: If torch, transformers or, for an adapter, peft are not installed.
        UsageError: If there is no such device.
    """
    device = choose_device(how.device)
    adapter = folder if is_adapter(folder) else None
    whole = under if adapter else folder
    if whole is None:
        raise DataError(f"{shown(str(folder))} is an adapter, not a model. Name the model it was trained on as BASE.")
    with transformers_ready(), explained_loading(folder):
        transformers: Any = import_module("transformers")
        torch: Any = import_module("torch")
        safe = {"local_files_only": True, "trust_remote_code": False}
        places = [place for place in (adapter, whole) if place and (place / "tokenizer_config.json").is_file()]
        tokenizer = transformers.AutoTokenizer.from_pretrained(places[0] if places else whole, **safe)
        model, told = transformers.AutoModelForCausalLM.from_pretrained(
            whole, use_safetensors=True, dtype=getattr(torch, how.precision), output_loading_info=True, **safe
        )
        check_weights(whole, told["missing_keys"])
        if adapter is not None:
            model = _with_adapter(model, adapter)
        return LanguageModel(model.to(device).eval(), tokenizer)


def _with_adapter(model: Any, adapter: Path) -> Any:  # noqa: ANN401 - transformers' own types say no more
    if not (adapter / "adapter_model.safetensors").is_file():
        raise DataError(f"{shown(str(adapter))} has no adapter_model.safetensors; adapters are read from these only.")
    try:
        peft: Any = import_module("peft")
    except ImportError:
        raise MissingExtraError("An adapter", "tuning") from None
    return peft.PeftModel.from_pretrained(model, adapter, local_files_only=True).merge_and_unload()
