"""Which questions are asked after which demonstrations: planned once, and the same for every model.

Accuracy with a few demonstrations moves by tens of points with which they are and how they are ordered (Lu et al.
2022, arXiv 2104.08786), and models lean towards the answer that stands last (Zhao et al. 2021, arXiv 2102.09690).
So there are several draws, models are compared on the same ones, and over the draws every answer stands at every
place, the last one included, equally often.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np

from tacit.errors import DataError, InsufficientDataError, UsageError
from tacit.io.places import shown
from tacit.tuning.retention.protocol import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.tuning.retention.tasks.protocol import Item, Task

SHOTS: Final = (0, 1, 2, 4, 8, 16)
DRAWS: Final = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """One question after the demonstrations of one draw.

    Attributes:
        task: Name of the task.
        shots: Number of demonstrations.
        draw: Which draw of demonstrations, from 0.
        item_id: The question.
        prompt: What the model reads.
        answer_index: The right one of the prompt's options.
    """

    task: str
    shots: int
    draw: int
    item_id: str
    prompt: Prompt
    answer_index: int


def plan_prompts(task: Task, shots: Sequence[int] = SHOTS, draws: int = DRAWS, seed: int = 0) -> Iterator[Asked]:
    r"""Every prompt of a task: by draw, then by number of demonstrations (ascending), then by item.

    All items of a draw are asked after the same demonstrations, and k demonstrations are the first k of those that
    more begin with. Without demonstrations there is nothing to draw: that is asked once, as draw 0.

    Args:
        task: The task.
        shots: Numbers of demonstrations.
        draws: How often demonstrations are drawn and put in order.
        seed: Of the draws. Draw 3 is the same whether there are 5 draws or 10, 16 shots or 4.

    Yields:
        One per draw, number of demonstrations and item.

    Raises:
        UsageError: If `shots` is empty or has negative numbers or one twice, or `draws` is not positive.
        InsufficientDataError: If the pool has fewer items than the most demonstrations.
        DataError: If a question is in the pool, or an answer is none of the task's options.

    Example:
        >>> from tacit.tuning.retention.tasks.protocol import Item, Task
        >>> pool = tuple(Item(f"p{n}", f"{n} {n}", "odd" if n % 2 else "even") for n in range(8))
        >>> task = Task("parity", ("odd", "even"), (Item("a", "9", "odd"),), pool)
        >>> asked = list(plan_prompts(task, shots=(0, 2), draws=1))
        >>> [(a.shots, a.answer_index) for a in asked], asked[0].prompt
        ([(0, 0), (2, 0)], Prompt(context='', question='Input: 9\nOutput:', options=(' odd', ' even')))
        >>> print(asked[1].prompt.context + asked[1].prompt.question)
        Input: 4 4
        Output: even
        <BLANKLINE>
        Input: 3 3
        Output: odd
        <BLANKLINE>
        Input: 9
        Output:
    """
    if draws < 1:
        raise UsageError(f"There must be one draw of demonstrations at least, not {draws}.")
    ordered = check_shots(shots)
    _check(task, ordered[-1])
    options = tuple(f" {option}" for option in task.options)
    for draw in range(draws):
        shown = demonstrations(task, ordered[-1], draw, seed)
        told = [f"{task.before}{one.input}{task.between} {one.answer}{task.after}" for one in shown]
        for count in ordered:
            if count == 0 and draw:
                continue
            context = task.instruction + "".join(told[:count])
            for item in task.items:
                prompt = Prompt(context, f"{task.before}{item.input}{task.between}", options)
                yield Asked(task.name, count, draw, item.id, prompt, task.options.index(item.answer))


def check_shots(shots: Sequence[int]) -> list[int]:
    """Numbers of demonstrations, ascending.

    Raises:
        UsageError: If there are none, or they are negative or not all different.

    Example:
        >>> check_shots((4, 0, 16))
        [0, 4, 16]
    """
    if not shots or min(shots) < 0 or len(set(shots)) != len(shots):
        raise UsageError(
            f"Numbers of demonstrations are 0 or more and all different, e.g. 0, 1, 4, 16; not {list(shots)}."
        )
    return sorted(shots)


def demonstrations(task: Task, count: int, draw: int, seed: int) -> list[Item]:
    """Demonstrations of one draw, in order.

    They come in blocks that hold every answer once, so any number of them is as balanced as it can be; a block's order
    is drawn once and turned by one place from draw to draw, so that over as many draws as there are options every
    answer stands at every place once. Where the pool has run out of an answer, blocks go on without it.

    Args:
        task: The task.
        count: How many.
        draw: Which draw.
        seed: Of all draws.

    Returns:
        Distinct items of the pool; the first k are the same whatever `count` is.
    """
    key = [seed, crc32(task.name.encode())]
    rng = np.random.default_rng([*key, 1, draw])
    left: dict[str, list[Item]] = {}
    for option in task.options:
        of = [item for item in task.pool if item.answer == option]
        left[option] = [of[at] for at in rng.permutation(len(of))]
    # Draws that are turns of each other share the orders they turn.
    turns, turn = divmod(draw, len(task.options))
    orders = np.random.default_rng([*key, 2, turns])
    found: list[Item] = []
    while len(found) < count:
        order = np.roll(orders.permutation(len(task.options)), turn)
        block = [left[task.options[at]].pop() for at in order if left[task.options[at]]]
        if not block:
            break
        found += block
    return found[:count]


def _check(task: Task, most: int) -> None:
    name = shown(task.name)
    if len(task.pool) < most:
        raise InsufficientDataError(
            f"Task '{name}' has {len(task.pool)} items to demonstrate with, and {most} demonstrations were asked "
            "for. Ask for fewer, or give it more."
        )
    options = set(task.options)
    wrong = next((item for item in (*task.items, *task.pool) if item.answer not in options), None)
    if wrong is not None:
        raise DataError(f"Task '{name}': the answer of '{shown(wrong.id)}' is none of the options.")
    asked = {" ".join(item.input.split()) for item in task.items}
    leak = next((item for item in task.pool if " ".join(item.input.split()) in asked), None)
    if leak is not None:
        raise DataError(
            f"Task '{name}': '{shown(leak.id)}', with which it demonstrates, is one of its questions. A model could "
            "copy the answer; take it out of one of them."
        )
