"""What a simulated user says, and what a good assistant would do about it; and who can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tacit.dialogue.records import Turn
from tacit.dialogue.replies import Kind


@dataclass(frozen=True, slots=True)
class Move:
    """One turn of a simulated user.

    Attributes:
        text: What is said.
        standalone: The same with everything it leans on spelt out.
        expect: What a good assistant would do; ``None`` if that is not known.
        documents: Names of the documents that hold the answer.
        answer: Words that a right answer holds, in any case; empty if that is not known.
        made: How the turn was made, e.g. ``pronoun`` or ``off_corpus``; results are told apart by it.
        options: For an underspecified turn: what may be meant.
        if_asked: What the user says when the agent asks back; empty: the user goes on with the next move.
    """

    text: str
    standalone: str = ""
    expect: Kind | None = None
    documents: tuple[str, ...] = ()
    answer: str = ""
    made: str = "as_is"
    options: tuple[str, ...] = ()
    if_asked: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation to be held.

    Attributes:
        id: Unique among scripts.
        moves: What the user says, in order.
        domain: A group for tables; may be empty.
    """

    id: str
    moves: tuple[Move, ...]
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What an agent replied.

    Attributes:
        text: The words.
        kind: What was decided, if the agent tells.
        documents: What it leans on, best first, if the agent tells.
        more: Anything else it told.
    """

    text: str
    kind: Kind | None = None
    documents: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


class Agent(Protocol):
    """Anything with a chat interface: tacit's own conversation, an endpoint, a function."""

    name: str

    def reply(self, turns: Sequence[Turn]) -> Said:
        """The reply to the last turn, which is the user's.

        Args:
            turns: The whole conversation, oldest first. One that begins anew is a new conversation.
        """
        ...
