"""The page for whoever runs a project: yield against the plan, people, cost, findings, agreement."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Protocol

from tacit.captions.elicit.quality import check_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from tacit.captions.curate.plan import Plan
    from tacit.captions.elicit.quality import Finding
    from tacit.captions.elicit.records import Annotator, Answer, Picture, Review


class Readable(Protocol):
    """What the dashboard needs of a project's store."""

    def pictures(self) -> list[Picture]:
        """All pictures."""

    def annotators(self) -> list[Annotator]:
        """Everyone who has a link."""

    def answers(self, *, picture: int | None = None, annotator: int | None = None, since: int = 0) -> list[Answer]:
        """Answers in order of their id."""

    def reviews(self) -> list[Review]:
        """All judgements, in order of arrival."""

    def flags(self) -> dict[int, list[tuple[str, str]]]:
        """What the checks found, by `Answer.id`."""

    def plan(self) -> Plan | None:
        """The annotation plan, if there is one."""

    def settings(self) -> dict[str, str]:
        """What the project was made with."""


class _Findings:
    """The checks of all answers together, made again only when there are new ones: with 50,000 they take seconds."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = -1
        self._found: list[Finding] = []

    def of(self, answers: Sequence[Answer], language: str) -> list[Finding]:
        last = answers[-1].id if answers else 0
        with self._lock:
            if last != self._last:
                self._found = check_project(answers, language=language)
                self._last = last
            return self._found


def routes(store: Readable) -> list[Route]:
    """The dashboard, at ``/admin/{token}/dashboard``.

    Args:
        store: The project.

    Returns:
        Routes for an application that lets only its administrator in and holds its templates as
        ``app.state.templates``.
    """
    from starlette.concurrency import run_in_threadpool
    from starlette.routing import Route

    findings = _Findings()

    async def show(request: Request) -> Response:
        return await run_in_threadpool(_show, store, findings, request)

    return [Route("/admin/{token}/dashboard", show, methods=["GET"])]


def _show(store: Readable, findings: _Findings, request: Request) -> Response:
    from starlette.responses import HTMLResponse

    from tacit.captions.elicit import dashboard_view as view

    answers, settings = store.answers(), store.settings()
    standing = view.Standing(
        store.pictures(), store.annotators(), answers, store.reviews(), store.flags(),
        findings.of(answers, settings.get("language", "en")), store.plan(), settings,
    )  # fmt: skip
    parts = (
        ("yield", "Yield", view.yield_part(standing)),
        ("people", "People", view.people_part(standing)),
        ("cost", "Cost", view.cost_part(standing)),
        ("findings", "What the checks found", view.findings_part(standing)),
        ("agreement", "Agreement", view.agreement_part(standing)),
        ("charts", "Answers", view.charts_part(standing)),
    )
    page = request.app.state.templates.get_template("dashboard.html")
    return HTMLResponse(page.render(token=request.path_params["token"], parts=parts, answers=len(answers)))
