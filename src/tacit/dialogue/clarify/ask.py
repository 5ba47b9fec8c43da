"""The words of a question back. English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEW: Final = 3
"""Up to this many options stand in the sentence; more are numbered, so that "the second one" can be told."""
BETWEEN: Final = re.compile(r", | or ")
"""What stands between options in the sentence. Options that hold it ("Paris, Texas") are numbered."""
_SIBILANT: Final = re.compile(r"(?:s|x|z|ch|sh)$")
_SAME: Final = frozenset({"series", "species", "spacecraft", "aircraft", "fish", "software", "police"})


def ask(focus: str, options: Sequence[str]) -> str:
    """A question back; it always ends in a question mark.

    Args:
        focus: The noun that is open: ``country``; may be empty.
        options: What it could be; none makes the question open.

    Example:
        >>> ask("country", ("Israel", "Egypt", "Japan"))
        'There are several countries this could be about, such as Israel, Egypt or Japan. Which one do you mean?'
        >>> ask("form", ())
        'Which form do you mean?'
        >>> print(ask("river", ("Nile", "Po", "Elbe", "Oder")))
        There are several rivers this could be about:
        1. Nile
        2. Po
        3. Elbe
        4. Oder
        Which one do you mean?
    """
    if not options:
        return f"Which {focus} do you mean?" if focus else "Could you say more precisely what you mean?"
    several = plural(focus) if focus else "things"
    if len(options) == 1:
        return f"Do you mean {options[0]}, or another {focus or 'one'}?"
    if len(options) <= _FEW and not any(map(BETWEEN.search, options)):
        listed = ", ".join(options[:-1]) + f" or {options[-1]}"
        return f"There are several {several} this could be about, such as {listed}. Which one do you mean?"
    lines = [f"{at}. {option}" for at, option in enumerate(options, 1)]
    return "\n".join([f"There are several {several} this could be about:", *lines, "Which one do you mean?"])


def plural(noun: str) -> str:
    """The plural of an English noun, by its ending.

    Example:
        >>> [plural(noun) for noun in ("country", "bus", "play", "series", "Police Department", "person")]
        ['countries', 'buses', 'plays', 'series', 'Police Departments', 'people']
    """
    if noun.lower() in _SAME:
        return noun
    if noun.lower() == "person":
        return "people"
    if _SIBILANT.search(noun.lower()):
        return f"{noun}es"
    if noun.lower().endswith("y") and noun.lower()[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"
