"""How often the intervals of `tacit.evidence` hold the truth, measured.

Each row is an interval in a design whose truth is known: the share of data sets in which the interval holds the truth,
its mean width, and how often there was no interval. Designs with one or two counts are enumerated, so their figures
are exact to the digits shown or, for pairs of counts, to 0.001; the others are simulated with the seed shown. Run it
with ``python benchmarks/coverage.py``.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from tacit.evidence.agreement import kappa
from tacit.evidence.classification import score
from tacit.evidence.contrasts import koopman, newcombe
from tacit.evidence.intervals import clopper_pearson_many, jeffreys_many, mid_p_many, wilson_many
from tacit.evidence.mover import Interval, mover_sum
from tacit.evidence.prevalence import lang_reiczigel_many, rogan_gladen, stratified_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from tacit.evidence.estimate import Estimate

    Counts = tuple[NDArray[np.int64], NDArray[np.float64]]

SEED: Final = 20_260_101
NEGLIGIBLE: Final = 1e-10
"""Counts rarer than this are left out of an enumeration."""


class Row(NamedTuple):
    """One interval in one design. `draws` is 0 when the design was enumerated."""

    method: str
    design: str
    coverage: float
    width: float
    missing: float
    draws: int
    seed: int


# ---- how data sets arise ---------------------------------------------------------------------------------------


def binomial(n: int, p: float) -> Counts:
    """The counts that are not negligible, and their probabilities."""
    k = np.arange(n + 1)
    log = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + xlogy(k, p) + xlog1py(n - k, -p)
    keep = np.exp(log) > NEGLIGIBLE
    return k[keep], np.exp(log[keep])


def hypergeometric(size: int, true: int, n: int) -> Counts:
    """The same for `n` drawn without replacement from `size`, of which `true` are positive."""
    k = np.arange(max(0, n - (size - true)), min(n, true) + 1)

    def choose(a: int, b: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(gammaln(a + 1) - gammaln(b + 1) - gammaln(a - b + 1))

    log = choose(true, k) + choose(size - true, n - k) - choose(size, np.array(n))
    keep = np.exp(log) > NEGLIGIBLE
    return k[keep], np.exp(log[keep])


def holds(low: NDArray[np.float64], truth: float, high: NDArray[np.float64]) -> NDArray[np.bool_]:
    slack = 1e-12
    return (low <= truth + slack) & (truth - slack <= high)


def enumerated(
    method: str, design: str, truth: float, interval: tuple[NDArray[np.float64], NDArray[np.float64]],
    chance: NDArray[np.float64],
) -> Row:  # fmt: skip
    low, high = interval
    total = chance.sum()
    return Row(
        method, design, float((chance * holds(low, truth, high)).sum() / total),
        float((chance * (high - low)).sum() / total), 0.0, 0, 0,
    )  # fmt: skip


def by_count(
    truths: dict[str, float],
    design: str,
    data: NDArray[np.int64],
    estimate: Callable[..., Sequence[Estimate]],
    chance: NDArray[np.float64] | None = None,
) -> Iterator[Row]:
    """Coverage of functions of counts, one per entry of `truths`; each distinct row of `data` is estimated once."""
    distinct, back = np.unique(data, axis=0, return_inverse=True)
    weight = np.bincount(back.ravel(), weights=chance)
    results = [estimate(*counts) for counts in distinct.tolist()]
    for at, (method, truth) in enumerate(truths.items()):
        inside = width = known = 0.0
        for found, w in zip(results, weight, strict=True):
            result = found[at]
            if result.low is None or result.high is None:
                continue
            known += w
            width += w * (result.high - result.low)
            inside += w * float(holds(np.array(result.low), truth, np.array(result.high)))
        draws, seed = (len(data), SEED) if chance is None else (0, 0)
        yield Row(method, design, inside / known, width / known, 1 - known / weight.sum(), draws, seed)


# ---- designs -----------------------------------------------------------------------------------------------------


def one_sample(sizes: Sequence[int] = (30, 100, 1000)) -> Iterator[Row]:
    methods = {
        "Wilson": wilson_many, "Clopper-Pearson": clopper_pearson_many, "Jeffreys": jeffreys_many, "mid-P": mid_p_many,
    }  # fmt: skip
    for name, limits in methods.items():
        for n in sizes:
            for p in (0.001, 0.01, 0.05, 0.3, 0.5):
                k, chance = binomial(n, p)
                yield enumerated(name, f"n={n} p={p:g}", p, limits(k, n), chance)


def worst_cases(sizes: Sequence[int] = (30, 100, 1000)) -> Iterator[Row]:
    """The true share at which each method covers least, over expected counts from 0.01 to n/2."""
    for name, limits in (("Wilson", wilson_many), ("Jeffreys", jeffreys_many), ("mid-P", mid_p_many)):
        for n in sizes:
            low, high = limits(np.arange(n + 1), n)
            rows = []
            for p in np.geomspace(0.01 / n, 0.5, 400):
                k, chance = binomial(n, float(p))
                rows.append(enumerated(name, f"n={n} worst p={p:.2g}", float(p), (low[k], high[k]), chance))
            yield min(rows, key=lambda row: row.coverage)


def crossed(first: Counts, second: Counts, least: float = 1e-5) -> Counts:
    """Pairs of independent counts; those rarer than `least` are left out (for 1e-5, together less than 0.1 %)."""
    (k1, w1), (k2, w2) = first, second
    data = np.stack([np.repeat(k1, len(k2)), np.tile(k2, len(k1))], axis=1)
    chance = np.outer(w1, w2).ravel()
    keep = chance > least
    return data[keep], chance[keep]


def two_samples() -> Iterator[Row]:
    for n1, p1, n2, p2 in ((30, 0.5, 30, 0.3), (100, 0.05, 100, 0.05), (100, 0.01, 100, 0.05), (1000, 0.01, 100, 0.05)):
        data, chance = crossed(binomial(n1, p1), binomial(n2, p2))

        def estimate(a: int, b: int, n1: int = n1, n2: int = n2) -> tuple[Estimate, Estimate]:
            return newcombe(a, n1, b, n2), koopman(a, n1, b, n2)

        truths = {"Newcombe difference": p1 - p2, "Koopman ratio": p1 / p2}
        yield from by_count(truths, f"n={n1},{n2} p={p1:g},{p2:g}", data, estimate, chance)


CORRECTION_DESIGNS: Final = (
    # true share, captions, sensitivity, its labels, specificity, its labels
    (0.3, 1000, 0.9, 100, 0.9, 100), (0.3, 1000, 0.7, 30, 0.9, 30), (0.05, 10_000, 0.8, 100, 0.98, 300),
    (0.05, 100, 0.8, 30, 0.98, 100), (0.01, 100_000, 0.8, 100, 0.99, 1000), (0.001, 1_000_000, 0.7, 30, 0.999, 1000),
    (0.001, 1_000_000, 0.7, 100, 0.9999, 1000), (0.01, 1000, 0.9, 50, 0.95, 300),
)  # fmt: skip


def correction(draws: int = 20_000) -> Iterator[Row]:
    for number, (p, n, se, n_se, sp, n_sp) in enumerate(CORRECTION_DESIGNS):
        rng = np.random.default_rng([SEED, number])
        observed = rng.binomial(n, p * se + (1 - p) * (1 - sp), draws)
        found, silent = rng.binomial(n_se, se, draws), rng.binomial(n_sp, sp, draws)
        low, high = lang_reiczigel_many((observed, n), (found, n_se), (silent, n_sp))
        design = f"p={p:g} n={n} Se={se:g}/{n_se} Sp={sp:g}/{n_sp}"
        inside = holds(low, p, high)
        # Whether there is an estimate depends on the labels alone.
        pairs, back = np.unique(np.stack([found, silent], axis=1), axis=0, return_inverse=True)
        known = np.array([rogan_gladen(0, n, (a, n_se), (b, n_sp)).value is not None for a, b in pairs.tolist()])
        known = known[back.ravel()]
        yield Row(
            "Rogan-Gladen", design, float(inside[known].mean()), float((high - low)[known].mean()),
            1 - float(known.mean()), draws, SEED,
        )  # fmt: skip


POWERED_DESIGNS: Final = (
    # share of hits, PPV, FOR, labels of hits, labels of the rest
    (0.002, 0.3, 0.0005, 30, 30), (0.002, 0.3, 0.0005, 100, 100), (0.002, 0.3, 0.0005, 100, 300),
    (0.002, 0.3, 0.0005, 100, 1000), (0.002, 0.3, 0.0005, 300, 3000), (0.002, 0.9, 0.00005, 100, 300),
    (0.01, 0.05, 0.002, 100, 300), (0.05, 0.6, 0.01, 30, 30), (0.1, 0.8, 0.01, 100, 300),
    (0.1, 0.95, 0.001, 100, 1000), (0.3, 0.7, 0.1, 100, 100), (0.5, 0.5, 0.5, 30, 30),
)  # fmt: skip


def powered() -> Iterator[Row]:
    """Ours, and what it was preferred to."""
    corpus = 1_000_000_000
    for hit, ppv, missed, n1, n0 in POWERED_DESIGNS:
        (k1, w1), (k0, w0) = binomial(n1, ppv), binomial(n0, missed)
        truth = hit * ppv + (1 - hit) * missed
        size = np.array([round(hit * corpus), corpus - round(hit * corpus)])
        k = np.stack(np.broadcast_arrays(k1[:, None], k0[None, :]), axis=-1)
        n = np.array([n1, n0])
        chance = np.outer(w1, w0)
        design = f"hits={hit:g} PPV={ppv:g} FOR={missed:g} n={n1}+{n0}"
        ours = stratified_many(size, k, n)
        yield enumerated("prediction-powered", design, truth, (ours.low, ours.high), chance)
        share, weights = k / n, size / corpus
        wilson = mover_sum(weights, Interval(share, *wilson_many(k, n)))
        yield enumerated("(MOVER of Wilson)", design, truth, (wilson.low, wilson.high), chance)
        half = 1.959964 * np.sqrt((weights**2 * share * (1 - share) / n).sum(axis=-1))
        yield enumerated("(Wald)", design, truth, (ours.value - half, ours.value + half), chance)


def powered_worst() -> Iterator[Row]:
    """The false-omission rate, of 250 up to 1/2, at which the prediction-powered interval covers least."""
    for hit, ppv, n1, n0 in ((0.002, 0.3, 30, 30), (0.002, 0.3, 100, 300), (0.05, 0.6, 30, 30), (0.3, 0.8, 100, 300)):
        size = [round(hit * 10**9), round((1 - hit) * 10**9)]
        k1, w1 = binomial(n1, ppv)
        pairs = np.stack(np.broadcast_arrays(k1[:, None], np.arange(n0 + 1)[None, :]), axis=-1)
        ours = stratified_many(size, pairs, [n1, n0])
        rows = []
        for missed in np.geomspace(0.02, n0 / 2, 250) / n0:
            k0, w0 = binomial(n0, float(missed))
            truth = hit * ppv + (1 - hit) * float(missed)
            design = f"hits={hit:g} PPV={ppv:g} FOR={missed:.2g} n={n1}+{n0} (worst FOR)"
            limits = (ours.low[:, k0], ours.high[:, k0])
            rows.append(enumerated("prediction-powered", design, truth, limits, np.outer(w1, w0)))
        yield min(rows, key=lambda row: row.coverage)


def powered_finite() -> Iterator[Row]:
    for hits, true1, n1, rest, true0, n0 in (
        (40, 12, 30, 19_960, 10, 300), (40, 12, 40, 19_960, 10, 300), (200, 60, 100, 9800, 5, 1000),
        (100, 80, 50, 200, 20, 100), (100, 80, 50, 200, 2, 150), (50, 25, 49, 50, 25, 49),
    ):  # fmt: skip
        (k1, w1), (k0, w0) = hypergeometric(hits, true1, n1), hypergeometric(rest, true0, n0)
        k = np.stack(np.broadcast_arrays(k1[:, None], k0[None, :]), axis=-1)
        ours = stratified_many([hits, rest], k, [n1, n0])
        truth = (true1 + true0) / (hits + rest)
        design = f"{true1} of {hits} hits, {true0} of {rest} others, n={n1}+{n0}"
        yield enumerated("prediction-powered, finite", design, truth, (ours.low, ours.high), np.outer(w1, w0))


def powered_source(draws: int = 20_000) -> Iterator[Row]:
    for number, (size, hit, ppv, missed, n1, n0) in enumerate(
        ((1000, 0.1, 0.8, 0.02, 60, 100), (5000, 0.02, 0.5, 0.002, 50, 300), (500, 0.3, 0.9, 0.1, 100, 100))
    ):
        rng = np.random.default_rng([SEED, 100 + number])
        hits = rng.binomial(size, hit, draws)
        trials = np.stack([np.minimum(n1, np.maximum(hits, 1)), np.full(draws, n0)], axis=-1)
        k = rng.binomial(trials, [ppv, missed])
        truth = hit * ppv + (1 - hit) * missed
        ours = stratified_many(np.stack([hits, size - hits], axis=-1), k, trials, finite=False)
        design = f"N={size} hits={hit:g} PPV={ppv:g} FOR={missed:g} n={n1}+{n0}"
        inside = holds(ours.low, truth, ours.high)
        yield Row("prediction-powered, source", design, float(inside.mean()),
                  float((ours.high - ours.low).mean()), 0.0, draws, SEED)  # fmt: skip


def labels_of(tp: int, fp: int, fn: int, tn: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    counts = (tp, fp, fn, tn)
    return np.repeat([1, 0, 1, 0], counts), np.repeat([1, 1, 0, 0], counts)


def scores_random(draws: int = 2000) -> Iterator[Row]:
    for number, (n, p, se, fpr) in enumerate(
        ((30, 0.4, 0.8, 0.1), (100, 0.2, 0.9, 0.02), (300, 0.05, 0.7, 0.01), (1000, 0.01, 0.8, 0.001))
    ):
        cells = np.array([p * se, (1 - p) * fpr, p * (1 - se), (1 - p) * (1 - fpr)])
        data = np.random.default_rng([SEED, 200 + number]).multinomial(n, cells, draws)
        tp, fp, fn, _ = cells
        truths = {"precision": tp / (tp + fp), "recall": se, "F1": 2 * tp / (2 * tp + fp + fn)}

        def estimate(*counts: int) -> Sequence[Estimate]:
            found = score(*labels_of(*counts))
            return found.precision, found.recall, found.f1

        yield from by_count(truths, f"n={n} p={p:g} recall={se:g} false alarms={fpr:g}", data, estimate)


def precision_weighted(least: float = 1e-5) -> Iterator[Row]:
    """Detected captions that were themselves drawn from two groups at different rates."""
    for share, p_a, n_a, p_b, n_b in (
        (0.5, 0.5, 40, 0.02, 400), (0.9, 0.8, 40, 0.2, 160), (0.5, 0.95, 30, 0.3, 100), (0.2, 0.9, 50, 0.9, 50),
    ):  # fmt: skip
        data, chance = crossed(binomial(n_a, p_a), binomial(n_b, p_b), least)
        weights = np.repeat([share / n_a, (1 - share) / n_b], [n_a, n_b])

        def estimate(*k: int, n: tuple[int, int] = (n_a, n_b), w: NDArray[np.float64] = weights) -> Sequence[Estimate]:
            truth = np.repeat([1, 0, 1, 0], [k[0], n[0] - k[0], k[1], n[1] - k[1]])
            return (score(truth, np.ones_like(truth), w).precision,)

        truths = {"precision, weighted": share * p_a + (1 - share) * p_b}
        design = f"group a: {share:g} of hits, PPV={p_a:g}, n={n_a}; group b: PPV={p_b:g}, n={n_b}"
        yield from by_count(truths, design, data, estimate, chance)


def scores_weighted(least: float = 1e-5) -> Iterator[Row]:
    for hit, ppv, missed, n1, n0 in (
        (0.002, 0.3, 0.0005, 100, 300), (0.05, 0.6, 0.01, 100, 300), (0.1, 0.9, 0.01, 100, 100),
        (0.3, 0.8, 0.1, 30, 30),
    ):  # fmt: skip
        data, chance = crossed(binomial(n1, ppv), binomial(n0, missed), least)
        a, b = hit * ppv, (1 - hit) * missed
        truths = {"recall, weighted": a / (a + b), "F1, weighted": 2 * a / (a + hit + b)}

        def estimate(tp: int, fn: int, hit: float = hit, n: tuple[int, int] = (n1, n0)) -> Sequence[Estimate]:
            truth, found = labels_of(tp, n[0] - tp, fn, n[1] - fn)
            result = score(truth, found, np.where(found == 1, hit / n[0], (1 - hit) / n[1]))
            return result.recall, result.f1

        yield from by_count(truths, f"hits={hit:g} PPV={ppv:g} FOR={missed:g} n={n1}+{n0}", data, estimate, chance)


def agreement(draws: int = 4000) -> Iterator[Row]:
    for number, (n, p, q, true) in enumerate(
        ((30, 0.5, 0.5, 0.8), (30, 0.3, 0.3, 0.6), (100, 0.5, 0.5, 0.0), (100, 0.2, 0.2, 0.8), (100, 0.1, 0.15, 0.6),
         (100, 0.5, 0.5, 0.95), (300, 0.05, 0.05, 0.7), (1000, 0.1, 0.1, 0.8))
    ):  # fmt: skip
        chance = p * q + (1 - p) * (1 - q)
        both = p * q + true * (1 - chance) / 2
        cells = [both, q - both, p - both, 1 - p - q + both]
        data = np.random.default_rng([SEED, 400 + number]).multinomial(n, cells, draws)

        def estimate(*counts: int) -> Sequence[Estimate]:
            return (kappa(*labels_of(*counts)),)

        yield from by_count({"Cohen's kappa": true}, f"n={n} yes={p:g},{q:g} kappa={true:g}", data, estimate)


SECTIONS: Final[tuple[Callable[[], Iterator[Row]], ...]] = (
    one_sample, worst_cases, two_samples, correction, powered, powered_worst, powered_finite, powered_source,
    scores_random, precision_weighted, scores_weighted, agreement,
)  # fmt: skip


def main() -> None:
    started = time.perf_counter()
    out = sys.stdout
    out.write("| method | design | coverage of 95 % | mean width | no interval | data sets | seed |\n")
    out.write("|---|---|---|---|---|---|---|\n")
    for section in SECTIONS:
        for row in section():
            how = f"{row.draws} | {row.seed}" if row.draws else "all (exact) | -"
            missing = f"{row.missing:.1%}" if row.missing > 5e-7 else "-"
            out.write(f"| {row.method} | {row.design} | {row.coverage:.3f} | {row.width:.5f} | {missing} | {how} |\n")
        out.flush()
        sys.stderr.write(f"{section.__name__}: {time.perf_counter() - started:.1f} s\n")


if __name__ == "__main__":
    main()
