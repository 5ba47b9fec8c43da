"""When: "a red circle before the jump" against "a red circle after the jump"."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from tacit.captions.world.probes.protocol import probe
from tacit.captions.world.scene import EVENTS, PHASES, Event, draw_scene
from tacit.captions.world.statement import Phrase, Statement

if TYPE_CHECKING:
    import numpy as np

    from tacit.captions.world.probes.protocol import Question


@probe("temporal", options=2, cases=[Event(name, phase) for name, phase in product(EVENTS, PHASES)])
def temporal(event: Event, rng: np.random.Generator) -> Question:
    """A thing to which `event` is about to happen or has just happened; the rest of the scene as drawn."""
    scene = replace(draw_scene(rng, "event"), event=event)
    named = (Phrase(scene.things[0].sort),)
    return scene, [Statement(named, event=event.name, phase=phase) for phase in PHASES]
