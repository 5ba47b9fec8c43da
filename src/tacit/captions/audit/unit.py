"""The work of an audit: one unit of one file, from captions to a tally. It runs on any thread, process or machine."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tacit.captions.audit.count import LONGEST_EXAMPLE, Audited, Picked, count, count_contrast, mask_of
from tacit.captions.audit.result import ALL
from tacit.captions.audit.settings import MAX_CHARACTERS
from tacit.captions.audit.tally import Tally
from tacit.captions.coding import encode
from tacit.captions.facts.tally import Sightings, count_sightings
from tacit.captions.languages import UNDETERMINED, identify
from tacit.evidence.sampling import BottomK
from tacit.io.tables import REASONS, get_reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tacit.captions.audit.settings import AuditSettings
    from tacit.captions.detect.hits import Scan
    from tacit.captions.detect.protocol import Detector
    from tacit.captions.facts.opportunities import Facts
    from tacit.io.tables import Batch, Unit

NO_VALUE: Final = "(no value)"
"""Name of the group of captions whose grouping column is null."""
BATCH_ROWS: Final = 655_360
"""The automata of the rules are built anew for every batch: with 131,072 rows an audit takes twice as long."""
EMPTY: Final = "(empty)"
"""Name of the group of captions whose grouping column is an empty string."""
HIT_SCHEMA: Final = {
    "row": pl.UInt64, "type": pl.String, "subtype": pl.String, "counts": pl.Boolean, "cue": pl.String,
    "start": pl.UInt32, "end": pl.UInt32, "rule": pl.String, "language": pl.String,
}  # fmt: skip
NOT_TOLD: Final = "language could not be told"
NOT_VALIDATED: Final = "in a language without a validated detector"
_LENGTH: Final = 8


@cache
def detectors_of(name: str, languages: tuple[str, ...]) -> dict[str, Detector]:
    """The detector of this name for each language."""
    from tacit.captions.detect.protocol import get_detector

    return {language: get_detector(name, language) for language in languages}


def audit_unit(settings: AuditSettings, unit: Unit, *, facts: Facts | None = None) -> bytes:
    """Read a unit, detect, and count.

    Args:
        settings: What is asked.
        unit: What to read.
        facts: What is known of the images, if `settings` names their column.

    Returns:
        The tally and the hits (whose rows count from the start of the unit), for `unpack`.

    Raises:
        DataError: If the file cannot be read to the end of the unit.
        UsageError: If there is no such detector, or there are too many groups.
    """
    tally = Tally(looked=BottomK(settings.look) if settings.look else None)
    if facts is not None:
        tally.sightings = Sightings(facts.images)
    hits: list[pl.DataFrame] = []
    for batch in get_reader(unit.reader).batches(unit, settings.columns, BATCH_ROWS):
        start = tally.read
        kept = admit(tally, batch, settings)
        for rows, audited in by_language(tally, batch.frame, kept, settings):
            scan, masks = _audit(tally, audited, settings)
            if facts is not None and tally.sightings is not None:
                count_sightings(tally.sightings, facts, batch.frame[settings.image].gather(rows), masks, scan)
            if settings.hits:
                hits.append(_hits(detectors_of(settings.detector, settings.languages), audited, rows + start))
        tally.check_groups()
    return _pack(tally, hits if settings.hits else None)


def admit(tally: Tally, batch: Batch, settings: AuditSettings) -> NDArray[np.int64]:
    """Count what cannot be audited, by reason; the rows that can."""
    text = batch.frame[settings.text]
    tally.read += len(text)
    null = text.is_null().to_numpy()
    # Where the text is there, the problem is one of the grouping column, which then has no value.
    known = [REASONS.get(problem.reason, problem.reason) for problem in batch.problems if null[problem.row]]
    tally.skipped.update(known)
    tally.skipped["null"] += int(null.sum()) - len(known)
    filled = text.fill_null("x")
    blank = ~filled.str.contains(r"\S").to_numpy()
    tally.skipped["empty"] += int(blank.sum())
    long = filled.str.len_bytes().to_numpy() > MAX_CHARACTERS
    if long.any():
        # Characters decide, and there are never more of them than bytes.
        long &= filled.str.len_chars().to_numpy() > MAX_CHARACTERS
        tally.skipped[f"longer than {MAX_CHARACTERS:,} characters"] += int((long & ~blank).sum())
    return np.flatnonzero(~(null | blank | long))


def by_language(
    tally: Tally, frame: pl.DataFrame, kept: NDArray[np.int64], settings: AuditSettings
) -> Iterator[tuple[NDArray[np.int64], Audited]]:
    """The captions of each language that is audited, with their rows in the frame."""
    if not len(kept):
        return
    whole = len(kept) == frame.height
    captions = frame[settings.text] if whole else frame[settings.text].gather(kept)
    groups, names = np.zeros(len(captions), dtype=np.int64), [""]
    if settings.group_by:
        column = frame[settings.group_by]
        groups, names = _groups(column if whole else column.gather(kept))
    priorities = captions.hash(seed=settings.seed).to_numpy()
    if tally.looked is not None:
        short = np.flatnonzero(captions.str.len_bytes().to_numpy() <= LONGEST_EXAMPLE)
        tally.looked.update(priorities[short], Picked(captions, short))
    if not settings.auto:
        yield kept, Audited(settings.languages[0], captions, groups, names, priorities)
        return
    codes, languages = encode(pl.Series(identify(captions.to_list()), dtype=pl.String))
    for code, language in enumerate(languages):
        at = np.flatnonzero(codes == code)
        tally.languages[language] += len(at)
        if language in settings.languages:
            yield kept[at], Audited(language, captions.gather(at), groups[at], names, priorities[at])
        else:
            tally.skipped[NOT_TOLD if language == UNDETERMINED else NOT_VALIDATED] += len(at)


def _groups(column: pl.Series) -> tuple[NDArray[np.int64], list[str]]:
    """The number of each caption's group, and the name of each group."""
    codes, values = encode(column.fill_null(""))
    groups, names = codes.astype(np.int64), [group_name(value) for value in values]
    null = column.is_null().to_numpy()
    if null.any():
        groups[null] = len(names)
        names.append(NO_VALUE)
    return groups, names


