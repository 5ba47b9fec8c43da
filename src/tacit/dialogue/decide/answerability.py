"""Whether the documents answer a question, and whether only in part: the models that come with tacit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tacit.dialogue.decide.model import LogisticModel, read_weights
from tacit.dialogue.decide.risk import RiskCurve
from tacit.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Answerability:
    """Models, and where they draw the line.

    Attributes:
        withheld: Probability that a question on the subject of the documents has no answer in them.
        foreign: Probability that a question is about something else.
        partial: Probability that a question that has an answer has only part of one.
        decline_above: Probability of being unanswerable above which a turn is declined, if no risk is asked for.
        partial_above: Probability above which an answer counts as partial.
        curve: Risks by threshold, on conversations that the models had not seen.
    """

    withheld: LogisticModel
    foreign: LogisticModel
    partial: LogisticModel
    decline_above: float
    partial_above: float
    curve: RiskCurve

    def unanswerable(self, signals: Mapping[str, float | None]) -> float:
        """Probability that there is no answer, for one reason or the other (a noisy or of the two models)."""
        return either(self.withheld.predict(signals), self.foreign.predict(signals))


def either(first: float, second: float) -> float:
    """Probability of at least one of two independent things.

    Example:
        >>> either(0.5, 0.5)
        0.75
    """
    return 1 - (1 - first) * (1 - second)


@cache
def answerability() -> Answerability:
    """The models that come with tacit.

    Raises:
        DataError: If their weights cannot be read.
    """
    decline, partial = read_weights("decline"), read_weights("partial")
    try:
        return Answerability(
            withheld=LogisticModel.from_json(decline["model"], "weights/decline.json"),
            foreign=LogisticModel.from_json(read_weights("foreign")["model"], "weights/foreign.json"),
            partial=LogisticModel.from_json(partial["model"], "weights/partial.json"),
            decline_above=float(decline["above"]),
            partial_above=float(partial["above"]),
            curve=RiskCurve.from_json(decline["curve"], "weights/decline.json"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"The weights that come with tacit are incomplete: {error}. Install tacit again.") from error
