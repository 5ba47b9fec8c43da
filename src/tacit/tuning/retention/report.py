"""A measurement of retention for people: a page that explains itself, and tables for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.report.figures import count
from tacit.report.html import Html, data, el, join, sentence
from tacit.report.page import MAX_BYTES, fitting, page
from tacit.tuning.retention.report_parts import (
    curves_section,
    inside_section,
    levels_section,
    methods_section,
    missing_section,
    verdict_section,
)
from tacit.tuning.retention.report_terminal import print_retention, retention_text
from tacit.tuning.retention.report_words import TITLE, headline, made, next_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.tuning.retention.result import RetentionResult

__all__ = ["MAX_BYTES", "print_retention", "render_retention", "retention_text"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of everything one page shows; what is left out is said on the page.

    Attributes:
        models: Tuned models with charts.
        tasks: Tasks with charts, per model.
        rows: Rows in a table.
        remarks: Remarks.
        text: Characters of a text from data.
    """

    models: int = 6
    tasks: int = 8
    rows: int = 400
    remarks: int = 40
    text: int = 400


STEPS: Final = (Limits(), Limits(3, 4, 120, 20, 200), Limits(1, 2, 40, 8, 100))
"""Tried in turn until the page is small enough."""


def render_retention(result: RetentionResult, *, run: Mapping[str, str] | None = None) -> str:
    """The report as one HTML file: no script, nothing loaded, below 2 MB. The same result gives the same bytes.

    Args:
        result: What was found.
        run: More facts about the run to list at the end.

    Returns:
        The file's text; write it as UTF-8.
    """
    more = {str(key): str(value) for key, value in (run or {}).items()}
    return fitting(lambda limits: _page(result, more, limits), STEPS)


def _page(result: RetentionResult, run: Mapping[str, str], limits: Limits) -> str:
    steps = el("ul", *(el("li", words) for words in next_steps(result)))
    sections = [
        ("verdicts", "What was kept", verdict_section(result, limits.rows)),
        ("next", "What to do next", steps),
        ("curves", "Accuracy over demonstrations", curves_section(result, limits.models, limits.tasks)),
        ("inside", "How far the model moved", inside_section(result, limits.models)),
        ("levels", "Every comparison", levels_section(result, limits.rows)),
        ("missing", "What is missing", missing_section(result, limits.rows)),
        ("methods", "How each number was made", methods_section(result, run)),
    ]
    return page(TITLE, _lead(result, limits), sections)


def _lead(result: RetentionResult, limits: Limits) -> Html:
    told = [el("li", data(words, limits.text)) for words in result.remarks[: limits.remarks]]
    rest = len(result.remarks) - len(told)
    if rest > 0:
        told.append(el("li", f"{count(rest)} more remarks are in result.json."))
    return join([
        el("h1", TITLE),
        el("p", sentence(headline(result)), class_="headline"),
        el("p", made(result), class_="made"),
        el("ul", *told, class_="findings") if told else None,
    ])  # fmt: skip
