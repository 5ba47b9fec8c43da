"""The study in a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report.figures import between, known, percent, why_missing
from tacit.report.terminal import as_text, bullet, grid, heading, plain, print_blocks, tight
from tacit.report.text import shorten
from tacit.studies.claims_shown import claims_listed
from tacit.studies.reporting_bias.report_view import View
from tacit.studies.reporting_bias.report_words import (
    TITLE,
    claims_sentence,
    dose_sentence,
    headline,
    kept_sentence,
    verdict_words,
)

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tacit.evidence.estimate import Estimate
    from tacit.report.html import Sentence
    from tacit.studies.reporting_bias.result import ReportingBiasResult

_NOTE: Final = (
    "Reported: of the ordinary captions of pictures with something to report. Asked, chosen: points over as many more "
    "words of ordinary captions, with 95% intervals. A small world and small models: no measure of large ones."
)
_COLUMNS: Final = {"elicited": "asked", "curated": "chosen"}
_LONG: Final = 300


def print_study(result: ReportingBiasResult, console: Console) -> None:
    """Print the answers, a line for each type, and the claims that do not hold, in at most 80 columns.

    Args:
        result: What was found.
        console: Where to print.
    """
    view = View(result)
    told = _unknown(view)
    told += [_flat(parts)] if (parts := kept_sentence(view)) else []
    told += [_flat(parts)] if (parts := dose_sentence(view)) else []
    yours = ["Your own models were judged apart: see the report."] if result.yours is not None else []
    remarks = [shorten(remark, _LONG) for remark in result.remarks[:5]]
    blocks: list[list[RenderableType]] = [
        [heading(TITLE), plain(_flat(headline(view)))],
        [_types(view), plain(_NOTE, "dim")] if view.types else [],
        [bullet(line) for line in (*told, *yours)],
        _claims(view),
        [bullet(line) for line in remarks],
    ]
    print_blocks(console, blocks)


def study_text(result: ReportingBiasResult) -> str:
    """What `print_study` prints, as plain text of at most 80 columns."""
    return as_text(lambda console: print_study(result, console))


def _flat(parts: Sentence) -> str:
    return tight("".join(shorten(part, _LONG) for part in parts))


def _types(view: View) -> RenderableType:
    rows = [_row(view, name) for name in view.types]
    return grid(("Type", "Reported", "With scale", "Asked", "Chosen"), rows, numeric=(1,), folding=range(5))


def _row(view: View, name: str) -> list[str]:
    usual = view.unsaid("ordinary").get(name)
    value = known(usual.reported) if usual else None
    gains = [view.gain(arm, name) for arm in _COLUMNS]
    told = [_short(gain.difference) if gain else "not measured" for gain in gains]
    return [name, tight(percent(value)) if value is not None else "not known", verdict_words(view, name), *told]


def _short(made: Estimate) -> str:
    """Points in as few characters as the table needs."""
    value = known(made)
    if value is None:
        return "not known"
    ends = between(made.low, made.high, lambda x: f"{100 * x:+.0f}")
    return f"{100 * value:+.0f}" + (f" ({ends})" if ends else "")


def _unknown(view: View) -> list[str]:
    """Why numbers of the table are not known."""
    usual = view.unsaid("ordinary")
    cells = [(name, "reported", usual[name].reported) for name in view.types if name in usual]
    cells += [
        (name, column, gain.difference)
        for name in view.types
        for arm, column in _COLUMNS.items()
        if (gain := view.gain(arm, name))
    ]
    return [
        f"{name}, {column}: not known: {shorten(why_missing(made), _LONG)}"
        for name, column, made in cells
        if known(made) is None
    ]


def _claims(view: View) -> list[RenderableType]:
    """The tally, and each claim that does not hold with its reason."""
    if not view.result.failed:
        return [plain(_flat(claims_sentence(view)))]
    return claims_listed(view.result.claims)
