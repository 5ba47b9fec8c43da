"""The study for people: a page that tells the story with pictures, and a table for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.report.page import MAX_BYTES, fitting, page
from tacit.studies.reporting_bias.report_details import (
    asking_section,
    claims_section,
    dose_section,
    yours_section,
)
from tacit.studies.reporting_bias.report_methods import methods_section
from tacit.studies.reporting_bias.report_sections import lead, scale_section, unsaid_section, verdict_section
from tacit.studies.reporting_bias.report_terminal import print_study, study_text
from tacit.studies.reporting_bias.report_view import STEPS, View
from tacit.studies.reporting_bias.report_words import TITLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.studies.reporting_bias.report_view import Limits
    from tacit.studies.reporting_bias.result import ReportingBiasResult

__all__ = ["MAX_BYTES", "print_study", "render_study", "study_text"]


def render_study(result: ReportingBiasResult, *, run: Mapping[str, str] | None = None) -> str:
    """The report as one HTML file.

    The page holds no script, loads nothing and stays below 2 MB. The same result gives the same bytes.

    Args:
        result: What was found.
        run: More facts about the run to list at the end, e.g. ``{"duration": "5 min 12 s"}``.

    Returns:
        The file's text; write it as UTF-8.
    """
    view = View(result)
    more = {str(key): str(value) for key, value in (run or {}).items()}
    return fitting(lambda limits: _page(view, more, limits), STEPS)


def _page(view: View, run: Mapping[str, str], limits: Limits) -> str:
    sections = [
        ("unsaid", "What captions leave unsaid", unsaid_section(view, limits)),
        ("scale", "What scale did", scale_section(view, limits)),
        ("verdicts", "The verdict on scale", verdict_section(view, limits)),
        ("asking", "What asking did", asking_section(view, limits)),
        ("doses", "How much asking it takes", dose_section(view, limits)),
        ("claims", "What holds and what does not", claims_section(view, limits)),
        ("yours", "Your own captions and models", yours_section(view, limits)),
        ("methods", "How this was made", methods_section(view, run, limits)),
    ]
    return page(TITLE, lead(view, limits), sections)
