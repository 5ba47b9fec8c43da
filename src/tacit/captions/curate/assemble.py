"""From the pool to the selection and what is said of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tacit._version import __version__
from tacit.captions.audit.correct import from_labels, from_validation
from tacit.captions.audit.rates import by_group
from tacit.captions.audit.result import ALL
from tacit.captions.audit.tally import COMBINATIONS, stating, types_of
from tacit.captions.coding import encode
from tacit.captions.curate.choose import Candidate, Chooser
from tacit.captions.curate.notes import make_notes
from tacit.captions.curate.pool import SHOWN, split_leaf
from tacit.captions.curate.quota import Supply, divide
from tacit.captions.curate.result import CurateResult, Overlap, Part, Shown, TypeOutcome
from tacit.captions.curate.unit import MORE, number_name
from tacit.captions.detect.hits import TYPES
from tacit.captions.words import subtype_word
from tacit.errors import DataError
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson
from tacit.io.places import is_remote

if TYPE_CHECKING:
    from tacit.captions.audit.corpus import Corpus
    from tacit.captions.audit.correct import Corrections
    from tacit.captions.audit.labels import Labels
    from tacit.captions.audit.result import Accuracy
    from tacit.captions.curate.choose import Pick
    from tacit.captions.curate.pool import Pool

AT_RANDOM: Final = "drawn at random from the captions that state no type with a target"
TO_FILL: Final = "every caption that states these types is needed"
EXAMPLES: Final = 8
"""Captions shown per type."""
_BETWEEN: Final = "\x1f"
_OURS: Final = ("id", "file", "row")
_OVERLAP: Final = ("kind", "similarity", "source", "item")


def assemble(pool: Pool, corpus: Corpus, labels: Labels | None = None) -> CurateResult:
    """Choose, and say what that gives.

    Args:
        pool: What the whole corpus offers.
        corpus: What was read, for the names of the files.
        labels: The user's labels; without them the shipped validation stands in.

    Raises:
        DataError: If no caption may be chosen.
    """
    settings, tally = pool.settings, pool.tally
    skipped = tuple(sorted(((why, n) for why, n in tally.skipped.items() if n), key=lambda item: (-item[1], item[0])))
    if not tally.audited:
        reasons = "; ".join(f"{why}: {n:,}" for why, n in skipped) or "there are no rows"
        raise DataError(f"None of the {tally.read:,} rows can be chosen ({reasons}). Is --text the right column?")
    supply = _supply(pool)
    size = min(settings.budget, sum(stock.distinct for stock in supply.values()))
    chosen = _chosen(pool, supply, size)
    detectors = settings.audit.detectors(settings.audit.detector)
    correction = (
        from_labels(tally, detectors[settings.audit.languages[0]], labels)
        if labels is not None
        else from_validation(tally, detectors)
    )
    result = CurateResult(
        tacit=__version__,
        detectors=tuple(
            {"name": d.name, "version": d.version, "language": code, "validated": d.validated}
            for code, d in detectors.items()
        ),
        budget=settings.budget,
        size=size,
        different=chosen.height,
        read=tally.read,
        pool=tally.audited,
        not_in_pool=skipped,
        max_repeat=settings.max_repeat,
        types=_outcomes(pool, supply, size, chosen, correction),
        parts=_parts(pool, chosen),
        overlaps=tuple((kind, source, n) for (kind, source), n in sorted(pool.overlaps.items())),
        benchmarks_used=bool(settings.benchmarks),
        shown=_shown(chosen),
        overlaps_shown=tuple(
            Overlap(row["kind"], row["similarity"], row["source"], row["item"][:SHOWN], row["caption"])
            for row in pool.excluded.head(EXAMPLES).iter_rows(named=True)
        ),
        notes=(),
        seed=settings.audit.seed,
        chosen=_located(chosen, pool, corpus).select(*_OURS, "weight", "copies", "types", "stated", "why"),
        excluded=_located(pool.excluded, pool, corpus).select(*_OURS, *_OVERLAP, "caption"),
    )  # fmt: skip
    return replace(result, notes=make_notes(result))


def _supply(pool: Pool) -> dict[int, Supply]:
    """What there is of each set of targeted types."""
    targeted = pool.settings.targeted
    captions: Counter[int] = Counter()
    for mask, n in enumerate(by_group(pool.tally)[ALL].tolist()):
        captions[mask & targeted] += n
    distinct = Counter((pool.candidates["mask"].to_numpy() & targeted).tolist())
    return {mask: Supply(captions[mask], min(n, pool.settings.budget)) for mask, n in sorted(distinct.items())}


def _chosen(pool: Pool, supply: dict[int, Supply], size: int) -> pl.DataFrame:
    """The candidates taken, with how often, what they state, and why."""
    settings, candidates = pool.settings, pool.candidates
    wanted = {TYPES.index(target.type): target.of(size) for target in settings.targets}
    divided = divide(supply, wanted, size, max_repeat=settings.max_repeat)
    masks = candidates["mask"].to_numpy() & settings.targeted
    # Few captions state something that no other does: one tuple each would take most of the time.
    codes, joined = encode(candidates["stated"].list.join(_BETWEEN))
    told = [tuple(filter(None, names.split(_BETWEEN))) for names in joined]
    sets: dict[int, list[Candidate]] = {}
    for mask, slots in divided.items():
        # Candidates stand in the order of their priorities, so their places are their order.
        places = np.flatnonzero(masks == mask)[: None if mask else slots]
        sets[mask] = [
            Candidate(at, told[code]) for at, code in zip(places.tolist(), codes[places].tolist(), strict=True)
        ]
    leaves = sorted({name for names in told for name in names})
    picks = dict(sorted(Chooser(divided, leaves).choose(sets).items()))
    rows = np.array(list(picks), dtype=np.int64)
    types = pl.Series([list(types_of(mask)) for mask in range(COMBINATIONS)], dtype=pl.List(pl.String))
    return candidates[rows].with_columns(
        weight=pl.Series([pick.weight for pick in picks.values()], dtype=pl.UInt32),
        types=types.gather(candidates["mask"].gather(rows)),
        why=pl.Series([_why(pick, int(masks[at])) for at, pick in picks.items()], dtype=pl.String),
        for_type=pl.Series([split_leaf(pick.leaf)[0] for pick in picks.values()], dtype=pl.String),
    )


def _why(pick: Pick, mask: int) -> str:
    if not pick.leaf:
        return TO_FILL if mask else AT_RANDOM
    type_, subtype, number = split_leaf(pick.leaf)
    told = f"{type_}: {subtype_word(type_, subtype, counts=True).name}"
    return f"{told}, {number}" if number else told


def _located(frame: pl.DataFrame, pool: Pool, corpus: Corpus) -> pl.DataFrame:
    """Units and their rows as files and theirs, and a name for captions without one."""
    # Units name local files by absolute paths; the user reads them as they were named.
    names = {path if is_remote(path) else str(Path(path).absolute()): path for path in corpus.paths}
    offsets: list[int] = []
    for number, unit in enumerate(corpus.units):
        offsets.append(offsets[-1] + pool.rows.get(number - 1, 0) if unit.part else 0)
    units = frame["unit"].to_list()
    rows = [offsets[unit] + row for unit, row in zip(units, frame["row"].to_list(), strict=True)]
    located = frame.with_columns(
        file=pl.Series([names[corpus.units[unit].path] for unit in units], dtype=pl.String),
        row=pl.Series(rows, dtype=pl.UInt64),
    )
    return located.with_columns(pl.col("id").fill_null(pl.format("{}:{}", "file", "row")))


def _outcomes(
    pool: Pool, supply: dict[int, Supply], size: int, chosen: pl.DataFrame, correction: Corrections
) -> tuple[TypeOutcome, ...]:
    known = {accuracy.type: accuracy for accuracy in correction[0]}
    return tuple(_outcome(pool, supply, size, chosen, known[type_]) for type_ in TYPES)


def _outcome(pool: Pool, supply: dict[int, Supply], size: int, chosen: pl.DataFrame, accuracy: Accuracy) -> TypeOutcome:
    type_, bit, budget = accuracy.type, TYPES.index(accuracy.type), pool.settings.budget
    in_pool = stating(by_group(pool.tally)[ALL], type_)
    target = next((target for target in pool.settings.targets if target.type == type_), None)
    wanted = target.of(size) if target else None
    stocks = [stock for mask, stock in supply.items() if mask >> bit & 1]
    distinct = sum(stock.distinct for stock in stocks)
    mine = chosen.filter(pl.Series((chosen["mask"].to_numpy() >> bit & 1).astype(bool), dtype=pl.Boolean))["weight"]
    repeats: list[int] = mine.to_list()
    n = sum(repeats)
    return TypeOutcome(
        type=type_,
        target=float(target.share) if target else None,
        in_pool=in_pool,
        pool_share=wilson(in_pool, pool.tally.audited),
        distinct=distinct if target else None,
        at_least=any(stock.distinct == budget for stock in stocks) and bool(target),
        wanted=wanted,
        chosen=n,
        different=len(repeats),
        share=n / size,
        most_repeated=max(repeats, default=0),
        needed_repeats=wanted / distinct if wanted and 0 < distinct < wanted else None,
        precision=accuracy.precision,
        source=accuracy.source,
        true_share=_times(accuracy.precision, n / size),
        short=max((wanted or 0) - len(repeats), 0),
        met=wanted is None or n >= wanted,
    )


def _times(precision: Estimate, share: float) -> Estimate:
    """The share of captions that are detected and right."""
    if precision.value is None or precision.low is None or precision.high is None:
        return Estimate.none(precision.missing or "the detector's precision is not known", method="precision x share")
    ends = precision.value * share, precision.low * share, precision.high * share
    return Estimate(*ends, precision.n, f"{precision.method} of the precision", precision.level)


def _parts(pool: Pool, chosen: pl.DataFrame) -> tuple[Part, ...]:
    """Sub-types, then numbers, of the types with a target."""
    in_pool: Counter[tuple[str, str, bool]] = Counter()
    for counter in pool.tally.keys.values():
        for key, n in counter.items():
            if key.counts:
                in_pool[key.type, key.subtype, False] += n
    for numbers in pool.tally.numbers.values():
        for value, n in numbers.items():
            in_pool["counting", number_name(value), True] += n
    taken: Counter[tuple[str, str, bool]] = Counter()
    for stated, weight in zip(chosen["stated"].to_list(), chosen["weight"].to_list(), strict=True):
        told = [split_leaf(leaf) for leaf in stated]
        for part in {(t, s, False) for t, s, _ in told} | {(t, number, True) for t, _, number in told if number}:
            taken[part] += weight
    targeted = [target.type for target in pool.settings.targets]
    keys = sorted((key for key in in_pool if key[0] in targeted), key=_order)
    return tuple(Part(type_, name, number, in_pool[type_, name, number], taken[type_, name, number])
                 for type_, name, number in keys)  # fmt: skip


def _order(key: tuple[str, str, bool]) -> tuple[int, bool, int, str]:
    type_, name, number = key
    return TYPES.index(type_), number, (10**6 if name == MORE else int(name)) if number else 0, name


def _shown(chosen: pl.DataFrame) -> tuple[Shown, ...]:
    """The first few chosen for each type, and the first few of the rest."""
    return tuple(
        Shown(type_, row["why"], row["weight"], row["caption"])
        for type_ in (*TYPES, "")
        for row in chosen.filter(pl.col("for_type") == type_).head(EXAMPLES).iter_rows(named=True)
    )
