"""Whether a turn says enough to be answered, disputes the last answer, or asks nothing: models that come with tacit.

English only: the phrases, cues and class nouns are lists of English words. Turns in other languages get low scores.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from tacit.dialogue.clarify.asked import offered
from tacit.dialogue.decide.model import LogisticModel, read_weights
from tacit.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.protocols import Situation

SIGNALS: Final = ("definite", "dispute", "linked", "small_talk")
"""The signals that these models read."""
TARGETS: Final = ("underspecified", "dispute", "small_talk")


class Clarity:
    """Three small models and where each draws its line.

    Attributes:
        models: By what they tell: ``underspecified``, ``dispute``, ``small_talk``.
        thresholds: Probabilities above which a turn counts as such, chosen on MTRAG (``scripts/train_clarity.py``).

    Example:
        >>> Clarity().models["small_talk"].predict({"small_talk.whole": 1.0}) > Clarity().thresholds["small_talk"]
        True
    """

    def __init__(self) -> None:
        self.models, self.thresholds = _shipped()

    def scores(self, situation: Situation, signals: Mapping[str, float | None]) -> Mapping[str, float]:
        """Probabilities of the three.

        A first turn has nothing to dispute, and a question back has answered nothing: "I mean the one in Rome" is no
        dispute then. A turn of small talk asks nothing that could be asked back.

        Args:
            situation: The turn.
            signals: What `SIGNALS` read of it.
        """
        found = {name: self.models[name].predict(signals) for name in TARGETS}
        if not situation.history or situation.clarified or _asked_back(situation):
            found["dispute"] = 0.0
        if found["small_talk"] > self.thresholds["small_talk"]:
            found["underspecified"] = found["dispute"] = 0.0
        return found


def _asked_back(situation: Situation) -> bool:
    last = situation.history[-1]
    return last.role == "assistant" and offered(last.text) is not None


@cache
def _shipped() -> tuple[dict[str, LogisticModel], dict[str, float]]:
    values = read_weights("clarity")
    try:
        models = {name: LogisticModel.from_json(values["models"][name], "weights/clarity.json") for name in TARGETS}
        return models, {name: float(values["above"][name]) for name in TARGETS}
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"The weights that come with tacit are incomplete: {error}. Install tacit again.") from error
