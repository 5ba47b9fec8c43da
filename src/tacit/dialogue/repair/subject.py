"""What a disputed question was about, and which sentences are about that: other things have other values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.dialogue.decide.reading import read_passage
from tacit.dialogue.decide.signals.definite import rarity
from tacit.dialogue.repair.values import values
from tacit.dialogue.text.terms import content, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.dialogue.protocols import Situation
    from tacit.dialogue.repair.claim import Claim
    from tacit.dialogue.repair.conflicts import Statement

_NAMES: Final = 0.6
"""Share of the words of a name, by rarity, that a sentence, its title counted, must hold to be on what it names."""
_RARE: Final = 0.55
"""Rarity above which a word of the question names something; see `tacit.dialogue.decide.signals.definite`."""
_PREFIX: Final = 4
"""Letters that make two words one: "founded" and "founder"."""
_ENOUGH: Final = 0.5
_NUMBER: Final = re.compile(r"\bhow (?!do|does|did|is|are|was|were|can|could|should|to\b)\w+", re.IGNORECASE)
_YEAR: Final = re.compile(r"\bwhen\b|\b(?:what|which) year\b", re.IGNORECASE)
_WHERE: Final = re.compile(r"\bwhere\b", re.IGNORECASE)
_WHO: Final = re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE)
_AT: Final = re.compile(r"\b(?:in|at|near|from|above|below)(?: the)?(?: \w+ of)? ([A-Z][\w'’-]+)")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about.

    Attributes:
        names: Terms that name it, with their rarity; empty if nothing does, and then every sentence may be on it.
        asked: The terms of the question, with theirs, less those of names.
        question: Its words.
    """

    names: dict[str, float]
    asked: dict[str, float]
    question: str

    def covers(self, statement: Statement) -> bool:
        """Whether a sentence is on it: the sentence or its title names it; without a title, its passage."""
        if not self.names:
            return True
        held = statement.about | statement.title
        if not statement.title:
            held |= read_passage(statement.span.passage).held
        return _share(self.names, held) >= _NAMES

    def answering(self, found: Sequence[Statement]) -> list[Statement]:
        """Of the sentences on it, those that answer the question.

        They hold half of its words, and such a value if any of them does. If none holds so many, they state such a
        value, and hold the most.
        """
        shares = [(_share(self.asked, _loosely(self.asked, each)), each) for each in found]
        near = [each for share, each in shares if self.asked and share >= _ENOUGH]
        if near:
            return [each for each in near if self._fits(each)] or near
        fitting = [(share, each) for share, each in shares if self._fits(each)]
        most = max((share for share, _ in fitting), default=0.0)
        return [each for share, each in fitting if share == most]

    def _fits(self, statement: Statement) -> bool:
        """Whether a sentence states a value of the kind that is asked for; ``False`` if the kind is not known."""
        stated = {value for value in statement.values if not set(terms(value.text)) <= set(self.names)}
        kinds = {value.kind for value in stated}
        if _YEAR.search(self.question):
            return "year" in kinds
        if _NUMBER.search(self.question):
            return "number" in kinds
        if _WHERE.search(self.question) or _WHO.search(self.question):
            places = [name for name in _AT.findall(statement.span.text) if not set(terms(name)) <= set(self.names)]
            return "name" in kinds and bool(places) == bool(_WHERE.search(self.question))
        return False


def subject(situation: Situation, made: Claim) -> Subject:
    """What the disputed question was about: its names, or those of the last question before it that has any.

    Args:
        situation: The turn that disputes.
        made: What it holds against the last answer.
    """
    asked = {term: rarity(situation.statistics, term) for term in sorted(set(content(made.question)))}
    said = [turn.text for turn in situation.history if turn.role == "user"]
    for text in (made.question, *reversed(said[:-1])):
        named = [value.text for value in values(text) if value.kind == "name"]
        weights = {term: rarity(situation.statistics, term) for term in sorted(set(content(" ".join(named))))}
        if max(weights.values(), default=0.0) > _RARE:
            return Subject(weights, {term: w for term, w in asked.items() if term not in weights}, made.question)
        if text is made.question and (rare := {term: w for term, w in asked.items() if w > _RARE}):
            return Subject(dict([max(rare.items(), key=lambda item: item[1])]), asked, made.question)
    return Subject({}, asked, made.question)


def _loosely(asked: dict[str, float], statement: Statement) -> set[str]:
    """The terms asked for that a sentence holds, be it with another ending."""
    held = statement.about
    longer = {term[:at] for term in held for at in range(_PREFIX, len(term))}
    return {
        term
        for term in asked
        if term in held or term in longer or any(term[:at] in held for at in range(_PREFIX, len(term)))
    }


def _share(weights: dict[str, float], held: set[str] | frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 1.0
