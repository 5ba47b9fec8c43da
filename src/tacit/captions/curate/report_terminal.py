"""A selection's headline numbers in a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.words import type_word
from tacit.report.figures import count, known, number, percent, share, why_missing
from tacit.report.terminal import as_text, bullet, grid, heading, plain, print_blocks, tight
from tacit.report.text import shorten

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tacit.captions.curate.result import CurateResult, TypeOutcome

SHIPPED: Final = "shipped validation"
_LONG: Final = 400


def headline(result: CurateResult) -> str:
    """What came out, in a sentence."""
    targets = [outcome for outcome in result.types if outcome.wanted is not None]
    short = [outcome.type for outcome in targets if not outcome.met]
    size = f"{count(result.size)} captions chosen from {count(result.pool)}"
    if not short:
        return f"{size}: {'every target is' if len(targets) > 1 else 'the target is'} reached."
    return f"{size}: not enough that state {' or '.join(short)}."


def print_curate(result: CurateResult, console: Console) -> None:
    """Print what was chosen, in at most 80 columns.

    Args:
        result: What a curation returned.
        console: Where to print.
    """
    told = f"{count(result.read)} captions read, {count(result.different)} different ones chosen, seed {result.seed}"
    blocks: list[list[RenderableType]] = [
        [heading(headline(result)), plain(told, "dim")],
        [_types(result)],
        [bullet(tight(shorten(note, _LONG))) for note in result.notes],
    ]
    print_blocks(console, blocks)


def curate_text(result: CurateResult) -> str:
    """What `print_curate` prints, as plain text of at most 80 columns."""
    return as_text(lambda console: print_curate(result, console))


def _types(result: CurateResult) -> RenderableType:
    rows = []
    notes = []
    for outcome in result.types:
        true = share(outcome.true_share)
        if known(outcome.true_share) is None:
            true = "not known"
            notes.append(f"{outcome.type}: {why_missing(outcome.true_share)}")
        elif outcome.source == SHIPPED:
            true += "*"  # without a blank, at which it would go to a line of its own
            notes.append("* if the detector errs as on the captions that come with tacit; --labels tells")
        wanted = "–" if outcome.target is None else f"{count(outcome.wanted or 0)} ({percent(outcome.target)})"
        rows.append([
            type_word(outcome.type).name, tight(percent(outcome.pool_share.value or 0.0)), tight(wanted),
            tight(f"{count(outcome.chosen)} ({percent(outcome.share)})"), tight(true), repeated(outcome),
        ])  # fmt: skip
    header = ("Statement", "In pool", "Wanted", "Chosen", "Truly state it", "Each")
    return grid(header, rows, notes=list(dict.fromkeys(notes)), numeric=(1, 2, 3), folding=(0, 4))


def repeated(outcome: TypeOutcome) -> str:
    """How often each caption of a type stands in the selection."""
    if not outcome.different:
        return "–"
    mean = outcome.chosen / outcome.different
    return "once" if mean == 1 else f"{number(mean)} times"
