"""What `tacit tune` is asked to do."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from tacit.errors import UsageError
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.tuning.locate.api import Which

Precision = Literal["float32", "bfloat16", "float16"]
TooLong = Literal["error", "drop", "truncate-prompt"]

AUTO: Final = -1.0
"""As `TuneSettings.average`: the factor is chosen under the bound on retention."""
BOUND: Final = 0.95
"""The bound on retention where one is needed and none was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneSettings:
    """How to tune. Everything in it can change the result, except `checkpoint_every`.

    Attributes:
        update: Which entries train; see `tacit.tuning.partial.sets.select`.
        scope: Which part of the model, where there are several: ``language``, ``vision``, ...
        attention: ``self``, ``cross`` or ``both``.
        layers: Only these, counted from 0: ``0-3``, ``0,2``, ``first:4``, ``last:4``; ``None`` for all.
        rank: Of LoRA.
        keep: What holds the model to what it was; see `tacit.tuning.train.objectives.protocol.available_keepers`.
        keep_weight: Weight of that term beside the loss.
        keep_tasks: Families of generated tasks that ``few-shot`` and ``ewc`` draw from; none for all.
        shots: Demonstrations in a prompt for keeping, and in one of the auxiliary loss.
        few_shot_loss: First weight of the auxiliary few-shot loss on the target task; falls to 0 in a straight line.
        average: Factor alpha of the change that is kept at the end; `AUTO` to choose one.
        stop_at_retention: Stop when less than this share of the few-shot ability is left.
        patience: Checks in a row outside the bound after which training stops.
        check_every: Steps between checks, after the first early ones.
        measure: Whether retention is measured at the checks.
        learning_rate: The highest; ``None`` for what suits `update` (`rate`).
        epochs: Times through the data.
        steps: Instead of `epochs`.
        batch: Sequences at a time, on each device.
        accumulate: Batches in a step.
        warmup: Share of the steps in which the learning rate rises.
        weight_decay: Of AdamW, on trained entries only.
        clip: Largest norm of the gradient of the trained entries; 0 for none.
        precision: What the model computes in. Trained entries are kept in float32 whatever this is.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        max_length: Tokens of an example, or as many as the model reads if that is less.
        too_long: What to do with longer examples: ``error``, ``drop`` or ``truncate-prompt``.
        packing: Put several short examples into one sequence.
        template: How examples are written out; see `tacit.tuning.data.template.Template.of`.
        held_out: Share of the data that is not trained on, to see the loss on what is new.
        checkpoint_every: Steps between checkpoints.
        seed: Of whatever is drawn.

    Raises:
        UsageError: If a value is impossible; the message names the option.

    Example:
        >>> TuneSettings(keep="few-shot").rate
        0.0001
        >>> TuneSettings(average=2.0)
        Traceback (most recent call last):
        tacit.errors.UsageError: --average 2.0: it must be above 0 and at most 1, or auto.
    """

    update: str = "value"
    scope: str | None = None
    attention: Which = "self"
    layers: str | None = None
    rank: int = 8
    keep: str = "none"
    keep_weight: float = 1.0
    keep_tasks: tuple[str, ...] = ()
    shots: int = 8
    few_shot_loss: float = 0.0
    average: float | None = None
    stop_at_retention: float | None = None
    patience: int = 3
    check_every: int = 100
    measure: bool = True
    learning_rate: float | None = None
    epochs: float = 3.0
    steps: int | None = None
    batch: int = 8
    accumulate: int = 1
    warmup: float = 0.03
    weight_decay: float = 0.0
    clip: float = 1.0
    precision: Precision = "float32"
    device: str = "auto"
    max_length: int = 1024
    too_long: TooLong = "error"
    packing: bool = False
    template: str | None = None
    held_out: float = 0.05
    checkpoint_every: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        for name, limits in _RANGES.items():
            value = getattr(self, name)
            if value is not None and not limits.holds(value):
                raise UsageError(f"{_option(name)} {value}: it must be {limits}.")
        if self.average not in {None, AUTO} and not _Range(0, 1, above=True).holds(self.average or 0.0):
            raise UsageError(f"--average {self.average}: it must be above 0 and at most 1, or auto.")
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise UsageError(f"{_option(name)} {shown(str(getattr(self, name)))}: there are {', '.join(choices)}.")
        if self.packing and self.few_shot_loss:
            raise UsageError(
                "--few-shot-loss puts whole examples before one another, and --packing has joined them already. Use "
                "one of the two."
            )

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> TuneSettings:
        """Settings from names and values.

        Raises:
            UsageError: If there is no such setting, or a value is impossible.
        """
        unknown = set(options) - {field.name for field in fields(cls)}
        if unknown:
            names = ", ".join(field.name for field in fields(cls))
            raise UsageError(f"There is no setting {shown(min(unknown))!r}. There are: {names}.")
        return cls(**options)

    @property
    def rate(self) -> float:
        """The learning rate: as given, or 1e-4 for parts of attention, 2e-4 for LoRA and 2e-5 for everything."""
        if self.learning_rate is not None:
            return self.learning_rate
        return 2e-4 if self.update.startswith("lora") else 2e-5 if self.update == "all" else 1e-4

    @property
    def bound(self) -> float:
        """The share of the few-shot ability that must be left."""
        return BOUND if self.stop_at_retention is None else self.stop_at_retention

    @property
    def measures_retention(self) -> bool:
        """Whether retention is measured, because it was asked for or because something needs it."""
        return self.measure or self.stop_at_retention is not None or self.average == AUTO

    def to_json(self) -> dict[str, Any]:
        """Plain values, without what cannot change the result."""
        told = asdict(self)
        del told["checkpoint_every"]
        return {**told, "learning_rate": self.rate}


@dataclass(frozen=True, slots=True)
class _Range:
    """Where a number must lie."""

    low: float
    high: float = math.inf
    above: bool = False

    def holds(self, value: float) -> bool:
        """Whether it does; what is not a number does not."""
        return (self.low < value if self.above else self.low <= value) and value <= self.high and math.isfinite(value)

    def __str__(self) -> str:
        low = f"above {self.low:g}" if self.above else f"at least {self.low:g}"
        return low if math.isinf(self.high) else f"{low} and at most {self.high:g}"


_RANGES: Final = {
    "rank": _Range(1),
    "keep_weight": _Range(0),
    "shots": _Range(1, 64),
    "few_shot_loss": _Range(0),
    "stop_at_retention": _Range(0, 1, above=True),
    "patience": _Range(1),
    "check_every": _Range(1),
    "learning_rate": _Range(0, above=True),
    "epochs": _Range(0, above=True),
    "steps": _Range(1),
    "batch": _Range(1),
    "accumulate": _Range(1),
    "warmup": _Range(0, 1),
    "weight_decay": _Range(0),
    "clip": _Range(0),
    "max_length": _Range(2),
    "held_out": _Range(0, 0.9),
    "checkpoint_every": _Range(1),
    "seed": _Range(0, 2**32 - 1),
}
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "precision": get_args(Precision),
    "device": ("auto", "cpu", "cuda", "mps"),
    "attention": ("self", "cross", "both"),
    "too_long": get_args(TooLong),
}


def _option(name: str) -> str:
    """What the setting is called on the command line."""
    return f"--{'lr' if name == 'learning_rate' else name.replace('_', '-')}"
