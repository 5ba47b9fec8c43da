"""A made-up world: documents on things that exist nowhere, and questions of which the answers are known.

Everything is drawn from a seed, so no model has met it, and what is right can be told without a judge: which sentence
holds the answer, what was left out, what could be meant by "the museum".
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.protocols import Document
from tacit.dialogue.simulate.words import BEGINNINGS, ENDS, GIVEN, KINDS, MIDDLES, Attribute, ThingKind
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

FEWEST: Final = 2 * len(KINDS)
"""Things of a world: with fewer nothing would be ambiguous."""
_NAMED: Final = frozenset({"name", "place"})
"""Kinds of values that take a made-up word, which is used once in a world."""
MOST: Final = (
    len(BEGINNINGS)
    * len(MIDDLES)
    * len(ENDS)
    // max(1 + sum(attribute.kind in _NAMED for attribute in kind.attributes) for kind in KINDS)
)
"""Things of a world: with more there would not be a name for each."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that documents tell of.

    Attributes:
        kind: Its class.
        name: E.g. ``Belanedan Museum``.
        facts: Values by key of the attribute; what is not told is absent.
    """

    kind: ThingKind
    name: str
    facts: Mapping[str, str]

    @property
    def document(self) -> str:
        """Name of the document that tells of it."""
        return f"{self.kind.noun}/{self.name.lower().replace(' ', '-')}.md"

    @property
    def untold(self) -> tuple[Attribute, ...]:
        """What others of its kind are told of, and it is not."""
        return tuple(attribute for attribute in self.kind.attributes if attribute.key not in self.facts)

    @property
    def told(self) -> tuple[Attribute, ...]:
        """What is told of it."""
        return tuple(attribute for attribute in self.kind.attributes if attribute.key in self.facts)


@dataclass(frozen=True, slots=True)
class World:
    """Things, and the documents that tell of them.

    Attributes:
        things: All there is.
        documents: One for each thing, in the same order.
    """

    things: tuple[Thing, ...]
    documents: tuple[Document, ...]


def make_world(things: int = 100, *, seed: int = 0) -> World:
    """Make a world up.

    Args:
        things: How many; kinds take turns.
        seed: Of everything drawn.

    Raises:
        UsageError: If there would be fewer things than `FEWEST` or more than `MOST`.

    Example:
        >>> world = make_world(10, seed=1)
        >>> world.things[0].kind.noun, len(world.documents)
        ('museum', 10)
        >>> make_world(10, seed=1) == world
        True
    """
    if things < FEWEST:
        raise UsageError(f"A world needs at least {FEWEST} things, two of each kind; got {things}.")
    if things > MOST:
        raise UsageError(
            f"A world has names for {MOST:,} things at most; got {things:,}. Take fewer, or several worlds with other "
            "seeds."
        )
    draw = random.Random(f"tacit world {seed}")  # noqa: S311 - not for secrets
    names: set[str] = set()
    made = tuple(_thing(KINDS[at % len(KINDS)], draw, names) for at in range(things))
    return World(made, tuple(_document(thing, draw) for thing in made))


def _word(draw: random.Random, taken: set[str]) -> str:
    while True:
        word = draw.choice(BEGINNINGS) + draw.choice(MIDDLES) + draw.choice(ENDS)
        if word not in taken:
            taken.add(word)
            return word


def _value(attribute: Attribute, draw: random.Random, taken: set[str]) -> str:
    if attribute.kind == "choice":
        return draw.choice(attribute.values)
    if attribute.kind in {"year", "number"}:
        value = draw.randint(attribute.low, attribute.high)
        return str(value) if attribute.kind == "year" else f"{value:,}"
    if attribute.kind == "name":
        return f"{draw.choice(GIVEN)} {_word(draw, taken)}"
    return _word(draw, taken)


def _thing(kind: ThingKind, draw: random.Random, taken: set[str]) -> Thing:
    facts = {attribute.key: _value(attribute, draw, taken) for attribute in kind.attributes}
    for key in draw.sample(sorted(facts), 2):  # two of six are left out: near misses for questions about them
        del facts[key]
    return Thing(kind, f"{_word(draw, taken)} {kind.suffix}", facts)


def _document(thing: Thing, draw: random.Random) -> Document:
    told = [
        attribute.statement.format(name=thing.name, it=f"The {thing.kind.noun}", value=thing.facts[attribute.key])
        for attribute in thing.told
    ]
    draw.shuffle(told)
    filler = [sentence.format(name=thing.name) for sentence in draw.sample(thing.kind.filler, 2)]
    article = "An" if thing.kind.noun[0] in "aeiou" else "A"
    text = (
        f"# {thing.name}\n\n{thing.name} is {article.lower()} {thing.kind.noun}. {told[0]} {filler[0]}\n\n"
        f"{' '.join(told[1:])} {filler[1]}\n"
    )
    return Document(thing.document, text, thing.name, ((0, 1, thing.name),))
