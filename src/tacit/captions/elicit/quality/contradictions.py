"""Statements about one picture that cannot both be true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tacit.captions.elicit.quality.protocol import Check, register
from tacit.captions.elicit.quality.reading import ENGLISH, OPPOSITES, Reading, read
from tacit.captions.elicit.quality.texts import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.captions.elicit.quality.protocol import Past
    from tacit.captions.elicit.records import Answer

_REVERSED: Final = {"before": "after", "after": "before"}


@register
class Contradictions(Check):
    """One of two such statements is false of the picture, so a person has to look.

    Only plain forms are compared: “there are two dogs” with “there are three dogs”, “no dogs” with “a dog”, “the dog is
    left of the tree” with “the dog is right of the tree”. Who writes “two dogs on the grass” may well see a third one.
    """

    name = "contradiction"
    severity = "serious"
    languages = ENGLISH

    def of_answer(self, answer: Answer, past: Past) -> Iterator[str]:
        """Compare with what others wrote about the picture."""
        if answer.nothing or not past.beside:
            return
        mine = read(answer.text)
        # “The man left of the woman” and “the man right of the woman” may be two men.
        several = frozenset().union(mine.many, *(read(o.text).many for o in past.beside))
        for other in past.beside:
            told = _between(mine, read(other.text), several)
            if told:
                yield f"{told} (answer {other.id} by annotator {other.annotator}: {shown(other.text, 90)})."


def _between(mine: Reading, theirs: Reading, several: frozenset[str]) -> str:
    """What two texts contradict each other in, or nothing."""
    counts = dict(theirs.counted)
    for noun, value in mine.counted:
        if counts.get(noun, value) != value:
            return f"This text counts {value} of {shown(noun)}, another one {counts[noun]}"
    for one, two, first, second in ((mine, theirs, "This text", "another one"),
                                    (theirs, mine, "Another text", "this one")):  # fmt: skip
        for noun, whole in one.denied:
            if whole and noun in two.present:
                return f"{first} says that there is no {shown(noun)}, {second} mentions one"
    placed = {(a, side, b) for a, side, b in theirs.placed}
    for a, side, b in mine.placed:
        if {a, b} & several or a == b:
            continue
        if (a, OPPOSITES[side], b) in placed or (b, side, a) in placed:
            return f"This text has the {shown(a)} {_relation(side)} the {shown(b)}, another one the other way round"
    for order, event in mine.timed:
        if (_REVERSED[order], event) in theirs.timed:
            return f"This text is about the time {order} the {shown(event)}, another one about the time "\
                   f"{_REVERSED[order]} it"  # fmt: skip
    return ""


def _relation(side: str) -> str:
    return f"{side} of" if side in {"left", "right"} else side
