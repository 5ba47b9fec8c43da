"""The part of OpenSearch's REST interface that tacit uses, in memory; whatever tacit never sends is refused.

Written after https://docs.opensearch.org/latest/api-reference/ (create index, mapping, bulk, delete by query, refresh,
search, multi-get, count) and Lucene's BM25Similarity. Changes can be got only after a refresh, as on the server with
``refresh_interval`` -1.
"""

from __future__ import annotations

import json
import math
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

Reply = tuple[int, dict[str, Any]]


class RefusedError(Exception):
    """What the server would refuse, or what is not written here."""


class Index:
    def __init__(self, definition: dict[str, Any]) -> None:
        only(definition, "settings", "mappings")
        self.properties = definition["mappings"]["properties"]
        self.written: dict[str, dict[str, Any]] = {}
        self.shown: dict[str, dict[str, Any]] = {}

    def bulk(self, lines: list[Any]) -> Reply:
        items = []
        while lines:
            [(action, target)] = lines.pop(0).items()
            if len(target["_id"].encode()) > 512:
                raise RefusedError("_id of more than 512 bytes")
            if action == "delete":
                self.written.pop(target["_id"], None)
            elif action == "index":
                self.written[target["_id"]] = self.checked(lines.pop(0))
            else:
                raise RefusedError(action)
            items.append({action: {"_id": target["_id"], "status": 200}})
        return 200, {"took": 1, "errors": False, "items": items}

    def checked(self, document: dict[str, Any]) -> dict[str, Any]:
        only(document, *self.properties)
        vector = document.get("vector")
        if vector is not None and (len(vector) != self.properties["vector"]["dimension"] or not any(vector)):
            raise RefusedError("a vector of other dimensions, or of length 0")
        return document

    def delete(self, query: dict[str, Any]) -> Reply:
        only(query, "terms")
        gone = [key for key, held in self.shown.items() if held["document"] in query["terms"]["document"]]
        for key in gone:
            self.written.pop(key, None)
        return 200, {"took": 1, "timed_out": False, "deleted": len(gone), "version_conflicts": 0, "failures": []}

    def matching(self, query: dict[str, Any]) -> dict[str, float]:
        [(kind, held)] = query.items()
        if kind == "match_all":
            return dict.fromkeys(self.shown, 1.0)
        if kind == "term":
            return self.scored([(held["body"]["value"], held["body"].get("boost", 1.0))])
        if kind == "bool":
            only(held, "should")
            if len(held["should"]) > 1024:
                raise RefusedError("too_many_clauses")
            return self.scored([(c["term"]["body"]["value"], c["term"]["body"]["boost"]) for c in held["should"]])
        if kind == "knn":
            only(held, "vector")
            only(held["vector"], "vector", "k")
            near = {
                key: (1 + float(np.dot(held["vector"]["vector"], document["vector"]))) / 2
                for key, document in self.shown.items()
                if "vector" in document
            }
            return dict(sorted(near.items(), key=lambda item: -item[1])[: held["vector"]["k"]])
        raise RefusedError(kind)

    def scored(self, terms: list[tuple[str, float]]) -> dict[str, float]:
        bodies = {key: Counter(document["body"].split()) for key, document in self.shown.items()}
        average = sum(body.total() for body in bodies.values()) / max(len(bodies), 1)
        scores: dict[str, float] = {}
        for term, boost in terms:
            held = {key: body for key, body in bodies.items() if term in body}
            rarity = math.log(1 + (len(bodies) - len(held) + 0.5) / (len(held) + 0.5))
            for key, body in held.items():
                length = 1.2 * (0.25 + 0.75 * body.total() / average)
                scores[key] = scores.get(key, 0.0) + boost * rarity * body[term] / (body[term] + length)
        return scores

    def search(self, asked: dict[str, Any]) -> Reply:
        only(asked, "size", "query", "sort", "_source", "search_after")
        if asked["size"] > 10_000 or asked["_source"] != ["passage"]:
            raise RefusedError("Result window is too large")
        scores = self.matching(asked["query"])
        hits: list[dict[str, Any]] = [
            {
                "_id": key,
                "_score": score,
                "_source": {"passage": self.shown[key]["passage"]},
                "sort": [self.shown[key]["id"]],
            }
            for key, score in scores.items()
        ]
        if asked["sort"] == [{"id": "asc"}]:
            after = asked.get("search_after", [""])
            hits = sorted((hit for hit in hits if hit["sort"] > after), key=lambda hit: hit["sort"])
        elif asked["sort"] == [{"_score": "desc"}, {"id": "asc"}]:
            hits.sort(key=lambda hit: (-hit["_score"], hit["sort"]))
        else:
            raise RefusedError("sort")
        return 200, {"took": 1, "timed_out": False, "hits": {"hits": hits[: asked["size"]]}}

    def get(self, ids: list[str]) -> Reply:
        found: list[dict[str, Any]] = [{"_id": key, "found": key in self.shown} for key in ids]
        return 200, {
            "docs": [reply | {"_source": self.shown[reply["_id"]]} if reply["found"] else reply for reply in found]
        }


def only(given: dict[str, Any], *known: str) -> None:
    if set(given) - set(known):
        raise RefusedError(f"unknown: {set(given) - set(known)}")


class Server:
    """Attributes:
    indexes: By name.
    log: Requests, as method and path.
    """

    def __init__(self) -> None:
        self.indexes: dict[str, Index] = {}
        self.log: list[str] = []

    def answer(self, method: str, target: str, body: bytes) -> Reply:
        self.log.append(f"{method} {target}")
        parts = urlsplit(target)
        name, _, what = unquote(parts.path[1:]).partition("/")
        call = f"{method} {what}" + (f"?{parts.query}" if parts.query else "")
        index = self.indexes.get(name)
        if call == "PUT " and index is None:
            self.indexes[name] = Index(json.loads(body))
            return 200, {"acknowledged": True, "shards_acknowledged": True, "index": name}
        if index is None:
            return 404, {"error": {"type": "index_not_found_exception"}, "status": 404}
        if call == "POST _bulk":
            return index.bulk([json.loads(line) for line in body.decode().split("\n") if line])
        content = json.loads(body) if body else {}
        match call:
            case "GET _mapping":
                return 200, {name: {"mappings": {"properties": index.properties}}}
            case "POST _delete_by_query?conflicts=proceed":
                return index.delete(content["query"])
            case "POST _refresh":
                index.shown = dict(index.written)
                return 200, {"_shards": {"total": 1, "successful": 1, "failed": 0}}
            case "POST _search" | "POST _search?search_type=dfs_query_then_fetch":
                return index.search(content)
            case "POST _mget?realtime=false":
                return index.get(content["ids"])
            case "POST _count":
                return 200, {"count": len(index.matching(content["query"]))}
        raise RefusedError(call)


@contextmanager
def running() -> Iterator[tuple[str, Server]]:
    """A server on this machine: its address, and itself."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                status, reply = server.answer(self.command, self.path, body)
            except (RefusedError, KeyError, ValueError) as error:
                status, reply = 400, {"error": {"type": type(error).__name__, "reason": str(error)}, "status": 400}
            sent = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_PUT = do_POST = handle_any  # noqa: N815 - as the library calls them

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}", server
        finally:
            listening.shutdown()
