"""One request over several turns: does an agent that gets it bit by bit do as well as one that gets it at once?

As in "LLMs Get Lost In Multi-Turn Conversation" (Laban, Hayashi, Zhou and Neville 2025, arXiv 2505.06120): a request is
cut into *shards*, of which the first says what is wanted and each other adds a detail, and put in five ways
(`SETTINGS`). Each is repeated in other wordings and another order of the details.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from tacit.dialogue.simulate.script import Move, Script
from tacit.dialogue.simulate.users import begun_small
from tacit.dialogue.text.terms import words
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tacit.dialogue.simulate.world import Thing, World

Setting = Literal["full", "concat", "sharded", "recap", "snowball"]
SETTINGS: Final[tuple[Setting, ...]] = ("full", "concat", "sharded", "recap", "snowball")
"""The whole request in one sentence; its shards as a list in one turn; one shard a turn; the same with all of them said
again in the end; each turn with all shards so far."""

_SHARD: Final = ("It {}.", "I mean the one that {}.", "The one that {}.")
_LIST: Final = ("Please answer this, taking all points into account:", "All of this belongs to one question:")
_AGAIN: Final = ("To sum up:", "So, all together:")
_OPENINGS: Final = ("", "Please tell me: ", "I would like to know: ")
_MOST_DETAILS: Final = 3
_CLAUSE: Final = re.compile(
    r"(?<=[?.!])\s+|(?<!\s)\s*+;\s*|(?<!\s)(?:\s*+,)?\s++and\s+(?=(?:what|where|when|who|why|which|how|is|are|do|does|did|can)\b)",
    re.IGNORECASE,
)
"""Where a question goes on with another."""
_FEWEST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Request:
    """Something to be asked in one turn or in several.

    Attributes:
        id: Unique among requests.
        full: Wordings of the whole.
        shards: Wordings of each shard: what is wanted, then the details, in any order.
        answers: Words that a right answer holds; a score is the share of them.
        documents: Names of the documents that hold the answer.
        passages: Ids of the passages that hold the answer; where no answer is known, leaning on one of them is right.
        domain: A group for tables.
    """

    id: str
    full: tuple[str, ...]
    shards: tuple[tuple[str, ...], ...]
    answers: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    domain: str = ""


def world_requests(world: World, count: int = 20, *, seed: int = 0) -> list[Request]:
    """Requests of which the answers are known, of two sorts in turn.

    *Details*: "When was the museum founded?", of which museum it is told detail by detail; together they fit one thing.
    *Parts*: two or three facts of one thing.

    Args:
        world: What the documents tell of.
        count: How many.
        seed: Of everything drawn.

    Raises:
        UsageError: If there is to be none.

    Example:
        >>> from tacit.dialogue.simulate.world import make_world
        >>> one, two = world_requests(make_world(10, seed=1), 2, seed=1)
        >>> [wordings[0] for wordings in one.shards[:3]]
        ['In which month is the festival held?', 'It offers mostly folk.', 'It is directed by Dmitri Pelerivik.']
    """
    if count < 1:
        raise UsageError(f"There must be at least one request; got {count}.")
    requests = []
    for at in range(count):
        draw = random.Random(f"tacit request {seed} {at}")  # noqa: S311 - not for secrets
        thing = draw.choice(world.things)
        make = _parts if at % 2 else _details
        requests.append(make(world, thing, f"world-{seed}-{at:04d}", draw))
    return requests


def _details(world: World, thing: Thing, name: str, draw: random.Random) -> Request:
    asked, *others = draw.sample(thing.told, len(thing.told))
    told = others[:_MOST_DETAILS]
    clauses = [attribute.clause.format(value=thing.facts[attribute.key]) for attribute in told]
    fitting = [
        other for other in world.things
        if other.kind is thing.kind
        and all(other.facts.get(attribute.key) == thing.facts[attribute.key] for attribute in told)
    ]  # fmt: skip
    noun = thing.kind.noun
    if len(fitting) > 1:  # All that is told of it fits another, too: only its name tells it apart.
        clauses.append(f"is called {thing.name}")
    listed = f"{', '.join(clauses[:-1])} and {clauses[-1]}"
    wanted = asked.question.format(name=f"the {noun}")
    full = (
        f"There is a {noun} that {listed}. {asked.question.format(name='it')}",
        asked.question.format(name=f"the {noun} that {listed}"),
        f"I am looking for the {noun} that {listed}: {begun_small(asked.question.format(name='it'))}",
    )
    shards = (_opened(wanted), *(tuple(form.format(clause) for form in _SHARD) for clause in clauses))
    return Request(name, full, shards, (thing.facts[asked.key],), (thing.document,), domain="details")


def _parts(_: World, thing: Thing, name: str, draw: random.Random) -> Request:
    asked = draw.sample(thing.told, draw.choice((2, 3)))
    first = asked[0].question.format(name=thing.name)
    others = [attribute.question.format(name="it") for attribute in asked[1:]]
    listed = [first.rstrip("?"), *(begun_small(other).rstrip("?") for other in others)]
    whole = f"{', '.join(listed[:-1])} and {listed[-1]}?"
    shards = (_opened(first), *((other, f"And {begun_small(other)}") for other in others))
    answers = tuple(thing.facts[attribute.key] for attribute in asked)
    return Request(name, _opened(whole), shards, answers, (thing.document,), domain="parts")


def _opened(question: str) -> tuple[str, ...]:
    return tuple(opening + (begun_small(question) if opening else question) for opening in _OPENINGS)


def clause_requests(scripts: Iterable[Script]) -> list[Request]:
    """Requests from the first turns of conversations that ask several things, cut where another question begins.

    Only what is plain is cut: sentences, and questions joined by "and", with three words or more in each. Most first
    turns ask one thing and give no request. Their right answers are not known, but which passages hold them is.

    Args:
        scripts: E.g. of `tacit.dialogue.simulate.replay.replay_tasks`.

    Example:
        >>> moves = (Move("Where was the gin invented and where is it used today?", passages=("p1",)),)
        >>> clause_requests([Script("c", moves)])[0].shards
        (('Where was the gin invented?',), ('Where is it used today?',))
    """
    requests = []
    for script in scripts:
        move = script.moves[0]
        clauses = [part.strip(" ,") for part in _CLAUSE.split(move.text.strip()) if part.strip(" ,")]
        long = all(len(words(clause)) >= _FEWEST_WORDS for clause in clauses)
        if len(clauses) < 2 or not long or not (move.passages or move.documents):
            continue
        ends = [clause if clause[-1] in "?.!" else f"{clause}?" for clause in clauses]
        shards = tuple((end[:1].upper() + end[1:],) for end in ends)
        requests.append(Request(script.id, (move.text,), shards, (), move.documents, move.passages, script.domain))
    return requests


def shard_script(request: Request, setting: Setting, repetition: int = 0, *, seed: int = 0) -> Script:
    """A request as it is put in a setting, in one of its wordings.

    Args:
        request: What is asked.
        setting: One of `SETTINGS`.
        repetition: Which repetition; the details come in another order in each.
        seed: Of wordings and order. They are the same in all settings but ``full``.

    Raises:
        UsageError: If there is no such setting.

    Example:
        >>> request = Request("r", ("When was Elawyn Museum built?",), (("When was it built?",), ("Elawyn Museum.",)))
        >>> [[move.text for move in shard_script(request, setting).moves] for setting in ("full", "sharded")]
        [['When was Elawyn Museum built?'], ['When was it built?', 'Elawyn Museum.']]
        >>> shard_script(request, "snowball").moves[1].text
        'When was it built? Elawyn Museum.'
    """
    if setting not in SETTINGS:
        raise UsageError(f"There is no setting {setting!r}. There are: {', '.join(SETTINGS)}.")
    draw = random.Random(f"tacit shards {seed} {request.id} {repetition}")  # noqa: S311 - not for secrets
    full = draw.choice(request.full)
    first, *details = (draw.choice(wordings) for wordings in request.shards)
    draw.shuffle(details)
    said = [first, *details]
    opening, again = draw.choice(_LIST), draw.choice(_AGAIN)
    texts: dict[Setting, Callable[[], list[str]]] = {
        "full": lambda: [full],
        "concat": lambda: ["\n- ".join((opening, *said))],
        "sharded": lambda: said,
        "recap": lambda: [*said, "\n- ".join((again, *said))],
        "snowball": lambda: [" ".join(said[: at + 1]) for at in range(len(said))],
    }
    moves = tuple(
        Move(text, full, documents=request.documents, passages=request.passages, made=setting)
        for text in texts[setting]()
    )
    return Script(f"{request.id} {setting} {repetition}", moves, request.domain)
