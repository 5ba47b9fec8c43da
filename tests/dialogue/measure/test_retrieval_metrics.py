"""Recall and nDCG against trec_eval itself, ties and single precision included."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.dialogue.measure.retrieval import CUTS, RETRIEVAL_METRICS, retrieval_scores

DOCUMENTS = st.sampled_from([f"d{at}" for at in range(14)] + ["é", "", "D1", "d10 ", "😀", "\uffff"])
# Scores that tie often, also only as 32-bit floats.
SCORES = st.sampled_from([0.0, 1.0, 1.0 + 1e-9, 2.0, 0.1, float(np.float32(0.1)), -1.0, 16777216.0, 16777217.0])


def official(found: dict[str, float], judged: dict[str, int]) -> dict[str, float]:
    """What trec_eval says, under our names."""
    trec = pytest.importorskip("pytrec_eval")
    cuts = ",".join(map(str, CUTS))
    evaluator = trec.RelevanceEvaluator({"q": judged}, {f"ndcg_cut.{cuts}", f"recall.{cuts}"})
    scores = evaluator.evaluate({"q": found})["q"]
    return {name: scores[name.replace("ndcg@", "ndcg_cut_").replace("@", "_")] for name in RETRIEVAL_METRICS}


@given(
    st.dictionaries(DOCUMENTS.filter(bool), SCORES, min_size=1),
    st.dictionaries(DOCUMENTS.filter(bool), st.integers(-1, 3), min_size=1),
)
def test_every_query_scores_as_with_trec_eval(found: dict[str, float], judged: dict[str, int]) -> None:
    if max(judged.values()) <= 0:
        with pytest.raises(ValueError, match="relevant"):
            retrieval_scores(found, judged)
        return
    assert retrieval_scores(found, judged) == pytest.approx(official(found, judged), abs=1e-12)


def test_nothing_found_scores_nothing() -> None:
    assert set(retrieval_scores({}, {"a": 1}).values()) == {0.0}


def test_777_queries_are_quick() -> None:
    drawn = random.Random(0)
    queries = [
        ({f"passage-{drawn.randrange(5000)}": drawn.random() for _ in range(10)}, {"passage-7": 1, "passage-9": 1})
        for _ in range(777)
    ]
    began = time.process_time()
    for found, judged in queries:
        retrieval_scores(found, judged)
    assert time.process_time() - began < 0.5
