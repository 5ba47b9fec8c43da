"""The application: routes, templates and errors of one project put together."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from tacit.captions.elicit import dashboard, review
from tacit.captions.elicit.checking import Checking
from tacit.captions.elicit.web.pages import Pages
from tacit.captions.elicit.web.security import Doors
from tacit.errors import TacitError, UsageError
from tacit.report.text import visible
from tacit.web.guard import LARGEST_REQUEST, LOOPBACK, Guard, TooLargeError
from tacit.web.theme import theme

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from starlette.types import ASGIApp

    from tacit.captions.elicit.project import Project

HERE: Final = Path(__file__).parent


def make_templates() -> Jinja2Templates:
    """The templates of all pages: everything is escaped, and a name that is not given is an error."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["visible"] = visible
    return Jinja2Templates(env=environment)


def make_app(project: Project, hosts: Iterable[str] = ()) -> ASGIApp:
    """The application of a project.

    Args:
        project: An open project.
        hosts: Host names it answers to besides those of the loopback; IPv6 addresses in brackets.
    """
    templates = make_templates()
    checking = Checking(project.store)
    pages = Pages(project, templates, checking)

    def unknown() -> Any:  # noqa: ANN401 - an ASGI application, whose messages are anything
        async def refuse(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
            response = pages.message(
                Request(scope), 404, "This link is not known",
                "Perhaps a part of it is missing, or it was replaced by a new one. Ask whoever sent it to you.",
            )  # fmt: skip
            await response(scope, receive, send)

        return refuse

    def home(request: Request) -> Response:
        told = "Everyone who takes part has a link of their own. Open yours, or ask whoever runs this for it."
        return pages.message(request, 200, "Use your own link", told)

    async def failed(request: Request, error: Exception) -> Response:
        code, title, told = _explained(error)
        token = getattr(request.state, "token", "")
        back = f"/a/{token}" if request.url.path.startswith("/a/") else ""
        return pages.message(request, code, title, told, back=back)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        # What was stored just before the server was killed has not been looked at yet.
        await run_in_threadpool(checking.look, project.store.unchecked())
        yield

    app = Starlette(
        routes=[
            Route("/", home),
            Route("/static/theme.css", theme),
            Mount("/static", StaticFiles(directory=HERE / "static")),
            *pages.admin_routes(),
            *dashboard.routes(project.store),
            *pages.annotator_routes(),
            *review.routes(project.store),
        ],
        middleware=[Middleware(Doors, store=project.store, refuse=unknown)],
        exception_handlers={HTTPException: failed, TacitError: failed, TooLargeError: failed, Exception: failed},
        lifespan=lifespan,
    )
    app.state.templates = templates
    # Around everything, so that the page that tells of a bug has the headers too.
    return Guard(app, [*LOOPBACK, *(host.lower() for host in hosts)])


def _explained(error: Exception) -> tuple[int, str, str]:
    """Status, heading and text for something that went wrong."""
    if isinstance(error, HTTPException) and error.status_code == 404:
        return 404, "There is no such page", "Use your own link."
    if isinstance(error, HTTPException):
        return error.status_code, "This cannot be done", f"The server says: {error.detail}."
    if isinstance(error, TooLargeError):
        told = f"More than {LARGEST_REQUEST >> 10} KiB were sent at once."
        return 413, "This was not stored", told
    if isinstance(error, UsageError):
        return 409, "This cannot be done", str(error)
    if isinstance(error, TacitError):
        return 500, "This could not be done", str(error)
    told = "Something went wrong on the server. Nothing was stored of what you just sent; please try again."
    return 500, "This could not be done", told
