"""The conformance checks of engines: the engines that come with tacit pass, broken ones are caught."""

from __future__ import annotations

import os
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from tests.dialogue.engines.opensearch_stub import running

from tacit.dialogue.engines.opensearch import OpenSearchEngine
from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.records import Hit, Passage
from tacit.errors import CheckFailedError
from tacit.testing.engine import check_engine, engine_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

NAMES = [name for name, _ in engine_checks(lambda: None, lambda engine: engine)]  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("check", NAMES)
@pytest.mark.parametrize("vectors", [True, False])
def test_tantivy(tmp_path: Path, check: str, vectors: bool) -> None:
    numbers = count()

    def make() -> TantivyEngine:
        return TantivyEngine(tmp_path / str(next(numbers)), create=True, vectors=vectors)

    def reopen(engine: Any) -> TantivyEngine:
        engine.close()
        return TantivyEngine(engine.folder, vectors=vectors)

    dict(engine_checks(make, reopen))[check]()


@pytest.mark.parametrize("check", NAMES[:-1])
def test_qdrant(check: str) -> None:
    pytest.importorskip("qdrant_client")
    from tacit.dialogue.engines.qdrant import QdrantEngine

    numbers = count()

    def make() -> QdrantEngine:
        return QdrantEngine(":memory:", f"c{next(numbers)}", create=True, dimensions=26)

    dict(engine_checks(make))[check]()


@pytest.fixture(scope="module")
def opensearch() -> Iterator[str]:
    """The server at ``OPENSEARCH_URL``, which the run leaves indexes on, or the one in memory."""
    with ExitStack() as stack:
        yield os.environ.get("OPENSEARCH_URL") or stack.enter_context(running())[0]


@pytest.mark.parametrize("check", NAMES)
def test_opensearch(opensearch: str, check: str) -> None:
    opened: dict[int, str] = {}
    numbers = count()

    def make() -> OpenSearchEngine:
        name = f"tacit-{os.getpid()}-{check.replace(' ', '-').lower()}-{next(numbers)}"
        engine = OpenSearchEngine(opensearch, name, create=True, dimensions=26)
        opened[id(engine)] = name
        return engine

    def reopen(engine: Any) -> OpenSearchEngine:
        name = opened[id(engine)]
        engine.close()
        again = OpenSearchEngine(opensearch, name)
        opened[id(again)] = name
        return again

    dict(engine_checks(make, reopen))[check]()


class NoWeights(TantivyEngine):
    def search(self, terms: Mapping[str, float], k: int) -> list[Hit]:
        return super().search({term: min(weight, 1) and 1.0 for term, weight in terms.items()}, k)


class FirstCome(TantivyEngine):
    def write(self, passages: Sequence[Passage], vectors: Any = None) -> None:
        known = {passage.id for passage in self.get([passage.id for passage in passages])}
        super().write([passage for passage in passages if passage.id not in known])


class Hasty(TantivyEngine):
    def write(self, passages: Sequence[Passage], vectors: Any = None) -> None:
        super().write(passages, vectors)
        self.commit()


class Keeper(TantivyEngine):
    def delete(self, documents: Collection[str]) -> None:
        """Keep everything."""


class Unsorted(TantivyEngine):
    def search(self, terms: Mapping[str, float], k: int) -> list[Hit]:
        return sorted(super().search(terms, k), key=lambda hit: hit.passage.id, reverse=k == 7)


class Shortener(TantivyEngine):
    def get(self, ids: Sequence[str]) -> list[Passage]:
        return [Passage(found.id, found.text[:1000], found.title.strip()) for found in super().get(ids)]


class Folding(TantivyEngine):
    def write(self, passages: Sequence[Passage], vectors: Any = None) -> None:
        folded = [
            Passage(held.id.strip().lower(), held.text, held.title, held.document, held.start, held.end)
            for held in passages
        ]
        super().write(folded, vectors)


class Stale(TantivyEngine):
    def frequency(self, term: str) -> int:
        return max(super().frequency(term), 1)


class Blind(TantivyEngine):
    def nearest(self, vector: Any, k: int) -> list[Hit]:
        return super().nearest(-vector, k)


@pytest.mark.parametrize(
    ("broken", "check"),
    [
        (NoWeights, "weighs terms"),
        (FirstCome, "replaces by id"),
        (Hasty, "shows what was committed"),
        (Keeper, "deletes by document"),
        (Unsorted, "breaks ties by id"),
        (Unsorted, "ranks as BM25 does"),
        (Shortener, "keeps passages whole"),
        (Folding, "takes names of every kind"),
        (Stale, "begins empty"),
        (Blind, "finds by vector"),
    ],
)
def test_broken_engines_are_caught(tmp_path: Path, broken: Callable[..., Any], check: str) -> None:
    numbers = count()
    checks = dict(engine_checks(lambda: broken(tmp_path / str(next(numbers)), create=True, vectors=True)))
    with pytest.raises(CheckFailedError):
        checks[check]()


def test_an_engine_that_cannot_be_made_gives_no_traceback() -> None:
    def make() -> TantivyEngine:
        raise OSError("no disk")

    outcomes = check_engine(make)
    assert {(outcome.status, outcome.detail) for outcome in outcomes} == {("failed", "OSError: no disk")}
