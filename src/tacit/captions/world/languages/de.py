"""German: where, by what, and only then what; a clause for an event; gender, case and number by small tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from tacit.captions.world.scene import LANDMARKS

if TYPE_CHECKING:
    from tacit.captions.world.scene import Sort
    from tacit.captions.world.statement import Phrase, Statement


class _Noun(NamedTuple):
    """A noun: the ending of an adjective before it in the nominative singular, its pronouns, its forms."""

    singular: str
    plural: str
    ending: str
    relative: str
    pronoun: str


_NOUNS: Final = {
    "circle": _Noun("kreis", "kreise", "er", "der", "er"),
    "square": _Noun("quadrat", "quadrate", "es", "das", "es"),
    "triangle": _Noun("dreieck", "dreiecke", "es", "das", "es"),
    "house": _Noun("haus", "häuser", "es", "das", "es"),
    "tree": _Noun("baum", "bäume", "er", "der", "er"),
}
_ADJECTIVES: Final = {
    "red": "rot",
    "green": "grün",
    "blue": "blau",
    "small": "klein",
    "large": "groß",
}
_NUMBERS: Final = ("genau ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn")
_RELATIONS: Final = {"left": "links von", "right": "rechts von", "above": "über", "below": "unter"}
_CLAUSES: Final = {
    ("jump", None): ("{relative} springt", "die springen"),
    ("jump", "before"): ("bevor {pronoun} springt", "bevor sie springen"),
    ("jump", "after"): ("nachdem {pronoun} gesprungen ist", "nachdem sie gesprungen sind"),
    ("flash", None): ("{relative} blinkt", "die blinken"),
    ("flash", "before"): ("bevor {pronoun} blinkt", "bevor sie blinken"),
    ("flash", "after"): ("nachdem {pronoun} geblinkt hat", "nachdem sie geblinkt haben"),
    ("spin", None): ("{relative} sich dreht", "die sich drehen"),
    ("spin", "before"): ("bevor {pronoun} sich dreht", "bevor sie sich drehen"),
    ("spin", "after"): ("nachdem {pronoun} sich gedreht hat", "nachdem sie sich gedreht haben"),
}
"""Each event and phase: of one thing, of several."""


class German:
    """German, in lower case throughout and without commas.

    Example:
        >>> from tacit.captions.world.scene import Sort
        >>> from tacit.captions.world.statement import Phrase, Statement
        >>> red, house, green = Phrase(Sort("red", "circle")), Phrase(Sort("white", "house")), Sort("green", "square")
        >>> German().say(Statement((red, house), relation="left", event="jump", phase="after"))
        'links von einem haus ein roter kreis nachdem er gesprungen ist'
        >>> German().say(Statement((house, red), denied=green, denied_first=True))
        'kein grünes quadrat aber ein haus und ein roter kreis'
    """

    code: ClassVar[str] = "de"
    name: ClassVar[str] = "German"

    def say(self, statement: Statement) -> str:
        """Put a statement into words; see `tacit.captions.world.language.Language`."""
        there = _there(statement)
        if statement.denied is None:
            return there
        noun = _NOUNS[statement.denied.shape]
        denied = f"kein {_adjectives(None, statement.denied, noun.ending)}{noun.singular}"
        return " aber ".join(filter(None, (denied, there) if statement.denied_first else (there, denied)))


def _there(statement: Statement) -> str:
    named = [_nominative(phrase) for phrase in statement.phrases]
    if statement.event is not None:
        named[0] = f"{named[0]} {_clause(statement.phrases[0], statement.event, statement.phase)}"
    if statement.relation is None:
        return " und ".join(named)
    # What is not placed comes first: after the figure it would be placed as well.
    placed = f"{_RELATIONS[statement.relation]} {_dative(statement.phrases[1])} {named[0]}"
    return " und ".join((*named[2:], placed))


def _clause(subject: Phrase, event: str, phase: str | None) -> str:
    one, many = _CLAUSES[event, phase]
    noun = _NOUNS[subject.sort.shape]
    return many if _is_plural(subject) else one.format(relative=noun.relative, pronoun=noun.pronoun)


def _nominative(phrase: Phrase) -> str:
    noun = _NOUNS[phrase.sort.shape]
    sort = phrase.sort if phrase.colour else None
    if _is_plural(phrase):
        return f"{_number(phrase)}{_adjectives(phrase.size, sort, 'e')}{noun.plural}"
    return f"{_number(phrase) or 'ein '}{_adjectives(phrase.size, sort, noun.ending)}{noun.singular}"


def _dative(phrase: Phrase) -> str:
    noun = _NOUNS[phrase.sort.shape]
    adjectives = _adjectives(phrase.size, phrase.sort if phrase.colour else None, "en")
    if _is_plural(phrase):
        return f"{_number(phrase)}{adjectives}{noun.plural}n"
    return f"{_number(phrase).strip() or 'ein'}em {adjectives}{noun.singular}"


def _is_plural(phrase: Phrase) -> bool:
    return phrase.plural if phrase.many is None else phrase.many > 1


def _number(phrase: Phrase) -> str:
    return "" if phrase.many is None else f"{_NUMBERS[phrase.many - 1]} "


def _adjectives(size: str | None, sort: Sort | None, ending: str) -> str:
    """What stands before the noun, declined, with a space after each."""
    colour = sort.colour if sort and sort not in LANDMARKS else None
    words = [_ADJECTIVES[word] for word in (size, colour) if word]
    return "".join(f"{word}{ending} " for word in words)
