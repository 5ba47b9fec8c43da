"""Listings: commands, statements, grammar, output of programs; told from prose by their looks."""

from __future__ import annotations

import re
from typing import Final

INDENT: Final = "    "
"""Before each line of what a format says is a listing."""

_PROMPT: Final = re.compile(
    r"\s*(?:\$ |>>> |#!|\w+\s*::=|(?:import|from) [\w.]+(?: import .*)?$|\w[\w ]*\w:\n\s+\S)", re.MULTILINE
)
_PROSE: Final = re.compile(
    r"\A\s*(?:[-*•+]\s|\d{1,3}[.)]\s|[\"“'(]*[A-Z][^= ]*+ [^= ]*+ [^=]*[^:;,][.!?:][\"”')]*+\s*+$)", re.DOTALL
)
_ENDED: Final = re.compile(r"[.!?:][\"”')]*\s*\Z")
_SYMBOLS: Final = re.compile(r"[][(){}<>=;_|\\]|--")
_DENSE: Final = 0.06
"""Share of the characters of a listing that letters of prose are not."""
_QUOTED: Final = re.compile(r"\"[^\"]{1,80}\"")
"""Prose about programs quotes them."""
_LINK: Final = re.compile(r"!?\[[^\[\]\n]*\]\s?\([^)\n]*\)|https?://\S+")


def is_listing(block: str) -> bool:
    r"""Whether lines are a listing.

    Lines that are all far in are one if they do not read like prose; so are others that do not by their symbols.

    Args:
        block: Lines without an empty one between them.

    Example:
        >>> is_listing("$ tacit doctor"), is_listing("x = f(y)"), is_listing("It is, as f(y) is, a call.")
        (True, True, False)
        >>> is_listing("    zoo/\n      llamas  one file each"), is_listing("    It is set in.")
        (True, False)
    """
    if _PROMPT.match(block):
        return True
    bare = _QUOTED.sub('""', _LINK.sub("", block))
    dense = len(_SYMBOLS.findall(bare)) > _DENSE * len(bare)
    if _far_in(block) and not _PROSE.match(bare):
        return dense or not _ENDED.search(bare)
    return dense and not _PROSE.match(bare)


def _far_in(block: str) -> bool:
    lines = [line for line in block.splitlines() if line.strip()]
    return bool(lines) and all(line.startswith(INDENT) for line in lines)
