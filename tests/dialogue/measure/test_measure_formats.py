"""Official files in and out, and files that are not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.dialogue.measure.measure_work import prediction_line, reply, task_line, write_lines

from tacit.dialogue.measure.formats import read_predictions, read_queries, read_tasks
from tacit.dialogue.measure.submission import check_prediction, prediction_record
from tacit.dialogue.records import Turn
from tacit.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_task_is_read(tmp_path: Path) -> None:
    (task,) = read_tasks(str(write_lines(tmp_path / "t.jsonl", [task_line(5)])))
    assert (task.id, task.conversation, task.domain, task.turn) == ("c1<::>5", "c1", "clapnq", 2)
    assert task.messages[1] == Turn("assistant", "Llamas live in the Andes.")
    assert (task.answerability, task.multi_turn) == ("PARTIAL", "Clarification")
    assert task.reference.startswith("Llamas eat")


def test_a_bare_task_of_the_competition_is_read(tmp_path: Path) -> None:
    """Its inputs have neither labels nor references nor contexts."""
    bare = {key: task_line(1)[key] for key in ("task_id", "Collection", "input")}
    (task,) = read_tasks(str(write_lines(tmp_path / "t.jsonl", [bare])))
    assert (task.conversation, task.answerability, task.reference) == ("c0", None, "")


def test_what_is_written_is_what_their_checker_and_we_read(tmp_path: Path) -> None:
    line = {**task_line(0), "enrichments": {"kept": [1]}}
    (task,) = read_tasks(str(write_lines(tmp_path / "t.jsonl", [line])))
    record = prediction_record(task, reply(task))
    for mode in ("retrieval_taska", "generation_taskb", "rag_taskc"):
        assert check_prediction(record, mode) == []
    assert record["enrichments"] == {"kept": [1]}
    assert record["input"] == line["input"]
    assert len(record["contexts"]) == 10  # of the 12 that were found
    assert record["decision"]["citations"][0] == {
        "number": 1, "document_id": "p1", "start": 0, "end": 6, "text": "Llamas",
    }  # fmt: skip
    (made,) = read_predictions(str(write_lines(tmp_path / "p.jsonl", [record]))).values()
    assert made.decision is not None
    assert (made.text, made.decision.kind, made.decision.scores) == ("Grass [1].", "answer", {"unanswerable": 0.25})
    assert [held.score for held in made.contexts] == [12.0 - at for at in range(10)]


@pytest.mark.parametrize(
    ("record", "mode", "wrong"),
    [
        ({}, "retrieval_taska", ["task_id", "Collection", "contexts"]),
        ({}, "rag_taskc", ["task_id", "Collection", "input", "contexts", "predictions"]),
        ({**prediction_line(0), "contexts": [{"document_id": 1, "score": "1"}]}, "rag_taskc", ["document_id", "score"]),
        ({**prediction_line(0), "contexts": [{"document_id": "a", "score": 1}] * 11}, "rag_taskc", ["at most 10"]),
        ({**prediction_line(0), "predictions": [{"said": ""}]}, "generation_taskb", ["predictions[0]"]),
        ({**prediction_line(0), "predictions": [{"said": ""}]}, "retrieval_taska", []),
    ],
)
def test_the_checker_finds_what_theirs_finds(record: dict[str, Any], mode: Any, wrong: list[str]) -> None:
    found = check_prediction(record, mode)
    assert len(found) == len(wrong)
    assert all(part in told for part, told in zip(wrong, found, strict=True))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("not json", "line 2 is not JSON"),
        ("[1]", "line 2 is not one JSON object"),
        ('{"task_id": 1}', "task_id must be a text"),
        (json.dumps({**prediction_line(1), "contexts": {}}), "contexts must be a list, and is an object"),
        (json.dumps({**prediction_line(1), "contexts": ["a"]}), "contexts[0] must be an object, and is a text"),
        (json.dumps({**prediction_line(1), "contexts": [{"document_id": "a", "score": True}]}), "a finite number"),
        ('{"task_id": "a", "contexts": [{"document_id": "a", "score": NaN}]}', "a finite number"),
        ('{"task_id": "a", "contexts": [{"document_id": "a", "score": 1e999}]}', "a finite number"),
        (json.dumps({**prediction_line(1), "contexts": [{"document_id": "a"}] * 2}), "a document_id twice"),
        (json.dumps({**prediction_line(1), "decision": {"kind": "shrug"}}), "kind must be one of answer"),
        (json.dumps({**prediction_line(1), "decision": {"kind": "answer", "scores": {"x": 2}}}), "a probability"),
        (json.dumps(prediction_line(0)), "holds task c0<::>0 twice"),
        ('{"task_id": ' + "[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_prediction_is_named_with_its_place(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(f"{json.dumps(prediction_line(0))}\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_predictions(str(path))
    assert told in str(caught.value)
    assert "p.jsonl" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"input": []}, "must end in a turn of the user"),
        ({"input": [{"speaker": "agent", "text": "a"}]}, "must end in a turn of the user"),
        ({"input": [{"speaker": "system", "text": "a"}]}, "speaker must be user or agent"),
        ({"answerability": ["MAYBE"]}, "answerability must be one of"),
        ({"answerability": {"a": 1}}, "a label or a list of labels"),
    ],
)
def test_what_is_no_task_is_named_with_its_place(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    path = write_lines(tmp_path / "t.jsonl", [task_line(0), {**task_line(1), **change}])
    with pytest.raises(DataError, match=r"t\.jsonl, line 2") as caught:
        read_tasks(str(path))
    assert told in str(caught.value)


def test_an_empty_file_is_no_result(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text("\n")
    with pytest.raises(DataError, match="is empty"):
        read_predictions(str(tmp_path / "p.jsonl"))


def test_queries_are_cut_at_their_prefixes(tmp_path: Path) -> None:
    text = "|user|: where do llamas live\n|user|: and what\ndo they eat"
    path = write_lines(tmp_path / "q.jsonl", [{"_id": "a", "text": text}, {"_id": "b", "text": "|user|: one"}])
    assert read_queries(str(path)) == {"a": ["where do llamas live", "and what\ndo they eat"], "b": ["one"]}
