"""What a measurement found, in words, for the page and the terminal alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.dialogue.measure.retrieval import RETRIEVAL_METRICS
from tacit.dialogue.measure.scoring import DECISION, GROUNDING, RB_ALG, ROUGE_L, TOKEN_RECALL
from tacit.dialogue.measure.summary import ALL, OPEN
from tacit.report.figures import between, count, known, points
from tacit.report.html import Name, Sentence

if TYPE_CHECKING:
    from tacit.dialogue.measure.result import RagEvalResult, SystemResult
    from tacit.evidence.estimate import Estimate

TITLE: Final = "How well does it converse over documents?"
REPLIES: Final = (DECISION, GROUNDING, RB_ALG, ROUGE_L, TOKEN_RECALL, "RL_F", "RB_llm", "RB_agg")
METHODS: Final = (
    ("recall@k, ndcg@k", "As trec_eval works them out: ties by passage id, descending, scores as 32-bit floats. Over "
     "tasks with a relevant passage; nothing found counts 0."),
    ("Decision", "Wanted is answer, partial, decline or clarify for tasks labelled answerable, partial, unanswerable "
     "or underspecified; conversational tasks are left out. A repair counts as an answer if it keeps or corrects what "
     "was said, else as declining. Small talk is never right."),
    ("Detectors", "Where a system gives words only, its decision is told from them: a reply that asks back clarifies; "
     "one that admits to have no answer declines, or answers in part. On held-out answers of four models the detector "
     "agrees with the benchmark's judge on 93 % (yes, partial, no)."),
    ("macro-F1", "Mean F1 over the classes that are wanted anywhere; the interval is a bootstrap (BCa) of whole "
     "conversations."),
    ("Decline, AUROC", "Chance that an unanswerable task gets a higher probability of “unanswerable” than one that is "
     "answerable or partial; Obuchowski's interval for clusters."),
    ("Risk and coverage", "Tasks are answered in order of their probability of “unanswerable”, lowest first. Risk is "
     "the share of those answered that cannot be answered. Underspecified tasks are left out."),
    ("Grounding (proxy)", "Share of pairs of neighbouring content words of a reply that stand in its passages or the "
     "history. It ranks faithfulness like people do (Spearman .65 on 314 rated answers of two models), but it reads no "
     "meaning."),
    ("RB_alg (proxy)", "As the benchmark's RB_alg with words in place of BERTScore (Spearman .95 with it on the same "
     "answers). Not comparable with published values."),
    ("Conditioning", "RB_alg (proxy), RL_F, RB_llm and RB_agg count 1 for an unanswerable task if the reply says so, "
     "else 0; 0 for a task with an answer if the reply says there is none; and 1 for an underspecified task if the "
     "reply asks back, else 0."),
    ("Intervals", "Tasks of one conversation are a cluster: bias-reduced cluster-robust standard errors, corrected for "
     "skewness. Differences are paired by task."),
)  # fmt: skip


def headline_group(result: RagEvalResult) -> str:
    """The tasks that retrieval is told of first: without domains that are reported apart."""
    return OPEN if any(cell.group == OPEN for system in result.systems for cell in system.cells) else ALL


def told(estimate: Estimate | None, *, ends: bool = True) -> str:
    """A share as three decimals with its interval, or a dash.

    Example:
        >>> from tacit.evidence.estimate import Estimate
        >>> told(Estimate(0.25, 0.21, 0.3, 576, "hall")), told(None)
        ('.250 (.210–.300)', '–')
    """
    value = None if estimate is None else known(estimate)
    if estimate is None or value is None:
        return "–"
    if not ends or estimate.low is None or estimate.high is None:
        return decimal(value)
    return f"{decimal(value)} ({decimal(estimate.low)}–{decimal(estimate.high)})"


def decimal(value: float) -> str:
    """Three decimals without the zero before them.

    Example:
        >>> decimal(0.25), decimal(1.0)
        ('.250', '1.000')
    """
    return f"{value:.3f}".removeprefix("0")


def points_told(estimate: Estimate) -> str:
    """A difference in points with its interval, or a dash."""
    value = known(estimate)
    if value is None:
        return "–"
    return f"{points(100 * value)} ({between(estimate.low, estimate.high, lambda share: points(100 * share))})"


def headline(result: RagEvalResult) -> Sentence:
    """The first system in one sentence."""
    first, group = result.systems[0], headline_group(result)
    parts: list[str] = [Name(first.name)]
    found = first.mean("recall@5", group)
    if found is not None:
        parts.append(f" finds {told(found, ends=False)} of what is relevant among the first five passages ({group})")
    if first.decisions is not None and known(first.decisions.macro_f1) is not None:
        joint = " and decides" if found is not None else " decides"
        parts.append(f"{joint} with a macro-F1 of {told(first.decisions.macro_f1, ends=False)}")
    if len(parts) == 1:
        parts.append(" has no score here")
    return (*parts, ".")


def made(result: RagEvalResult) -> str:
    """What it rests on."""
    several = len(result.systems)
    told_systems = f"{count(several)} systems" if several > 1 else "one system"
    return " ".join([f"{count(result.tasks)} tasks of {result.dataset.name}, {told_systems}.", *result.limits[:1]])


def has_retrieval(system: SystemResult) -> bool:
    """Whether anything was measured on what a system found."""
    return any(cell.metric in RETRIEVAL_METRICS for cell in system.cells)
