"""Carrying a curation out: units over an engine into one pool, with or without a journal to resume from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tacit.captions.audit.collect import followed
from tacit.captions.curate.pool import Pool
from tacit.captions.curate.unit import curate_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.captions.audit.corpus import Corpus
    from tacit.captions.curate.settings import CurateSettings
    from tacit.io.tables import Unit
    from tacit.runs.engine import Engine
    from tacit.runs.journal import Journal
    from tacit.runs.progress import Progress


def collect(
    corpus: Corpus, settings: CurateSettings, engine: Engine, progress: Progress, journal: Journal | None = None
) -> Pool:
    """Read every unit that is not in the journal yet, and add all of them up.

    Args:
        corpus: What to read.
        settings: What to do.
        engine: What to do it with; it cannot change the pool.
        progress: Is told of rows.
        journal: Where finished units are kept; without one an interrupted run starts again.

    Raises:
        DataError: If a file cannot be read, or the journal is damaged.
    """
    done = journal.finished() if journal else set()
    todo = [(index, unit) for index, unit in enumerate(corpus.units) if index not in done]
    total = Pool(settings)
    if journal is not None:
        for _, payload in journal.payloads():
            total.merge(Pool.from_bytes(settings, payload))
    with followed(progress, corpus, todo):
        for index, payload in _run(settings, engine, todo):
            part = Pool.from_bytes(settings, payload)
            # A run of the wrong column offers nothing, and must not keep the next one out of its folder.
            if journal is not None and (part.tally.audited or part.excluded.height):
                journal.record(index, payload)
            total.merge(part)
            progress.advance(part.rows[index])
    total.prune()
    return total


def _run(settings: CurateSettings, engine: Engine, todo: list[tuple[int, Unit]]) -> Iterator[tuple[int, bytes]]:
    yield from engine.run(partial(curate_unit, settings), ((index, (index, unit)) for index, unit in todo))
