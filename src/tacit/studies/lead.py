"""How the page of a study begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.report.html import Html, data, el, join

if TYPE_CHECKING:
    from collections.abc import Sequence


def lead(title: str, headline: str, remark: str, advice: Sequence[str], *, made_with: str, text: int) -> Html:
    """The answer, what to bear in mind, and what to do.

    Args:
        title: Of the page.
        headline: The answer in a sentence or two.
        remark: What to bear in mind.
        advice: What to do, a sentence each.
        made_with: Version of tacit.
        text: Characters of a sentence.
    """
    return join([
        el("h1", title),
        el("p", headline, class_="headline"),
        el("p", remark),
        el("h2", "What to do"),
        el("ul", *(el("li", data(line, text)) for line in advice), class_="findings"),
        el("p", el("a", "Every claim with its interval", href="#claims"), ".", class_="note"),
        el("p", "Made with tacit ", data(made_with, 40), ".", class_="made"),
    ])  # fmt: skip
