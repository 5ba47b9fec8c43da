"""The claims of a study for people: a table for its page, a list for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.report import html
from tacit.report.figures import MINUS, between, count, percent
from tacit.report.html import Child, Html, data, el, join, table
from tacit.report.terminal import bullet, plain, tight
from tacit.report.text import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from tacit.studies.claims import Claim

_FINE: Final = 0.01
"""Below this a share needs more digits than one."""
_LONG: Final = 300
_CLAIMS: Final = 8
_WHY: Final = 130
_INTRO: Final = (
    "What this study set out to show, checked one by one. A claim holds if its interval bears it out, not only its "
    "number. Those that do not hold come first. Differences are in points, shares in percent."
)


def claim_value(claim: Claim) -> tuple[str, str]:
    """The number of a claim in hundredths, as those of studies are shares or differences of shares; its interval."""
    if claim.value is None:
        return "not known", ""
    shown = f"{100 * claim.value:.1f}" if abs(claim.value) >= _FINE else percent(claim.value, unit=False)
    form = "{:.1f}" if abs(claim.value) >= _FINE else "{:.2f}"
    ends = between(claim.low, claim.high, lambda x: form.format(100 * x).replace("-", MINUS))
    return shown.replace("-", MINUS), ends


def claims_table(claims: Sequence[Claim], *, rows: int, text: int) -> Html:
    """Every claim with its interval, those that do not hold first.

    Args:
        claims: All of them.
        rows: How many are shown; how many are not is said.
        text: Characters of a sentence.
    """
    every = sorted(claims, key=lambda claim: claim.holds)
    if not every:
        return Html("")
    made = [_row(claim, text) for claim in every[:rows]]
    header = ("Claim", "Does it hold?", "Value, %", "Interval", "n", "Why")
    return join([
        el("p", _INTRO),
        table("Claims", header, made, numeric=(2, 3, 4), class_="wide"),
        html.left_out(len(made), len(every), "claims", "result.json"),
    ])  # fmt: skip


def _row(claim: Claim, text: int) -> list[Child]:
    value, ends = claim_value(claim)
    word = (
        el("b", "✓ holds", class_="good verdict") if claim.holds else el("b", "✗ does not hold", class_="bad verdict")
    )
    number = el("span", value, class_="missing") if claim.value is None else value
    return [_long(claim.name, text), word, number, ends or "–", count(claim.n), _long(claim.why, text)]


def _long(told: str, text: int) -> Html:
    """A sentence wide enough to be read where the table scrolls sideways."""
    return el("div", data(told, text), style="min-width:15rem")


def claims_listed(claims: Sequence[Claim]) -> list[RenderableType]:
    """The tally, and each claim that does not hold with its reason."""
    failed = [claim for claim in claims if not claim.holds]
    if not failed:
        return [plain(f"All {len(claims)} claims hold.")]
    lines: list[RenderableType] = [
        plain(f"{len(claims) - len(failed)} of {len(claims)} claims hold. Not these (numbers in hundredths):", "bold")
    ]
    lines += [bullet(_line(claim)) for claim in failed[:_CLAIMS]]
    more = len(failed) - _CLAIMS
    return [*lines, plain(f"{more} more are in result.json and the report", "dim")] if more > 0 else lines


def _line(claim: Claim) -> str:
    name = shorten(claim.name.rstrip("."), _LONG)
    value, ends = claim_value(claim)
    return tight(f"{name}: {value}{f' ({ends})' if ends else ''}, n {claim.n}. {shorten(claim.why, _WHY)}")
