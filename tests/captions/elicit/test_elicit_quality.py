"""Each check finds what it is for and leaves alone what only looks like it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.captions.elicit.elicit_people import HOSTILE, answer, found

from tacit.captions.elicit.quality import check_answer, check_project, checks, severity_of
from tacit.captions.elicit.quality.protocol import Check, register
from tacit.captions.elicit.records import Answer
from tacit.errors import UsageError

LONG = "A man in a red coat leads two brown horses past the old mill."
CREATURES = ("elephants", "dragons", "zebras", "whales", "penguins", "wolves", "tigers", "camels")


def test_pasted_text_is_named_and_typed_text_is_not() -> None:
    assert "pasted" in found(answer(LONG, pasted=True))
    assert "pasted" not in found(answer(LONG))
    assert "pasted" not in found(answer("", pasted=True))


@pytest.mark.parametrize("again", [LONG, LONG.upper().replace(".", " !"), LONG.replace("red", "blue")])
def test_a_long_text_written_again_for_another_picture_is_a_copy(again: str) -> None:
    told = found(answer(again, 9), [answer(LONG, 4)])
    assert "answer 4" in told["copy of own text"]


def test_what_is_no_copy() -> None:
    other = "A woman in a red coat rides one white horse to the new barn."
    for new, old in ((other, answer(LONG, 4)), (LONG, answer(LONG, 4, annotator=2)), (LONG, answer(LONG, 4, picture=9)),
                     ("Two men are talking.", answer("Two men are talking.", 4))):  # fmt: skip
        assert "copy of own text" not in found(answer(new, 9), [old]), new


def test_a_short_text_is_a_copy_the_fourth_time() -> None:
    earlier = [answer("Two men are talking.", i) for i in (1, 2, 3)]
    assert "3 other pictures" in found(answer("Two men are talking.", 9), earlier)["copy of own text"]


def test_the_same_text_as_another_annotators_about_the_picture() -> None:
    other = answer(LONG, 4, picture=9, annotator=2)
    assert "Annotator 2" in found(answer(LONG, 9), [other])["same text as another"]
    assert "same text as another" not in found(answer(LONG, 9), [answer(LONG, 4, annotator=2)])
    short = answer("There are two dogs.", 4, picture=9, annotator=2)
    assert "same text as another" not in found(answer("There are two dogs.", 9), [short])


def test_one_slot_filled_again_and_again_is_a_template() -> None:
    own = [answer(f"There are no {c}.", i, type="negation") for i, c in enumerate(CREATURES[:5])]
    varied = ("Nobody sits here.", "The cup isn't full.", "He wears no hat today.", "A shop without a door.")
    others = [answer(varied[i % 4], 50 + i, annotator=2, type="negation") for i in range(30)]
    new = answer("There are no parrots.", 99, type="negation")
    told = found(new, own + others)["template"]
    assert "6 of the last 6" in told
    assert "there are no …" in told
    assert "0 of 30" in told
    assert "template" in {f.check for f in check_project([*own, *others, new])}


def test_a_form_that_everybody_uses_is_no_template() -> None:
    everybody = [
        answer(f"There are no {CREATURES[(i + person) % 8]}.", 20 * person + i, annotator=person, type="negation")
        for person in (1, 2, 3)
        for i in range(8)
    ]
    new = answer("There are no parrots.", 99, type="negation")
    assert "template" not in found(new, everybody)
    assert "template" not in {f.check for f in check_project([*everybody, new])}


def test_without_others_to_compare_with_more_is_needed() -> None:
    own = [answer(f"There are {10 + i} dogs.", i) for i in range(9)]
    assert "template" not in found(answer("There are 40 dogs.", 99), own[:8])
    assert "no answers by others" in found(answer("There are 40 dogs.", 99), own)["template"]


def test_four_answers_alike_are_not_yet_a_template() -> None:
    own = [answer(f"There are no {c}.", i, type="negation") for i, c in enumerate(CREATURES[:3])]
    assert "template" not in found(answer("There are no parrots.", 9, type="negation"), own)


def test_denying_what_no_picture_has_is_trivial() -> None:
    world = [answer(f"A dog with ball {i} runs to a cat.", i, annotator=2) for i in range(40)]
    own = [answer(f"There are no elephants here {i}.", 60 + i, type="negation") for i in range(3)]
    assert "“elephant”" in found(answer("There are no elephants.", 99), world + own)["trivial negation"]
    dogs = [answer(f"There are no dogs here {i}.", 60 + i, type="negation") for i in range(3)]
    assert "trivial negation" not in found(answer("There are no dogs.", 99), world + dogs)
    assert "trivial negation" not in found(answer("There are no elephants.", 99), world)


def test_what_nobody_ever_mentions_is_trivial_the_first_time_in_a_large_project() -> None:
    world = [answer(f"A dog with ball {i} runs to a cat.", i, annotator=2) for i in range(220)]
    assert "trivial negation" in found(answer("There are no elephants.", 999), world)
    for fine in ("There are no cats.", "The dog has no collar.", "Nobody wears a helmet.", "A dog without a leash."):
        assert "trivial negation" not in found(answer(fine, 999), world), fine


def test_an_annotator_whose_denials_are_idle_is_a_finding() -> None:
    world = [answer(f"A dog with ball {i} runs to a cat.", i, annotator=2) for i in range(120)]
    idle = [answer(f"There are no {c}.", 200 + i, type="negation") for i, c in enumerate(CREATURES)]
    useful = [answer("There are no cats.", 300 + i, annotator=3, type="negation") for i in range(8)]
    about = {f.annotator for f in check_project(world + idle + useful) if f.check == "trivial negation"}
    assert about == {1}


def test_numbers_too_large_to_count() -> None:
    assert "250" in found(answer("There are 250 people on the square."))["numbers"]
    for fine in ("There are 40 people.", "A 1950 Chevrolet drives by.", "Two dogs beside route 101."):
        assert "numbers" not in found(answer(fine)), fine


def test_an_annotator_who_always_says_two_is_a_finding_and_one_who_counts_is_not() -> None:
    numbers = ("two", "three", "four", "five", "six")
    twos = [answer(f"There are two dogs by tree {i}.", i) for i in range(30)]
    counted = [
        answer(f"There are {numbers[i % 5]} dogs.", 100 * person + i, annotator=person)
        for person in (2, 3) for i in range(30)
    ]  # fmt: skip
    about = [f for f in check_project(twos + counted) if f.check == "numbers" and f.annotator is not None]
    assert {f.annotator for f in about} == {1}
    assert "30 of 30" in about[0].explanation


def test_rounded_numbers_are_a_note() -> None:
    rounded = [
        answer(f"There are {n} people.", i) for i, n in enumerate((10, 20, 15, 30, 50, 40, 25, 20, 10, 35, 60, 12))
    ]
    exact = [answer(f"There are {n} people.", 50 + i, annotator=2) for i, n in enumerate(range(11, 23))]
    noted = [f for f in check_project(rounded + exact) if f.check == "numbers" and f.annotator is not None]
    assert [(f.check, f.annotator, f.severity) for f in noted] == [("numbers", 1, "note")]


@pytest.mark.parametrize("text", [
    "A cup stands on his left.", "The woman's left hand holds a cup.", "A dog sits to her right.",
    "The dog is to the left.", "One is on the boy's right.",
])  # fmt: skip
def test_sides_of_whom(text: str) -> None:
    assert "left or right of whom" in found(answer(text, type="spatial"))


@pytest.mark.parametrize("text", [
    "A dog sits to the left of a tree.", "He has just left.", "The man on the left wears a hat.", "Right now it rains.",
    "A cup stands on his left, as you see it.", "The people left the building.", "There is a dog right next to her.",
    "In the left half of the picture his left arm is up.",
])  # fmt: skip
def test_sides_that_are_clear(text: str) -> None:
    assert "left or right of whom" not in found(answer(text, type="spatial"))


@pytest.mark.parametrize(("one", "two"), [
    ("There are two dogs.", "There are three dogs in the picture."),
    ("There are no dogs.", "A dog runs over the grass."),
    ("Two dogs are running.", "There isn't a dog in the picture."),
    ("The dog is to the left of the tree.", "The dog is to the right of the tree."),
    ("The dog is to the left of the tree.", "The tree is to the left of the dog."),
    ("A lamp is above the table.", "The table is above the lamp."),
    ("This is before the race.", "They rest after the race."),
])  # fmt: skip
def test_contradictions(one: str, two: str) -> None:
    for a, b in ((one, two), (two, one)):
        told = found(answer(a, 9), [answer(b, 4, picture=9, annotator=2)])
        assert "answer 4 by annotator 2" in told["contradiction"]


@pytest.mark.parametrize(("one", "two"), [
    ("There are two dogs on the grass.", "There are three dogs."),
    ("There are two brown dogs.", "There are three white dogs."),
    ("There are two dogs.", "There are two dogs and three cats."),
    ("There are no dogs in the pool.", "A dog runs over the grass."),
    ("The dog has no collar.", "A collar lies on the table."),
    ("There are no dogs.", "A hot dog lies on a plate."),
    ("There are no dogs.", "A statue of a dog stands there."),
    ("There are no dogs.", "The dog house is red."),
    ("The man is to the left of the woman.", "The man is to the right of the tree."),
    ("The man is to the left of the woman.", "The man is to the right of the woman, two men in all."),
    ("This is before the race.", "They rest after the meal."),
])  # fmt: skip
def test_texts_that_can_both_be_true(one: str, two: str) -> None:
    for a, b in ((one, two), (two, one)):
        assert "contradiction" not in found(answer(a, 9), [answer(b, 4, picture=9, annotator=2)])


def test_contradictions_are_looked_for_within_one_picture_and_between_people() -> None:
    for other in (answer("There are two dogs.", 4, annotator=2), answer("There are two dogs.", 4, picture=9)):
        assert "contradiction" not in found(answer("There are three dogs.", 9), [other])


@pytest.mark.parametrize("text", [
    "They arrived yesterday.", "It was built two years ago.", "This is after Maria has left.", "They came on Monday.",
    "The race begins at 10:30.",
])  # fmt: skip
def test_times_that_no_picture_shows(text: str) -> None:
    assert "unverifiable time" in found(answer(text, type="temporal"))


@pytest.mark.parametrize("text", [
    "He has just thrown the ball.", "It rained before the picture was taken.",
    "They are about to eat after Christmas has passed.",
    "The train is leaving before Asian tourists could board.",
])  # fmt: skip
def test_times_that_a_picture_may_show(text: str) -> None:
    assert "unverifiable time" not in found(answer(text, type="temporal"))


def test_too_fast_to_type_or_far_faster_than_others() -> None:
    assert "at least" in found(answer(LONG, seconds=2.0))["too fast"]
    others = [answer(LONG, i, annotator=2, seconds=40.0 + i) for i in range(10, 40)]
    assert "median of 30" in found(answer("There are two dogs.", seconds=5.0), others)["too fast"]
    for fine in (answer(LONG, seconds=20.0), answer(LONG, seconds=None)):
        assert "too fast" not in found(fine, others)
    assert "too fast" not in found(answer("", seconds=1.5))


def test_short_and_not_stated() -> None:
    assert {"too short", "not stated"} <= set(found(answer("dogs", stated=())))
    assert "too short" not in found(answer("犬が二匹います"))
    assert not {"too short", "not stated"} & set(found(answer("", stated=())))
    assert severity_of("not stated") == "note"


def test_nothing_to_say_far_more_often_than_others() -> None:
    mine = [answer("" if i % 10 else LONG, i) for i in range(30)]
    others = [answer("" if i % 10 == 0 else LONG, 100 + i, annotator=2 + i % 3) for i in range(60)]
    assert {f.annotator for f in check_project(mine + others) if f.check == "nothing to say"} == {1}


texts = st.one_of(
    st.text(),
    st.lists(st.sampled_from(["no", "there", "are", "two", "dogs", "left", "of", "the", "before", "\x00", "<b>", "."]),
             max_size=40).map(" ".join),
    st.sampled_from([HOSTILE, "\ud800", "a" * 10_000, "no " * 3_000, "\u0301" * 3_000]),
)  # fmt: skip


@given(st.lists(texts, min_size=1, max_size=6), st.sampled_from(["en", "de", "xx", "../etc"]))
def test_no_text_makes_a_check_fail(several: list[str], language: str) -> None:
    answers = [answer(t, i, picture=i // 3, annotator=i % 2, seconds=None) for i, t in enumerate(several)]
    for name, why in check_answer(answers[-1], answers[:-1], language=language):
        assert name in checks()
        assert 0 < len(why) < 500
        assert why.isprintable()
    check_project(answers, language=language)


def test_checks_conform() -> None:
    for name, check in checks().items():
        assert check.name == name
        assert check.__doc__
        assert check.of_answer is not Check.of_answer or check.of_project is not Check.of_project


def test_two_checks_cannot_share_a_name() -> None:
    with pytest.raises(UsageError, match="pasted"):

        @register
        class Other(Check):
            """Has a name that is taken."""

            name = "pasted"


def test_english_words_are_not_looked_for_in_other_languages() -> None:
    assert "left or right of whom" not in dict(check_answer(answer("on his left"), [], language="de"))


def test_an_answer_is_checked_in_a_fraction_of_a_second_among_50_000() -> None:
    many: list[Answer] = [
        answer(f"A dog and {i % 97} balls lie near house {i}.", i, picture=i // 2, annotator=i % 40)
        for i in range(50_000)
    ]
    new = answer("There are no elephants.", 50_001, type="negation")
    check_answer(new, many)
    before = time.process_time()
    check_answer(new, many)
    assert time.process_time() - before < 0.5
