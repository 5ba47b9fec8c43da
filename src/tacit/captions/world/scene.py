"""Scenes: what there is in the world, before anybody says anything about it.

A scene is a board of 4 x 4 places with coloured shapes on some of them, and a house or a tree that does not move. What
can be said about it falls into the four types that captions leave out (how many, where, what is not there, what comes
before or after an event) and the attributes that captions do name (colour, shape). Every fact of a scene can be asked
for, so the truth of any caption can be computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

BOARD: Final = 4
"""Places along each side of a scene."""
SHAPES: Final = ("circle", "square", "triangle")
COLOURS: Final = ("red", "green", "blue")
SIZES: Final = ("small", "large")
EVENTS: Final = ("jump", "flash", "spin")
PHASES: Final = ("before", "after")
RELATIONS: Final = ("left", "right", "above", "below")
OPPOSITE: Final = {"left": "right", "right": "left", "above": "below", "below": "above"}
MOST: Final = 10
"""The largest group."""

Layout = Literal["several", "group", "event"]
LAYOUTS: Final[tuple[Layout, ...]] = ("several", "group", "event")


class Sort(NamedTuple):
    """What a thing is called: things of one sort are counted together.

    Attributes:
        colour: One of `COLOURS`.
        shape: One of `SHAPES`.
    """

    colour: str
    shape: str


SORTS: Final = tuple(Sort(colour, shape) for colour in COLOURS for shape in SHAPES)
"""What moves, and can be counted and missing."""
LANDMARKS: Final = (Sort("white", "house"), Sort("white", "tree"))
"""What stays: others are placed by it, as people do ("the bike near the house"; Talmy 1983, figure and ground)."""


class Thing(NamedTuple):
    """One object on the board.

    Attributes:
        sort: Its colour and shape.
        size: One of `SIZES`.
        row: Place from the top, 0 to `BOARD` - 1.
        column: Place from the left.
    """

    sort: Sort
    size: str
    row: int
    column: int


class Event(NamedTuple):
    """Something that is about to happen to the first thing, or has just happened.

    Attributes:
        name: One of `EVENTS`.
        phase: ``before`` or ``after``: when the picture was taken.
    """

    name: str
    phase: str


class Relation(NamedTuple):
    """Where one thing is, seen from another.

    Attributes:
        figure: Index of the thing that is placed.
        name: One of `RELATIONS`.
        ground: Index of the thing it is placed by.
    """

    figure: int
    name: str
    ground: int


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene.

    Attributes:
        things: What is on the board, no two on one place.
        event: What is about to happen or has just happened to the first thing, if anything.

    Example:
        >>> ball, house = Thing(Sort("red", "circle"), "small", 1, 0), Thing(Sort("white", "house"), "large", 1, 3)
        >>> scene = Scene((ball, house))
        >>> scene.relations()
        (Relation(figure=0, name='left', ground=1),)
        >>> scene.count(Sort("red", "circle")), len(scene.absent())
        (1, 8)
    """

    things: tuple[Thing, ...]
    event: Event | None = None

    def sorts(self) -> tuple[Sort, ...]:
        """The sorts that are there, in order of first appearance."""
        return tuple(dict.fromkeys(thing.sort for thing in self.things))

    def count(self, sort: Sort) -> int:
        """How many things of a sort there are."""
        return sum(thing.sort == sort for thing in self.things)

    def absent(self) -> tuple[Sort, ...]:
        """The sorts that are not there, in the order of `SORTS`."""
        there = set(self.sorts())
        return tuple(sort for sort in SORTS if sort not in there)

    def relations(self) -> tuple[Relation, ...]:
        """Where things are, seen from a landmark.

        A thing is left or right of a landmark when they stand in one row, above or below when they stand in one
        column. Anything else is neither: people do not agree on what to call it. Two things that move are not related
        to each other: of equals, neither is the ground.
        """
        ground = [at for at, thing in enumerate(self.things) if thing.sort in LANDMARKS]
        return tuple(
            Relation(figure, name, by)
            for by in ground
            for figure, thing in enumerate(self.things)
            if figure not in ground and (name := relation(thing, self.things[by])) is not None
        )

    def opportunities(self) -> tuple[str, ...]:
        """The types that there is something to report of, in the order of `tacit.captions.detect.hits.TYPES`.

        Negation always is: something is always missing. That is why an opportunity alone predicts nothing.
        """
        there = []
        if any(self.count(sort) > 1 for sort in self.sorts()):
            there.append("counting")
        if self.relations():
            there.append("spatial")
        there.append("negation")
        if self.event is not None:
            there.append("temporal")
        return tuple(there)


