"""How far people agree, with the reason where that is not known."""

from __future__ import annotations

import pytest
from tests.captions.elicit.elicit_people import PLAN, answer

from tacit.captions.elicit.agreement import NO_OVERLAP, between_annotators, between_reviewers, yields
from tacit.captions.elicit.costs import outlook, spent, wage_of
from tacit.captions.elicit.records import Answer, Picture, Review
from tacit.evidence.agreement import kappa
from tacit.evidence.intervals import wilson


def pair(picture: int, one: str, two: str, states: tuple[bool, bool] = (True, True)) -> list[Answer]:
    return [
        answer(text, 2 * picture + who, picture=picture, annotator=who, stated=("counting",) if states[who - 1] else ())
        for who, text in ((1, one), (2, two))
    ]


def review(answer_: int, asserts: bool, shows: bool | None, reviewer: int = 9) -> Review:
    return Review(answer_, reviewer, asserts, shows, "2026-01-06T10:00:00Z")


def test_annotators_are_compared_where_pictures_overlap() -> None:
    answers = [
        *pair(1, "Two dogs run.", "Two dogs sit.", (True, False)),
        *pair(2, "Two dogs run.", "Three dogs sit by two cats."),
        *pair(3, "A dog.", "Two dogs."),
        answer("Two dogs", 90, picture=4),
    ]
    (overlap,) = between_annotators(answers)
    assert overlap.pictures == 3
    assert overlap.stating.same.value == pytest.approx(2 / 3)
    assert overlap.stating.kappa == kappa([1, 1, 1], [0, 1, 1])
    assert (overlap.counts.value, overlap.counts.n) == (0.5, 2)


def test_a_third_annotator_and_a_second_answer_add_no_pair() -> None:
    answers = pair(1, "Two dogs.", "Two dogs.")
    more = [*answers, answer("Six cats.", 50, picture=1, annotator=3), answer("Six cats.", 51, picture=1, annotator=2)]
    assert between_annotators(more) == between_annotators(answers)


def test_what_is_not_known_has_a_reason() -> None:
    (alone,) = between_annotators([answer("Two dogs")])
    assert alone.stating.same.missing == alone.stating.kappa.missing == alone.counts.missing == NO_OVERLAP
    assert "English" in between_annotators(pair(1, "Zwei Hunde", "Zwei Hunde"), language="de")[0].counts.missing
    assert "same thing" in between_annotators(pair(1, "Two dogs", "Two cats"))[0].counts.missing
    (bare,) = yields([answer("Two dogs")], [])
    for part in (bare.asserted, bare.shown, bare.true, bare.precision, bare.missed, bare.detector.kappa):
        assert part.value is None
        assert "review" in part.missing


def test_what_is_asserted_and_what_is_shown_are_apart() -> None:
    answers = [answer("Two dogs", i, stated=("counting",) if i <= 6 else ()) for i in range(1, 9)]
    answers += [answer("", 20 + i) for i in range(2)]
    reviews = [review(1, True, True), review(2, True, False), review(3, True, None), review(4, False, None),
               review(7, True, True), review(1, False, None, 8)]  # fmt: skip
    (found,) = yields(answers, reviews)
    assert (found.answers, found.nothing, found.reviewed, found.unsettled) == (10, 2, 5, 1)
    assert found.stating == wilson(6, 10)
    assert found.asserted == wilson(4, 5)
    assert found.shown == wilson(2, 5)
    assert found.precision == wilson(3, 4)
    assert found.missed == wilson(1, 1)
    assert found.detector.same.value == pytest.approx(3 / 5)


def test_answers_that_are_reviewed_first_do_not_stand_for_the_others() -> None:
    answers = [answer("Two dogs", i) for i in range(1, 101)]
    flagged = set(range(1, 11))
    bad = [review(i, True, False) for i in range(1, 11)]
    good = [review(i, True, True) for i in range(11, 21)]
    (found,) = yields(answers, bad + good, flagged)
    assert found.shown.value == 0.5
    assert found.true.value == pytest.approx(0.9)
    assert found.true.low is not None
    assert 0.6 < found.true.low < 0.9
    (unknown,) = yields(answers, bad, flagged)
    assert "not flagged, found by the detector" in unknown.true.missing


def test_reviewers_are_compared_on_what_both_could_tell() -> None:
    reviews = [review(1, True, True), review(1, True, True, 8), review(2, True, None), review(2, True, True, 8),
               review(3, True, False), review(3, False, None, 8), review(4, True, True)]  # fmt: skip
    asserts, shows = between_reviewers(reviews)
    assert asserts.same.value == pytest.approx(2 / 3)
    assert asserts.same.n == 3
    assert (shows.same.value, shows.same.n) == (1.0, 1)
    assert "both tell" in between_reviewers([r for r in reviews if r.answer == 2])[1].same.missing


def test_costs_leave_out_what_is_not_known_and_count_it() -> None:
    answers = [answer("Two dogs", 1, seconds=30.0), answer("Two dogs", 2, seconds=None)]
    assert (spent(answers, 15.0).cost, spent(answers, 15.0).untimed) == (0.125, 1)
    assert spent(answers, None).cost is None


def test_the_outlook_counts_what_is_open_and_says_what_it_rests_on() -> None:
    pictures = [Picture(1, "a", ("counting",), 2), Picture(2, "b", ("counting",), 1),
                Picture(3, "c", ("counting",), 5, "is broken")]  # fmt: skip
    answers = [answer("Two dogs", 1, seconds=20.0), answer("Two dogs", 2, seconds=40.0)]
    (timed,) = outlook(pictures, answers, PLAN, 36.0)
    assert (timed.open, timed.seconds.value) == (1, 30.0)
    assert timed.cost.value == pytest.approx(0.3)
    assert timed.seconds.low == 0.0
    (planned,) = outlook(pictures, [], PLAN, 36.0)
    assert (planned.open, planned.seconds.value, planned.cost.low) == (3, 20.0, None)
    (unpaid,) = outlook(pictures, answers, None, None)
    assert unpaid.cost.missing == "no wage is set"


@pytest.mark.parametrize("wage", ["", "nan", "-1", "much"])
def test_a_wage_that_is_none(wage: str) -> None:
    assert wage_of({"wage": wage}, None)[0] is None
