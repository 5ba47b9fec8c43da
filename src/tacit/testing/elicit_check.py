"""Conformance of checks of answers: that people can be shown what they say, quickly, and that nothing else happens."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from time import process_time
from typing import TYPE_CHECKING, Final, get_args

from tacit.captions.detect.hits import TYPES
from tacit.captions.elicit.quality.protocol import Check, Finding, Past, Project, Severity
from tacit.captions.elicit.records import Answer
from tacit.report.text import visible
from tacit.testing.hostile import HOSTILE, LARGE, large
from tacit.testing.running import run_checks
from tacit.testing.subject import fail, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tacit.testing.result import CheckOutcome

_TEXTS: Final = (
    "There are two dogs on the left of a tree.", "Three red cups next to a plate.", "There are no elephants.",
    "A man who has just thrown a ball.", "dog", "There are two dogs on the left of a tree.", "",
)  # fmt: skip
_OTHER: Final = ("en", "fi", "xx")
"""Languages that a check which names none is asked in; the last one does not exist."""
_LONGEST: Final = 1_000
"""Characters of an explanation."""
_PAST: Final = 5_000
_SECONDS: Final = 0.25
"""CPU time for one answer, with `_PAST` before it or of 100,000 characters: somebody is waiting."""
_SEVERITIES: Final = get_args(Severity)
_LANGUAGE: Final = re.compile("[a-z]{2}")


def _answers(texts: Sequence[str]) -> list[Answer]:
    """Answers by three people to every type, about pictures that they share; some of them empty, fast or pasted."""
    answers: list[Answer] = []
    for picture, text in enumerate(texts, start=1):
        for type_ in TYPES:
            for annotator in (1, 2, 3):
                at = len(answers)
                nothing = not text.strip() or at % 11 == 0
                said = text if annotator < 3 else text.replace("two", "five").replace("left", "right")
                answers.append(
                    Answer(
                        at + 1, picture, f"{picture}.jpg", annotator, type_, "" if nothing else said, nothing,
                        None if at % 7 == 0 else 0.3 + at % 30, (type_,) if at % 3 else (), at % 5 == 0,
                        f"2026-01-01T00:{at // 60 % 60:02}:{at % 60:02}Z",
                    )
                )  # fmt: skip
    return answers


def _languages(cls: type[Check]) -> tuple[str, ...]:
    return tuple(sorted(cls.languages)) or _OTHER


def _explained(text: object, what: str) -> None:
    if not isinstance(text, str) or not text.strip():
        fail(f"It says {quoted(text)} of {what}; it must be a sentence.")
    if text != visible(text):
        fail(
            f"Its words on {what} hold characters that cannot be seen: {quoted(text, 200)}. Pass what people wrote "
            "through tacit.captions.elicit.quality.texts.shown."
        )
    if len(text) > _LONGEST:
        fail(f"Its words on {what} are {len(text):,} characters long; people are to read them.")


def _said(cls: type[Check], answers: Sequence[Answer], language: str) -> Iterator[tuple[Answer, list[str]]]:
    for at, answer in enumerate(answers):
        yield answer, list(cls().of_answer(answer, Past(answer, answers[:at], language)))


def _described(cls: type[Check]) -> None:
    if not isinstance(cls, type) or not issubclass(cls, Check):
        fail(f"{quoted(cls)} is not a subclass of tacit.captions.elicit.quality.protocol.Check.")
    name: object = getattr(cls, "name", None)
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or name != name.lower():
        fail(f"Its name, {quoted(name)}, must be a few words in lower case.")
    if cls.severity not in _SEVERITIES:
        fail(f"Its severity, {quoted(cls.severity)}, must be one of {', '.join(_SEVERITIES)}.")
    if not isinstance(cls.languages, frozenset) or not all(_LANGUAGE.fullmatch(code) for code in cls.languages):
        fail(f"Its languages, {quoted(cls.languages)}, must be a frozenset of two-letter ISO 639-1 codes.")
    if cls.of_answer is Check.of_answer and cls.of_project is Check.of_project:
        fail("It looks neither at one answer nor at all of them.")


def _speaks_of_answers(cls: type[Check]) -> None:
    texts = (*_TEXTS, *HOSTILE)
    for language in _languages(cls):
        for answer, said in _said(cls, _answers(texts), language):
            for text in said:
                _explained(text, f"the answer {quoted(answer.text)}")


def _speaks_of_projects(cls: type[Check]) -> None:
    for language in _languages(cls):
        for texts in ((), _TEXTS * 6, HOSTILE):
            answers = _answers(texts)
            for finding in cls().of_project(Project(answers, language)):
                _whole(cls, finding, answers)


def _whole(cls: type[Check], finding: object, answers: Sequence[Answer]) -> None:
    if not isinstance(finding, Finding):
        fail(f"Of a project it says {quoted(finding)} instead of a Finding.")
    _explained(finding.explanation, "a project")
    if finding.check != cls.name:
        fail(f"A finding names the check {quoted(finding.check)} instead of {cls.name!r}.")
    if finding.severity not in _SEVERITIES:
        fail(f"A finding's severity, {quoted(finding.severity)}, must be one of {', '.join(_SEVERITIES)}.")
    if not isinstance(finding.answers, tuple) or list(finding.answers) != sorted(set(finding.answers)):
        fail(f"A finding's answers, {quoted(finding.answers)}, must be a tuple of ids, ascending.")
    ids = {answer.id for answer in answers}
    people, pictures = {answer.annotator for answer in answers}, {answer.picture for answer in answers}
    if not ids.issuperset(finding.answers):
        fail(f"A finding names answers that do not exist: {quoted(set(finding.answers) - ids)}.")
    if finding.annotator not in {None, *people} or finding.picture not in {None, *pictures}:
        fail(f"A finding is about a person or picture that does not exist: {quoted(finding, 300)}.")


def _repeatable(cls: type[Check]) -> None:
    answers, language = _answers(_TEXTS * 3), _languages(cls)[0]
    project = Project(answers, language)
    again = Project(_answers(_TEXTS * 3), language)
    first = (list(_said(cls, answers, language)), list(cls().of_project(project)))
    if answers != again.answers:
        fail("It changes the list of answers that it is given.")
    if first != (list(_said(cls, answers, language)), list(cls().of_project(again))):
        fail("It says something else of the same answers the second time.")


def _quick(cls: type[Check]) -> None:
    language = _languages(cls)[0]
    past = _answers([f"{text} {at}" for at in range(_PAST // 63 + 1) for text in _TEXTS])
    usual = replace(
        past[0], id=len(past) + 1, picture=10**6, text="There are two dogs left of a big tree.", nothing=False
    )
    asked = [("an answer", usual, past)]
    asked += [(f"100,000 characters ({kind})", replace(usual, text=large(kind, 100_000)), past[:60]) for kind in LARGE]
    for what, answer, others in asked:
        before = Past(answer, others, language)
        # The first time may load what it needs, the second may meet a busy machine.
        seconds = min(_timed(cls, answer, before) for _ in range(3))
        if seconds > _SECONDS:
            fail(f"For {what} with {len(others):,} before it takes {seconds:.2f} s; {_SECONDS} s are allowed.")


def _timed(cls: type[Check], answer: Answer, past: Past) -> float:
    begun = process_time()
    list(cls().of_answer(answer, past))
    return process_time() - begun


_CHECKS: Final[dict[str, Callable[[type[Check]], None]]] = {
    "is described": _described,
    "says of any answer what can be shown": _speaks_of_answers,
    "says of a project what can be shown": _speaks_of_projects,
    "is repeatable and changes nothing": _repeatable,
    "keeps nobody waiting": _quick,
}


def elicit_check_checks(cls: type[Check]) -> list[tuple[str, Callable[[], None]]]:
    """What is checked of a check of answers, for a test suite: one test each, which raises `CheckFailedError`.

    Args:
        cls: The class, as it is registered.

    Example:
        >>> from tacit.captions.elicit.quality import checks
        >>> [name for name, _ in elicit_check_checks(checks()["pasted"])][:2]
        ['is described', 'says of any answer what can be shown']
    """
    return [(name, partial(check, cls)) for name, check in _CHECKS.items()]


def check_elicit_check(cls: type[Check]) -> tuple[CheckOutcome, ...]:
    """Run everything on a check of answers.

    Args:
        cls: The class, as it is registered; one that is broken gives failures, never a traceback.

    Example:
        >>> from tacit.captions.elicit.quality import checks
        >>> {outcome.status for outcome in check_elicit_check(checks()["pasted"])}
        {'passed'}
    """
    return run_checks(elicit_check_checks(cls))
