"""Small conversations, predictions and replies to measure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tacit.dialogue.records import Hit, Passage, Query, Span
from tacit.dialogue.replies import Citation, Decision, Reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tacit.dialogue.measure.tasks import Task

LABELS = ("ANSWERABLE", "PARTIAL", "UNANSWERABLE", "UNDERSPECIFIED")
HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e"


def task_line(at: int, **more: Any) -> dict[str, Any]:
    """A task in the official format; every fourth has the same label, every third the same conversation."""
    return {
        "task_id": f"c{at // 3}<::>{at}",
        "conversation_id": f"c{at // 3}",
        "Collection": "mt-rag-clapnq-elser-512-100-20240503",
        "input": [
            {"speaker": "user", "text": "Tell me about llamas."},
            {"speaker": "agent", "text": "Llamas live in the Andes."},
            {"speaker": "user", "text": f"What do they eat, number {at}?"},
        ],
        "targets": [{"speaker": "agent", "text": "Llamas eat grass and hay in the mountains."}],
        "answerability": [LABELS[at % 4]],
        "Multi-Turn": ["Clarification" if at % 5 == 0 else "Follow-up"],
        **more,
    }


REPLIES = {
    "ANSWERABLE": ("Llamas eat grass and hay in the mountains.", "answer"),
    "PARTIAL": (
        "Llamas eat grass and hay in the high mountains of the Andes, all through the year. The documents do not say "
        "how much.",
        "partial",
    ),
    "UNANSWERABLE": ("The documents do not say.", "decline"),
    "UNDERSPECIFIED": ("Which animals do you mean?", "clarify"),
}


def prediction_line(at: int, *, right: bool = True, said: bool = True) -> dict[str, Any]:
    """A prediction: right in what it finds and decides, or wrong in both; with or without saying what it decided."""
    task = task_line(at)
    text, kind = REPLIES[task["answerability"][0] if right else "ANSWERABLE"]
    contexts = [
        {"document_id": "p1" if right else "p9", "text": "Llamas eat grass and hay in the mountains.", "score": 2.0},
        {"document_id": "p2", "text": "Bees hum.", "score": 1.0},
    ]
    scores = {"unanswerable": 0.9 - at / 1000 if kind == "decline" else 0.1 + at / 1000, "dispute": float(at % 5 == 0)}
    decision = {"decision": {"kind": kind, "reason": "so", "scores": scores}} if said else {}
    return {**task, "contexts": contexts, "predictions": [{"text": text}], **decision}


def write_lines(path: Path, lines: Iterable[Mapping[str, Any]]) -> Path:
    """JSON Lines."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def write_qrels(path: Path, tasks: Iterable[Mapping[str, Any]]) -> Path:
    """One relevant passage, ``p1``, for each task with something to answer."""
    rows = [f"{task['task_id']}\tp1\t1" for task in tasks if task["answerability"][0] in LABELS[:2]]
    path.write_text("\n".join(["query-id\tcorpus-id\tscore", *rows]) + "\n", encoding="utf-8")
    return path


def reply(task: Task, text: str = "Grass [1].") -> Reply:
    """What stands for tacit's reply to a task."""
    passage = Passage("p1", "Llamas eat grass.", "Llamas")
    hits = tuple(Hit(Passage(f"p{at}", "Llamas eat grass."), 12.0 - at) for at in range(12))
    asked = Query(task.messages[-1].text, {"llama": 1.0}, note="the last turn")
    decision = Decision("answer", "One sentence holds it.", {"unanswerable": 0.25}, {"coverage": None})
    return Reply(text, decision, asked, hits, (Citation(1, Span(passage, 0, 6)),))
