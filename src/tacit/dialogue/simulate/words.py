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
        question: Asks for it, with ``{name}``.
        values: For ``choice``.
        low: For ``number`` and ``year``.
        high: For ``number`` and ``year``.
    """

    key: str
    kind: ValueKind
    statement: str
    question: str
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


def _year(key: str, verb: str, question: str) -> Attribute:
    return Attribute(key, "year", f"{{it}} was {verb} in {{value}}.", question, low=1780, high=2015)


KINDS: Final[tuple[ThingKind, ...]] = (
    ThingKind(
        "museum", "Museum",
        (
            _year("founded", "founded", "When was {name} founded?"),
            Attribute("founder", "name", "The founder of {name} was {value}.", "Who founded {name}?"),
            Attribute("place", "place", "{it} stands in the town of {value}.", "Where is {name}?"),
            Attribute("objects", "number", "The collection holds {value} objects.", "How many objects does {name} hold?", low=200, high=90_000),
            Attribute("price", "number", "A ticket for adults costs {value} crowns.", "How much does a ticket for {name} cost?", low=3, high=40),
            Attribute("closed", "choice", "{it} is closed on {value}.", "On which day is {name} closed?", ("Mondays", "Tuesdays", "Wednesdays", "Sundays")),
        ),
        ("Visitors of {name} praise the quiet courtyard.", "School classes come to {name} in spring.", "The roof of {name} was mended more than once."),
    ),
    ThingKind(
        "ferry", "Ferry",
        (
            _year("built", "built", "When was {name} built?"),
            Attribute("captain", "name", "The captain of {name} is {value}.", "Who is the captain of {name}?"),
            Attribute("port", "place", "{it} sails from {value} every morning.", "Where does {name} sail from?"),
            Attribute("length", "number", "{it} is {value} metres long.", "How long is {name}?", low=18, high=140),
            Attribute("cars", "number", "There is room for {value} cars on board.", "How many cars does {name} carry?", low=4, high=160),
            Attribute("engine", "choice", "The engine runs on {value}.", "What does the engine of {name} run on?", ("diesel", "hydrogen", "batteries", "liquefied gas")),
        ),
        ("Passengers of {name} often see seals.", "The benches of {name} were painted green.", "In fog {name} stays in the harbour."),
    ),
    ThingKind(
        "festival", "Festival",
        (
            _year("first", "held for the first time", "When was {name} held for the first time?"),
            Attribute("director", "name", "The director of {name} is {value}.", "Who directs {name}?"),
            Attribute("town", "place", "{it} takes place in {value}.", "Where does {name} take place?"),
            Attribute("visitors", "number", "About {value} visitors come every year.", "How many visitors come to {name}?", low=300, high=80_000),
            Attribute("month", "choice", "{it} is held in {value}.", "In which month is {name} held?", ("April", "May", "June", "August", "September", "October")),
            Attribute("music", "choice", "The music is mostly {value}.", "What kind of music is played at {name}?", ("folk", "jazz", "chamber music", "brass bands", "opera")),
        ),
        ("The stalls of {name} sell soup and bread.", "Rain has never stopped {name}.", "Many who help at {name} are students."),
    ),
    ThingKind(
        "printer", "Printer",
        (
            _year("released", "released", "When was {name} released?"),
            Attribute("designer", "name", "The designer of {name} is {value}.", "Who designed {name}?"),
            Attribute("factory", "place", "{it} is made in {value}.", "Where is {name} made?"),
            Attribute("speed", "number", "{it} prints {value} pages a minute.", "How many pages a minute does {name} print?", low=8, high=120),
            Attribute("weight", "number", "The weight is {value} kilograms.", "How much does {name} weigh?", low=3, high=90),
            Attribute("cartridge", "choice", "{it} takes cartridges of type {value}.", "Which type of cartridge does {name} take?", ("K-2", "K-7", "R-40", "R-55", "T-9")),
        ),
        ("Owners of {name} like the large buttons.", "The manual of {name} is printed on yellow paper.", "A lamp on {name} shows that paper is missing."),
    ),
    ThingKind(
        "glacier", "Glacier",
        (
            _year("mapped", "first mapped", "When was {name} first mapped?"),
            Attribute("explorer", "name", "The first person to cross {name} was {value}.", "Who was the first to cross {name}?"),
            Attribute("valley", "place", "{it} ends above the village of {value}.", "Above which village does {name} end?"),
            Attribute("area", "number", "{it} covers {value} square kilometres.", "How large is {name}?", low=2, high=900),
            Attribute("thickness", "number", "The ice is {value} metres thick.", "How thick is the ice of {name}?", low=20, high=700),
            Attribute("colour", "choice", "Its ice looks {value}.", "What colour is the ice of {name}?", ("blue", "grey", "green", "almost black")),
        ),
        ("Hikers reach {name} by a marked path.", "Foxes live near {name}.", "Painters have travelled far to see {name}."),
    ),
)  # fmt: skip
"""Five kinds with six attributes each. Values are drawn, so no model has met them."""

SMALL_TALK: Final = ("Hello!", "Thank you, that helps.", "Hi there", "Thanks a lot!", "Good morning", "Bye, and thanks")
OFF_CORPUS: Final = (
    "What is the boiling point of tungsten?", "Who won the chess championship in 1972?", "How do I bake sourdough bread?",
    "What will the weather be like tomorrow?", "How many moons does Jupiter have?", "Which vaccine should my dog get?",
    "What is the exchange rate of the yen today?", "Who wrote the libretto of Tosca?", "How do I reset my phone?",
    "What is the phone number of the town hall?",
)  # fmt: skip
