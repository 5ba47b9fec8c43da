"""Sums answers up: accuracy with its interval per model, condition and capability, and the clearest mistakes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tacit.captions.probe.result import Example, Score
from tacit.captions.probe.settings import AS_ASKED
from tacit.evidence.comparing.paired import mean_score
from tacit.evidence.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tacit.io.option_sets import OptionSet

MARGIN: Final = 0.05
"""How far above chance, as a share, an answer without the image must be with its whole interval to be remarkable."""
EXAMPLES: Final = 3
"""The clearest mistakes that are kept per model and capability."""


def beyond_chance(accuracy: Estimate, chance: float) -> bool:
    """Whether an accuracy is above chance by more than `MARGIN`, with its whole interval."""
    return accuracy.low is not None and accuracy.low > chance + MARGIN


def chance_corrected(accuracy: Estimate, chance: float) -> Estimate:
    """An accuracy on the scale on which guessing is 0 and being always right is 1.

    ``(a - c) / (1 - c)``, for the value and both limits, which is Cohen's (1960) kappa with fixed chance.

    Example:
        >>> from tacit.evidence.intervals import wilson
        >>> found = chance_corrected(wilson(50, 100), 0.25)
        >>> round(found.value, 3), round(found.low, 3), found.method
        (0.333, 0.205, 'Wilson, chance-corrected')
    """
    if accuracy.value is None or accuracy.low is None or accuracy.high is None:
        return accuracy
    value, low, high = ((at - chance) / (1 - chance) for at in (accuracy.value, accuracy.low, accuracy.high))
    return replace(accuracy, value=value, low=low, high=high, method=f"{accuracy.method}, chance-corrected")


def summarise(table: pl.DataFrame, chance: Mapping[str, float], seed: int) -> tuple[Score, ...]:
    """One `Score` per model, condition and capability.

    Args:
        table: As made by `tacit.captions.probe.scoring.answer_table`.
        chance: Score of guessing per capability.
        seed: Of bootstrap draws, where the interval needs some.

    Returns:
        In the order of the models and conditions of the table; capabilities by name.
    """
    parts = table.sort("capability", maintain_order=True).partition_by(
        "system", "condition", "capability", as_dict=True, maintain_order=True
    )
    # Models and conditions as they come in the table, capabilities by name.
    order = {pair: at for at, pair in enumerate(table.select("system", "condition").unique(maintain_order=True).rows())}
    keys = sorted(parts, key=lambda key: (order[(key[0], key[1])], key[2]))
    return tuple(_score(key, parts[key], chance[str(key[2])], seed) for key in keys)


def _score(key: tuple[Any, ...], rows: pl.DataFrame, chance: float, seed: int) -> Score:
    system, condition, capability = key
    scored = rows.drop_nulls("score")
    accuracy, probability = (_mean(scored, name, seed) for name in ("score", "probability"))
    reasons = rows.drop_nulls("reason")["reason"].value_counts().sort("count", "reason", descending=[True, False])
    return Score(
        system=system,
        condition=condition,
        capability=capability,
        chance=chance,
        items=rows.height,
        scored=scored.height,
        ties=int((scored["tied"] > 1).sum()),
        not_scored=tuple(reasons.iter_rows()),
        accuracy=accuracy,
        corrected=chance_corrected(accuracy, chance),
        probability=probability,
        solvable=condition != AS_ASKED and beyond_chance(accuracy, chance),
    )


def _mean(scored: pl.DataFrame, name: str, seed: int) -> Estimate:
    if not scored.height:
        return Estimate.none("no item of it has a score")
    clusters = scored["cluster"].to_list() if scored["cluster"].null_count() == 0 else None
    return mean_score(scored[name].to_numpy(), clusters=clusters, seed=seed)


def worst(options: OptionSet, table: pl.DataFrame) -> tuple[Example, ...]:
    """The items that each model got most clearly wrong, `EXAMPLES` per capability; arguments as in `summarise`."""
    import polars as pl

    items = {(item.capability, item.id, item.variant): item for item in options.items}
    wrong = table.filter((pl.col("condition") == AS_ASKED) & (pl.col("score") == 0)).sort("margin", maintain_order=True)
    found = []
    for rows in wrong.partition_by("system", "capability", maintain_order=True):
        for row in rows.head(EXAMPLES).iter_rows(named=True):
            item = items[row["capability"], row["item"], row["variant"] or ""]
            told = tuple(row["probabilities"])
            found.append(Example(
                row["system"], item.capability, item.id, item.image, item.options, item.answer,
                max(range(len(told)), key=told.__getitem__), told, row["margin"],
            ))  # fmt: skip
    return tuple(sorted(found, key=lambda example: (example.system, example.capability)))
