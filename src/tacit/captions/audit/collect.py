"""Carrying an audit out: units over an engine into one tally, with or without a journal to resume from."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from tacit.captions.audit.tally import Tally
from tacit.captions.audit.unit import audit_unit, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tacit.captions.audit.corpus import Corpus
    from tacit.captions.audit.hits_file import HitsFile
    from tacit.captions.audit.settings import AuditSettings
    from tacit.captions.facts.opportunities import Facts
    from tacit.io.tables import Unit
    from tacit.runs.engine import Engine
    from tacit.runs.journal import Journal
    from tacit.runs.progress import Progress


def collect(
    corpus: Corpus,
    settings: AuditSettings,
    engine: Engine,
    progress: Progress,
    *,
    journal: Journal | None = None,
    hits: HitsFile | None = None,
    facts: Facts | None = None,
) -> Tally:
    """Audit every unit that is not in the journal yet, and add all of them up.

    Args:
        corpus: What to read.
        settings: What to do.
        engine: What to do it with; it cannot change the tally.
        progress: Is told of rows.
        journal: Where finished units are kept; without one nothing is, and an interrupted audit starts again.
        hits: Where hits go, when `settings` asks for them.
        facts: What is known of the images, when `settings` names their column.

    Raises:
        DataError: If a file cannot be read, or the journal is damaged.
    """
    done = journal.finished() if journal else set()
    todo = [(index, unit) for index, unit in enumerate(corpus.units) if index not in done]
    with followed(progress, corpus, todo):
        finished = _run(partial(audit_unit, settings, facts=facts), engine, progress, todo)
        if journal is None:
            return _add_up(finished, hits)
        worthless = _record(finished, journal, begun=bool(done))
    return _add_up(chain(journal.payloads(), worthless), hits)


def _record(finished: Iterable[tuple[int, bytes]], journal: Journal, *, begun: bool) -> list[tuple[int, bytes]]:
    """Keep finished units in the journal, from the first one with a caption that could be audited; those before it.

    So an audit of the wrong column, which finds nothing to audit, leaves nothing behind that keeps the next one out
    of its folder.
    """
    waiting: list[tuple[int, bytes]] = []
    for index, payload in finished:
        waiting.append((index, payload))
        begun = begun or unpack(payload)[0].audited > 0
        if begun:
            for entry in waiting:
                journal.record(*entry)
            waiting.clear()
    return waiting


def _run(
    work: Callable[[Unit], bytes], engine: Engine, progress: Progress, todo: list[tuple[int, Unit]]
) -> Iterator[tuple[int, bytes]]:
    for index, payload in engine.run(work, todo):
        progress.advance(unpack(payload)[0].read)
        yield index, payload


def _add_up(payloads: Iterable[tuple[int, bytes]], hits: HitsFile | None) -> Tally:
    total = Tally()
    for index, payload in payloads:
        part, table = unpack(payload)
        total.merge(part)
        if hits is not None:
            hits.add(index, part.read, table)
    return total


@contextmanager
def followed(progress: Progress, corpus: Corpus, todo: list[tuple[int, Unit]]) -> Iterator[None]:
    """Progress over the units that are left; closed whatever happens."""
    left = sum(unit.stop - unit.start for _, unit in todo if unit.stop is not None)
    # Where the number of rows is known, units count in rows.
    progress.start(corpus.rows, done_rows=max(corpus.rows - left, 0) if corpus.rows else 0)
    try:
        yield
    finally:
        progress.close()
