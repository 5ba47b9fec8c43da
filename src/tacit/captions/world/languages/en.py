"""English: what is there, what happens to it, where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from tacit.captions.world.scene import LANDMARKS

if TYPE_CHECKING:
    from tacit.captions.world.scene import Sort
    from tacit.captions.world.statement import Phrase, Statement

_NUMBERS: Final = ("exactly one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PLURALS: Final = {
    "circle": "circles",
    "square": "squares",
    "triangle": "triangles",
    "house": "houses",
    "tree": "trees",
}
_RELATIONS: Final = {"left": "left of", "right": "right of", "above": "above", "below": "below"}


class English:
    """English.

    Example:
        >>> from tacit.captions.world.scene import Sort
        >>> from tacit.captions.world.statement import Phrase, Statement
        >>> red, house, green = Phrase(Sort("red", "circle")), Phrase(Sort("white", "house")), Sort("green", "square")
        >>> English().say(Statement((red, house), relation="left", event="jump", phase="before"))
        'a red circle before the jump left of a house'
        >>> English().say(Statement((house, red), denied=green, denied_first=True))
        'no green square but a house and a red circle'
    """

    code: ClassVar[str] = "en"
    name: ClassVar[str] = "English"

    def say(self, statement: Statement) -> str:
        """Put a statement into words; see `tacit.captions.world.language.Language`."""
        there = _there(statement)
        if statement.denied is None:
            return there
        denied = f"no {_adjectives(None, statement.denied)}{statement.denied.shape}"
        return " but ".join(filter(None, (denied, there) if statement.denied_first else (there, denied)))


def _there(statement: Statement) -> str:
    named = [_phrase(phrase) for phrase in statement.phrases]
    if statement.event is not None:
        when = f"{statement.phase} the" if statement.phase is not None else "with a"
        named[0] = f"{named[0]} {when} {statement.event}"
    if statement.relation is None:
        return " and ".join(named)
    # "and" would say that what follows is placed as well.
    return " plus ".join((f"{named[0]} {_RELATIONS[statement.relation]} {named[1]}", *named[2:]))


def _phrase(phrase: Phrase) -> str:
    shape = phrase.sort.shape
    adjectives = _adjectives(phrase.size, phrase.sort if phrase.colour else None)
    if phrase.many is not None:
        noun = shape if phrase.many == 1 else _PLURALS[shape]
        return f"{_NUMBERS[phrase.many - 1]} {adjectives}{noun}"
    return f"{adjectives}{_PLURALS[shape]}" if phrase.plural else f"a {adjectives}{shape}"


def _adjectives(size: str | None, sort: Sort | None) -> str:
    """What stands before the noun, with a space after each."""
    return (f"{size} " if size else "") + (f"{sort.colour} " if sort and sort not in LANDMARKS else "")
