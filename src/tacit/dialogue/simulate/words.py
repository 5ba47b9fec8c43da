"""Kinds of things in the made-up world: what is told of them, how, and how it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ValueKind = Literal["year", "number", "name", "place", "choice"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something told of a thing.

    Attributes:
        key: Its name.
        kind: What its values are like.
        statement: The sentence, with ``{name}`` or ``{it}`` and ``{value}``.
        question: Asks for it, with ``{name}``; also reads well with a pronoun there.
        clause: Tells a thing from others, after "the one that", with ``{value}``.
        values: For ``choice``.
        low: For ``number`` and ``year``.
        high: For ``number`` and ``year``.
    """

    key: str
    kind: ValueKind
    statement: str
    question: str
    clause: str
    values: tuple[str, ...] = ()
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True)
class ThingKind:
    """A class of things.

    Attributes:
        noun: E.g. ``museum``.
        suffix: Stands behind the made-up name.
        attributes: What can be told of it; each thing leaves some out.
        filler: Sentences that say nothing anybody asks for, with ``{name}``.
    """

    noun: str
    suffix: str
    attributes: tuple[Attribute, ...]
    filler: tuple[str, ...]


def _year(key: str, verb: str, question: str, low: int) -> Attribute:
    said = f"was {verb} in {{value}}"
    return Attribute(key, "year", f"{{it}} {said}.", question, said, low=low, high=2015)


KINDS: Final[tuple[ThingKind, ...]] = (
    ThingKind(
        "museum", "Museum",
        (
            _year("founded", "founded", "When was {name} founded?", 1780),
            Attribute("founder", "name", "The founder of {name} was {value}.", "Who founded {name}?", "was founded by {value}"),
            Attribute("place", "place", "{it} stands in the town of {value}.", "Where is {name}?", "stands in {value}"),
            Attribute("objects", "number", "The collection holds {value} objects.", "How many objects does {name} hold?", "holds {value} objects", low=200, high=90_000),
            Attribute("price", "number", "A ticket for adults costs {value} crowns.", "How much does a ticket for {name} cost?", "charges {value} crowns for a ticket", low=3, high=40),
            Attribute("closed", "choice", "{it} is closed on {value}.", "On which day is {name} closed?", "is closed on {value}", ("Mondays", "Tuesdays", "Wednesdays", "Sundays")),
        ),
        ("Visitors of {name} praise the quiet courtyard.", "School classes come to {name} in spring.", "The roof of {name} was mended more than once."),
    ),
    ThingKind(
        "ferry", "Ferry",
        (
            _year("built", "built", "When was {name} built?", 1900),
            Attribute("captain", "name", "The captain of {name} is {value}.", "Who captains {name}?", "has {value} as its captain"),
            Attribute("port", "place", "{it} sails from {value} every morning.", "Where does {name} sail from?", "sails from {value}"),
            Attribute("length", "number", "{it} is {value} metres long.", "How long is {name}?", "is {value} metres long", low=18, high=140),
            Attribute("cars", "number", "There is room for {value} cars on board.", "How many cars does {name} carry?", "has room for {value} cars", low=4, high=160),
            Attribute("engine", "choice", "The engine runs on {value}.", "What does {name} run on?", "runs on {value}", ("diesel", "hydrogen", "batteries", "liquefied gas")),
        ),
        ("Passengers of {name} often see seals.", "The benches of {name} were painted green.", "In fog {name} stays in the harbour."),
    ),
    ThingKind(
        "festival", "Festival",
        (
            _year("first", "first held", "When was {name} first held?", 1880),
            Attribute("director", "name", "The director of {name} is {value}.", "Who directs {name}?", "is directed by {value}"),
            Attribute("town", "place", "{it} takes place in {value}.", "Where does {name} take place?", "takes place in {value}"),
            Attribute("visitors", "number", "About {value} visitors come every year.", "How many visitors come to {name}?", "draws about {value} visitors", low=300, high=80_000),
            Attribute("month", "choice", "{it} is held in {value}.", "In which month is {name} held?", "is held in {value}", ("April", "May", "June", "August", "September", "October")),
            Attribute("music", "choice", "The music is mostly {value}.", "What kind of music does {name} offer?", "offers mostly {value}", ("folk", "jazz", "chamber music", "brass bands", "opera")),
        ),
        ("The stalls of {name} sell soup and bread.", "Rain has never stopped {name}.", "Many who help at {name} are students."),
    ),
    ThingKind(
        "printer", "Printer",
        (
            _year("released", "released", "When was {name} released?", 1978),
            Attribute("designer", "name", "The designer of {name} is {value}.", "Who designed {name}?", "was designed by {value}"),
            Attribute("factory", "place", "{it} is made in {value}.", "Where is {name} made?", "is made in {value}"),
            Attribute("speed", "number", "{it} prints {value} pages a minute.", "How many pages a minute does {name} print?", "prints {value} pages a minute", low=8, high=120),
            Attribute("weight", "number", "The weight is {value} kilograms.", "How much does {name} weigh?", "weighs {value} kilograms", low=3, high=90),
            Attribute("cartridge", "choice", "{it} takes cartridges of type {value}.", "Which type of cartridge does {name} take?", "takes cartridges of type {value}", ("K-2", "K-7", "R-40", "R-55", "T-9")),
        ),
        ("Owners of {name} like the large buttons.", "The manual of {name} is printed on yellow paper.", "A lamp on {name} shows that paper is missing."),
    ),
    ThingKind(
        "glacier", "Glacier",
        (
            _year("mapped", "first mapped", "When was {name} first mapped?", 1780),
            Attribute("explorer", "name", "The first person to cross {name} was {value}.", "Who was the first to cross {name}?", "was first crossed by {value}"),
            Attribute("valley", "place", "{it} ends above the village of {value}.", "Above which village does {name} end?", "ends above {value}"),
            Attribute("area", "number", "{it} covers {value} square kilometres.", "How large is {name}?", "covers {value} square kilometres", low=2, high=900),
            Attribute("thickness", "number", "The ice is {value} metres thick.", "How thick is {name}?", "is {value} metres thick", low=20, high=700),
            Attribute("colour", "choice", "Its ice looks {value}.", "What colour is {name}?", "looks {value}", ("blue", "grey", "green", "almost black")),
        ),
        ("Hikers reach {name} by a marked path.", "Foxes live near {name}.", "Painters have travelled far to see {name}."),
    ),
)  # fmt: skip
"""Five kinds with six attributes each. Values are drawn, so no model has met them."""

