"""The study in a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.report.figures import known
from tacit.report.terminal import as_text, bullet, grid, heading, plain, print_blocks, tight
from tacit.studies.claims_shown import claims_listed
from tacit.studies.forgetting.report_words import KEEPS, TITLE, UPDATES, find, headline, signed

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tacit.studies.forgetting.result import ForgettingResult

_MOST = 16
_SHORT = {"none": "plain", "few-shot-loss": "+FS loss", "few-shot": "distilled", "l2": "L2", "average": "averaged"}


def print_study(result: ForgettingResult, console: Console) -> None:
    """Print the answers, what was kept by each way of tuning, and the claims that do not hold, in 80 columns.

    Args:
        result: What was found.
        console: Where to print.
    """
    blocks: list[list[RenderableType]] = [
        [heading(TITLE), plain(tight(headline(result)))],
        [_kept(result)],
        [bullet(tight(line)) for line in result.advice],
        claims_listed(result.claims),
    ]
    print_blocks(console, blocks)


def study_text(result: ForgettingResult) -> str:
    """What `print_study` prints, as plain text of at most 80 columns."""
    return as_text(lambda console: print_study(result, console))


def _kept(result: ForgettingResult) -> RenderableType:
    keeps = [keep for keep in KEEPS if any(t.keep == keep for t in result.tunings)]
    rows = [[words, *(_cell(result, update, keep) for keep in keeps)] for update, words in UPDATES.items()]
    rows = [row for row in rows if any(cell != "–" for cell in row[1:])]
    note = (
        f"In-context learning kept at the same error on the skill: linear functions, 3 layers, {_MOST} demonstrations."
    )
    return grid(("Trained", *(_SHORT[keep] for keep in keeps)), rows, numeric=range(1, len(keeps) + 1), notes=[note])


def _cell(result: ForgettingResult, update: str, keep: str) -> str:
    found = find(result, update, keep)
    if found is not None and not found.comparable:
        return "not reached"
    value = known(found.retention[_MOST]) if found else None
    return "–" if value is None else tight(signed(value))
