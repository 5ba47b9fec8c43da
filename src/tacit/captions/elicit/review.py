"""The queue in which a second person judges answers: what the text asserts, and whether the image shows it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from tacit.captions.elicit.marking import mark
from tacit.captions.elicit.quality import severity_of
from tacit.captions.elicit.records import Review
from tacit.captions.words import TYPE_WORDS
from tacit.errors import UsageError
from tacit.evidence.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from tacit.captions.elicit.records import Annotator, Answer

SECOND: Final = 10
"""Every so many-th answer gets two reviews, by which reviewers can be compared."""

_SHOWS: Final = {"yes": True, "no": False, "cannot": None}


class Reviewable(Protocol):
    """What the queue needs of a project's store."""

    def answers(self, *, picture: int | None = None, annotator: int | None = None, since: int = 0) -> list[Answer]:
        """Answers in order of their id."""

    def reviews(self) -> list[Review]:
        """All judgements, in order of arrival."""

    def add_review(self, review: Review) -> None:
        """Keep a judgement."""

    def flags(self) -> dict[int, list[tuple[str, str]]]:
        """What the checks found, by `Answer.id`."""

    def settings(self) -> dict[str, str]:
        """What the project was made with."""


def is_flagged(flags: Iterable[tuple[str, str]]) -> bool:
    """Whether any check found more than something to note.

    Example:
        >>> is_flagged([("not stated", "")]), is_flagged([("pasted", "")])
        (False, True)
    """
    return any(severity_of(name) != "note" for name, _ in flags)


@dataclass(frozen=True, slots=True)
class Queue:
    """What one reviewer has before them.

    Attributes:
        first: The next answer; None when nothing is left.
        left: How many are left, that one included.
        done: How many this reviewer has judged.
    """

    first: Answer | None
    left: int
    done: int


def queue_of(
    reviewer: int,
    answers: Sequence[Answer],
    reviews: Sequence[Review],
    flags: Mapping[int, Sequence[tuple[str, str]]],
    later: frozenset[int] = frozenset(),
) -> Queue:
    """What a person should review next.

    Flagged answers come first, then the types for which the precision of the detector is known least (the widest
    Wilson interval). Within these the order is that of a hash of answer and reviewer: it tells nothing, so that those
    reviewed so far are a fair sample, and two reviewers at work are seldom given the same answer.

    Args:
        reviewer: `Annotator.id`. Nobody reviews what they wrote.
        answers: All answers.
        reviews: All reviews.
        flags: What the checks found, by `Answer.id`.
        later: Answers that the reviewer put off; they come last.

    Example:
        >>> queue_of(1, [], [], {})
        Queue(first=None, left=0, done=0)
    """
    times = Counter(review.answer for review in reviews)
    mine = {review.answer for review in reviews if review.reviewer == reviewer}
    width = _widths(answers, reviews)
    open_ = [
        answer
        for answer in answers
        if not answer.nothing
        and answer.annotator != reviewer
        and answer.id not in mine
        and times[answer.id] < (2 if answer.id % SECOND == 0 else 1)
    ]

    def rank(answer: Answer) -> tuple[bool, bool, float, bytes]:
        order = hashlib.blake2b(f"{answer.id} {reviewer}".encode(), digest_size=8).digest()
        flagged = is_flagged(flags.get(answer.id, ()))
        return answer.id in later, not flagged, -width[answer.type], order

    return Queue(min(open_, key=rank, default=None), len(open_), len(mine))


def _widths(answers: Sequence[Answer], reviews: Sequence[Review]) -> dict[str, float]:
    """By type, the width of the interval of the detector's precision; 1 where nothing is known."""
    finds = {a.id: a.type for a in answers if a.type in a.stated}
    judged: dict[str, list[bool]] = defaultdict(list)
    for review in reviews:
        if review.answer in finds:
            judged[finds[review.answer]].append(review.asserts)
    widths = {answer.type: 1.0 for answer in answers}
    for type_, said in judged.items():
        share = wilson(sum(said), len(said))
        if share.low is not None and share.high is not None:
            widths[type_] = share.high - share.low
    return widths