BEGINNINGS: Final = ("Bel", "Cor", "Dra", "El", "Fen", "Gal", "Har", "Is", "Jor", "Kel", "Lor", "Mar", "Nor", "Or", "Pel", "Quo", "Ras", "Sol", "Tor", "Ul", "Vel", "Wes", "Yar", "Zel")  # fmt: skip
MIDDLES: Final = ("a", "e", "i", "o", "u", "ane", "eri", "ilo", "ova", "umi", "ara", "ini")  # fmt: skip
ENDS: Final = ("dan", "fel", "gor", "lin", "mar", "nik", "pol", "ras", "sten", "tan", "vik", "zor", "bur", "dell", "wyn", "quar")  # fmt: skip
GIVEN: Final = ("Ada", "Boris", "Clara", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katja", "Leo")  # fmt: skip
"""Names are a beginning, a middle and an end; those of people have a given name before."""

SMALL_TALK: Final = ("Hello!", "Thank you, that helps.", "Hi there", "Thanks a lot!", "Good morning", "Bye, and thanks")
OFF_CORPUS: Final = (
    "What is the boiling point of tungsten?", "Who won the chess championship in 1972?", "How do I bake sourdough bread?",
    "What will the weather be like tomorrow?", "How many moons does Jupiter have?", "Which vaccine should my dog get?",
    "What is the exchange rate of the yen today?", "Who wrote the libretto of Tosca?", "How do I reset my phone?",
    "What is the capital of Peru?",
)  # fmt: skip
DISPUTES: Final = (
    "No, I think it is {}.", "Are you sure? A friend of mine says {}.", "That's wrong, I read {} somewhere.",
    "Really? I thought it was {}.",
)  # fmt: skip
"""With what the user holds instead."""
DOUBTS: Final = ("Are you sure?", "Is that really true?", "Are you certain about that?")
