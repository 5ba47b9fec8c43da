"""How often the detector errs, and what the shares are once that is taken into account."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import polars as pl

from tacit.captions.audit.count import mask_of
from tacit.captions.audit.rates import by_group
from tacit.captions.audit.result import ALL, Accuracy, Corrected
from tacit.captions.audit.tally import stating, types_of
from tacit.captions.detect.hits import TYPES
from tacit.evidence.estimate import Estimate
from tacit.evidence.prevalence import PREDICTION_POWERED, ROGAN_GLADEN, Stratum, prediction_powered, rogan_gladen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tacit.captions.audit.labels import Label, Labels
    from tacit.captions.audit.tally import Tally
    from tacit.captions.detect.protocol import Detector
    from tacit.evidence.classification import Scores

LABELS: Final = "labels"
SHIPPED: Final = "shipped validation"

ASSUMES_SHIPPED: Final = (
    "The detector errs on these captions as often as on the ordinary ones among the captions shipped with tacit (those "
    "made hard on purpose left out). The rules that come with tacit were tuned on them, which flatters. Label captions "
    "of this corpus to replace this assumption."
)
ASSUMES_DRAWN: Final = "The labels are right, and are of captions that tacit label drew from this corpus."
ASSUMES_SAMPLE: Final = "The labels are right, and the labelled captions are a simple random sample of this corpus."
ASSUMES_SAME: Final = (
    "The labels are right, and in every group the detector errs as often as on the labelled captions, which are a "
    "random sample of their source."
)

Corrections = tuple[tuple[Accuracy, ...], tuple[Corrected, ...]]


def from_labels(tally: Tally, detector: Detector, labels: Labels) -> Corrections:
    """Accuracy and corrected shares from labels of captions of this corpus.

    Args:
        tally: The counts of the whole corpus.
        detector: The audit's detector.
        labels: Who states what.

    Returns:
        Precision and recall per type, and the true shares, prediction-powered over all and, when the labels are one
        random sample, by Rogan and Gladen per group.
    """
    masks = masks_of(detector, [label.caption for label in labels.labels])
    groups = by_group(tally)
    accuracy: list[Accuracy] = []
    corrected: list[Corrected] = []
    for bit, type_ in enumerate(TYPES):
        said = [(label, int(mask)) for label, mask in zip(labels.labels, masks, strict=True)
                if label.states[bit] is not None]  # fmt: skip
        truth = [int(bool(label.states[bit])) for label, _ in said]
        found = [mask >> bit & 1 for _, mask in said]
        weights = labels.weights([label for label, _ in said])
        scores = _score(truth, found, weights if labels.drawn else None)
        accuracy.append(Accuracy(type_, LABELS, scores.precision, scores.recall, sum(truth)))
        strata = strata_of(type_, groups[ALL], said, weights)
        assumes = ASSUMES_DRAWN if labels.drawn else ASSUMES_SAMPLE
        corrected.append(Corrected(ALL, type_, LABELS, _powered(strata, len(said)), assumes))
        if not labels.drawn:
            corrected += _rogan_gladen(groups, type_, scores, LABELS, ASSUMES_SAME)
    return tuple(accuracy), tuple(corrected)


def from_validation(tally: Tally, detectors: Mapping[str, Detector]) -> Corrections:
    """Accuracy on the captions that come with tacit, as a stated prior, and what the shares would be if it held here.

    Args:
        tally: The counts of the whole corpus.
        detectors: By language, those with which captions were audited.
    """
    from tacit.captions.validation import load

    truth: dict[str, list[int]] = {type_: [] for type_ in TYPES}
    found: dict[str, list[int]] = {type_: [] for type_ in TYPES}
    audited = {cell.language for cell in tally.masks} or set(detectors)
    for language in sorted(audited & set(_shipped())):
        # The hard ones hold a look-alike each, far more than any corpus; with them every rare type would vanish.
        captions = [caption for caption in load(language) if not caption.hard]
        masks = masks_of(detectors[language], [c.caption for c in captions])
        for bit, type_ in enumerate(TYPES):
            truth[type_] += [int(c.states(type_)) for c in captions]
            found[type_] += [int(mask) >> bit & 1 for mask in masks]
    accuracy: list[Accuracy] = []
    corrected: list[Corrected] = []
    groups = by_group(tally)
    for type_ in TYPES:
        scores = _score(truth[type_], found[type_], None)
        accuracy.append(Accuracy(type_, SHIPPED, scores.precision, scores.recall, sum(truth[type_])))
        corrected += _rogan_gladen(groups, type_, scores, SHIPPED, ASSUMES_SHIPPED)
    return tuple(accuracy), tuple(corrected)


def masks_of(detector: Detector, captions: Sequence[str]) -> NDArray[np.int64]:
    """The types each caption states, as the detector sees it, as a bit mask; shape ``(captions,)``."""
    return mask_of(detector.scan(pl.Series("caption", list(captions), dtype=pl.String)))


def strata_of(
    type_: str, sizes: NDArray[np.int64], said: Sequence[tuple[Label, int]], weights: Sequence[float]
) -> list[Stratum]:
    """The corpus cut by what the detector sees, with the labels in each part.

    Parts are the sets of types detected. One without any label joins the largest labelled one on the same side of
    the question (a hit of `type_` or none), because its few captions cannot be left out.

    Args:
        type_: The type in question.
        sizes: Captions of the corpus by set of types detected; shape ``(16,)``.
        said: Labelled captions with the set of types detected in them.
        weights: How many captions each of them stands for.
    """
    labelled: dict[int, list[tuple[int, float]]] = defaultdict(list)
    bit = TYPES.index(type_)
    for (label, mask), weight in zip(said, weights, strict=True):
        if sizes[mask]:
            labelled[mask].append((int(bool(label.states[bit])), weight))
    size_of: dict[int, int] = {mask: int(sizes[mask]) for mask in labelled}
    orphans: dict[int, int] = defaultdict(int)
    for mask, size in enumerate(sizes.tolist()):
        if size and mask not in labelled:
            side = [m for m in labelled if (m >> bit & 1) == (mask >> bit & 1)]
            if side:
                size_of[max(side, key=lambda m: (sizes[m], m))] += size
            else:
                orphans[mask >> bit & 1] += size
    strata = []
    for mask in sorted(labelled):
        # A caption may be labelled more often than it occurs now; then all of its stratum is known.
        values = labelled[mask][: size_of[mask]]
        name = "+".join(types_of(mask)) or "no hit"
        strata.append(Stratum.of(size_of[mask], [v for v, _ in values], [w for _, w in values], name))
    strata += [
        Stratum(size, 0, 0, name=f"with a {type_} hit" if side else f"without a {type_} hit")
        for side, size in sorted(orphans.items())
    ]
    return strata


def _powered(strata: Sequence[Stratum], n: int) -> Estimate:
    if not n:
        return Estimate.none("no labels for this type", method=PREDICTION_POWERED)
    return prediction_powered(strata)


def _score(truth: list[int], found: list[int], weights: list[float] | None) -> Scores:
    from tacit.evidence.classification import score

    return score(truth, found, weights)


def _rogan_gladen(
    groups: Mapping[str, NDArray[np.int64]], type_: str, scores: Scores, source: str, assumes: str
) -> list[Corrected]:
    tp, fp = scores.true_positives, scores.false_positives
    fn, tn = scores.false_negatives, scores.true_negatives
    corrected = []
    for group, masks in groups.items():
        share = (
            rogan_gladen(stating(masks, type_), int(masks.sum()), (tp, tp + fn), (tn, tn + fp))
            if tp + fp + fn + tn
            else Estimate.none("no labelled captions to learn the errors from", n=0, method=ROGAN_GLADEN)
        )
        corrected.append(Corrected(group, type_, source, share, assumes))
    return corrected


def _shipped() -> tuple[str, ...]:
    from tacit.captions.validation import languages

    return tuple(languages())
