"""A probe's numbers in a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.probe.report_words import corrected_text, headline, models_text
from tacit.captions.probe.settings import AS_ASKED, CONTROLS
from tacit.report.figures import count, interval, known, percent
from tacit.report.terminal import as_text, bullet, grid, heading, plain, print_blocks, tight
from tacit.report.text import shorten

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tacit.captions.probe.result import ProbeResult
    from tacit.evidence.estimate import Estimate

_MODELS: Final = 12
_REMARKS: Final = 12
_LONG: Final = 300
_NAME: Final = 18
_NOTES: Final = ("Corr.: corrected for chance; 0 is guessing, 1 is perfect",)


def print_probe(result: ProbeResult, console: Console) -> None:
    """Print the accuracies and what was noticed, in at most 80 columns.

    Args:
        result: What was found.
        console: Where to print.
    """
    made = f"{count(result.items)} items, {models_text(result)}"
    blocks: list[list[RenderableType]] = [
        [heading(tight("".join(headline(result)))), plain(made, "dim")],
        *([plain(shorten(name, _LONG), "bold"), _scores(result, name)] for name in list(result.systems)[:_MODELS]),
        [_set(result)] if not result.systems else [],
        [bullet(tight(shorten(words, _LONG))) for words in result.remarks[:_REMARKS]],
    ]
    more = [("models", len(result.systems) - _MODELS), ("remarks", len(result.remarks) - _REMARKS)]
    blocks.append([plain(f"{count(n)} more {what} are in result.json.", "dim") for what, n in more if n > 0])
    print_blocks(console, blocks)


def probe_text(result: ProbeResult) -> str:
    """What `print_probe` prints, as plain text of at most 80 columns."""
    return as_text(lambda console: print_probe(result, console))


def _scores(result: ProbeResult, system: str) -> RenderableType:
    controls = [c for c in CONTROLS if any(score.condition == c for score in result.scores)]
    found = {(s.capability, s.condition): s for s in result.scores if s.system == system}
    rows = []
    for check in result.checks:
        score = found[check.capability, AS_ASKED]
        rows.append([
            check.capability, _value(score.accuracy), interval(score.accuracy) or "–", tight(percent(score.chance)),
            tight(corrected_text(score)), *(_value(found[check.capability, c].accuracy) for c in controls),
            count(score.scored),
        ])  # fmt: skip
    header = ("Capability", "Right", "95% int.", "Chance", "Corr.", *(c.capitalize() for c in controls), "Items")
    return grid(header, rows, numeric=range(1, len(header)), name_width=_NAME, notes=_NOTES)


def _set(result: ProbeResult) -> RenderableType:
    rows = [
        [check.capability, count(check.items), tight(percent(check.chance)),
         *(_value(shortcut.accuracy) for shortcut in check.shortcuts), f"{check.position_p:.2g}"]
        for check in result.checks
    ]  # fmt: skip
    header = ("Capability", "Items", "Chance", "Longest", "Shortest", "Position", "Words", "p")
    notes = ["right without image or model, by four shortcuts; p: positions are even"]
    return grid(header, rows, notes=notes, numeric=range(1, len(header)), name_width=_NAME)


def _value(estimate: Estimate) -> str:
    value = known(estimate)
    return "–" if value is None else tight(percent(value))
