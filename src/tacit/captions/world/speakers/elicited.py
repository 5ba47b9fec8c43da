"""A speaker who is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from tacit.captions.world.rates import check_shares, check_types
from tacit.captions.world.speakers.telling import tell
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from tacit.captions.world.scene import Scene
    from tacit.captions.world.statement import Statement


@dataclass(frozen=True, slots=True)
class ElicitedSpeaker:
    """Answers what is asked, as far as there is something to say, in one caption.

    Attributes:
        asks: The types asked for.
        success: For each type, the probability that an answer truly states it; 1 where none is given. What people
            reach when they are asked for all four is `tacit.captions.world.rates.ELICITED`.

    Raises:
        UsageError: If nothing is asked, a type does not exist or is not asked for, or a probability is none.

    Example:
        >>> import numpy as np
        >>> from tacit.captions.world.language import get_language
        >>> from tacit.captions.world.scene import SORTS, group
        >>> rng = np.random.default_rng(3)
        >>> asked = ElicitedSpeaker(("counting", "spatial"))
        >>> get_language("en").say(asked.choose(group(rng, SORTS[0], 4), rng))
        'four red circles'
    """

    name: ClassVar[str] = "elicited"
    asks: tuple[str, ...]
    success: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_types(self.asks)
        check_shares(self.success)
        if not self.asks:
            raise UsageError("An elicited speaker needs at least one type to be asked for.")
        if stray := [type_ for type_ in self.success if type_ not in self.asks]:
            raise UsageError(f"There is a success rate for {stray[0]}, which is not asked for.")

    def choose(self, scene: Scene, rng: np.random.Generator) -> Statement:
        """Say what is there and answer; always true."""
        answered = [
            type_
            for type_ in scene.opportunities()
            if type_ in self.asks and rng.random() < self.success.get(type_, 1.0)
        ]
        return tell(scene, answered, rng)
