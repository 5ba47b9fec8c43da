"""Writing predictions as the scorers of MTRAG and SemEval-2026 task 8 read them, and checking that they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from tacit.dialogue.measure.tasks import MOST_CONTEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.measure.tasks import Task
    from tacit.dialogue.replies import Reply

Mode = Literal["retrieval_taska", "generation_taskb", "rag_taskc"]
"""Modes of the benchmark's format checker."""


def prediction_record(task: Task, reply: Reply) -> dict[str, Any]:
    """A task with a reply, as their scorer reads it, and the decision beside.

    Args:
        task: What was replied to.
        reply: The reply.

    Returns:
        The task's own fields with ``contexts`` (at most 10, each with ``document_id``, ``text``, ``title`` and
        ``score``), ``predictions`` and ``decision`` in place of any it had.
    """
    decision = reply.decision
    citations = [
        {"number": cited.number, "document_id": cited.span.passage.id, "start": cited.span.start,
         "end": cited.span.end, "text": cited.span.text}
        for cited in reply.citations
    ]  # fmt: skip
    contexts = [
        {"document_id": hit.passage.id, "text": hit.passage.text, "title": hit.passage.title, "score": hit.score}
        for hit in reply.hits[:MOST_CONTEXTS]
    ]
    told = {
        "kind": decision.kind, "reason": decision.reason, "scores": dict(decision.scores), "verdict": decision.verdict,
        "options": list(decision.options), "looked_for": list(decision.looked_for), "citations": citations,
        "query": reply.query.text, "query_note": reply.query.note, "written_by": reply.written_by,
    }  # fmt: skip
    return {**task_record(task), "contexts": contexts, "predictions": [{"text": reply.text}], "decision": told}


def task_record(task: Task) -> dict[str, Any]:
    """A task in the official format: as it came, or made anew where it came from a table."""
    if task.record:
        return dict(task.record)
    names = {"user": "user", "assistant": "agent"}
    return {
        "task_id": task.id, "conversation_id": task.conversation, "turn": task.turn, "Collection": task.collection,
        "input": [{"speaker": names[turn.role], "text": turn.text} for turn in task.messages],
        "targets": [{"speaker": "agent", "text": task.reference}] if task.reference else [],
        "answerability": [task.answerability] if task.answerability else [],
        "Multi-Turn": [task.multi_turn] if task.multi_turn else [],
    }  # fmt: skip


_REQUIRED: Final[dict[Mode, dict[str, type]]] = {
    "retrieval_taska": {"task_id": str, "Collection": str, "contexts": list},
    "generation_taskb": {"task_id": str, "input": list, "contexts": list, "predictions": list},
    "rag_taskc": {"task_id": str, "Collection": str, "input": list, "contexts": list, "predictions": list},
}


def check_prediction(record: Mapping[str, object], mode: Mode = "rag_taskc") -> list[str]:
    """What the benchmark's format checker finds wrong with a line of predictions; nothing if it takes it.

    Example:
        >>> check_prediction({"task_id": "a", "Collection": "b", "contexts": [{"document_id": "c"}]}, "retrieval_taska")
        ['contexts[0] has no numeric score']
    """
    wrong = [
        f"{name} must be there, as a {kind.__name__}"
        for name, kind in _REQUIRED[mode].items() if not isinstance(record.get(name), kind)
    ]  # fmt: skip
    contexts, predictions = record.get("contexts"), record.get("predictions", [])
    contexts = contexts if isinstance(contexts, list) else []
    if len(contexts) > MOST_CONTEXTS:
        wrong.append(f"contexts are {len(contexts)}; at most {MOST_CONTEXTS} are taken")
    for at, context in enumerate(contexts):
        held = context if isinstance(context, dict) else {}
        if not isinstance(held.get("document_id"), str):
            wrong.append(f"contexts[{at}] has no document_id that is a text")
        if not isinstance(held.get("score"), int | float):
            wrong.append(f"contexts[{at}] has no numeric score")
    if mode != "retrieval_taska" and isinstance(predictions, list):
        for at, made in enumerate(predictions):
            if not isinstance(made, dict) or not isinstance(made.get("text"), str):
                wrong.append(f"predictions[{at}] has no text")
    return wrong
