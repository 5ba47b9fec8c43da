"""`Index`: building one of documents, and opening it."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from tacit.dialogue.documents.find import find_documents
from tacit.dialogue.index.build import Build
from tacit.dialogue.index.manifest import MANIFEST, Manifest
from tacit.dialogue.index.memo import VectorMemo
from tacit.dialogue.index.settings import IndexSettings
from tacit.errors import DataError, UsageError
from tacit.io.places import shown
from tacit.runs.atomic import writing
from tacit.runs.lock import LOCK_NAME, FolderLock
from tacit.runs.progress import NullProgress

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from tacit.dialogue.index.report import IndexReport
    from tacit.dialogue.protocols import Embedder, Engine
    from tacit.dialogue.records import Passage
    from tacit.runs.progress import Progress

    Place = str | os.PathLike[str]

_ENGINE: Final = "engine"
_MEMO: Final = "embeddings.sqlite"


class Index:
    """An index that is open for reading. Made by `open`; use it as a context manager, or close it.

    Attributes:
        folder: Where it is.
        manifest: What was read.
        engine: Finds passages; sees what a writer has committed.
        embedder: Makes vectors of questions, if the index has vectors and is searched by them.

    Example:
        >>> import tempfile, pathlib
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "llamas.md").write_text("# Llamas" + chr(10) + "They hum.")
        >>> report = Index.build([folder / "llamas.md"], folder / "index")
        >>> report.added, report.passages
        (1, 1)
        >>> with Index.open(folder / "index") as index:
        ...     [hit.passage.id for hit in index.engine.search({"hum": 1.0}, k=3)]
        ['llamas.md:8-17']
    """

    def __init__(self, folder: Path, manifest: Manifest, engine: Engine, embedder: Embedder | None = None) -> None:
        self.folder = folder
        self.manifest = manifest
        self.engine = engine
        self.embedder = embedder

    @staticmethod
    def build(
        places: Sequence[Place],
        out: Place,
        *,
        settings: IndexSettings | None = None,
        embedder: Embedder | None = None,
        engine: Engine | None = None,
        progress: Progress | None = None,
    ) -> IndexReport:
        """Make an index of documents, or bring it up to date with them.

        Afterwards it holds what the places hold: files that changed are read again, those that are gone are taken out.
        A run that was cut short, however, is taken up where it was by the next one.

        Args:
            places: Files and folders.
            out: The folder of the index; made if it is missing. It may lie among the documents.
            settings: How documents are cut.
            embedder: Makes vectors of passages, for dense retrieval.
            engine: Where passages are kept; in the folder, by tantivy, if it is not given. Left open.
            progress: Is told of passages.

        Returns:
            What changed, and what could not be read.

        Raises:
            UsageError: If the folder is something else, is being written to, or has vectors of another embedder.
            DataError: If nothing at all could be read, or the folder cannot be written.
            MissingExtraError: If the packages that search are not installed.
        """
        folder, settings, progress = Path(out), settings or IndexSettings(), progress or NullProgress()
        if not places:
            raise UsageError("No documents are named. Name files or folders.")
        found = list(find_documents(places, folder))
        created = _make(folder)
        lock = FolderLock(folder)
        with contextlib.ExitStack() as stack:
            stack.callback(_let_go, folder, lock, created=created)
            before = Manifest.read(folder)
            _refuse_other_vectors(before, embedder, folder)
            if engine is None:
                engine = stack.enter_context(contextlib.closing(_tantivy(folder, create=True, vectors=bool(embedder))))
            manifest = _begin(before, settings, engine, embedder)
            memo = None
            if embedder is not None:
                memo = stack.enter_context(contextlib.closing(VectorMemo(folder / _MEMO, embedder)))
            progress.start(None)
            stack.callback(progress.close)
            build = Build(folder, manifest, engine, settings=settings, memo=memo, progress=progress)
            return build.run(places, found)

    @classmethod
    def open(cls, folder: Place, *, embedder: Embedder | None = None, engine: Engine | None = None) -> Self:
        """Open an index for reading; others may read and write it meanwhile.

        Args:
            folder: What `build` made.
            embedder: What made its vectors, to search by them.
            engine: The engine it was built with, if that was given.

        Raises:
            UsageError: If the embedder is another than the one that made the vectors.
            DataError: If there is no index, it was never finished, or a newer tacit made it.
            MissingExtraError: If the packages that search are not installed.
        """
        place = Path(folder)
        manifest = Manifest.read(place)
        if manifest is None:
            raise DataError(
                f"{shown(str(place))} holds no index. Make one: tacit index DOCUMENTS --out {shown(str(place))}"
            )
        if not manifest.built:
            raise DataError(
                f"The index in {shown(str(place))} is not finished: `tacit index` was cut short, or still runs. "
                "Run the same command again; it goes on from where it was."
            )
        if embedder is not None and (embedder.name, embedder.dimensions) != (manifest.embedder, manifest.dimensions):
            has = f"vectors of {shown(manifest.embedder)}" if manifest.embedder else "no vectors"
            raise UsageError(
                f"The index in {shown(str(place))} has {has}, not of {shown(embedder.name)}. Search it without, or "
                "index again with --dense."
            )
        if engine is None and manifest.engine != "tantivy":
            raise UsageError(
                f"The passages of {shown(str(place))} are kept by {shown(manifest.engine)}: open it with that engine."
            )
        return cls(place, manifest, engine or _tantivy(place), embedder)

    @property
    def name(self) -> str:
        """What it is called: the name of its folder."""
        return self.folder.resolve().name

    def scan(self) -> Iterator[Passage]:
        """All passages, in no particular order."""
        return self.engine.scan()

    def close(self) -> None:
        """Let go of the files."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _tantivy(folder: Path, *, create: bool = False, vectors: bool = False) -> Engine:
    from tacit.dialogue.engines.tantivy import TantivyEngine

    return TantivyEngine(folder / _ENGINE, create=create, vectors=vectors)