def relation(figure: Thing, ground: Thing) -> str | None:
    """Where `figure` is, seen from `ground`, or ``None`` where neither row nor column is shared."""
    if figure.row == ground.row:
        return "left" if figure.column < ground.column else "right"
    if figure.column == ground.column:
        return "above" if figure.row < ground.row else "below"
    return None


def draw_scene(rng: np.random.Generator, layout: Layout | None = None) -> Scene:
    """Draw one scene.

    Three layouts are equally likely: one or two different things and a landmark, by which the first stands
    (`several`); the same, where something happens to the first (`event`); and two to ten things of one sort
    (`group`).

    Args:
        rng: Where the randomness comes from.
        layout: One of `LAYOUTS`; drawn when ``None``.

    Example:
        >>> draw_scene(np.random.default_rng(5), "event").event
        Event(name='flash', phase='before')
    """
    if layout is None:
        layout = LAYOUTS[rng.integers(len(LAYOUTS))]
    if layout == "group":
        return group(rng, SORTS[rng.integers(len(SORTS))], int(rng.integers(2, MOST + 1)))
    many = int(rng.integers(1, 3))
    sorts = [SORTS[at] for at in rng.permutation(len(SORTS))[:many]]
    if layout == "several":
        return several(rng, sorts)
    return with_event(rng, sorts, Event(EVENTS[rng.integers(len(EVENTS))], PHASES[rng.integers(2)]))


def group(rng: np.random.Generator, sort: Sort, many: int) -> Scene:
    """A scene of `many` things of one sort and size, anywhere on the board."""
    size = _size(rng)
    places = rng.permutation(BOARD * BOARD)[:many].tolist()
    return Scene(tuple(Thing(sort, size, *divmod(place, BOARD)) for place in sorted(places)))


def several(rng: np.random.Generator, sorts: Sequence[Sort], name: str | None = None) -> Scene:
    """A scene of one thing of each sort, and a landmark: the second thing of the scene.

    The first thing stands in the relation `name` (drawn when ``None``) to the landmark. Nothing else shares a row or a
    column with it, so that one relation can be told.

    Args:
        rng: Where the randomness comes from.
        sorts: Different sorts, ten at most.
        name: One of `RELATIONS`.
    """
    name = name or RELATIONS[rng.integers(len(RELATIONS))]
    line = int(rng.integers(BOARD))
    low, high = sorted(rng.permutation(BOARD)[:2].tolist())
    first, second = (low, high) if name in {"left", "above"} else (high, low)
    ends = [(line, first), (line, second)] if name in {"left", "right"} else [(first, line), (second, line)]
    apart = [(r, c) for r in range(BOARD) for c in range(BOARD) if r != ends[1][0] and c != ends[1][1]]
    others = rng.permutation(len(apart))[: len(sorts) - 1]
    ends += [apart[at] for at in others]
    present = [sorts[0], LANDMARKS[rng.integers(len(LANDMARKS))], *sorts[1:]]
    return Scene(tuple(Thing(sort, _size(rng), row, column) for sort, (row, column) in zip(present, ends, strict=True)))


def with_event(rng: np.random.Generator, sorts: Sequence[Sort], event: Event) -> Scene:
    """A scene as `several` draws it, where `event` happens to the first thing, and its sign has a place of its own."""
    name = RELATIONS[rng.integers(len(RELATIONS))]  # not drawn anew below: some have less room for the sign
    while True:
        scene = several(rng, sorts, name)
        if sign_place(scene) not in {(thing.row, thing.column) for thing in scene.things}:
            return Scene(scene.things, event)


def sign_place(scene: Scene) -> tuple[int, int]:
    """Where the sign of an event is: the place after the first thing's, in its row."""
    thing = scene.things[0]
    return thing.row, (thing.column + 1) % BOARD


def _size(rng: np.random.Generator) -> str:
    return SIZES[rng.integers(len(SIZES))]
