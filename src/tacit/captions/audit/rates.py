"""From counts to rates, each with its interval."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.captions.audit.result import ALL, Example, LanguageShare, Rate
from tacit.captions.audit.tally import COMBINATIONS, Cell, Key, stating, types_of
from tacit.captions.audit.unit import NOT_TOLD, NOT_VALIDATED
from tacit.captions.detect.hits import TYPES
from tacit.captions.languages import UNDETERMINED, identify
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson, wilson_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from tacit.captions.audit.tally import Tally
    from tacit.captions.detect.hits import Hit
    from tacit.captions.detect.protocol import Detector
    from tacit.evidence.sampling import BottomK

FULL_TABLE: Final = 20_000
"""Up to this many group x sub-type cells, those without any caption are listed as well."""
WINDOW: Final = 400
"""Characters of a caption shown around a cue."""


def by_group(tally: Tally) -> dict[str, NDArray[np.int64]]:
    """Captions by set of types stated, per group and over all; shape ``(16,)`` each."""
    found: dict[str, NDArray[np.int64]] = {ALL: np.zeros(COMBINATIONS, dtype=np.int64)}
    for cell, masks in sorted(tally.masks.items()):
        for group in {ALL, cell.group}:
            found[group] = found.get(group, 0) + masks
    found.pop("", None)
    return found


def make_rates(tally: Tally, *, grouped: bool) -> tuple[Rate, ...]:
    """Rates per group and per language, of types and sub-types.

    Args:
        tally: The counts.
        grouped: Whether there is a grouping column.

    Returns:
        Those over everything first, then groups by name, then languages.
    """
    sizes: Counter[Cell] = Counter()
    stated: dict[Cell, NDArray[np.int64]] = {}
    hits: dict[Cell, Counter[Key]] = {}
    languages = {cell.language for cell in tally.masks}
    for cell, masks in tally.masks.items():
        for place in _places(cell, grouped=grouped, many=len(languages) > 1):
            sizes[place] += int(masks.sum())
            stated[place] = stated.get(place, 0) + masks
            hits.setdefault(place, Counter()).update(tally.keys.get(cell, {}))
    everything = Cell(ALL, ALL)
    stated.setdefault(everything, np.zeros(COMBINATIONS, dtype=np.int64))
    keys = sorted(hits.get(everything, {}), key=_order)
    full = len(keys) * len(stated) <= FULL_TABLE
    rows: list[tuple[Cell, Key, int, int]] = []
    for place in sorted(stated, key=lambda c: (c != everything, c.language != ALL, c)):
        size, found = sizes[place], hits.get(place, Counter())
        rows += [(place, Key(t, "", True, ""), stating(stated[place], t), size) for t in TYPES]
        rows += [(place, key, found[key], size) for key in keys if full or found[key]]
    return _with_intervals(rows)


def _places(cell: Cell, *, grouped: bool, many: bool) -> Iterable[Cell]:
    yield Cell(ALL, ALL)
    if grouped:
        yield Cell(ALL, cell.group)
    if many:
        yield Cell(cell.language, ALL)


def _order(key: Key) -> tuple[int, bool, bool, str, str, str]:
    place = TYPES.index(key.type) if key.type in TYPES else len(TYPES)
    # No two kinds are equal in this order: else their order would be that in which they were met.
    return place, not key.counts, bool(key.guard), key.subtype, key.guard, key.type


def _with_intervals(rows: list[tuple[Cell, Key, int, int]]) -> tuple[Rate, ...]:
    low, high = wilson_many([k for *_, k, _ in rows], [max(n, 1) for *_, n in rows])
    rates = []
    for (place, key, k, n), at, to in zip(rows, low.tolist(), high.tolist(), strict=True):
        share = Estimate(k / n, at, to, n, "Wilson") if n else wilson(0, 0)
        rates.append(Rate(place.group, place.language, key.type, key.subtype, key.counts, key.guard, k, share))
    return tuple(rates)


def make_combinations(tally: Tally) -> tuple[tuple[str, tuple[str, ...], int], ...]:
    """Per group, captions by the exact set of types they state, sets that occur only."""
    return tuple(
        (group, types_of(mask), int(masks[mask]))
        for group, masks in by_group(tally).items()
        for mask in range(COMBINATIONS)
        if masks[mask]
    )


def make_numbers(tally: Tally) -> tuple[tuple[str, int, int], ...]:
    """Per group, captions by the number they state."""
    found: dict[str, Counter[int]] = {ALL: Counter()}
    for group, counts in sorted(tally.numbers.items()):
        for name in {ALL, group} - {""}:
            found.setdefault(name, Counter()).update(counts)
    return tuple((group, value, n) for group, counts in found.items() for value, n in sorted(counts.items()))


def make_languages(tally: Tally, audited: tuple[str, ...]) -> tuple[str, tuple[LanguageShare, ...]]:
    """What the captions' languages are, as far as it was asked.

    Args:
        tally: The counts.
        audited: Codes of the languages that the audit takes captions to be in, or reads.

    Returns:
        ``all``, ``sample`` or ``none``, and the languages, most frequent first.
    """
    if tally.languages:
        counts, how = tally.languages, "all"
    elif tally.looked is not None and len(tally.looked):
        counts, how = Counter(identify(caption for _, caption in tally.looked)), "sample"
    else:
        return "none", ()
    total = counts.total()
    shares = []
    for language, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        reason = "" if language in audited else NOT_TOLD if language == UNDETERMINED else NOT_VALIDATED
        # When only a sample was looked at, every caption was audited as if it were in the language given.
        taken = how == "sample" or not reason
        shares.append(LanguageShare(language, n, wilson(n, total), taken, "" if taken else reason))
    return how, tuple(shares)


def make_examples(samples: Mapping[tuple[str, Key], BottomK], detectors: Mapping[str, Detector]) -> tuple[Example, ...]:
    """Captions that show each kind of hit, with the cue found again in them."""
    shown = []
    for (language, key), sample in sorted(samples.items(), key=lambda item: (_order(item[0][1]), item[0][0])):
        for _, caption in sample:
            hit = next((h for h in detectors[language].detect(caption) if _key(h) == key), None)
            if hit is not None:
                shown.append(example_of(hit, caption))
    return tuple(shown)


def _key(hit: Hit) -> Key:
    return Key(hit.kind.type, hit.kind.subtype, hit.kind.counts, hit.kind.guard)


def example_of(hit: Hit, caption: str) -> Example:
    """A hit with the part of the caption around it."""
    start = max(0, min(hit.start - WINDOW // 2, len(caption) - WINDOW))
    text = caption[start : start + WINDOW]
    first = hit.start - start
    last = min(hit.end - start, len(text))
    kind = hit.kind
    return Example(kind.type, kind.subtype, kind.counts, kind.guard, kind.rule, text, first, last)
