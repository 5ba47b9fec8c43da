"""A model behind an endpoint that makes vectors of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import EndpointError
from tacit.io.places import shown
from tacit.models.endpoint.address import environment_key, read_address
from tacit.models.endpoint.http import OK, Patience, Poster
from tacit.models.endpoint.replies import refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_AT_A_TIME: Final = 64
_REPLY_BYTES: Final = 1 << 24
"""Room for `_AT_A_TIME` vectors of 8,192 dimensions, written out as decimals."""


class EmbeddingEndpoint:
    """An embedding model behind an OpenAI-compatible endpoint.

    Args:
        address: ``endpoint:MODEL@http://HOST:PORT/v1``; asked is ``/v1/embeddings``.
        patience: Limits on time, size and tries.

    Attributes:
        name: What the endpoint calls the model.

    Raises:
        UsageError: If the address is none.
        MissingExtraError: If the HTTP library is not installed.
    """

    def __init__(self, address: str, *, patience: Patience | None = None) -> None:
        self._where = read_address(address)
        self.name = self._where.model
        self._url = self._where.beside("/embeddings")
        self._dimensions = 0
        self._poster = Poster(self._url, environment_key(), patience or Patience(reply_bytes=_REPLY_BYTES))

    @property
    def dimensions(self) -> int:
        """Of the vectors; asked for with one word when nothing was embedded before."""
        if not self._dimensions:
            self.embed(["dimensions"])
        return self._dimensions

    def close(self) -> None:
        """Let go of the connections."""
        self._poster.close()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, shape (texts, dimensions).

        Raises:
            EndpointError: If the endpoint does not answer, or not with one vector for each text.
        """
        parts = [self._some(texts[at : at + _AT_A_TIME]) for at in range(0, len(texts), _AT_A_TIME)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimensions), np.float32)

    def _some(self, texts: Sequence[str]) -> NDArray[np.float32]:
        reply = self._poster.post({"model": self._where.model, "input": list(texts), "encoding_format": "float"})
        if reply.status != OK:
            raise refusal(reply, self._where)
        try:
            rows = (reply.content or {})["data"]
            vectors = np.array([row["embedding"] for row in sorted(rows, key=lambda row: row["index"])], np.float32)
        except (KeyError, TypeError, ValueError, OverflowError):
            vectors = np.zeros(0, np.float32)
        expected = (len(texts), self._dimensions or vectors.shape[-1])
        if vectors.shape != expected or not vectors.size or not np.isfinite(vectors).all():
            raise EndpointError(
                f"{shown(self._url)} did not send one vector for each of {len(texts)} texts, all of one length: "
                f"{reply.excerpt}. Is {shown(self.name)} a model for embeddings?"
            )
        self._dimensions = vectors.shape[1]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: NDArray[np.float32] = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
        return unit
