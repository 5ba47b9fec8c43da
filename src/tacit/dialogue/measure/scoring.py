"""Every score of every task: what the summaries are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tacit.dialogue.measure.conditioning import RANKED, conditioned
from tacit.dialogue.measure.decisions import WANTED, Decided, class_of, disputed
from tacit.dialogue.measure.detectors import admits, asks, told_kind
from tacit.dialogue.measure.grounding import grounding
from tacit.dialogue.measure.overlap import rb_alg_proxy, rouge_l, token_recall
from tacit.dialogue.measure.retrieval import RETRIEVAL_METRICS, retrieval_scores
from tacit.dialogue.measure.tasks import DISPUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.measure.detectors import Admission
    from tacit.dialogue.measure.tasks import Dataset, Prediction, System, Task
    from tacit.dialogue.replies import Kind

GROUNDING: Final = "grounding (proxy)"
RB_ALG: Final = "RB_alg (proxy)"
DECISION: Final = "decision"
ROUGE_L: Final = "ROUGE-L"
TOKEN_RECALL: Final = "token recall"  # noqa: S105 - words, not a secret

METRICS: Final[dict[str, str]] = {
    **{name: "share of the relevant passages among the first ranks" for name in RETRIEVAL_METRICS if "recall" in name},
    **{
        name: "gain of the first ranks, as a share of the best possible" for name in RETRIEVAL_METRICS if "ndcg" in name
    },
    DECISION: "share of tasks on which the system decides as wanted: answer, partial, decline or clarify",
    GROUNDING: "pairs of content words of replies that answer found in their passages or the history; a proxy of "
    "faithfulness",
    RB_ALG: "words in place of BERTScore, conditioned on what there was to answer; a proxy, not comparable with "
    "published RB_alg",
    ROUGE_L: "against the reference reply, where there is something to answer",
    TOKEN_RECALL: "words of the reference reply, where there is something to answer",
    **dict.fromkeys(RANKED, "as judged by the benchmark's scorer, conditioned on what there was to answer"),
}
"""What is measured, in words."""

_ANSWERS: Final = frozenset({"ANSWERABLE", "PARTIAL"})


@dataclass(frozen=True, slots=True)
class Scored:
    """One task as one system did it.

    Attributes:
        task: The task.
        run: Whether the system did it at all.
        values: Scores between 0 and 1 by name of `METRICS`; those that do not apply are absent.
        decided: For decisions; ``None`` without a label or a reply.
        refused: Whether the reply declines or asks back, so that there is no answer to be grounded.
    """

    task: Task
    run: bool
    values: Mapping[str, float] = field(default_factory=dict)
    decided: Decided | None = None
    refused: bool = False


def score_system(dataset: Dataset, system: System) -> list[Scored]:
    """The scores of a system, task by task.

    Args:
        dataset: What is known of the tasks.
        system: What it predicted.
    """
    found = []
    for task in dataset.tasks:
        prediction = system.predictions.get(task.id)
        if prediction is None:
            found.append(Scored(task, run=False))
            continue
        values: dict[str, float] = {}
        judged = dataset.judged.get(task.id)
        if judged and system.contexts == "retrieved":
            scores = [(context.document, context.score) for context in prediction.contexts]
            # Without scores, the order is what was retrieved first.
            ranks = {name: -at if score is None else score for at, (name, score) in enumerate(scores)}
            values |= retrieval_scores(ranks, judged)
        if prediction.text is None and prediction.decision is None:
            found.append(Scored(task, run=True, values=values))
            continue
        found.append(_replied(task, prediction, values))
    return found


def _replied(task: Task, prediction: Prediction, values: dict[str, float]) -> Scored:
    text = prediction.text or ""
    admission, clarifies = admits(text), asks(text)
    refused = clarifies or admission == "yes"
    passages = [context.text for context in prediction.contexts if context.text]
    if not refused and passages:
        grounded = grounding(text, [*passages, *(turn.text for turn in task.messages)])
        values |= {} if grounded is None else {GROUNDING: grounded}
    if task.reference and task.answerability in _ANSWERS:
        values |= {ROUGE_L: rouge_l(text, task.reference), TOKEN_RECALL: token_recall(text, task.reference)}
    values |= _conditioned(task, prediction, passages, admission, clarifies=clarifies)
    decided = _decided(task, prediction, told_kind(admission, clarifies=clarifies))
    if decided is not None:
        values[DECISION] = float(decided.wanted == decided.decided)
    return Scored(task, True, values, decided, refused)


def _conditioned(
    task: Task, prediction: Prediction, passages: list[str], admission: Admission, *, clarifies: bool
) -> dict[str, float]:
    if task.answerability is None:
        return {}
    scores = {name: prediction.scores[name] for name in RANKED if name in prediction.scores}
    proxy = rb_alg_proxy(prediction.text or "", task.reference, passages) if task.reference else None
    found = {}
    for name, score in ({RB_ALG: proxy} | scores).items():
        counts = conditioned(score, task.answerability, admission=admission, clarifies=clarifies)
        if counts is not None:
            found[name] = counts
    return found


def _decided(task: Task, prediction: Prediction, told: Kind) -> Decided | None:
    wanted = WANTED.get(task.answerability) if task.answerability else None
    if wanted is None:
        return None
    disputes = (task.multi_turn == DISPUTES) if task.multi_turn else None
    decision = prediction.decision
    if decision is None:
        return Decided(wanted, class_of(told), task.conversation, disputes=disputes)
    return Decided(
        wanted, class_of(decision.kind, decision.verdict), task.conversation, decision.scores.get("unanswerable"),
        disputes, disputed(decision),
    )  # fmt: skip
