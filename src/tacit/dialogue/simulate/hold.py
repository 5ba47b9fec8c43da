"""Holding scripted conversations with any agent, and scoring what it did.

What is right is known of a made-up world, so nothing needs a judge: whether the decision was the expected one, whether
the words hold the right answer, whether an answer was given that no document supports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.records import Turn
from tacit.dialogue.simulate.script import Agent, Move, Said, Script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tacit.dialogue.replies import Kind

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
        said = self.first or self.said
        return said.kind or sounds_like(said.text)

    @property
    def decided(self) -> bool | None:
        """Whether it did what was expected; ``None`` if nothing was."""
        return None if self.move.expect is None else self.kind == self.move.expect

    @property
    def right(self) -> bool | None:
        """Whether the words hold the right answer; ``None`` if there is none or it is not known."""
        if not self.move.answer:
            return None
        return self.move.answer.casefold() in self.said.text.casefold()


def hold(agent: Agent, scripts: Iterable[Script], *, told: Callable[[Held], None] | None = None) -> list[Held]:
    """Hold conversations, one after the other.

    Args:
        agent: Who is asked.
        scripts: What is said. When the agent asks back, the user says `Move.if_asked`, if there is such a thing.
        told: Is told of every turn.

    Returns:
        Every turn, in order.

    Example:
        >>> from tacit.dialogue.simulate import agents
        >>> parrot = agents.from_function(lambda turns: turns[-1].text, name="parrot")
        >>> held = hold(parrot, [Script("s", (Move("Where?", answer="here"), Move("It is here.", answer="here")))])
        >>> [turn.right for turn in held]
        [False, True]
    """
    turns: list[Held] = []
    for script in scripts:
        history: list[Turn] = []
        for number, move in enumerate(script.moves, 1):
            first = None
            said = _say(agent, history, move.text)
            if move.if_asked and _asks(said):
                first, said = said, _say(agent, history, move.if_asked)
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


def _asks(said: Said) -> bool:
    return (said.kind or sounds_like(said.text)) == "clarify"


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


def tally(held: Sequence[Held]) -> dict[str, tuple[int, int, int, int]]:
    """By kind of turn: how many, how many decided as expected, how many with an answer to be right, how many right."""
    found: dict[str, tuple[int, int, int, int]] = {}
    for turn in held:
        before = found.get(turn.move.made, (0, 0, 0, 0))
        asked = turn.right is not None
        found[turn.move.made] = (
            before[0] + 1, before[1] + bool(turn.decided), before[2] + asked, before[3] + bool(turn.right),
        )  # fmt: skip
    return found
