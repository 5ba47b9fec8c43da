"""What is tuned on: a prompt and what should follow it, as text or as turns of a chat."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ASSISTANT: Final = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat.

    Attributes:
        role: ``system``, ``developer``, ``user``, ``assistant`` or ``tool``.
        content: What is said, as the data have it.
    """

    role: str
    content: str


Content = str | tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt and its completion, both as text or both as turns.

    Attributes:
        id: Where it stands, for messages: file and row.
        prompt: What is given. May be empty.
        completion: What is learned; of turns, those of the assistant.
    """

    id: str
    prompt: Content
    completion: Content

    @property
    def is_chat(self) -> bool:
        """Whether it is made of turns."""
        return not isinstance(self.completion, str)

    @property
    def key(self) -> str:
        """Hash of the content: equal for duplicates, wherever they stand.

        Example:
            >>> Example("1", "a", "b").key == Example("2", "a", "b").key != Example("1", "ab", "").key
            True
        """
        return digest(self.prompt, self.completion)


def digest(*parts: Content | int) -> str:
    """Hash of contents, which tells ``("a", "b")`` from ``("ab", "")`` and text from a turn."""
    told = [part if isinstance(part, str | int) else [[turn.role, turn.content] for turn in part] for part in parts]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True)
class Examples:
    """The examples of some files.

    Attributes:
        items: In the order of the files.
        paths: The files.
        columns: For each file, what was taken from which of its columns.
        unused: Columns of the files that were not read, and fields of their messages.
        dropped: How many rows were left out while reading, by reason.
        limited: Whether there were more rows than were to be read.
    """

    items: tuple[Example, ...]
    paths: tuple[str, ...] = ()
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)
    limited: bool = False

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Example]:
        return iter(self.items)

    @property
    def duplicates(self) -> int:
        """Examples that stand there already, word for word. They are used all the same."""
        return len(self.items) - len({example.key for example in self.items})

    def take(self, places: Sequence[int]) -> Examples:
        """Some of them, with nothing dropped: what was dropped while reading belongs to the whole."""
        return Examples(tuple(self.items[at] for at in places), self.paths, self.columns, self.unused)
