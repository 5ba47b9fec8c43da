"""What moves through a conversation: passages, turns, queries and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document.

    Attributes:
        id: Unique in its index. Given with the text, or made of the document and the place in it.
        text: The piece, without the title.
        title: Of the document, with the headings above the piece; may be empty.
        document: What it is a piece of: a path below the folder that was indexed, or an id that came with the data.
        start: Where it begins in the text of the document, in characters.
        end: Where it ends, in characters, not included.
    """

    id: str
    text: str
    title: str = ""
    document: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said.

    Attributes:
        role: Who said it.
        text: The words.
    """

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, made of the last turn and of those before it.

    Attributes:
        text: The question as a reader would take it: the last turn, with what a pending question adds; a rewriter's
            words if there is one.
        terms: Weights of the analysed terms (see `tacit.dialogue.text.terms`), all above 0.
        parts: Texts and weights whose vectors are added up for dense retrieval.
        note: What was done, in words for people: "terms of 3 earlier turns", "new topic: earlier turns left out".
    """

    text: str
    terms: Mapping[str, float]
    parts: tuple[tuple[str, float], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    Attributes:
        passage: What was found.
        score: The higher the better; comparable within one search only.
        scores: By engine, where several were fused.
    """

    passage: Passage
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a passage's text.

    Attributes:
        passage: The passage it is in.
        start: Where it begins in `Passage.text`, in characters.
        end: Where it ends, not included.

    Example:
        >>> Span(Passage("a", "Llamas hum. They spit."), 0, 11).text
        'Llamas hum.'
    """

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words."""
        return self.passage.text[self.start : self.end]
