"""Retention in a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report.figures import between, count, known, number, percent, points
from tacit.report.terminal import as_text, bullet, grid, heading, plain, print_blocks, tight
from tacit.report.text import shorten
from tacit.tuning.retention.report_words import ALL_TASKS, headline, made, next_steps, over_what, ratio, told_levels

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tacit.evidence.estimate import Estimate
    from tacit.tuning.retention.result import Comparison, RetentionResult

_MODELS: Final = 12
_REMARKS: Final = 12
_LAYERS: Final = 12
_LONG: Final = 300


def print_retention(result: RetentionResult, console: Console) -> None:
    """Print verdicts, retention per task and number of demonstrations, and what was noticed, in at most 80 columns.

    Args:
        result: What was found.
        console: Where to print.
    """
    several = len(result.comparisons) > 1
    blocks: list[list[RenderableType]] = [
        [heading(tight("".join(headline(result)))), plain(made(result), "dim")],
        [_verdicts(result)] if several else [],
    ]
    for found in result.comparisons[:_MODELS]:
        title = [plain(shorten(found.tuned, _LONG), "bold")] if several else []
        blocks += [[*title, _levels(found)], _inside(found)]
    blocks.append([bullet(tight(shorten(words, _LONG))) for words in result.remarks[:_REMARKS]])
    blocks.append([plain("What to do next", "bold"), *(bullet(words) for words in next_steps(result))])
    more = [("models", len(result.comparisons) - _MODELS), ("remarks", len(result.remarks) - _REMARKS)]
    blocks.append([plain(f"{count(n)} more {what} are in result.json.", "dim") for what, n in more if n > 0])
    print_blocks(console, blocks)


def retention_text(result: RetentionResult) -> str:
    """What `print_retention` prints, as plain text of at most 80 columns."""
    return as_text(lambda console: print_retention(result, console))


def _verdicts(result: RetentionResult) -> RenderableType:
    rows = [
        [found.tuned, found.verdict, *_kept(found.retention), _gain(found)] for found in result.comparisons[:_MODELS]
    ]
    return grid(("Tuned", "Verdict", "Kept", "Interval", "Gain"), rows, numeric=(2, 3, 4), name_width=22)


def _levels(found: Comparison) -> RenderableType:
    rows = [
        [level.task or ALL_TASKS, shots, _share(level.kept.base), _share(level.kept.tuned),
         _points(level.kept.difference), *_kept(level.kept.retention)]
        for level, shots in told_levels(found) if level.task is None or level.shots is None
    ]  # fmt: skip
    notes = (f"Kept: 1 is all, 0 is guessing. Interval: {over_what(found)}",)
    header = ("Task", "Shots", "Base", "Tuned", "Diff.", "Kept", "Interval")
    return grid(header, rows, notes=notes, numeric=range(2, len(header)), name_width=16)


def _inside(found: Comparison) -> list[RenderableType]:
    told = []
    whole = found.levels[0]
    if known(whole.form_difference) is not None:
        told.append(f"Answers in form: base {_share(whole.base_in_form)}, tuned {_share(whole.tuned_in_form)}.")
    if found.target is not None:
        told.append(f"Gain on the target ({found.target.measure}): {_gain(found)}.")
    if found.divergence is not None and (nats := known(found.divergence.nats)) is not None:
        told.append(f"KL(base || tuned) on the target: {tight(number(nats))} nats per token.")
    if found.drift is not None:
        values = [tight(number(known(layer.distance) or 0.0)) for layer in found.drift.layers]
        more = f" and {len(values) - _LAYERS} more" if len(values) > _LAYERS else ""
        told.append(f"Attention drift by layer: {', '.join(values[:_LAYERS])}{more}.")
    return [plain(words) for words in told]


def _gain(found: Comparison) -> str:
    if found.target is None or (value := known(found.target.gain)) is None:
        return "–"
    if found.target.accuracy is not None:
        return tight(f"{points(100 * value)} points")
    return tight(f"{number(value, signed=True)} nats")


def _kept(estimate: Estimate) -> tuple[str, str]:
    value = known(estimate)
    if value is None:
        return "–", "not measurable"
    return tight(ratio(value)), tight(between(estimate.low, estimate.high, ratio))


def _share(estimate: Estimate) -> str:
    value = known(estimate)
    return "–" if value is None else tight(percent(value))


def _points(estimate: Estimate) -> str:
    value = known(estimate)
    return "–" if value is None else tight(points(100 * value))
