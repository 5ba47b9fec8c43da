"""A logistic model that is kept as JSON: everything that is needed to predict and to know where it comes from."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError
from tacit.evidence.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

FARTHEST: Final = 4.0
"""Standard deviations beyond which a value counts as this far: nothing was seen there when the model was trained."""
_UNMEASURED: Final = Estimate.none("not measured")


@dataclass(frozen=True, slots=True)
class Weight:
    """What one signal counts for.

    Attributes:
        name: Of the number, as signals give it.
        mean: In training, over those that were not missing.
        scale: Standard deviation in training, above 0.
        coefficient: Change of the log odds per `scale`.
        missing: Change of the log odds if the signal says nothing; the value then counts as the mean.
    """

    name: str
    mean: float
    scale: float
    coefficient: float
    missing: float = 0.0


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Probability of one thing, from signals.

    Attributes:
        target: What it is the probability of, e.g. ``unanswerable``.
        weights: By signal.
        intercept: Log odds where all signals are at their mean.
        slope: Calibration after Platt (1999): log odds are multiplied by this ...
        offset: ... and this is added; fitted on predictions for conversations that were held out.
        n: Situations it was trained on.
        positives: How many of them were the target.
        groups: Conversations they come from; none was both trained on and predicted in cross-validation.
        trained_on: What the data is.
        auroc: Area under the ROC curve in grouped cross-validation.

    Example:
        >>> model = LogisticModel("late", (Weight("hour", 12.0, 4.0, 1.5),), 0.0)
        >>> round(model.predict({"hour": 16.0}), 3), model.predict({"hour": None})
        (0.818, 0.5)
    """

    target: str
    weights: tuple[Weight, ...]
    intercept: float
    slope: float = 1.0
    offset: float = 0.0
    n: int = 0
    positives: int = 0
    groups: int = 0
    trained_on: str = ""
    auroc: Estimate = _UNMEASURED

    def shares(self, signals: Mapping[str, float | None]) -> dict[str, float]:
        """What each signal adds to the log odds, before calibration; absent signals count as missing."""
        added = {}
        for weight in self.weights:
            value = signals.get(weight.name)
            if value is None or not math.isfinite(value):
                added[weight.name] = weight.missing
            else:
                far = (value - weight.mean) / weight.scale
                added[weight.name] = weight.coefficient * min(max(far, -FARTHEST), FARTHEST)
        return added

    def log_odds(self, signals: Mapping[str, float | None]) -> float:
        """Calibrated log odds."""
        return self.slope * (self.intercept + math.fsum(self.shares(signals).values())) + self.offset

    def predict(self, signals: Mapping[str, float | None]) -> float:
        """Calibrated probability, between 0 and 1."""
        return 1 / (1 + math.exp(-min(max(self.log_odds(signals), -30.0), 30.0)))

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` takes them back."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any], source: str = "the model") -> LogisticModel:
        """The model of `to_json`.

        Args:
            values: What `to_json` gave.
            source: Where it was read, for the message.

        Raises:
            DataError: If it is none.
        """
        try:
            rest = {key: value for key, value in values.items() if key not in {"weights", "auroc"}}
            model = cls(
                weights=tuple(Weight(**weight) for weight in values["weights"]),
                auroc=Estimate(**values["auroc"]),
                **rest,
            )
            numbers = [model.intercept, model.slope, model.offset]
            numbers += [number for w in model.weights for number in (w.mean, w.scale, w.coefficient, w.missing)]
            sound = all(math.isfinite(number) for number in numbers) and all(w.scale > 0 for w in model.weights)
        except (KeyError, TypeError, AttributeError) as error:
            raise DataError(f"{source} does not hold the weights of a decision: {error}.") from error
        if not sound:
            raise DataError(f"{source}: weights must be finite numbers, and scales above 0.")
        return model


def read_weights(name: str) -> dict[str, Any]:
    """The values of a file of weights that comes with tacit.

    Args:
        name: Of the file in ``decide/weights``, without ``.json``.

    Raises:
        DataError: If it is not there, or no JSON object: the installation is broken.
    """
    path = Path(__file__).parent / "weights" / f"{name}.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read as weights: {error}. Install tacit again.") from error
    if not isinstance(values, dict):
        raise DataError(f"{path} holds no JSON object. Install tacit again.")
    return values
