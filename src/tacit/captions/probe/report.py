"""A probe's result for people: a page that explains itself, and a table for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.captions.probe.report_parts import (
    charts,
    checks_section,
    examples_section,
    methods_section,
    scores_section,
)
from tacit.captions.probe.report_terminal import print_probe, probe_text
from tacit.captions.probe.report_words import TITLE, headline, models_text
from tacit.report.figures import count
from tacit.report.html import Html, data, el, join, sentence
from tacit.report.page import MAX_BYTES, fitting, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.captions.probe.report_parts import Charts
    from tacit.captions.probe.result import ProbeResult

__all__ = ["MAX_BYTES", "print_probe", "probe_text", "render_probe"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of everything one page shows; what is left out is said on the page.

    Attributes:
        charts: Capabilities with a chart.
        rows: Rows in a table.
        examples: Items shown.
        remarks: Remarks.
        text: Characters of a text from data.
    """

    charts: int = 24
    rows: int = 400
    examples: int = 60
    remarks: int = 40
    text: int = 300


STEPS: Final = (Limits(), Limits(12, 150, 30, 20, 160), Limits(4, 40, 10, 8, 80))
"""Tried in turn until the page is small enough."""


def render_probe(result: ProbeResult, *, run: Mapping[str, str] | None = None) -> str:
    """The report as one HTML file: no script, nothing loaded, below 2 MB. The same result gives the same bytes.

    Args:
        result: What was found.
        run: More facts about the run to list at the end.

    Returns:
        The file's text; write it as UTF-8.
    """
    more = {str(key): str(value) for key, value in (run or {}).items()}
    drawn = charts(result, STEPS[0].charts)
    return fitting(lambda limits: _page(result, drawn, more, limits), STEPS)


def _page(result: ProbeResult, drawn: Charts, run: Mapping[str, str], limits: Limits) -> str:
    sections = [
        (
            "scores",
            "How often the right caption is picked",
            scores_section(result, drawn[: limits.charts], limits.rows),
        ),
        ("set", "What the set gives away", checks_section(result, limits.rows)),
        ("mistakes", "The clearest mistakes", examples_section(result, limits.examples, limits.text)),
        ("methods", "How each number was made", methods_section(result, run)),
    ]
    return page(TITLE, _lead(result, limits), sections)


def _lead(result: ProbeResult, limits: Limits) -> Html:
    told = [el("li", data(words, limits.text)) for words in result.remarks[: limits.remarks]]
    rest = len(result.remarks) - len(told)
    if rest > 0:
        told.append(el("li", f"{count(rest)} more remarks are in result.json."))
    made = f"{count(result.items)} items, {models_text(result)}. Made with tacit {result.tacit}."
    return join([
        el("h1", TITLE),
        el("p", sentence(headline(result)), class_="headline"),
        el("p", made, class_="made"),
        el("ul", *told, class_="findings") if told else None,
    ])  # fmt: skip
