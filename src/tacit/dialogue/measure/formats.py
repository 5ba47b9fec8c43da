"""Reading the files of MTRAG, MTRAG-UN and SemEval-2026 task 8: tasks, predictions and queries.

Tasks and predictions are JSON Lines of the same objects: predictions are tasks with ``contexts`` and ``predictions``
added. `tacit.dialogue.measure.submission` writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from tacit.dialogue.measure.conditioning import ANSWERABILITIES
from tacit.dialogue.measure.fields import Fields
from tacit.dialogue.measure.tasks import Context, Prediction, Task
from tacit.dialogue.records import Turn
from tacit.dialogue.replies import KINDS, Decision
from tacit.errors import DataError
from tacit.io.evals.jsonparts import read_lines
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.dialogue.records import Role

T = TypeVar("T")

_ROLES: Final[dict[str, Role]] = {"user": "user", "agent": "assistant", "assistant": "assistant"}
_PREFIX: Final = "|user|:"
_VERDICTS: Final = (None, "kept", "corrected", "open")


def read_tasks(path: str) -> list[Task]:
    """Tasks of a file in the official format; predictions are tasks too.

    Args:
        path: JSON Lines, plain or compressed.

    Raises:
        DataError: If it is not in the format; the message names file, line and field.
    """
    return list(_unique(path, "task", ((task.id, task) for task in map(_task, _lines(path)))).values())


def read_predictions(path: str) -> dict[str, Prediction]:
    """Predictions of a file in the official format, by task: ours, with ``decision``, and those of others.

    Raises:
        DataError: As `read_tasks`.
    """
    return _unique(path, "task", ((made.task, made) for made in map(_prediction, _lines(path))))


def read_queries(path: str) -> dict[str, list[str]]:
    """User turns by query, of a file of queries (``_id``, ``text`` with ``|user|:`` before each turn).

    Raises:
        DataError: As `read_tasks`.
    """
    return _unique(path, "query", ((line.text("_id"), _turns(line.text("text"))) for line in _lines(path)))


def _turns(text: str) -> list[str]:
    return [turn.strip() for turn in f"\n{text}".split(f"\n{_PREFIX}") if turn.strip()]


def _lines(path: str) -> Iterator[Fields]:
    for number, record in read_lines(path):
        yield Fields(record, f"{path}, line {number:,}")


def _unique(path: str, what: str, entries: Iterator[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, entry in entries:
        if name in found:
            raise DataError(f"{shown(path)} holds {what} {shown(name)} twice. Take one of them out.")
        found[name] = entry
    if not found:
        raise DataError(f"{shown(path)} is empty; it should hold one {what} per line.")
    return found


def _task(line: Fields) -> Task:
    messages = []
    for message in line.objects("input"):
        speaker = message.text("speaker")
        if speaker not in _ROLES:
            raise message.wrong("speaker", "user or agent", speaker)
        messages.append(Turn(_ROLES[speaker], message.text("text")))
    if not messages or messages[-1].role != "user" or not messages[-1].text.strip():
        raise DataError(f"{shown(line.where)}: input must end in a turn of the user, with words in it.")
    label = line.first("answerability", "Answerability").upper() or None
    if label is not None and label not in ANSWERABILITIES:
        raise DataError(f"{shown(line.where)}: answerability must be one of {', '.join(ANSWERABILITIES)}.")
    name = line.text("task_id")
    return Task(
        id=name,
        conversation=line.text("conversation_id", "") or name.partition("<::>")[0],
        collection=line.text("Collection", ""),
        messages=tuple(messages),
        answerability=label,
        multi_turn=line.first("Multi-Turn"),
        reference=next((target.text("text", "") for target in line.objects("targets")), ""),
        context_ids=tuple(context.text("document_id") for context in line.objects("contexts")),
        record=line.values,
    )


def _prediction(line: Fields) -> Prediction:
    texts = [made.text("text") for made in line.objects("predictions")]
    contexts = [
        Context(held.text("document_id"), held.text("text", ""), held.text("title", ""),
                None if held.values.get("score") is None else held.number("score"))
        for held in line.objects("contexts")
    ]  # fmt: skip
    if len({context.document for context in contexts}) < len(contexts):
        raise DataError(f"{shown(line.where)}: contexts hold a document_id twice.")
    return Prediction(
        line.text("task_id"), texts[0] if texts else None, tuple(contexts), _decision(line), _scores(line)
    )


def _decision(line: Fields) -> Decision | None:
    told = line.part("decision")
    if told is None:
        return None
    kind, verdict = told.text("kind"), told.values.get("verdict")
    if kind not in KINDS:
        raise told.wrong("kind", f"one of {', '.join(KINDS)}", kind)
    if verdict not in _VERDICTS:
        raise told.wrong("verdict", "kept, corrected or open", verdict)
    scores = told.part("scores")
    numbers = {name: scores.number(name) for name in scores.values} if scores else {}
    for name, value in numbers.items():
        if not 0 <= value <= 1:
            raise told.wrong(f"scores.{name}", "a probability", value)
    return Decision(kind, told.text("reason", ""), numbers, verdict=verdict)


def _scores(line: Fields) -> dict[str, float]:
    """What their scorer wrote: lists of one number, of which null says that the judge failed."""
    metrics = line.part("metrics")
    found = {}
    for name, value in (metrics.values if metrics else {}).items():
        single = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(single, int | float) and not isinstance(single, bool):
            found[name] = Fields({name: single}, line.where).number(name)
    return found
