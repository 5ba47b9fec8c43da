"""What a probe is asked to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from tacit.errors import UsageError
from tacit.models.protocol import Loading

Condition = Literal["as asked", "blind", "shuffled"]
AS_ASKED: Final[Condition] = "as asked"
CONTROLS: Final[tuple[Condition, ...]] = ("blind", "shuffled")

MEANING: Final[dict[Condition, str]] = {
    "as asked": "with its own image",
    "blind": "with a grey image instead: what can be known from the options alone",
    "shuffled": "with the image of another item of the capability: what can be known without looking at this one",
}


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """How a probe is made.

    Attributes:
        controls: Which controls to ask beside: ``blind``, ``shuffled``.
        seed: Of the exchange of images, the cross-fitted checks of the set, and bootstrap draws.
        loading: How models are loaded and asked.

    Raises:
        UsageError: If a control is unknown or the seed is negative.
    """

    controls: tuple[str, ...] = ()
    seed: int = 0
    loading: Loading = field(default_factory=Loading)

    def __post_init__(self) -> None:
        for name in self.controls:
            if name not in CONTROLS:
                raise UsageError(f"--control is one of {', '.join(CONTROLS)}, not {name!r}.")
        if not 0 <= self.seed < 2**63:
            raise UsageError(f"The seed is {self.seed}; it must be a whole number from 0 to 2**63 - 1.")

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """As asked, then the controls, each once, in their usual order."""
        return (AS_ASKED, *(name for name in CONTROLS if name in self.controls))

    def to_json(self) -> dict[str, Any]:
        """Everything that the scores depend on, apart from items, images and models."""
        loading = {k: v for k, v in asdict(self.loading).items() if k in ("precision", "scoring", "prompt")}
        return {"conditions": list(self.conditions), "seed": self.seed, **loading}
