"""The colours of reports as a style sheet for served pages, so that there is one set of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from tacit.report.theme import FONT, css_variables

if TYPE_CHECKING:
    from starlette.requests import Request


def theme(_: Request) -> Response:
    """Variables of CSS, for light and dark screens."""
    dark = f"@media (prefers-color-scheme: dark){{:root{{{css_variables(dark=True)}}}}}"
    return Response(f":root{{{css_variables(dark=False)}--font:{FONT};}}\n{dark}\n", media_type="text/css")
