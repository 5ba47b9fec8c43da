"""How a quotation is laid out: prose on one line; listings, and items and rows if there are several, on their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.dialogue.answer.display import clean, listing
from tacit.dialogue.answer.pieces import blocks, heads

if TYPE_CHECKING:
    from collections.abc import Iterator

_ITEM: Final = re.compile(r"\s*(?:[-*•+]|\d{1,3}[.)])\s")
_AT_ITEM: Final = re.compile(r"\n(?=\s*(?:[-*•+]|\d{1,3}[.)])\s)|\n(?=[^\n]* \| )")
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
    lines: list[str] = []
    before, marked = "", -1
    for shape, said in parts:
        if shape == before == "prose":
            lines[-1] += f" {said}"
        else:
            lines.append(said)
        marked = len(lines) - 1 if shape != "code" else marked
        before = shape
    if marked < 0:
        return "\n".join([*lines, f"[{number}]"])
    lines[marked] = f"{_ended(lines[marked])} [{number}]"
    return "\n".join(lines)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """What a text is made of, shown clean: code, items of lists with rows of tables, prose."""
    found = list(blocks(text))
    for number, (code, block) in enumerate(found):
        after = found[number + 1][1] if number + 1 < len(found) else ""
        if not code and heads(f"{block}\n\n{after}", 0, len(block), len(block) + 2 + _blanks(after)):
            yield "prose", f"{clean(block)}:"
            continue
        for part in [block] if code else _AT_ITEM.split(block):
            said = listing(part) if code else _cells(clean(part))
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
