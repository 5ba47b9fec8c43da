"""Whether the documents answer a question, and whether only in part: the models that come with tacit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.model import LogisticModel, read_weights
from tacit.dialogue.decide.risk import RiskCurve
from tacit.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN: Final = 0.05
"""What it says for an answer, as `weighed` takes it, that nothing found gives what a turn asks (``asked.open`` is 1).

Of 68 answerable turns of MTRAG, MTRAG-UN and real documents where that can be told, 1 looks so; of 16 near misses 8."""
_SUREST: Final = 0.98
"""What a verifier says counts at most this much; they are surer than they are right."""


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
        """Probability that there is no answer: a noisy or of two models, and then whether what is asked was found.

        Where all that a turn asks of a thing was found in what is said of it, the turn is not about something else.
        """
        return combined(self.withheld.predict(signals), self.foreign.predict(signals), signals)


def combined(withheld: float, foreign: float, signals: Mapping[str, float | None]) -> float:
    """See `Answerability.unanswerable`."""
    open_ = signals.get("asked.open")
    p = withheld if open_ == 0 else either(withheld, foreign)
    return weighed(p, OPEN) if open_ == 1 else p


def either(first: float, second: float) -> float:
    """Probability of at least one of two independent things.

    Example:
        >>> either(0.5, 0.5)
        0.75
    """
    return 1 - (1 - first) * (1 - second)


def weighed(unanswerable: float, holds: float) -> float:
    """Probability of being unanswerable after a verifier has spoken: odds multiply, as for independent evidence.

    Args:
        unanswerable: Before.
        holds: What the verifier gives for the passages holding the answer; .5 says nothing.

    Example:
        >>> round(weighed(0.2, 0.5), 6), round(weighed(0.2, 0.2), 6)
        (0.2, 0.5)
    """
    holds = min(max(holds, 1 - _SUREST), _SUREST)
    odds = unanswerable / max(1 - unanswerable, 1e-9) * (1 - holds) / holds
    return odds / (1 + odds) if math.isfinite(odds) else 1.0


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