def routes(store: Reviewable) -> list[Route]:
    """The pages of the queue, under ``/a/{token}/review``.

    Args:
        store: The project.

    Returns:
        Routes for an application that has set ``request.state.annotator`` and ``request.state.token``, refuses forms
        from other sites, and holds its templates as ``app.state.templates``.
    """
    from starlette.concurrency import run_in_threadpool
    from starlette.routing import Route

    async def show(request: Request) -> Response:
        return await run_in_threadpool(_show, store, request)

    async def keep(request: Request) -> Response:
        form = await request.form()
        sent = {key: value for key, value in form.items() if isinstance(value, str)}
        return await run_in_threadpool(_keep, store, request, sent)

    path = "/a/{token}/review"
    return [Route(path, show, methods=["GET"]), Route(path, keep, methods=["POST"])]


def _show(store: Reviewable, request: Request, problem: str = "") -> Response:
    from starlette.responses import HTMLResponse

    person: Annotator = request.state.annotator
    later = _numbers(request.query_params.get("later", ""))
    flags = store.flags()
    queue = queue_of(person.id, store.answers(), store.reviews(), flags, later)
    answer = queue.first
    told: dict[str, object] = {}
    if answer is not None:
        marked = mark(answer.text, [answer.type], store.settings().get("language", "en"))
        word = TYPE_WORDS.get(answer.type)
        told = {
            "type": word.name if word else answer.type,
            "meaning": word.meaning if word else "",
            "marked": marked.cues,
            # What is only noted, such as that the detector finds nothing, would decide the reviewer's first answer.
            "flags": [flag for flag in flags.get(answer.id, []) if is_flagged([flag])],
            "put_off": ",".join(map(str, sorted({*later, answer.id}))),
        }
    page = request.app.state.templates.get_template("review.html")
    body = page.render(token=request.path_params["token"], queue=queue, answer=answer, person=person,
                       problem=problem, later=",".join(map(str, sorted(later))), **told)  # fmt: skip
    return HTMLResponse(body, 409 if problem else 200)


def _numbers(text: str) -> frozenset[int]:
    """The answers put off, as the page lists them; at most a hundred, since they come from the address."""
    parts = text.split(",", 100)[:100]
    return frozenset(int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 16)


def _keep(store: Reviewable, request: Request, sent: Mapping[str, str]) -> Response:
    from starlette.responses import RedirectResponse

    try:
        store.add_review(_review_of(store, request.state.annotator, sent))
    except UsageError as error:
        return _show(store, request, str(error))
    later = sent.get("later", "")
    query = f"?later={','.join(map(str, sorted(_numbers(later))))}" if later else ""
    return RedirectResponse(f"/a/{request.path_params['token']}/review{query}", 303)


def _review_of(store: Reviewable, person: Annotator, sent: Mapping[str, str]) -> Review:
    """What a form says.

    Raises:
        UsageError: If something is missing, there is no such answer, or it is the reviewer's own.
    """
    ids = _numbers(sent.get("answer", ""))
    answer = next((a for a in store.answers(since=min(ids) - 1) if a.id in ids), None) if len(ids) == 1 else None
    if answer is None:
        raise UsageError("There is no such answer to review. Nothing was stored.")
    if answer.annotator == person.id:
        raise UsageError("Your own answers are reviewed by somebody else. Nothing was stored.")
    asserts, shows = sent.get("asserts"), sent.get("shows")
    if asserts not in {"yes", "no"} or (asserts == "yes" and shows not in _SHOWS):
        raise UsageError("Please answer both questions. Nothing was stored.")
    shown = _SHOWS[shows] if asserts == "yes" and shows is not None else None
    return Review(answer.id, person.id, asserts == "yes", shown, datetime.now(UTC).isoformat(timespec="seconds"))
