"""How large the study is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from tacit.studies.presets import pick

STEPS: Final = ("resolve", "decline", "clarify", "repair", "compress")
"""What is switched on, in the order in which it is added up."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Everything that decides the numbers.

    Attributes:
        name: What users call it.
        documents: Axis: documents in the index. Those that are asked about are always among them, the first
            ``documents[0]``.
        passages: Axis: passages that are found and shown.
        told: Axis: share of the facts that documents tell.
        things: Documents in the index where steps are switched on, and where `passages` and `told` vary.
        ladder: Conversations at each point of an axis, for each seed.
        scripts: Conversations with each choice of steps, for each seed.
        turns: Of each conversation.
        seeds: Worlds.
        seed: Added to all seeds.
    """

    name: str
    documents: tuple[int, ...] = (25, 50, 100, 200, 400)
    passages: tuple[int, ...] = (1, 2, 4, 8, 16)
    told: tuple[float, ...] = (0.1, 0.2, 0.4, 0.7, 1.0)
    things: int = 100
    ladder: int = 64
    scripts: int = 24
    turns: int = 8
    seeds: int = 3
    seed: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


PRESETS: Final = {
    preset.name: preset
    for preset in (
        Preset("default"),
        Preset("quick", ladder=6, scripts=8, seeds=1),
        Preset("full", documents=(25, 50, 100, 200, 400, 800), ladder=100, scripts=60, seeds=8),
    )
}
"""``quick`` shows that everything runs; its numbers mean little."""


def get_preset(name: str, *, seed: int = 0) -> Preset:
    """Look a preset up.

    Args:
        name: One of `PRESETS`.
        seed: Of everything.

    Raises:
        UsageError: If there is no such preset, or the seed is out of range.

    Example:
        >>> get_preset("default").things
        100
    """
    return replace(pick(PRESETS, name, seed), seed=seed)
