"""What a check of answers is, and how one is registered.

A check is one file: a class with a name that looks at an answer as it comes in, at all answers together, or at both.
Checks never block anybody: what they say is a reason for a second person to look, not a verdict.
"""

from __future__ import annotations

from abc import ABC
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from tacit.errors import UsageError
from tacit.plugins import load_plugins

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tacit.captions.elicit.records import Answer

Severity = Literal["note", "look", "serious"]
"""A note is no fault; what is serious is hardly ever right."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says about many answers together.

    Attributes:
        check: The check's name.
        annotator: `Annotator.id` of the person it is about; None when it is about the project.
        picture: `Picture.id`; None when it is about more than one.
        answers: Ids of the answers it rests on, ascending.
        explanation: What was found, in plain words, with its numbers.
        severity: ``note``, ``look`` or ``serious``.
    """

    check: str
    annotator: int | None
    picture: int | None
    answers: tuple[int, ...]
    explanation: str
    severity: Severity


class Past:
    """The answers that were there before one, as the checks ask for them.

    Args:
        answer: The new answer.
        others: All earlier answers of the project, in order of arrival.
        language: ISO 639-1 code of the answers.

    Attributes:
        language: As given.
        everything: As given.
        own: Those by the same annotator about other pictures, in order of arrival.
        beside: Those by other annotators about the same picture.
    """

    def __init__(self, answer: Answer, others: Sequence[Answer], language: str) -> None:
        self.language = language
        self.everything = others
        self._answer = answer
        # One plain pass: with 50,000 answers each further one would cost a millisecond or two.
        self.own = [o for o in others if o.annotator == answer.annotator and o.picture != answer.picture]
        self.beside = [o for o in others if o.picture == answer.picture and o.annotator != answer.annotator]

    def recent(self, most: int) -> list[Answer]:
        """The latest answers by other annotators of the type that was asked for, at most so many, latest first."""
        found: list[Answer] = []
        for other in reversed(self.everything):
            if other.annotator != self._answer.annotator and other.type == self._answer.type:
                found.append(other)
                if len(found) == most:
                    break
        return found


@dataclass(frozen=True)
class Project:
    """All answers together.

    Attributes:
        answers: In order of arrival.
        language: ISO 639-1 code of the answers.
    """

    answers: Sequence[Answer]
    language: str

    @cached_property
    def written(self) -> dict[tuple[int, str], list[Answer]]:
        """Answers that hold a text, by annotator and type asked for."""
        groups: dict[tuple[int, str], list[Answer]] = defaultdict(list)
        for answer in self.answers:
            if not answer.nothing:
                groups[answer.annotator, answer.type].append(answer)
        return dict(sorted(groups.items()))


class Check(ABC):
    """Looks for one thing that makes an answer less useful than it seems.

    Attributes:
        name: A few words, lower case; what people see.
        severity: How much it matters when an answer is found to have it.
        languages: Those whose words it knows; empty when it needs none.
    """

    name: ClassVar[str]
    severity: ClassVar[Severity] = "look"
    languages: ClassVar[frozenset[str]] = frozenset()

    def of_answer(self, answer: Answer, past: Past) -> Iterable[str]:
        """What is to be said of one answer as it comes in: an explanation for each thing found, mostly none."""
        del answer, past
        return ()

    def of_project(self, project: Project) -> Iterable[Finding]:
        """What shows only over many answers."""
        del project
        return ()


ENTRY_POINTS: Final = "tacit.elicit_check"
_BUILT_IN: Final = (
    "pasted", "copies", "echo", "templates", "trivial", "numbers", "sides", "contradictions", "unverifiable",
    "hurried", "short", "unstated", "nothing",
)  # fmt: skip
_REGISTRY: dict[str, type[Check]] = {}


def register(cls: type[Check]) -> type[Check]:
    """Class decorator: make a check one of those that every answer goes through.

    Raises:
        UsageError: If another class already took the name.
    """
    taken = _REGISTRY.get(cls.name)
    if taken is not None and taken is not cls:
        raise UsageError(f"Two checks of answers are called {cls.name!r}. Rename one of them.")
    _REGISTRY[cls.name] = cls
    return cls


def checks() -> dict[str, type[Check]]:
    """Every check by name: those that come with tacit in their order, then those that are plugged in."""
    for module in _BUILT_IN:
        import_module(f"tacit.captions.elicit.quality.{module}")
    load_plugins(ENTRY_POINTS)
    return _REGISTRY


def severity_of(name: str) -> Severity:
    """How much a check matters; ``look`` for one that is not installed, as in a project made with another version.

    Example:
        >>> severity_of("not stated"), severity_of("gone")
        ('note', 'look')
    """
    check = checks().get(name)
    return check.severity if check else "look"
