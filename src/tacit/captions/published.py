"""Rates that others published, as data, so that a corpus can be seen beside them.

Two kinds of number must never be mixed up. A *keyword* rate is the share of captions that hold one of the paper's 26
strings. A *judged* rate is that share times the share of 100 such captions in which people found the reasoning truly
expressed. No cue list or standard of truth is shared between sources: LAION's negation alone reads 0.58 %, 0.8 % or
0.1 % depending on who counted how.

Left out on purpose: the survey's Flickr30k row, whose 0.04 % disagrees with the counts printed beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson

Basis = Literal["keyword", "judged", "reported"]
"""``keyword``: the 26 strings of kamath2026. ``judged``: corrected by people. ``reported``: other, unknown cues."""

KAMATH: Final = "Kamath et al. 2026, “Scale Can't Overcome Pragmatics”, Table 1"
OURS: Final = "counted by tacit with the 26 strings of Kamath et al. 2026"
SURVEY: Final = "a survey's list of negated captions per corpus; its cue words are not known to us"

JUDGED_PER_CELL: Final = 100
"""Hits that people judged for each corpus and type (Kamath et al. 2026, section 3)."""


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """One published figure.

    Attributes:
        corpus: The captions it is about.
        type: One of the four types.
        share: Share of captions, 0 to 1.
        basis: What kind of number it is.
        source: Where it stands.
    """

    corpus: str
    type: str
    share: float
    basis: Basis
    source: str


_TABLE_1: Final[dict[str, dict[str, tuple[float, float]]]] = {
    "LAION-2B": {"spatial": (0.3, 0.1), "counting": (8.8, 1.7), "negation": (0.8, 0.1), "temporal": (0.9, 0.2)},
    "COCO": {"spatial": (3.7, 3.7), "counting": (10.8, 10.4), "negation": (0.2, 0.1), "temporal": (0.2, 0.1)},
    "LLaVA-1.5 train": {
        "spatial": (5.8, 4.7), "counting": (12.4, 6.0), "negation": (5.2, 1.4), "temporal": (1.7, 0.6),
    },
    "Molmo train": {"spatial": (3.3, 2.2), "counting": (28.8, 16.8), "negation": (6.0, 3.2), "temporal": (2.9, 0.3)},
}  # fmt: skip
"""Percent of captions with a keyword, and the estimated true percent."""

_COUNTED: Final[dict[str, dict[str, float]]] = {
    "Flickr30k": {"spatial": 1.16, "counting": 19.56, "negation": 0.17, "temporal": 0.57},
    "CC3M validation": {"spatial": 0.77, "counting": 0.68, "negation": 0.83, "temporal": 2.60},
    "raw web alt text": {"spatial": 0.21, "counting": 12.53, "negation": 0.72, "temporal": 0.54},
}
"""Percent with a keyword in public corpora; a test counts them again."""

_NEGATED: Final = {"CC12M": 2.53, "SBU": 2.62, "CC3M": 1.63, "LAION-400M": 0.58, "COCO 2014": 0.43, "CIRR": 3.08}


def _rates() -> tuple[PublishedRate, ...]:
    rates = []
    for corpus, cells in _TABLE_1.items():
        for type_, (keyword, judged) in cells.items():
            rates.append(PublishedRate(corpus, type_, keyword / 100, "keyword", KAMATH))
            rates.append(PublishedRate(corpus, type_, judged / 100, "judged", KAMATH))
    for corpus, shares in _COUNTED.items():
        rates += [PublishedRate(corpus, type_, share / 100, "keyword", OURS) for type_, share in shares.items()]
    return (*rates, *(PublishedRate(c, "negation", share / 100, "reported", SURVEY) for c, share in _NEGATED.items()))


PUBLISHED: Final = _rates()
"""All of them, in the order of their sources."""


def published(type_: str) -> tuple[PublishedRate, ...]:
    """What is published about a type.

    Example:
        >>> [(r.corpus, r.share, r.basis) for r in published("spatial")][:2]
        [('LAION-2B', 0.003, 'keyword'), ('LAION-2B', 0.001, 'judged')]
        >>> published("colour")
        ()
    """
    return tuple(rate for rate in PUBLISHED if rate.type == type_)


def judged_interval(corpus: str, type_: str, level: float = 0.95) -> Estimate:
    """A judged rate with the uncertainty that comes from judging only 100 captions.

    The paper gives no interval. This one is the Wilson interval (Wilson 1927, JASA 22:209-212) of the judged share,
    taken back from the rounded figures of Table 1, times the keyword rate. It is rough where the figures are small.

    Args:
        corpus: As in `PUBLISHED`.
        type_: One of the four types.
        level: Nominal coverage.

    Returns:
        The judged rate with ``n = 100``; missing if the corpus has none for the type.

    Example:
        >>> laion = judged_interval("LAION-2B", "counting")
        >>> round(laion.value, 4), round(laion.low, 4), round(laion.high, 4)
        (0.017, 0.011, 0.0244)
    """
    cell = _TABLE_1.get(corpus, {}).get(type_)
    if cell is None:
        return Estimate.none("nobody judged this corpus", level=level)
    keyword, judged = cell[0] / 100, cell[1] / 100
    right = wilson(round(JUDGED_PER_CELL * judged / keyword), JUDGED_PER_CELL, level)
    low, high = keyword * (right.low or 0.0), keyword * (right.high or 1.0)
    method = "Wilson interval of the judged share times the keyword rate, worked out by tacit"
    return Estimate(judged, min(low, judged), max(high, judged), JUDGED_PER_CELL, method, level)
