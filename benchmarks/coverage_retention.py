"""How often the interval of retention holds the truth, measured.

Answers are drawn from designs whose retention is known: base and tuned model answer the same items after the same draws
of demonstrations, items and draws are harder or easier for both, and a cell's two answers are dependent. A row is one
design. Run it with ``python benchmarks/coverage_retention.py [--simulations N]``.

Two coverages are given. *Interval*: how often the interval holds the truth, among the data sets that have one. *Below*
and *above*: how often the truth lies below the lower or above the upper limit (nominal 2.5 % each); *above 1 - margin*
wrongly said to be kept, where the truth is exactly at the margin, is the first of them.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from tacit.tuning.retention.statistics import Pair, kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SEED: Final = 20_260_501
SIMULATIONS: Final = 1000
TOLERANCE: Final = 0.015


class Design(NamedTuple):
    """Where the data come from.

    Attributes:
        base: Accuracy of the base.
        chance: That of guessing.
        retention: The truth.
        items: Per task.
        draws: Of demonstrations.
        tasks: How many.
        draw_sd: Standard deviation of what a draw does, on the probit scale; that of an item is 1.
        shared: Probability that the tuned model's answer rests on the same luck as the base's.
        own_draws: Whether a draw does something else to the tuned model than to the base.
    """

    base: float
    chance: float
    retention: float
    items: int
    draws: int
    tasks: int = 1
    draw_sd: float = 0.3
    shared: float = 0.7
    own_draws: bool = False


class Row(NamedTuple):
    """What came of a design."""

    design: Design
    coverage: float
    below: float
    above: float
    width: float
    missing: float


def simulate(design: Design, rng: np.random.Generator) -> list[Pair]:
    """One data set.

    A cell's probability of the base is ``chance + (1 - chance) * ndtr(m + item + draw)``, with ``m`` such that it has
    the wanted mean; that of the tuned model is ``chance + retention * (base - chance)``, so retention is exact.
    """
    d = design
    mean = (d.base - d.chance) / (1 - d.chance)
    centre = ndtri(mean) * np.sqrt(1 + 1 + d.draw_sd**2)
    pairs = []
    for task in range(d.tasks):
        shape = (d.draws, d.items)
        noise = centre + rng.normal(0, 1, (1, d.items)) + rng.normal(0, 1, shape)
        draws = rng.normal(0, d.draw_sd, (2, d.draws, 1))
        p_base = d.chance + (1 - d.chance) * ndtr(noise + draws[0])
        p_tuned = d.chance + d.retention * (1 - d.chance) * ndtr(noise + draws[int(d.own_draws)])
        luck = rng.random(shape)
        other = np.where(rng.random(shape) < d.shared, luck, rng.random(shape))
        base, tuned = (luck < p_base).astype(np.float64), (other < p_tuned).astype(np.float64)
        pairs.append(Pair(f"task {task}", d.chance, base, tuned))
    return pairs


def measure(design: Design, simulations: int, rng: np.random.Generator) -> Row:
    """Coverage in one design."""
    found = [kept(simulate(design, rng)).retention for _ in range(simulations)]
    ends = np.array([(e.low, e.high) for e in found if e.low is not None], dtype=np.float64).reshape(-1, 2)
    below, above = (ends[:, 0] > design.retention).mean(), (ends[:, 1] < design.retention).mean()
    width = float(np.median(ends[:, 1] - ends[:, 0])) if len(ends) else float("nan")
    return Row(design, 1 - below - above, below, above, width, 1 - len(ends) / simulations)


def designs() -> Iterator[Design]:
    """Over base accuracy, retention, items, draws and tasks, one after the other."""
    for retention in (1.0, 0.95, 0.7, 0.2):
        for base in (0.9, 0.7, 0.45):
            yield Design(base, 0.25, retention, 100, 5)
    for items, draws in ((30, 5), (100, 2), (100, 10), (400, 5)):
        yield Design(0.7, 0.25, 0.95, items, draws)
    for tasks in (3, 8):
        yield Design(0.7, 0.25, 0.95, 100, 5, tasks=tasks)
        yield Design(0.45, 0.25, 0.7, 50, 3, tasks=tasks)
    yield Design(0.8, 0.5, 0.95, 100, 5, tasks=3, draw_sd=1.0)
    yield Design(0.8, 0.5, 0.95, 100, 5, tasks=3, draw_sd=0.0)
    for sd in (0.3, 1.0):
        yield Design(0.7, 0.25, 0.95, 100, 5, tasks=3, draw_sd=sd, own_draws=True)
    yield Design(0.7, 0.25, 0.95, 100, 3, draw_sd=0.5, own_draws=True)
    for shared in (0.98, 0.995, 0.999):
        yield Design(0.8, 0.5, 1.0, 100, 5, tasks=3, shared=shared)


def table(rows: Sequence[Row]) -> str:
    """The rows as a table in Markdown."""
    names = ("base", "chance", "retention", "items", "draws", "tasks", "draw SD", "shared", "own draws", "coverage",
             "below", "above", "width", "not measurable")  # fmt: skip
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in rows:
        design = [f"{value:g}" for value in row.design[:-1]] + ["yes" if row.design.own_draws else "no"]
        found = [f"{value:.3f}" for value in row[1:]]
        lines.append("| " + " | ".join([*design, *found]) + " |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> int:
    simulations = int(arguments[arguments.index("--simulations") + 1]) if "--simulations" in arguments else SIMULATIONS
    started, rng = time.process_time(), np.random.default_rng(SEED)
    rows = [measure(design, simulations, rng) for design in designs()]
    print(table(rows))
    low = [row for row in rows if row.coverage < 0.95 - TOLERANCE and row.missing < 0.5]
    print(f"{len(rows)} designs, {simulations} data sets each, {time.process_time() - started:.0f} s. "
          f"Below {0.95 - TOLERANCE:.3f}: {len(low)}.")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
