"""The store: nothing is lost, nothing is stored twice, nobody is given what another has."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.captions.elicit.records import Review
from tacit.captions.elicit.store import Entry, Store
from tacit.captions.elicit.turns import LEASE, Written
from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def make(path: Path, pictures: int = 3, people: int = 2, *, each: int = 1) -> tuple[Store, Clock, list[int]]:
    clock = Clock()
    store = Store.open(path, clock)
    store.put_pictures([Entry(f"{n}.jpg", f"{n:064x}", ("spatial", "negation"), each) for n in range(pictures)])
    for number in range(people):
        store.add_annotator(f"person {number}")
    return store, clock, [person.id for person in store.annotators()]


def text(words: str = "left of it") -> list[Written]:
    return [Written("spatial", words), Written("negation", nothing=True)]


def test_a_picture_is_with_one_person_at_a_time(tmp_path: Path) -> None:
    store, clock, (anna, ben) = make(tmp_path / "a.sqlite", pictures=1)
    first = store.next_picture(anna)
    assert first is not None
    assert store.next_picture(ben) is None
    assert store.next_picture(anna) == first  # a reload
    clock.now += LEASE + 1
    assert store.next_picture(ben) == first  # Anna went home
    assert store.next_picture(anna) is None
    assert len(store.submit(anna, first.id, "a", text())) == 2  # and what she sends after all is kept
    store.close()


def test_typing_keeps_the_picture(tmp_path: Path) -> None:
    store, clock, (anna, ben) = make(tmp_path / "a.sqlite", pictures=1)
    picture = store.next_picture(anna)
    assert picture is not None
    clock.now += LEASE - 1
    assert store.save_draft(anna, picture.id, [Written("spatial", "left ")])
    clock.now += LEASE - 1
    assert store.next_picture(ben) is None
    assert not store.save_draft(ben, picture.id, text())
    assert store.drafts(anna, picture.id)["spatial"].text == "left "
    store.submit(anna, picture.id, "a", text())
    assert store.drafts(anna, picture.id) == {}
    assert not store.save_draft(anna, picture.id, text("late"))
    store.close()


def test_sent_twice_is_stored_once(tmp_path: Path) -> None:
    store, _, (anna, ben) = make(tmp_path / "a.sqlite")
    picture = store.next_picture(anna)
    assert picture is not None
    first = store.submit(anna, picture.id, "same", text())
    assert store.submit(anna, picture.id, "same", text("changed meanwhile")) == first
    with pytest.raises(UsageError, match="answered this picture already"):
        store.submit(anna, picture.id, "other", text())
    with pytest.raises(UsageError, match="not given to you"):
        store.submit(ben, picture.id, "same", text())
    assert [a.text for a in store.answers()] == ["left of it", ""]
    store.close()


def test_skipped_pictures_go_to_others_and_come_back_when_asked_for(tmp_path: Path) -> None:
    store, _, (anna, ben) = make(tmp_path / "a.sqlite", pictures=1)
    picture = store.next_picture(anna)
    assert picture is not None
    store.skip(anna, picture.id)
    assert store.next_picture(anna) is None
    assert store.progress(anna).skipped == 1
    store.take_back_skipped(anna)
    assert store.next_picture(anna) == picture
    store.skip(anna, picture.id)
    assert store.next_picture(ben) == picture
    store.close()


def test_claimed_time_is_at_most_the_time_there_was(tmp_path: Path) -> None:
    store, clock, (anna, _) = make(tmp_path / "a.sqlite")
    picture = store.next_picture(anna)
    assert picture is not None
    clock.now += 20
    store.submit(anna, picture.id, "a", [Written("spatial", "x", seconds=9e9), Written("negation", "y", seconds=7.5)])
    assert [a.seconds for a in store.answers()] == [20.0, 7.5]
    store.close()


def test_a_broken_picture_blocks_nobody(tmp_path: Path) -> None:
    store, _, (anna, _) = make(tmp_path / "a.sqlite", pictures=2)
    first = store.next_picture(anna)
    assert first is not None
    store.set_problem(first.id, "is damaged")
    second = store.next_picture(anna)
    assert second is not None
    assert second.id != first.id
    assert [p.problem for p in store.pictures()] == ["is damaged", ""]
    store.close()


def test_other_pictures_keep_the_answers_of_the_earlier_ones(tmp_path: Path) -> None:
    store, _, (anna, _) = make(tmp_path / "a.sqlite", pictures=2)
    first = store.next_picture(anna)
    assert first is not None
    store.submit(anna, first.id, "a", text())
    store.put_pictures([Entry("new.jpg", "", ("spatial",)), Entry("1.jpg", "", ("spatial",))])
    assert [(p.path, p.problem) for p in store.pictures()] == [
        ("new.jpg", ""), ("1.jpg", ""), ("0.jpg", "no longer among the images"),
    ]  # fmt: skip
    assert store.answers()[0].path == "0.jpg"
    store.close()


def test_reviews_come_from_others_and_once(tmp_path: Path) -> None:
    store, _, (anna, ben) = make(tmp_path / "a.sqlite")
    picture = store.next_picture(anna)
    assert picture is not None
    (first, _) = store.submit(anna, picture.id, "a", text())
    review = Review(first, ben, True, None, "2026-01-01T00:00:00+00:00")
    store.add_review(review)
    with pytest.raises(UsageError, match="already"):
        store.add_review(review)
    with pytest.raises(UsageError, match="somebody else"):
        store.add_review(Review(first, anna, True, True, ""))
    with pytest.raises(UsageError, match="no answer 99"):
        store.add_review(Review(99, ben, True, True, ""))
    assert store.reviews() == [review]
    store.close()


def test_flags_are_kept_and_what_was_not_looked_at_is_known(tmp_path: Path) -> None:
    store, _, (anna, _) = make(tmp_path / "a.sqlite")
    picture = store.next_picture(anna)
    assert picture is not None
    ids = store.submit(anna, picture.id, "a", text())
    assert store.unchecked() == list(ids)
    store.add_flags(ids[0], [("pasted", "It was pasted."), ("short", "Two words."), ("short", "Two words.")])
    assert store.unchecked() == [ids[1]]
    assert store.flags() == {ids[0]: [("pasted", "It was pasted."), ("short", "Two words.")]}
    store.close()


def test_no_token_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    store, _, _ = make(path)
    token, admin = store.add_annotator("Cleo"), store.renew_admin()
    person = store.annotator_of(token)
    assert person is not None
    assert person.name == "Cleo"
    assert store.is_admin(admin)
    assert not store.is_admin(token)
    assert store.annotator_of(admin) is None
    assert "admin" not in store.settings()
    with pytest.raises(UsageError, match="already"):
        store.add_annotator("Cleo")
    store.close()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"Cleo" in content
    assert token.encode() not in content
    assert admin.encode() not in content


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database, and long enough to be taken for one" * 50)
    with pytest.raises(DataError, match="cannot be opened as a project"):
        Store.open(tmp_path / "text")
    with sqlite3.connect(tmp_path / "other") as link:
        link.execute("CREATE TABLE t (a)")
    link.close()
    with pytest.raises(DataError, match="not made by this version"):
        Store.open(tmp_path / "other")


def test_a_failed_write_leaves_nothing_half_done(tmp_path: Path) -> None:
    store, _, (anna, _) = make(tmp_path / "a.sqlite")
    picture = store.next_picture(anna)
    assert picture is not None
    with pytest.raises(sqlite3.IntegrityError):
        store.submit(anna, picture.id, "a", [Written("spatial", "x"), Written("spatial", "the same type again")])
    assert store.answers() == []
    assert store.submit(anna, picture.id, "a", text())
    store.close()


def test_many_at_once_lose_nothing_and_share_nothing(tmp_path: Path) -> None:
    pictures, people, each = 40, 6, 2
    store, _, everyone = make(tmp_path / "a.sqlite", pictures, people, each=each)
    acknowledged: list[tuple[int, ...]] = []

    def work(me: int) -> None:
        while (picture := store.next_picture(me)) is not None:
            store.save_draft(me, picture.id, text())
            acknowledged.append(store.submit(me, picture.id, f"{picture.id}", text(f"by {me}")))
            acknowledged.append(store.submit(me, picture.id, f"{picture.id}", text(f"by {me}")))

    threads = [threading.Thread(target=work, args=(me,)) for me in everyone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    again = Store.open(tmp_path / "a.sqlite")
    found = again.answers()
    assert {a.id for a in found} == {number for ids in acknowledged for number in ids}
    assert Counter(a.picture for a in found) == dict.fromkeys(range(1, pictures + 1), 2 * each)
    assert max(Counter((a.picture, a.annotator, a.type) for a in found).values()) == 1
    again.close()


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["next", "submit", "again", "skip", "back", "draft", "wait"]), st.integers(0, 2)),
    max_size=40,
)


@given(actions=ACTIONS, each=st.integers(1, 2))
def test_whatever_happens_in_whatever_order(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, int]], each: int
) -> None:
    store, clock, everyone = make(tmp_path_factory.mktemp("s") / "a.sqlite", people=3, each=each)
    on_screen: dict[int, int] = {}
    sent: dict[tuple[int, int], tuple[int, ...]] = {}
    for action, number in actions:
        me = everyone[number]
        if action == "wait":
            clock.now += LEASE + 1
        elif action == "next":
            picture = store.next_picture(me)
            on_screen.pop(me, None)
            if picture is not None:
                assert (me, picture.id) not in sent, "given again what they had answered"
                assert sum(at == picture.id for _, at in sent) < each, "given although enough have answered"
                on_screen[me] = picture.id
        elif me not in on_screen:
            continue
        elif action == "submit" and (me, on_screen[me]) not in sent:
            sent[me, on_screen[me]] = store.submit(me, on_screen[me], f"{on_screen[me]}", text())
        elif action == "again" and (me, on_screen[me]) in sent:
            assert store.submit(me, on_screen[me], f"{on_screen[me]}", text()) == sent[me, on_screen[me]]
        elif action == "skip":
            store.skip(me, on_screen[me])
        elif action == "back":
            store.take_back_skipped(me)
        elif action == "draft":
            store.save_draft(me, on_screen[me], text())
    assert [a.id for a in store.answers()] == sorted(number for ids in sent.values() for number in ids)
    assert {(a.annotator, a.picture) for a in store.answers()} == set(sent)
    for me in everyone:
        assert store.progress(me).done == sum(who == me for who, _ in sent)
    store.close()
