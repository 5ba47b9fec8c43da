"""The plan of prompts: nothing leaks, demonstrations are nested, balanced and the same for everybody."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.tuning.retention.prompts import Asked, demonstrations, plan_prompts
from tacit.tuning.retention.tasks.protocol import Item, Task


def made(options: int, per_option: list[int], items: int = 3) -> Task:
    """A task whose pool has so many of each option."""
    names = tuple(f"o{at}" for at in range(options))
    pool = [Item(f"p{at}-{n}", f"shown {at} {n}", names[at]) for at in range(options) for n in range(per_option[at])]
    asked = [Item(f"i{n}", f"asked {n}", names[n % options]) for n in range(items)]
    return Task("made", names, tuple(asked), tuple(pool), instruction="Go on.\n")


tasks = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.integers(0, 9), min_size=n, max_size=n).map(lambda per: made(n, per))
)
seeds = st.integers(0, 2**32)


@given(tasks, seeds, st.integers(0, 3))
def test_demonstrations_are_nested_distinct_and_balanced(task: Task, seed: int, draw: int) -> None:
    every = demonstrations(task, len(task.pool), draw, seed)
    assert sorted(item.id for item in every) == sorted(item.id for item in task.pool)
    there = Counter(item.answer for item in task.pool)
    for count in range(len(every) + 1):
        shown = demonstrations(task, count, draw, seed)
        assert shown == every[:count]
        got = Counter(item.answer for item in shown)
        # No answer lags behind another that it could have kept up with.
        unused = [got[option] for option in task.options if got[option] < there[option]]
        assert not unused or max(got.values(), default=0) - min(unused) <= 1


@given(st.integers(2, 5), seeds)
def test_over_as_many_draws_as_options_every_answer_is_everywhere_once(options: int, seed: int) -> None:
    task = made(options, [4] * options)
    draws = [demonstrations(task, len(task.pool), draw, seed) for draw in range(2 * options)]
    for turn in (draws[:options], draws[options:]):
        for at in range(len(task.pool)):
            assert sorted(shown[at].answer for shown in turn) == list(task.options)


@given(tasks.filter(lambda task: len(task.pool) >= 4), seeds)
def test_everything_is_asked_in_order_after_contexts_that_grow(task: Task, seed: int) -> None:
    asked = list(plan_prompts(task, shots=(4, 0, 1), draws=3, seed=seed))
    rounds = [(0, 0), (0, 1), (0, 4), (1, 1), (1, 4), (2, 1), (2, 4)]
    assert [(one.draw, one.shots, one.item_id) for one in asked] == [
        (*which, item.id) for which in rounds for item in task.items
    ]
    contexts = {which: {one.prompt.context for one in asked if (one.draw, one.shots) == which} for which in rounds}
    assert all(len(found) == 1 for found in contexts.values())
    for before, after in pairwise(rounds):
        if before[0] == after[0]:
            (short,), (long,) = contexts[before], contexts[after]
            assert long.startswith(short)
    for one in asked:
        (text,) = {item.input for item in task.items if item.id == one.item_id}
        assert text in one.prompt.question
        assert text not in one.prompt.context
        assert one.prompt.context.count("Output:") == one.shots
        assert one.prompt.options == tuple(f" {option}" for option in task.options)
        assert task.options[one.answer_index] == next(i.answer for i in task.items if i.id == one.item_id)


@given(tasks.filter(lambda task: len(task.pool) >= 8), seeds)
def test_a_draw_stays_the_same_whatever_else_is_asked(task: Task, seed: int) -> None:
    def at(found: list[Asked]) -> list[Asked]:
        return [one for one in found if (one.draw, one.shots) == (1, 4)]

    few = list(plan_prompts(task, shots=(4,), draws=2, seed=seed))
    many = list(plan_prompts(task, shots=(0, 1, 4, 8), draws=5, seed=seed))
    assert at(few) == at(many) != []
    assert few == list(plan_prompts(task, shots=(4,), draws=2, seed=seed))


def test_draws_and_seeds_differ() -> None:
    task = made(3, [8, 8, 8])
    shown = [tuple(item.id for item in demonstrations(task, 8, draw, seed)) for draw in range(4) for seed in range(4)]
    assert len(set(shown)) == len(shown)


def test_a_question_in_the_pool_is_refused_however_it_is_spaced() -> None:
    task = Task("t", ("a", "b"), (Item("1", "x  y", "a"),), (Item("2", " x y", "a"), Item("3", "z", "b")))
    with pytest.raises(DataError, match="'2', with which it demonstrates, is one of its questions"):
        list(plan_prompts(task, shots=(0, 1)))


@pytest.mark.parametrize(
    ("shots", "draws", "error", "said"),
    [
        ((), 1, UsageError, "Numbers of demonstrations"),
        ((0, -1), 1, UsageError, "Numbers of demonstrations"),
        ((1, 1), 1, UsageError, "all different"),
        ((1,), 0, UsageError, "one draw"),
        ((0, 7), 1, InsufficientDataError, "6 items to demonstrate with, and 7"),
    ],
)
def test_what_cannot_be_planned_is_refused(
    shots: tuple[int, ...], draws: int, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        list(plan_prompts(made(2, [3, 3]), shots=shots, draws=draws))


def test_an_answer_that_is_no_option_is_refused() -> None:
    task = Task("t", ("a", "b"), (Item("1", "x", "c"),), ())
    with pytest.raises(DataError, match="none of the options"):
        list(plan_prompts(task, shots=(0,)))
