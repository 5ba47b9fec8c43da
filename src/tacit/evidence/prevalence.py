"""How common something truly is, when a detector that errs was run on everything and people labelled a little.

Two estimators. `rogan_gladen` corrects the observed share by a sensitivity and a specificity that are known from
elsewhere, and is right only if they hold on this corpus. `prediction_powered` uses labels drawn from this corpus, and
assumes nothing of the detector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.errors import DataError
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import NO_OBSERVATIONS, mid_p_many, wilson_many, z_value
from tacit.evidence.labels import binary, effective_sample, positive_weights
from tacit.evidence.mover import Interval, mover_sum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from tacit.evidence.intervals import Bounds

ROGAN_GLADEN: Final = "Rogan-Gladen, Lang-Reiczigel limits"
PREDICTION_POWERED: Final = "prediction-powered, MOVER of mid-P limits"
UNINFORMATIVE: Final = "the detector is not informative"
"""How the reason of a missing Rogan-Gladen estimate begins when the detector is not known to beat chance."""


def rogan_gladen(
    positives: int, n: int, sensitivity: tuple[int, int], specificity: tuple[int, int], level: float = 0.95
) -> Estimate:
    """The true share behind an observed share, given how often the detector finds and how often it stays silent.

    Rogan and Gladen (1978), American Journal of Epidemiology 107:71-76, for the estimate, truncated to [0, 1]; Lang
    and Reiczigel (2014), Preventive Veterinary Medicine 113:13-22, equations 6, 7, 16 and 17, for the interval, which
    carries the uncertainty of all three proportions. (Their equation 4 is misprinted: the weight of the specificity
    is ``(1 - P)**2``.) In simulations a 95 % interval covers 95 to 98 %, but more than 99 % when the specificity is
    0.999 or more and the share of that order: the interval then is wider than it need be, and `prediction_powered` the
    better choice.

    Args:
        positives: Captions with a hit.
        n: Captions looked at.
        sensitivity: (found, captions that truly state it) in the validation labels.
        specificity: (without a hit, captions that truly do not state it) in the validation labels.
        level: Nominal coverage. The interval was made for levels from 0.9 to 0.99.

    Returns:
        The share among the `n` captions' source. Missing when a sample is empty, and when sensitivity plus
        specificity is at most 1, or may well be (its Newcombe interval reaches 1): nothing can then be inferred
        from a hit.

    Raises:
        DataError: If a count is negative or larger than its sample.
        UsageError: If `level` is not between 0 and 1.

    Example:
        Example 1 of Lang and Reiczigel (2014):

        >>> share = rogan_gladen(4060, 11284, (178, 179), (358, 359))
        >>> round(share.low, 3), round(share.high, 3)
        (0.349, 0.372)
    """
    from tacit.evidence.contrasts import newcombe

    k_se, n_se = sensitivity
    k_sp, n_sp = specificity
    # Youden's index J = sensitivity - (1 - specificity), by how much a hit beats chance; this checks the counts too.
    youden = newcombe(k_se, n_se, n_sp - k_sp, n_sp, level)
    wilson_many(positives, n, level)

    reason = NO_OBSERVATIONS if n == 0 else _why_not(youden, n_se)
    if reason or youden.value is None:
        return Estimate.none(reason, n=n, method=ROGAN_GLADEN, level=level)
    value = min(max((positives / n - 1 + k_sp / n_sp) / youden.value, 0.0), 1.0)
    low, high = lang_reiczigel_many((positives, n), sensitivity, specificity, level)
    return Estimate(value, min(float(low), value), max(float(high), value), n, ROGAN_GLADEN, level)


def _why_not(youden: Estimate, n_se: int) -> str:
    """Why a detector with this Youden index cannot be corrected for; empty when it can."""
    if youden.value is None or youden.low is None:
        return f"no validation labels of captions that {'state it' if n_se == 0 else 'do not state it'}"
    if youden.value <= 0:
        return f"{UNINFORMATIVE}: sensitivity + specificity = {youden.value + 1:.3f}, and must exceed 1"
    if youden.low <= 0:
        return (
            f"{UNINFORMATIVE} as far as the labels tell: sensitivity + specificity may be as low as "
            f"{youden.low + 1:.3f}; label more captions"
        )
    return ""


def lang_reiczigel_many(
    observed: tuple[ArrayLike, ArrayLike],
    sensitivity: tuple[ArrayLike, ArrayLike],
    specificity: tuple[ArrayLike, ArrayLike],
    level: float = 0.95,
) -> Bounds:
    """Lang-Reiczigel limits for many shares at once; each argument is (successes, trials), arrays that broadcast.

    Returns:
        Lower and upper limits, truncated to [0, 1]; 0 and 1 where the adjusted sensitivity and specificity sum to
        no more than 1.

    Raises:
        UsageError: If `level` is not between 0 and 1.

    Example:
        >>> low, high = lang_reiczigel_many(([51, 259], [2971, 509]), ([32, 84], [33, 127]), ([20, 96], [20, 109]))
        >>> low.round(3).tolist(), high.round(3).tolist()
        ([0.0, 0.585], [0.053, 0.866])
    """
    z = z_value(level)
    k, n = (np.asarray(x, dtype=np.float64) for x in observed)
    n_se, n_sp = (np.asarray(x[1], dtype=np.float64) + 2 for x in (sensitivity, specificity))
    se, sp = (np.asarray(sensitivity[0]) + 1) / n_se, (np.asarray(specificity[0]) + 1) / n_sp
    size = n + z * z
    share = (k + z * z / 2) / size
    youden = se + sp - 1
    safe = np.where(youden > 0, youden, 1.0)
    p = (share + sp - 1) / safe
    v_se, v_sp = se * (1 - se) / n_se, sp * (1 - sp) / n_sp
    shift = 2 * z * z * (p * v_se - (1 - p) * v_sp)
    half = z * np.sqrt(share * (1 - share) / size + p * p * v_se + (1 - p) ** 2 * v_sp) / safe
    low = np.where(youden > 0, np.clip(p + shift - half, 0.0, 1.0), 0.0)
    return low, np.where(youden > 0, np.clip(p + shift + half, 0.0, 1.0), 1.0)


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the corpus from which captions were drawn at random and labelled, e.g. those with a hit.

    Attributes:
        size: Captions in the stratum.
        labelled: How many of them are labelled.
        positives: How many of the labelled ones truly state the type. With weights, the weighted share times
            `effective`.
        effective: Effective number of labels when they carry unequal weights; otherwise ``None``.
        name: What messages call it.
    """

    size: int
    labelled: int
    positives: float
    effective: float | None = None
    name: str = ""

    def __post_init__(self) -> None:
        """Refuse counts that contradict each other.

        Raises:
            DataError: If they do.
        """
        if not (0 <= self.labelled <= self.size and 0 <= self.positives <= self.trials <= max(self.labelled, 0)):
            raise DataError(
                f"Stratum {self.name or '(unnamed)'} has {self.size} captions, {self.labelled} labelled (effective "
                f"{self.trials:g}), {self.positives:g} positive. Each may not exceed the one before, nor be negative."
            )

    @property
    def trials(self) -> float:
        """The number of equally weighted labels that tell as much as those there are."""
        return self.labelled if self.effective is None else self.effective

    @classmethod
    def of(cls, size: int, labels: ArrayLike, weights: ArrayLike | None = None, name: str = "") -> Stratum:
        """Make one from its labels.

        Args:
            size: Captions in the stratum.
            labels: 0 or 1 per labelled caption.
            weights: How many captions of the stratum each label stands for (only their ratios matter), e.g. how
                often a text occurs when distinct texts were drawn. The effective number of labels is
                then smaller than their number (`effective_sample`).
            name: What messages call it.

        Raises:
            DataError: If labels are not 0 or 1, weights are not positive, or their numbers differ.

        Example:
            >>> Stratum.of(1000, [1, 0, 0, 1], weights=[1, 1, 1, 3]).trials
            3.0
        """
        values = binary(labels, "labels")
        if weights is None:
            return cls(size, len(values), int(values.sum()), name=name)
        share, effective = effective_sample(values, positive_weights(weights, len(values)))
        return cls(size, len(values), share * effective, effective, name)


