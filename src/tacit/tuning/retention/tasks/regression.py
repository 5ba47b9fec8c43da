"""Two small numbers, and which of two numbers a hidden linear rule gives for them.

The rule is s = a x + b y with whole weights that are not both 0; the answer is one number where s lies high, another
where it lies low. Which weights, which numbers and which way round is drawn. For every rule there is its mirror image
with the answers exchanged, so without demonstrations any guess is as good as another; with them, the answer of the
nearest demonstration is a good guess, which is how far one needs to come for a fair score. Inputs near the border are
left out.

Language models do regress on numbers in their context (Vacareanu et al. 2024, arXiv 2404.07544), the small ones
worse. That those of half a billion parameters are above chance with 16 demonstrations is a judgement, not a
measurement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.tuning.retention.tasks.making import draw_task
from tacit.tuning.retention.tasks.protocol import in_context_task

if TYPE_CHECKING:
    from tacit.tuning.retention.tasks.protocol import Task

LARGEST: Final = 30
"""Of x and y; the smallest is 0."""
WEIGHTS: Final = ((1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (1, 2), (2, -1), (1, -2))
"""Up to their sign, which the order of the answers stands for."""
MARGIN: Final = 0.2
"""Share of the inputs on either side of the border that are left out."""


@in_context_task("regression")
def make_regression(seed: int, items: int, pool: int) -> Task:
    """A linear rule on two numbers, in text: two options, which are numbers.

    Args:
        seed: Of the rule, its answers and the inputs.
        items: Questions.
        pool: Demonstrations to draw from; together with the questions some 500 at most.

    Raises:
        UsageError: If so many cannot be made.

    Example:
        >>> for item in make_regression(0, items=4, pool=16).items:
        ...     print(item.input, "->", item.answer)
        x = 6, y = 22 -> 99
        x = 29, y = 3 -> 33
        x = 12, y = 25 -> 99
        x = 28, y = 3 -> 33
    """
    rng = np.random.default_rng([seed, 2])
    weights = WEIGHTS[rng.integers(len(WEIGHTS))]
    x, y = np.meshgrid(np.arange(LARGEST + 1), np.arange(LARGEST + 1))
    values = weights[0] * x + weights[1] * y
    low, high = np.quantile(values, [0.5 - MARGIN, 0.5 + MARGIN])
    sides = [list(zip(x[at].tolist(), y[at].tolist(), strict=True)) for at in (values <= low, values >= high)]
    # Two numbers with different first digits, so that the first token tells them apart however they are cut.
    tens, ones = rng.permutation(9)[:2] + 1, rng.integers(10, size=2)
    answers = [f"{ten}{one}" for ten, one in zip(tens, ones, strict=True)]

    def draw(number: int, _shown: bool) -> str:
        first, second = sides[number][rng.integers(len(sides[number]))]
        return f"x = {first}, y = {second}"

    return draw_task("regression", answers, (items, pool), rng, draw)
