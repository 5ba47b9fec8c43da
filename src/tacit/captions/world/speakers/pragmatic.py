"""A speaker who chooses by the Rational Speech Acts model, with reporting rates as its knob."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from tacit.captions.detect.hits import TYPES
from tacit.captions.world.rates import check_shares, reporting_rates
from tacit.captions.world.speakers.speech_acts import Mind, choices, question_rate
from tacit.captions.world.speakers.telling import draw_choice, situation_of, tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from tacit.captions.world.scene import Scene
    from tacit.captions.world.speakers.telling import Situation
    from tacit.captions.world.statement import Statement


@dataclass(frozen=True, slots=True)
class PragmaticSpeaker:
    """Chooses as `tacit.captions.world.speakers.speech_acts` says, with questions under discussion that come and go.

    Attributes:
        questions: For each type, the probability that it is under discussion; 0 where none is given.
        mind: What else its choices depend on.

    Raises:
        UsageError: If there is no such type, or a probability is not between 0 and 1.

    Example:
        >>> import numpy as np
        >>> from tacit.captions.world.language import get_language
        >>> from tacit.captions.world.scene import SORTS, group
        >>> rng = np.random.default_rng(3)
        >>> scene = group(rng, SORTS[0], 4)
        >>> get_language("en").say(PragmaticSpeaker({}).choose(scene, rng))
        'red circles'
        >>> get_language("en").say(PragmaticSpeaker({"counting": 1.0}).choose(scene, rng))
        'four red circles'
    """

    name: ClassVar[str] = "pragmatic"
    questions: Mapping[str, float]
    mind: Mind = field(default_factory=Mind)

    def __post_init__(self) -> None:
        check_shares(self.questions)

    @classmethod
    def reporting(
        cls,
        rates: str | Mapping[str, float],
        mind: Mind | None = None,
        world: Mapping[Situation, float] | None = None,
    ) -> PragmaticSpeaker:
        """The speaker whose captions state each type at a wanted rate.

        Args:
            rates: Share of all captions that state each type, or the name of a corpus in
                `tacit.captions.world.rates.REPORTING`. A type that is left out is never under discussion.
            mind: What else its choices depend on.
            world: Probability of each situation; that of `draw_scene` when ``None``, else see
                `tacit.captions.world.speakers.speech_acts.situations`.

        Raises:
            UsageError: If a rate cannot be reached, above all because it exceeds the share of scenes in which there
                is something to report.

        Example:
            >>> {type_: round(p, 3) for type_, p in PragmaticSpeaker.reporting("LAION-2B").questions.items()}
            {'counting': 0.05, 'spatial': 0.001, 'negation': 0.001, 'temporal': 0.005}
        """
        mind = mind or Mind()
        wanted = reporting_rates(rates)
        return cls({type_: question_rate(type_, rate, mind, world) for type_, rate in wanted.items()}, mind)

    def choose(self, scene: Scene, rng: np.random.Generator) -> Statement:
        """Draw the questions under discussion, then what to say; always true."""
        asked = frozenset(type_ for type_ in TYPES if rng.random() < self.questions.get(type_, 0.0))
        options = choices(situation_of(scene), asked, self.mind)
        return tell(scene, draw_choice(options, rng), rng)
