"""``open_clip:`` models: an architecture that open_clip knows with weights, or a folder with both, or a hub name."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError, UsageError
from tacit.io.places import shown
from tacit.models.checkpoint import files_of, find_folder, identity_of, read_config, refuse_pickle
from tacit.models.dual import score_by_logits
from tacit.models.protocol import Model, model_kind
from tacit.models.runtime import (
    asking,
    check_weights,
    choose_device,
    explained_loading,
    import_open_clip,
    parameters,
    quiet_root_log,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

    from tacit.models.protocol import Attribute, Loading

CONFIG: Final = "open_clip_config.json"
_WEIGHTS: Final = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "model.safetensors")
_ELSEWHERE: Final = ("hf_model_name", "hf_tokenizer_name")
"""Keys of a text tower's configuration that name a further repository."""


@model_kind("open_clip", "ViT-B-32:/path/model.safetensors, open_clip:/path/to/folder or open_clip:org/name")
def find(address: str, how: Loading) -> Model:
    """An architecture (or the path of its configuration) and weights, or a folder that holds both."""
    architecture, sign, weights = address.partition(":")
    if sign and len(architecture) > 1:  # C:\folder is a path
        path = Path(weights).expanduser()
        refuse_pickle(path)
        if path.suffix != ".safetensors" or not path.is_file():
            raise UsageError(f"{shown(weights)} is no file of safetensors. Name one, or leave it out for a folder.")
        name, config = f"{Path(architecture).stem}:{path.stem}", Path(architecture).expanduser()
        files = [path, config] if config.suffix == ".json" else [path]
    else:
        name, folder = find_folder(address, how)
        config, path = folder / CONFIG, _weights_in(folder)
        files, architecture = files_of(folder), str(config)
    if config.suffix == ".json":
        _check_config(config, how)
    identity = identity_of(files, how, kind=f"open_clip {'' if config.suffix == '.json' else architecture}")
    return Model(name, identity, lambda: OpenClipScorer(name, identity, architecture, path, how))


def _weights_in(folder: Path) -> Path:
    for name in _WEIGHTS:
        if (folder / name).is_file():
            return folder / name
    raise DataError(f"{shown(str(folder))} holds no {' or '.join(_WEIGHTS)}. Name the file: open_clip:CONFIG:FILE.")


def _check_config(path: Path, how: Loading) -> None:
    if not path.is_file():
        raise DataError(f"There is no {shown(str(path))}, which says what the weights are for.")
    found = read_config(path)
    text = found.get("model_cfg", found).get("text_cfg") if isinstance(found.get("model_cfg", found), dict) else None
    if not isinstance(text, dict):
        raise DataError(f"{shown(str(path))} is no configuration of open_clip: it has no `text_cfg`.")
    named = [text[key] for key in _ELSEWHERE if text.get(key)]
    if named and not how.allow_download:
        raise UsageError(
            f"{shown(str(path))} builds on {shown(str(named[0]))} from the Hugging Face hub, and nothing is downloaded "
            "unasked. Add --allow-download."
        )


class OpenClipScorer:
    """Image and text logits of a model of open_clip.

    Args:
        name: What results call it.
        identity: What tells it from others.
        architecture: A name that open_clip knows, or the path of a configuration.
        weights: A file of safetensors.
        how: How it is asked.

    Raises:
        UsageError: If open_clip knows no such architecture, or cannot be imported.
        DataError: If the weights are not those of the architecture.
        MissingExtraError: If open_clip is not installed.
    """

    def __init__(self, name: str, identity: str, architecture: str, weights: Path, how: Loading) -> None:
        library, self._device = import_open_clip(), choose_device(how.device)
        self.name, self.identity, self._batch = name, identity, how.batch
        with explained_loading(weights), quiet_root_log():
            self._model, self._prepare, self._tokenize = _build(library, architecture, how)
            told = library.load_checkpoint(self._model, str(weights), strict=False)
        check_weights(weights, list(told.missing_keys))
        self._model = self._model.to(self._device).eval()
        self._length = int(self._model.context_length)
        self.attributes: Mapping[str, Attribute] = {"params": parameters(self._model)}

    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> list[list[float] | str]:
        """See `tacit.models.protocol.OptionScorer.score`."""
        return list(score_by_logits(images, options, logits=self._logits, too_long=self._too_long, batch=self._batch))

    def _too_long(self, texts: list[str]) -> set[str]:
        # open_clip cuts without a word. With room for twice as much, what fits is followed by padding only.
        rows = self._tokenize(texts, context_length=2 * self._length)[:, self._length :]
        return {text for text, row in zip(texts, rows, strict=True) if bool((row != row[-1]).any())}

    def _logits(self, images: list[Image], texts: list[str]) -> npt.NDArray[np.float32]:
        import torch

        with asking():
            pixels = torch.stack([self._prepare(image) for image in images]).to(self._device)
            dtype = next(self._model.parameters()).dtype
            pictures = self._model.encode_image(pixels.to(dtype), normalize=True)
            captions = self._model.encode_text(self._tokenize(texts).to(self._device), normalize=True)
            logits = self._model.logit_scale.exp() * pictures @ captions.T
            if getattr(self._model, "logit_bias", None) is not None:
                logits = logits + self._model.logit_bias
        table: npt.NDArray[np.float32] = logits.float().cpu().numpy()
        return table


def _build(library: Any, architecture: str, how: Loading) -> tuple[Any, Any, Any]:  # noqa: ANN401 - no types there
    """The model with weights drawn at random, what prepares its images, and what cuts its texts."""
    if not architecture.endswith(".json"):
        if architecture not in library.list_models():
            known = ", ".join(library.list_models()[:8])
            raise UsageError(f"open_clip knows no architecture {shown(architecture)!r}. It knows {known}, ...")
        return _made(library, architecture, how, preprocess=_usual_preprocess(library, architecture))
    config = read_config(Path(architecture))
    whole = config if "model_cfg" in config else {"model_cfg": config, "preprocess_cfg": {}}
    # open_clip reads configurations from folders; the user's file may have any name.
    with TemporaryDirectory() as folder:
        Path(folder, CONFIG).write_text(json.dumps(whole), encoding="utf-8")
        return _made(library, f"local-dir:{folder}", how, preprocess=None)


def _made(library: Any, name: str, how: Loading, *, preprocess: dict[str, Any] | None) -> tuple[Any, Any, Any]:  # noqa: ANN401
    precision = {"float32": "fp32", "float16": "pure_fp16", "bfloat16": "pure_bf16"}[how.precision]
    model = library.create_model(
        name, load_weights=False, pretrained_image=False, pretrained_text=False, precision=precision,
        force_preprocess_cfg=preprocess,
    )  # fmt: skip
    settings = library.transform.PreprocessCfg(**model.visual.preprocess_cfg)
    return model, library.transform.image_transform_v2(settings, is_train=False), library.get_tokenizer(name)


def _usual_preprocess(library: Any, architecture: str) -> dict[str, Any] | None:  # noqa: ANN401
    """How images are prepared for all published weights of an architecture, where they agree.

    open_clip keeps this with the published weights rather than with the architecture. A SigLIP given as a file would
    silently get the images of a CLIP.
    """
    keys = ("mean", "std", "interpolation", "resize_mode")
    found = list(_published(library, architecture, keys))
    return found[0] if found and all(entry == found[0] for entry in found) else None


def _published(library: Any, architecture: str, keys: Sequence[str]) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    for tag in library.list_pretrained_tags_by_model(architecture):
        settings = library.get_pretrained_cfg(architecture, tag)
        yield {key: settings[key] for key in keys if key in settings}
