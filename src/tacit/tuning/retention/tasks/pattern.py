"""Strings of six letters that repeat in some way, and a label for each way that means nothing.

The letters are drawn for every string, so letters tell nothing about the label; what counts is which of them are
alike. Repetition within a short window is what the first circuits that learn in context detect (Olsson et al. 2022,
arXiv 2209.11895), so models of half a billion parameters can be expected to be above chance with 16 demonstrations
(four per label); that is a judgement, not a measurement. Letters stand apart, so that tokens are letters.
"""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.tuning.retention.tasks.making import draw_labels, draw_task
from tacit.tuning.retention.tasks.protocol import in_context_task

if TYPE_CHECKING:
    from tacit.tuning.retention.tasks.protocol import Task

PATTERNS: Final = {
    "alternating": (0, 1, 0, 1, 0, 1),
    "in pairs": (0, 0, 1, 1, 2, 2),
    "halves alike": (0, 1, 2, 0, 1, 2),
    "mirrored": (0, 1, 2, 2, 1, 0),
    "two blocks": (0, 0, 0, 1, 1, 1),
    "all different": (0, 1, 2, 3, 4, 5),
}
"""Which letters of a string are alike."""
CLASSES: Final = 4


@in_context_task("pattern")
def make_pattern(seed: int, items: int, pool: int) -> Task:
    """Ways in which letters repeat: four options, labels that mean nothing.

    Args:
        seed: Of patterns, labels and letters.
        items: Questions.
        pool: Demonstrations to draw from; together with the questions some 2,000 at most.

    Raises:
        UsageError: If so many cannot be made.

    Example:
        >>> for item in make_pattern(0, items=4, pool=16).items:
        ...     print(item.input, "->", item.answer)
        v i y f w s -> mavok
        g d w w d g -> pogat
        k m k m k m -> nipud
        j j n n y y -> ruvel
    """
    rng = np.random.default_rng([seed, 3])
    patterns = [list(PATTERNS.values())[at] for at in rng.permutation(len(PATTERNS))[:CLASSES]]

    def draw(number: int, _shown: bool) -> str:
        letters = rng.permutation(list(ascii_lowercase))
        return " ".join(letters[at] for at in patterns[number])

    return draw_task("pattern", draw_labels(CLASSES, rng), (items, pool), rng, draw)
