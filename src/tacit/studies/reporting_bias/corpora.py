"""The training sets of the study: pictures with captions by ordinary, asked and other speakers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.captions.detect.hits import TYPES
from tacit.captions.world.language import LANGUAGES
from tacit.captions.world.pictures import draw_pictures
from tacit.captions.world.scene import draw_scene
from tacit.captions.world.speakers.elicited import ElicitedSpeaker
from tacit.captions.world.speakers.pragmatic import PragmaticSpeaker
from tacit.captions.world.speakers.synthetic import SyntheticSpeaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tacit.captions.world.scene import Scene
    from tacit.captions.world.speakers.telling import Speaker
    from tacit.captions.world.statement import Statement

Rates = str | tuple[tuple[str, float], ...]
"""Name of a corpus, or shares by type, hashable."""

_STREAMS: Final = {"ordinary": 1, "elicited": 2, "synthetic": 3, "pool": 4}
"""Each source has scenes and chances of its own, whatever else is drawn."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pictures and what is said of them.

    Attributes:
        scenes: What the pictures show.
        pictures: Levels, shape ``(pairs, SIDE, SIDE, 3)``.
        statements: What is said.
    """

    scenes: Sequence[Scene]
    pictures: NDArray[np.uint8]
    statements: Sequence[Statement]

    def __len__(self) -> int:
        return len(self.statements)

    def take(self, rows: Sequence[int] | slice) -> Pairs:
        """Some of them, in this order."""
        at = range(len(self))[rows] if isinstance(rows, slice) else rows
        chosen = self.pictures[rows] if isinstance(rows, slice) else self.pictures[list(rows)]
        return Pairs([self.scenes[i] for i in at], chosen, [self.statements[i] for i in at])

    def __add__(self, other: Pairs) -> Pairs:
        return Pairs(
            [*self.scenes, *other.scenes],
            np.concatenate([self.pictures, other.pictures]),
            [*self.statements, *other.statements],
        )

    def texts(self, languages: str) -> list[str]:
        """The captions; with several languages (``en+de``) they take turns."""
        spoken = [LANGUAGES[code] for code in languages.split("+")]
        return [spoken[at % len(spoken)].say(statement) for at, statement in enumerate(self.statements)]

    def telling(self) -> dict[str, int]:
        """How many of the captions state each type."""
        stated = [statement.states() for statement in self.statements]
        return {type_: sum(type_ in types for types in stated) for type_ in TYPES}


@lru_cache(maxsize=6)
def speak(source: str, pairs: int, seed: int, rates: Rates) -> Pairs:
    """The captions of one speaker.

    A longer corpus of the same seed begins with the shorter one.

    Args:
        source: ``ordinary``, ``elicited``, ``synthetic`` (learnt from what ordinary captions say) or ``pool``
            (ordinary captions of scenes of its own).
        pairs: How many.
        seed: Of scenes and speaker.
        rates: Of the ordinary speaker.
    """
    scenes, statements = say(source, pairs, seed, rates)
    return Pairs(scenes, draw_pictures(scenes, seed), statements)


def say(source: str, pairs: int, seed: int, rates: Rates) -> tuple[list[Scene], list[Statement]]:
    """As `speak`, without drawing pictures."""
    drawn = np.random.default_rng([seed, _STREAMS[source], 0])
    scenes = [draw_scene(drawn) for _ in range(pairs)]
    said = np.random.default_rng([seed, _STREAMS[source], 1])
    speaker = make_speaker(source, seed, rates)
    return scenes, [speaker.choose(scene, said) for scene in scenes]


@lru_cache(maxsize=16)
def make_speaker(source: str, seed: int, rates: Rates) -> Speaker:
    """The speaker behind a source; see `speak`."""
    if source == "elicited":
        return ElicitedSpeaker(TYPES)
    if source == "synthetic":
        scenes, statements = say("ordinary", _LEARNT_FROM, seed, rates)
        return SyntheticSpeaker.learn(scenes, statements)
    return PragmaticSpeaker.reporting(rates if isinstance(rates, str) else dict(rates))


_LEARNT_FROM: Final = 8_000
"""Captions that the synthetic speaker has read."""


def words_in(texts: Sequence[str]) -> int:
    """How many words there are."""
    return sum(text.count(" ") + 1 for text in texts)


def up_to(pairs: Pairs, languages: str, words: int) -> Pairs:
    """As many of the first pairs as have this many words, to the nearest caption."""
    total = np.cumsum([text.count(" ") + 1 for text in pairs.texts(languages)])
    return pairs.take(slice(0, int(np.searchsorted(total, words + total[0] / 2))))
