"""What several models answered to the same, for looking up pairs of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tacit.tuning.retention.statistics import Pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from tacit.tuning.retention.measure import Measured

    Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """What is known of a task.

    Attributes:
        name: Its name.
        chance: Accuracy of guessing.
        items: How many questions.
        source: ``generated``, or where it is from.
    """

    name: str
    chance: float
    items: int
    source: str


class Answered:
    """The answers of several models.

    Args:
        measured: One per model, the base first; all names different.

    Attributes:
        shots: Numbers of demonstrations, rising.
    """

    def __init__(self, measured: Sequence[Measured]) -> None:
        self._cells: dict[tuple[str, str, int], pl.DataFrame] = {}
        for model in measured:
            for key, rows in model.table.partition_by(["task", "shots"], as_dict=True).items():
                task, shots = key
                self._cells[model.name, str(task), int(shots)] = rows
        self.shots = sorted({shots for _, _, shots in self._cells})

    def pair(self, base: str, tuned: str, task: TaskRecord, shots: int, column: str = "right") -> Pair | None:
        """What two models answered to the same; ``None`` if one of them was not asked.

        Args:
            base: Name of one model.
            tuned: Name of the other.
            task: Which task.
            shots: How many demonstrations.
            column: ``right`` or ``in_form``.

        Returns:
            Tables of the draws and items that one of them was asked, with NaN where there is no answer.
        """
        one, other = (self._cells.get((name, task.name, shots)) for name in (base, tuned))
        if one is None or other is None:
            return None
        draws, items = (sorted({*one[name], *other[name]}) for name in ("draw", "item"))
        return Pair(task.name, task.chance, *(_grid(rows, draws, items, column) for rows in (one, other)))


def _grid(rows: pl.DataFrame, draws: Sequence[int], items: Sequence[str], column: str) -> Table:
    import polars as pl

    grid = np.full((len(draws), len(items)), np.nan)
    draw_at, item_at = ({value: at for at, value in enumerate(values)} for values in (draws, items))
    known = rows.filter(pl.col(column).is_not_null())
    at = [draw_at[draw] for draw in known["draw"]], [item_at[item] for item in known["item"]]
    grid[at] = known[column].cast(pl.Float64).to_numpy()
    return grid
