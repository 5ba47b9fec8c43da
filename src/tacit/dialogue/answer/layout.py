"""How a quotation is laid out: prose on one line; listings, and items and rows if there are several, on their own."""

from __future__ import annotations

import re
from itertools import pairwise
from textwrap import indent
from typing import TYPE_CHECKING, Final

from tacit.dialogue.answer.display import clean, listing
from tacit.dialogue.answer.pieces import blocks, heads
from tacit.dialogue.text.listings import INDENT

if TYPE_CHECKING:
    from collections.abc import Iterator

_ITEM: Final = re.compile(r"\A\s*+(?:[-*•+]|\d{1,3}[.)])\s")
_AT_ITEM: Final = re.compile(r"\n(?=[^\S\n]*+(?:[-*•+]|\d{1,3}[.)])\s)|\n(?=[^\n]* \| )")
_BULLET: Final = re.compile(r"\s*[-*•+]\s")


def laid_out(text: str, number: int) -> str:
    r"""Words of a document with the mark of their citation, which stands behind the last sentence that is no listing.

    Args:
        text: A stretch of a passage.
        number: Of the citation.

    Example:
        >>> laid_out("They **hum**", 1)
        'They hum. [1]'
        >>> print(laid_out("To feed one:\n\n$ llama feed --hay\n", 2))
        To feed one: [2]
        <BLANKLINE>
            $ llama feed --hay
        >>> print(laid_out("They eat\n* grass\n* hay", 3))
        They eat
        - grass
        - hay. [3]
    """
    parts = list(_parts(text))
    if sum(shape == "item" for shape, _ in parts) == 1:
        parts = [
            ("prose", _ended(_BULLET.sub("", said))) if shape == "item" else (shape, said) for shape, said in parts
        ]
    lines: list[tuple[str, str]] = []
    for shape, said in parts:
        if lines and shape == lines[-1][0] == "prose":
            lines[-1] = (shape, f"{lines[-1][1]} {said}")
        else:
            lines.append((shape, said))
    marked = max((at for at, (shape, _) in enumerate(lines) if shape != "code"), default=-1)
    if marked < 0:
        lines.append(("prose", f"[{number}]"))
    else:
        shape, said = lines[marked]
        lines[marked] = (shape, f"{_ended(said)} [{number}]")
    return "".join(_joint(before, shape) + said for (before, _), (shape, said) in pairwise([("", ""), *lines]))


def _joint(before: str, shape: str) -> str:
    """What stands between two lines: listings have an empty one on either side, as Markdown wants it."""
    if not before:
        return ""
    return "\n\n" if "code" in {before, shape} else "\n"


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """What a text is made of, shown clean: code, items of lists with rows of tables, prose."""
    found = list(blocks(text))
    for number, (code, block) in enumerate(found):
        after = found[number + 1][1] if number + 1 < len(found) else ""
        if not code and heads(f"{block}\n\n{after}", 0, len(block), len(block) + 2 + _blanks(after)):
            yield "prose", f"{clean(block)}:"
            continue
        for part in [block] if code else _AT_ITEM.split(block):
            said = indent(listing(part), INDENT) if code else _cells(clean(part))
            item = not code and (_ITEM.match(part) or " | " in part)
            if said:
                dash = "- " if item and _BULLET.match(part) else ""
                yield "code" if code else "item" if item else "prose", dash + said


def _cells(row: str) -> str:
    """A row of a table as it would be said: the first cell, then what stands beside it."""
    first, *others = [cell for cell in map(str.strip, f" {row} ".split(" | ")) if cell] or [""]
    return f"{first}: {'; '.join(others)}" if others else first


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip())


def _ended(text: str) -> str:
    return text if text[-1:] in ".!?…:\"”')]" else f"{text.rstrip(' ,;')}."