def group_name(value: str) -> str:
    """What the group of a value is called; a value that looks like one of our own names is quoted.

    Example:
        >>> [group_name(value) for value in ("crowd", "", "(all)", '"(all)"')]
        ['crowd', '(empty)', '"(all)"', '""(all)""']
    """
    if not value:
        return EMPTY
    return f'"{value}"' if value.strip('"') in {ALL, NO_VALUE, EMPTY} else value


def _audit(tally: Tally, audited: Audited, settings: AuditSettings) -> tuple[Scan, NDArray[np.int64]]:
    """Count a batch; its hits, and the types that each caption states as a bit mask."""
    scan = detectors_of(settings.detector, settings.languages)[audited.language].scan(audited.captions)
    masks = count(tally, audited, scan, draw=settings.draw)
    if settings.compare:
        other = detectors_of(settings.compare, settings.languages)[audited.language]
        count_contrast(tally, audited, masks, mask_of(other.scan(audited.captions)))
    return scan, masks


def _hits(detectors: dict[str, Detector], audited: Audited, rows: NDArray[np.int64]) -> pl.DataFrame:
    """Every hit with its place, which only the caption-by-caption path knows."""
    detector = detectors[audited.language]
    records = [
        (row, hit.kind.type, hit.kind.subtype, hit.kind.counts, hit.kind.cue, hit.start, hit.end, hit.kind.rule)
        for row, caption in zip(rows.tolist(), audited.captions.to_list(), strict=True)
        for hit in detector.detect(caption)
    ]
    schema = {name: kind for name, kind in HIT_SCHEMA.items() if name != "language"}
    return pl.DataFrame(records, schema=schema, orient="row").with_columns(language=pl.lit(audited.language))


def _pack(tally: Tally, hits: list[pl.DataFrame] | None) -> bytes:
    counted = tally.to_bytes()
    found = b""
    if hits is not None:
        table = pl.concat([pl.DataFrame(schema=HIT_SCHEMA), *hits]).sort("row", maintain_order=True)
        buffer = io.BytesIO()
        table.write_parquet(buffer)
        found = buffer.getvalue()
    return len(counted).to_bytes(_LENGTH, "big") + counted + found


def unpack(payload: bytes) -> tuple[Tally, bytes]:
    """The tally and, as the bytes of a parquet file, the hits of a unit; empty when hits were not kept.

    Raises:
        DataError: If the payload is damaged.
    """
    size = int.from_bytes(payload[:_LENGTH], "big")
    return Tally.from_bytes(payload[_LENGTH : _LENGTH + size]), payload[_LENGTH + size :]
