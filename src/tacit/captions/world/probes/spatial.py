"""Where: "a red circle left of a house" against the three other relations of the same two, in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.captions.world.probes.protocol import probe
from tacit.captions.world.scene import RELATIONS, SORTS, several
from tacit.captions.world.statement import Phrase, Statement

if TYPE_CHECKING:
    import numpy as np

    from tacit.captions.world.probes.protocol import Question


@probe("spatial", options=4, cases=RELATIONS)
def spatial(relation: str, rng: np.random.Generator) -> Question:
    """One thing that is `relation` of a landmark."""
    scene = several(rng, [SORTS[rng.integers(len(SORTS))]], relation)
    phrases = tuple(Phrase(thing.sort) for thing in scene.things)
    return scene, [Statement(phrases, relation=name) for name in RELATIONS]
