"""What a reply does, told from its words: single cases, and the benchmarks' judges on real replies."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tacit.dialogue.measure.detectors import ADMISSIONS, admits, asks, told_kind
from tacit.evidence.agreement import kappa
from tacit.evidence.comparing.paired import mean_score

if TYPE_CHECKING:
    from pathlib import Path

JUDGED = {1.0: "yes", 0.5: "partial", 0.0: "no"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "yes"),
        ("I don’t have an answer.", "yes"),
        ("I'm sorry, but I cannot find that. Please visit the website for more information on this subject.", "yes"),
        ("The provided passages do not mention any dates.", "yes"),
        ("There is no information about this in the documents.", "yes"),
        ("Unfortunately, it is not possible to increase the number of plans.", "no"),
        ("If the documents do not contain a date, the job stops.", "no"),
        ("The museum opened in 1912.", "no"),
        (
            "The museum opened in 1912 and was rebuilt in 1950 after a fire. The documents do not say who paid for it.",
            "partial",
        ),
    ],
)
def test_admissions(text: str, wanted: str) -> None:
    assert admits(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("There are several, such as: 1) Arizona, 2) Texas. Which one are you talking about?", True),
        ('Do you mean the play "Hamlet?"', True),
        ("I can't say. Please specify which language you mean.", True),
        ("It is in Leeds. Is there anything else I can help you with?", False),
        ("Who built it? The Romans did.", False),
        ("Please provide your own towel.", False),
        ("", False),
    ],
)
def test_questions_back(text: str, wanted: bool) -> None:
    assert asks(text) is wanted


def test_a_question_back_outranks_an_admission() -> None:
    text = "The documents do not say. Which one do you mean?"
    assert told_kind(admits(text), clarifies=asks(text)) == "clarify"


@pytest.mark.real
def test_admissions_agree_with_the_judge(real_data: Path) -> None:
    """On the half of the tasks that the patterns were not made on."""
    answers = pl.read_parquet(real_data / "mtrag" / "mtragun_llm_answers.parquet").drop_nulls("idk")
    held = [row for row in answers.rows(named=True) if hashlib.sha256(row["task_id"].encode()).digest()[0] % 2]
    said = [admits(row["text"]) for row in held]
    judged = [JUDGED[row["idk"]] for row in held]
    right = [float(one == other) for one, other in zip(said, judged, strict=True)]
    agreement = mean_score(right, clusters=[row["task_id"] for row in held])
    assert agreement.value is not None
    assert agreement.low is not None
    assert agreement.value >= 0.92
    assert agreement.low >= 0.88
    yes = kappa([one == "yes" for one in judged], [one == "yes" for one in said])
    assert yes.value is not None
    assert yes.value >= 0.9
    for system in {row["system"] for row in held}:
        own = [one for one, row in zip(right, held, strict=True) if row["system"] == system]
        assert sum(own) / len(own) >= 0.88, system
    assert set(said) == set(ADMISSIONS)


@pytest.mark.real
def test_references_ask_back_where_they_should(real_data: Path) -> None:
    tasks = pl.read_parquet(real_data / "mtrag" / "mtragun_tasks.parquet")
    vague = tasks["answerability"] == "UNDERSPECIFIED"
    assert all(map(asks, tasks.filter(vague)["reference"]))
    assert sum(map(asks, tasks.filter(~vague)["reference"])) <= 0.02 * len(tasks.filter(~vague))
