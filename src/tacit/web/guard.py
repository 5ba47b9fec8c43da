"""What stands between the network and the pages: who may ask, from where, how much, and what browsers may do.

Addresses may hold secrets, so they must not leak: no referrer is sent, and nothing is kept in caches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_REQUEST: Final = 256 << 10
"""Bytes of a request's body, unless an application reads more."""

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
"""Names of this machine, for itself."""

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Refuses requests that no page of ours makes, and adds the headers to every response.

    * The ``Host`` must be one we answer to, so that a foreign name that is made to point here (DNS rebinding) gets
      nothing.
    * A request that changes something must come from our own pages: ``Sec-Fetch-Site`` says so, or ``Origin`` where
      a browser does not send it. A form without script sends ``Origin: null`` because of our referrer policy; such a
      request, or one with neither header (programs send none), still needs what the application asks for.
    * A body larger than ``largest`` is refused, also when it does not say how large it is.

    Args:
        app: What comes after.
        hosts: Host names we answer to, lower-case, without port; IPv6 addresses in brackets.
        largest: Bytes of a request's body.
        refusal: Makes the response to what is refused, of what is said and the status.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Iterable[str],
        largest: int = LARGEST_REQUEST,
        refusal: Callable[[str, int], Response] = PlainTextResponse,
    ) -> None:
        self._app, self._refusal = app, refusal
        self._hosts = frozenset(hosts)
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        if scope["type"] != "http":
            return
        problem = self._problem(scope)
        if problem is not None:
            await self._refusal(problem[1], problem[0])(scope, receive, _with_headers(send))
            return
        await self._app(scope, _limited(receive, self._largest), _with_headers(send))

    def _problem(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or _name(host) not in self._hosts:
            return 421, "This server does not answer under that name.\n"
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            return 405, "Only GET, HEAD and POST are answered.\n"
        if scope["method"] != "POST":
            return None
        site, origin = headers.get("sec-fetch-site"), headers.get("origin", "null")
        ours = site == "same-origin" if site is not None else origin in {"null", f"{scope['scheme']}://{host}"}
        if not ours:
            return 403, "This was not sent from a page of this server, so it was not done.\n"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._largest:
            return 413, f"More than {self._largest >> 10} KiB were sent at once; nothing was stored.\n"
        return None


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower()


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for key, value in HEADERS.items():
                headers[key] = value
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending


class TooLargeError(Exception):
    """More was sent than is read; the application answers with 413."""


def _limited(receive: Receive, largest: int) -> Receive:
    read = 0

    async def receiving() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > largest:
            raise TooLargeError
        return message

    return receiving
