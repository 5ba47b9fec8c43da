"""Passages on an OpenSearch server, over its REST interface (https://docs.opensearch.org/latest/api-reference/).

What is sent is analysed already and split at blanks, so a term means the same as in every other engine. Scores are BM25
with k1 = 1.2 and b = .75, each term's times its boost; the index has one shard unless it is made by hand, and searches
over several shards put the statistics together first (``dfs_query_then_fetch``).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from tacit.dialogue.engines.asked import body, checked_terms, ranked
from tacit.dialogue.engines.counts import Counts
from tacit.dialogue.engines.opensearch_rest import OpenSearchRest
from tacit.dialogue.engines.pending import Pending, PendingEngine
from tacit.dialogue.engines.vectors import wrong_dimensions
from tacit.dialogue.records import Hit, Passage
from tacit.errors import DataError
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

_AT_A_TIME: Final = 500
_MOST_HITS: Final = 10_000
"""``index.max_result_window``: the server gives no more hits for one search."""
_MOST_TERMS: Final = 1024
"""``indices.query.bool.max_clause_count``: the server refuses more; the lightest are left out."""
_DECIMALS: Final = 5
_ORDER: Final = [{"_score": "desc"}, {"id": "asc"}]


class OpenSearchEngine(PendingEngine):
    """Passages in an index of an OpenSearch server.

    The index refreshes only when `commit` asks for it, so searches see a commit as a whole. The server knows no
    transactions, though: a connection that breaks leaves a part, and committing the same passages again completes it.

    Args:
        url: ``http://HOST:PORT``. User and password come from the environment (``OPENSEARCH_USER``,
            ``OPENSEARCH_PASSWORD``).
        index: Its name.
        create: Begin an empty one if there is none.
        dimensions: Of the vectors, when it is created (at most 16,000); none keeps no vectors.

    Raises:
        UsageError: If the address is none, or the index has vectors of other dimensions.
        DataError: If there is no such index.
        EndpointError: If the server does not answer as it should.
        MissingExtraError: If the HTTP library is not installed.
    """

    name = "opensearch"

    def __init__(self, url: str, index: str, *, create: bool = False, dimensions: int | None = None) -> None:
        self._rest = OpenSearchRest(url, index)
        self._pending = Pending()
        self._counts = Counts(self._count)
        found = self._rest.ask("GET", "/_mapping", missing_ok=True)
        if not found and not create:
            raise DataError(f"{shown(url)} has no index {shown(index)!r}. Build the index first.")
        if not found:
            self._rest.ask("PUT", "", _definition(dimensions))
            self._dimensions = dimensions
        else:
            properties = next(iter(found.values()))["mappings"].get("properties", {})
            self._dimensions = properties.get("vector", {}).get("dimension")
        if dimensions is not None and self._dimensions not in (None, dimensions):
            raise wrong_dimensions(self._dimensions or 0, dimensions)

    def commit(self) -> None:
        """Send what was written and deleted, then show it to searches.

        Raises:
            EndpointError: If the server does not take it; what was written is kept for another `commit`.
        """
        pending = self._pending
        if not pending:
            return
        if pending.documents:
            gone = {"query": {"terms": {"document": sorted(pending.documents)}}}
            self._rest.ask("POST", "/_delete_by_query?conflicts=proceed", gone)
        ids, passages = sorted(pending.ids), list(pending.passages.values())
        for at in range(0, len(ids), _AT_A_TIME):
            self._rest.bulk({"delete": {"_id": _key(name)}} for name in ids[at : at + _AT_A_TIME])
        for at in range(0, len(passages), _AT_A_TIME):
            some = passages[at : at + _AT_A_TIME]
            self._rest.bulk(line for passage, vector in some for line in _lines(passage, vector))
        self._rest.ask("POST", "/_refresh")
        self._pending = Pending()
        self._counts.forget()

    def search(self, terms: Mapping[str, float], k: int) -> list[Hit]:
        """The best passages by weighted terms (BM25), best first; equal scores in order of id.

        Args:
            terms: Of more than 1,024, those of least weight are left out.
            k: 10,000 at most are found.

        Raises:
            UsageError: If a weight is no number or ``k`` is below 1.
            EndpointError: If the server does not answer as it should.
        """
        weights = sorted(checked_terms(terms, k).items(), key=lambda item: -item[1])[:_MOST_TERMS]
        if not weights:
            return []
        clauses = [{"term": {"body": {"value": term, "boost": weight}}} for term, weight in weights]
        return self._found({"bool": {"should": clauses}}, k)

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[Hit]:
        """The passages nearest to a vector by cosine, best first; none if the index keeps no vectors.

        They are found by way of a graph (HNSW), so that of a large index a few may be missed.

        Raises:
            UsageError: If the vector has other dimensions than those kept, or ``k`` is below 1.
            EndpointError: If the server does not answer as it should.
        """
        checked_terms({}, k)
        if self._dimensions is None:
            return []
        if len(vector) != self._dimensions:
            raise wrong_dimensions(self._dimensions, len(vector))
        asked = vector.tolist()

        def ask(limit: int) -> list[Hit]:
            hits = self._found({"knn": {"vector": {"vector": asked, "k": limit}}}, limit)
            # The server gives (2 - d) / 2 for a distance d of 1 - cosine.
            return [Hit(hit.passage, round(2 * hit.score - 1, _DECIMALS)) for hit in hits]

        return ranked(ask, min(k, _MOST_HITS), min(self.passages(), _MOST_HITS))

    def _found(self, query: object, k: int) -> list[Hit]:
        asked = {"size": min(k, _MOST_HITS), "query": query, "sort": _ORDER, "_source": ["passage"]}
        found = self._rest.ask("POST", "/_search?search_type=dfs_query_then_fetch", asked)["hits"]["hits"]
        hits = [Hit(_unpacked(hit), round(float(hit["_score"]), _DECIMALS)) for hit in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))

    def get(self, ids: Sequence[str]) -> list[Passage]:
        """Passages by id, in this order; those that are not there are left out."""
        if not ids:
            return []
        replies = self._rest.ask("POST", "/_mget?realtime=false", {"ids": [_key(name) for name in ids]})["docs"]
        found = {passage.id: passage for passage in (_unpacked(reply) for reply in replies if reply.get("found"))}
        return [found[name] for name in ids if name in found]

    def scan(self) -> Iterator[Passage]:
        """All passages, in order of id."""
        asked: dict[str, Any] = {
            "size": _AT_A_TIME, "query": {"match_all": {}}, "sort": [{"id": "asc"}], "_source": ["passage"],
        }  # fmt: skip
        while hits := self._rest.ask("POST", "/_search", asked)["hits"]["hits"]:
            yield from map(_unpacked, hits)
            asked["search_after"] = hits[-1]["sort"]

    def passages(self) -> int:
        """Number of passages, as it was half a minute ago at most."""
        return self._counts.of(None)

    def frequency(self, term: str) -> int:
        """Number of passages that hold an analysed term, likewise."""
        return self._counts.of(term)

    def _count(self, term: str | None) -> int:
        query: dict[str, object] = {"match_all": {}} if term is None else {"term": {"body": {"value": term}}}
        return int(self._rest.ask("POST", "/_count", {"query": query})["count"])

    def close(self) -> None:
        """Let go of the connections. What was written and not committed is given up."""
        self._pending = Pending()
        self._rest.close()


def _definition(dimensions: int | None) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "id": {"type": "keyword"},
        "document": {"type": "keyword"},
        "body": {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
        # Kept as it came, not looked into.
        "passage": {"type": "object", "enabled": False},
    }
    index: dict[str, Any] = {"number_of_shards": 1, "refresh_interval": "-1"}
    if dimensions is not None:
        method = {"name": "hnsw", "space_type": "cosinesimil", "engine": "lucene"}
        properties["vector"] = {"type": "knn_vector", "dimension": dimensions, "method": method}
        index["knn"] = True
    return {"settings": {"index": index}, "mappings": {"dynamic": "strict", "properties": properties}}


def _key(name: str) -> str:
    """The id of a passage as the server takes it, which is 512 bytes at most."""
    return sha256(name.encode()).hexdigest()


def _lines(passage: Passage, vector: NDArray[np.float32] | None) -> list[object]:
    held = {"text": passage.text, "title": passage.title, "start": passage.start, "end": passage.end}
    document: dict[str, object] = {
        "id": passage.id,
        "document": passage.document,
        "body": " ".join(body(passage)),
        "passage": {"id": passage.id, "document": passage.document} | held,
    }
    if vector is not None and vector.any():  # one of length 0 points nowhere, and is refused
        document["vector"] = vector.tolist()
    return [{"index": {"_id": _key(passage.id)}}, document]


def _unpacked(hit: Mapping[str, Any]) -> Passage:
    return Passage(**hit["_source"]["passage"])
