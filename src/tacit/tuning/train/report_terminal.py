"""A run of `tacit tune` in a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report.figures import count, interval, known, percent
from tacit.report.terminal import as_text, bullet, grid, heading, plain, print_blocks, tight
from tacit.report.text import shorten
from tacit.tuning.train.report_words import (
    cost_words,
    headline,
    kept_words,
    next_steps,
    proof_words,
    trained_words,
)
from tacit.tuning.train.sparkline import BARS, PLAIN, sparkline

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tacit.tuning.train.result import TuneResult

_CHECKS: Final = 16
_REMARKS: Final = 12
_LONG: Final = 400
_WIDTH: Final = 60


def print_tune(result: TuneResult, console: Console) -> None:
    """Print what was trained, what came of it and what to do next, in at most 80 columns.

    Args:
        result: What was done.
        console: Where to print.
    """
    facts = [trained_words(result), cost_words(result), f"kept: {kept_words(result)}", proof_words(result)]
    blocks: list[list[RenderableType]] = [
        [heading(tight("".join(headline(result))))],
        [bullet(tight(shorten(words, _LONG))) for words in facts],
        _curve(result, console.encoding),
        [_checks(result)] if result.checks else [],
        [bullet(tight(shorten(words, _LONG))) for words in result.remarks[:_REMARKS]],
        [plain("Next:", "bold"), *(bullet(words) for words in next_steps(result))],
    ]
    print_blocks(console, blocks)


def tune_text(result: TuneResult) -> str:
    """What `print_tune` prints, as plain text of at most 80 columns."""
    return as_text(lambda console: print_tune(result, console))


def _curve(result: TuneResult, encoding: str) -> list[RenderableType]:
    if not result.steps:
        return []
    bars = BARS if encoding.lower().startswith("utf") else PLAIN
    losses = [step.task_loss for step in result.steps]
    lines = [f"loss  {sparkline(losses, _WIDTH, bars=bars)}  {losses[0]:.3f} to {losses[-1]:.3f}"]
    held = [step.keep_loss for step in result.steps if step.keep_loss is not None]
    if held:
        lines.append(f"keep  {sparkline(held, _WIDTH, bars=bars)}  {held[0]:.3f} to {held[-1]:.3f}")
    return [plain(line) for line in lines]


def _checks(result: TuneResult) -> RenderableType:
    shown = result.checks
    if len(shown) > _CHECKS:
        shown = (*shown[: _CHECKS // 2], *shown[-_CHECKS // 2 :])
    rows = []
    for check in shown:
        left = None if check.reading is None else check.reading.retention
        value = None if left is None else known(left)
        rows.append([
            ("> " if check.step == result.kept.step else "  ") + count(check.step),
            "–" if check.held_out is None else f"{check.held_out:.3f}",
            "–" if value is None else tight(percent(value)),
            "–" if left is None or value is None else interval(left) or "–",
        ])  # fmt: skip
    missing = len(result.checks) - len(shown)
    notes = ["Left: of the few-shot ability, on generated tasks. >: the weights that were kept"]
    notes += [f"{count(missing)} more checks are in result.json"] if missing else []
    return grid(("Step", "Held-out loss", "Left", "95% int."), rows, notes=notes, numeric=range(4))
