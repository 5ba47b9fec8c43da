"""How well systems decide: answer, answer in part, decline or ask back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from tacit.evidence.auroc import auroc
from tacit.evidence.classification import Scores, score
from tacit.evidence.comparing.bootstrap import bca_limits, bootstrap_sums
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import mid_p

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tacit.dialogue.measure.conditioning import Answerability
    from tacit.dialogue.replies import Decision, Kind

    Array = NDArray[np.float64]

Class = Literal["answer", "partial", "decline", "clarify"]
CLASSES: Final[tuple[Class, ...]] = ("answer", "partial", "decline", "clarify")
WANTED: Final[dict[Answerability, Class]] = {
    "ANSWERABLE": "answer", "PARTIAL": "partial", "UNANSWERABLE": "decline", "UNDERSPECIFIED": "clarify",
}  # fmt: skip
"""What a task wants, by its label. Conversational turns are left out, as in the benchmarks."""
OTHER: Final = "other"
"""Small talk: never right here."""
COLUMNS: Final = (*CLASSES, OTHER)

_DRAWS: Final = 2_000
_BOOTSTRAP: Final = "BCa bootstrap"


def class_of(kind: Kind, verdict: Literal["kept", "corrected", "open"] | None = None) -> str:
    """The column of the confusion matrix that a decision falls into.

    A repair that keeps or corrects what was said is an answer; one in which neither can be shown declines.

    Example:
        >>> class_of("repair", "kept"), class_of("repair", "open"), class_of("clarify"), class_of("small_talk")
        ('answer', 'decline', 'clarify', 'other')
    """
    if kind == "repair":
        return "decline" if verdict == "open" else "answer"
    return kind if kind in CLASSES else OTHER


@dataclass(frozen=True, slots=True)
class DecisionScores:
    """Decisions of one system against what the tasks want.

    Attributes:
        matrix: Counts: rows are what is wanted (those of `CLASSES` that occur), columns what was decided (`COLUMNS`).
        rows: Names of the rows.
        macro_f1: Mean F1 of the rows.
        by_class: Precision, recall and F1 of each row.
        false_clarifications: Share of answerable tasks on which the system asks back.
        decline_auroc: How well its probability of "unanswerable" tells unanswerable tasks from answerable and partial
            ones.
        dispute: How well it tells turns that dispute or do not understand the last answer.
    """

    matrix: tuple[tuple[int, ...], ...]
    rows: tuple[Class, ...]
    macro_f1: Estimate
    by_class: dict[Class, Scores]
    false_clarifications: Estimate
    decline_auroc: Estimate
    dispute: Scores | None


@dataclass(frozen=True, slots=True)
class Decided:
    """One task as it was decided.

    Attributes:
        wanted: What it wants.
        decided: Column it falls into, of `COLUMNS`.
        cluster: Its conversation.
        unanswerable: Probability of "unanswerable", if the system gives one.
        disputes: Whether the turn disputes or does not understand the last answer; ``None`` if that is not labelled.
        found_dispute: Whether the system says so; ``None`` if it says nothing of the kind.
    """

    wanted: Class
    decided: str
    cluster: str
    unanswerable: float | None = None
    disputes: bool | None = None
    found_dispute: bool | None = None


def disputed(decision: Decision) -> bool:
    """Whether a decision takes the turn for a dispute or as not understanding the answer.

    By its probability, where it is given, against the line of the model that comes with tacit; else by its kind.
    """
    from tacit.dialogue.decide.clarity import Clarity

    told = decision.scores.get("dispute")
    return decision.kind == "repair" if told is None else told > Clarity().thresholds["dispute"]


def decision_scores(tasks: Sequence[Decided], *, level: float = 0.95, seed: int = 0) -> DecisionScores:
    """Everything on decisions of one system.

    Args:
        tasks: At least one.
        level: Nominal coverage.
        seed: Of the bootstrap.

    Example:
        >>> tasks = [("answer", "answer", "a"), ("decline", "answer", "b"), ("answer", "answer", "c")]
        >>> scores = decision_scores([Decided(*task) for task in tasks])
        >>> scores.rows, scores.matrix, round(scores.macro_f1.value, 2)
        (('answer', 'decline'), ((2, 0, 0, 0, 0), (1, 0, 0, 0, 0)), 0.4)
    """
    rows = tuple(name for name in CLASSES if any(task.wanted == name for task in tasks))
    counts = {(row, column): 0 for row in rows for column in COLUMNS}
    for task in tasks:
        counts[task.wanted, task.decided] += 1
    matrix = tuple(tuple(counts[row, column] for column in COLUMNS) for row in rows)
    by_class = {
        name: score([task.wanted == name for task in tasks], [task.decided == name for task in tasks], level=level)
        for name in rows
    }
    able = [task for task in tasks if task.wanted == "answer"]
    told = [task for task in tasks if task.disputes is not None and task.found_dispute is not None]
    return DecisionScores(
        matrix, rows, macro_f1(tasks, level=level, seed=seed), by_class,
        false_clarifications=mid_p(sum(task.decided == "clarify" for task in able), len(able), level),
        decline_auroc=_decline(tasks, level),
        dispute=score([bool(task.disputes) for task in told], [bool(task.found_dispute) for task in told], level=level)
        if told else None,
    )  # fmt: skip


def macro_f1(tasks: Sequence[Decided], *, level: float = 0.95, seed: int = 0) -> Estimate:
    """The mean F1 over the classes that are wanted anywhere, by a bootstrap (BCa) of conversations.

    Args:
        tasks: At least one.
        level: Nominal coverage.
        seed: Same seed, same limits.
    """
    classes = [name for name in CLASSES if any(task.wanted == name for task in tasks)]
    names, member = np.unique([task.cluster for task in tasks], return_inverse=True)
    method = f"{_BOOTSTRAP}, {len(names)} conversations"
    # Of each class: right, wanted, decided.
    cells = np.zeros((len(names), 3 * len(classes)))
    for at, name in enumerate(classes):
        wanted = np.array([task.wanted == name for task in tasks])
        decided = np.array([task.decided == name for task in tasks])
        for column, held in enumerate((wanted & decided, wanted, decided)):
            np.add.at(cells[:, 3 * at + column], member, held)
    total = cells.sum(axis=0)
    value = float(_mean_f1(total[None])[0])
    if len(names) < 2:
        return Estimate.none("an interval needs at least 2 conversations", n=len(tasks), method=method, level=level)
    drawn = _mean_f1(bootstrap_sums(cells, draws=_DRAWS, seed=seed))
    low, high = bca_limits(drawn, value, _mean_f1(total - cells), level)
    return Estimate(value, min(low, value), max(high, value), len(tasks), method, level)


def _mean_f1(sums: Array) -> Array:
    """Mean F1 of each row of sums (right, wanted, decided, for each class)."""
    parts = sums.reshape(len(sums), -1, 3)
    both = parts[:, :, 1] + parts[:, :, 2]
    f1 = np.divide(2 * parts[:, :, 0], both, out=np.zeros_like(both), where=both > 0)
    return np.asarray(f1.mean(axis=1))


def _decline(tasks: Sequence[Decided], level: float) -> Estimate:
    told = [task for task in tasks if task.unanswerable is not None and task.wanted != "clarify"]
    if not told:
        return Estimate.none("the system gives no probability of unanswerable", level=level)
    positive = [task.wanted == "decline" for task in told]
    scores = [task.unanswerable or 0.0 for task in told]
    return auroc(scores, positive, [task.cluster for task in told], level=level)
