"""Checks what a model writes, sentence by sentence: where it comes from, and whether it comes from there."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tacit.dialogue.answer.addressed import About
from tacit.dialogue.answer.display import clean, without_links
from tacit.dialogue.answer.planted import doubtful, planted, trusted
from tacit.dialogue.answer.support import THRESHOLD, Evidence
from tacit.dialogue.measure.detectors import admits
from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.dialogue.protocols import Situation
    from tacit.dialogue.records import Span

_CITED: Final = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_CONTACT: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\+?(?:\d[ ()./-]{0,2}){8,}\d")
"""An e-mail address, or a telephone number."""
_ITEM: Final = re.compile(r"\W*\d{1,3}\W*")
"""Number of an item in a list."""
_WORD: Final = re.compile(r"[^\W_]+")
_CODE: Final = re.compile(r"[^\W\d_]\d|\d[^\W\d_]|^[^\W\d_a-z]{3,}$")
"""Letters with digits, or all capitals."""
_COPIED: Final = 0.6
"""Support from which on a sentence is taken from what is trusted, whatever else says so too."""
_CLEARLY: Final = 0.1
"""How much more of a sentence the rest has to support for it to come from there."""
_RARE: Final = 2
"""Passages of an index that hold a word which only one of them made up."""


class Checker:
    """Takes what a model writes, and gives what the user may read.

    Citations are numbered anew in the order in which they come, each standing for the stretch that supports its first
    sentence best. Numbers that do not exist are taken out; where the passage cited does not hold the sentence and
    another does, that one is cited. Links, images and markup go, but for addresses that the passages hold. Sentences
    that no passage supports are reported.

    What may be an instruction, or does not bear on the question, supports nothing, shown or not
    (`tacit.dialogue.answer.planted.trusted`). Left out, and reported, is what rather such an instruction says than
    what is trusted; what reads as one; and what names something - an address, a code, a brand - that stands in such
    text alone, or nowhere in the index.

    Args:
        situation: The turn.
        passages: The stretches of each passage, as numbered for the model.

    Attributes:
        spans: What is cited so far, by its new number.
        unsupported: Sentences that no passage supports, those left out among them.
    """

    def __init__(self, situation: Situation, passages: Sequence[Sequence[Span]]) -> None:
        asked = situation.query.terms
        split = [[trusted(piece, asked) for piece in pieces] for pieces in passages]
        texts = [" … ".join(clean(ours) for ours, _, _ in pieces) for pieces in split]
        doubted = [clean(other) for pieces in split for _, other, _ in pieces]
        beside = [clean(other) for pieces in split for _, _, other in pieces]
        said = [turn.text for turn in situation.history]
        titles = [clean(pieces[0].passage.title) for pieces in passages]
        self._passages = passages
        self._told = "\n".join([situation.turn, *(ours for pieces in split for ours, _, _ in pieces)])
        self._evidence = Evidence(texts, situation.turn, said)
        self._doubted = Evidence(doubted, situation.turn)
        known = [*said, *texts, *(one for one in titles if not doubtful(one))]
        self._asked = frozenset([*terms(situation.turn), *terms(situation.query.text)])
        self._known = self._asked.union(term for text in known for term in terms(text))
        self._told_by = frozenset(term for text in doubted for term in terms(text)) - self._known
        self._beside = frozenset(term for text in beside for term in terms(text)) - self._known
        self._statistics = situation.statistics
        self._numbers: dict[int, int] = {}
        self.spans: list[Span] = []
        self.unsupported: list[str] = []

    def check(self, written: str) -> str:
        """What may be read of one sentence, with its citations before the full stop's place: ``It hums. [1]``."""
        cited = [int(number) for match in _CITED.finditer(written) for number in re.findall(r"\d+", match[1])]
        bare = without_links(_CITED.sub("", written), self._told).strip()
        if not content(bare) or _ITEM.fullmatch(bare):
            return bare
        numbers = {number for number in cited if 1 <= number <= len(self._passages)}
        support = self._evidence.support(bare)
        admitted = admits(bare) != "no"  # that the documents do not say
        if self._leads_away(bare) or self._names_strangers(bare) or not (admitted or self._ours(bare, support)):
            self.unsupported.append(bare)
            return ""
        if admitted or support is None:
            return self._with(bare, numbers)
        if support < THRESHOLD:
            self.unsupported.append(bare)
            return bare
        holding = {number for number in numbers if (self._evidence.support(bare, [number]) or 0.0) >= THRESHOLD}
        best = self._evidence.best(bare)
        return self._with(bare, holding or ({best} if best else set()))

    def _ours(self, sentence: str, support: float | None) -> bool:
        """Whether it is no instruction, and not rather what is doubted says it than what is trusted."""
        if support is None or support >= _COPIED:
            return True
        doubted = self._doubted.support(sentence) or 0.0
        return doubted < max(THRESHOLD, support + _CLEARLY) and not (doubted and planted(sentence))

    def _leads_away(self, sentence: str) -> bool:
        """Whether it gives an e-mail address or a telephone number that nothing to be trusted holds."""
        return any(match[0] not in self._told for match in _CONTACT.finditer(sentence))

    def _names_strangers(self, sentence: str) -> bool:
        """Whether it holds a word that looks like a name or a code, and that nothing to be trusted holds.

        Where a sentence may be an instruction itself, what it names has to stand in the question, or in more passages
        than one. Names that other documents hold may be what the model knows; they are for `support` to judge.
        """
        suspect, foreign = bool(doubtful(sentence)), None
        for at, match in enumerate(_WORD.finditer(sentence)):
            (term,) = terms(match[0])
            if term in (self._asked if suspect else self._known):
                continue
            if (seen := self._statistics.frequency(term)) > _RARE:
                continue
            code = _CODE.search(match[0]) is not None
            if not code and match[0][0].isupper() and at:
                foreign = About.of([sentence]).foreign if foreign is None else foreign
                code = not foreign  # nouns have capitals in German
            if term in self._told_by or (code and (suspect or not seen or term in self._beside)):
                return True
        return False

    def _with(self, sentence: str, numbers: set[int]) -> str:
        marks = "".join(f"[{self._number(number, sentence)}]" for number in sorted(numbers))
        return f"{sentence} {marks}" if marks else sentence

    def _number(self, number: int, sentence: str) -> int:
        if number not in self._numbers:
            terms = frozenset(content(sentence))
            pieces = self._passages[number - 1]
            self.spans.append(max(pieces, key=lambda piece: len(terms & frozenset(content(piece.text)))))
            self._numbers[number] = len(self.spans)
        return self._numbers[number]


def finished_sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text that is still being written that are surely over: another one follows them.

    A sentence goes with the citations after it.

    Example:
        >>> text = "It hums. [1] It spits [2]. It"
        >>> [text[start:end] for start, end in finished_sentences(text)]
        ['It hums. [1]', 'It spits [2].']
    """
    return all_sentences(text)[:-1]


def all_sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text, each with the citations after it."""
    starts = [begin for start, end in sentences(text) if (begin := _after_citations(text, start, end)) < end]
    bounds = [*starts, len(text)]
    return [(start, start + len(text[start:after].rstrip())) for start, after in pairwise(bounds)]


def _after_citations(text: str, start: int, end: int) -> int:
    while (led := _CITED.match(text, start)) is not None and led.end() <= end:
        start = led.end()
    while start < end and text[start].isspace():
        start += 1
    return start
