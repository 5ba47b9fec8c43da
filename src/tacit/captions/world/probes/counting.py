"""How many: "four red circles" against all other numbers from two to ten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.world.probes.protocol import probe
from tacit.captions.world.scene import MOST, SORTS, group
from tacit.captions.world.statement import Phrase, Statement

if TYPE_CHECKING:
    import numpy as np

    from tacit.captions.world.probes.protocol import Question

NUMBERS: Final = range(2, MOST + 1)


@probe("counting", options=len(NUMBERS), cases=NUMBERS)
def counting(many: int, rng: np.random.Generator) -> Question:
    """`many` things of one sort."""
    sort = SORTS[rng.integers(len(SORTS))]
    return group(rng, sort, many), [Statement((Phrase(sort, many=number, plural=True),)) for number in NUMBERS]
