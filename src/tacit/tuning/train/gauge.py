"""How much of its few-shot ability a model has left while it trains: a small, fixed set of generated tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tacit.tuning.retention.local import LocalAnswerer
from tacit.tuning.retention.measure import measure
from tacit.tuning.retention.statistics import Pair, averaged, kept
from tacit.tuning.retention.tasks.protocol import available_tasks, make_task
from tacit.tuning.train.shots import KEEPING_SEEDS, KEEPING_TASKS
from tacit.tuning.train.watch import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import nn

    from tacit.tuning.retention.measure import Measured
    from tacit.tuning.retention.tasks.protocol import Task

    Right = dict[tuple[str, int], NDArray[np.float64]]

GAUGE_SEEDS: Final = KEEPING_SEEDS + KEEPING_TASKS
"""Its tasks have seeds from here on: beyond those of the objective, and beyond all that `tacit retention` can have."""
SHOTS: Final = (4, 8)
DRAWS: Final = 4
"""With 2 the interval would rest on one degree of freedom."""
ITEMS: Final = 16
"""Of each task."""
POOL: Final = 64
BATCH: Final = 64


class Gauge:
    """Measures a model against what it was when first measured.

    Its tasks have seeds of their own (`GAUGE_SEEDS`), so the objective never sees them, and no `--seed` of `tacit
    retention` draws them. Those at which the base is not shown to be above chance are not asked again: they would add
    noise and time, and there is nothing to lose at them.

    Args:
        model: The model, not wrapped.
        tokenizer: Its tokenizer.
        seed: Of the tasks and draws.
        names: Families of tasks; all by default.
    """

    def __init__(self, model: nn.Module, tokenizer: Any, *, seed: int, names: tuple[str, ...] = ()) -> None:  # noqa: ANN401
        self.names = names or tuple(available_tasks())
        self._tasks = [make_task(name, seed=GAUGE_SEEDS + seed, items=ITEMS, pool=POOL) for name in self.names]
        self._chance = {task.name: task.chance for task in self._tasks}
        self._answerer = LocalAnswerer(model, tokenizer, name="the model", identity="", batch=BATCH)
        self._seed = seed
        self._base: Right | None = None

    def base(self) -> Reading:
        """Measure the model as what others are compared with; later calls give what was found then."""
        if self._base is None:
            self._base = self._right()
            # Where none is shown alone, all of them together may be.
            self._tasks = [task for task in self._tasks if self._is_above_chance(task)] or self._tasks
        return self._reading(self._base, self._base)

    def __call__(self) -> Reading:
        """What is left: pooled over tasks, each number of demonstrations counting alike.

        Raises:
            ValueError: If the base was not measured.
        """
        if self._base is None:
            raise ValueError("measure the base first")
        return self._reading(self._base, self._right())

    def _reading(self, base: Right, now: Right) -> Reading:
        pairs = self._pairs(base, now)
        whole = [averaged([pairs[task.name, count] for count in SHOTS]) for task in self._tasks]
        found = [(count, kept([pairs[task.name, count] for task in self._tasks]).tuned.value) for count in SHOTS]
        return Reading(kept(whole).retention, tuple((count, value) for count, value in found if value is not None))

    def _pairs(self, base: Right, now: Right) -> dict[tuple[str, int], Pair]:
        return {key: Pair(key[0], self._chance[key[0]], base[key], right) for key, right in now.items()}

    def _is_above_chance(self, task: Task) -> bool:
        """Whether that is shown of the base."""
        pairs = self._pairs(self._base or {}, self._base or {})
        return kept([averaged([pairs[task.name, count] for count in SHOTS])]).retention.value is not None

    def _right(self) -> Right:
        """By task and number of demonstrations: 1 where it is right, shape ``(draws, items)``."""
        found = measure(self._answerer, self._tasks, shots=SHOTS, draws=DRAWS, seed=self._seed)
        return {(task.name, count): _grid(found, task.name, count) for task in self._tasks for count in SHOTS}


def _grid(found: Measured, task: str, shots: int) -> NDArray[np.float64]:
    import polars as pl

    rows = found.table.filter((pl.col("task") == task) & (pl.col("shots") == shots))
    # Rows are in the order of asking: by draw, then by item.
    return rows["right"].cast(pl.Float64).fill_null(np.nan).to_numpy().reshape(DRAWS, -1)
