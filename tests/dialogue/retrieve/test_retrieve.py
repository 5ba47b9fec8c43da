"""Finding by terms, by vectors and by both."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.engines.tantivy import TantivyEngine
from tacit.dialogue.records import Hit, Passage, Query
from tacit.dialogue.retrieve import DenseRetriever, HybridRetriever, LexicalRetriever, fuse, query_vector
from tacit.errors import UsageError
from tacit.testing.engine import LetterEmbedder

if TYPE_CHECKING:
    from pathlib import Path

PASSAGES = [Passage("llama", "Llamas hum."), Passage("bee", "Bees buzz."), Passage("zoo", "Zebras and quaggas.")]
LISTS = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 4)), max_size=12, unique_by=lambda pair: pair[0])


@pytest.fixture
def engine(tmp_path: Path) -> TantivyEngine:
    made = TantivyEngine(tmp_path, create=True, vectors=True)
    made.write(PASSAGES, LetterEmbedder().embed([passage.text for passage in PASSAGES]))
    made.commit()
    return made


def ranking(pairs: list[tuple[int, int]]) -> list[Hit]:
    return [Hit(Passage(f"{at:02d}", ""), float(score)) for at, score in sorted(pairs, key=lambda pair: -pair[1])]


@given(LISTS, LISTS, st.floats(0, 10), st.floats(0, 10))
def test_fusion_sums_weighted_reciprocal_ranks(
    first: list[tuple[int, int]], second: list[tuple[int, int]], one: float, two: float
) -> None:
    rankings = {"one": ranking(first), "two": ranking(second)}
    found = fuse(rankings, {"one": one, "two": two}, 100)
    assert {hit.passage.id for hit in found} == {hit.passage.id for hits in rankings.values() for hit in hits}
    for hit in found:
        wanted = 0.0
        for name, weight in (("one", one), ("two", two)):
            scores = {other.passage.id: other.score for other in rankings[name]}
            assert hit.scores.get(name) == scores.get(hit.passage.id)
            if (score := scores.get(hit.passage.id)) is not None:
                above, equal = (sum(other > score for other in scores.values()), list(scores.values()).count(score))
                wanted += weight / (60 + above + (equal + 1) / 2)
        assert hit.score == pytest.approx(wanted)
    for better, worse in pairwise(found):
        assert (-better.score, better.passage.id) < (-worse.score, worse.passage.id)


@pytest.mark.parametrize("weights", [{}, {"one": -1.0}, {"one": float("nan")}])
def test_rankings_without_a_weight_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="weight of 0 or more for 'one'"):
        fuse({"one": ranking([(1, 1)])}, weights, 5)


def test_the_parts_of_a_query_are_added_up() -> None:
    toy = LetterEmbedder()
    one, two = toy.embed(["aab", "z"])
    found = query_vector(Query("z", {}, parts=(("aab", 1.0), ("z", 0.5))), toy)
    assert np.allclose(found, (one + 0.5 * two) / np.linalg.norm(one + 0.5 * two))
    assert np.allclose(query_vector(Query("aab", {}), toy), one)


def test_lexical_and_dense(engine: TantivyEngine) -> None:
    query = Query("quaggas", {"bee": 1.0})
    assert [hit.passage.id for hit in LexicalRetriever(engine).retrieve(query, 3)] == ["bee"]
    found = DenseRetriever(engine, LetterEmbedder()).retrieve(query, 3)
    assert [hit.passage.id for hit in found] == ["zoo", "llama", "bee"]
    assert LexicalRetriever(engine).retrieve(Query("?", {}), 3) == []


def test_hybrid_keeps_both_scores_and_weighs_them(engine: TantivyEngine) -> None:
    query = Query("quaggas", {"bee": 1.0})
    by_terms = HybridRetriever(engine, LetterEmbedder(), terms=5.0, vectors=1.0).retrieve(query, 2)
    assert [hit.passage.id for hit in by_terms] == ["bee", "zoo"]
    assert sorted(by_terms[0].scores) == ["terms", "vectors"]
    assert sorted(by_terms[1].scores) == ["vectors"]
    by_vectors = HybridRetriever(engine, LetterEmbedder(), terms=0.0, vectors=1.0).retrieve(query, 3)
    assert [hit.passage.id for hit in by_vectors] == ["zoo", "llama", "bee"]


def test_hybrid_without_vectors_is_lexical(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, create=True)
    engine.write(PASSAGES)
    engine.commit()
    found = HybridRetriever(engine, LetterEmbedder()).retrieve(Query("hum", {"hum": 1.0}), 3)
    assert [(hit.passage.id, sorted(hit.scores)) for hit in found] == [("llama", ["terms"])]


def test_what_is_called_so_comes_first(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path, create=True)
    filler = [Passage(f"f{at}", "Bees and zebras.", "Other") for at in range(20)]
    engine.write([
        Passage("mentioned", "Shearing, shearing and more shearing of llamas.", "Spitting > Humming"),
        Passage("called", "Done with scissors; shearing takes an hour.", "Shearing"),
        Passage("words", "The dry wind, the rain, the sun and the run of the year all take their time here.", "Years"),
        Passage("named", "With --dry-run nothing is shorn, whatever other options say.", "Options"),
        *filler,
    ])  # fmt: skip
    engine.commit()
    found = LexicalRetriever(engine).retrieve(Query("How is shearing done?", {"shear": 1.0}), 2)
    assert [hit.passage.id for hit in found] == ["called", "mentioned"]
    assert [hit.passage.id for hit in engine.search({"shear": 1.0}, 2)] == ["mentioned", "called"]
    found = LexicalRetriever(engine).retrieve(Query("What does --dry-run do?", {"dri": 1.0, "run": 1.0}), 2)
    assert found[0].passage.id == "named"
