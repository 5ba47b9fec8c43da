"""All the work of the study as one list of tasks, for an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.studies.forgetting import theory
from tacit.studies.forgetting.runs import Task, runs_of, tune_and_measure
from tacit.studies.forgetting.theory import TheoryPreset, TheoryTask, theory_tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.studies.forgetting.presets import Preset


def tasks_of(preset: Preset) -> list[TheoryTask | Task]:
    """The theory first, whose tasks take longest."""
    return [*_theory(preset), *(Task(run, preset.seed) for run in runs_of(preset))]


def do(task: TheoryTask | Task) -> bytes:
    """Do one of them."""
    return theory.work(task) if isinstance(task, TheoryTask) else tune_and_measure(task)


def split(preset: Preset, outcomes: Sequence[bytes]) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """Outcomes of the theory, and of the tunings."""
    first = len(_theory(preset))
    return outcomes[:first], outcomes[first:]


def _theory(preset: Preset) -> list[TheoryTask]:
    return theory_tasks(
        TheoryPreset(seeds=preset.theory_seeds, iterations=preset.iterations, prompts=preset.prompts, seed=preset.seed)
    )
