"""Reading a question back: what it offered, from its words alone, as conversations come back from outside."""

from __future__ import annotations

import re
from typing import Final

from tacit.dialogue.clarify.ask import BETWEEN

_LONGEST: Final = 2_000
"""Characters of a question back; what is longer is something else."""
_OPEN: Final = re.compile(r"Could you say more precisely what you mean\?|Which (?!one )[^?\n]+ do you mean\?")
_ONE: Final = re.compile(r"Do you mean (.+), or another [^,?\n]+\?")
_FEW: Final = re.compile(r"There are several [^\n]+? this could be about, such as (.+)\. Which one do you mean\?")
_MANY: Final = re.compile(
    r"There are several [^\n]+ this could be about:\n((?:\d+\. [^\n]+\n)+)Which one do you mean\?"
)


def offered(text: str) -> tuple[str, ...] | None:
    """The options of a question that `tacit.dialogue.clarify.ask.ask` worded.

    Args:
        text: What the assistant said.

    Returns:
        What it offered; empty if it asked openly, ``None`` if it is no such question.

    Example:
        >>> from tacit.dialogue.clarify.ask import ask
        >>> offered(ask("country", ("Israel", "Egypt", "Japan")))
        ('Israel', 'Egypt', 'Japan')
        >>> offered("Which country do you mean?"), offered("It lies in Egypt. [1]")
        ((), None)
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if _OPEN.fullmatch(text):
        return ()
    if (one := _ONE.fullmatch(text)) is not None:
        return (one[1],)
    if (few := _FEW.fullmatch(text)) is not None:
        return tuple(BETWEEN.split(few[1]))
    if (many := _MANY.fullmatch(text)) is not None:
        numbered = [line.partition(". ") for line in many[1].splitlines()]
        return tuple(option for _, _, option in numbered)
    return None
