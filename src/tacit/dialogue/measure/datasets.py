"""Data to measure on: MTRAG and MTRAG-UN as tables, or official files of one's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from tacit.dialogue.measure.formats import read_predictions, read_tasks
from tacit.dialogue.measure.tasks import Context, Dataset, Prediction, System, Task
from tacit.dialogue.records import Turn
from tacit.errors import DataError, UsageError
from tacit.io.evals.qrels import read_qrels
from tacit.io.folders import expand
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import polars as pl

    from tacit.dialogue.measure.conditioning import Answerability

DATASETS: Final = ("mtrag", "mtrag-un")
DATA_VARIABLE: Final = "TACIT_REAL_DATA"
POOLS: Final = ("clapnq", "fiqa", "cloud", "govt")

_CLOSED: Final = (
    "nearly a closed set: hardly a passage beside the relevant ones, so its retrieval is far easier than on the full "
    "corpus (BM25 recall@5 .48 against .29 published)"
)
_MTRAG: Final = (
    "All relevant passages are in the pool; on clapnq, fiqa and cloud BM25 is within .02 of the full corpora.",
    "A retriever very unlike those that made the pool lacks its own distractors: its figures are upper bounds.",
)
_UN: Final = (
    "Retrieval of MTRAG-UN is easy in this pool, to which its queries added no distractors (BM25 recall@5 .57 against "
    ".29 published): only differences between methods mean anything.",
    "The tasks are half of those that are public; banking and telco are not published.",
)


def load_dataset(name: str, *, data: Path | None = None, qrels: Sequence[str] = ()) -> Dataset:
    """Tasks with their labels, references and judgements.

    Args:
        name: ``mtrag`` or ``mtrag-un``, or a file of tasks in the official format, or a folder of such (``*.jsonl``)
            with judgements (``*.tsv``).
        data: The folder that holds the tables of the two, or holds them in ``mtrag/``; else that which
            ``TACIT_REAL_DATA`` names.
        qrels: Judgements for tasks of one's own.

    Raises:
        UsageError: If there is no such data set, or nobody said where it is.
        DataError: If a file cannot be read.
    """
    if name in DATASETS:
        if qrels:
            raise UsageError(f"--qrels is for tasks of your own; {name} has its own judgements.")
        folder = data_folder(name, data)
        return _mtrag(folder) if name == "mtrag" else _mtrag_un(folder)
    if not Path(name).exists():
        raise UsageError(f"There is no data set {shown(name)}: it is {', '.join(DATASETS)}, or a file of tasks.")
    return _own(name, qrels)


def data_folder(name: str, data: Path | None = None) -> Path:
    """Where the tables are.

    Raises:
        UsageError: If nobody said, or they are not there.
    """
    root = data or (Path(os.environ[DATA_VARIABLE]) if os.environ.get(DATA_VARIABLE) else None)
    if root is None:
        raise UsageError(f"Say where the tables of {name} are: --data FOLDER, or {DATA_VARIABLE} in the environment.")
    for folder in (root / "mtrag", root):
        if (folder / _TASKS[name]).is_file():
            return folder
    raise UsageError(f"{shown(str(root))} holds no {_TASKS[name]}. Name the folder of the tables with --data.")


_TASKS: Final = {"mtrag": "mtrag_turns.parquet", "mtrag-un": "mtragun_tasks.parquet"}


def load_systems(path: str, dataset: Dataset) -> list[System]:
    """Systems to compare with: a table of answers (``system, task_id, text``), or predictions in the official format.

    The answers of a table were written from the reference passages of a task, as in task B. Its columns ``idk`` and
    ``rl_f`` are taken as the judges' ``idk_eval`` and ``RL_F``.

    Args:
        path: A parquet table, or JSON Lines.
        dataset: What they were asked; answers to other tasks are left out.

    Raises:
        DataError: If the file cannot be read, or answers none of the tasks.
    """
    tasks = {task.id: task for task in dataset.tasks}
    if not path.endswith(".parquet"):
        made = {name: prediction for name, prediction in read_predictions(path).items() if name in tasks}
        found = [System(Path(path).name.removesuffix(".jsonl"), made)]
    else:
        table = _table(Path(path), {"system": "String", "task_id": "String", "text": "String"})
        found = [
            System(name, _answers(part.to_dicts(), tasks, dataset.passages, path), "reference")
            for (name,), part in table.group_by("system", maintain_order=True)
        ]  # fmt: skip
    if not any(system.predictions for system in found):
        raise DataError(f"{shown(path)} answers none of the tasks of {shown(dataset.name)}. Do they belong together?")
    return found


def _answers(
    rows: Sequence[Mapping[str, Any]], tasks: Mapping[str, Task], passages: Mapping[str, str], path: str
) -> dict[str, Prediction]:
    made: dict[str, Prediction] = {}
    for row in rows:
        name = row["task_id"]
        if name in made:
            raise DataError(f"{shown(path)}: {shown(row['system'])} answers task {shown(name)} twice.")
        if name in tasks:
            contexts = tuple(Context(held, passages[held]) for held in tasks[name].context_ids if held in passages)
            judged = {"idk_eval": row.get("idk"), "RL_F": row.get("rl_f")}
            scores = {score: float(value) for score, value in judged.items() if value is not None}
            made[name] = Prediction(name, row["text"] or "", contexts, None, scores)
    return made


def _own(name: str, qrels: Sequence[str]) -> Dataset:
    place = Path(name)
    files = expand(str(place / "*.jsonl")) if place.is_dir() else [name]
    judgements = [*qrels, *(map(str, sorted(place.rglob("*.tsv"))) if place.is_dir() else ())]
    tasks = [task for file in files for task in read_tasks(file)]
    if len({task.id for task in tasks}) < len(tasks):
        raise DataError(f"{shown(name)} holds a task twice, in different files.")
    judged = {query: found for file in judgements for query, found in read_qrels(file).items()}
    return Dataset(place.name or name, tuple(tasks), _relevant(judged))


def _mtrag(folder: Path) -> Dataset:
    columns = dict.fromkeys(("task_id", "conversation", "domain", "user", "agent", "answerability"), "String")
    table = _table(folder / _TASKS["mtrag"], {**columns, "turn": "Int64"}).sort("conversation", "turn")
    tasks, said, conversation = [], list[Turn](), ""
    for row in table.to_dicts():
        if row["conversation"] != conversation:
            said, conversation = [], row["conversation"]
        said.append(Turn("user", row["user"]))
        tasks.append(_row_task(row, said, row["agent"]))
        said.append(Turn("assistant", row["agent"]))
    judged = _judged(folder / "mtrag_qrels.parquet")
    return Dataset("mtrag", tuple(tasks), judged, (_pool(folder), *_MTRAG), {"govt": _CLOSED})


def _mtrag_un(folder: Path) -> Dataset:
    columns = dict.fromkeys(("task_id", "conversation", "domain", "reference", "answerability"), "String")
    table = _table(folder / _TASKS["mtrag-un"], {**columns, "messages": "List", "context_ids": "List"})
    tasks = []
    for row in table.to_dicts():
        said = [Turn("user" if message["role"] == "user" else "assistant", message["text"])
                for message in row["messages"]]  # fmt: skip
        tasks.append(_row_task(row, said, row["reference"], tuple(row["context_ids"])))
    judged = _judged(folder / "mtragun_qrels.parquet")
    held = _passages(folder, {name for task in tasks for name in task.context_ids})
    return Dataset("mtrag-un", tuple(tasks), judged, (_pool(folder), *_UN), {"govt": _CLOSED}, held)


def _row_task(row: Mapping[str, Any], said: Sequence[Turn], reference: str, contexts: tuple[str, ...] = ()) -> Task:
    return Task(
        row["task_id"], row["conversation"], row["domain"], tuple(said), cast("Answerability", row["answerability"]),
        row.get("multi_turn") or "", reference, contexts,
    )  # fmt: skip


def _pool(folder: Path) -> str:
    import polars as pl

    files = _pools(folder)
    if not files:
        return "The passages are not with the tasks, so nothing is known of what else there was to find."
    size = pl.scan_parquet(files).select(pl.len()).collect().item()
    return f"Searched is a pool of {size:,} passages from published runs, not the full corpora."


def _pools(folder: Path) -> list[Path]:
    return [file for name in POOLS if (file := folder / f"passages_{name}.parquet").is_file()]


def _passages(folder: Path, wanted: Collection[str]) -> dict[str, str]:
    import polars as pl

    files = _pools(folder)
    if not files:
        return {}
    held = pl.scan_parquet(files).filter(pl.col("_id").is_in(list(wanted))).select("_id", "text").collect()
    return dict(held.rows())


def _judged(path: Path) -> dict[str, dict[str, int]]:
    table = _table(path, {"query_id": "String", "passage_id": "String", "score": "Int64"})
    judged: dict[str, dict[str, int]] = {}
    for query, passage, grade in table.select("query_id", "passage_id", "score").rows():
        judged.setdefault(query, {})[passage] = grade
    return _relevant(judged)


def _relevant(judged: Mapping[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    return {query: found for query, found in judged.items() if max(found.values()) > 0}


def _table(path: Path, columns: Mapping[str, str]) -> pl.DataFrame:
    """A parquet table with these columns, of these kinds and without nulls in them."""
    import polars as pl

    try:
        table = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        said = str(error).splitlines()[0][:200]
        raise DataError(f"{shown(str(path))} cannot be read as a parquet table: {shown(said)}") from None
    for name, kind in columns.items():
        there = table.schema.get(name)
        if there is None or not str(there).startswith(kind):
            raise DataError(f"{shown(str(path))} must have a column {name} of type {kind}; it has {there or 'none'}.")
        if table[name].null_count():
            row = table[name].is_null().arg_max() or 0
            raise DataError(f"{shown(str(path))}, row {row + 1:,}: {name} is missing.")
    return table
