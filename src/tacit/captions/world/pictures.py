"""Scenes as small pictures."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.captions.world.scene import BOARD, sign_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tacit.captions.world.scene import Scene

PLACE: Final = 6
"""Pixels along each side of a place."""
SIDE: Final = BOARD * PLACE
"""Pixels along each side of a picture."""

_COLOURS: Final = {"red": (230, 40, 40), "green": (40, 190, 60), "blue": (50, 80, 240), "white": (225, 225, 225)}
_MARK: Final = (225, 215, 60)
_GROUND: Final = 16
"""Level of the empty board."""

_STAMPS: Final = {
    ("circle", "large"): (".###.", "#####", "#####", "#####", ".###."),
    ("circle", "small"): (".....", "..#..", ".###.", "..#..", "....."),
    ("square", "large"): ("#####", "#####", "#####", "#####", "#####"),
    ("square", "small"): (".....", ".###.", ".###.", ".###.", "....."),
    ("triangle", "large"): ("..#..", "..#..", ".###.", ".###.", "#####"),
    ("triangle", "small"): (".....", "..#..", "..#..", ".###.", "....."),
    ("house", "large"): ("..#..", ".###.", "#####", ".#.#.", ".#.#."),
    ("house", "small"): (".....", "..#..", ".###.", ".#.#.", "....."),
    ("tree", "large"): (".###.", ".###.", ".###.", "..#..", "..#.."),
    ("tree", "small"): (".....", ".###.", ".###.", "..#..", "....."),
}
_SIGNS: Final = {
    ("jump", "before"): (".....", "#####", ".....", ".....", "....."),
    ("jump", "after"): ("..#..", "..#..", "..#..", "..#..", "..#.."),
    ("flash", "before"): ("#...#", ".....", "..#..", ".....", "#...#"),
    ("flash", "after"): ("..#..", ".....", "#.#.#", ".....", "..#.."),
    ("spin", "before"): ("###..", "#....", "#....", ".....", "....."),
    ("spin", "after"): (".....", ".....", "....#", "....#", "..###"),
}
"""The sign beside a thing to which something happens. Both signs of an event have as much ink as each other, so that
brightness does not tell before from after."""


@cache
def _bitmap(rows: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([[mark == "#" for mark in row] for row in rows])


def draw_pictures(scenes: Sequence[Scene], seed: int) -> NDArray[np.uint8]:
    """Draw scenes.

    Each thing is off the middle of its place by up to a pixel, and there is a little noise, so that no two pictures
    of one scene are alike.

    Args:
        scenes: What to draw.
        seed: Of the jitter and the noise.

    Returns:
        Levels from 0 to 255, shape ``(scenes, SIDE, SIDE, 3)``.

    Example:
        >>> from tacit.captions.world.scene import Scene, Sort, Thing
        >>> picture = draw_pictures([Scene((Thing(Sort("red", "square"), "large", 0, 0),))], seed=1)[0]
        >>> picture.shape, bool(picture[2, 2, 0] > 200), bool(picture[2, 2, 2] < 60)
        ((24, 24, 3), True, True)
    """
    rng = np.random.default_rng(seed)
    board = rng.normal(_GROUND, 5.0, (len(scenes), SIDE, SIDE, 3)).astype(np.float32)
    for picture, scene in zip(board, scenes, strict=True):
        for thing in scene.things:
            stamp = _bitmap(_STAMPS[thing.sort.shape, thing.size])
            _put(picture, stamp, _COLOURS[thing.sort.colour], (thing.row, thing.column), rng)
        if scene.event is not None:
            _put(picture, _bitmap(_SIGNS[scene.event]), _MARK, sign_place(scene), rng)
    return np.clip(board, 0, 255).astype(np.uint8)


def _put(
    picture: NDArray[np.float32],
    stamp: NDArray[np.bool_],
    colour: tuple[int, int, int],
    place: tuple[int, int],
    rng: np.random.Generator,
) -> None:
    down, right = rng.integers(2, size=2)
    top, left = place[0] * PLACE + int(down), place[1] * PLACE + int(right)
    picture[top : top + len(stamp), left : left + stamp.shape[1]][stamp] += np.subtract(colour, _GROUND)
