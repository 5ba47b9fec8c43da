"""Bringing an index up to date: only what changed is read, and a run may be killed at any moment.

Files go in batches. Before the engine is touched, the manifest says which files are about to change; after the engine
has committed, it says what they hold. So of a run that died, the manifest names all files whose passages may be half
there: the next run takes them out and reads them again. A table goes on from its last batch.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tacit.dialogue.documents.cut import cut
from tacit.dialogue.documents.read import nothing_read, read_source
from tacit.dialogue.documents.source import ROW, Row, Unreadable
from tacit.dialogue.engines.asked import full_text
from tacit.dialogue.index.manifest import Entry, Problem
from tacit.dialogue.index.report import IndexReport
from tacit.errors import DataError
from tacit.runs.manifest import hash_file

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tacit.dialogue.documents.source import Source
    from tacit.dialogue.index.manifest import Manifest
    from tacit.dialogue.index.memo import VectorMemo
    from tacit.dialogue.index.settings import IndexSettings
    from tacit.dialogue.protocols import Engine
    from tacit.dialogue.records import Passage
    from tacit.runs.progress import Progress

BATCH: Final = 8_192
"""Passages that are committed together: what a kill can lose."""
_DENSE_BATCH: Final = 512
"""The same with vectors, which take longer."""
_FILES: Final = 2_048
"""Files that are committed together, if they hold fewer passages."""
_SETTLED_NS: Final = 2_000_000_000
"""How old a change must be for its time to tell the file from a later one of the same size."""


@dataclass(slots=True)
class _Batch:
    """What is written next.

    Attributes:
        delete: Documents to take out first.
        passages: What to put in.
        entries: Files as they are afterwards.
        begun: Those of them whose first passages these are.
        gone: Files that are in the index no more.
    """

    delete: set[str] = field(default_factory=set)
    passages: list[Passage] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)


class Build:
    """One run over all files.

    Args:
        folder: The index; locked by the caller.
        manifest: What it holds, and how it is made from now on.
        engine: Where passages go.
        settings: How documents are cut.
        memo: Where vectors come from, if there are to be any.
        progress: Is told of passages.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        engine: Engine,
        *,
        settings: IndexSettings,
        memo: VectorMemo | None,
        progress: Progress,
    ) -> None:
        self._folder, self._manifest, self._engine = folder, replace(manifest, current=False), engine
        self._settings, self._memo, self._progress = settings, memo, progress
        self._entries = dict(manifest.entries)
        self._batch, self._size = _Batch(), BATCH if memo is None else _DENSE_BATCH
        self._kept: set[str] = set()
        self._given: dict[str, str] = {}
        self._lost: list[Unreadable] = []
        self._counts = Counter[str]()
        self._any = False

    def run(self, places: Sequence[str | os.PathLike[str]], found: Iterable[Source | Unreadable]) -> IndexReport:
        """Bring the index up to date with the files.

        Args:
            places: Where they were looked for, for messages.
            found: The files.

        Raises:
            DataError: If nothing at all could be read; then the index stays as it was.
        """
        began, sources = time.monotonic(), []
        for one in found:
            if isinstance(one, Unreadable):
                self._lost.append(one)
            else:
                sources.append(one)
        changed = [(source, entry) for source in sources if (entry := self._changed(source)) is not None]
        for source, entry in changed:
            self._read(source, entry)
        if not self._any:
            raise nothing_read(places, self._lost)
        self._remove(self._entries.keys() - {source.name for source in sources})
        self._flush()
        self._manifest = replace(self._manifest, built=True, current=True)
        self._write_manifest()
        if self._memo is not None:
            self._memo.keep(map(full_text, self._engine.scan()), self._engine.passages())
        return self._report(time.monotonic() - began)

    def _changed(self, source: Source) -> Entry | None:
        """How to begin with a file, or nothing if the index holds it as it is."""
        old = self._entries.get(source.name)
        now = Entry(source.name, 0, 0, 0, "")
        try:
            status = source.path.stat()
            settled = time.time_ns() - status.st_mtime_ns > _SETTLED_NS
            now = replace(now, size=status.st_size, mtime_ns=status.st_mtime_ns if settled else 0, inode=status.st_ino)
            untouched = old is not None and old.digest and settled and _stamp(old) == _stamp(now)
            now = replace(now, digest=old.digest if old is not None and untouched else hash_file(source.path)[1])
        except (OSError, DataError):
            return now  # reading it will say what is wrong
        if old is None or old.digest != now.digest or (old.whole and not old.read):
            return now
        if not old.whole:
            return replace(old, size=now.size, mtime_ns=now.mtime_ns, inode=now.inode)
        self._entries[source.name] = replace(old, mtime_ns=now.mtime_ns, inode=now.inode)
        self._kept.add(source.name)
        self._any |= old.done > 0
        self._lost += [Unreadable(old.name, one.reason, one.count, one.part) for one in old.problems]
        return None

    def _read(self, source: Source, entry: Entry) -> None:
        """Put a file's documents into batches, behind those that are in the index already."""
        old, begun = self._entries.get(source.name), entry.done == 0
        if begun:
            self._batch.begun.add(source.name)
            self._batch.delete |= _documents(old) if old is not None else set()
        documents, problems, clashes = set(entry.documents), list[Unreadable](), 0
        done = passages = 0
        for found in read_source(source):
            if isinstance(found, Unreadable):
                problems.append(found)
                continue
            done += 1
            if done <= entry.done:
                continue
            self._any = True
            if isinstance(found, Row) and self._taken(found.id, source.name):
                clashes += 1
                continue
            made = cut(found, self._settings.words, self._settings.overlap)
            self._counts["empty"] += not made
            passages += len(made)
            self._batch.passages += made
            if found.name != source.name:
                documents.add(found.name)
            if len(self._batch.passages) >= self._size:
                self._batch.entries[source.name] = replace(
                    entry, done=done, passages=entry.passages + passages, documents=tuple(sorted(documents))
                )
                self._flush()
        if clashes:
            problems.append(Unreadable(source.name, "rows: an id that a row of another table has", clashes, part=True))
        self._lost += problems
        self._any |= entry.done > 0
        if done:
            self._counts["changed" if old is not None and old.done and begun else "added"] += 1
        self._batch.entries[source.name] = replace(
            entry, done=done, passages=entry.passages + passages, documents=tuple(sorted(documents)), whole=True,
            problems=tuple(Problem(one.reason, one.count, one.part) for one in problems),
        )  # fmt: skip
        if len(self._batch.entries) >= _FILES and self._any:
            self._flush()

    def _taken(self, given: str, name: str) -> bool:
        """Whether a row of another table has this id; the engine would put one in the place of the other."""
        if self._given.setdefault(given, name) != name:
            return True
        held = self._engine.get([given]) if self._kept else []
        return any(passage.document.partition(ROW)[0] in self._kept for passage in held)

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            self._batch.gone.add(name)
            self._batch.delete |= _documents(self._entries[name])
            self._counts["removed"] += self._entries[name].done > 0

    def _flush(self) -> None:
        """Write the batch: first what is about to happen, then the passages, then that it has happened."""
        batch, self._batch = self._batch, _Batch()
        if not (batch.entries or batch.gone):
            return
        # Vectors take longest, and are kept as they are made.
        vectors = None if self._memo is None else self._memo.vectors([full_text(one) for one in batch.passages])
        for name, entry in batch.entries.items():
            before = self._entries.get(name, entry)
            about = replace(before, whole=False, documents=tuple(sorted({*before.documents, *entry.documents})))
            if name in batch.begun:
                about = replace(about, digest=entry.digest, done=0, passages=0, problems=())
            self._entries[name] = about
        for name in batch.gone:
            self._entries[name] = replace(self._entries[name], digest="")
        self._write_manifest()
        self._engine.delete(sorted(batch.delete))
        if batch.passages:
            self._engine.write(batch.passages, vectors)
        self._engine.commit()
        self._entries.update(batch.entries)
        for name in batch.gone:
            del self._entries[name]
        self._write_manifest()
        self._progress.advance(len(batch.passages))

    def _write_manifest(self) -> None:
        replace(self._manifest, entries=self._entries).write(self._folder)

    def _report(self, seconds: float) -> IndexReport:
        return IndexReport(
            folder=str(self._folder),
            **{name: self._counts[name] for name in ("added", "changed", "removed", "empty")},
            unchanged=len(self._kept),
            unreadable=tuple(self._lost),
            passages=self._engine.passages(),
            seconds=seconds,
        )


def _stamp(entry: Entry) -> tuple[int, int, int]:
    return entry.size, entry.mtime_ns, entry.inode


def _documents(entry: Entry) -> set[str]:
    return {entry.name, *entry.documents}
