"""A measurement of conversations for people: a page that explains itself, and tables for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.measure.report_parts import (
    decisions_section,
    differences_section,
    methods_section,
    replies_section,
    retrieval_section,
)
from tacit.dialogue.measure.report_words import (
    TITLE,
    has_retrieval,
    headline,
    headline_group,
    made,
    told,
)
from tacit.dialogue.measure.scoring import DECISION, GROUNDING, RB_ALG
from tacit.dialogue.measure.summary import ALL
from tacit.report.html import Html, data, el, join, sentence
from tacit.report.page import fitting, page
from tacit.report.terminal import as_text, bullet, grid, heading, plain, print_blocks
from tacit.report.text import shorten

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from tacit.dialogue.measure.result import RagEvalResult

__all__ = ["print_rag_eval", "rag_eval_text", "render_rag_eval"]

_SYSTEMS: Final = 12
_LONG: Final = 300
_AT: Final = ("recall@5", "ndcg@5", "recall@10", "ndcg@10")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one page shows.

    Attributes:
        systems: Systems in a table.
        rows: Rows of the table of differences.
    """

    systems: int = 24
    rows: int = 200


STEPS: Final = (Limits(), Limits(8, 60), Limits(3, 20))
"""Tried in turn until the page is small enough."""


def render_rag_eval(result: RagEvalResult) -> str:
    """The report as one HTML file: no script, nothing loaded, below 2 MB. The same result gives the same bytes.

    Args:
        result: What was found.

    Returns:
        The file's text; write it as UTF-8.
    """
    return fitting(lambda limits: _page(result, limits), STEPS)


def _page(result: RagEvalResult, limits: Limits) -> str:
    empty = Html("")
    sections = [
        ("retrieval", "What is found", retrieval_section(result, limits.systems) or empty),
        ("decisions", "What is decided", decisions_section(result, limits.systems) or empty),
        ("replies", "What is replied", replies_section(result, limits.systems) or empty),
        ("differences", "Against other systems", differences_section(result, limits.rows) or empty),
        ("methods", "How each number was made", methods_section(result)),
    ]
    remarks = [el("li", data(words, _LONG)) for words in result.remarks]
    lead = join([
        el("h1", TITLE), el("p", sentence(headline(result)), class_="headline"),
        el("p", data(made(result)), class_="made"), el("ul", *remarks, class_="findings") if remarks else None,
    ])  # fmt: skip
    return page(TITLE, lead, sections)


def print_rag_eval(result: RagEvalResult, console: Console) -> None:
    """Print retrieval, decisions, replies and what bounds them, in at most 80 columns.

    Args:
        result: What was found.
        console: Where to print.
    """
    blocks: list[list[RenderableType]] = [
        [heading("".join(headline(result))), plain(made(result), "dim")],
        _retrieval(result),
        _decisions(result),
        [bullet(shorten(words, _LONG)) for words in (*result.limits, *result.remarks)],
    ]
    print_blocks(console, blocks)


def rag_eval_text(result: RagEvalResult) -> str:
    """What `print_rag_eval` prints, as plain text of at most 80 columns."""
    return as_text(lambda console: print_rag_eval(result, console))


def _retrieval(result: RagEvalResult) -> list[RenderableType]:
    systems = [system for system in result.systems if has_retrieval(system)][:_SYSTEMS]
    if not systems:
        return []
    group = headline_group(result)
    rows = [[system.name, *(told(system.mean(name, group), ends=name == "ndcg@5") for name in _AT)]
            for system in systems]  # fmt: skip
    domains = [name for name in result.dataset.apart if systems[0].mean("recall@5", name, "domain")]
    rows += [[f"{name} only: {system.name}", *(told(system.mean(metric, name, "domain"), ends=metric == "ndcg@5")
                                               for metric in _AT)]
             for name in domains for system in systems]  # fmt: skip
    notes = " ".join([f"Retrieval, {group}.", *(f"{name}: {result.dataset.apart[name]}." for name in domains)])
    return [grid(("Retrieval", *_AT), rows, notes=(notes,), numeric=range(1, 5), name_width=24)]


def _decisions(result: RagEvalResult) -> list[RenderableType]:
    rows = []
    for system in result.systems[:_SYSTEMS]:
        scores = system.decisions
        if scores is None:
            continue
        clarify = scores.by_class.get("clarify")
        rows.append([
            system.name, told(scores.macro_f1, ends=False),
            told(clarify.precision if clarify else None, ends=False),
            told(clarify.recall if clarify else None, ends=False), told(scores.false_clarifications, ends=False),
            *(told(system.mean(name, ALL), ends=False) for name in (DECISION, GROUNDING, RB_ALG)),
        ])  # fmt: skip
    if not rows:
        return []
    header = ("Decisions", "macro-F1", "asks: P", "R", "false", "right", "grounded*", "RB_alg*")
    notes = ("False: asks back though the task is answerable. * a proxy: words, no model.",)
    return [grid(header, rows, notes=notes, numeric=range(1, len(header)), name_width=20)]
