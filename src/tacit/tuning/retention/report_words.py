"""What a measurement of retention found, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.evidence.comparing.crossed_ratio import ITEMS_ONLY
from tacit.report.figures import between, count, known, number, percent, points, why_missing
from tacit.report.html import Name, Sentence

if TYPE_CHECKING:
    from tacit.evidence.estimate import Estimate
    from tacit.tuning.retention.result import Comparison, RetentionResult
    from tacit.tuning.retention.statistics import Verdict
    from tacit.tuning.retention.summary import Level

TITLE: Final = "What is left of in-context learning?"
ALL_TASKS: Final = "all tasks"
FEW_SHOT: Final = "all above 0"

VERDICTS: Final[dict[Verdict, str]] = {
    "kept": "The loss is shown to be smaller than the margin.",
    "broken": "There is a loss, and it is not shown to be smaller than the margin.",
    "not shown to be kept": "No loss is shown, but one larger than the margin is not ruled out either.",
    "not measurable": "The base itself is not shown to be above guessing, so there is nothing to keep.",
}


def ratio(value: float) -> str:
    """A retention with two or three decimals.

    Example:
        >>> ratio(0.97341), ratio(-0.2), ratio(0.9996), ratio(1.0)
        ('0.973', '−0.200', '1.000', '1.000')
    """
    return f"{value:.3f}".replace("-", "\u2212")


def ratio_told(estimate: Estimate) -> str:
    """A retention with its interval, or the reason why there is none."""
    value = known(estimate)
    if value is None:
        return f"not measurable: {why_missing(estimate)}"
    return f"{ratio(value)} ({between(estimate.low, estimate.high, ratio)})"


def points_told(estimate: Estimate) -> str:
    """A difference in points with its interval, or the reason why there is none."""
    value = known(estimate)
    if value is None:
        return f"not known: {why_missing(estimate)}"
    ends = between(estimate.low, estimate.high, lambda share: points(100 * share))
    return f"{points(100 * value)} ({ends})"


def number_told(estimate: Estimate, *, signed: bool = False) -> str:
    """A plain number with its interval, or the reason why there is none."""
    value = known(estimate)
    if value is None:
        return f"not known: {why_missing(estimate)}"
    ends = between(estimate.low, estimate.high, lambda told: number(told, signed=signed))
    return f"{number(value, signed=signed)} ({ends})"


def told_levels(found: Comparison) -> list[tuple[Level, str]]:
    """Levels with their number of demonstrations in words, for a table.

    With one number above 0 the mean over all above 0 is the same; then it stands for both, under that number.
    """
    few = {level.shots for level in found.levels if level.shots}
    single = few.pop() if len(few) == 1 else None
    mean = FEW_SHOT if single is None else str(single)
    return [
        (level, mean if level.shots is None else str(level.shots))
        for level in found.levels
        if single is None or level.shots != single
    ]


def over_what(found: Comparison) -> str:
    """What would be another time where the intervals say what that would give."""
    whole = found.levels[0].kept.difference
    return "other items" if whole.method.endswith(ITEMS_ONLY) else "other items, other demonstrations"


def headline(result: RetentionResult) -> Sentence:
    """The whole in one sentence."""
    if len(result.comparisons) == 1:
        return _one(result.comparisons[0], result)
    told = {verdict: sum(found.verdict == verdict for found in result.comparisons) for verdict in VERDICTS}
    parts = [f"{verdict}: {n}" for verdict, n in told.items() if n]
    return ("In-context learning of ", Name(result.base.name),
            f" in {len(result.comparisons)} tuned models: {'; '.join(parts)}.")  # fmt: skip


def _one(found: Comparison, result: RetentionResult) -> Sentence:
    value, margin = known(found.retention), percent(result.settings["margin"])
    if value is None:
        return ("What ", Name(found.tuned), " has kept cannot be measured: ", f"{why_missing(found.retention)}.")
    ends = between(found.retention.low, found.retention.high, ratio)
    verdict = {
        "kept": f"its in-context learning is kept (loss below {margin})",
        "broken": "its in-context learning is broken",
        "not shown to be kept": f"its in-context learning is not shown to be kept (loss below {margin})",
        "not measurable": "",
    }[found.verdict]
    return (Name(found.tuned), f": {verdict}. Few-shot retention is {ratio(value)} ({ends}); 1 is everything that ",
            Name(result.base.name), " can do, 0 is guessing.")  # fmt: skip


def made(result: RetentionResult) -> str:
    """How it was made, in one line."""
    answers = sum(model.table.height for model in result.measured)
    few = len(result.comparisons)
    return (
        f"{few} tuned model{'s' if few != 1 else ''}, {len(result.tasks)} task{'s' if len(result.tasks) != 1 else ''}, "
        f"{count(answers)} answers. Made with tacit {result.tacit}."
    )


def next_steps(result: RetentionResult) -> list[str]:
    """What to do now."""
    verdicts = {found.verdict for found in result.comparisons}
    steps = []
    if "broken" in verdicts:
        steps.append(
            "Tune again with --keep few-shot (tacit tune): distilling the base's answers on few-shot prompts is what "
            "keeps most. Which entries are tuned matters less than that."
        )
        steps.append(
            "Or interpolate with the base (tacit tune --average) and measure again; and stop earlier: most of the "
            "damage falls in the first 5 to 100 steps (--stop-at-retention)."
        )
    if "not shown to be kept" in verdicts:
        steps.append(
            "Ask more: the interval narrows with --items, and with --draws where draws of demonstrations differ much. "
            "Below 5 draws the interval is wide because little is known of what another draw would give."
        )
    if "not measurable" in verdicts:
        steps.append(
            "Choose tasks that the base can do (--tasks), or more demonstrations (--shots): a share of nothing cannot "
            "be measured. The difference in points is there all the same."
        )
    if any(found.target is None for found in result.comparisons):
        steps.append("Give the data of the new task (--target), to see what was gained for what was lost.")
    if verdicts == {"kept"}:
        steps.append(
            "Nothing needs to be done for these tasks. Others may fare otherwise: add your own with --tasks FILE."
        )
    return steps
