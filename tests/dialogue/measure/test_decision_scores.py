"""Scores of decisions against plain reckoning, and the benchmarks' rules of conditioning."""

from __future__ import annotations

import math
import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.dialogue.measure.conditioning import conditioned, task_score
from tacit.dialogue.measure.decisions import (
    CLASSES,
    COLUMNS,
    Decided,
    class_of,
    decision_scores,
    disputed,
    macro_f1,
)
from tacit.dialogue.replies import KINDS, Decision


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(CLASSES), st.sampled_from(COLUMNS)), min_size=2, max_size=40))
def test_macro_f1_is_the_mean_of_f1(pairs: list[tuple[str, str]]) -> None:
    tasks = [Decided(wanted, said, str(at)) for at, (wanted, said) in enumerate(pairs)]  # type: ignore[arg-type]
    each = []
    for name in {wanted for wanted, _ in pairs}:
        right = sum(wanted == said == name for wanted, said in pairs)
        each.append(2 * right / sum((wanted == name) + (said == name) for wanted, said in pairs))
    scores = decision_scores(tasks)
    assert scores.macro_f1.value == pytest.approx(sum(each) / len(each))
    assert scores.macro_f1.low is not None
    assert scores.macro_f1.high is not None
    assert scores.macro_f1.low <= sum(each) / len(each) <= scores.macro_f1.high
    assert sum(map(sum, scores.matrix)) == len(pairs)
    for name in scores.rows:
        f1 = scores.by_class[name].f1.value
        assert f1 is not None
        assert any(math.isclose(f1, one, abs_tol=1e-12) for one in each)


def test_whole_conversations_are_drawn() -> None:
    """Tasks that only repeat each other within conversations bring no certainty."""
    drawn = random.Random(0)
    single = [Decided("answer", drawn.choice(["answer", "decline"]), f"c{at}") for at in range(30)]
    alone, tenfold = macro_f1(single), macro_f1(single * 10)
    assert (alone.value, alone.low, alone.high) == (tenfold.value, tenfold.low, tenfold.high)
    assert macro_f1([Decided("answer", "answer", "a")]).missing


def test_every_kind_has_a_column() -> None:
    assert {class_of(kind) for kind in KINDS} == set(COLUMNS)
    assert class_of("repair", "open") == "decline"


def test_dispute_by_probability_or_by_kind() -> None:
    assert disputed(Decision("decline", "", {"dispute": 0.7}))
    assert not disputed(Decision("repair", "", {"dispute": 0.01}))
    assert disputed(Decision("repair", ""))


def test_conditioning_is_that_of_the_official_scorer() -> None:
    """``get_idk_underspec_score`` of the benchmark, spelt out."""
    for label, admission, clarifies in product(
        ("ANSWERABLE", "PARTIAL", "UNANSWERABLE", "UNDERSPECIFIED", "CONVERSATIONAL"), ("yes", "partial", "no"),
        (True, False),
    ):  # fmt: skip
        idk = {"yes": 1.0, "partial": 0.5, "no": 0.0}[admission]
        if label == "UNDERSPECIFIED":
            wanted = 1.0 if clarifies else 0.0
        elif label in {"UNANSWERABLE", "CONVERSATIONAL"}:
            wanted = 1.0 if idk == 1 else 0.0
        else:
            wanted = 0.0 if idk == 1 else 0.4
        assert conditioned(0.4, label, admission=admission, clarifies=clarifies) == wanted  # type: ignore[arg-type]
    assert conditioned(None, "PARTIAL", admission="no", clarifies=False) is None


def test_the_organisers_baselines_come_out() -> None:
    """gpt-oss-120b on MTRAG-UN with reference passages: .65, .76, .46 (arXiv 2602.23184)."""
    assert task_score({"RL_F": 0.65, "RB_llm": 0.76, "RB_agg": 0.46}) == pytest.approx(0.5966, abs=1e-4)
