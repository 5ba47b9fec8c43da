"""The application: chat completions over an index, and the page that shows them."""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tacit.dialogue.conversation import Conversation
from tacit.dialogue.serve.wire import DONE, LARGEST_REQUEST, Chunks, RequestError, completion, event, problem, read
from tacit.errors import EndpointError, TacitError, UsageError
from tacit.web.guard import LOOPBACK, Guard, TooLargeError
from tacit.web.theme import theme

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from tacit.dialogue.conversation import ConversationSettings, Steps
    from tacit.dialogue.index.api import Index
    from tacit.dialogue.replies import Reply

PAGE: Final = Path(__file__).parent / "page"
MODEL: Final = {"id": "tacit", "object": "model", "created": 0, "owned_by": "tacit"}
"""What clients are told there is; they want a time, too, and no model was made at any."""


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
        return StreamingResponse(_events(first, pieces, Chunks(wanted, name)), media_type="text/event-stream")

    async def models(self, request: Request) -> Response:
        """``GET /v1/models``: front ends ask which models there are."""
        self._check(request)
        return JSONResponse({"object": "list", "data": [MODEL]})

    async def model(self, request: Request) -> Response:
        """``GET /v1/models/tacit``."""
        self._check(request)
        return JSONResponse(MODEL)

    async def about(self, request: Request) -> Response:
        """What the page says of the index."""
        self._check(request)
        passages = await run_in_threadpool(self._index.engine.passages)
        return JSONResponse({"index": self._index.name, "passages": passages})

    def _check(self, request: Request) -> None:
        if self._key is None:
            return
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode("latin-1"), self._key.encode()):
            raise HTTPException(
                401,
                "This server asks for its key. Programs send it as Authorization: Bearer KEY; the page takes it from "
                "the end of its address: /#key=KEY.",
                headers={"www-authenticate": "Bearer"},
            )


async def _events(first: str | Reply, pieces: Generator[str | Reply], chunks: Chunks) -> AsyncIterator[bytes]:
    """The events of a reply; an endpoint that fails half-way is told as an event, since the response has begun."""
    yield chunks.begin()
    try:
        async for piece in iterate_in_threadpool(chain([first], pieces)):
            if isinstance(piece, str):
                yield chunks.piece(piece)
            else:
                for said in chunks.end(piece):
                    yield said
    except TacitError as error:
        yield event(problem(str(error), _kind(error)))
    finally:  # whoever asked may have gone away: then nobody waits for the rest
        with suppress(ValueError):
            pieces.close()
    yield DONE


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
        Route(f"/v1/models/{MODEL['id']}", chat.model),
    ]
    if page:
        routes += [
            Route("/", lambda _: FileResponse(PAGE / "index.html")),
            Route("/about.json", chat.about),
            Route("/static/theme.css", theme),
            Mount("/static", StaticFiles(directory=PAGE / "static")),
        ]
    failures = (HTTPException, TacitError, TooLargeError, ClientDisconnect, Exception)
    handlers: dict[Any, Any] = dict.fromkeys(failures, _failed)
    app = Starlette(routes=routes, exception_handlers=handlers)
    return Guard(app, [*LOOPBACK, *(host.lower() for host in hosts)], LARGEST_REQUEST, _refused)


def _refused(message: str, status: int) -> Response:
    return JSONResponse(problem(message.strip(), "invalid_request_error"), status)


async def _failed(_: Request, error: Exception) -> Response:
    status, kind, message, field = 500, "server_error", str(error), None
    if isinstance(error, HTTPException):
        status, kind, message = error.status_code, "invalid_request_error", error.detail
    elif isinstance(error, TooLargeError):
        status, kind, message = 413, "invalid_request_error", "The request is too large; begin a new conversation."
    elif isinstance(error, UsageError):
        status, kind = 400, "invalid_request_error"
        field = error.field if isinstance(error, RequestError) else "messages"
    elif isinstance(error, TacitError):
        status, kind = (502 if isinstance(error, EndpointError) else 500), _kind(error)
    elif not isinstance(error, ClientDisconnect):
        message = "Something went wrong in tacit itself; the server's terminal says what."
    return JSONResponse(problem(message, kind, field), status, getattr(error, "headers", None))


def _kind(error: TacitError) -> str:
    return "endpoint_error" if isinstance(error, EndpointError) else "data_error"
