"""“Left” and “right” that two readers would place differently."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.quality.protocol import Check, register
from tacit.captions.elicit.quality.reading import ENGLISH
from tacit.captions.elicit.quality.texts import LONGEST, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.captions.elicit.quality.protocol import Past
    from tacit.captions.elicit.records import Answer

_SETTLED: Final = re.compile(
    r"as (?:you|we|i) (?:see|look at)|viewer|from (?:our|the camera'?s?) (?:point of )?view|camera|"
    r"(?:left|right)(?:-hand| hand)?(?: side| half| edge| corner| part| third)? (?:of|in) (?:the|this) "
    r"(?:picture|image|photo|photograph|frame|shot|scene)",
    re.IGNORECASE,
)
"""Says whose left is meant."""
_WHOSE: Final = re.compile(
    r"\b(?:on|to|at|by|in|with|from|over|under) (?:his|her|their|its|(?:the |a )?[a-z]+['’]s) "
    r"(?:own |immediate )?(?:left|right)\b"
    r"(?! (?:now|away|there|here|next))",
    re.IGNORECASE,
)
_BODY: Final = re.compile(
    r"\b(?:his|her|their|its|the|a|[a-z]+['’]s) (?:left|right)[ -]"
    r"(?:hand|arm|leg|foot|knee|shoulder|ear|eye|elbow|wrist)s?\b"
    r"(?! (?:side|corner|turn))",
    re.IGNORECASE,
)
_BARE: Final = re.compile(
    r"\b(?:is|are|was|stands?|sits?|standing|sitting|placed|located|object|thing|one|another) "
    r"(?:just |far |directly |immediately )?(?:to the )?(left|right)(?= ?(?:[.,;!?]|$|and ))",
    re.IGNORECASE,
)
_AS_YOU_SEE: Final = "Write it as you see it: “… on the left of the picture” or “… to the left of the tree”."


@register
class Sides(Check):
    """A person who faces us has the left hand on our right, and a model learns whichever was not meant."""

    name = "left or right of whom"
    severity = "note"
    languages = ENGLISH

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Look for sides that belong to somebody in the picture, and for sides of nothing."""
        del past
        text = answer.text[:LONGEST]
        if _SETTLED.search(text):
            return
        whose = _WHOSE.search(text) or _BODY.search(text)
        if whose:
            yield f"{shown(whose[0])} may be meant from the view of who is shown or of who looks. {_AS_YOU_SEE}"
        elif bare := _BARE.search(text):
            yield f"{shown(bare[0])} does not say of what. {_AS_YOU_SEE}"
