"""Passages on a Qdrant server: terms as sparse vectors, and dense vectors beside them.

The server multiplies each term's weight in the query by its inverse document frequency (the modifier ``idf``); what a
passage holds of a term is made here (Robertson and Zaragoza 2009, The Probabilistic Relevance Framework, eq. 3.15,
k1 = 1.2, b = .75). A passage is compared with `AVERAGE` terms, not with the average of the collection, which would
change with each passage added.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import contextmanager
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from tacit.dialogue.engines.asked import body, checked_terms, ranked
from tacit.dialogue.engines.counts import Counts
from tacit.dialogue.engines.pending import Pending, PendingEngine
from tacit.dialogue.engines.vectors import wrong_dimensions
from tacit.dialogue.records import Hit, Passage
from tacit.errors import DataError, EndpointError, MissingExtraError, UsageError
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

AVERAGE: Final = 150.0
"""Terms of a passage of middling length."""
_K1: Final = 1.2
_B: Final = 0.75
_AT_A_TIME: Final = 256
_DECIMALS: Final = 4
_SECONDS: Final = 60
KEY: Final = "QDRANT_API_KEY"
"""Environment variable that may hold the key of the server."""


class QdrantEngine(PendingEngine):
    """Passages in a collection of a Qdrant server.

    `commit` sends what was written batch by batch: the server knows no transactions, so a connection that breaks
    leaves a part. Committing the same passages again completes it.

    Args:
        place: ``http://HOST:PORT``, or ``:memory:`` for one in this process, for trying things out. The client's
            local folders are not opened: it keeps pickles there, which can run any program when they are read.
        collection: Its name.
        create: Begin an empty one if there is none.
        dimensions: Of the vectors, when it is created; none keeps no vectors.

    Raises:
        UsageError: If the place is neither, or the collection has vectors of other dimensions.
        DataError: If there is no such collection.
        EndpointError: If the server does not answer as it should.
        MissingExtraError: If the client is not installed.
    """

    name = "qdrant"

    def __init__(self, place: str, collection: str, *, create: bool = False, dimensions: int | None = None) -> None:
        if place != ":memory:" and not place.startswith(("http://", "https://")):
            raise UsageError(f"{shown(place)!r} is no Qdrant server; give http://HOST:PORT, or :memory: to try it out.")
        self._models, self._client = _client(place)
        self._place, self._collection = place, collection
        self._pending = Pending()
        self._counts = Counts(self._count)
        with self._asked():
            there = self._client.collection_exists(collection)
            if not there and create:
                self._create(dimensions)
            elif not there:
                raise DataError(f"{shown(place)} has no collection {shown(collection)!r}. Build the index first.")
            self._dimensions = self._kept_dimensions()
        if dimensions is not None and self._dimensions not in (None, dimensions):
            raise wrong_dimensions(self._dimensions or 0, dimensions)

    def _create(self, dimensions: int | None) -> None:
        models = self._models
        dense = models.VectorParams(size=dimensions or 1, distance=models.Distance.COSINE)
        self._client.create_collection(
            self._collection,
            vectors_config={"vector": dense} if dimensions else {},
            sparse_vectors_config={"terms": models.SparseVectorParams(modifier=models.Modifier.IDF)},
        )
        if self._place != ":memory:":  # which has no indexes, and warns of it
            for field in ("document", "terms"):
                self._client.create_payload_index(self._collection, field, models.PayloadSchemaType.KEYWORD)

    def _kept_dimensions(self) -> int | None:
        vectors = self._client.get_collection(self._collection).config.params.vectors
        return int(vectors["vector"].size) if isinstance(vectors, dict) and "vector" in vectors else None

    def commit(self) -> None:
        """Send what was written and deleted, and wait until it can be found.

        Raises:
            EndpointError: If the server does not take it; what was not sent is kept for another `commit`.
        """
        models, pending = self._models, self._pending
        with self._asked():
            if pending.documents:
                gone = models.FieldCondition(key="document", match=models.MatchAny(any=sorted(pending.documents)))
                self._client.delete(self._collection, models.FilterSelector(filter=models.Filter(must=[gone])))
            if pending.ids:
                self._client.delete(self._collection, models.PointIdsList(points=[_point(i) for i in pending.ids]))
            points = [self._packed(passage, vector) for passage, vector in pending.passages.values()]
            for at in range(0, len(points), _AT_A_TIME):
                self._client.upsert(self._collection, points[at : at + _AT_A_TIME], wait=True)
        self._pending = Pending()
        self._counts.forget()

    def search(self, terms: Mapping[str, float], k: int) -> list[Hit]:
        """The best passages by weighted terms (BM25), best first; equal scores in order of id.

        Raises:
            UsageError: If a weight is no number or ``k`` is below 1.
            EndpointError: If the server does not answer as it should.
        """
        weights = {_index(term): weight for term, weight in checked_terms(terms, k).items()}
        if not weights:
            return []
        query = self._models.SparseVector(indices=list(weights), values=list(weights.values()))
        return self._found(query, "terms", k)

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[Hit]:
        """The passages nearest to a vector by cosine, best first; none if the collection keeps no vectors.

        Raises:
            UsageError: If the vector has other dimensions than those kept, or ``k`` is below 1.
            EndpointError: If the server does not answer as it should.
        """
        checked_terms({}, k)
        if self._dimensions is None:
            return []
        if len(vector) != self._dimensions:
            raise wrong_dimensions(self._dimensions, len(vector))
        return self._found(vector.tolist(), "vector", k)

    def _found(self, query: Any, using: str, k: int) -> list[Hit]:  # noqa: ANN401 - a vector of either kind
        def ask(limit: int) -> list[Hit]:
            with self._asked():
                points = self._client.query_points(
                    self._collection, query=query, using=using, limit=limit, with_payload=["passage"]
                ).points
            return [Hit(_unpacked(point), round(float(point.score), _DECIMALS)) for point in points]

        return ranked(ask, k, self.passages())

    def get(self, ids: Sequence[str]) -> list[Passage]:
        """Passages by id, in this order; those that are not there are left out."""
        with self._asked():
            points = self._client.retrieve(self._collection, [_point(name) for name in ids], with_payload=["passage"])
        found = {passage.id: passage for passage in map(_unpacked, points)}
        return [found[name] for name in ids if name in found]

    def scan(self) -> Iterator[Passage]:
        """All passages, in no particular order."""
        at: Any = None
        while True:
            with self._asked():
                points, at = self._client.scroll(
                    self._collection, limit=_AT_A_TIME, offset=at, with_payload=["passage"]
                )
            yield from map(_unpacked, points)
            if at is None:
                return

    def passages(self) -> int:
        """Number of passages, as it was half a minute ago at most."""
        return self._counts.of(None)

    def frequency(self, term: str) -> int:
        """Number of passages that hold an analysed term, likewise."""
        return self._counts.of(term)

    def _count(self, term: str | None) -> int:
        models = self._models
        held = [] if term is None else [models.FieldCondition(key="terms", match=models.MatchValue(value=term))]
        with self._asked():
            return int(self._client.count(self._collection, models.Filter(must=held), exact=True).count)

    def close(self) -> None:
        """Let go of the connection. What was written and not committed is given up."""
        self._pending = Pending()
        self._client.close()

    def _packed(self, passage: Passage, vector: NDArray[np.float32] | None) -> Any:  # noqa: ANN401 - a model of theirs
        counts = Counter(body(passage))
        length = _K1 * (1 - _B + _B * counts.total() / AVERAGE)
        held = {_index(term): count * (_K1 + 1) / (count + length) for term, count in counts.items()}
        sparse = self._models.SparseVector(indices=list(held), values=list(held.values()))
        return self._models.PointStruct(
            id=_point(passage.id),
            vector={"terms": sparse} | ({} if vector is None else {"vector": vector.tolist()}),
            payload={
                "document": passage.document,
                "terms": sorted(counts),
                "passage": [passage.id, passage.text, passage.title, passage.document, passage.start, passage.end],
            },
        )

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """While the server is asked: what goes wrong, in words for people."""
        from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

        try:
            yield
        except (ResponseHandlingException, UnexpectedResponse) as error:
            raise EndpointError(
                f"The Qdrant server at {shown(self._place)} did not do as asked: {shown(str(error)[:300])}. Check that "
                f"it runs, and that {KEY} holds its key if it wants one."
            ) from error


def _client(place: str) -> tuple[Any, Any]:
    try:
        from qdrant_client import QdrantClient, models
    except ImportError:
        raise MissingExtraError("Searching on a Qdrant server", "qdrant") from None
    if place == ":memory:":
        return models, QdrantClient(":memory:")
    key = os.environ.get(KEY)
    return models, QdrantClient(url=place, api_key=key, timeout=_SECONDS, check_compatibility=False)


def _point(name: str) -> str:
    """The id of a passage as the server wants it: a UUID."""
    return str(UUID(bytes=blake2b(name.encode(), digest_size=16).digest()))


def _index(term: str) -> int:
    """The number of a term in sparse vectors. Of 300,000 terms, about 10 share theirs with another."""
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "big")


def _unpacked(point: Any) -> Passage:  # noqa: ANN401 - a model of theirs
    return Passage(*point.payload["passage"])
