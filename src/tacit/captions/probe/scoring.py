"""From a model's numbers to right and wrong: ties share the credit, and what was not scored keeps its reason."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from tacit.captions.probe.ask import NO_OTHER, NOT_FINITE
from tacit.captions.probe.pictures import BROKEN, NO_FILE, TOO_LARGE
from tacit.captions.probe.settings import AS_ASKED
from tacit.io.evals.long import as_long
from tacit.models.protocol import TOO_LONG, TOO_MANY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from tacit.captions.probe.ask import Answers, Scores
    from tacit.captions.probe.settings import Condition
    from tacit.io.option_sets import OptionItem, OptionSet
    from tacit.models.protocol import Attribute

TIE: Final = 1e-6
"""Scores this close, relative to the larger of 1 and the highest, are equal: float32 keeps seven digits."""

REASONS: Final[dict[str, str]] = {
    NO_FILE: "not run", BROKEN: "not run", TOO_LARGE: "not run", NO_OTHER: "not run",
    TOO_LONG: "limit", TOO_MANY: "limit", NOT_FINITE: "error",
}  # fmt: skip
"""Why an item has no score, and what the table of outcomes calls it. A plug-in's own reasons are errors there."""


def right_share(scores: Sequence[float], answer: int) -> tuple[float, int]:
    """How right the highest of some scores is, ties broken by a fair draw: its expectation, so nothing is drawn.

    Args:
        scores: One per option, finite.
        answer: Index of the right option.

    Returns:
        1 or 0, or 1/k when the right option is one of k that share the highest score; and the number that share it.

    Example:
        >>> right_share([0.1, 0.9], 1), right_share([5.0, 5.0, 5.0, 5.0], 2), right_share([1.0, 1.0, 0.0], 2)
        ((1.0, 1), (0.25, 4), (0.0, 2))
    """
    highest = max(scores)
    near = highest - TIE * max(1.0, abs(highest))
    top = sum(score >= near for score in scores)
    return (1 / top if scores[answer] >= near else 0.0), top


def softmax(scores: Sequence[float]) -> list[float]:
    """Probabilities of options whose logits or log-likelihoods are given.

    Example:
        >>> softmax([0.0, 0.0]), softmax([1000.0, -1000.0])
        ([0.5, 0.5], [1.0, 0.0])
    """
    highest = max(scores)
    weights = [math.exp(score - highest) for score in scores]
    total = sum(weights)
    return [weight / total for weight in weights]


def answer_table(options: OptionSet, answers: Sequence[Answers]) -> pl.DataFrame:
    """One row per model, condition and item.

    Args:
        options: The items.
        answers: What each model answered.

    Returns:
        Columns ``system, condition, capability, item, variant, image, cluster, score, tied`` (how many options share
        the highest score), ``probability`` (softmax at the right option), ``margin`` (the right option's score over
        the best wrong one's, in the model's unit), ``probabilities``, ``reason``. Either score or reason is null.
    """
    import polars as pl

    clusters = clusters_of(options)
    rows = [
        {"system": found.system, "condition": condition, **_about(item, cluster), **_judged(item, scores)}
        for found in answers
        for condition, given in found.scores.items()
        for item, cluster, scores in zip(options.items, clusters, given, strict=True)
    ]
    texts = ("system", "condition", "capability", "item", "variant", "image", "cluster")
    schema: dict[str, Any] = {
        **dict.fromkeys(texts, pl.String), "score": pl.Float64, "tied": pl.Int64, "probability": pl.Float64,
        "margin": pl.Float64, "probabilities": pl.List(pl.Float64), "reason": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def clusters_of(options: OptionSet) -> list[str | None]:
    """What each item is clustered by: what its file says, else its image; ``None`` where every item is on its own."""
    keys = [item.cluster or item.image for item in options.items]
    seen: dict[str, set[str]] = {}
    for item, key in zip(options.items, keys, strict=True):
        seen.setdefault(item.capability, set()).add(key)
    shared = {name for name in seen if len(seen[name]) < len(options.of(name))}
    return [key if item.capability in shared else None for item, key in zip(options.items, keys, strict=True)]


def _about(item: OptionItem, cluster: str | None) -> dict[str, Any]:
    return {
        "capability": item.capability, "item": item.id, "variant": item.variant or None, "image": item.image,
        "cluster": cluster,
    }  # fmt: skip


def _judged(item: OptionItem, scores: Scores) -> dict[str, Any]:
    if isinstance(scores, str):
        return {"reason": scores}
    score, tied = right_share(scores, item.answer)
    told = softmax(scores)
    best_wrong = max(value for at, value in enumerate(scores) if at != item.answer)
    return {
        "score": score, "tied": tied, "probability": told[item.answer], "margin": scores[item.answer] - best_wrong,
        "probabilities": told,
    }  # fmt: skip


def outcome_rows(
    table: pl.DataFrame, attributes: Mapping[str, Mapping[str, Attribute]], chance: Mapping[str, float]
) -> pl.DataFrame:
    """The answers as asked, in the long format that `tacit scale` and `tacit compare` read.

    Args:
        table: As made by `answer_table`.
        attributes: What is known of each system: ``family`` and axes.
        chance: Score of guessing per capability.
    """
    rows = [
        _row(row, row["capability"], row["score"], attributes, chance)
        | {"probabilities": row["probabilities"], "confidence": max(row["probabilities"] or [None])}
        for row in _under(table, AS_ASKED)
    ]
    return as_long(rows, "the probe's answers")


def beside_rows(
    table: pl.DataFrame, attributes: Mapping[str, Mapping[str, Attribute]], chance: Mapping[str, float]
) -> pl.DataFrame:
    """Further measures in the long format, as capabilities of their own.

    Returns:
        ``X (probability)``, the probability of the right option, which is a continuous companion of capability X; and
        ``X (blind)`` and ``X (shuffled)``, the scores of the controls. Arguments as `outcome_rows`.
    """
    rows = [
        _row(row, f"{row['capability']} (probability)", row["probability"], attributes, chance)
        for row in _under(table, AS_ASKED)
    ]
    for condition in ("blind", "shuffled"):
        rows += [
            _row(row, f"{row['capability']} ({condition})", row["score"], attributes, chance)
            for row in _under(table, condition)
        ]
    return as_long(rows, "the probe's answers")


def _under(table: pl.DataFrame, condition: Condition) -> list[dict[str, Any]]:
    import polars as pl

    return table.filter(pl.col("condition") == condition).to_dicts()


def _row(
    row: Mapping[str, Any],
    capability: str,
    score: float | None,
    attributes: Mapping[str, Mapping[str, Attribute]],
    chance: Mapping[str, float],
) -> dict[str, Any]:
    reason = row["reason"]
    return {
        "system": row["system"], **attributes[row["system"]], "capability": capability, "item": row["item"],
        "variant": row["variant"], "cluster": row["cluster"], "score": score, "chance": chance[row["capability"]],
        "missing": None if reason is None else REASONS.get(reason, "error"),
    }  # fmt: skip
