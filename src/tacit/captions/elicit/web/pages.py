"""What annotators and whoever runs the project see and send."""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tacit.captions.detect.hits import TYPES
from tacit.captions.elicit.export import FORMATS, export_answers
from tacit.captions.elicit.images import ImageProblemError
from tacit.captions.elicit.marking import mark
from tacit.captions.elicit.questions import questions
from tacit.captions.elicit.turns import Written
from tacit.captions.elicit.web.forms import fields_of, number_of, problems_of, submission_of, text_of
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.templating import Jinja2Templates

    from tacit.captions.elicit.checking import Checking
    from tacit.captions.elicit.project import Project
    from tacit.captions.elicit.records import Annotator, Picture

_FIELDS_PER_TYPE: Final = 4


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one project.

    Attributes:
        project: What they are about.
        templates: How they look.
        checking: Looks at answers after they are stored.
    """

    project: Project
    templates: Jinja2Templates
    checking: Checking

    def annotator_routes(self) -> list[Route]:
        """Everything of ours below ``/a/{token}``."""
        door = "/a/{token}"
        posts: dict[str, Callable[[Request, FormData], Response]] = {
            "answer": self._answer, "draft": self._draft, "mark": self._mark, "skip": self._skip,
            "pause": self._pause, "resume": self._resume, "unskip": self._unskip,
        }  # fmt: skip
        return [
            Route(door, self._annotate),
            Route(f"{door}/image/{{picture:int}}", self._image),
            *(Route(f"{door}/{name}", _posted(page), methods=["POST"]) for name, page in posts.items()),
        ]

    def admin_routes(self) -> list[Route]:
        """Everything of ours below ``/admin/{token}``."""
        return [Route("/admin/{token}", self._overview), Route("/admin/{token}/export.{kind}", self._export)]

    def message(
        self, request: Request, code: int, title: str, message: str, *, back: str = "", kept: Sequence[str] = ()
    ) -> Response:
        """A page that says one thing.

        Args:
            request: What is answered.
            code: HTTP status.
            title: Its heading.
            message: What it says.
            back: Where its link leads; none when empty.
            kept: Texts that were sent and not stored.
        """
        context = {"title": title, "message": message, "back": back, "kept": kept}
        return self.templates.TemplateResponse(request, "error.html", context, status_code=code)

    # Annotators

    def _annotate(self, request: Request) -> Response:
        me: Annotator = request.state.annotator
        if me.paused:
            return self._page(request, "paused.html")
        picture = self._next(me)
        progress = self.project.store.progress(me.id)
        if picture is None:
            return self._page(request, "done.html", progress=progress)
        return self._form(request, picture, self.project.store.drafts(me.id, picture.id))

    def _next(self, me: Annotator) -> Picture | None:
        """The next picture that can be drawn; those that cannot are listed and passed over."""
        store = self.project.store
        while (picture := store.next_picture(me.id)) is not None:
            try:
                self.project.gallery.show(picture.path, store.digest(picture.id))
            except ImageProblemError as problem:
                store.set_problem(picture.id, str(problem))
            else:
                return picture
        return None

    def _form(
        self,
        request: Request,
        picture: Picture,
        written: Mapping[str, Written],
        *,
        problems: Mapping[str, str] | None = None,
        submission: str = "",
    ) -> Response:
        progress = self.project.store.progress(request.state.annotator.id)
        language = self._language()
        asked = questions(language)
        problems = problems or {}
        fields = [
            (t, asked[t], written.get(t, Written(t)), problems.get(t, ""), self._marked(t, written))
            for t in picture.ask
        ]
        return self._page(
            request, "annotate.html", 422 if problems else 200, picture=picture, fields=fields, problems=problems,
            submission=submission or secrets.token_hex(16), language=language, number=progress.done + 1,
            total=progress.done + max(progress.left, 1),
        )  # fmt: skip

    def _marked(self, type_: str, written: Mapping[str, Written]) -> Markup:
        text = written[type_].text if type_ in written else ""
        # `mark` escapes what it is given.
        return Markup(mark(text, [type_], self._language()).html if text.strip() else "")  # noqa: S704

    def _image(self, request: Request) -> Response:
        store, number = self.project.store, request.path_params["picture"]
        picture = store.picture(number) if number < 2**63 else None
        try:
            if picture is not None:
                shown = self.project.gallery.show(picture.path, store.digest(picture.id))
                return Response(
                    shown.content, media_type=shown.media_type, headers={"cache-control": "private, max-age=3600"}
                )
        except ImageProblemError as problem:
            return Response(f"This image {problem}.\n", 404, media_type="text/plain")
        return Response("There is no such picture.\n", 404, media_type="text/plain")

    def _answer(self, request: Request, form: FormData) -> Response:
        store, me = self.project.store, request.state.annotator
        picture = self._picture(form)
        submission, fields = submission_of(form), fields_of(form, picture.ask)
        problems = problems_of(fields)
        if problems:
            return self._form(request, picture, {w.type: w for w in fields}, problems=problems, submission=submission)
        language = self._language()
        asked = questions(language)
        kept = [replace(w, stated=mark(w.text, TYPES, language).stated, question=asked[w.type].wording) for w in fields]
        try:
            ids = store.submit(me.id, picture.id, submission, kept)
        except UsageError as error:
            texts = [w.text for w in fields if w.text]
            return self.message(
                request, 409, "This was not stored", str(error), back=f"/a/{request.state.token}", kept=texts
            )
        return self._back(request, BackgroundTask(self.checking.look, ids))

    def _draft(self, request: Request, form: FormData) -> Response:
        return Response(status_code=204 if self._keep(request, form) else 409)

    def _keep(self, request: Request, form: FormData) -> bool:
        picture = self._picture(form)
        fields = fields_of(form, picture.ask)
        raw = [replace(w, text=text_of(form, f"text-{w.type}")) for w in fields]  # a space at the end may be mid-word
        return self.project.store.save_draft(request.state.annotator.id, picture.id, raw)

    def _mark(self, request: Request, form: FormData) -> Response:
        type_ = text_of(form, "type")
        text = text_of(form, f"text-{type_}")
        return HTMLResponse(self._marked(type_, {type_: Written(type_, text)}) if type_ in TYPES else "")

    def _skip(self, request: Request, form: FormData) -> Response:
        self._keep(request, form)
        self.project.store.skip(request.state.annotator.id, number_of(form, "picture"))
        return self._back(request)

    def _unskip(self, request: Request, form: FormData) -> Response:
        self.project.store.take_back_skipped(request.state.annotator.id)
        return self._back(request)

    def _pause(self, request: Request, form: FormData) -> Response:
        self._keep(request, form)
        self.project.store.set_paused(request.state.annotator.id, True)
        return self._back(request)

    def _resume(self, request: Request, form: FormData) -> Response:
        self.project.store.set_paused(request.state.annotator.id, False)
        return self._back(request)

    # Whoever runs the project

    def _overview(self, request: Request) -> Response:
        store = self.project.store
        pictures = store.pictures()
        shown = [picture for picture in pictures if not picture.problem]
        progress = [(person, store.progress(person.id)) for person in store.annotators()]
        return self._page(
            request, "index.html", people=progress, problems=[p for p in pictures if p.problem],
            wanted=sum(picture.annotators for picture in shown), answered=sum(p.done for _, p in progress),
            answers=len(store.answers()), open_turns=store.open_turns(), formats=FORMATS,
        )  # fmt: skip

    def _export(self, request: Request) -> Response:
        kind = request.path_params["kind"]
        only: Any = request.query_params.get("only", "all")
        if kind not in FORMATS or only not in {"all", "accepted"}:
            return self.message(request, 404, "There is no such export", f"There is: {', '.join(FORMATS)}.")
        # Written whole before the first byte is sent, so that what goes wrong is a message and not a cut-off file.
        place = tempfile.TemporaryDirectory(prefix="tacit-export-")
        path = Path(place.name, f"answers.{kind}")
        try:
            export_answers(self.project.store, path, only=only)
        except BaseException:
            place.cleanup()
            raise
        name = f"tacit-elicit-{only}.{kind}"
        return FileResponse(
            path, filename=name, media_type="application/octet-stream", background=BackgroundTask(place.cleanup)
        )

    # Shared

    def _language(self) -> str:
        return self.project.store.settings()["language"]

    def _picture(self, form: FormData) -> Picture:
        picture = self.project.store.picture(number_of(form, "picture"))
        if picture is None:
            raise UsageError("There is no such picture in this project. Go back to your link for the next one.")
        return picture

    def _page(self, request: Request, name: str, code: int = 200, **context: object) -> Response:
        context["token"] = request.state.token
        return self.templates.TemplateResponse(request, name, context, status_code=code)

    def _back(self, request: Request, background: BackgroundTask | None = None) -> Response:
        return RedirectResponse(f"/a/{request.state.token}", 303, background=background)


def _posted(page: Callable[[Request, FormData], Response]) -> Callable[[Request], Any]:
    """An endpoint that reads the form, then works in a thread: the disk must not keep others waiting."""

    async def endpoint(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=3 + len(TYPES) * _FIELDS_PER_TYPE) as form:
            return await run_in_threadpool(page, request, form)

    return endpoint
