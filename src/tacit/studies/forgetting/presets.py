"""How large the study is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from tacit.studies.presets import pick
from tacit.tuning.laboratory.recipes import KEEPS, UPDATES

MAIN: Final = 3
"""Depth at which everything else is asked too; that of the symbols is 2."""
BOUNDS: Final = {"lines": 0.12, "symbols": 0.02}
"""The error on the skill at which models are compared: a fifth above the noise, and two wrong labels in a hundred."""
L2: Final = 0.1
"""Weight of the pull to the base: the strongest of .03, .1, .3 and 1 with which the bound is reached at every depth."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Everything that decides the numbers.

    Attributes:
        name: What users call it.
        updates: Which parameters are trained.
        keeps: What is done so that learning from demonstrations stays.
        depths: Of the models of the world of lines.
        seeds: How many models of each depth, and of symbols.
        steps: The most that a tuning takes.
        rates: Learning rates; comparisons are made at the first, the others are reported beside it.
        iterations: Steps of gradient descent of each run of the theory.
        theory_seeds: Runs of each method of the theory.
        prompts: Simulated prompts on which each of them is measured.
        seed: Added to all seeds of tuning.
    """

    name: str
    updates: tuple[str, ...] = UPDATES
    keeps: tuple[str, ...] = KEEPS
    depths: tuple[int, ...] = (1, 2, 3, 4)
    seeds: int = 3
    steps: int = 300
    rates: tuple[float, ...] = (2e-3,)
    iterations: int = 5_000
    theory_seeds: int = 3
    prompts: int = 100_000
    seed: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


PRESETS: Final = {
    preset.name: preset
    for preset in (
        Preset("default"),
        Preset(
            "quick",
            updates=("all", "value"),
            keeps=("none", "few-shot"),
            depths=(3,),
            seeds=2,
            steps=60,
            iterations=1_000,
            theory_seeds=2,
        ),
        Preset("full", seeds=5, rates=(2e-3, 3e-4), steps=800, theory_seeds=5),
    )
}
"""``quick`` shows that everything runs; its numbers mean little. ``full`` trains the models of seeds 3 and 4 first."""


def get_preset(name: str, *, seed: int = 0) -> Preset:
    """Look a preset up.

    Args:
        name: One of `PRESETS`.
        seed: Of everything.

    Raises:
        UsageError: If there is no such preset, or the seed is out of range.

    Example:
        >>> get_preset("default").depths
        (1, 2, 3, 4)
    """
    return replace(pick(PRESETS, name, seed), seed=seed)
