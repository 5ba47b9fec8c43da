"""Quality of answers as they come in: one check per file, each with a name and an explanation in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.captions.elicit.quality.protocol import Check, Finding, Past, Project, checks, register, severity_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.captions.elicit.records import Answer

__all__ = ["Check", "Finding", "Past", "Project", "check_answer", "check_project", "checks", "register", "severity_of"]


def check_answer(answer: Answer, others: Sequence[Answer], *, language: str = "en") -> list[tuple[str, str]]:
    """Look at an answer as it comes in.

    Args:
        answer: The answer.
        others: All earlier answers of the project, in order of arrival.
        language: ISO 639-1 code of the answers; checks that do not know its words are left out.

    Returns:
        The name of each check that has something to say, and what it says; none of it blocks anything.

    Example:
        >>> from tacit.captions.elicit.records import Answer
        >>> answer = Answer(1, 1, "a.jpg", 1, "spatial", "A dog to the left of a tree.", False, 14.0, ("spatial",),
        ...                 False, "2026-01-01T00:00:00Z")
        >>> check_answer(answer, [])
        []
    """
    past = Past(answer, others, language)
    return [
        (name, told)
        for name, check in checks().items()
        if not check.languages or language in check.languages
        for told in check().of_answer(answer, past)
    ]


def check_project(answers: Sequence[Answer], *, language: str = "en") -> list[Finding]:
    """Look at all answers together, for what shows only over many.

    Args:
        answers: All answers of the project, in order of arrival.
        language: ISO 639-1 code of the answers.

    Returns:
        Findings, the serious ones first; the same answers give the same list.

    Example:
        >>> check_project([])
        []
    """
    project = Project(answers, language)
    found = [
        finding
        for check in checks().values()
        if not check.languages or language in check.languages
        for finding in check().of_project(project)
    ]
    rank = {"serious": 0, "look": 1, "note": 2}
    return sorted(found, key=lambda f: rank[f.severity])