def prediction_powered(strata: Sequence[Stratum], level: float = 0.95, *, finite: bool = True) -> Estimate:
    """The true share in a corpus that a detector has read in full, from labels drawn in each stratum.

    With the strata "hit" and "no hit" this is P(hit) PPV + P(no hit) FOR: the post-stratified estimator, which is
    prediction-powered inference for a mean with a binary predictor (Angelopoulos et al. 2023, Science 382:669-674;
    stratified: Fisch et al. 2024, arXiv:2406.04291). Strata may be sampled at any rates, because each enters with its
    known size. The interval combines the mid-P limits of the strata by the MOVER (`mover_sum`). Mid-P limits were
    chosen by coverage (`benchmarks/coverage.py`): with them a 95 % interval covers 95 to 99 % in the designs of an
    audit, and 92 % at the least favourable share of positives among what was not detected. With Wilson limits it covers
    as little as 85 %; the Wald interval covers 5 % where positives are too rare for the labels to show one.

    Args:
        strata: A partition of the corpus.
        level: Nominal coverage.
        finite: Whether the question is about the captions in this corpus (then what is labelled is known, by the
            finite-population correction, and the shares of the strata are exact) or about the source it was drawn
            from (no correction, and the shares of the strata are uncertain as well).

    Returns:
        The share, with ``n`` the number of labels. Missing when a stratum that is not empty has no labels.

    Raises:
        UsageError: If `level` is not between 0 and 1.

    Example:
        No positive among 300 unmatched captions does not mean that there are none:

        >>> hits, rest = Stratum(2_000, 100, 30), Stratum(998_000, 300, 0)
        >>> share = prediction_powered([hits, rest])
        >>> f"{share.value:.4f} [{share.low:.4f}, {share.high:.4f}]"
        '0.0006 [0.0004, 0.0105]'
    """
    used = [s for s in strata if s.size > 0]
    n = sum(s.labelled for s in used)

    def missing(reason: str) -> Estimate:
        return Estimate.none(reason, n=n, method=PREDICTION_POWERED, level=level)

    if not used:
        return missing(NO_OBSERVATIONS)
    unlabelled = [s.name or f"number {i + 1}" for i, s in enumerate(used) if s.labelled == 0]
    if unlabelled:
        return missing(f"no labels in stratum {', '.join(unlabelled)}; every stratum needs some")
    value, low, high = stratified_many(
        np.array([s.size for s in used]),
        np.array([s.positives for s in used]),
        np.array([s.trials for s in used]),
        level,
        finite=finite,
    )
    return Estimate(float(value), float(low), float(high), n, PREDICTION_POWERED, level)


