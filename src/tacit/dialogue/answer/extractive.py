"""Answers without a model: the documents' own sentences, with where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.dialogue.answer.display import clean
from tacit.dialogue.answer.layout import laid_out
from tacit.dialogue.answer.planted import planted, touches
from tacit.dialogue.answer.quoting import QuotingSettings, quoted
from tacit.dialogue.answer.wording import chatted, declined, missing, repaired
from tacit.dialogue.clarify.ask import ask
from tacit.dialogue.clarify.options import focus
from tacit.dialogue.compress.worth import covered, query_weights
from tacit.dialogue.protocols import Draft
from tacit.dialogue.records import Span
from tacit.dialogue.repair.wording import say
from tacit.dialogue.text.terms import content

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tacit.dialogue.protocols import Situation
    from tacit.dialogue.records import Passage
    from tacit.dialogue.replies import Decision

_NEARBY = 3
_LEAST_NEAR = 0.5
"""Share of the query that a passage, with its title, covers to be named where nothing answers."""
_LONGEST_NAME = 60
_JOINT = " > "
"""Between headings in the title of a passage."""


class ExtractiveAnswerer:
    """Quotes the best sentences. What it says is in the documents word for word, or is said about them.

    Args:
        settings: How much is quoted, and what makes a sentence good.

    Attributes:
        name: ``extracts``.
    """

    def __init__(self, settings: QuotingSettings | None = None) -> None:
        self.name = "extracts"
        self._settings = settings or QuotingSettings()

    def answer(self, situation: Situation, decision: Decision, spans: Sequence[Span]) -> Draft:
        """See `tacit.dialogue.protocols.Answerer.answer`."""
        if decision.kind == "small_talk":
            return Draft(chatted(situation.turn), ())
        if decision.kind == "clarify":
            return Draft(ask(focus(situation), decision.options), ())
        if decision.judgement is not None:
            judged = say(decision.judgement)
            if judged.spans and not any(map(touches, judged.spans)):
                return Draft(clean(judged.text), judged.spans)
        found = quoted(situation, spans, self._settings) if decision.kind != "decline" else []
        if not found:
            return self._declined(situation, decision)
        said = [laid_out(span.text, number) for number, span in enumerate(found, 1)]
        if decision.kind == "partial":
            said.append(missing(situation, decision))
        if decision.kind == "repair":
            said.insert(0, repaired(decision))
        return Draft(("\n\n" if any("\n" in part for part in said) else " ").join(said), tuple(found))

    def stream(self, situation: Situation, decision: Decision, spans: Sequence[Span]) -> Iterable[str | Draft]:
        """See `tacit.dialogue.protocols.Answerer.stream`; there is nothing to wait for, so it is one piece."""
        draft = self.answer(situation, decision, spans)
        return (draft.text, draft)

    def _declined(self, situation: Situation, decision: Decision) -> Draft:
        """What was looked for, and the passages that come nearest, each with its best sentence."""
        asked = query_weights(situation)
        names: dict[str, Span] = {}
        for hit in situation.hits:
            if len(names) == _NEARBY or _near(asked, hit.passage) < _LEAST_NEAR:
                continue
            best = quoted(situation, [_whole(hit.passage)], QuotingSettings(words=60, citations=1))
            if best and (name := _name(hit.passage, best[0])) and not planted(name):
                names.setdefault(name, best[0])
        nearby = "; ".join(f"{name} [{number}]" for number, name in enumerate(names, 1))
        return Draft(declined(situation, decision, nearby), tuple(names.values()))


def _whole(passage: Passage) -> Span:
    return Span(passage, 0, len(passage.text))


def _near(asked: Mapping[str, float], passage: Passage) -> float:
    return covered(asked, frozenset(content(f"{passage.title} {passage.text}")))


def _name(passage: Passage, best: Span) -> str:
    """What a passage is called: by the last headings above it, or by how its best sentence begins."""
    headings = clean(passage.title).removeprefix(f"{clean(passage.document)}{_JOINT}").split(_JOINT)
    name = next(filter(None, (_JOINT.join(headings[at:]) for at in range(len(headings)) if _short(headings[at:]))), "")
    if not name:
        name = headings[-1] or clean(best.text)
    if len(name) <= _LONGEST_NAME:
        return name.rstrip(" .;:")
    return name[: name.rfind(" ", 0, _LONGEST_NAME) if " " in name[:_LONGEST_NAME] else _LONGEST_NAME] + " …"


def _short(headings: Sequence[str]) -> bool:
    return len(_JOINT.join(headings)) <= _LONGEST_NAME
