"""Answers, and a project with people at work in it, for the tests of what is collected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware

from tacit.captions.curate.plan import ExpectedYield, Plan, PlannedImage
from tacit.captions.elicit import dashboard, review
from tacit.captions.elicit.quality import check_answer
from tacit.captions.elicit.records import Answer, Review
from tacit.captions.elicit.store import Entry, Store
from tacit.captions.elicit.turns import Written
from tacit.captions.elicit.web.app import make_templates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from starlette.middleware.base import RequestResponseEndpoint
    from starlette.requests import Request
    from starlette.responses import Response

WRITTEN = "2026-01-05T10:00:00Z"
HOSTILE = "\"><img src=x onerror=alert(1)> two dogs </script>\u202e\x00 {{ 7*7 }} =cmd|' /C calc'!A0"


def answer(text: str, id_: int = 1, **but: Any) -> Answer:
    """An answer with nothing wrong in it, but for what is given."""
    usual = Answer(id_, id_, f"{id_}.jpg", 1, "counting", text, not text, 30.0, ("counting",), False, WRITTEN)
    return replace(usual, **but)


def found(new: Answer, others: Iterable[Answer] = ()) -> dict[str, str]:
    """What the checks say of an answer, by check."""
    return dict(check_answer(new, list(others)))


PLAN = Plan(
    items=tuple(PlannedImage(image=f"{i}.jpg", ask=("counting", "negation"), annotators=2) for i in range(1, 13)),
    wanted={"counting": 10, "negation": 8},
    yields=tuple(
        ExpectedYield(type=t, asked=24, share=0.5, low=0.4, high=0.6, source="a guess")
        for t in ("counting", "negation")
    ),
    wage=15.0,
    currency="EUR",
    seconds={"counting": 20.0, "negation": 25.0},
)


def project(folder: Path, *names: str) -> tuple[Store, list[str]]:
    """A project by `PLAN` with annotators of these names who all answered eight pictures, and their tokens."""
    clock = iter(range(1_767_600_000, 1_767_900_000, 97))
    store = Store.open(folder / "elicit.sqlite", clock=lambda: float(next(clock)))
    ask = ("counting", "negation")
    store.put_pictures([Entry(item.image, "00", ask, 2) for item in PLAN.items])
    store.put_settings({"ask": "counting,negation", "language": "en", "plan": PLAN.model_dump_json()})
    tokens = [store.add_annotator(name) for name in names]
    for person in store.annotators():
        for turn in range(8):
            picture = store.next_picture(person.id)
            if picture is None:
                break
            number = ("two", "three", "four")[(picture.id + (person.id == 3)) % 3]
            store.submit(person.id, picture.id, f"{person.id:016x}{turn:016x}", [
                Written("counting", f"There are {number} dogs on picture {picture.id}.", False, 21.0 + turn, False,
                        ("counting",), "?"),
                Written("negation", "" if turn == 3 else HOSTILE if turn == 5 else f"Dog {turn} wears no collar.",
                        turn == 3, None if turn == 4 else 26.0, False, ("negation",) if turn != 3 else (), "?"),
            ])  # fmt: skip
    for each in store.answers():
        store.add_flags(each.id, check_answer(each, [a for a in store.answers() if a.id < each.id]))
    return store, tokens


def review_all(store: Store, reviewer: int, most: int) -> None:
    """Judge some answers: the numbers are there in two of three pictures."""
    for each in [a for a in store.answers() if a.annotator != reviewer and not a.nothing][:most]:
        store.add_review(Review(each.id, reviewer, True, each.picture % 3 != 0, "2026-01-06T10:00:00Z"))


def app_of(store: Store, annotator: int) -> Starlette:
    """The pages of review and dashboard alone, with somebody let in by any token."""

    async def let_in(request: Request, go_on: RequestResponseEndpoint) -> Response:
        request.state.annotator = next((a for a in store.annotators() if a.id == annotator), None)
        return await go_on(request)

    app = Starlette(routes=[*review.routes(store), *dashboard.routes(store)])
    app.add_middleware(BaseHTTPMiddleware, dispatch=let_in)
    app.state.templates = make_templates()
    return app
