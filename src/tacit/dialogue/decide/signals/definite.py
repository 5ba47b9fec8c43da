"""What a turn points at, and whether it was mentioned: "the country", "this form", "it"."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tacit.dialogue.clarify.names import instances
from tacit.dialogue.decide.nouns import CLASSES, PARTS, singular
from tacit.dialogue.decide.phrases import Phrase, introduced, phrases
from tacit.dialogue.decide.pronouns import dangling
from tacit.dialogue.decide.reading import DEPTH, read_passage
from tacit.dialogue.decide.registry import signal
from tacit.dialogue.decide.signals.small_talk import asks_nothing
from tacit.dialogue.text.terms import content, terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tacit.dialogue.protocols import Situation, Statistics

_RARE: Final = 0.55
"""Rarity above which a word names something; of 12,000 passages, 68 or fewer hold it."""
_NAMED: Final = re.compile(r"([A-Z0-9][^()|·»–—:]{0,100}?) \(?([^\W\d_]{3,30})\)?(?: ?(?:[|»·–—:]|-(?= )).*)?")
"""A title that ends in the noun of what it names: "Hudson River", "Nutcracker (film)"."""
_CAPITAL: Final = re.compile(r"(?<=[a-z,] )[A-Z]\w+")
"""A name: a capital within a sentence."""
_READ: Final = 2_000
"""Characters of a passage in which names are looked for."""
_MANY: Final = 2
_SMALL: Final = 2_000
"""Passages of a collection that is small: about 360,000 words, as many as a thick handbook has."""
_SUBJECT: Final = 0.5
"""Share of the passages that hold the noun of what all of them are about."""
_BACK: Final = 4
"""Turns in which a name still says which one is meant."""


@signal
class Definite:
    """Counts what the turn points at.

    An *open* phrase has a noun of a class of many, and neither the turn nor the documents say which one.

    ``new``, ``recent`` and ``old``: open phrases of which no earlier turn holds the noun, the last question or answer
    does, or only an earlier one; ``this``: open ones with this, that or these, not mentioned; ``other``: phrases of
    other nouns, not mentioned; ``pronouns``; ``orphans``: pronouns of a first turn, unless all documents are about one
    thing; ``second``: rarity of the second rarest word of the turn, if a phrase is open: names beside it may pin it
    down; ``first``: open phrases of a turn before which nothing was asked. Pronouns count if nothing in
    the turn stands behind them.
    """

    name = "definite"

    def read(self, situation: Situation) -> Mapping[str, float | None]:
        """See the class."""
        said = {term for turn in situation.history for term in terms(turn.text)}
        recent = {term for turn in situation.history[-2:] for term in terms(turn.text)}
        pointed = open_phrases(situation)
        heads = [set(terms(phrase.head)) for phrase in pointed]
        new = [phrase for phrase, head in zip(pointed, heads, strict=True) if not head & said]
        others = [
            phrase for phrase in _phrases(situation)
            if not (phrase.generic or phrase.pinned or set(terms(phrase.head)) & said or _one(situation, phrase))
        ]  # fmt: skip
        rare = sorted((rarity(situation.statistics, term) for term in set(content(situation.turn))), reverse=True)
        pronouns = dangling(situation.turn)
        first = _opens(situation)
        return {
            "definite.new": float(len(new)),
            "definite.recent": float(sum(bool(head & recent) for head in heads)),
            "definite.old": float(sum(bool(head & (said - recent)) for head in heads)),
            "definite.this": float(sum(phrase.kind == "this" for phrase in new)),
            "definite.other": float(len(others)),
            "definite.pronouns": float(pronouns),
            "definite.orphans": float(pronouns) if first and not _subject(situation) else 0.0,
            "definite.first": float(len(new)) if first else 0.0,
            "definite.second": (rare[1] if len(rare) > 1 else 0.0) if pointed else None,
        }


def open_phrases(situation: Situation) -> list[Phrase]:
    """The phrases of a turn with a noun of a class of many that do not say which one they mean, nor do the documents.

    A rare word before the noun says it too ("the penobscot river"), and so does a name with the noun before ("Hudson
    River").
    """
    found = []
    named_before = _named_before(situation)
    for phrase in _phrases(situation):
        small = [word for word in phrase.words[:-1] if word.islower()]  # names in capitals were judged before
        before = content(" ".join(small)) if phrase.head not in PARTS else []
        named = any(rarity(situation.statistics, term) > _RARE for term in before)
        if phrase.generic and not (phrase.pinned or named or phrase.head in named_before or _one(situation, phrase)):
            found.append(phrase)
    return found


def _one(situation: Situation, phrase: Phrase) -> bool:
    """Whether the documents know one thing only that a phrase can stand for: the manual of one machine, "the machine".

    A definite phrase needs no turn before it where the situation holds one thing of its kind (Hawkins 1978,
    Definiteness and Indefiniteness, section 3.3, the larger situation use). Documents do if what was found names no two
    things of the kind, and they are few, so that there is little room for another, or speak of it throughout. "This"
    points at what was said, where anything was; then only what is spoken of throughout will do.
    """
    statistics, noun = situation.statistics, terms(phrase.head)[0]
    holding = statistics.frequency(noun)
    at_large = phrase.kind == "the" or (phrase.kind == "this" and _opens(situation))
    if not (holding > _SUBJECT * statistics.passages() or (at_large and statistics.passages() < _SMALL)):
        return False
    found = [hit.passage for hit in situation.hits[:DEPTH]]
    seen = sum(noun in read_passage(passage).held for passage in found)
    if not found or seen < min(holding, _MANY):  # what was found is about something else, and tells nothing of it
        return False
    return len(instances(found, phrase.noun, situation.turn)) < _MANY


def _subject(situation: Situation) -> bool:
    """Whether a pronoun of a first turn can only stand for what all documents are about: a name that most of them hold.

    The turn has to say more than the pronoun, in words that the documents hold and that not many passages share: "Does
    it run on Windows?" asks something of the one thing there is, "How does it work?" may be about anything in it.
    """
    statistics = situation.statistics
    said = {term for term in content(situation.turn) if statistics.frequency(term)}
    if all(rarity(statistics, term) <= _RARE for term in said):
        return False
    found = (hit.passage for hit in situation.hits[:DEPTH])
    texts = [text for passage in found for text in (passage.title, passage.text[:_READ])]
    named = {term for text in texts for word in _CAPITAL.findall(text) for term in content(word)}
    return any(statistics.frequency(term) > _SUBJECT * statistics.passages() for term in named)


def _opens(situation: Situation) -> bool:
    """Whether nothing was asked before."""
    return all(turn.role == "assistant" or asks_nothing(turn.text) for turn in situation.history)


def _named_before(situation: Situation) -> frozenset[str]:
    """The nouns that came with a name, or with "a", in turns of the user not long ago or in the last reply."""
    last = situation.history[-_BACK:]
    return frozenset().union(*(introduced(turn.text) for turn in last if turn.role == "user" or turn is last[-1]))


def _phrases(situation: Situation) -> list[Phrase]:
    """The phrases of a turn; what the documents have several of is a class, too."""
    several = defaultdict(set)
    for title in {hit.passage.title for hit in situation.hits[:DEPTH]}:
        if named := _NAMED.fullmatch(" ".join(title[:200].split())):
            several[singular(named[2])].add(named[1])
    return phrases(situation.turn, CLASSES | {noun for noun, names in several.items() if len(names) >= _MANY})


def rarity(statistics: Statistics, term: str) -> float:
    """Inverse document frequency as a share of the highest possible: 0 in every passage, 1 in one or none."""
    passages = max(statistics.passages(), 2)
    return math.log(passages / max(min(statistics.frequency(term), passages), 1)) / math.log(passages)
