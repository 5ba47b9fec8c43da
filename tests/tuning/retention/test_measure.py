"""Measuring: every answer ends up in its row, what is missing keeps its reason, and nothing is asked twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tacit.errors import DataError, EndpointError, UsageError
from tacit.evidence.outcomes import Outcomes
from tacit.runs.journal import Journal
from tacit.tuning.retention.measure import entries, measure
from tacit.tuning.retention.protocol import Answer, Prompt
from tacit.tuning.retention.reasons import TOO_LONG
from tacit.tuning.retention.tasks.protocol import make_task

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TASKS = [make_task(name, seed=0, items=6, pool=8) for name in ("pattern", "regression")]
SHOTS = (4, 0, 1)


class Nearest:
    """Answers as the demonstrations that look most like the question; counts what it is asked."""

    name, identity = "nearest", "1"

    def __init__(self, most: int = 10_000) -> None:
        self.asked: list[Prompt] = []
        self._most = most

    def answer(self, prompts: Sequence[Prompt]) -> list[Answer]:
        self.asked += prompts
        return [self._answer(prompt) for prompt in prompts]

    def _answer(self, prompt: Prompt) -> Answer:
        if len(prompt.context) > self._most:
            return Answer(None, missing=TOO_LONG)
        told = prompt.context.split("\n\n")[:-1]
        scores = tuple(float(sum(one.endswith(option) for one in told)) for option in prompt.options)
        if len(set(scores)) == 1:
            return Answer(None, scores=None, in_form=False)
        return Answer(scores.index(max(scores)), scores, in_form=True)


def test_there_is_one_row_per_question_draw_and_number() -> None:
    asker = Nearest()
    found = measure(asker, TASKS, shots=SHOTS, draws=3)
    assert found.table.height == len(asker.asked) == 2 * 6 * (1 + 3 + 3)
    assert found.table.select("task", "shots", "draw", "item").is_duplicated().sum() == 0
    assert found.chance == {"pattern": 0.25, "regression": 0.5}
    assert (found.name, found.identity) == ("nearest", "1")
    # Whoever answers with what was shown is right where that is the answer.
    by_shots = found.table.group_by("shots").agg(
        pl.col("right").sum(), pl.col("in_form").all(), pl.col("margin").count()
    )
    assert by_shots.filter(pl.col("shots") == 0).row(0)[1:] == (0, False, 0)
    one = found.table.filter(pl.col("shots") == 1)
    assert one["in_form"].all()
    answers = {(task.name, item.id): item.answer for task in TASKS for item in task.items}
    for row, prompt in zip(found.table.iter_rows(named=True), asker.asked, strict=True):
        if row["shots"] == 1:
            right = prompt.context.rstrip().endswith(f" {answers[row['task'], row['item']]}")
            assert row["right"] == right
            assert row["margin"] == (1.0 if right else -1.0)


def test_every_model_is_asked_the_same() -> None:
    one, other = Nearest(), Nearest()
    first = measure(one, TASKS, shots=SHOTS, draws=2, seed=7)
    second = measure(other, TASKS, shots=SHOTS, draws=2, seed=7)
    assert one.asked == other.asked
    assert first.table.equals(second.table)
    measure(moved := Nearest(), TASKS, shots=SHOTS, draws=2, seed=8)
    assert moved.asked != one.asked


def test_what_is_missing_keeps_its_reason() -> None:
    found = measure(Nearest(most=60), TASKS, shots=SHOTS, draws=2)
    missing = found.table.filter(pl.col("missing").is_not_null())
    assert set(missing["missing"]) == {TOO_LONG}
    assert set(missing["shots"]) == {4}
    assert missing["right"].null_count() == missing["margin"].null_count() == missing.height > 0
    long = found.to_long("nearest")
    assert set(long.filter(pl.col("score").is_null())["missing"]) == {"limit"}


def test_the_long_table_is_one_that_comparisons_read() -> None:
    found = measure(Nearest(most=60), TASKS, shots=SHOTS, draws=2)
    long = pl.concat([found.to_long("base", axes={"params": 1e6}), found.to_long("tuned", family="mine")])
    outcomes = Outcomes.from_frame(long, accept=("duplicate systems",))
    assert outcomes.chance["pattern, 4-shot"] == 0.25
    assert set(outcomes.capabilities) == {f"{task.name}, {shots}-shot" for task in TASKS for shots in SHOTS}
    of = outcomes.rows.filter(pl.col("capability") == "pattern, 1-shot", pl.col("system") == "base")
    assert set(of["variant"]) == {"draw 0", "draw 1"}
    table = found.table.filter(pl.col("task") == "pattern", pl.col("shots") == 1)
    assert of["score"].to_list() == table["right"].cast(pl.Float64).to_list()


def test_nothing_is_asked_again_that_the_journal_holds(tmp_path: Path) -> None:
    class Dying(Nearest):
        def answer(self, prompts: Sequence[Prompt]) -> list[Answer]:
            if len(self.asked) > 20:
                raise EndpointError("gone")
            return super().answer(prompts)

    whole = measure(Nearest(most=60), TASKS, shots=SHOTS, draws=3)
    each = entries(TASKS, 3)
    assert each == 6
    journal = Journal(tmp_path / "journal", "1")
    with pytest.raises(EndpointError):
        measure(Dying(most=60), TASKS, shots=SHOTS, draws=3, journal=journal)
    held = journal.count()
    assert 0 < held < each
    rest = Nearest(most=60)
    again = measure(rest, TASKS, shots=SHOTS, draws=3, journal=journal)
    assert 0 < len(rest.asked) < whole.table.height
    assert again.table.equals(whole.table)
    measure(other := Nearest(), TASKS, shots=SHOTS, draws=3, journal=journal, first_entry=each)
    assert len(other.asked) == whole.table.height
    assert journal.finished() == set(range(2 * each))
    journal.close()


def test_progress_counts_prompts_and_those_of_before(tmp_path: Path) -> None:
    class Counting:
        def __init__(self) -> None:
            self.told: list[object] = []

        def start(self, total_rows: int | None, *, done_rows: int = 0) -> None:
            self.told += [total_rows, done_rows]

        def advance(self, rows: int) -> None:
            self.told.append(rows)

        def close(self) -> None:
            self.told.append("closed")

    journal = Journal(tmp_path / "journal", "1")
    first, second = Counting(), Counting()
    measure(Nearest(), TASKS[:1], shots=SHOTS, draws=2, progress=first, journal=journal)
    measure(Nearest(), TASKS[:1], shots=SHOTS, draws=2, progress=second, journal=journal)
    journal.close()
    assert first.told == [30, 0, 18, 12, "closed"]
    assert second.told == [30, 30, "closed"]


def test_without_demonstrations_everything_is_asked_once() -> None:
    found = measure(Nearest(), TASKS, shots=(0,), draws=5)
    assert found.table.height == 12
    assert set(found.table["draw"]) == {0}


def test_what_goes_wrong_names_the_model() -> None:
    class Short(Nearest):
        def answer(self, prompts: Sequence[Prompt]) -> list[Answer]:
            return super().answer(prompts)[1:]

    class Broken(Nearest):
        name = "mine\x1b[2J"

        def answer(self, prompts: Sequence[Prompt]) -> list[Answer]:
            raise ZeroDivisionError("half")

    with pytest.raises(DataError, match="asked 18 questions and answered 17"):
        measure(Short(), TASKS, shots=SHOTS, draws=1)
    with pytest.raises(DataError, match=r"mine\\x1b\[2J.*'pattern': ZeroDivisionError: half"):
        measure(Broken(), TASKS, shots=SHOTS, draws=1)
    with pytest.raises(DataError, match="Two tasks are called 'pattern'"):
        measure(Nearest(), [TASKS[0], TASKS[0]], shots=SHOTS)
    with pytest.raises(UsageError, match="Numbers of demonstrations"):
        measure(Nearest(), TASKS, shots=())
