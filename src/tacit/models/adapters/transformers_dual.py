"""Dual encoders of transformers: CLIP, SigLIP and others that give image and text logits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tacit.errors import UsageError
from tacit.models.dual import score_by_logits
from tacit.models.runtime import asking, parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

    from tacit.models.protocol import Attribute, Loading


class DualScorer:
    """Image and text logits of a model of transformers.

    Args:
        name: What results call it.
        identity: What tells it from others.
        model: Made by ``AutoModel``, on its device.
        processor: Made by ``AutoProcessor``.
        how: How it is asked.

    Raises:
        UsageError: If the model is no dual encoder.
    """

    def __init__(self, name: str, identity: str, model: Any, processor: Any, how: Loading) -> None:  # noqa: ANN401
        if not hasattr(model, "get_image_features") or not hasattr(model, "get_text_features"):
            raise UsageError(
                f"{name} is a {type(model).__name__}, which compares no images with texts. Probed can be dual encoders "
                "(CLIP, SigLIP, ...) and models of images and text to text (LLaVA, Qwen-VL, ...)."
            )
        self.name, self.identity = name, identity
        self.attributes: Mapping[str, Attribute] = {"params": parameters(model)}
        self._model, self._processor, self._batch = model, processor, how.batch
        longest = getattr(model.config.get_text_config(), "max_position_embeddings", None)
        self._length = min(processor.tokenizer.model_max_length, longest or processor.tokenizer.model_max_length)

    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> list[list[float] | str]:
        """See `tacit.models.protocol.OptionScorer.score`."""
        return list(score_by_logits(images, options, logits=self._logits, too_long=self._too_long, batch=self._batch))

    def _too_long(self, texts: list[str]) -> set[str]:
        tokens = self._processor.tokenizer(texts, verbose=False)["input_ids"]
        return {text for text, found in zip(texts, tokens, strict=True) if len(found) > self._length}

    def _logits(self, images: list[Image], texts: list[str]) -> npt.NDArray[np.float32]:
        # Padded to full length: SigLIP was trained so, and no text's score then depends on the texts beside it.
        inputs = self._processor(
            text=texts, images=images, padding="max_length", max_length=self._length, return_tensors="pt"
        ).to(self._model.device)
        with asking():
            found = self._model(**_in_precision(inputs, self._model.dtype))
        logits = getattr(found, "logits_per_image", None)
        if logits is None:
            raise UsageError(f"{self.name} ({type(self._model).__name__}) gives no image and text logits.")
        table: npt.NDArray[np.float32] = logits.float().cpu().numpy()
        return table


def _in_precision(inputs: Any, dtype: Any) -> dict[str, Any]:  # noqa: ANN401 - tensors by name
    """Pixels in the precision of the weights; token numbers as they are."""
    return {name: value.to(dtype) if value.is_floating_point() else value for name, value in inputs.items()}
