"""From the scores that a model gives to the options of probes, to evaluation outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tacit.captions.probe.scoring import right_share
from tacit.errors import UsageError
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson_many
from tacit.io.evals.long import AXES, as_long

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from tacit.captions.world.probes.protocol import ProbeItem

NO_SCORE = "error"
"""The reason of an item that has no score, of `tacit.io.evals.long.MISSING`: an option's score is not finite."""


def credit(items: Sequence[ProbeItem], scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """How far each item was answered rightly.

    A model answers with the option that it scores highest. Where k options share the highest score and the true one is
    among them, it gets 1/k: what drawing lots would bring on average (`tacit.captions.probe.scoring.right_share`). So
    a model that scores all options alike is at chance, and not right or wrong by the order of the options.

    Args:
        items: The questions.
        scores: Higher is better; shape ``(items, options)``. Only differences within an item matter.

    Returns:
        From 0 to 1, shape ``(items,)``; NaN where the score of any option is not finite.

    Raises:
        UsageError: If there is not one score per option of each item.

    Example:
        >>> from tacit.captions.world.probes.protocol import get_probe
        >>> items = get_probe("temporal").draw(3, np.random.default_rng(0))
        >>> [item.answer for item in items]
        [1, 0, 1]
        >>> credit(items, np.array([[0.1, 0.9], [0.4, 0.4], [np.nan, 0.2]])).tolist()
        [1.0, 0.5, nan]
    """
    scores = np.asarray(scores, dtype=np.float64)
    options = {len(item.options) for item in items}
    if scores.ndim != 2 or len(scores) != len(items) or (options and options != {scores.shape[1]}):
        raise UsageError(
            f"There must be one score per option of each item: scores have the shape {scores.shape}, for "
            f"{len(items)} items with {' or '.join(map(str, sorted(options))) or 'no'} options. Score one probe at "
            "a time."
        )
    usable = np.isfinite(scores).all(axis=1)
    return np.array(
        [
            right_share(row, item.answer)[0] if whole else np.nan
            for item, row, whole in zip(items, scores.tolist(), usable, strict=True)
        ]
    )


def score_items(
    items: Sequence[ProbeItem],
    scores: NDArray[np.floating],
    system: str,
    *,
    family: str | None = None,
    axes: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Outcomes in the long format of `tacit.io.evals.long`, one row per item.

    Items are numbered in the order given, so systems are paired by item as long as all are given the same list. Parts
    of several systems and probes are put together with ``polars.concat`` and read by
    `tacit.evidence.outcomes.Outcomes.from_frame`.

    Args:
        items: The questions.
        scores: As in `credit`.
        system: Name of the model.
        family: Of models that share a recipe.
        axes: What the model has more or less of, by name in `tacit.io.evals.long.AXES`.

    Raises:
        UsageError: As in `credit`; or if an axis is unknown.

    Example:
        >>> from tacit.captions.world.probes.protocol import get_probe
        >>> items = get_probe("temporal").draw(2, np.random.default_rng(0))
        >>> frame = score_items(items, np.array([[0.1, 0.9], [np.nan, 0.2]]), "tiny", axes={"params": 6000})
        >>> frame.select("system", "item", "score", "missing", "chance", "params").rows()
        [('tiny', 'temporal-0', 1.0, None, 0.5, 6000.0), ('tiny', 'temporal-1', None, 'error', 0.5, 6000.0)]
    """
    unknown = sorted(set(axes or {}) - set(AXES))
    if unknown:
        raise UsageError(f"A system has no axis {unknown[0]!r}. There are: {', '.join(AXES)}.")
    rows = [
        {
            "system": system,
            "family": family,
            "capability": item.capability,
            "item": f"{item.capability}-{number}",
            "cluster": item.cluster or None,
            "score": None if np.isnan(right) else right,
            "missing": NO_SCORE if np.isnan(right) else None,
            "chance": 1 / len(item.options),
            **(axes or {}),
        }
        for number, (item, right) in enumerate(zip(items, credit(items, scores).tolist(), strict=True))
    ]
    return as_long(rows, system)


def accuracy(items: Sequence[ProbeItem], scores: NDArray[np.floating], level: float = 0.95) -> Estimate:
    """Mean credit over the items that have a score, with its Wilson interval.

    Shared credit varies less than right and wrong with the same mean, so with ties the interval is, if anything, wide.

    Args:
        items: The questions.
        scores: As in `credit`.
        level: Nominal coverage.

    Raises:
        UsageError: As in `credit`; or if `level` is not between 0 and 1.

    Example:
        >>> from tacit.captions.world.probes.protocol import get_probe
        >>> items = get_probe("temporal").draw(100, np.random.default_rng(0))
        >>> found = accuracy(items, np.zeros((100, 2)))
        >>> found.value, round(found.low, 3), found.n
        (0.5, 0.404, 100)
    """
    right = credit(items, scores)
    there = right[~np.isnan(right)]
    if not there.size:
        return Estimate.none(
            "no item has a score" if len(items) else "there are no items", method="Wilson", level=level
        )
    low, high = wilson_many(there.sum(), there.size, level)
    return Estimate(float(there.mean()), float(low), float(high), there.size, "Wilson", level)
