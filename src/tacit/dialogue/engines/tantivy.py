"""Passages in a folder, found by tantivy: the default engine, in process, without a server.

Scores are BM25 with k1 = 1.2 and b = .75 (Robertson and Zaragoza 2009, The Probabilistic Relevance Framework, eq. 3.15;
https://github.com/quickwit-oss/tantivy), each term's times its weight in the query.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tacit.dialogue.engines.asked import body, checked_passages, checked_terms, ranked
from tacit.dialogue.engines.vectors import VectorFolder, VectorView
from tacit.dialogue.records import Hit, Passage
from tacit.errors import DataError, MissingExtraError
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_HEAP: Final = 64_000_000
"""Bytes a writer gathers before it writes a segment."""
_DECIMALS: Final = 4
"""Of scores. Single-precision sums differ beyond these by the order of summing, which would decide ties."""


_EXCERPT: Final = 300


@dataclass(slots=True)
class _Commit:
    """The index as it was at one moment, with what was worked out of it; threads that use it do not see another."""

    stamp: tuple[int, int]
    searcher: Any
    frequencies: dict[str, int] = field(default_factory=dict)
    near: tuple[dict[int, Any], VectorView] | None = None


class TantivyEngine:
    """Passages in a folder.

    One process writes at a time; any number read meanwhile, in any number of threads, and see each commit as a whole. A
    process that dies while writing leaves the last commit.

    Args:
        folder: Where the files are.
        create: Begin an empty one if there is none.
        vectors: Whether vectors may be written. Those that are there are searched either way.

    Raises:
        MissingExtraError: If tantivy is not installed.
        DataError: If the folder holds no engine, or one that this version cannot read.

    Example:
        >>> import tempfile, pathlib
        >>> engine = TantivyEngine(pathlib.Path(tempfile.mkdtemp()), create=True)
        >>> engine.write([Passage("a", "Llamas hum."), Passage("b", "Bees hum in hives.")])
        >>> engine.commit()
        >>> [hit.passage.id for hit in engine.search({"hum": 1.0, "hive": 0.5}, k=2)]
        ['b', 'a']
        >>> engine.close()
    """

    name = "tantivy"

    def __init__(self, folder: Path, *, create: bool = False, vectors: bool = False) -> None:
        self._library = _library()
        self.folder = folder
        self._keeps_vectors = vectors
        self._index = self._opened(create)
        self._index.config_reader(reload_policy="manual")
        self._vectors = VectorFolder(folder / "vectors")
        self._writer: Any = None
        self._seen: _Commit | None = None

    def _opened(self, create: bool) -> Any:  # noqa: ANN401 - tantivy has no types
        builder = self._library.SchemaBuilder()
        for name in ("id", "document"):
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
        builder.add_bytes_field("passage", stored=True)
        builder.add_unsigned_field("row", fast=True)
        try:
            if create:
                self.folder.mkdir(parents=True, exist_ok=True)
            elif not self._library.Index.exists(str(self.folder)):
                raise DataError(f"{self.folder} holds no index. Build one first: tacit index DOCUMENTS --out FOLDER")
            return self._library.Index(builder.build(), path=str(self.folder))
        except (ValueError, OSError) as error:
            if "lockfile" in str(error).lower():
                raise DataError(
                    f"{self.folder} cannot be written to, and searching needs a lock file there. Change the "
                    "permissions, or copy the index to a folder that you may write to."
                ) from error
            raise DataError(
                f"The index in {self.folder} cannot be opened: {_short(error)}. If another version of tacit made "
                "it, or it is damaged, build it again in a new folder."
            ) from error

    def write(self, passages: Sequence[Passage], vectors: NDArray[np.float32] | None = None) -> None:
        """Add passages; one whose id is there already is replaced. Visible to searches after `commit`.

        Args:
            passages: What to add.
            vectors: Shape (passages, dimensions), unit length.

        Raises:
            UsageError: If the vectors do not fit the passages or those written before, or none are kept.
            DataError: If an id is empty or too long, another process is writing, or the disk refuses.
        """
        checked_passages(passages, vectors, self._keeps_vectors)
        writer = self._writing()
        rows = range(0) if vectors is None else self._vectors.add(vectors)
        document = self._library.Document
        with self._refused():
            for at, passage in enumerate(passages):
                writer.delete_documents_by_term("id", passage.id)
                added = document(id=passage.id, document=passage.document, body=" ".join(body(passage)))
                added.add_bytes("passage", _packed(passage))
                if rows:
                    added.add_unsigned("row", rows[at])
                writer.add_document(added)

    def delete(self, documents: Collection[str]) -> None:
        """Take out all passages of these documents. Visible after `commit`.

        Raises:
            DataError: If another process is writing, or the disk refuses.
        """
        for document in documents:
            with self._refused():
                self._writing().delete_documents_by_term("document", document)

    def commit(self) -> None:
        """Make what was written and deleted visible and durable, all of it or nothing, and let other processes write.

        Vectors are on the disk before the passages that point to them, so a crash in between leaves rows that nothing
        points to.

        Raises:
            DataError: If the disk refuses.
        """
        if self._writer is None:
            return
        try:
            with self._refused():
                self._vectors.save()
                self._writer.commit()
                if self._keeps_vectors:
                    self._vectors.tidy(self._rows(self._now().searcher))
                self._writer.wait_merging_threads()
        finally:
            self._writer = self._seen = None
            self._vectors.forget()

    def search(self, terms: Mapping[str, float], k: int) -> list[Hit]:
        """The best passages by weighted terms (BM25), best first; equal scores in order of id.

        Raises:
            UsageError: If a weight is no number or ``k`` is below 1.
        """
        query = self._query(checked_terms(terms, k))
        searcher = self._now().searcher

        def ask(limit: int) -> list[Hit]:
            found = searcher.search(query, limit, count=False).hits
            return [Hit(_unpacked(searcher, address), round(score, _DECIMALS)) for score, address in found]

        return ranked(ask, k, searcher.num_docs)

    def _query(self, terms: Mapping[str, float]) -> Any:  # noqa: ANN401 - tantivy has no types
        make, schema = self._library.Query, self._index.schema
        should = self._library.Occur.Should
        return make.boolean_query(
            [
                (should, make.boost_query(make.term_query(schema, "body", term, index_option="freq"), weight))
                for term, weight in terms.items()
            ]
        )

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[Hit]:
        """The passages nearest to a vector by cosine, best first; none if there are no vectors.

        Raises:
            UsageError: If the vector has other dimensions than those written, or ``k`` is below 1.
        """
        checked_terms({}, k)
        searcher, places, view = self._near()
        hits = [Hit(_unpacked(searcher, places[row]), score) for row, score in view.nearest(vector, k)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[:k]

    def get(self, ids: Sequence[str]) -> list[Passage]:
        """Passages by id, in this order; those that are not there are left out."""
        searcher, schema = self._now().searcher, self._index.schema
        found = []
        for name in ids:
            query = self._library.Query.term_query(schema, "id", name, index_option="basic")
            found += [_unpacked(searcher, address) for _, address in searcher.search(query, 1, count=False).hits]
        return found

    def scan(self) -> Iterator[Passage]:
        """All passages, in no particular order, as they were when the first was asked for."""
        searcher = self._now().searcher
        for address in self._all(searcher):
            yield _unpacked(searcher, address)

    def passages(self) -> int:
        """Number of passages, where last searched."""
        return int(self._last().searcher.num_docs)

    def frequency(self, term: str) -> int:
        """Number of passages that hold an analysed term, where last searched."""
        commit = self._last()
        if term not in commit.frequencies:
            query = self._library.Query.term_query(self._index.schema, "body", term, index_option="freq")
            # Counted, because the library's own document frequency goes on counting what was deleted.
            commit.frequencies[term] = int(commit.searcher.search(query, 1, count=True).count)
        return commit.frequencies[term]

    def close(self) -> None:
        """Let go of the files. What was written and not committed is given up."""
        if self._writer is not None:
            with contextlib.suppress(ValueError):  # a full disk ends the library's thread, and with it what it held
                self._writer.rollback()
            self._writer = None
        self._vectors.forget()

    @contextlib.contextmanager
    def _refused(self) -> Iterator[None]:
        """Say of a full disk, which ends the library's thread at any later call, what it is."""
        try:
            yield
        except (ValueError, OSError) as error:
            raise DataError(
                f"The index in {self.folder} cannot be written: {_short(error)}. Is the disk full? What it held is "
                "kept."
            ) from error

    def _writing(self) -> Any:  # noqa: ANN401 - tantivy has no types
        if self._writer is None:
            try:
                self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise DataError(f"The index in {self.folder} cannot be written: {_short(error)}.") from error
                raise DataError(
                    f"The index in {self.folder} is being written by another process. Wait until that has ended, then "
                    "run the same command again."
                ) from error
        return self._writer

    def _now(self) -> _Commit:
        """The newest commit, by whichever process."""
        commit, stamp = self._seen, self._stamp()
        if commit is None or commit.stamp != stamp:
            self._index.reload()
            commit = self._seen = _Commit(stamp, self._index.searcher())
        return commit

    def _last(self) -> _Commit:
        """The commit last searched: figures belong to what was found, and a turn asks for hundreds of them."""
        return self._seen or self._now()

    def _stamp(self) -> tuple[int, int]:
        try:
            meta = (self.folder / "meta.json").stat()
        except OSError as error:
            raise DataError(f"The index in {self.folder} is gone: {error.strerror}. Build it again.") from error
        return meta.st_ino, meta.st_mtime_ns  # a commit puts a new file in the place of the old one

    def _near(self) -> tuple[Any, dict[int, Any], VectorView]:
        """A commit, where the passage of each row of vectors is in it, and the vectors."""
        while (commit := self._now()).near is None:
            places = self._rows(commit.searcher)
            view = self._vectors.view(places)
            if self._stamp() == commit.stamp:  # else another process may have tidied the vectors meanwhile
                commit.near = places, view
        places, view = commit.near
        if lost := len(places) - len(view):
            raise DataError(f"{lost:,} vectors of the index in {self.folder} are lost. Build it again.")
        return commit.searcher, places, view

    def _rows(self, searcher: Any) -> dict[int, Any]:  # noqa: ANN401 - tantivy has no types
        addresses = self._all(searcher)
        rows = searcher.fast_field_values("row", addresses) if addresses else []
        return {row: address for row, address in zip(rows, addresses, strict=True) if row is not None}

    def _all(self, searcher: Any) -> list[Any]:  # noqa: ANN401 - tantivy has no types
        if not searcher.num_docs:
            return []
        return [address for _, address in searcher.search(self._library.Query.all_query(), searcher.num_docs).hits]


def _library() -> Any:  # noqa: ANN401 - tantivy has no types
    try:
        import tantivy
    except ImportError as error:
        raise MissingExtraError("Searching documents", "dialogue") from error
    return tantivy


def _short(error: Exception) -> str:
    """What the library says, which may be a whole file."""
    return shown(str(error)[:_EXCERPT].rstrip(". "))


def _packed(passage: Passage) -> bytes:
    held = [passage.id, passage.text, passage.title, passage.document, passage.start, passage.end]
    return json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _unpacked(searcher: Any, address: Any) -> Passage:  # noqa: ANN401 - tantivy has no types
    return Passage(*json.loads(searcher.doc(address).get_first("passage").decode("utf-8", "surrogatepass")))
