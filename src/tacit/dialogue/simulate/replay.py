"""Scripts from conversations that people had: the benchmarks' tasks, and any conversations in JSON Lines.

A script says again what the user said; what was replied then is kept beside (`Move.recorded`), so that a conversation
can be held *live*, with the agent's own replies before each turn, or with the recorded ones before it
(``hold(..., recorded=True)``), which asks every agent the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tacit.dialogue.measure.fields import Fields
from tacit.dialogue.measure.tasks import DISPUTES
from tacit.dialogue.records import Turn
from tacit.dialogue.simulate.script import Move, Script
from tacit.errors import DataError
from tacit.io.evals.jsonparts import read_lines
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tacit.dialogue.measure.conditioning import Answerability
    from tacit.dialogue.measure.tasks import Dataset, Task
    from tacit.dialogue.records import Role
    from tacit.dialogue.replies import Kind

_EXPECTED: Final[Mapping[Answerability, Kind]] = {
    "ANSWERABLE": "answer", "PARTIAL": "partial", "UNANSWERABLE": "decline", "UNDERSPECIFIED": "clarify",
    "CONVERSATIONAL": "small_talk",
}  # fmt: skip
CLARIFICATION: Final = "clarification"
"""`Move.made` of a turn that disputes or does not understand the reply before; others have their label in it."""
_ROLES: Final[Mapping[str, Role]] = {
    "user": "user", "human": "user", "assistant": "assistant", "agent": "assistant", "gpt": "assistant",
}  # fmt: skip
"""What they are called; others (``system``, ``tool``) are nobody who talks."""


def replay_tasks(dataset: Dataset) -> list[Script]:
    """One script for each conversation of a data set (see `tacit.dialogue.measure.datasets.load_dataset`).

    What is expected of a turn follows from its label: of an answerable turn that disputes or does not understand the
    reply before, a repair or an answer. Turns without a task of their own expect nothing. The passages of a turn are
    those judged relevant, by the ids they have in the data; index these (``tacit index`` keeps ``_id``), and do not mix
    domains in one index unless all of them are in it: `Script.domain` tells which one a script is asked of.

    Example:
        >>> from tacit.dialogue.measure.tasks import Dataset, Task
        >>> from tacit.dialogue.records import Turn
        >>> first = Turn("user", "Where do llamas live?")
        >>> later = (first, Turn("assistant", "In the Andes."), Turn("user", "And cows?"))
        >>> tasks = Task("c1", "c", "clapnq", (first,), "ANSWERABLE"), Task("c2", "c", "clapnq", later, "PARTIAL")
        >>> script = replay_tasks(Dataset("two", tasks, {"c1": {"p7": 1}}))[0]
        >>> [(move.expect, move.passages, move.recorded) for move in script.moves]
        [('answer', ('p7',), 'In the Andes.'), ('partial', (), '')]
    """
    conversations: dict[str, list[Task]] = {}
    for task in dataset.tasks:
        conversations.setdefault(task.conversation, []).append(task)
    scripts = []
    for name, tasks in conversations.items():
        for at, branch in enumerate(_branches(tasks)):
            moves = _moves(branch[0].messages)
            for task in branch:
                last = len(_moves(task.messages)) - 1
                moves[last] = _labelled(moves[last], task, dataset.judged.get(task.id, {}))
            scripts.append(Script(f"{name}~{at + 1}" if at else name, tuple(moves), branch[0].domain))
    return scripts


def _branches(tasks: Sequence[Task]) -> list[list[Task]]:
    """Tasks of which the others continue no different conversation than the first, the longest first."""
    branches: list[list[Task]] = []
    for task in sorted(tasks, key=lambda one: -len(one.messages)):
        for branch in branches:
            if branch[0].messages[: len(task.messages)] == task.messages:
                branch.append(task)
                break
        else:
            branches.append([task])
    return branches


def _moves(turns: Sequence[Turn]) -> list[Move]:
    """What the user says, each with what was replied; turns of one side that follow each other are one."""
    moves: list[Move] = []
    for turn in turns:
        if turn.role == "user" and (not moves or moves[-1].recorded):
            moves.append(Move(turn.text))
        elif turn.role == "user":
            moves[-1] = replace(moves[-1], text=f"{moves[-1].text}\n{turn.text}")
        elif moves:
            moves[-1] = replace(moves[-1], recorded="\n".join(filter(None, (moves[-1].recorded, turn.text))))
    return moves


def _labelled(move: Move, task: Task, judged: Mapping[str, int]) -> Move:
    passages = tuple(name for name, grade in judged.items() if grade > 0)
    recorded = move.recorded or task.reference
    if task.answerability is None:
        return replace(move, passages=passages, recorded=recorded)
    expect, made = _EXPECTED[task.answerability], task.answerability.lower()
    accept: tuple[Kind, ...] = ()
    if task.multi_turn == DISPUTES:
        made = CLARIFICATION
        if expect in {"answer", "partial"}:
            expect, accept = "repair", (expect,)
        elif expect == "decline":
            accept = ("repair",)
    return replace(move, expect=expect, accept=accept, passages=passages, made=made, recorded=recorded)


def replay_messages(path: str) -> list[Script]:
    """One script for each conversation of a file, of which nothing is expected.

    Args:
        path: JSON Lines, plain or compressed: objects with ``messages``, each with ``role`` and ``content`` (a text, or
            parts with ``text``), as chat models are asked, and perhaps an ``id``. Messages of other roles than user and
            assistant are left out.

    Raises:
        DataError: If it is in another format, holds an id twice, or nothing that a user said.
    """
    scripts: dict[str, Script] = {}
    for number, record in read_lines(path):
        line = Fields(record, f"{path}, line {number:,}")
        turns = [
            Turn(_ROLES[role], _content(message))
            for message in line.objects("messages")
            if (role := message.text("role")) in _ROLES
        ]
        moves = _moves(turns)
        name = line.text("id", f"line {number}")
        if not moves:
            raise DataError(f"{shown(line.where)}: messages must hold a turn of the user.")
        if name in scripts:
            raise DataError(f"{shown(line.where)}: the id {shown(name)} is there twice.")
        scripts[name] = Script(name, tuple(moves))
    if not scripts:
        raise DataError(f"{shown(path)} is empty; it should hold one conversation per line.")
    return list(scripts.values())


def _content(message: Fields) -> str:
    if isinstance(message.values.get("content"), list):
        return "\n".join(part.text("text", "") for part in message.objects("content")).strip()
    return message.text("content", "")  # a turn that only calls tools has none
