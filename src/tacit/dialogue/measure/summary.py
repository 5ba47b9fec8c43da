"""Means with intervals clustered by conversation, overall and by domain, turn and class; differences of systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.measure.conditioning import ANSWERABILITIES, RANKED, task_score
from tacit.dialogue.measure.retrieval import RETRIEVAL_METRICS
from tacit.dialogue.measure.scoring import DECISION, GROUNDING, METRICS, RB_ALG
from tacit.evidence.comparing.paired import mean_score, paired_difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tacit.dialogue.measure.scoring import Scored
    from tacit.dialogue.measure.tasks import Dataset, Task
    from tacit.evidence.estimate import Estimate

HEADLINES: Final = ("recall@5", "ndcg@5", DECISION, GROUNDING, RB_ALG)
"""Metrics that are also told by domain, turn and class, and compared between systems."""
ALL: Final = "all domains"
OPEN: Final = "open domains"

_TURNS: Final = (("1", 1, 1), ("2 to 5", 2, 5), ("6 and later", 6, 10**9))


@dataclass(frozen=True, slots=True)
class Cell:
    """One mean.

    Attributes:
        metric: A name of `METRICS`.
        by: What the tasks are split by: ``all``, ``domain``, ``turn``, ``class`` or ``multi-turn``.
        group: Which part.
        estimate: The mean over its tasks.
    """

    metric: str
    by: str
    group: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Difference:
    """The first system less another, on tasks that both have a score on.

    Attributes:
        metric: A name of `METRICS`.
        group: Which tasks.
        other: Name of the other system.
        estimate: The mean difference.
    """

    metric: str
    group: str
    other: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks that are told together.

    Attributes:
        by: What the tasks are split by: ``all``, ``domain``, ``turn``, ``class`` or ``multi-turn``.
        name: Which part.
        tasks: Ids of the tasks in it.
    """

    by: str
    name: str
    tasks: frozenset[str]


def groups(dataset: Dataset) -> list[Group]:
    """What tasks are split by, and which tasks are in each part.

    Domains that are reported apart are in no part but their own and that of all domains.
    """
    inside = [task for task in dataset.tasks if task.domain not in dataset.apart]
    domains = dict.fromkeys(task.domain for task in dataset.tasks)
    leanings = sorted({task.multi_turn for task in inside} - {""})
    parts: list[tuple[str, str, Iterable[Task]]] = [("all", ALL, dataset.tasks)]
    if 0 < len(inside) < len(dataset.tasks):
        parts.insert(0, ("all", OPEN, inside))
    if len(domains) > 1:
        parts += [("domain", name, [task for task in dataset.tasks if task.domain == name]) for name in domains]
    parts += [("turn", name, [task for task in inside if low <= task.turn <= high]) for name, low, high in _TURNS]
    parts += [("class", name.lower(), [task for task in inside if task.answerability == name])
              for name in ANSWERABILITIES]  # fmt: skip
    parts += [("multi-turn", name, [task for task in inside if task.multi_turn == name]) for name in leanings]
    return [Group(by, name, frozenset(task.id for task in held)) for by, name, held in parts]


def summarise(dataset: Dataset, scored: Sequence[Scored], *, level: float = 0.95, seed: int = 0) -> tuple[Cell, ...]:
    """Means of one system. What has no score in a group has no cell there.

    Args:
        dataset: What the tasks are of.
        scored: Its scores, task by task.
        level: Nominal coverage.
        seed: Of intervals that are drawn.
    """
    cells = []
    for group in groups(dataset):
        held = [one for one in scored if one.task.id in group.tasks]
        for metric in METRICS if group.by in {"all", "domain"} else HEADLINES:
            pairs = [(one.values[metric], one.task.conversation) for one in held if metric in one.values]
            if pairs:
                values, clusters = zip(*pairs, strict=True)
                cells.append(Cell(metric, group.by, group.name, _mean(values, clusters, level, seed)))
    return tuple(cells)


def _mean(values: Sequence[float], clusters: Sequence[str], level: float, seed: int) -> Estimate:
    alone = len(set(clusters)) == len(clusters)
    return mean_score(values, clusters=None if alone else clusters, level=level, draws=2_000, seed=seed)


def differences(
    dataset: Dataset, first: Sequence[Scored], other: Sequence[Scored], name: str, *, level: float = 0.95, seed: int = 0
) -> tuple[Difference, ...]:
    """The first system less another, paired by task; nothing where they share no score."""
    found = []
    for group in groups(dataset):
        if group.by != "all":
            continue
        for metric in HEADLINES:
            pairs = [
                (after.values[metric], before.values[metric], after.task.conversation)
                for after, before in zip(first, other, strict=True)
                if after.task.id in group.tasks and metric in after.values and metric in before.values
            ]
            if pairs:
                ours, theirs, clusters = zip(*pairs, strict=True)
                alone = len(set(clusters)) == len(clusters)
                told = paired_difference(
                    theirs, ours, clusters=None if alone else clusters, level=level, draws=2_000, seed=seed
                )
                found.append(Difference(metric, group.name, name, told))
    return tuple(found)


def ranking_score(cells: Sequence[Cell]) -> float | None:
    """The score that ranks task B and C, where the benchmark's scorer has judged all three parts."""
    means = {cell.metric: cell.estimate.value for cell in cells if cell.group == ALL and cell.metric in RANKED}
    return task_score({name: value for name, value in means.items() if value is not None})


def is_retrieval(metric: str) -> bool:
    """Whether a metric depends on what else there was to find."""
    return metric in RETRIEVAL_METRICS


def outcome_rows(dataset: Dataset, scored: Mapping[str, Sequence[Scored]]) -> list[dict[str, object]]:
    """Rows of the long format (`tacit.io.evals.long`): one per system, metric and task, with conversations as clusters.

    Retrieval in a domain that is reported apart is a capability of its own (``recall@5, govt``). Of tasks that were
    not done, and of replies that decline where an answer was to be grounded, the score is missing, with the reason.
    """
    rows: list[dict[str, object]] = []
    for system, entries in scored.items():
        here = {name for one in entries for name in one.values}
        for one in entries:
            for metric in METRICS:
                value = one.values.get(metric)
                missing = _missing(one, metric, value, dataset) if metric in here else None
                if value is None and missing is None:
                    continue
                apart = is_retrieval(metric) and one.task.domain in dataset.apart
                rows.append({
                    "system": system, "capability": f"{metric}, {one.task.domain}" if apart else metric,
                    "item": one.task.id, "cluster": one.task.conversation, "score": value, "missing": missing,
                })  # fmt: skip
    return rows


def _missing(one: Scored, metric: str, value: float | None, dataset: Dataset) -> str | None:
    if value is not None:
        return None
    if not one.run:
        applies = not is_retrieval(metric) or one.task.id in dataset.judged
        return "not run" if applies else None
    return "refused" if metric == GROUNDING and one.refused else None
