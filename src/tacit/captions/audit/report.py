"""The audit's result for people: a page that explains itself, and a table for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.captions.audit.report_details import (
    accuracy_section,
    checks_section,
    contrast_section,
    methods_section,
    subtypes_section,
)
from tacit.captions.audit.report_parts import (
    TITLE,
    charts,
    combinations_section,
    counts_section,
    groups_section,
    kinds_section,
    languages_section,
    lead,
)
from tacit.captions.audit.report_reported import reported_section
from tacit.captions.audit.report_terminal import audit_text, print_audit
from tacit.captions.audit.report_view import STEPS, View
from tacit.report.page import MAX_BYTES, fitting, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.captions.audit.report_parts import Charts
    from tacit.captions.audit.report_view import Limits
    from tacit.captions.audit.result import AuditResult

__all__ = ["MAX_BYTES", "audit_text", "print_audit", "render_audit"]


def render_audit(result: AuditResult, *, run: Mapping[str, str] | None = None) -> str:
    """The report as one HTML file.

    The page holds no script, loads nothing and stays below 2 MB whatever the size of the audit: of many groups it
    shows those with most captions and says how many are in the parquet tables. The same result gives the same bytes.

    Args:
        result: What the audit found.
        run: More facts about the run to list at the end, e.g. ``{"inputs": "captions.parquet"}``.

    Returns:
        The file's text; write it as UTF-8.
    """
    view = View(result)
    drawn = charts(view)
    facts = {str(key): str(value) for key, value in (run or {}).items()}
    return fitting(lambda limits: _page(view, drawn, facts, limits), STEPS)


def _page(view: View, drawn: Charts, run: Mapping[str, str], limits: Limits) -> str:
    sections = [
        ("kinds", "Beside published corpora", kinds_section(view, drawn)),
        ("groups", "Groups side by side", groups_section(view, drawn, limits)),
        ("subtypes", "What the rates are made of", subtypes_section(view, limits)),
        ("reported", "What was reported of what was there", reported_section(view, drawn.get("reported"), limits)),
        ("counts", "Which numbers are stated", counts_section(view, drawn)),
        ("combinations", "Several kinds in one caption", combinations_section(view, limits)),
        ("languages", "Languages, and what was not audited", languages_section(view, limits)),
        ("accuracy", "How far to trust the detector", accuracy_section(view, limits)),
        ("contrast", "Compared with another detector", contrast_section(view, limits)),
        ("checks", "Checks", checks_section(view, limits)),
        ("methods", "How each number was made", methods_section(view, run, limits)),
    ]
    return page(TITLE, lead(view, limits), sections)