def stratified_many(
    sizes: ArrayLike, positives: ArrayLike, trials: ArrayLike, level: float = 0.95, *, finite: bool = True
) -> Interval:
    """The numbers behind `prediction_powered`, for many samples at once.

    Args:
        sizes: Captions per stratum; shape ``(..., strata)``.
        positives: Labelled positives; shape ``(..., strata)``, fractions allowed.
        trials: Labels, at least 1 everywhere; shape ``(..., strata)``, fractions allowed.
        level: Nominal coverage.
        finite: As in `prediction_powered`.

    Returns:
        Estimates with limits; shape ``(...)``.

    Raises:
        DataError: If positives exceed trials, or a count is negative or not finite.
        UsageError: If `level` is not between 0 and 1.

    Example:
        >>> share = stratified_many([2_000, 998_000], [[30, 0], [30, 1]], [100, 300])
        >>> share.low.round(5).tolist(), share.high.round(5).tolist()
        ([0.00044, 0.00076], [0.01051, 0.01689])
    """
    size, k, n = np.broadcast_arrays(*(np.asarray(x, dtype=np.float64) for x in (sizes, positives, trials)))
    weights = size / size.sum(axis=-1, keepdims=True)
    share = k / n
    if finite:
        parts = _finite_limits(size, k, n, level)
        total = mover_sum(weights, parts)
        return Interval(total.value, np.maximum(total.low, 0.0), np.minimum(total.high, 1.0))
    total = mover_sum(weights, Interval(share, *mid_p_many(k, n, level)))
    down, up = _share_arms(size, share, total.value, level)
    low = total.value - np.hypot(total.value - total.low, down)
    return Interval(
        total.value, np.maximum(low, 0.0), np.minimum(total.value + np.hypot(total.high - total.value, up), 1.0)
    )


def _finite_limits(size: NDArray[np.float64], k: NDArray[np.float64], n: NDArray[np.float64], level: float) -> Interval:
    """Limits for the share in a finite stratum, by the sample size that has the same variance in an infinite one.

    Var(p) is p(1-p)/n times (N-n)/(N-1) without replacement (Cochran 1977, Sampling Techniques, theorem 3.2).
    """
    share = k / n
    left = np.maximum(size - n, 0.0)
    open_ = left > 0
    grown = np.where(open_, n * np.divide(size - 1, left, out=np.ones_like(left), where=open_), 1.0)
    low, high = mid_p_many(np.minimum(share * grown, grown), grown, level)
    return Interval(share, np.where(open_, low, share), np.where(open_, high, share))


def _share_arms(
    size: NDArray[np.float64], share: NDArray[np.float64], total: NDArray[np.float64], level: float
) -> Bounds:
    """How far the estimate moves because the strata's shares of the source are estimated by those of the corpus.

    For two strata this is the Wilson arm of the first one's share times the difference of the two proportions; for
    more it has the multinomial variance, sum of w (p - total)^2 / N, to first order.
    """
    whole = size.sum(axis=-1, keepdims=True)
    weight = size / whole
    low, high = wilson_many(size, np.broadcast_to(whole, size.shape), level)
    pull = share - total[..., None]
    spread = np.divide(pull**2, 1 - weight, out=np.zeros_like(pull), where=weight < 1)
    grows, falls = (high - weight) ** 2, (weight - low) ** 2
    up = np.sqrt((spread * np.where(pull > 0, grows, falls)).sum(axis=-1))
    down = np.sqrt((spread * np.where(pull > 0, falls, grows)).sum(axis=-1))
    return down, up
