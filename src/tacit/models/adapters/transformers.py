"""``hf:`` models: a folder as transformers saves it, or a name on the Hugging Face hub."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tacit.errors import DataError
from tacit.io.places import shown
from tacit.models.checkpoint import files_of, find_folder, identity_of, read_config
from tacit.models.protocol import Model, model_kind
from tacit.models.runtime import check_weights, choose_device, explained_loading, transformers_ready

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.models.protocol import Loading, OptionScorer


@model_kind("hf", "/path/to/folder or hf:org/name[@revision]")
def find(address: str, how: Loading) -> Model:
    """A dual encoder or a generative model; which of them, its configuration says."""
    name, folder = find_folder(address, how)
    if not (folder / "config.json").is_file():
        raise DataError(f"{shown(str(folder))} has no config.json, so it is no model of transformers.")
    read_config(folder / "config.json")
    identity = identity_of(files_of(folder), how, kind="hf")
    return Model(name, identity, lambda: _load(name, identity, folder, how))


def _load(name: str, identity: str, folder: Path, how: Loading) -> OptionScorer:
    device = choose_device(how.device)
    with transformers_ready(), explained_loading(folder):
        transformers: Any = import_module("transformers")
        config = transformers.AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        processor = transformers.AutoProcessor.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        # Pillow's image processors, whether torchvision is there or not: its own differ in the last digits. Processors
        # that also take videos cannot be asked for Pillow as a whole.
        processor.image_processor = transformers.AutoImageProcessor.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, backend="pil"
        )
        if type(config) in transformers.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING:
            from tacit.models.adapters.transformers_generative import GenerativeScorer

            model = _weights(transformers.AutoModelForImageTextToText, folder, how).to(device)
            return GenerativeScorer(name, identity, model, processor, how)
        from tacit.models.adapters.transformers_dual import DualScorer

        model = _weights(transformers.AutoModel, folder, how).to(device)
        return DualScorer(name, identity, model, processor, how)


def _weights(auto: Any, folder: Path, how: Loading) -> Any:  # noqa: ANN401 - transformers' own types say no more
    import torch

    model, told = auto.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False, use_safetensors=True,
        dtype=getattr(torch, how.precision), output_loading_info=True,
    )  # fmt: skip
    check_weights(folder, told["missing_keys"])
    return model.eval()
