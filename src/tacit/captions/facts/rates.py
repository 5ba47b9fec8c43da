"""From counts of captions and what their images gave them to report, to shares with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.captions.facts.joining import WAYS
from tacit.captions.facts.opportunities import CONDITIONS
from tacit.captions.facts.reported import FactsUsed, Reported
from tacit.captions.facts.tally import NOWHERE, STATEMENTS
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import t_value, wilson_many, z_value
from tacit.evidence.mover import Interval, mover_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tacit.captions.facts.opportunities import Facts
    from tacit.captions.facts.tally import Sightings

METHOD: Final = "Wilson, clustered by image"
UNNAMED: Final = "the caption names no image"
UNKNOWN: Final = "the image is not in the facts, or its name fits several"
_GIVEN: Final = {
    "counting": "two or more of one kind",
    "negation": "something verified not to be there",
    "temporal": "an event whose before or after can be seen",
}
_ENDLESS: Final = "any image lacks infinitely many things, so none is without something to deny"


def grouped_share(silent: NDArray[np.int64], stating: NDArray[np.int64], images: int, level: float = 0.95) -> Estimate:
    """A share of captions, with an interval that knows that captions of one image are not independent.

    Wilson's interval at an effective number of captions (Kott and Carr 1997, Journal of Official Statistics
    13:383-395): that of independent captions with the same variance, reduced for the degrees of freedom of the variance
    (Korn and Graubard 1998, Survey Methodology 24:193-201). The variance is that of a ratio over groups of images, with
    the bias reduction for a mean (CR2) that `tacit.evidence.comparing.clustered.mean_error` uses. It is never taken to
    be less than that of independent captions; where all captions agree it tells nothing, and each image counts as one.

    Args:
        silent: Captions that do not state it, per group of images; shape ``(groups,)``.
        stating: Those that do; shape ``(groups,)``.
        images: Images they are of.
        level: Nominal coverage.

    Example:
        >>> one, four = np.array([1, 0, 0, 5]), np.array([0, 5, 1, 0])
        >>> share = grouped_share(one, four, images=4)
        >>> share.value, round(share.low, 2), round(share.high, 2), share.n
        (0.5, 0.04, 0.96, 12)
    """
    sizes = (silent + stating).astype(np.float64)
    n, k = int(sizes.sum()), int(stating.sum())
    if not n:
        return Estimate.none("there is no such caption", method=METHOD, level=level)
    if images < 2:
        return Estimate.none("an interval needs captions of at least 2 images", n=n, method=METHOD, level=level)
    value, held = k / n, sizes > 0
    effective = float(images)
    if 0 < k < n and held.sum() > 1:
        residuals = stating[held] - value * sizes[held]
        variance = float((residuals**2 / (1 - sizes[held] / n)).sum()) / n**2
        fewer = (z_value(level) / t_value(level, int(held.sum()) - 1)) ** 2
        # Shares that are equal in all groups have no variance, which is chance.
        effective = (min(value * (1 - value) / variance, n) if variance > 0 else n) * fewer
    low, high = wilson_many(value * effective, effective, level)
    return Estimate(value, min(float(low), value), max(float(high), value), n, METHOD, level)


def _lift(stated: Estimate, otherwise: Estimate) -> Estimate:
    """How many times as often it is stated where it was there; the two rest on different images."""
    method = "MOVER-R"
    if stated.value is None or otherwise.value is None:
        return Estimate.none(stated.missing or otherwise.missing, method=method)
    if not otherwise.value:
        return Estimate.none("without the opportunity no caption states it", n=stated.n + otherwise.n, method=method)
    parts = [Interval(*(np.array(x, dtype=np.float64) for x in (e.value, e.low, e.high))) for e in (stated, otherwise)]
    low, high = (float(limit) for limit in mover_ratio(*parts))
    n, value = stated.n + otherwise.n, stated.value / otherwise.value
    if not np.isfinite(high):
        return Estimate.none("stated so rarely without the opportunity that nothing limits it", n=n, method=method)
    return Estimate(value, low, high, n, method)


def make_reported(sightings: Sightings, facts: Facts) -> tuple[tuple[Reported, ...], FactsUsed]:
    """What was reported of what was there, and what the facts were.

    Args:
        sightings: The counts.
        facts: What is known of the images.
    """
    reported = []
    for (type_, subtype, condition), cells in zip(STATEMENTS, sightings.cells, strict=True):
        states = facts.states[CONDITIONS.index(condition)][sightings.seen]
        number = condition.removeprefix(type_).strip()
        images, others = int((states == 1).sum()), int((states == 0).sum())
        reason = _reason(type_, sightings, facts)
        if reason:
            stated = otherwise = Estimate.none(reason, method=METHOD)
        else:
            stated = _share(cells[1], images, f"no caption is of an image with {_given(type_, number, facts)}")
            otherwise = _share(cells[0], others, "no caption is of an image known to be without it")
        if type_ == "negation":
            otherwise = Estimate.none(_ENDLESS, method=METHOD)
        given = _given(type_, number, facts)
        lift = _lift(stated, otherwise)
        reported.append(Reported(type_, subtype, number, given, stated, otherwise, lift, images, others, reason))
    without = [(UNKNOWN, sightings.captions - sightings.unnamed - sightings.found), (UNNAMED, sightings.unnamed)]
    silent, true = sightings.numbers
    used = FactsUsed(
        joined="" if sightings.way == NOWHERE else WAYS[sightings.way],
        images=facts.images,
        images_captioned=int(sightings.seen.sum()),
        captions=sightings.found,
        captions_without=tuple((why, n) for why, n in without if n),
        boxes=facts.boxes,
        repeated=facts.repeated,
        number_true=_number_true(sightings, facts, silent, true),
    )
    return tuple(reported), used


def _share(cells: NDArray[np.int64], images: int, empty: str) -> Estimate:
    if not cells.any():
        return Estimate.none(empty, method=METHOD)
    return grouped_share(cells[0], cells[1], images)


def _number_true(sightings: Sightings, facts: Facts, wrong: NDArray[np.int64], true: NDArray[np.int64]) -> Estimate:
    reason = _reason("counting", sightings, facts)
    if reason:
        return Estimate.none(reason, method=METHOD)
    if not (wrong.any() or true.any()):
        return Estimate.none("no caption states a number that the facts could judge", method=METHOD)
    # Which of the images are stated numbers of is not kept; the groups are at least as many clusters as can be told.
    return grouped_share(wrong, true, int(((wrong + true) > 0).sum()))


def _given(type_: str, number: str, facts: Facts) -> str:
    if type_ == "spatial":
        beside = "two kinds of things, one wholly beside or above the other"
        return beside if facts.boxes else "two kinds of things (where they are is not known)"
    return f"a largest group of {number} of one kind" if number else _GIVEN[type_]


def _reason(type_: str, sightings: Sightings, facts: Facts) -> str:
    if sightings.way == NOWHERE:
        lost = [name for _, name in sightings.lost]
        if not lost:
            return "no caption names its image"
        told = f"captions name {_some(lost)}, the facts {_some(facts.names.examples)}"
        return f"no caption's image is among the {facts.images:,} of the facts: {told}"
    if type_ in {"counting", "spatial"} and not facts.objects:
        return "the facts list no objects"
    if type_ == "temporal" and not facts.events:
        return "the facts list no events, and objects do not tell what happened before or comes after"
    if type_ == "negation" and not facts.absences:
        return f"the facts verify nothing as absent; {_ENDLESS}"
    return ""


def _some(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(repr(name[:40]) for name in names)
