"""Answers that a model writes from the passages, checked against them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from tacit.dialogue.answer.citations import Checker, all_sentences, finished_sentences
from tacit.dialogue.answer.extractive import ExtractiveAnswerer
from tacit.dialogue.answer.prompting import messages, shown_text
from tacit.dialogue.protocols import Draft
from tacit.errors import EndpointError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tacit.dialogue.protocols import ChatModel, Situation
    from tacit.dialogue.records import Span
    from tacit.dialogue.replies import Decision

_WRITTEN: Final = frozenset({"answer", "partial", "repair"})
_TOKENS: Final = 1024
"""Of a reply, at least: what a model thinks before it answers counts too."""
_TOKENS_PER_WORD: Final = 3
_THOUGHTFUL: Final = 4
"""How many times as many it may have if it did not come to an answer."""
SILENT: Final = "The model wrote nothing; these are quotations."
DISTRUSTED: Final = "Nothing that the model wrote could be shown; these are quotations."


class GeneratedAnswerer:
    """Has a model write from the passages, and checks each sentence before anyone reads it.

    Only answers, partial answers and replies to disputes are written by the model. That the documents do not say, what
    the user may have meant and small talk are said as `ExtractiveAnswerer` says them: they were decided, and a model
    could only undo that. So is all if the model says nothing, or nothing that may be read; the draft's note says so.

    Args:
        model: What writes.
        words: Of a reply, at most.

    Attributes:
        name: Of the model.
    """

    def __init__(self, model: ChatModel, *, words: int = 150) -> None:
        self.name = model.name
        self._model = model
        self._words = words
        self._tokens = max(words * _TOKENS_PER_WORD, _TOKENS)
        self._otherwise = ExtractiveAnswerer()

    def answer(self, situation: Situation, decision: Decision, spans: Sequence[Span]) -> Draft:
        """See `tacit.dialogue.protocols.Answerer.answer`.

        Raises:
            EndpointError: If the model does not answer.
        """
        passages = _by_passage(situation, spans)
        if decision.kind not in _WRITTEN or not passages:
            return self._otherwise.answer(situation, decision, spans)
        asked = messages(situation, decision, passages, self._words)
        written = self._model.complete(asked, max_tokens=self._tokens)
        if not written.strip():
            written = "".join(self._at_length(asked))
        checker = Checker(situation, passages)
        text = "".join(_checked(checker, written, all_sentences(written))).strip()
        return self._draft(text, checker) or self._fallback(situation, decision, spans, checker)

    def stream(self, situation: Situation, decision: Decision, spans: Sequence[Span]) -> Iterable[str | Draft]:
        """See `tacit.dialogue.protocols.Answerer.stream`; a piece is a sentence that was checked.

        Raises:
            EndpointError: If the model does not answer, or breaks off.
        """
        passages = _by_passage(situation, spans)
        if decision.kind not in _WRITTEN or not passages:
            yield from self._otherwise.stream(situation, decision, spans)
            return
        asked = messages(situation, decision, passages, self._words)
        checker = Checker(situation, passages)
        waiting, said = "", ""
        for piece in self._pieces(asked):
            waiting += piece
            done = finished_sentences(waiting)
            for text in _checked(checker, waiting, done):
                said += text
                yield text
            if done:
                waiting = waiting[done[-1][1] :]
        for text in _checked(checker, waiting, all_sentences(waiting)):
            said += text
            yield text
        draft = self._draft(said.strip(), checker)
        if draft is None:
            draft = self._fallback(situation, decision, spans, checker)
            yield draft.text
        yield draft

    def _pieces(self, asked: Sequence[Mapping[str, str]]) -> Iterator[str]:
        silent = True
        for piece in self._model.stream(asked, max_tokens=self._tokens):
            silent = silent and not piece.strip()
            yield piece
        if silent:
            yield from self._at_length(asked)

    def _at_length(self, asked: Sequence[Mapping[str, str]]) -> Iterator[str]:
        """What it replies with room to think; nothing if it cannot have as much."""
        with suppress(EndpointError):
            yield self._model.complete(asked, max_tokens=_THOUGHTFUL * self._tokens)

    def _draft(self, text: str, checker: Checker) -> Draft | None:
        return Draft(text, tuple(checker.spans), tuple(checker.unsupported)) if text else None

    def _fallback(self, situation: Situation, decision: Decision, spans: Sequence[Span], checker: Checker) -> Draft:
        """Quotations, where nothing that the model wrote may be read."""
        draft = self._otherwise.answer(situation, decision, spans)
        why = DISTRUSTED if checker.unsupported else SILENT
        return Draft(draft.text, draft.spans, tuple(checker.unsupported), why)


def _checked(checker: Checker, text: str, places: Sequence[tuple[int, int]]) -> Iterator[str]:
    """What may be read of each sentence, with the blanks before it."""
    before = 0
    for start, end in places:
        if said := checker.check(text[start:end]):
            yield text[before:start] + said
        before = end


def _by_passage(situation: Situation, spans: Sequence[Span]) -> list[list[Span]]:
    """The stretches of each passage of which anything is left to be shown."""
    found: dict[str, list[Span]] = {}
    for span in spans:
        found.setdefault(span.passage.id, []).append(span)
    return [pieces for pieces in found.values() if shown_text(pieces, situation.query.terms)]
