"""Holding scripted conversations with any agent, and scoring what it did.

What is right is known of a made-up world, so nothing needs a judge: whether the decision was the expected one, whether
the words hold the right answer, whether an answer was given that no document supports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.records import Turn
from tacit.dialogue.simulate.script import Agent, Move, Said, Script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tacit.dialogue.replies import Kind
    from tacit.dialogue.simulate.agents import Replies

LONGEST_REPLY: Final = 100_000
"""Characters of a reply that are kept; an agent may say anything."""


@dataclass(frozen=True, slots=True)
class Held:
    """One turn as it went.

    Attributes:
        script: Id of the conversation.
        turn: Number of the user's turn, from 1; what the user said when asked back has the number of its question.
        move: What the user said, and what was expected.
        said: What the agent replied; to what the user said when asked back, if the agent asked.
        first: What the agent replied at first, if it asked back.
    """

    script: str
    turn: int
    move: Move
    said: Said
    first: Said | None = None

    @property
    def kind(self) -> Kind:
        """What the agent did at first: as it tells, or as its words sound."""
        return heard(self.first or self.said)

    @property
    def decided(self) -> bool | None:
        """Whether it did what was expected, or what would be as good; ``None`` if nothing was."""
        return None if self.move.expect is None else self.kind in {self.move.expect, *self.move.accept}

    @property
    def right(self) -> bool | None:
        """Whether the words hold the right answer; ``None`` if there is none or it is not known."""
        if not self.move.answer:
            return None
        return holds(self.said.text, self.move.answer)

    @property
    def found(self) -> bool | None:
        """Whether it leans on a passage or document that holds the answer; ``None`` if none is known.

        An agent that tells neither what it decided nor what it leans on has no such score.
        """
        wanted, leans = (
            (self.move.passages, self.said.passages)
            if self.move.passages
            else (self.move.documents, self.said.documents)
        )
        if not wanted or (self.said.kind is None and not leans):
            return None
        return not set(wanted).isdisjoint(leans)

    @property
    def astray(self) -> bool | None:
        """Whether it leans on other documents beside or instead; ``None`` if not all right ones are known, or told.

        Documents of a script are all there are; passages are those that somebody judged, so they say nothing here.
        """
        if self.move.passages or not self.move.documents or (self.said.kind is None and not self.said.documents):
            return None
        return not set(self.said.documents) <= set(self.move.documents)

    @property
    def unsupported(self) -> bool | None:
        """Whether it answered, in full or in part, what no document answers; ``None`` if one does."""
        return self.kind in {"answer", "partial"} if self.move.expect == "decline" else None


def holds(text: str, answer: str) -> bool:
    """Whether words hold an answer, in any case, and not as part of a longer word or number.

    Example:
        >>> holds("It was founded in 1912.", "1912"), holds("It holds 19,123 objects.", "19,12")
        (True, False)
    """
    ends = r"(?<![^\W_])(?<!\d[.,])", r"(?![^\W_]|[.,]\d)"
    return re.search(f"{ends[0]}{re.escape(answer)}{ends[1]}", text, re.IGNORECASE) is not None


def hold(
    agent: Agent | Replies,
    scripts: Iterable[Script],
    *,
    recorded: bool = False,
    told: Callable[[Held], None] | None = None,
) -> list[Held]:
    """Hold conversations, one after the other.

    Args:
        agent: Who is asked; anything that `tacit.dialogue.simulate.agents.as_agent` takes.
        scripts: What is said. When the agent asks back, the user says `Move.if_asked`, if there is such a thing.
        recorded: Whether each turn follows the recorded replies to those before, not the agent's own. Then what an
            agent is asked does not depend on what it replied, so that agents can be compared turn by turn; a turn of
            which nothing is expected is not asked, and nobody answers the agent when it asks back. Where no reply was
            recorded, the agent's own stands.
        told: Is told of every turn.

    Returns:
        Every turn that was asked, in order.

    Raises:
        TacitError: What the agent raises.

    Example:
        >>> from tacit.dialogue.simulate import agents
        >>> parrot = agents.from_function(lambda turns: turns[-1].text, name="parrot")
        >>> held = hold(parrot, [Script("s", (Move("Where?", answer="here"), Move("It is here.", answer="here")))])
        >>> [turn.right for turn in held]
        [False, True]
    """
    from tacit.dialogue.simulate.agents import as_agent

    agent = as_agent(agent)
    turns: list[Held] = []
    for script in scripts:
        history: list[Turn] = []
        for number, move in enumerate(script.moves, 1):
            follows = recorded and bool(move.recorded)
            if follows and move.expect is None:
                history += [Turn("user", move.text), Turn("assistant", move.recorded)]
                continue
            first, said = None, _say(agent, history, move.text)
            if move.if_asked and not recorded and heard(said) == "clarify":
                first, said = said, _say(agent, history, move.if_asked)
            if follows:
                history[-1] = Turn("assistant", move.recorded)
            held = Held(script.id, number, move, said, first)
            turns.append(held)
            if told is not None:
                told(held)
    return turns


def _say(agent: Agent, history: list[Turn], text: str) -> Said:
    history.append(Turn("user", text))
    said = agent.reply(tuple(history))
    history.append(Turn("assistant", said.text[:LONGEST_REPLY]))
    return said


def heard(said: Said) -> Kind:
    """What an agent did: as it tells, or as its words sound."""
    return said.kind or sounds_like(said.text)


def sounds_like(text: str) -> Kind:
    """What a reply of an agent that tells no decision sounds like.

    It asks back if it ends in a question, and declines if it says that it does not know; see
    `tacit.dialogue.measure.detectors`, which knows how often that is right.

    Example:
        >>> sounds_like("There are several. Which one do you mean?"), sounds_like("I don't know.")
        ('clarify', 'decline')
    """
    from tacit.dialogue.measure.detectors import admits, asks, told_kind

    return told_kind(admits(text), clarifies=asks(text))
