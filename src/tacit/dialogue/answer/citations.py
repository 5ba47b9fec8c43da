"""Checks what a model writes, sentence by sentence: where it comes from, and whether it comes from there."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tacit.dialogue.answer.display import clean, without_links
from tacit.dialogue.answer.planted import doubtful, masked, planted
from tacit.dialogue.answer.support import THRESHOLD, Evidence
from tacit.dialogue.measure.detectors import admits
from tacit.dialogue.text.sentences import sentences
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.dialogue.protocols import Situation
    from tacit.dialogue.records import Span

_CITED: Final = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_CONTACT: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\+?(?:\d[ ()./-]{0,2}){8,}\d")
"""An e-mail address, or a telephone number."""
_COPIED: Final = 0.6
"""Share of a sentence's content terms in an instruction that was planted, from which on it is taken to follow it."""


class Checker:
    """Takes what a model writes, and gives what the user may read.

    Citations are numbered anew in the order in which they come, each standing for the stretch that supports its first
    sentence best. Numbers that do not exist are taken out; where the passage cited does not hold the sentence and
    another does, that one is cited. Links, images and markup go, but for addresses that the passages hold. Sentences
    that no passage supports are reported; if instructions were planted in the passages, they are left out too. What
    may be an instruction supports nothing, shown or not: what only it says is left out, and so are e-mail addresses
    and telephone numbers that stand nowhere else.

    Args:
        situation: The turn.
        passages: The stretches of each passage, as numbered for the model.

    Attributes:
        spans: What is cited so far, by its new number.
        unsupported: Sentences that no passage supports, those left out among them.
    """

    def __init__(self, situation: Situation, passages: Sequence[Sequence[Span]]) -> None:
        # What may be an instruction was shown if it is on the question, but supports nothing.
        left = [[masked(piece, ()) for piece in pieces] for pieces in passages]
        texts = [" … ".join(map(clean, pieces)) for pieces in left]
        self._passages = passages
        self._told = "\n".join([situation.turn, *(text for pieces in left for text in pieces)])
        self._evidence = Evidence(texts, situation.turn, [turn.text for turn in situation.history])
        whole = list(dict.fromkeys(pieces[0].passage.text for pieces in passages))
        self._planted = any(map(planted, whole))
        self._instructed = [frozenset(content(text[start:end])) for text in whole for start, end in doubtful(text)]
        self._question = situation.turn
        self._numbers: dict[int, int] = {}
        self.spans: list[Span] = []
        self.unsupported: list[str] = []

    def check(self, written: str) -> str:
        """What may be read of one sentence, with its citations before the full stop's place: ``It hums. [1]``."""
        cited = [int(number) for match in _CITED.finditer(written) for number in re.findall(r"\d+", match[1])]
        bare = without_links(_CITED.sub("", written), self._told).strip()
        if not content(bare):
            return bare
        numbers = {number for number in cited if 1 <= number <= len(self._passages)}
        support = self._evidence.support(bare)
        admitted = admits(bare) != "no"  # that the documents do not say
        if self._leads_away(bare) or self._follows(bare, support) or (planted(bare) and not admitted):
            self.unsupported.append(bare)
            return ""
        if admitted:
            return self._with(bare, numbers)
        if support is None:
            if not self._instructed or not self._evidence.unknown(bare):
                return self._with(bare, numbers)
            self.unsupported.append(bare)
            return ""
        if support < THRESHOLD:
            self.unsupported.append(bare)
            return "" if self._planted else bare
        holding = {number for number in numbers if (self._evidence.support(bare, [number]) or 0.0) >= THRESHOLD}
        best = self._evidence.best(bare)
        return self._with(bare, holding or ({best} if best else set()))

    def _follows(self, sentence: str, support: float | None) -> bool:
        """Whether it says what may be an instruction among the passages says, and nothing else does."""
        if support is not None and support >= _COPIED:
            return False
        new = frozenset(content(sentence)) - frozenset(content(self._question))
        return any(len(new & told) >= max(_COPIED * len(new), 1) for told in self._instructed)

    def _leads_away(self, sentence: str) -> bool:
        """Whether it gives an e-mail address or a telephone number that nothing to be trusted holds."""
        return any(match[0] not in self._told for match in _CONTACT.finditer(sentence))

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
