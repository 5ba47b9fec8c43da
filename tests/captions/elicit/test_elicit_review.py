"""The queue of reviews: whose answer is next, and what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient
from tests.captions.elicit.elicit_people import HOSTILE, answer, app_of, project, review_all

from tacit.captions.elicit.records import Review
from tacit.captions.elicit.review import SECOND, queue_of

if TYPE_CHECKING:
    from pathlib import Path

    from tacit.captions.elicit.store import Store


def review(answer_: int, reviewer: int, *, asserts: bool = True) -> Review:
    return Review(answer_, reviewer, asserts, None, "2026-01-06T10:00:00Z")


def test_nobody_reviews_their_own_answers_nor_what_says_nothing() -> None:
    answers = [answer("Two dogs", 1), answer("Two dogs", 2, annotator=2), answer("", 3, annotator=2)]
    queue = queue_of(1, answers, [], {})
    assert queue.first is answers[1]
    assert queue.left == 1


def test_flagged_answers_come_first_and_notes_are_no_flags() -> None:
    answers = [answer("Two dogs", i, annotator=2) for i in range(1, 30)]
    flags = {7: [("copy of own text", "")], **{i: [("not stated", "")] for i in range(1, 30) if i != 7}}
    first = queue_of(1, answers, [], flags).first
    assert first is not None
    assert first.id == 7


def test_then_comes_the_type_whose_precision_is_known_least() -> None:
    answers = [answer("Two dogs", i, annotator=2) for i in range(1, 40)]
    answers += [answer("No dogs", i, annotator=2, type="negation", stated=("negation",)) for i in range(41, 80)]
    reviews = [review(i, 3, asserts=i % 2 == 0) for i in range(1, 20)] + [review(i, 3) for i in range(41, 45)]
    first = queue_of(1, answers, reviews, {}).first
    assert first is not None
    assert first.type == "negation"


def test_reviewers_at_work_get_different_answers_in_an_order_that_tells_nothing() -> None:
    answers = [answer("Two dogs", i, annotator=9) for i in range(1, 200)]
    firsts = {first.id for who in range(1, 8) if (first := queue_of(who, answers, [], {}).first)}
    assert len(firsts) > 4
    assert queue_of(1, answers, [], {}) == queue_of(1, answers[::-1], [], {})


def test_some_answers_get_a_second_review_by_another_person() -> None:
    answers = [answer("Two dogs", SECOND, annotator=9), answer("Two dogs", SECOND + 1, annotator=9)]
    reviews = [review(SECOND, 1), review(SECOND + 1, 1)]
    assert queue_of(1, answers, reviews, {}).first is None
    assert queue_of(2, answers, reviews, {}).first is answers[0]
    assert queue_of(3, answers, [*reviews, review(SECOND, 2)], {}).left == 0


def test_what_was_put_off_comes_last() -> None:
    answers = [answer("Two dogs", i, annotator=9) for i in (1, 2)]
    first = queue_of(1, answers, [], {}).first
    assert first is not None
    after = queue_of(1, answers, [], {}, frozenset({first.id}))
    assert after.left == 2
    assert after.first is not None
    assert after.first.id != first.id


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return project(tmp_path, "Ada", HOSTILE)[0]


def send(store: Store, **fields: str) -> tuple[int, str]:
    with TestClient(app_of(store, 1), follow_redirects=False) as client:
        response = client.post("/a/secret/review", data=fields)
        return response.status_code, response.headers.get("location", "") + response.text


def test_a_judgement_is_kept(store: Store) -> None:
    mine = next(a for a in store.answers() if a.annotator == 2 and not a.nothing)
    assert send(store, answer=str(mine.id), asserts="yes", shows="cannot") == (303, "/a/secret/review")
    assert [(r.answer, r.reviewer, r.asserts, r.shows) for r in store.reviews()] == [(mine.id, 1, True, None)]


def test_a_text_that_asserts_nothing_cannot_be_shown(store: Store) -> None:
    mine = next(a for a in store.answers() if a.annotator == 2 and not a.nothing)
    assert send(store, answer=str(mine.id), asserts="no", shows="yes")[0] == 303
    assert store.reviews()[0].shows is None


@pytest.mark.parametrize(("number", "asserts", "shows", "told"), [
    ("own", "yes", "yes", "Your own answers"), ("999", "yes", "yes", "no such"), ("1,2", "yes", "yes", "no such"),
    ("x", "yes", "yes", "no such"), ("9" * 400, "yes", "yes", "no such"), ("other", "maybe", "yes", "both"),
    ("other", "yes", "", "both"), ("other", "", "", "both"),
])  # fmt: skip
def test_what_is_no_judgement_is_refused_and_said(
    store: Store, number: str, asserts: str, shows: str, told: str
) -> None:
    ids = {who: next(a.id for a in store.answers() if a.annotator == who and not a.nothing) for who in (1, 2)}
    number = {"own": str(ids[1]), "other": str(ids[2])}.get(number, number)
    code, page = send(store, answer=number, asserts=asserts, shows=shows)
    assert code == 409
    assert told in page
    assert store.reviews() == []


def test_the_same_answer_twice_is_refused(store: Store) -> None:
    mine = next(a for a in store.answers() if a.annotator == 2 and not a.nothing)
    sent = {"answer": str(mine.id), "asserts": "yes", "shows": "yes"}
    assert [send(store, **sent)[0] for _ in range(2)] == [303, 409]
    assert len(store.reviews()) == 1


def test_the_page_shows_picture_question_text_and_cues_and_escapes_all(store: Store) -> None:
    with TestClient(app_of(store, 1)) as client:
        seen = set()
        for _ in range(20):
            page = client.get("/a/secret/review").text
            assert "<img src=x" not in page
            assert "49" not in page.split("review")[0]
            first = queue_of(1, store.answers(), store.reviews(), store.flags()).first
            if first is None:
                break
            seen.add(first.type)
            assert f'src="/a/secret/image/{first.picture}"' in page
            assert ("<mark" in page) == (first.text != HOSTILE)
            assert "style=" not in page
            store.add_review(review(first.id, 1))
    assert seen == {"counting", "negation"}
    assert "Nothing is left" in page


def test_putting_off_is_kept_in_the_address(store: Store) -> None:
    with TestClient(app_of(store, 1)) as client:
        one, two = (
            queue_of(1, store.answers(), [], store.flags(), later).first for later in (frozenset(), frozenset({1}))
        )
        assert one is not None
        assert two is not None
        page = client.get(f"/a/secret/review?later={one.id},x,-1,{'9' * 50}").text
        assert f'name="answer" value="{one.id}"' not in page
        assert f'name="later" value="{one.id}"' in page


def test_flags_are_shown_to_reviewers_and_notes_are_not(store: Store) -> None:
    for each in store.answers():
        store.add_flags(each.id, [("pasted", "<b>pasted</b>"), ("not stated", "A note on it.")])
    with TestClient(app_of(store, 1)) as client:
        page = client.get("/a/secret/review").text
    assert "&lt;b&gt;pasted" in page
    assert "A note on it." not in page


def test_reviews_of_all_are_counted(store: Store) -> None:
    review_all(store, 1, 5)
    assert queue_of(1, store.answers(), store.reviews(), {}).done == 5
