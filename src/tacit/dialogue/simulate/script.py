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
        accept: What would be as good.
        documents: Names of the documents that hold the answer.
        passages: Ids of the passages that hold it, where the index was made of passages that have ids. If both are
            given, passages count.
        answer: Words that a right answer holds, in any case; empty if that is not known.
        made: How the turn was made, e.g. ``pronoun`` or ``off_corpus``; results are told apart by it.
        options: For an underspecified turn: what may be meant.
        if_asked: What the user says when the agent asks back; empty: the user goes on with the next move.
        recorded: What was replied when people had this conversation; empty if nobody did.
    """

    text: str
    standalone: str = ""
    expect: Kind | None = None
    accept: tuple[Kind, ...] = ()
    documents: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    answer: str = ""
    made: str = "as_is"
    options: tuple[str, ...] = ()
    if_asked: str = ""
    recorded: str = ""


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
        documents: Names of the documents it leans on, best first, if the agent tells.
        passages: Ids of the passages it leans on, likewise.
        more: Anything else it told.
    """

    text: str
    kind: Kind | None = None
    documents: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
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
