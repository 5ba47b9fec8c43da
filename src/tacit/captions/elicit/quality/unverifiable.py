"""Times and names that no picture shows."""

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

_DAYS: Final = "mon|tues|wednes|thurs|fri|satur|sun"
_PERIOD: Final = "night|week|weekend|month|year|summer|winter|spring|autumn|fall|season|morning|evening|time"
_NUMBER: Final = r"(?:a|an|one|two|three|four|five|six|ten|\d{1,3}|several|a few|many|some)"
_TIMES: Final = re.compile(
    rf"\b(?:yesterday|tomorrow|last (?:{_PERIOD}|{_DAYS}day)|next (?:{_PERIOD}|(?:{_DAYS})day)|"
    rf"{_NUMBER} (?:second|minute|hour|day|week|month|year)s? (?:ago|earlier|later|before|from now)|"
    rf"(?:on|since|until|before|after|this|every) (?:{_DAYS})day(?:s)?|"
    r"(?:since|until|in|before|after) (?:19|20)\d\d|at \d{1,2}(?::\d\d| ?[ap]\.?m\.?| o'?clock))\b",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"\b(?:before|after|when|until|as|because|named|called|while) "
    r"(?!(?:Christmas|Easter|Halloween|Thanksgiving|Santa|I|English|French|German|Chinese|American|Asian|African|God)\b)"
    r"([A-Z][a-z]{2,})(?: [A-Z][a-z]+)? (?:has|had|is|was|will|went|goes|comes|came|gets|got|took|takes|and|just)\b"
)


@register
class Unverifiable(Check):
    """What came before or comes after can be seen in traces; on which day it was, and who it was, cannot."""

    name = "unverifiable time"
    languages = ENGLISH

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Look for dates, spans of time and names in what is said of before and after."""
        del past
        if answer.nothing or not (answer.type == "temporal" or "temporal" in answer.stated):
            return
        text = answer.text[:LONGEST]
        if time := _TIMES.search(text):
            yield f"{shown(time[0])} is a time that no picture shows."
        elif name := _NAMED.search(text):
            yield f"{shown(name[1])} looks like a name, which no picture shows."
