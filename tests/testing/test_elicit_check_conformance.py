"""The conformance of checks of answers: those that come with tacit pass, broken ones are caught by what is meant to."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tacit.captions.elicit.quality import Check, Finding, Past, Project, checks
from tacit.testing import check_elicit_check, elicit_check_checks
from tacit.testing.running import run_checks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tacit.captions.elicit.records import Answer

ANSWERS, PROJECTS = "says of any answer what can be shown", "says of a project what can be shown"


@pytest.mark.parametrize("name", checks())
def test_ours_conform(name: str) -> None:
    assert [outcome for outcome in check_elicit_check(checks()[name]) if outcome.status != "passed"] == []


class Good(Check):
    name = "has a two"
    languages = frozenset({"en"})

    def of_answer(self, answer: Answer, past: Past) -> Iterable[str]:
        if "two" in answer.text:
            yield "The text says “two”."

    def of_project(self, project: Project) -> Iterable[Finding]:
        ids = tuple(answer.id for answer in project.answers if "two" in answer.text)
        return [Finding(self.name, None, None, ids, "So many twos.", "note")] if ids else []


class Loud(Good):
    name = "LOUD"


class Grave(Good):
    severity: ClassVar[Any] = "grave"


class Idle(Check):
    name = "idle"


class Wordless(Good):
    def of_answer(self, answer: Answer, past: Past) -> Iterable[str]:
        yield ""


class Parrot(Good):
    def of_answer(self, answer: Answer, past: Past) -> Iterable[str]:
        yield f"You said {answer.text}!"


class Talkative(Good):
    def of_answer(self, answer: Answer, past: Past) -> Iterable[str]:
        yield "so " * 500


class Divides(Good):
    def of_answer(self, answer: Answer, past: Past) -> Iterable[str]:
        return [] if (answer.seconds or 1.0) / len(answer.text.split()) > 0 else ["Quick."]


class Renamed(Good):
    def of_project(self, project: Project) -> Iterable[Finding]:
        return [replace(finding, check="another") for finding in super().of_project(project)]


class Invents(Good):
    def of_project(self, project: Project) -> Iterable[Finding]:
        return [Finding(self.name, 99, None, (), "Somebody.", "note")]


class Disordered(Good):
    def of_project(self, project: Project) -> Iterable[Finding]:
        return [replace(finding, answers=finding.answers[::-1]) for finding in super().of_project(project)]


class Remembers(Good):
    seen: ClassVar[set[str]] = set()

    def of_answer(self, answer: Answer, past: Past) -> Iterable[str]:
        known = answer.text in self.seen
        self.seen.add(answer.text)
        return ["Seen before."] if known else []


class Deletes(Good):
    def of_project(self, project: Project) -> Iterable[Finding]:
        project.answers.clear()  # type: ignore[attr-defined]
        return []


class Slow(Good):
    def of_answer(self, answer: Answer, past: Past) -> Iterable[str]:
        end = time.process_time() + 1e-4 * len(past.everything)
        while time.process_time() < end:
            pass
        return []


class Quadratic(Good):
    def of_answer(self, answer: Answer, past: Past) -> Iterable[str]:
        return ["A sigh."] if re.search("a+h", answer.text[:20_000]) else []


@pytest.mark.parametrize(
    ("broken", "name", "said"),
    [
        (Loud, "is described", "lower case"),
        (Grave, "is described", "one of note, look, serious"),
        (Idle, "is described", "neither"),
        (Good(), "is described", "not a subclass"),
        (Wordless, ANSWERS, "must be a sentence"),
        (Parrot, ANSWERS, "cannot be seen"),
        (Talkative, ANSWERS, "characters long"),
        (Divides, ANSWERS, "ZeroDivisionError"),
        (Renamed, PROJECTS, "names the check 'another'"),
        (Invents, PROJECTS, "does not exist"),
        (Disordered, PROJECTS, "ascending"),
        (Remembers, "is repeatable and changes nothing", "something else"),
        (Deletes, "is repeatable and changes nothing", "changes the list"),
        pytest.param(Slow, "keeps nobody waiting", "6,720 before it", marks=pytest.mark.slow),
        (Quadratic, "keeps nobody waiting", "100,000 characters"),
    ],
)
def test_broken_ones_are_caught(broken: type[Check], name: str, said: str) -> None:
    (outcome,) = run_checks(pair for pair in elicit_check_checks(broken) if pair[0] == name)
    assert said in outcome.detail


def test_a_good_one_passes() -> None:
    assert {outcome.status for outcome in check_elicit_check(Good)} == {"passed"}
