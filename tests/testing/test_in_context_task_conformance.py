"""The conformance checks of in-context tasks: broken ones are caught by the check made for it."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tacit.errors import UsageError
from tacit.testing.in_context_task import check_in_context_task, in_context_task_checks
from tacit.tuning.retention.tasks.protocol import Item, Task

if TYPE_CHECKING:
    from collections.abc import Callable


def good(seed: int, items: int, pool: int) -> Task:
    """Odd and even under labels that are drawn."""
    if items < 1:
        raise UsageError("No items.")
    rng = np.random.default_rng(seed)
    labels = ("left", "right") if rng.random() < 0.5 else ("right", "left")
    numbers = rng.permutation(500) * 2
    every = [(f"number {n + at % 2}", labels[at % 2]) for at, n in enumerate(numbers[: items + pool])]
    made = [Item(str(at), *one) for at, one in enumerate(every)]
    return Task("parity", ("left", "right"), tuple(made[:items]), tuple(made[items:]))


CALLS = count()


def fewer(seed: int, items: int, pool: int) -> Task:
    return good(seed, max(items - 1, items and 1), pool)


def no_task(seed: int, items: int, pool: int) -> Any:
    return good(seed, items, pool).items


def same_ids(seed: int, items: int, pool: int) -> Task:
    task = good(seed, items, pool)
    return replace(task, items=tuple(replace(item, id="1") for item in task.items))


def no_text(seed: int, items: int, pool: int) -> Task:
    task = good(seed, items, pool)
    return replace(task, items=(replace(task.items[0], input="\ud800"), *task.items[1:]))


def one_in_another(seed: int, items: int, pool: int) -> Task:
    task = good(seed, items, pool)
    named = {"left": "right hand", "right": "right"}
    made = [tuple(replace(item, answer=named[item.answer]) for item in of) for of in (task.items, task.pool)]
    return replace(task, options=("right", "right hand"), items=made[0], pool=made[1])


def blank_options(seed: int, items: int, pool: int) -> Task:
    return replace(good(seed, items, pool), options=(" left", "right"))


def same_options(seed: int, items: int, pool: int) -> Task:
    return replace(good(seed, items, pool), options=("left", "left"))


def lopsided(seed: int, items: int, pool: int) -> Task:
    task = good(seed, items, 3 * pool)
    pool_items = [item for item in task.pool if item.answer == "left"]
    return replace(task, pool=tuple(pool_items[:pool]))


def leaking(seed: int, items: int, pool: int) -> Task:
    task = good(seed, items, pool)
    return replace(task, pool=(*task.pool[2:], *task.items[:2])[-pool:] if pool else ())


def asking_twice(seed: int, items: int, pool: int) -> Task:
    task = good(seed, items, pool)
    twice = [replace(task.items[at % 2], id=str(at)) for at in range(items)]
    return replace(task, items=tuple(twice))


def moody(seed: int, items: int, pool: int) -> Task:
    return good(next(CALLS), items, pool)


def seedless(seed: int, items: int, pool: int) -> Task:
    return good(0, items, pool)


def known(seed: int, items: int, pool: int) -> Task:
    """What odd and even are called everywhere."""
    task = good(seed, items, pool)
    named = [
        tuple(replace(item, answer="left" if item.input[-1] in "02468" else "right") for item in of)
        for of in (task.items, task.pool)
    ]
    return replace(task, items=named[0], pool=named[1])


def generous(seed: int, items: int, pool: int) -> Task:
    return good(seed, max(items, 1), pool)


def broken(seed: int, items: int, pool: int) -> Task:
    raise ZeroDivisionError("no\x1b[2J")


@pytest.mark.parametrize(("name", "check"), in_context_task_checks(good))
def test_a_good_task_conforms(name: str, check: Callable[[], None]) -> None:
    check()


@pytest.mark.parametrize(
    ("make", "name", "said"),
    [
        (fewer, "gives what was asked for", "gives 39 items"),
        (no_task, "gives what was asked for", "instead of a Task"),
        (same_ids, "gives what was asked for", "the same id"),
        (no_text, "gives what was asked for", "is no text"),
        (one_in_another, "options can be told apart", "begins with another"),
        (blank_options, "options can be told apart", "blank"),
        (same_options, "options can be told apart", "not two or more"),
        (lopsided, "answers are balanced", "of the pool are not balanced"),
        (leaking, "demonstrations give no question away", "one of its questions"),
        (asking_twice, "demonstrations give no question away", "asked twice"),
        (moody, "is repeatable", "same seed gives different"),
        (seedless, "is repeatable", "Different seeds give the same"),
        (known, "needs its demonstrations", "without demonstrations"),
        (generous, "refuses what cannot be made", "task of no items"),
    ],
)
def test_broken_tasks_are_caught(make: Callable[[int, int, int], Task], name: str, said: str) -> None:
    checks = dict(in_context_task_checks(make))
    with pytest.raises(Exception, match=said):
        checks[name]()


def test_what_raises_fails_without_a_traceback() -> None:
    outcomes = check_in_context_task(broken)
    assert {outcome.status for outcome in outcomes} == {"failed"}
    assert "\x1b" not in "".join(outcome.detail for outcome in outcomes)
