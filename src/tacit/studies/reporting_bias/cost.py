"""What the study will cost, measured before it begins."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.studies.reporting_bias.presets import Preset
    from tacit.studies.reporting_bias.runs import Run

_STEPS: Final = 8
_REST: Final = 1.5
"""Seconds that making the captions of a model and asking it take, of a machine that trains the smallest in four."""
_MEMORY: Final = 0.7
"""GB that PyTorch and the largest training set of the default preset take in each process."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What is to come.

    Attributes:
        models: Models still to train.
        seconds: How long that takes, by the speed of a few steps just now.
        workers: Models trained at a time.
        gigabytes: Memory, about.
    """

    models: int
    seconds: float
    workers: int
    gigabytes: float

    def __str__(self) -> str:
        minutes = self.seconds / 60
        if minutes < 1.5:
            how_long = "1 minute"
        elif minutes < 90:
            how_long = f"{minutes:.0f} minutes"
        else:
            how_long = f"{minutes / 60:.1f} hours"
        at_once = "one at a time" if self.workers == 1 else f"{self.workers} at a time"
        return (
            f"{self.models} models to train, {at_once}: about {how_long} and {self.gigabytes:.1f} GB of memory, by the "
            "speed of a few steps just now."
        )


def estimate(preset: Preset, runs: Sequence[Run], workers: int) -> Cost:
    """Time a few steps of the smallest and the largest model, and reckon from there.

    Args:
        preset: The study.
        runs: The models still to train.
        workers: Models trained at a time.
    """
    import torch

    from tacit.captions.world.models.training import Recipe, train
    from tacit.captions.world.models.vocabulary import LONGEST
    from tacit.captions.world.pictures import SIDE

    def step(kind: str, width: int) -> float:
        recipe = Recipe(kind, width, _STEPS, preset.batch, device=preset.device)
        pictures = np.zeros((preset.batch, SIDE, SIDE, 3), dtype=np.uint8)
        texts = np.ones((preset.batch, LONGEST // 2), dtype=np.int64)
        train(replace(recipe, steps=2), pictures, texts, 60)
        began = time.perf_counter()
        train(recipe, pictures, texts, 60)
        return (time.perf_counter() - began) / _STEPS

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        widths = sorted({run.width for run in runs}) or [16]
        ends = {kind: (step(kind, widths[0]), step(kind, widths[-1])) for kind in {run.kind for run in runs}}
    finally:
        torch.set_num_threads(before)
    total = 0.0
    for run in runs:
        small, large = ends[run.kind]
        share = (run.width - widths[0]) / max(widths[-1] - widths[0], 1)
        total += preset.steps * (small + share * (large - small)) + _REST * small / 0.008
    pictures = 2 * max(preset.captions) * 6 * 1_728 / 1e9
    return Cost(len(runs), total / workers, workers, workers * (_MEMORY + math.ceil(10 * pictures) / 10))
