"""Replying to tasks: each conversation up to its last turn is taken as it is, and the last turn is asked."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tacit.dialogue.measure.submission import prediction_record
from tacit.dialogue.measure.tasks import MOST_CONTEXTS, Context, Prediction, System
from tacit.dialogue.records import Query
from tacit.dialogue.text.terms import content
from tacit.errors import UsageError
from tacit.io.places import shown
from tacit.runs.atomic import write_atomic, writing
from tacit.runs.journal import Journal
from tacit.runs.manifest import fingerprint
from tacit.runs.progress import NullProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import ExitStack

    from tacit.dialogue.conversation import Steps
    from tacit.dialogue.index.api import Index
    from tacit.dialogue.measure.tasks import Task
    from tacit.dialogue.replies import Reply
    from tacit.runs.progress import Progress

    Replier = Callable[[Task], Reply]

JOURNAL_SUFFIX: Final = ".journal"
LAST_TURN: Final = "last turn"


@dataclass(frozen=True, slots=True)
class Indexes:
    """Open indexes by name.

    Attributes:
        by_name: The name is what collections are matched with.
        steps: How turns are worked on over each, by the same names.
    """

    by_name: Mapping[str, Index]
    steps: Mapping[str, Steps]

    def of(self, task: Task) -> tuple[str, Index]:
        """The index that a task is asked of, with its name.

        Raises:
            UsageError: If no name matches its collection, or several do.
        """
        name = match_collection(task.collection, tuple(self.by_name))
        return name, self.by_name[name]


def match_collection(collection: str, names: Sequence[str]) -> str:
    """The index that a collection means.

    Args:
        collection: As a task names it; empty if it names none.
        names: Of the indexes; a single index takes everything if it has the name ``""``.

    Raises:
        UsageError: If none fits, or several do.

    Example:
        >>> match_collection("mt-rag-clapnq-elser-512-100-20240503", ["clapnq", "cloud"])
        'clapnq'
        >>> match_collection("mt-rag-ibmcloud-elser-512-100-20240502", ["clapnq", "cloud"])
        'cloud'
    """
    if collection in names or list(names) == [""]:
        return collection if collection in names else ""
    parts = [part for part in re.split(r"[^a-z0-9]+", collection.lower()) if part]
    fits = [name for name in names if name and any(part.endswith(name.lower()) for part in parts)]
    if len(fits) == 1:
        return fits[0]
    problem = "Several indexes fit" if fits else "No index fits"
    raise UsageError(
        f"{problem} the collection {shown(collection) or '(none named)'}: there are {', '.join(map(shown, names))}. "
        "Name each with --index NAME=DIR, NAME being a part of the collection's name."
    )


def parse_indexes(entries: Sequence[str]) -> dict[str, Path]:
    """Names and folders of ``--index [NAME=]DIR``.

    Raises:
        UsageError: If one of several has no name, or a name stands twice.

    Example:
        >>> parse_indexes(["clapnq=indexes/clapnq"])["clapnq"].as_posix()
        'indexes/clapnq'
    """
    found: dict[str, Path] = {}
    for entry in entries:
        name, equals, folder = entry.partition("=")
        name, folder = (name, folder) if equals else ("", entry)
        if not folder or (not name and len(entries) > 1):
            raise UsageError(f"--index {shown(entry)}: of several indexes each needs a name, as in --index clapnq=DIR.")
        if name in found:
            raise UsageError(f"--index names {shown(name)} twice.")
        found[name] = Path(folder)
    return found


@dataclass(frozen=True, slots=True)
class Replying:
    """What replies to tasks.

    Attributes:
        indexes: Folders that `tacit index` made, as ``[NAME=]DIR``.
        model: Who writes answers, as an address; without one, what stands in the documents is quoted.
        rewrite: Whether the model also rewrites turns into standalone questions.
        verify: Who checks that passages answer, as an address.
        risk: Share of answered turns that should have been declined, at most.
        dense: The model that made the vectors of the indexes, to search by them too.
    """

    indexes: tuple[str, ...]
    model: str | None = None
    rewrite: bool = False
    verify: str | None = None
    risk: float | None = None
    dense: str | None = None

    def identity(self) -> dict[str, Any]:
        """What tells two of them apart: indexes by content, and the settings.

        Raises:
            UsageError: If an index has no name where it needs one.
            DataError: If there is no index in a folder.
        """
        from tacit.runs.manifest import MANIFEST_NAME, hash_file

        found = {name: hash_file(folder / MANIFEST_NAME)[1] for name, folder in parse_indexes(self.indexes).items()}
        return {**asdict(self), "indexes": found}

    def open(self, stack: ExitStack) -> Indexes:
        """Open the indexes, with the steps of a turn over each; the stack closes them.

        Raises:
            UsageError: If an option does not fit, or an index has no name where it needs one.
            DataError: If there is no index in a folder.
        """
        from tacit.dialogue.steps import make_steps, open_index

        if not self.indexes:
            raise UsageError("Say what to reply from: --index DIR, a folder that `tacit index` made.")
        if self.rewrite and self.model is None:
            raise UsageError("--rewrite needs --model: the model is what rewrites.")
        folders = parse_indexes(self.indexes)
        opened = {name: stack.enter_context(open_index(folder, self.dense)) for name, folder in folders.items()}
        options: dict[str, Any] = {name: getattr(self, name) for name in ("model", "rewrite", "verify", "risk")}
        return Indexes(opened, {name: make_steps(index, **options) for name, index in opened.items()})


def reply_to(task: Task, indexes: Indexes) -> Reply:
    """The reply to the last turn of a task, after the turns before it.

    Raises:
        UsageError: If no index fits its collection.
        EndpointError: If a model is used and does not answer.
    """
    from tacit.dialogue.conversation import Conversation, ConversationSettings

    name, index = indexes.of(task)
    *earlier, last = task.messages
    settings = ConversationSettings(passages=MOST_CONTEXTS)
    return Conversation(index, history=earlier, steps=indexes.steps[name], settings=settings).ask(last.text)


def converse(
    tasks: Sequence[Task],
    reply: Replier,
    out: Path,
    *,
    identity: Mapping[str, Any],
    force: bool = False,
    progress: Progress | None = None,
) -> None:
    """Reply to tasks and write the predictions; what was done before an interruption is not done again.

    Args:
        tasks: What to reply to.
        reply: Replies to one task.
        out: The file of predictions, in the official format. It is written in one go at the end.
        identity: What replies depend on besides the tasks: indexes and settings.
        force: Drop what another run, that was not finished, has done.
        progress: Is told of tasks.

    Raises:
        UsageError: If another run was cut short there, or a task cannot be asked.
        DataError: If the file cannot be written.
    """
    mark = fingerprint("converse", {**identity, "tasks": [_told(task) for task in tasks]}, [])
    journal = _journal(out, mark, force=force)
    progress = progress or NullProgress()
    try:
        done = journal.finished()
        progress.start(len(tasks), done_rows=len(done))
        for at, task in enumerate(tasks):
            if at not in done:
                record = prediction_record(task, _asked(reply, task))
                # Half of a surrogate pair, which JSON can spell, has no UTF-8; its escape is what JSON writes for it.
                line = json.dumps(record, ensure_ascii=False, allow_nan=False)
                journal.record(at, line.encode("utf-8", "backslashreplace"))
                progress.advance(1)
        with writing(out):
            write_atomic(out, b"".join(payload + b"\n" for _, payload in journal.payloads()))
        journal.remove()
    finally:
        progress.close()
        journal.close()


def _asked(reply: Replier, task: Task) -> Reply:
    try:
        return reply(task)
    except UsageError as error:
        raise UsageError(f"Task {shown(task.id)}: {error}") from error


def _told(task: Task) -> list[Any]:
    return [task.id, task.collection, [[turn.role, turn.text] for turn in task.messages]]


def _journal(out: Path, mark: str, *, force: bool) -> Journal:
    if out.is_dir():
        raise UsageError(f"--out {shown(str(out))} is a folder; name a file, such as predictions.jsonl.")
    place = out.with_name(f".{out.name}{JOURNAL_SUFFIX}")
    with writing(place):
        out.parent.mkdir(parents=True, exist_ok=True)
    journal = Journal(place, mark)
    if journal.fingerprint == mark:
        return journal
    count = journal.count()
    if count and not force:
        journal.close()
        raise UsageError(
            f"Another run to {shown(str(out))} was cut short ({count} tasks done): its tasks, indexes or version of "
            "tacit differ. Run that one again, choose another --out, or drop it with --force."
        )
    journal.remove()
    return Journal(place, mark)


def last_turn(tasks: Sequence[Task], indexes: Indexes) -> System:
    """The usual baseline: what the content words of the last turn alone find.

    Raises:
        UsageError: If no index fits a collection.
    """
    made = {}
    for task in tasks:
        _, index = indexes.of(task)
        query = Query(task.messages[-1].text, dict.fromkeys(content(task.messages[-1].text), 1.0))
        hits = index.engine.search(query.terms, MOST_CONTEXTS) if query.terms else []
        contexts = tuple(Context(hit.passage.id, score=hit.score) for hit in hits)
        made[task.id] = Prediction(task.id, contexts=contexts)
    return System(LAST_TURN, made)
