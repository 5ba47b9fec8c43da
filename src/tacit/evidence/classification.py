"""How well a yes/no detector does against labels: precision, recall, specificity and F1, each with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import DataError
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import mid_p_many, z_value
from tacit.evidence.labels import binary, effective_sample, positive_weights
from tacit.evidence.mover import Interval, mover_ratio

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

PLAIN: Final = "mid-P"
PLAIN_F1: Final = "mid-P of the Jaccard index"
WEIGHTED: Final = "weighted, mid-P at the effective n"
WEIGHTED_RATIO: Final = "weighted, MOVER ratio of mid-P limits"
NO_POSITIVES: Final = "no labelled caption truly is positive"
NO_NEGATIVES: Final = "no labelled caption truly is negative"
NO_HITS: Final = "no labelled caption was detected"


@dataclass(frozen=True, slots=True)
class Scores:
    """A detector against labels.

    Attributes:
        precision: Share of the detected that truly are positive; ``n`` counts the detected.
        recall: Share of the true positives that are detected; ``n`` counts the true positives, or all labels when
            they are weighted, because the missed ones are then estimated from the labels of what was not detected.
        specificity: Share of the true negatives that are not detected; ``n`` as for recall.
        f1: Harmonic mean of precision and recall; ``n`` counts captions that are detected or positive, or all labels.
        true_positives: Labels that are positive and detected.
        false_positives: Labels that are negative and detected.
        false_negatives: Labels that are positive and not detected.
        true_negatives: Labels that are negative and not detected.
    """

    precision: Estimate
    recall: Estimate
    specificity: Estimate
    f1: Estimate
    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int


def score(truth: ArrayLike, predicted: ArrayLike, weights: ArrayLike | None = None, *, level: float = 0.95) -> Scores:
    """Precision, recall, specificity and F1 with intervals.

    Without weights the labels are one random sample. Precision, recall and specificity are binomial given their
    denominators. F1 is 2J / (1 + J) for the Jaccard index J = TP / (TP + FP + FN), which is binomial given the number
    of captions that are detected or positive; its limits are those of J, transformed.

    With weights the labels are a random sample of the detected and a random sample of the rest, drawn at different
    rates (stratified design): a weight is how many captions its label stands for. Recall then is a ratio of two
    independent estimates, and so is F1; their limits come from those of the precision and of the share of positives
    among what was not detected (`mover_ratio`). So a sample of the rest without any positive does not make the recall
    certain.

    Args:
        truth: 0 or 1 per label: whether the caption truly is positive; shape ``(labels,)``.
        predicted: 0 or 1 per label: whether it was detected; shape ``(labels,)``.
        weights: Sampling weights; shape ``(labels,)``. ``None`` for one random sample.
        level: Nominal coverage.

    Returns:
        The scores; each is missing, with the reason, when its denominator is empty.

    Raises:
        DataError: If truth and predicted differ in length or hold anything but 0 and 1, or a weight is not positive.
        UsageError: If `level` is not between 0 and 1.

    Example:
        Of 10 detected captions 9 are right; of 40 others, each standing for 100, none is positive:

        >>> truth = [1] * 9 + [0] + [0] * 40
        >>> found = [1] * 10 + [0] * 40
        >>> scores = score(truth, found, weights=[1] * 10 + [100] * 40)
        >>> scores.recall.value, round(scores.recall.low, 3)
        (1.0, 0.029)
    """
    z_value(level)
    real, found = binary(truth, "true labels"), binary(predicted, "predictions")
    if len(real) != len(found):
        raise DataError(
            f"There are {len(real)} true labels but {len(found)} predictions; they must be the same captions."
        )
    cells = np.bincount(2 * real + found, minlength=4).tolist()
    tn, fp, fn, tp = cells
    if weights is None:
        four = _plain(tp, fp, fn, tn, level)
    else:
        four = _weighted(real, found, positive_weights(weights, len(real)), level)
    return Scores(*four, tp, fp, fn, tn)


def _plain(tp: int, fp: int, fn: int, tn: int, level: float) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    either = tp + fp + fn
    tops, bottoms = (tp, tp, tn, tp), (tp + fp, tp + fn, tn + fp, either)
    low_ends, high_ends = (x.tolist() for x in mid_p_many(tops, bottoms, level))

    def share(at: int, empty: str) -> Estimate:
        if bottoms[at] == 0:
            return Estimate.none(empty, method=PLAIN, level=level)
        return Estimate(tops[at] / bottoms[at], low_ends[at], high_ends[at], bottoms[at], PLAIN, level)

    if tp + fn == 0:
        f1 = Estimate.none(NO_POSITIVES, n=either, method=PLAIN_F1, level=level)
    else:
        value = 2 * tp / (2 * tp + fp + fn)
        low, high = (2 * end[3] / (1 + end[3]) for end in (low_ends, high_ends))
        f1 = Estimate(value, min(low, value), max(high, value), either, PLAIN_F1, level)
    return share(0, NO_HITS), share(1, NO_POSITIVES), share(2, NO_NEGATIVES), f1


def _weighted(
    truth: NDArray[np.int64], found: NDArray[np.int64], weights: NDArray[np.float64], level: float
) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    n = len(truth)
    weights = weights / weights.max() if n else weights  # sums of huge weights overflow
    is_hit = found == 1
    share_hit = float(weights[is_hit].sum() / weights.sum()) if n else 0.0
    hits = int(is_hit.sum())
    ppv_share, ppv_n = effective_sample(truth[is_hit], weights[is_hit])
    rest_share, rest_n = effective_sample(truth[~is_hit], weights[~is_hit])

    def none(reason: str, method: str = WEIGHTED_RATIO) -> Estimate:
        return Estimate.none(reason, n=n, method=method, level=level)

    ppv, rest = _parts(np.array([ppv_share, rest_share]), np.array([ppv_n, rest_n]), level)
    precision = none(NO_HITS, WEIGHTED)
    if hits:
        precision = Estimate(ppv_share, float(ppv.low), float(ppv.high), hits, WEIGHTED, level)
    if n == 0 or hits in (0, n):
        reason = "recall needs labels of what was detected and of what was not"
        recall, specificity, f1 = (none(reason.replace("recall", name)) for name in ("recall", "specificity", "F1"))
        return precision, recall, specificity, f1

    found_true, missed = _scaled(ppv, share_hit), _scaled(rest, 1 - share_hit)
    found_false = _scaled(_complement(ppv), share_hit)
    left_false = _scaled(_complement(rest), 1 - share_hit)
    # F1 = 2 TP / (TP + hits + missed): twice what the recall would be if all hits counted as missed too.
    hit_or_missed = Interval(*(share_hit + x for x in missed))
    if truth.any():
        recall = _over_sum(found_true, missed, n, level)
        f1 = _over_sum(found_true, hit_or_missed, n, level, factor=2.0)
    else:
        recall = f1 = none(NO_POSITIVES)
    specificity = none(NO_NEGATIVES) if truth.all() else _over_sum(left_false, found_false, n, level)
    return precision, recall, specificity, f1


def _parts(shares: NDArray[np.float64], trials: NDArray[np.float64], level: float) -> list[Interval]:
    low, high = mid_p_many(np.minimum(shares * trials, trials), trials, level)
    return [Interval(*parts) for parts in zip(shares, low, high, strict=True)]


def _scaled(part: Interval, weight: float) -> Interval:
    return Interval(*(weight * x for x in part))


def _complement(part: Interval) -> Interval:
    return Interval(1 - part.value, 1 - part.high, 1 - part.low)


def _over_sum(a: Interval, b: Interval, n: int, level: float, factor: float = 1.0) -> Estimate:
    """The estimate ``factor * a / (a + b)``, which falls as ``b / a`` grows."""
    value = factor * float(a.value) / float(a.value + b.value)
    if a.value > 0:
        low, high = (factor / (1 + float(x)) for x in reversed(mover_ratio(b, a)))
    else:
        most = float(mover_ratio(a, b)[1])
        low, high = 0.0, factor * (most / (1 + most) if most < np.inf else 1.0)
    high = min(high, 1.0)
    return Estimate(value, min(low, value), max(high, value), n, WEIGHTED_RATIO, level)
