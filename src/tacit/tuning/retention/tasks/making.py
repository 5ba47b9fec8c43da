"""What generated tasks have in common: made-up labels, equal shares, questions apart from demonstrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.errors import UsageError
from tacit.tuning.retention.tasks.protocol import Item, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

_TRIES: Final = 1000
LABELS: Final = (
    "bofik", "dulap", "fenog", "gavit", "hirob", "jopel", "kezum", "lumig", "mavok", "nipud", "pogat", "ruvel",
    "sepol", "tubek", "vodam", "wifon", "yubat", "zemik",
)  # fmt: skip
"""Words without a meaning, of one length, no two of which begin with the same letter."""


def draw_labels(count: int, rng: np.random.Generator) -> tuple[str, ...]:
    """Labels that mean nothing.

    Args:
        count: How many, `len(LABELS)` at most.
        rng: Draws them, and their order.
    """
    return tuple(LABELS[at] for at in rng.permutation(len(LABELS))[:count])


def draw_task(
    name: str,
    answers: Sequence[str],
    counts: tuple[int, int],
    rng: np.random.Generator,
    draw: Callable[[int, bool], str],
) -> Task:
    """A task of distinct inputs, with as many of each answer as of any other (or one more), in random order.

    Args:
        name: Of the task.
        answers: The right option of each class; all different. They become the options, sorted.
        counts: Number of questions, and of items to demonstrate with.
        rng: Of the order.
        draw: An input of the class with this number, for a demonstration or for a question. It is asked again when the
            input is there already.

    Raises:
        UsageError: If there is no question, or `draw` gives nothing new a thousand times running: the task has not so
            many different inputs.
    """
    items, pool = counts
    if items < 1 or pool < 0:
        raise UsageError(f"Task {name!r} needs one item at least and a pool of 0 or more, not {items} and {pool}.")
    seen: set[str] = set()

    def drawn(prefix: str, count: int, shown: bool) -> tuple[Item, ...]:
        made = []
        # Where they do not come out even, which answers are there once more is drawn.
        first = int(rng.integers(len(answers)))
        for at in range(first, first + count):
            number = at % len(answers)
            text = next((text for text in (draw(number, shown) for _ in range(_TRIES)) if text not in seen), None)
            if text is None:
                raise UsageError(
                    f"Task {name!r} cannot make {items} questions and {pool} demonstrations that are all different. "
                    "Ask for fewer."
                )
            seen.add(text)
            made.append((text, answers[number]))
        return tuple(Item(f"{prefix}{n}", *made[at]) for n, at in enumerate(rng.permutation(count)))

    return Task(name, tuple(sorted(answers)), drawn("item-", items, False), drawn("shown-", pool, True))
