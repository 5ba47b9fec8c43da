"""How much of its few-shot ability a model has left while it trains: a small, fixed set of generated tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tacit.tuning.retention.local import LocalAnswerer
from tacit.tuning.retention.measure import measure
from tacit.tuning.retention.statistics import Pair, averaged, kept
from tacit.tuning.retention.tasks.protocol import available_tasks, make_task
from tacit.tuning.train.watch import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import nn

    from tacit.tuning.retention.measure import Measured

    Right = dict[tuple[str, int], NDArray[np.float64]]

SHOTS: Final = (4, 8)
DRAWS: Final = 2
ITEMS: Final = 24
"""Of each task."""
POOL: Final = 64
BATCH: Final = 64


class Gauge:
    """Measures a model against what it was when first measured.

    Its tasks have seeds below `tacit.tuning.train.shots.KEEPING_SEEDS`, so the objective never sees them.

    Args:
        model: The model, not wrapped.
        tokenizer: Its tokenizer.
        seed: Of the tasks and draws.
        names: Families of tasks; all by default.
    """

    def __init__(self, model: nn.Module, tokenizer: Any, *, seed: int, names: tuple[str, ...] = ()) -> None:  # noqa: ANN401
        self.names = names or tuple(available_tasks())
        self._tasks = [make_task(name, seed=seed % 2**31, items=ITEMS, pool=POOL) for name in self.names]
        self._answerer = LocalAnswerer(model, tokenizer, name="the model", identity="", batch=BATCH)
        self._seed = seed
        self._base: Right | None = None

    def base(self) -> Reading:
        """Measure the model as what others are compared with; later calls give what was found then."""
        if self._base is None:
            self._base = self._right()
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
        pairs = {key: Pair(key[0], self._chance[key[0]], base[key], right) for key, right in now.items()}
        whole = [averaged([pairs[task.name, count] for count in SHOTS]) for task in self._tasks]
        found = [(count, kept([pairs[task.name, count] for task in self._tasks]).tuned.value) for count in SHOTS]
        return Reading(kept(whole).retention, tuple((count, value) for count, value in found if value is not None))

    def _right(self) -> Right:
        """By task and number of demonstrations: 1 where it is right, shape ``(draws, items)``."""
        found = measure(self._answerer, self._tasks, shots=SHOTS, draws=DRAWS, seed=self._seed)
        self._chance = found.chance
        return {(task.name, count): _grid(found, task.name, count) for task in self._tasks for count in SHOTS}


def _grid(found: Measured, task: str, shots: int) -> NDArray[np.float64]:
    import polars as pl

    rows = found.table.filter((pl.col("task") == task) & (pl.col("shots") == shots))
    # Rows are in the order of asking: by draw, then by item.
    return rows["right"].cast(pl.Float64).fill_null(np.nan).to_numpy().reshape(DRAWS, -1)
