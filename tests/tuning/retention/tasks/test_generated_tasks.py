"""The tasks that come with tacit: they conform, and each hides what it says it hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tacit.errors import UsageError
from tacit.testing.in_context_task import in_context_task_checks
from tacit.tuning.retention.tasks.making import LABELS
from tacit.tuning.retention.tasks.mapping import WORDS
from tacit.tuning.retention.tasks.pattern import PATTERNS
from tacit.tuning.retention.tasks.protocol import Task, available_tasks, make_task

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("mapping", "mapping-swapped", "pattern", "regression")
CHECKS = [
    pytest.param(check, id=f"{name}: {said}")
    for name in NAMES
    for said, check in in_context_task_checks(available_tasks()[name])
]


@pytest.mark.parametrize("check", CHECKS)
def test_a_task_that_comes_with_tacit_conforms(check: Callable[[], None]) -> None:
    check()


def category(sentence: str) -> str:
    (found,) = {name for name, words in WORDS.items() if sentence.rsplit(maxsplit=1)[-1] in words}
    return found


def structure(text: str) -> tuple[int, ...]:
    letters = text.split()
    return tuple(list(dict.fromkeys(letters)).index(letter) for letter in letters)


def answers_by(task: Task, kind: Callable[[str], object]) -> dict[object, str]:
    """The answer of each kind of input; each must have one only."""
    found: dict[object, str] = {}
    for item in (*task.items, *task.pool):
        assert found.setdefault(kind(item.input), item.answer) == item.answer
    return found


def test_words_are_of_one_category_and_labels_begin_differently() -> None:
    words = [word for of in WORDS.values() for word in of]
    assert len(set(words)) == len(words)
    assert len({label[0] for label in LABELS}) == len(LABELS)
    assert not set(LABELS) & {*words, *WORDS}


@pytest.mark.parametrize("seed", range(5))
def test_mapping_hides_categories(seed: int) -> None:
    task = make_task("mapping", seed=seed, items=60, pool=40)
    labels = answers_by(task, category)
    assert len(labels) == len(set(labels.values())) == 4
    shown, asked = ({item.input.split()[-1] for item in of} for of in (task.pool, task.items))
    assert not shown & asked, "a word that was shown is asked about"


@pytest.mark.parametrize("seed", range(5))
def test_swapped_labels_are_categories_and_none_is_its_own(seed: int) -> None:
    labels = answers_by(make_task("mapping-swapped", seed=seed, items=60, pool=40), category)
    assert set(labels) == set(labels.values())
    assert all(own != other for own, other in labels.items())


@pytest.mark.parametrize("seed", range(5))
def test_pattern_hides_which_letters_are_alike(seed: int) -> None:
    labels = answers_by(make_task("pattern", seed=seed, items=60, pool=40), structure)
    assert len(labels) == len(set(labels.values())) == 4
    assert set(labels) <= set(PATTERNS.values())


@pytest.mark.parametrize("seed", range(5))
def test_regression_hides_a_linear_rule(seed: int) -> None:
    task = make_task("regression", seed=seed, items=80, pool=40)
    one, other = task.options
    points = [
        ([int(part.split(" = ")[1]) for part in i.input.split(", ")], i.answer) for i in (*task.items, *task.pool)
    ]

    def separates(a: int, b: int) -> bool:
        sums = {name: [a * x + b * y for (x, y), answer in points if answer == name] for name in task.options}
        return max(sums[one]) < min(sums[other]) or max(sums[other]) < min(sums[one])

    assert any(separates(a, b) for a in range(-2, 3) for b in range(-2, 3))
    assert one[0] != other[0]


@pytest.mark.parametrize("name", NAMES)
def test_more_than_there_is_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="Ask for fewer"):
        make_task(name, seed=0, items=50_000, pool=0)


@pytest.mark.parametrize("name", NAMES)
def test_as_many_as_is_said_can_be_made(name: str) -> None:
    most = {"pattern": 1000, "regression": 250}.get(name, 384)
    task = make_task(name, seed=1, items=most, pool=most)
    assert len(task.items) == len(task.pool) == most
    assert all(item.input.isascii() for item in (*task.items, *task.pool))
