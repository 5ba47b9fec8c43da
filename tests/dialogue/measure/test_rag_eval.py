"""The whole measurement: from files to result, report and comparison."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from tests.dialogue.measure.measure_work import (
    HOSTILE,
    LABELS,
    prediction_line,
    task_line,
    write_lines,
    write_qrels,
)

from tacit.dialogue.measure.api import OUTCOMES, RagEvalSettings, assemble, rag_eval
from tacit.dialogue.measure.converse import Replying
from tacit.dialogue.measure.datasets import load_dataset, load_systems
from tacit.dialogue.measure.decisions import CLASSES
from tacit.dialogue.measure.formats import read_predictions
from tacit.dialogue.measure.report import render_rag_eval
from tacit.dialogue.measure.result import RagEvalResult
from tacit.dialogue.measure.scoring import DECISION, GROUNDING, METRICS, RB_ALG
from tacit.dialogue.measure.summary import ALL, OPEN
from tacit.dialogue.measure.tasks import System
from tacit.errors import DataError, UsageError
from tacit.report.inert import active_content
from tacit.verify.api import compare_files

N = 40


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tasks, judgements, a system that is right and one that is wrong."""
    folder = tmp_path_factory.mktemp("rag")
    (folder / "data").mkdir()
    write_lines(folder / "data" / "tasks.jsonl", map(task_line, range(N)))
    write_qrels(folder / "data" / "dev.tsv", map(task_line, range(N)))
    write_lines(folder / "good.jsonl", map(prediction_line, range(N)))
    write_lines(folder / "bad.jsonl", (prediction_line(at, right=False, said=False) for at in range(N)))
    return folder


@pytest.fixture(scope="module")
def result(place: Path) -> RagEvalResult:
    settings = RagEvalSettings(dataset=str(place / "data"), systems=(str(place / "bad.jsonl"),))
    return rag_eval(place / "good.jsonl", settings=settings, out=place / "out")


def test_right_is_one_and_wrong_is_nought(result: RagEvalResult) -> None:
    good, bad = result.system("good"), result.system("bad")
    assert [good.mean(name, ALL).value for name in ("recall@1", "ndcg@10", DECISION)] == [1, 1, 1]  # type: ignore[union-attr]
    assert bad.mean("recall@10", ALL).value == 0  # type: ignore[union-attr]
    assert good.mean("recall@5", ALL).n == N / 2  # type: ignore[union-attr]
    assert good.decisions is not None
    assert good.decisions.rows == CLASSES
    assert good.decisions.macro_f1.value == 1
    assert good.decisions.decline_auroc.value == 1
    assert good.decisions.dispute is not None
    assert good.decisions.dispute.f1.value == 1
    assert good.risk is not None
    assert good.risk.share == pytest.approx(1 / 3)
    assert good.risk_area is not None
    assert good.risk_area < 1 / 3
    assert bad.decisions is not None
    assert bad.decisions.dispute is None
    assert bad.decisions.decline_auroc.missing
    assert bad.decisions.by_class["clarify"].recall.value == 0
    # Conditioned: the good one gets 1 where nothing can be answered, the bad one 0.
    for label in ("unanswerable", "underspecified"):
        assert good.mean(RB_ALG, label, "class").value == 1  # type: ignore[union-attr]
        assert bad.mean(RB_ALG, label, "class").value == 0  # type: ignore[union-attr]


def test_differences_are_paired(result: RagEvalResult) -> None:
    found = {(one.metric, one.group): one.estimate for one in result.differences}
    assert found["recall@5", ALL].value == 1
    assert found[DECISION, ALL].value == pytest.approx(3 / 4)
    assert found[DECISION, ALL].low > 0.5  # type: ignore[operator]


def test_every_metric_is_explained_and_every_proxy_called_one(result: RagEvalResult) -> None:
    metrics = {cell.metric for system in result.systems for cell in system.cells}
    assert metrics <= set(METRICS)
    for name in (GROUNDING, RB_ALG):
        assert name in metrics
        assert "proxy" in name
        assert "proxy" in METRICS[name]
    page = render_rag_eval(result)
    assert page.count("(proxy)") >= 4


def test_what_it_leaves_behind(result: RagEvalResult, place: Path) -> None:
    names = {path.name for path in (place / "out").iterdir()}
    assert names == {"manifest.json", "report.html", "result.json", OUTCOMES}
    kept = json.loads((place / "out" / "result.json").read_text(encoding="utf-8"))
    assert kept["schema"] == "tacit.rag-eval/1"
    assert kept["systems"][0]["decisions"]["macro_f1"]["value"] == 1
    page = (place / "out" / "report.html").read_text(encoding="utf-8")
    assert page == render_rag_eval(result)
    assert not active_content(page)
    assert max(map(len, result.summary().splitlines())) <= 80
    frame = result.to_frame()
    assert frame.filter(pl.col("metric") == "ndcg@5", pl.col("by") == "all").height == 2


def test_the_same_again_gives_the_same_bytes(result: RagEvalResult, place: Path) -> None:
    settings = RagEvalSettings(dataset=str(place / "data"), systems=(str(place / "bad.jsonl"),))
    again = rag_eval(place / "good.jsonl", settings=settings)
    assert again.to_json() == result.to_json()