def _make(folder: Path) -> bool:
    """Make the folder of an index; whether it was not there before."""
    if folder.is_dir():
        ours = (LOCK_NAME, _ENGINE, _MEMO, f".{MANIFEST}")
        if not (folder / MANIFEST).is_file() and any(not one.name.startswith(ours) for one in folder.iterdir()):
            raise UsageError(
                f"{shown(str(folder))} holds other files and no index. Choose an empty or a new folder with --out."
            )
        return False
    if folder.exists():
        raise UsageError(f"{shown(str(folder))} is a file, and an index is a folder. Choose another --out.")
    with writing(folder):
        folder.mkdir(parents=True)
    return True


def _let_go(folder: Path, lock: FolderLock, *, created: bool) -> None:
    lock.release()
    # What never got as far as a manifest or vectors leaves nothing behind.
    if created and not any((folder / name).exists() for name in (MANIFEST, _MEMO)):
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


def _refuse_other_vectors(before: Manifest | None, embedder: Embedder | None, folder: Path) -> None:
    if before is None or not before.embedder:
        return
    if embedder is None or (embedder.name, embedder.dimensions) != (before.embedder, before.dimensions):
        raise UsageError(
            f"The index in {shown(str(folder))} has vectors of {shown(before.embedder)}. Give the same model with "
            "--dense, or choose another folder with --out."
        )


def _begin(before: Manifest | None, settings: IndexSettings, engine: Engine, embedder: Embedder | None) -> Manifest:
    """The manifest to begin with; files that have to be read again have no digest in it."""
    manifest = Manifest(
        settings=settings.to_json(),
        engine=engine.name,
        embedder=embedder.name if embedder else "",
        dimensions=embedder.dimensions if embedder else 0,
    )
    if before is None:
        return manifest
    same = (before.settings, before.engine, before.embedder) == (manifest.settings, manifest.engine, manifest.embedder)
    entries = before.entries
    if not same or (before.current and before.passages != engine.passages()):
        entries = {name: replace(entry, digest="") for name, entry in entries.items()}
    return replace(manifest, built=before.built, entries=entries)
