"""A selection for people: a page that explains itself, and a table for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.captions.curate.report_parts import (
    STEPS,
    TITLE,
    balance_section,
    examples_section,
    lead,
    methods_section,
    overlaps_section,
    types_section,
)
from tacit.captions.curate.report_terminal import curate_text, print_curate
from tacit.report.page import MAX_BYTES, fitting, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.captions.curate.report_parts import Limits
    from tacit.captions.curate.result import CurateResult

__all__ = ["MAX_BYTES", "curate_text", "print_curate", "render_curate"]


def render_curate(result: CurateResult, *, run: Mapping[str, str] | None = None) -> str:
    """The report as one HTML file.

    The page holds no script and loads nothing. The same result gives the same bytes.

    Args:
        result: What a curation returned.
        run: More facts about the run to list at the end, e.g. ``{"inputs": "captions.parquet"}``.

    Returns:
        The file's text; write it as UTF-8.
    """
    facts = {str(key): str(value) for key, value in (run or {}).items()}
    return fitting(lambda limits: _page(result, facts, limits), STEPS)


def _page(result: CurateResult, run: Mapping[str, str], limits: Limits) -> str:
    sections = [
        ("types", "What was wanted and what was chosen", types_section(result)),
        ("balance", "What the chosen captions are made of", balance_section(result, limits)),
        ("examples", "Some of the chosen captions", examples_section(result, limits)),
        ("overlaps", "Captions left out because they overlap evaluation items", overlaps_section(result, limits)),
        ("methods", "How the captions were chosen", methods_section(result, run)),
    ]
    return page(TITLE, lead(result), sections)
