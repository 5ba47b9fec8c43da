"""What annotators are asked, per language and type.

The wording follows the idea of the paper's own collection (Kamath et al. 2026, section 6): a caption is written
without a question in mind, so what matters is left out; a plain question supplies one. One question per type, because
four in one prompt drew fewer spatial relations (14 %) than a prompt without them (21 %). No question gives an example
that could be copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.captions.detect.hits import TYPES
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        title: A word or two above it.
        ask: The question.
        hint: What makes an answer useful.
        nothing: Label of the box to tick when there is nothing to say.
    """

    title: str
    ask: str
    hint: str
    nothing: str

    @property
    def wording(self) -> str:
        """The question as it was put, for the record."""
        return f"{self.ask} {self.hint}"


QUESTIONS: Final[dict[str, dict[str, Question]]] = {
    "en": {
        "counting": Question(
            "How many",
            "What can be counted in this picture, and how many are there?",
            "Write a sentence with exact numbers. Leave out what you cannot count for certain.",
            "Nothing here can be counted",
        ),
        "spatial": Question(
            "Where",
            "Where are the main things, relative to each other?",
            "Say left and right as you see it in the picture. If you mean a person's own left or right, say whose.",
            "There are no two things to relate",
        ),
        "temporal": Question(
            "Before and after",
            "What must have happened just before this moment, or what is about to happen?",
            "Write only what the picture gives away, and what in it shows that.",
            "The picture gives away no before or after",
        ),
        "negation": Question(
            "What is not so",
            "What is not there, or not the case, although one might expect it in this picture?",
            "Think of what usually goes with such a scene. It should be possible to check it by looking.",
            "Nothing one would expect is missing",
        ),
    },
}
"""By language, then type. Another language is another entry with all types, and needs a validated detector."""


def questions(language: str = "en") -> dict[str, Question]:
    """The questions in a language, by type.

    Raises:
        UsageError: If they have not been written in that language.

    Example:
        >>> questions("en")["spatial"].title
        'Where'
    """
    if language not in QUESTIONS:
        raise UsageError(
            f"The questions are not written in language {language!r}. There is: {', '.join(sorted(QUESTIONS))}. "
            "Adding one is one entry in tacit/captions/elicit/questions.py."
        )
    return QUESTIONS[language]


def parse_ask(types: str | Iterable[str]) -> tuple[str, ...]:
    """The types to ask for, from a list or from words with commas between them, in the order given.

    Raises:
        UsageError: If one is not a type, is named twice, or none is named.

    Example:
        >>> parse_ask("negation, spatial")
        ('negation', 'spatial')
    """
    given = types.split(",") if isinstance(types, str) else types
    named = tuple(word.strip() for word in given if word.strip())
    unknown = [word for word in named if word not in TYPES]
    if unknown:
        raise UsageError(f"There is no type {unknown[0]!r} to ask for. The types are {', '.join(TYPES)}.")
    if not named:
        raise UsageError(f"Name at least one type to ask for: {', '.join(TYPES)}.")
    if len(set(named)) < len(named):
        raise UsageError(f"A type is named twice in {', '.join(named)!r}. Name each once.")
    return named
