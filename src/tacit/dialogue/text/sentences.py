"""Sentences, with their places in the text."""

from __future__ import annotations

import re
from typing import Final

_END: Final = re.compile(
    r"(?<![.!?…])(?!(?:\.{2,}|…)\s+(?:[a-z]|[-\[]+\w))[.!?…]++[\"'”’)\]]*(?=\s)"
    r"|\n\s*\n|\n(?=\s*(?:[-*•#>|]|\d+[.)]\s))|\n(?=[^\n]{0,200}:\s*\n)"
)
_SHORT: Final = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|Gen|Col|Rep|Sen|Gov|No|Nos|vs|etc|e\.g|i\.e|cf|al|approx|dept"
    r"|est|fig|inc|ltd|co|corp|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|u\.s|u\.k|a\.m|p\.m)\s?\.$",
    re.IGNORECASE,
)
_LONGEST: Final = 600
"""Characters after which a "sentence" is cut: tables and listings have no full stops."""


def sentences(text: str) -> list[tuple[int, int]]:
    r"""Where the sentences of a text begin and end.

    A sentence ends with its punctuation, at an empty line or before an item of a list. Dots of abbreviations and of
    initials do not end one.

    Args:
        text: Any text.

    Returns:
        Pairs of characters (start, end), in order, without the blanks around; together they hold every character that
        is no blank.

    Example:
        >>> text = "Dr. May slept. Did she?\n\nYes"
        >>> [text[start:end] for start, end in sentences(text)]
        ['Dr. May slept.', 'Did she?', 'Yes']
    """
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        if text[match.start()] == "." and _SHORT.search(text, max(start, end - 12), end):
            continue
        _keep(text, start, end, found)
        start = end
    _keep(text, start, len(text), found)
    return found


def _keep(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = cut if cut > 0 else start + _LONGEST
        found.append((start, cut))
        start = cut + 1 if text[cut : cut + 1] == " " else cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        found.append((start, end))
