"""A conversation as it is meant: what the steps of a turn read in place of the words that were said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tacit.dialogue.clarify.asked import offered
from tacit.dialogue.records import Turn
from tacit.dialogue.resolve.slots import PendingQuestion, fill
from tacit.dialogue.told import unsourced

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn of the user as it is worked on.

    Attributes:
        history: The turns before it.
        turn: What the user says; if that answers a question back, the question with the answer in it.
        clarified: Whether it was made clear just now.
        refused: Options that were turned down since the question was first asked back about.
    """

    history: tuple[Turn, ...]
    turn: str
    clarified: bool = False
    refused: tuple[str, ...] = ()


class Meant:
    """Keeps up with a conversation, its own or one that comes from outside: both are read in the same way.

    A question, the question back and the reply to it are one turn: the question with what was meant. Marks of citations
    and lists of sources are left out of what the assistant said; looked for, they would find sources, not answers.

    Args:
        history: Turns so far, oldest first.

    Attributes:
        turns: The turns as they are meant, oldest first.

    Example:
        >>> meant = Meant([
        ...     Turn("user", "What is the population of the country?"),
        ...     Turn("assistant", "There are several countries this could be about, such as Israel or Egypt. "
        ...                       "Which one do you mean?"),
        ... ])
        >>> meant.take("the second one").turn
        'What is the population of the country (Egypt)?'
    """

    def __init__(self, history: Iterable[Turn] = ()) -> None:
        self.turns: list[Turn] = []
        self._pending: PendingQuestion | None = None
        self._refused: tuple[str, ...] = ()
        for turn in history:
            if turn.role == "user":
                self.heard(self.take(turn.text))
            else:
                self.said(turn.text, offered(turn.text))

    def take(self, text: str) -> Taken:
        """How a turn of the user is to be worked on. Nothing is kept of it until it was `heard`."""
        filled = fill(self._pending, text) if self._pending else None
        if self._pending is None or filled is None:
            return Taken(tuple(self.turns), text)
        # The question is asked in full now: it and what it was met with need not be looked at again.
        clarified = filled.question != self._pending.question
        return Taken(tuple(self.turns[:-2]), filled.question, clarified, (*self._refused, *filled.refused))

    def heard(self, taken: Taken) -> None:
        """Keep a turn of the user."""
        self.turns = [*taken.history, Turn("user", taken.turn)]
        self._refused = taken.refused
        self._pending = None

    def said(self, text: str, options: tuple[str, ...] | None) -> None:
        """Keep a turn of the assistant.

        Args:
            text: What it said.
            options: What it offered, if it asked back; ``None`` if it did not.
        """
        before = self.turns[-1] if self.turns else None
        self._pending = None
        if options is not None and before is not None and before.role == "user":
            self._pending = PendingQuestion(before.text, options, text)
        self.turns.append(Turn("assistant", unsourced(text)))
