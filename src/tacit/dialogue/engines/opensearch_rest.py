"""Requests to an OpenSearch server: bounded in time and size, with a plain word for what went wrong."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from tacit.errors import EndpointError, UsageError
from tacit.io.places import shown
from tacit.models.endpoint.http import http_library

if TYPE_CHECKING:
    from collections.abc import Iterable

KEYS: Final = ("OPENSEARCH_USER", "OPENSEARCH_PASSWORD")
"""Environment variables that may hold the user and the password; they are taken from nowhere else."""
MISSING: Final = 404
_SECONDS: Final = 60.0
_LARGEST: Final = 1 << 28
_EXCERPT: Final = 300


class OpenSearchRest:
    """The REST interface of one index.

    Redirects are not followed, so neither passages nor password go anywhere but where the user said.

    Args:
        url: ``http://HOST:PORT`` of the server.
        index: Name of the index.

    Raises:
        UsageError: If the URL is none, or holds a password.
        MissingExtraError: If the HTTP library is not installed.
    """

    def __init__(self, url: str, index: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise UsageError(
                f"{shown(url)!r} is no address of an OpenSearch server; give http://HOST:PORT. User and password are "
                f"taken from the environment ({' and '.join(KEYS)}), never from the address."
            )
        httpx = http_library()
        user, password = (os.environ.get(name) for name in KEYS)
        self.url = url.rstrip("/")
        self._path = f"{self.url}/{quote(index, safe='')}"
        self._failure: type[Exception] = httpx.HTTPError
        self._client = httpx.Client(
            timeout=_SECONDS,
            follow_redirects=False,
            headers={"Accept-Encoding": "identity"},
            auth=(user, password) if user and password else None,
        )

    def ask(self, method: str, path: str = "", content: object = None, *, missing_ok: bool = False) -> dict[str, Any]:
        """Send one request about the index.

        Args:
            method: Of HTTP.
            path: What follows the name of the index: ``/_search``.
            content: What is sent as JSON.
            missing_ok: Whether status 404 is an answer: it gives an empty one.

        Raises:
            EndpointError: If the server cannot be reached or refuses.
        """
        body = None if content is None else json.dumps(content).encode()
        return self._ask(method, path, body, "application/json", missing_ok)

    def bulk(self, lines: Iterable[object]) -> None:
        """Send many changes at once.

        Args:
            lines: Actions and documents, as the bulk API wants them.

        Raises:
            EndpointError: If the server cannot be reached, or refuses any of them.
        """
        body = "".join(json.dumps(line) + "\n" for line in lines).encode()
        reply = self._ask("POST", "/_bulk", body, "application/x-ndjson", False)
        if reply.get("errors") is not False:
            refused = [item for actions in reply.get("items", ()) for item in actions.values() if "error" in item]
            said = json.dumps(refused[0]["error"]) if refused else "no reason"
            raise EndpointError(
                f"{shown(self.url)} refused {len(refused):,} changes, the first for: {shown(said[:_EXCERPT])}."
            )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _ask(self, method: str, path: str, body: bytes | None, kind: str, missing_ok: bool) -> dict[str, Any]:
        received = bytearray()
        headers = {"Content-Type": kind} if body is not None else {}
        try:
            with self._client.stream(method, self._path + path, content=body, headers=headers) as response:
                for piece in response.iter_raw():
                    received += piece
                    if len(received) > _LARGEST:
                        raise EndpointError(f"{shown(self.url)} sent more than {_LARGEST:,} bytes and was cut off.")
                status = response.status_code
        except self._failure as error:
            raise EndpointError(
                f"The OpenSearch server at {shown(self.url)} cannot be reached: {shown(str(error)[:_EXCERPT])}. Check "
                "that it runs and that the address is right."
            ) from error
        if status == MISSING and missing_ok:
            return {}
        try:
            reply = json.loads(received)
        except (ValueError, RecursionError):
            reply = None
        if not 200 <= status < 300 or not isinstance(reply, dict):
            said = received[:_EXCERPT].decode("utf-8", "replace")
            raise EndpointError(
                f"{shown(self.url)} answered {method} {shown(path or '/')} with status {status}: {shown(said)}. Check "
                f"the address, and {' and '.join(KEYS)} if the server wants them."
            )
        return reply
