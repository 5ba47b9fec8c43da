"""What ordinary captions do say: colour, shape, and which things are there.

A model that fails these has learnt nothing yet, so its failures elsewhere say nothing about what captions leave out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.captions.world.probes.protocol import probe
from tacit.captions.world.scene import COLOURS, SHAPES, SORTS, Sort, group, several
from tacit.captions.world.statement import Phrase, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from tacit.captions.world.probes.protocol import Question


def _named(sorts: Iterable[Sort]) -> list[Statement]:
    return [Statement((Phrase(sort),)) for sort in sorts]


@probe("colour", options=len(COLOURS), cases=SORTS)
def colour(sort: Sort, rng: np.random.Generator) -> Question:
    """One thing: "a red circle" against circles of the other colours."""
    return group(rng, sort, 1), _named(Sort(other, sort.shape) for other in COLOURS)


@probe("shape", options=len(SHAPES), cases=SORTS)
def shape(sort: Sort, rng: np.random.Generator) -> Question:
    """One thing: "a red circle" against red things of the other shapes."""
    return group(rng, sort, 1), _named(Sort(sort.colour, other) for other in SHAPES)


@probe("naming", options=4, cases=(2, 3))
def naming(many: int, rng: np.random.Generator) -> Question:
    """Two or three different things and a landmark: one of the things against three that are not there."""
    sorts = [SORTS[at] for at in rng.permutation(len(SORTS))[: many + 3]]
    there, missing = sorts[:many], sorts[many:]
    return several(rng, there), _named([there[rng.integers(many)], *missing])
