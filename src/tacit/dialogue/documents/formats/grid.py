"""Tables drawn with ``+---+`` and ``|``, as reStructuredText and many programs write them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

_TABLE: Final = re.compile(
    r"^(?P<in>[ \t]*)\+(?:[-=]+\+)+[ \t]*\n(?:(?P=in)[+|][^\n]*[+|][ \t]*(?:\n|\Z))+", re.MULTILINE
)
_BORDER: Final = re.compile(r"\s*\+[-=+]+\+\s*\Z|\s*\|[=|-]+\|\s*\Z")


def without_grids(text: str) -> str:
    r"""Text in which each row of such a table is one line, with bars between its cells.

    Example:
        >>> print(without_grids("+----+-----+\n| a  | one |\n|    | two |\n+----+-----+\n| b  | x   |\n+----+-----+"))
        a | one two
        <BLANKLINE>
        b | x
        <BLANKLINE>
    """
    return _TABLE.sub(_rows, text)


def _rows(table: re.Match[str]) -> str:
    lines = table[0].rstrip("\n").split("\n")
    bars = [at for at, sign in enumerate(lines[0]) if sign == "+"]
    rows: list[str] = []
    cells = [""] * (len(bars) - 1)
    for line in lines[1:]:
        if _BORDER.match(line):
            rows.append(" | ".join(" ".join(cell.split()) for cell in cells))
            cells = [""] * (len(bars) - 1)
        else:
            cells = [
                f"{cell} {line[left + 1 : right]}" for cell, (left, right) in zip(cells, pairwise(bars), strict=True)
            ]
    return "\n\n".join(row for row in rows if row.strip(" |")) + "\n"