def test_compare_reads_the_outcomes(result: RagEvalResult, place: Path) -> None:
    table = place / "out" / OUTCOMES
    outcomes = result.to_outcomes()
    assert outcomes.rows["cluster"].n_unique() == -(-N // 3)
    found = compare_files(f"{table}::bad", f"{table}::good", retain=("recall@5",))
    effect = found.comparison(DECISION).effect
    assert effect.value == pytest.approx(3 / 4)
    assert "clusters" in effect.method
    assert not found.failed


def test_tasks_that_were_not_done_are_missing_not_wrong(place: Path) -> None:
    half = write_lines(place / "half.jsonl", map(prediction_line, range(N // 2)))
    found = rag_eval(half, settings=RagEvalSettings(dataset=str(place / "data")))
    assert found.systems[0].mean(DECISION, ALL).value == 1  # type: ignore[union-attr]
    assert f"20 of {N} tasks" in found.remarks[0]
    missing = found.to_outcomes().missing(DECISION)
    assert missing == {"not run": N // 2}
    # Of those done, 20 replies, 5 decline and 5 ask: nothing to be grounded, which is not 0.
    assert found.to_outcomes().missing(GROUNDING) == {"not run": N // 2, "refused": N // 4}


def test_hostile_names_and_replies_do_no_harm(place: Path) -> None:
    lines = [
        {**prediction_line(at), "Collection": HOSTILE, "Multi-Turn": [HOSTILE], "predictions": [{"text": HOSTILE}]}
        for at in range(8)
    ]
    path = write_lines(place / f"{HOSTILE.replace('/', '')}.jsonl", lines)
    found = rag_eval(path, settings=RagEvalSettings(dataset=str(path)))
    page = render_rag_eval(found)
    assert "<script>alert" not in page
    assert not active_content(page)
    assert "\x1b" not in found.summary()


def test_predictions_of_other_tasks_are_refused(place: Path) -> None:
    other = write_lines(place / "other.jsonl", [{**prediction_line(0), "task_id": "z"}])
    settings = RagEvalSettings(dataset=str(place / "data"))
    with pytest.raises(DataError, match="none of the tasks"):
        rag_eval(other, settings=settings)
    with pytest.raises(UsageError, match="either"):
        rag_eval(settings=settings)
    with pytest.raises(UsageError, match="either"):
        rag_eval(other, replying=Replying(("x",)), settings=settings)


def test_data_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TACIT_REAL_DATA", raising=False)
    with pytest.raises(UsageError, match="--data"):
        load_dataset("mtrag")
    with pytest.raises(UsageError, match=r"mtrag_turns\.parquet"):
        load_dataset("mtrag", data=tmp_path)
    with pytest.raises(UsageError, match="no data set"):
        load_dataset(str(tmp_path / "none"))
    (tmp_path / "mtrag_turns.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError, match="parquet"):
        load_dataset("mtrag", data=tmp_path)
    pl.DataFrame({"task_id": ["a"], "turn": ["1"]}).write_parquet(tmp_path / "mtrag_turns.parquet")
    with pytest.raises(DataError, match="must have a column"):
        load_dataset("mtrag", data=tmp_path)


def test_a_domain_apart_is_told_apart(place: Path) -> None:
    dataset = load_dataset(str(place / "data"))
    tasks = [task for task in dataset.tasks if task.answerability == LABELS[0]]
    moved = tuple(replace(task, collection="govt" if at < 4 else "fiqa") for at, task in enumerate(tasks))
    apart = replace(dataset, tasks=moved, apart={"govt": "closed"})
    good, bad = (read_predictions(str(place / f"{name}.jsonl")) for name in ("good", "bad"))
    mixed = {task.id: (good if task.domain == "govt" else bad)[task.id] for task in moved}
    found = assemble(apart, [System("mixed", mixed)], RagEvalSettings())
    system = found.systems[0]
    assert system.mean("recall@5", OPEN).value == 0  # type: ignore[union-attr]
    assert system.mean("recall@5", "govt", "domain").value == 1  # type: ignore[union-attr]
    assert {"recall@5", "recall@5, govt"} <= set(found.to_outcomes().capabilities)
    assert "closed" in render_rag_eval(found)


@pytest.mark.real
def test_the_benchmarks_are_read(real_data: Path) -> None:
    mtrag, un = (load_dataset(name, data=real_data) for name in ("mtrag", "mtrag-un"))
    assert (len(mtrag.tasks), len(mtrag.judged), len(un.tasks), len(un.judged)) == (842, 777, 243, 171)
    assert mtrag.limits[0].startswith("Searched is a pool of 41,286 passages")
    assert {task.turn for task in mtrag.tasks} == set(range(1, 13))
    assert set(mtrag.apart) == {"govt"}
    systems = load_systems(str(real_data / "mtrag" / "mtragun_llm_answers.parquet"), un)
    assert sum(len(system.predictions) for system in systems) == 1649
    found = assemble(un, [system for system in systems if system.name == "haiku45_taskB"], RagEvalSettings())
    scores = found.systems[0].decisions
    assert scores is not None
    # Language models hardly ever ask back: 4 % of all 78 tasks.
    assert scores.by_class["clarify"].recall.value == pytest.approx(1 / 34)
    assert found.systems[0].mean("RL_F", ALL).value == pytest.approx(0.806, abs=0.01)  # type: ignore[union-attr]
