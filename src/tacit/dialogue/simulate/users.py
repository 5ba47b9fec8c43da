"""Simulated users of the made-up world: what they say, and what would be right."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from tacit.dialogue.simulate.script import Move, Script
from tacit.dialogue.simulate.words import DISPUTES, DOUBTS, OFF_CORPUS, SMALL_TALK
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tacit.dialogue.replies import Kind
    from tacit.dialogue.simulate.words import Attribute
    from tacit.dialogue.simulate.world import Thing, World

Habit = Literal[
    "plain", "pronoun", "near_miss", "off_corpus", "vague", "compound", "dispute", "doubt", "switch", "greet"
]
HABITS: Final[tuple[Habit, ...]] = (
    "plain", "pronoun", "near_miss", "off_corpus", "vague", "compound", "dispute", "doubt", "switch", "greet",
)  # fmt: skip
"""What a turn can be: a plain question; one that leans on the turn before; one that the document does not answer; one
about something else; one that fits many things; one of which half is answered; a dispute with a wrong claim; a doubt
without one; a question about another thing; small talk."""


def make_scripts(
    world: World, count: int = 50, *, turns: int = 8, habits: Sequence[Habit] = HABITS, seed: int = 0
) -> list[Script]:
    """Conversations about a world.

    Args:
        world: What the documents tell of.
        count: How many conversations.
        turns: Of each. The first is a plain question, so that there is something to lean on.
        habits: What later turns may be; each as often as the others.
        seed: Of everything drawn.

    Raises:
        UsageError: If there is no turn or no habit, or a habit is not known.

    Example:
        >>> from tacit.dialogue.simulate.world import make_world
        >>> script = make_scripts(make_world(10, seed=1), 1, turns=2, habits=["pronoun"], seed=1)[0]
        >>> [move.made for move in script.moves]
        ['plain', 'pronoun']
    """
    unknown = [habit for habit in habits if habit not in HABITS]
    if unknown:
        raise UsageError(f"There is no habit {unknown[0]!r}. There are: {', '.join(HABITS)}.")
    if not habits:
        raise UsageError(f"Name at least one habit: {', '.join(HABITS)}.")
    if turns < 1 or count < 1:
        raise UsageError(f"Conversations and turns must be at least 1; got {count} and {turns}.")
    scripts = []
    for at in range(count):
        draw = random.Random(f"tacit user {seed} {at}")  # noqa: S311 - not for secrets
        scripts.append(Script(f"world-{seed}-{at:04d}", tuple(_moves(world, turns, habits, draw)), "world"))
    return scripts


def _moves(world: World, turns: int, habits: Sequence[Habit], draw: random.Random) -> list[Move]:
    thing = draw.choice(world.things)
    attribute = draw.choice(thing.told)
    moves = [_about(thing, attribute, "plain")]
    mentioned = {thing.kind.noun}
    order: list[Habit] = []
    while len(moves) < turns:
        if not order:
            order = draw.sample(list(habits), len(habits))
        habit = order.pop()
        fresh = [other for other in world.things if other.kind.noun not in mentioned]
        if habit == "vague" and not fresh:  # "the museum" would be the one talked about before
            habit = "switch"
        if habit in {"switch", "vague"}:
            thing = draw.choice(fresh or [other for other in world.things if other is not thing])
            mentioned.add(thing.kind.noun)
        if habit not in {"dispute", "doubt", "off_corpus", "greet", "near_miss"}:
            attribute = draw.choice([told for told in thing.told if told != attribute])
        moves.append(_MAKERS[habit](world, thing, attribute, draw))
        if habit in {"off_corpus", "greet", "near_miss", "dispute", "doubt"} and len(moves) < turns:
            # The next turn leans on a thing again, so it must be said which.
            attribute = draw.choice([told for told in thing.told if told != attribute])
            moves.append(_about(thing, attribute, "plain"))
    return moves


def _about(thing: Thing, attribute: Attribute, made: str, text: str = "", expect: Kind = "answer") -> Move:
    """A turn whose right answer is what is told of a thing."""
    spelt = attribute.question.format(name=thing.name)
    answer = thing.facts[attribute.key]
    return Move(text or spelt, spelt, expect, documents=(thing.document,), answer=answer, made=made)


def _plain(_: World, thing: Thing, attribute: Attribute, __: random.Random) -> Move:
    return _about(thing, attribute, "plain")


def _switch(_: World, thing: Thing, attribute: Attribute, __: random.Random) -> Move:
    return _about(thing, attribute, "switch")


def _pronoun(_: World, thing: Thing, attribute: Attribute, draw: random.Random) -> Move:
    said = attribute.question.format(name=draw.choice(("it", f"the {thing.kind.noun}")))
    return _about(thing, attribute, "pronoun", draw.choice((said, f"And {begun_small(said)}")))


def _near_miss(_: World, thing: Thing, __: Attribute, draw: random.Random) -> Move:
    text = draw.choice(thing.untold).question.format(name=thing.name)
    return Move(text, text, "decline", made="near_miss")


def _off_corpus(_: World, __: Thing, ___: Attribute, draw: random.Random) -> Move:
    text = draw.choice(OFF_CORPUS)
    return Move(text, text, "decline", made="off_corpus")


def _vague(world: World, thing: Thing, attribute: Attribute, draw: random.Random) -> Move:
    text = attribute.question.format(name=f"{draw.choice(('the', 'this', 'that'))} {thing.kind.noun}")
    options = tuple(other.name for other in world.things if other.kind is thing.kind)
    return replace(_about(thing, attribute, "vague", text, "clarify"), options=options, if_asked=thing.name)


def _compound(_: World, thing: Thing, attribute: Attribute, draw: random.Random) -> Move:
    first = attribute.question.format(name=thing.name).rstrip("?")
    second = begun_small(draw.choice(thing.untold).question.format(name="it"))
    text = f"{first}, and {second}"
    return replace(_about(thing, attribute, "compound", text, "partial"), standalone=text)


def _dispute(world: World, thing: Thing, attribute: Attribute, draw: random.Random) -> Move:
    right = thing.facts[attribute.key]
    others = {other.facts.get(attribute.key, right) for other in world.things if other.kind is thing.kind}
    claim = draw.choice(sorted(others - {right}) or ["something else"])
    return _about(thing, attribute, "dispute", draw.choice(DISPUTES).format(claim), "repair")


def _doubt(_: World, thing: Thing, attribute: Attribute, draw: random.Random) -> Move:
    return _about(thing, attribute, "doubt", draw.choice(DOUBTS), "repair")


def _greet(_: World, __: Thing, ___: Attribute, draw: random.Random) -> Move:
    text = draw.choice(SMALL_TALK)
    return Move(text, text, "small_talk", made="greet")


def begun_small(text: str) -> str:
    """A sentence as it stands inside another."""
    return text[:1].lower() + text[1:]


_MAKERS: Final[dict[Habit, Callable[[World, Thing, Attribute, random.Random], Move]]] = {
    "plain": _plain,
    "pronoun": _pronoun,
    "near_miss": _near_miss,
    "off_corpus": _off_corpus,
    "vague": _vague,
    "compound": _compound,
    "dispute": _dispute,
    "doubt": _doubt,
    "switch": _switch,
    "greet": _greet,
}
