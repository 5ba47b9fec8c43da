"""Fitting the models that decide: ridge logistic regression, cross-validated by conversation. Needs numpy only."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from tacit.dialogue.decide.model import FARTHEST, LogisticModel, Weight
from tacit.errors import InsufficientDataError, UsageError
from tacit.evidence.auroc import fold_auroc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Array = npt.NDArray[np.float64]
_STEPS: Final = 50
_SMALL: Final = 1e-9


def fit(
    rows: Sequence[Mapping[str, float | None]],
    labels: Sequence[int],
    names: Sequence[str],
    *,
    target: str,
    ridge: float = 1.0,
) -> LogisticModel:
    """Fit a logistic model; for its calibration and its AUROC see `cross_fit`.

    Minimises the negative log likelihood plus ``ridge / 2`` times the sum of squares of the coefficients of the
    standardised signals (Hastie, Tibshirani and Friedman 2009, section 4.4.4) by Newton's method.

    Args:
        rows: Signals per situation.
        labels: 1 where a situation is the target, else 0.
        names: The signals to use.
        target: What the model is to be called.
        ridge: Strength of the penalty.

    Raises:
        InsufficientDataError: If one of the two classes is absent.

    Example:
        >>> rows = [{"hour": float(hour)} for hour in range(24)]
        >>> model = fit(rows, [int(hour > 18) for hour in range(24)], ["hour"], target="late")
        >>> model.predict({"hour": 23.0}) > 0.5 > model.predict({"hour": 9.0})
        True
    """
    y = np.asarray(labels, float)
    if not 0 < y.sum() < len(y):
        raise InsufficientDataError(
            f"To learn what is {target!r} takes situations of both kinds; {int(y.sum())} of {len(y)} are."
        )
    raw = np.array([[_number(row.get(name)) for name in names] for row in rows], float).reshape(len(y), len(names))
    gone = np.isnan(raw)
    seen = np.maximum((~gone).sum(0), 1)
    mean = np.where(gone, 0.0, raw).sum(0) / seen
    scale = np.sqrt((np.where(gone, 0.0, raw - mean) ** 2).sum(0) / seen)
    scale = np.where(scale > _SMALL, scale, 1.0)
    standard = np.clip(np.where(gone, 0.0, (raw - mean) / scale), -FARTHEST, FARTHEST)
    some = np.flatnonzero(gone.any(0))
    beta = _newton(np.column_stack([np.ones(len(y)), standard, gone[:, some].astype(float)]), y, ridge)
    missing = dict(zip(some.tolist(), beta[1 + len(names) :].tolist(), strict=True))
    weights = [
        Weight(name, float(mean[at]), float(scale[at]), float(beta[1 + at]), missing.get(at, 0.0))
        for at, name in enumerate(names)
    ]
    return LogisticModel(target, tuple(weights), float(beta[0]), n=len(y), positives=int(y.sum()))


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _newton(x: Array, y: Array, ridge: float) -> Array:
    """Coefficients; the first column is the intercept, which is not shrunk."""
    penalty = np.full(x.shape[1], ridge)
    penalty[0] = _SMALL
    beta = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        hessian = (x.T * (p * (1 - p))) @ x + np.diag(penalty)
        step = np.linalg.solve(hessian, x.T @ (p - y) + penalty * beta)
        beta -= step
        if np.abs(step).max() < 1e-10:
            break
    return beta


def folds(groups: Sequence[str], labels: Sequence[int], parts: int = 5, seed: int = 0) -> npt.NDArray[np.int64]:
    """A fold for each situation; all of a group in the same one.

    Groups with most positives are dealt out first, each to the fold that has fewest; those without any go to the
    smallest, so that folds hardly differ in size or in their share of positives.

    Args:
        groups: The conversation of each situation.
        labels: 1 or 0.
        parts: Number of folds.
        seed: Of the order among groups with as many positives.

    Example:
        >>> folds(["a", "a", "b", "c"], [1, 0, 1, 0], parts=2).tolist() in ([0, 0, 1, 1], [1, 1, 0, 0])
        True
    """
    names = sorted(set(groups))
    positives, sizes = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for group, label in zip(groups, labels, strict=True):
        positives[group] += int(label)
        sizes[group] += 1
    order = [names[at] for at in np.random.default_rng(seed).permutation(len(names))]
    load, fold = [(0, 0)] * parts, dict.fromkeys(names, 0)
    for name in sorted(order, key=lambda group: -positives[group]):
        at = fold[name] = load.index(min(load, key=lambda one: one if positives[name] else one[::-1]))
        load[at] = (load[at][0] + positives[name], load[at][1] + sizes[name])
    return np.array([fold[group] for group in groups])


def cross_fit(
    rows: Sequence[Mapping[str, float | None]],
    labels: Sequence[int],
    groups: Sequence[str],
    names: Sequence[str],
    *,
    target: str,
    ridge: float = 1.0,
    parts: int = 5,
    seed: int = 0,
) -> tuple[LogisticModel, Array]:
    """Fit a model, with calibration and AUROC by cross-validation over whole conversations.

    Args:
        rows: Signals per situation.
        labels: 1 where a situation is the target, else 0.
        groups: The conversation of each situation.
        names: The signals to use.
        target: What the model is to be called.
        ridge: See `fit`.
        parts: Number of folds.
        seed: Of the folds.

    Returns:
        The model fitted on everything, and for each situation the calibrated probability that it gets from the model
        that has not seen its conversation.

    Raises:
        UsageError: If there are fewer groups than folds.
        InsufficientDataError: If a fold leaves only one class to train on.
    """
    if len(set(groups)) < parts:
        raise UsageError(f"{parts} folds need as many conversations; there are {len(set(groups))}.")
    y = np.asarray(labels, int)
    fold, out = folds(groups, labels, parts, seed), np.zeros(len(y))
    for part in range(parts):
        kept, held = np.flatnonzero(fold != part).tolist(), np.flatnonzero(fold == part).tolist()
        model = fit([rows[at] for at in kept], y[kept].tolist(), names, target=target, ridge=ridge)
        out[held] = [model.log_odds(rows[at]) for at in held]
    offset, slope = _newton(np.column_stack([np.ones(len(y)), out]), y.astype(float), _SMALL)
    whole = fit(rows, labels, names, target=target, ridge=ridge)
    return (
        replace(
            whole,
            slope=float(slope),
            offset=float(offset),
            groups=len(set(groups)),
            auroc=fold_auroc(out, y, fold),
        ),
        1 / (1 + np.exp(-(slope * out + offset))),
    )
