"""What all speakers share: what a scene gives occasion to say, and how chosen types are told truthfully."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from tacit.captions.world.scene import SORTS
from tacit.captions.world.statement import Phrase, Statement

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np

    from tacit.captions.world.scene import Scene, Sort

_T = TypeVar("_T")


class Speaker(Protocol):
    """Says something about scenes.

    Attributes:
        name: What it is called in tables.
    """

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def choose(self, scene: Scene, rng: np.random.Generator) -> Statement:
        """Choose what to say; it is always true of the scene."""
        ...


Choices = tuple[tuple[tuple[str, ...], float], ...]
"""Each set of types that a speaker may tell, and its probability."""


class Situation(NamedTuple):
    """What decides which types a speaker tells: scenes in one situation are alike to the speakers here.

    Attributes:
        types: The types that there is something to report of.
        sorts: How many sorts of things there are, a landmark among them.
    """

    types: tuple[str, ...]
    sorts: int


def situation_of(scene: Scene) -> Situation:
    """The situation that a scene puts its speaker in."""
    return Situation(scene.opportunities(), len(scene.sorts()))


def tell(scene: Scene, types: Collection[str], rng: np.random.Generator) -> Statement:
    """Name everything there is, and what happens if anything does, and tell the chosen types.

    What could give the truth away without looking is balanced: the order of names, what is denied and whether first or
    last. Two orders are fixed: what something happens to is named first, and what is placed comes before the landmark.

    Args:
        scene: One as `tacit.captions.world.scene.draw_scene` draws them: what happens, and the only relation, are the
            first thing's.
        types: What to tell, among `Scene.opportunities`.
        rng: Where the randomness comes from.

    Returns:
        A statement that is true of the scene and states exactly `types`.

    Example:
        >>> import numpy as np
        >>> from tacit.captions.world.language import get_language
        >>> from tacit.captions.world.scene import Thing, Sort, Event, Scene
        >>> ball, house = Thing(Sort("red", "circle"), "large", 0, 1), Thing(Sort("white", "house"), "small", 0, 3)
        >>> scene, rng = Scene((ball, house), Event("spin", "after")), np.random.default_rng(2)
        >>> for types in ([], ["spatial"], ["spatial", "negation", "temporal"]):
        ...     print(get_language("en").say(tell(scene, types, rng)))
        a red circle with a spin and a house
        a red circle with a spin left of a house
        a red circle after the spin left of a house but no red triangle
    """
    relation = None
    sorts = sorted(scene.sorts(), key=lambda _: rng.random())
    if scene.event is not None:
        sorts.sort(key=lambda sort: sort != scene.things[0].sort)
    if "spatial" in types:
        figure, relation, ground = pick(scene.relations(), rng)
        placed = [scene.things[figure].sort, scene.things[ground].sort]
        sorts = placed + [sort for sort in sorts if sort not in placed]
    denied = pick(similar(scene), rng) if "negation" in types else None
    return Statement(
        tuple(_phrase(scene, sort, "counting" in types) for sort in sorts),
        relation=relation,
        denied=denied,
        denied_first=denied is not None and rng.random() < 0.5,
        event=scene.event.name if scene.event else None,
        phase=scene.event.phase if scene.event and "temporal" in types else None,
    )


def similar(scene: Scene) -> tuple[Sort, ...]:
    """The absent sorts that share their colour or shape with something present.

    Their absence is worth a word: "no green circle" of a board without anything green and without circles is as true
    as it is idle.
    """
    there = scene.sorts()
    colours, shapes = {sort.colour for sort in there}, {sort.shape for sort in there}
    return tuple(sort for sort in SORTS if (sort.colour in colours or sort.shape in shapes) and sort not in there)


def pick(items: Sequence[_T], rng: np.random.Generator) -> _T:
    """One of several, all equally likely."""
    return items[int(rng.random() * len(items))]


def _phrase(scene: Scene, sort: Sort, counted: bool) -> Phrase:
    many = scene.count(sort)
    return Phrase(sort, many if counted and many > 1 else None, many > 1)


def draw_choice(options: Choices, rng: np.random.Generator) -> tuple[str, ...]:
    """Draw one set of types by its probability."""
    at = rng.random()
    for types, probability in options:
        at -= probability
        if at < 0:
            return types
    return options[-1][0]  # rounding can leave a hair's breadth above the last
