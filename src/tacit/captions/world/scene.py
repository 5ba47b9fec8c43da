"""Scenes: what there is in the world, before anybody says anything about it.

A scene is a board of 4 x 4 places with coloured shapes on some of them. What can be said about it falls into the four
types that captions leave out (how many, where, what is not there, what comes before or after an event) and the
attributes that captions do name (colour, shape, size). Every fact of a scene can be asked for, so the truth of any
caption can be computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

BOARD: Final = 4
"""Places along each side of a scene."""
SHAPES: Final = ("circle", "square", "triangle", "cross")
COLOURS: Final = ("red", "green", "blue", "yellow")
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
        >>> ball, box = Thing(Sort("red", "circle"), "large", 1, 0), Thing(Sort("blue", "square"), "small", 1, 3)
        >>> scene = Scene((ball, box))
        >>> scene.relations()
        (Relation(figure=0, name='left', ground=1), Relation(figure=1, name='right', ground=0))
        >>> scene.count(Sort("red", "circle")), len(scene.absent())
        (1, 14)
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
        """Every relation that holds between two things of different sorts, both ways round.

        Two things are left and right of each other when they stand in one row, above and below each other when they
        stand in one column. Anything else is neither: people do not agree on what to call it.
        """
        found = []
        for first, second in combinations(range(len(self.things)), 2):
            name = relation(self.things[first], self.things[second])
            if name is not None and self.things[first].sort != self.things[second].sort:
                found += [Relation(first, name, second), Relation(second, OPPOSITE[name], first)]
        return tuple(found)

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

    Three layouts are equally likely: several different things, two of which share a row or a column (`several`), two
    to ten things of one sort (`group`), and one thing to which something happens (`event`).

    Args:
        rng: Where the randomness comes from.
        layout: One of `LAYOUTS`; drawn when ``None``.

    Example:
        >>> draw_scene(np.random.default_rng(5), "event").event
        Event(name='spin', phase='before')
    """
    if layout is None:
        layout = LAYOUTS[rng.integers(len(LAYOUTS))]
    if layout == "group":
        return group(rng, SORTS[rng.integers(len(SORTS))], int(rng.integers(2, MOST + 1)))
    if layout == "event":
        row, column = divmod(int(rng.integers(BOARD * BOARD)), BOARD)
        thing = Thing(SORTS[rng.integers(len(SORTS))], _size(rng), row, column)
        return Scene((thing,), Event(EVENTS[rng.integers(len(EVENTS))], PHASES[rng.integers(2)]))
    many = int(rng.integers(2, 4))
    return several(rng, [SORTS[at] for at in rng.permutation(len(SORTS))[:many]])


def group(rng: np.random.Generator, sort: Sort, many: int) -> Scene:
    """A scene of `many` things of one sort and size, anywhere on the board."""
    size = _size(rng)
    places = rng.permutation(BOARD * BOARD)[:many].tolist()
    return Scene(tuple(Thing(sort, size, *divmod(place, BOARD)) for place in sorted(places)))


def several(rng: np.random.Generator, sorts: Sequence[Sort], name: str | None = None) -> Scene:
    """A scene of one thing of each sort; the first is `name` of the second (drawn when ``None``).

    No other two things share a row or a column with each other, so that one relation, and its converse, can be told.
    """
    name = name or RELATIONS[rng.integers(len(RELATIONS))]
    line = int(rng.integers(BOARD))
    low, high = sorted(rng.permutation(BOARD)[:2].tolist())
    first, second = (low, high) if name in {"left", "above"} else (high, low)
    ends = [(line, first), (line, second)] if name in {"left", "right"} else [(first, line), (second, line)]
    rows, columns = {row for row, _ in ends}, {column for _, column in ends}
    free = [(r, c) for r in range(BOARD) for c in range(BOARD) if r not in rows and c not in columns]
    for _ in sorts[2:]:
        row, column = free[rng.integers(len(free))]
        ends.append((row, column))
        free = [(r, c) for r, c in free if r != row and c != column]
    return Scene(tuple(Thing(sort, _size(rng), row, column) for sort, (row, column) in zip(sorts, ends, strict=True)))


def _size(rng: np.random.Generator) -> str:
    return SIZES[rng.integers(len(SIZES))]
