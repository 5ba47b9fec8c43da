"""The application: chat completions over an index, and the page that shows them."""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tacit.dialogue.conversation import Conversation
from tacit.dialogue.replies import Reply
from tacit.dialogue.serve.wire import DONE, LARGEST_REQUEST, Wanted, chunk, completion, event, problem, read
from tacit.dialogue.told import record, sources
from tacit.errors import EndpointError, TacitError, UsageError
from tacit.web.guard import LOOPBACK, Guard, TooLargeError
from tacit.web.theme import theme

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from tacit.dialogue.conversation import ConversationSettings, Steps
    from tacit.dialogue.index.api import Index

PAGE: Final = Path(__file__).parent / "page"


class Chat:
    """Answers requests over one index. Nothing of a conversation is kept: a request holds all of it.

    Args:
        index: Open index.
        steps: How turns are worked on, shared by all requests.
        settings: How much is read and shown.
        key: What clients must send as ``Authorization: Bearer KEY``; anyone may ask if it is ``None``.
    """

    def __init__(self, index: Index, steps: Steps, settings: ConversationSettings, key: str | None = None) -> None:
        self._index, self._steps, self._settings = index, steps, settings
        self._key = key

    async def completions(self, request: Request) -> Response:
        """``POST /v1/chat/completions``."""
        self._check(request)
        wanted = read(await request.body())
        history, text = wanted.conversation()
        conversation = Conversation(self._index, history=history, steps=self._steps, settings=self._settings)
        name = f"chatcmpl-{secrets.token_hex(12)}"
        if not wanted.stream:
            reply = await run_in_threadpool(conversation.ask, text)
            return JSONResponse(completion(reply, wanted, name))
        pieces = conversation.stream(text)
        # The first piece is made before the response begins, so that what fails at once is an error of HTTP.
        first = await run_in_threadpool(next, pieces)
        return StreamingResponse(_events(first, pieces, wanted, name), media_type="text/event-stream")

    async def models(self, request: Request) -> Response:
        """``GET /v1/models``: front ends ask which models there are."""
        self._check(request)
        return JSONResponse({"object": "list", "data": [{"id": "tacit", "object": "model", "owned_by": "tacit"}]})

    def about(self, _: Request) -> Response:
        """What the page says of the index."""
        return JSONResponse({"index": self._index.name, "passages": self._index.engine.passages()})

    def _check(self, request: Request) -> None:
        if self._key is None:
            return
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            raise HTTPException(401, "This server asks for its key: Authorization: Bearer KEY.")


async def _events(first: str | Reply, pieces: Iterator[str | Reply], wanted: Wanted, name: str) -> AsyncIterator[bytes]:
    """The events of a reply; an endpoint that fails half-way is told as an event, since the response has begun."""
    yield chunk(name, {"role": "assistant", "content": ""})
    try:
        if isinstance(first, str):
            yield chunk(name, {"content": first})
        else:
            for said in _last(first, wanted, name):
                yield said
        async for piece in iterate_in_threadpool(pieces):
            if isinstance(piece, str):
                yield chunk(name, {"content": piece})
            else:
                for said in _last(piece, wanted, name):
                    yield said
    except TacitError as error:
        yield event(problem(str(error), _kind(error)))
    yield DONE


def _last(reply: Reply, wanted: Wanted, name: str) -> Iterator[bytes]:
    listed = sources(reply)
    if listed:
        yield chunk(name, {"content": f"\n\n{listed}"})
    yield chunk(name, {}, last=True, tacit=record(reply, passages=wanted.tacit_passages))


def make_app(chat: Chat, *, hosts: Iterable[str] = (), page: bool = True) -> ASGIApp:
    """The application.

    Args:
        chat: Answers requests.
        hosts: Host names it answers to besides those of the loopback.
        page: Whether the page is there too, not only the interface for programs.
    """
    routes: list[Route | Mount] = [
        Route("/v1/chat/completions", chat.completions, methods=["POST"]),
        Route("/v1/models", chat.models),
    ]
    if page:
        routes += [
            Route("/", lambda _: FileResponse(PAGE / "index.html")),
            Route("/about.json", chat.about),
            Route("/static/theme.css", theme),
            Mount("/static", StaticFiles(directory=PAGE / "static")),
        ]
    handlers: dict[Any, Any] = dict.fromkeys((HTTPException, TacitError, TooLargeError, Exception), _failed)
    app = Starlette(routes=routes, exception_handlers=handlers)
    return Guard(app, [*LOOPBACK, *(host.lower() for host in hosts)], LARGEST_REQUEST)


async def _failed(_: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return JSONResponse(problem(error.detail, "invalid_request_error"), error.status_code)
    if isinstance(error, TooLargeError):
        return JSONResponse(
            problem("The request is too large; begin a new conversation.", "invalid_request_error"), 413
        )
    if isinstance(error, UsageError):
        return JSONResponse(problem(str(error), "invalid_request_error"), 400)
    if isinstance(error, TacitError):
        return JSONResponse(problem(str(error), _kind(error)), 502 if isinstance(error, EndpointError) else 500)
    return JSONResponse(problem("Something went wrong in tacit itself; the server's terminal says what.", "bug"), 500)


def _kind(error: TacitError) -> str:
    return "endpoint_error" if isinstance(error, EndpointError) else "data_error"
