"""A speaker who learnt from captions, and with them what captions leave unsaid."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tacit.captions.world.speakers.telling import draw_choice, situation_of, tell
from tacit.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from tacit.captions.world.scene import Scene
    from tacit.captions.world.speakers.telling import Choices, Situation
    from tacit.captions.world.statement import Statement


@dataclass(frozen=True, slots=True)
class SyntheticSpeaker:
    """Captions new scenes as a corpus captions scenes like them: a captioner that fits its training data perfectly.

    In each situation it tells a set of types T with probability q(T) proportional to p(T) ** sharpness, where p(T) is
    the share of the corpus's captions that tell exactly T in that situation. A sharpness of 1 copies the corpus. Above
    1 it is what sampling at temperature 1 / sharpness does, or any decoding that seeks the mode (Holtzman et al. 2020,
    ICLR): what is rarely said is said more rarely still, and captioners trained on such captions say it less
    with every round (Shumailov et al. 2024, Nature 631:755). What the corpus never says is never said, and in a
    situation that the corpus does not know things are only named.

    Attributes:
        habits: What it tells in each situation.

    Example:
        >>> import numpy as np
        >>> from tacit.captions.world.scene import draw_scene
        >>> from tacit.captions.world.speakers.elicited import ElicitedSpeaker
        >>> rng = np.random.default_rng(0)
        >>> scenes = [draw_scene(rng, "group") for _ in range(1000)]
        >>> asked = ElicitedSpeaker(("counting",), {"counting": 0.25})
        >>> said = [asked.choose(scene, rng) for scene in scenes]
        >>> for sharpness in (1, 2):
        ...     [habit] = SyntheticSpeaker.learn(scenes, said, sharpness).habits.values()
        ...     print([(types, round(p, 2)) for types, p in habit])
        [((), 0.76), (('counting',), 0.24)]
        [((), 0.91), (('counting',), 0.09)]
    """

    name: ClassVar[str] = "synthetic"
    habits: Mapping[Situation, Choices]

    @classmethod
    def learn(
        cls, scenes: Sequence[Scene], statements: Sequence[Statement], sharpness: float = 1.0
    ) -> SyntheticSpeaker:
        """Learn the habits of a corpus.

        Args:
            scenes: What was captioned.
            statements: What was said of each, in the same order.
            sharpness: How far it keeps to what is usual; 1 copies the corpus, more leaves out more of what is rare.

        Raises:
            DataError: If there is nothing to learn from, or not one statement per scene.
            UsageError: If `sharpness` is not a positive number.
        """
        if not scenes or len(scenes) != len(statements):
            raise DataError(
                f"There are {len(scenes)} scenes and {len(statements)} statements to learn from; each scene needs one."
            )
        if not 0 < sharpness < float("inf"):
            raise UsageError(f"The sharpness is {sharpness}; it must be a positive number.")
        told: dict[Situation, Counter[tuple[str, ...]]] = defaultdict(Counter)
        for scene, statement in zip(scenes, statements, strict=True):
            situation = situation_of(scene)
            told[situation][tuple(type_ for type_ in statement.states() if type_ in situation.types)] += 1
        return cls({situation: _sharpened(counts, sharpness) for situation, counts in sorted(told.items())})

    def choose(self, scene: Scene, rng: np.random.Generator) -> Statement:
        """Say what such a captioner would say; always true."""
        options: Choices = self.habits.get(situation_of(scene), (((), 1.0),))
        return tell(scene, draw_choice(options, rng), rng)


def _sharpened(counts: Counter[tuple[str, ...]], sharpness: float) -> Choices:
    most = max(counts.values())
    weights = {types: (many / most) ** sharpness for types, many in sorted(counts.items())}
    return tuple((types, weight / sum(weights.values())) for types, weight in weights.items())
