"""What an in-context task is, and how a new one is added.

A task is one file: a function that makes it from a seed, under `in_context_task`. It must not be solvable without
demonstrations (labels are made up anew for each seed), and nothing of it may be found on the web.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from tacit.errors import UsageError
from tacit.plugins import broken_note, load_plugins

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRY_POINTS: Final = "tacit.in_context_task"


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its answer.

    Attributes:
        id: Unique within the task.
        input: What is shown.
        answer: The right one of the task's options.
    """

    id: str
    input: str
    answer: str


@dataclass(frozen=True, slots=True)
class Task:
    r"""Questions, and a pool from which demonstrations are drawn.

    Attributes:
        name: What results call it.
        options: The answers to choose from; at least two, all different.
        items: The questions. The same for every number of demonstrations, every draw and every model.
        pool: What demonstrations are drawn from; no input of it is among the questions.
        instruction: What stands before everything; may be ``""``.
        before: What stands before an input, e.g. ``"Input: "``.
        between: What stands between an input and its answer, e.g. ``"\nOutput:"``; answers follow after a space.
        after: What stands after an answer, e.g. ``"\n\n"``.
        source: ``generated``, or the file it was read from.
    """

    name: str
    options: tuple[str, ...]
    items: tuple[Item, ...]
    pool: tuple[Item, ...]
    instruction: str = ""
    before: str = "Input: "
    between: str = "\nOutput:"
    after: str = "\n\n"
    source: str = "generated"

    @property
    def chance(self) -> float:
        """Accuracy of guessing."""
        return 1 / len(self.options)


Maker = "Callable[[int, int, int], Task]"
"""From seed, number of items and size of the pool to the task."""

_REGISTRY: dict[str, Callable[[int, int, int], Task]] = {}
_BUILT_IN: Final = (
    "tacit.tuning.retention.tasks.mapping",
    "tacit.tuning.retention.tasks.regression",
    "tacit.tuning.retention.tasks.pattern",
)


def in_context_task(
    name: str,
) -> Callable[[Callable[[int, int, int], Task]], Callable[[int, int, int], Task]]:
    """Decorator: make a task available under a name.

    Raises:
        UsageError: If the name is taken.
    """

    def register(make: Callable[[int, int, int], Task]) -> Callable[[int, int, int], Task]:
        if _REGISTRY.setdefault(name, make) is not make:
            raise UsageError(f"Two in-context tasks are called {name!r}. Rename one of them.")
        return make

    return register


def available_tasks() -> dict[str, Callable[[int, int, int], Task]]:
    """What makes each task, built in or plugged in, by name."""
    for module in _BUILT_IN:
        import_module(module)
    load_plugins(ENTRY_POINTS)
    return dict(sorted(_REGISTRY.items()))


def make_task(name: str, *, seed: int, items: int, pool: int) -> Task:
    """Make a task.

    Args:
        name: One of `available_tasks`.
        seed: The same seed gives the same task.
        items: Questions.
        pool: Demonstrations to draw from.

    Raises:
        UsageError: If there is no such task.
    """
    makers = available_tasks()
    if name not in makers:
        raise UsageError(
            f"There is no in-context task {name!r}. There are: {', '.join(makers)}.{broken_note(ENTRY_POINTS)}"
        )
    return makers[name](seed, items, pool)
