"""From tasks and an answerer to what was right: one row per question, number of demonstrations and draw."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import DataError, TacitError
from tacit.io.evals.long import as_long
from tacit.io.places import shown
from tacit.runs.progress import NullProgress
from tacit.tuning.retention.prompts import DRAWS, SHOTS, plan_prompts
from tacit.tuning.retention.protocol import Answer
from tacit.tuning.retention.reasons import long_reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from tacit.runs.journal import Journal
    from tacit.runs.progress import Progress
    from tacit.tuning.retention.prompts import Asked
    from tacit.tuning.retention.protocol import Answerer
    from tacit.tuning.retention.tasks.protocol import Task

_WORDS: Final = 300


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What one model got right.

    Attributes:
        name: Of the model.
        identity: Of the model.
        chance: Accuracy of guessing, by task.
        table: One row per task, number of demonstrations, draw and item, in the order of asking: ``task, shots, draw,
            item, right`` (null where missing), ``in_form`` (null where unknown), ``missing`` (why there is no answer,
            else null), ``margin`` (log-likelihood of the right option less that of the best other; null where the
            model does not tell).
    """

    name: str
    identity: str
    chance: Mapping[str, float]
    table: pl.DataFrame

    def to_long(
        self, system: str, *, family: str | None = None, axes: Mapping[str, float] | None = None
    ) -> pl.DataFrame:
        """The answers in the long format of `tacit.io.evals.long`, which `tacit compare` and `tacit scale` read.

        Every number of demonstrations is a capability of its own, and every draw of demonstrations a wording
        (``variant``) of the item.

        Args:
            system: Name of the model there.
            family: Of models that share a recipe.
            axes: What the model has more or less of, by name in `tacit.io.evals.long.AXES`.
        """
        rows = [
            {
                "system": system, "family": family, "capability": f"{row['task']}, {row['shots']}-shot",
                "item": row["item"], "variant": f"draw {row['draw']}" if row["shots"] else None,
                "score": None if row["right"] is None else float(row["right"]),
                "missing": None if row["missing"] is None else long_reason(row["missing"]),
                "chance": self.chance[row["task"]], **(axes or {}),
            }
            for row in self.table.iter_rows(named=True)
        ]  # fmt: skip
        return as_long(rows, system)


def measure(
    answerer: Answerer,
    tasks: Sequence[Task],
    *,
    shots: Sequence[int] = SHOTS,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
    journal: Journal | None = None,
    first_entry: int = 0,
) -> Measured:
    """Ask a model every question of some tasks after several draws of demonstrations.

    Args:
        answerer: The model. It gets the prompts of one task and draw at a time, fewest demonstrations first.
        tasks: All with different names.
        shots: Numbers of demonstrations.
        draws: How often demonstrations are drawn; without demonstrations every question is asked once.
        seed: Of the draws. With the same tasks and seed every model is asked the same.
        progress: Is told of prompts.
        journal: Keeps the answers to each task and draw; those that it holds are not asked again.
        first_entry: Number of the first of the `entries` that the journal gets; to keep several models in one.

    Returns:
        What was right.

    Raises:
        UsageError: As `plan_prompts`.
        DataError: If two tasks have one name, or the answerer fails or gives other than one answer per prompt.

    Example:
        >>> from tacit.tuning.retention.tasks.protocol import make_task
        >>> class First:
        ...     name, identity = "first", "1"
        ...     answer = staticmethod(lambda prompts: [Answer(0) for _ in prompts])
        >>> found = measure(First(), [make_task("mapping", seed=0, items=8, pool=16)], shots=(0, 4), draws=2)
        >>> found.table["right"].count()
        24
    """
    _check_names(tasks)
    kept, progress = {} if journal is None else dict(journal.payloads()), progress or NullProgress()
    pieces = {
        first_entry + at * draws + draw: list(asked)
        for at, task in enumerate(tasks)
        for draw, asked in groupby(plan_prompts(task, shots, draws, seed), key=lambda asked: asked.draw)
    }
    rows: list[dict[str, Any]] = []
    sizes = {number: len(piece) for number, piece in pieces.items()}
    progress.start(sum(sizes.values()), done_rows=sum(sizes[number] for number in kept.keys() & sizes))
    try:
        for number, piece in pieces.items():
            if number not in kept:
                kept[number] = json.dumps([asdict(answer) for answer in _ask(answerer, piece)]).encode()
                if journal is not None:
                    journal.record(number, kept[number])
                progress.advance(len(piece))
            rows += [_row(*each) for each in zip(piece, map(_from_json, json.loads(kept[number])), strict=True)]
    finally:
        progress.close()
    return Measured(answerer.name, answerer.identity, {task.name: task.chance for task in tasks}, _table(rows))


def entries(tasks: Sequence[Task], draws: int) -> int:
    """How many numbers of a journal `measure` uses, from `first_entry` on."""
    return len(tasks) * draws


def _check_names(tasks: Sequence[Task]) -> None:
    names = [task.name for task in tasks]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"Two tasks are called '{shown(twice)}'. Rename one of them, or leave it out.")


def _ask(answerer: Answerer, piece: Sequence[Asked]) -> list[Answer]:
    try:
        answers = answerer.answer([asked.prompt for asked in piece])
    except (TacitError, MemoryError):
        raise
    except Exception as error:  # libraries and plug-ins raise what they like; the message must name the model
        said = shown(f"{type(error).__name__}: {error}"[:_WORDS]).rstrip(".")
        raise DataError(
            f"Model '{shown(answerer.name)}' failed on task '{shown(piece[0].task)}': {said}. If it ran out of memory, "
            "ask less at a time: --batch 1."
        ) from error
    if len(answers) != len(piece):
        raise DataError(f"Model '{shown(answerer.name)}' was asked {len(piece)} questions and answered {len(answers)}.")
    return answers


def _from_json(kept: dict[str, Any]) -> Answer:
    scores = kept["scores"]
    return Answer(kept["choice"], None if scores is None else tuple(scores), kept["in_form"], kept["missing"])


def _row(asked: Asked, answer: Answer) -> dict[str, Any]:
    margin = None
    if answer.scores is not None and not answer.missing:
        others = [score for at, score in enumerate(answer.scores) if at != asked.answer_index]
        margin = answer.scores[asked.answer_index] - max(others)
    return {
        "task": asked.task, "shots": asked.shots, "draw": asked.draw, "item": asked.item_id,
        "right": None if answer.missing else answer.choice == asked.answer_index, "in_form": answer.in_form,
        "missing": answer.missing or None, "margin": margin,
    }  # fmt: skip


def _table(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    import polars as pl

    schema: dict[str, Any] = {
        "task": pl.String, "shots": pl.Int64, "draw": pl.Int64, "item": pl.String, "right": pl.Boolean,
        "in_form": pl.Boolean, "missing": pl.String, "margin": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
