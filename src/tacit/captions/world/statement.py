"""What a caption says about a scene, before it is put into the words of a language; and whether it is true."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from tacit.captions.world.scene import relation

if TYPE_CHECKING:
    from tacit.captions.world.scene import Event, Scene, Sort


class Phrase(NamedTuple):
    """A noun phrase.

    Attributes:
        sort: What is named.
        many: How many, where the number is said; else ``None``.
        plural: Whether more than one is meant: "red circles" rather than "a red circle".
        size: One of `tacit.captions.world.scene.SIZES`, where it is said.
        colour: Whether the colour is said; without it any colour will do. That of a landmark never is.
    """

    sort: Sort
    many: int | None = None
    plural: bool = False
    size: str | None = None
    colour: bool = True

    def fits(self, sort: Sort) -> bool:
        """Whether a thing of this sort can be called so."""
        return sort == self.sort if self.colour else sort.shape == self.sort.shape


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that one caption says.

    Attributes:
        phrases: What is named as being there, in this order.
        relation: Where the first is, seen from the second: one of `tacit.captions.world.scene.RELATIONS`.
        denied: What is said not to be there.
        denied_first: Whether the denial comes before the rest ("no blue square but a red circle").
        event: The event that is named, if any.
        phase: Whether the picture shows ``before`` or ``after`` the event, where that is said.

    Example:
        >>> from tacit.captions.world.scene import Scene, Sort, Thing
        >>> red, house = Sort("red", "circle"), Sort("white", "house")
        >>> scene = Scene((Thing(red, "large", 1, 0), Thing(house, "small", 1, 3)))
        >>> said = Statement((Phrase(red), Phrase(house)), relation="left", denied=Sort("green", "square"))
        >>> said.states(), said.is_true(scene)
        (('spatial', 'negation'), True)
        >>> Statement((Phrase(red), Phrase(house)), relation="right").is_true(scene)
        False
    """

    phrases: tuple[Phrase, ...]
    relation: str | None = None
    denied: Sort | None = None
    denied_first: bool = False
    event: str | None = None
    phase: str | None = None

    def states(self) -> tuple[str, ...]:
        """The types it states, in the order of `tacit.captions.detect.hits.TYPES`."""
        present = {
            "counting": any(phrase.many is not None for phrase in self.phrases),
            "spatial": self.relation is not None,
            "negation": self.denied is not None,
            "temporal": self.phase is not None,
        }
        return tuple(type_ for type_, holds in present.items() if holds)

    def is_true(self, scene: Scene) -> bool:
        """Whether everything that is said holds of a scene."""
        return (
            all(_phrase_holds(phrase, scene) for phrase in self.phrases)
            and (self.relation is None or self._relation_holds(scene))
            and (self.denied is None or scene.count(self.denied) == 0)
            and _event_holds(self.event, self.phase, scene.event)
        )

    def _relation_holds(self, scene: Scene) -> bool:
        figure, ground = self.phrases[:2]
        return any(
            figure.fits(one.sort) and ground.fits(other.sort) and relation(one, other) == self.relation
            for one, other in permutations(scene.things, 2)
        )


def _phrase_holds(phrase: Phrase, scene: Scene) -> bool:
    fitting = [
        thing
        for thing in scene.things
        if phrase.fits(thing.sort) and (phrase.size is None or thing.size == phrase.size)
    ]
    if phrase.many is not None:
        return len(fitting) == phrase.many
    return len(fitting) >= (2 if phrase.plural else 1)


def _event_holds(event: str | None, phase: str | None, there: Event | None) -> bool:
    if event is None:
        return True
    return there is not None and there.name == event and phase in {None, there.phase}
