"""OpenSearch: what is sent, to the letter, and what is said when the server does not do as asked."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.dialogue.engines.opensearch_stub import running

from tacit.dialogue.engines.opensearch import OpenSearchEngine
from tacit.dialogue.records import Passage
from tacit.errors import DataError, EndpointError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"  # SHA-256 of "key"
PASSAGE = {"id": "key", "document": "d.md", "text": "Llamas hum.", "title": "T", "start": 3, "end": 14}
METHOD = {"name": "hnsw", "space_type": "cosinesimil", "engine": "lucene"}
DEFINITION = {
    "settings": {"index": {"number_of_shards": 1, "refresh_interval": "-1", "knn": True}},
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "id": {"type": "keyword"},
            "document": {"type": "keyword"},
            "body": {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
            "passage": {"type": "object", "enabled": False},
            "vector": {"type": "knn_vector", "dimension": 2, "method": METHOD},
        },
    },
}
SEARCH = {
    "size": 5,
    "query": {"bool": {"should": [{"term": {"body": {"value": "hum", "boost": 1.0}}},
                                  {"term": {"body": {"value": "llama", "boost": 0.3}}}]}},
    "sort": [{"_score": "desc"}, {"id": "asc"}],
    "_source": ["passage"],
}  # fmt: skip
NEAR = SEARCH | {"size": 1, "query": {"knn": {"vector": {"vector": [1.0, 0.0], "k": 1}}}}
FOUND = {"took": 3, "timed_out": False, "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0}}
DONE: dict[str, Any] = {"took": 147, "timed_out": False, "total": 1, "deleted": 1, "batches": 1, "failures": []}

Exchange = tuple[str, object, int, object]
RECORDED: list[Exchange] = [
    ("GET /a%2Fb/_mapping", None, 404, {"error": {"type": "index_not_found_exception"}, "status": 404}),
    ("PUT /a%2Fb", DEFINITION, 200, {"acknowledged": True, "shards_acknowledged": True, "index": "a/b"}),
    ("POST /a%2Fb/_delete_by_query?conflicts=proceed", {"query": {"terms": {"document": ["old.md"]}}}, 200, DONE),
    (
        "POST /a%2Fb/_bulk",
        [
            {"index": {"_id": KEY}},
            {"id": "key", "document": "d.md", "body": "t llama hum", "passage": PASSAGE, "vector": [1.0, 0.0]},
        ],
        200,
        {"took": 9, "errors": False, "items": [{"index": {"_index": "a/b", "_id": KEY, "status": 201}}]},
    ),
    ("POST /a%2Fb/_refresh", None, 200, {"_shards": {"total": 1, "successful": 1, "failed": 0}}),
    (
        "POST /a%2Fb/_search?search_type=dfs_query_then_fetch",
        SEARCH,
        200,
        FOUND
        | {
            "hits": {"hits": [{"_id": KEY, "_score": 0.5753642, "_source": {"passage": PASSAGE}, "sort": [0.5, "key"]}]}
        },
    ),
    ("POST /a%2Fb/_count", {"query": {"match_all": {}}}, 200, {"count": 1, "_shards": {"total": 1}}),
    (
        "POST /a%2Fb/_search?search_type=dfs_query_then_fetch",
        NEAR,
        200,
        FOUND
        | {"hits": {"hits": [{"_id": KEY, "_score": 0.9, "_source": {"passage": PASSAGE}, "sort": [0.9, "key"]}]}},
    ),
    (
        "POST /a%2Fb/_mget?realtime=false",
        {"ids": [KEY]},
        200,
        {"docs": [{"_index": "a/b", "_id": KEY, "found": True, "_source": {"passage": PASSAGE}}]},
    ),
    ("POST /a%2Fb/_count", {"query": {"term": {"body": {"value": "hum"}}}}, 200, {"count": 1}),
]


@contextmanager
def replaying(exchanges: list[Exchange]) -> Iterator[str]:
    """A server that answers as recorded, and with status 400 to whatever is not what was recorded."""
    left = list(exchanges)

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            bulk = self.path.endswith("_bulk")
            content: object = (
                [json.loads(line) for line in sent.split("\n")[:-1]] if bulk else json.loads(sent or "null")
            )
            request, expected, status, reply = left.pop(0)
            kind = self.headers.get("Content-Type")
            right_kind = kind == (None if expected is None else f"application/{'x-ndjson' if bulk else 'json'}")
            if f"{self.command} {self.path}" != request or content != expected or not right_kind:
                status, reply = 400, {"asked": f"{self.command} {self.path} {kind} {content}", "recorded": request}
            body = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = answer  # noqa: N815 - as the library calls them

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
    assert not left, f"never asked: {left}"


def test_requests_are_as_recorded() -> None:
    wanted = Passage("key", "Llamas hum.", "T", "d.md", 3, 14)
    with replaying(RECORDED) as url:
        engine = OpenSearchEngine(url, "a/b", create=True, dimensions=2)
        engine.delete(["old.md"])
        engine.write([wanted], np.array([[1, 0]], np.float32))
        engine.commit()
        [hit] = engine.search({"llama": 0.3, "hum": 1.0, "none": 0.0}, 5)
        assert (hit.passage, hit.score) == (wanted, 0.57536)
        [near] = engine.nearest(np.array([1, 0], np.float32), 1)
        assert (near.passage, near.score) == (wanted, 0.8)
        assert engine.get(["key"]) == [wanted]
        assert engine.frequency("hum") == 1


def test_no_index_is_told() -> None:
    with running() as (url, _), pytest.raises(DataError, match=r"has no index 'docs'. Build the index first"):
        OpenSearchEngine(url, "docs")


def test_other_dimensions_are_told() -> None:
    with running() as (url, _):
        engine = OpenSearchEngine(url, "docs", create=True, dimensions=2)
        with pytest.raises(UsageError, match="vectors of 2 dimensions, and these have 3"):
            OpenSearchEngine(url, "docs", create=True, dimensions=3)
        with pytest.raises(UsageError, match="vectors of 2 dimensions, and these have 3"):
            engine.nearest(np.ones(3, np.float32), 1)
        with pytest.raises(UsageError, match="vectors of 2 dimensions, and these have 3"):
            engine.write([Passage("a", "A.")], np.ones((1, 3), np.float32))


def test_changes_that_are_refused_are_told_and_kept() -> None:
    refused = {"errors": True, "items": [{"index": {"_id": "x", "status": 400, "error": {"type": "mapper_parsing"}}}]}
    body = {
        "id": "key",
        "document": "",
        "body": "a",
        "passage": {**PASSAGE, "document": "", "text": "A.", "title": "", "start": 0, "end": 0},
    }
    exchange: Exchange = ("POST /docs/_bulk", [{"index": {"_id": KEY}}, body], 200, refused)
    mapping: Exchange = ("GET /docs/_mapping", None, 200, {"docs": {"mappings": {}}})
    with replaying([mapping, exchange, exchange]) as url:
        engine = OpenSearchEngine(url, "docs")
        engine.write([Passage("key", "A.")])
        for _ in range(2):
            with pytest.raises(EndpointError, match=r"refused 1 changes, the first for: .*mapper_parsing"):
                engine.commit()


@pytest.mark.parametrize("reply", [b"<html>", b"[1]", b"", b"[" * 100_000])
def test_replies_that_are_no_object_are_told(reply: bytes) -> None:
    with (
        replaying([("GET /docs/_mapping", None, 200, reply)]) as url,
        pytest.raises(EndpointError, match="answered GET /_mapping with status 200"),
    ):
        OpenSearchEngine(url, "docs")


def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENSEARCH_USER", "me")
    monkeypatch.setenv("OPENSEARCH_PASSWORD", "secret")
    with pytest.raises(EndpointError, match=r"cannot be reached: .*\. Check") as caught:
        OpenSearchEngine("http://127.0.0.1:9", "docs")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["localhost:9200", "file:///etc", "http://", "http://me:secret@host:9200"])
def test_addresses_that_are_none_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match="no address of an OpenSearch server") as caught:
        OpenSearchEngine(url, "docs")
    assert "secret" not in str(caught.value)
