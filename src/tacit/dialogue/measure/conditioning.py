"""The benchmarks' rules of what an answer's score counts, given whether there was an answer to give.

MTRAG section 5.3 (arXiv 2501.03468) and MTRAG-UN section 4 (arXiv 2602.23184), as their scorer has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from tacit.dialogue.measure.overlap import harmonic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.measure.detectors import Admission

Answerability = Literal["ANSWERABLE", "PARTIAL", "UNANSWERABLE", "UNDERSPECIFIED", "CONVERSATIONAL"]
ANSWERABILITIES: Final[tuple[Answerability, ...]] = (
    "ANSWERABLE", "PARTIAL", "UNANSWERABLE", "UNDERSPECIFIED", "CONVERSATIONAL",
)  # fmt: skip
RANKED: Final = ("RL_F", "RB_llm", "RB_agg")
"""Scores whose conditioned harmonic mean ranks systems in tasks B and C of SemEval-2026 task 8."""


def conditioned(
    score: float | None, answerability: Answerability, *, admission: Admission, clarifies: bool
) -> float | None:
    """What a score counts.

    * Underspecified: 1 if the reply asks back, else 0, whatever the score.
    * Unanswerable or conversational: 1 if the reply says that it has no answer, 0 if it does not or only of a part.
    * Answerable or partial: 0 if the reply says that it has no answer, else the score.

    Args:
        score: Of the reply, before conditioning.
        answerability: What there was to answer.
        admission: Whether the reply says that it has no answer.
        clarifies: Whether it asks back.

    Returns:
        The conditioned score; ``None`` where the rules leave a score that is not there.

    Example:
        >>> [conditioned(0.4, label, admission="yes", clarifies=False) for label in ("ANSWERABLE", "UNANSWERABLE")]
        [0.0, 1.0]
        >>> conditioned(0.4, "PARTIAL", admission="partial", clarifies=False)
        0.4
    """
    if answerability == "UNDERSPECIFIED":
        return float(clarifies)
    if answerability in {"UNANSWERABLE", "CONVERSATIONAL"}:
        return float(admission == "yes")
    return 0.0 if admission == "yes" else score


def task_score(means: Mapping[str, float]) -> float | None:
    """The score by which tasks B and C are ranked: the harmonic mean of the conditioned means of `RANKED`.

    Args:
        means: Mean conditioned scores by name.

    Returns:
        The harmonic mean; ``None`` unless all three are there.

    Example:
        >>> round(task_score({"RL_F": 0.76, "RB_llm": 0.76, "RB_agg": 0.44}), 3), task_score({"RL_F": 0.76})
        (0.612, None)
    """
    there = [means[name] for name in RANKED if name in means]
    return harmonic(there) if len(there) == len(RANKED) else None
