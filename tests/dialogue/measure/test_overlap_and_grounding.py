"""Words in common: against a plain reckoning, the published scores, and people."""

from __future__ import annotations

import json
import lzma
import statistics
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from tacit.dialogue.measure.grounding import grounding
from tacit.dialogue.measure.overlap import harmonic, rb_alg_proxy, rouge_l, token_precision, token_recall

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.lists(st.sampled_from("abcde"), max_size=12)


@given(TEXT, TEXT)
def test_rouge_l_is_the_longest_common_subsequence(one: list[str], other: list[str]) -> None:
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, left in enumerate(one):
        for j, right in enumerate(other):
            table[i + 1][j + 1] = table[i][j] + 1 if left == right else max(table[i][j + 1], table[i + 1][j])
    wanted = 2 * table[-1][-1] / (len(one) + len(other)) if one and other else 0.0
    assert rouge_l(" ".join(one), " ".join(other)) == pytest.approx(wanted)


def test_repeated_words_count_as_often_as_they_are_there() -> None:
    assert token_recall("cat", "cat cat") == 0.5
    assert token_precision("cat cat", "the cat") == 0.5
    assert token_recall("", "the") == 0.0


def test_no_passages_is_no_score() -> None:
    assert rb_alg_proxy("a", "a", []) is None
    assert rb_alg_proxy("cat", "dog", ["cat"]) == 0.0


def test_grounding_stops_at_sentences_and_reads_the_history() -> None:
    passages = ["Red foxes hunt mice."]
    assert grounding("Red foxes hunt mice. Hens sleep.", passages) == pytest.approx(3 / 4)
    assert grounding("Red foxes hunt mice. Hens sleep.", [*passages, "My hens sleep a lot."]) == 1.0
    assert grounding("Mice hunt red foxes.", passages) == pytest.approx(1 / 3)


@pytest.mark.real
def test_scores_rank_as_people_and_the_benchmark_do(real_data: Path) -> None:
    rated = json.loads(lzma.decompress((real_data / "mtrag" / "mtrag_human_ratings.json.xz").read_bytes()))
    texts = {held["document_id"]: held["text"] for held in rated["documents"]}
    tasks: dict[str, Any] = {task["task_id"]: task for task in rated["tasks"]}
    grounded, faithful, proxies, official = [], [], [], []
    for entry in rated["evaluations"]:
        if entry["model_id"] == "reference":
            continue
        task, told = tasks[entry["task_id"]], entry["annotations"]
        passages = [texts[held["document_id"]] for held in task["contexts"]]
        reference, said = task["targets"][0]["text"], entry["model_response"]
        published = {name: told[name]["system"]["value"] for name in ("RougeL", "Bert-Rec", "Bert-KPrec")}
        assert rouge_l(said, reference) == pytest.approx(published["RougeL"], abs=1e-9)
        share = grounding(said, [*passages, *(turn["text"] for turn in task["input"])])
        if share is not None:
            grounded.append(share)
            faithful.append(statistics.median(float(one["value"]) for one in told["faithfulness"].values()))
        proxy = rb_alg_proxy(said, reference, passages)
        if proxy is not None:
            proxies.append(proxy)
            official.append(harmonic([(published["Bert-Rec"] + 1) / 2, published["RougeL"],
                                      (published["Bert-KPrec"] + 1) / 2]))  # fmt: skip
    assert len(grounded) > 300
    assert spearmanr(grounded, faithful).statistic >= 0.60
    assert spearmanr(proxies, official).statistic >= 0.90
