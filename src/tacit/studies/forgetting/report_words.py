"""What the study found, in sentences that are worked out from its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report.figures import between, known, listing, percent, why_missing

if TYPE_CHECKING:
    from tacit.evidence.estimate import Estimate
    from tacit.studies.forgetting.result import ForgettingResult, Tuning

TITLE: Final = "Tuning for a skill: what does it cost in-context learning, and what keeps it?"
LABORATORY: Final = (
    "This is a laboratory: one layer of linear attention, where formulas say what must happen, and small softmax "
    "transformers, where they do not. Each is trained to learn a task from demonstrations, then tuned to do one task "
    "without any, and asked again for tasks that it has never seen. It measures no large model; tacit tune and tacit "
    "retention do."
)
UPDATES: Final = {
    "all": "everything", "attention": "attention", "value": "values", "output": "outputs", "mlp": "MLPs",
    "lora-value": "LoRA on values",
}  # fmt: skip
KEEPS: Final = {
    "none": "nothing else", "few-shot-loss": "with the few-shot loss", "few-shot": "distilling on few-shot prompts",
    "l2": "pulled to the base", "average": "averaged with the base",
}  # fmt: skip
WORLDS: Final = {
    "lines": "Linear functions", "symbols": "Symbols with arbitrary labels",
}  # fmt: skip


def told(estimate: Estimate) -> str:
    """A share with its interval."""
    if known(estimate) is None:
        return f"not known: {why_missing(estimate)}"
    ends = between(estimate.low, estimate.high, lambda end: signed(end).replace("%", "").strip())
    return signed(estimate.value or 0.0) + (f" ({ends})" if ends else "")


def signed(share: float) -> str:
    """A share that may be below 0, in percent.

    Example:
        >>> signed(-0.314).split()
        ['−31.4', '%']
    """
    shown = percent(abs(share))
    return f"−{shown}" if share < 0 else shown


def headline(result: ForgettingResult) -> str:
    """The answer in a sentence or two."""
    ways = {
        "everything": find(result, "all", "none"),
        "the values alone": find(result, "value", "none"),
        "everything while distilling the base": find(result, "all", "few-shot"),
    }
    found = {words: t for words, t in ways.items() if t is not None and t.comparable}
    parts = []
    if found:
        most = max(max(t.retention) for t in found.values())
        kept = listing([f"{words} {signed(t.retention[most].value or 0.0)}" for words, t in found.items()])
        parts.append(f"Of in-context learning, at the same error on the skill, is left after tuning {kept}.")
    held = sum(claim.holds for claim in result.claims)
    parts.append(f"{held} of {len(result.claims)} claims hold.")
    return " ".join(parts)


def find(result: ForgettingResult, update: str, keep: str, **more: object) -> Tuning | None:
    """One way of tuning, ``None`` where the preset has none: by default at the same error, lines, three layers."""
    wanted = {"question": "matched", "world": "lines", "depth": 3, "pool": "unseen"} | more
    for tuning in result.tunings:
        if (tuning.update, tuning.keep) == (update, keep) and all(
            getattr(tuning, name) == value for name, value in wanted.items()
        ):
            return tuning
    return None
