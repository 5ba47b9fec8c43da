"""Every word that people read about a kind of statement, in one place: names, and one plain sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.captions.detect.hits import TYPES
from tacit.report.text import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Word:
    """How something is called and what it means.

    Attributes:
        name: A few words, lower case.
        meaning: One plain sentence.
    """

    name: str
    meaning: str


LANGUAGES: Final[Mapping[str, str]] = {
    "cs": "Czech", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "zh": "Chinese", "ar": "Arabic", "tr": "Turkish", "und": "could not be told",
}  # fmt: skip

TYPE_WORDS: Final[Mapping[str, Word]] = {
    "counting": Word("counting", "The text gives the exact number of separate things or beings."),
    "spatial": Word("spatial", "The text places one thing relative to another, to the frame or to the viewer."),
    "negation": Word("negation", "The text says of something that it is not there or not so."),
    "temporal": Word("temporal", "The text relates the moment shown to what happened before or comes after."),
}

COUNTED_WORDS: Final[Mapping[tuple[str, str], Word]] = {
    ("counting", "exact"): Word("exact number", "A number of things in words or digits, from two up: “two dogs”."),
    ("counting", "both"): Word("both", "“Both” of two things in the scene."),
    ("counting", "collective"): Word("pair, trio, twins", "A word for a group of known size: “a pair of dogs”."),
    ("counting", "one"): Word("explicit one", "One, and said to be one: “a single bird”, “only one”."),
    ("spatial", "projective"): Word("projective", "A direction from a thing: in front of, behind, above, left of."),
    ("spatial", "topological"): Word("topological", "Contact or containment: between, around, inside, against."),
    ("spatial", "proximity"): Word("proximity", "Nearness without direction: next to, near, beside, by the window."),
    ("spatial", "orientation"): Word("orientation", "How things are turned to one another: facing, across from."),
    ("spatial", "frame"): Word(
        "frame or region", "A place in the picture or a region: in the background, on the left."
    ),
    ("negation", "clausal"): Word("not", "A sentence denied: is not, doesn't, cannot."),
    ("negation", "absence"): Word("absence", "A thing said to be lacking: no shoes, without a helmet, free of."),
    ("negation", "never"): Word("never, no longer", "Denied for all time or from now on: never, no longer, not yet."),
    ("negation", "pronoun"): Word("nobody, nothing", "An empty set of people or things: nobody, nothing, none."),
    ("negation", "neither"): Word("neither, nor", "Two things denied together: neither … nor."),
    ("temporal", "before"): Word("before", "The moment is before an event: before the race, prior to."),
    ("temporal", "after"): Word("after", "The moment is after an event: after the rain, following the match."),
    ("temporal", "imminent"): Word(
        "about to happen", "Something is on the point of happening: about to, getting ready."
    ),
    ("temporal", "completed"): Word(
        "just completed", "Something has just ended: just landed, having finished, already."
    ),
    ("temporal", "continuing"): Word("continuing", "A state goes on from before: still, until."),
    ("temporal", "sequence"): Word("sequence", "Events in order: then, later, soon, upcoming."),
}
"""Sub-types that make a caption state the type."""

NEIGHBOUR_WORDS: Final[Mapping[tuple[str, str], Word]] = {
    ("counting", "vague"): Word("vague amount", "An amount without a number: several, a few, a group of."),
    ("counting", "ordinal"): Word("ordinal", "A place in an order rather than a number of things: the third."),
    ("counting", "pronoun"): Word("“one” as a pronoun", "“One” that stands for a noun: one of them."),
    ("spatial", "path"): Word("path of motion", "Movement along, through or past something."),
    ("spatial", "landmarkless"): Word("no landmark", "A place word with nothing to place it by: children outside."),
    ("spatial", "part"): Word("part of a thing", "A part that is named, not a place: the back of the truck."),
    ("spatial", "bare"): Word("bare in, on, at", "The plainest prepositions, which say little about where."),
    ("negation", "affix"): Word("affix", "Lack inside a word: shirtless, sugar-free, unfinished."),
    ("negation", "empty"): Word("empty, missing", "An adjective of lack: empty, deserted, missing."),
    ("temporal", "simultaneous"): Word("at the same time", "Things at the same moment: while, as, during, when."),
}
"""Sub-types that are close to the type and do not count."""

GUARD_WORDS: Final[Mapping[str, Word]] = {
    "age": Word("age", "The number is someone's age."),
    "agent": Word("who did it", "“By” names who or what did something, not where."),
    "brand": Word("brand", "The words belong to a brand or product name: Under Armour."),
    "clock": Word("clock or date", "The event is only a time of day or a date: before noon."),
    "compound": Word("compound", "The number belongs to one thing's parts or kind: two-story, three-wheeled."),
    "date": Word("date", "The number is a date or a year."),
    "foreign": Word("another language", "The letters are part of a word of another language."),
    "gaze": Word("gaze", "Where somebody looks, not where something is."),
    "idiom": Word("set phrase", "The words mean something else together: can't wait, over and over, high five."),
    "measure": Word("measure", "The number is a size, weight, distance or percentage."),
    "model": Word("model or code", "The number belongs to a model, version or code: iPhone 5."),
    "number": Word("a number as a name", "The number labels something: jersey, page, “No. 5”."),
    "only": Word("“just” for only", "“Just” means only, not a moment ago."),
    "place": Word("place", "“Before” or “after” is about place, not time."),
    "price": Word("price", "The number is an amount of money."),
    "pronoun": Word("pronoun", "“One” or a number stands for a noun: one of two."),
    "pursuit": Word("pursuit", "“After” means chasing: running after a ball."),
    "rank": Word("rank", "The number is a rank or a list length: top 10."),
    "rating": Word("rating", "The number is a rating: five-star."),
    "sale": Word("quantity for sale", "The number is what a product is sold in: pack of 12."),
    "sign": Word("sign", "The words stand on a sign or forbid something: no parking."),
    "sport": Word("sport", "The number is a score, a team or a record."),
    "style": Word("manner", "The words describe manner or posture: standing still, named after."),
    "time": Word("time", "The words are about time: a duration, an hour, over the years."),
    "title": Word("title", "The words are part of a title, a quotation or a name."),
}
"""Why a look-alike was stopped."""

KEYWORD: Final = Word("any keyword", "Any word of the detector's list; it has no finer classes.")

_LONGEST: Final = 40
"""Characters of a name that a plug-in gave."""

TYPE_ROLES: Final[Mapping[str, str]] = {type_: f"series-{n}" for n, type_ in enumerate(TYPES, start=1)}
"""The colour that stands for a type in every chart."""


def type_word(type_: str) -> Word:
    """Name and meaning of a type; a type that is not known goes by its own name.

    Example:
        >>> type_word("negation").name, type_word("colour").name
        ('negation', 'colour')
    """
    return TYPE_WORDS.get(type_) or Word(shorten(visible(type_), _LONGEST), "A type added by a plug-in.")


def subtype_word(type_: str, subtype: str, *, counts: bool, guard: str = "") -> Word:
    """Name and meaning of a sub-type; one that is not known, from a plug-in, goes by its own name.

    Args:
        type_: One of the four types.
        subtype: As the detector calls it.
        counts: Whether it makes a caption state the type.
        guard: Why it was stopped, or the empty string.

    Example:
        >>> subtype_word("temporal", "after", counts=True).name
        'after'
        >>> subtype_word("counting", "price", counts=False, guard="price").meaning
        'The number is an amount of money.'
        >>> subtype_word("spatial", "diagonal", counts=True)
        Word(name='diagonal', meaning='A class of the detector that has no description here.')
    """
    known: Word | None
    if guard:
        known = GUARD_WORDS.get(guard)
    elif counts:
        known = KEYWORD if subtype == "keyword" else COUNTED_WORDS.get((type_, subtype))
    else:
        known = NEIGHBOUR_WORDS.get((type_, subtype))
    return known or Word(guard or subtype, "A class of the detector that has no description here.")


def language_name(code: str) -> str:
    """English name of a language, or its code.

    Example:
        >>> language_name("de"), language_name("xx")
        ('German', 'xx')
    """
    return LANGUAGES.get(code, code)
