"""What comes back from a turn: a decision with its evidence, and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from tacit.dialogue.records import Hit, Query, Span

if TYPE_CHECKING:
    from tacit.dialogue.repair.judge import Judgement

Kind = Literal["answer", "partial", "decline", "clarify", "repair", "small_talk"]
KINDS: Final[tuple[Kind, ...]] = ("answer", "partial", "decline", "clarify", "repair", "small_talk")
"""What a turn can be decided to be. ``repair`` answers a dispute: it keeps or corrects what was said before."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a turn, and why.

    Attributes:
        kind: One of `KINDS`.
        reason: One sentence for people.
        scores: Probabilities between 0 and 1 by name: ``unanswerable``, ``partial``, ``underspecified``, ``dispute``,
            ``small_talk``. What was not judged is absent.
        signals: What was read, by name of the signal; ``None`` where a signal could say nothing.
        options: For ``clarify``: what the user may have meant. May be empty: then the question is open.
        looked_for: For ``decline`` and ``partial``: the words of the question that the documents were searched for and
            that no sentence holds together.
        verdict: For ``repair``: ``kept`` if the documents support what was said before, ``corrected`` if they support
            what the user holds, ``open`` if neither can be shown.
        judgement: For ``repair``: the sentences that the verdict leans on, if tacit looked again itself.
    """

    kind: Kind
    reason: str
    scores: Mapping[str, float] = field(default_factory=dict)
    signals: Mapping[str, float | None] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    looked_for: tuple[str, ...] = ()
    verdict: Literal["kept", "corrected", "open"] | None = None
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement of a reply comes from.

    Attributes:
        number: As it stands in the text of the reply: ``[1]``.
        span: The words of the document.
    """

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Reply:
    """What a turn got.

    Attributes:
        text: The words, with citations as ``[1]``.
        decision: What was decided, and why.
        query: What was really looked for.
        hits: What was found, best first.
        citations: What the text leans on, by number.
        unsupported: Sentences of the text that no passage shown supports (only models write such).
        written_by: ``extracts`` or the name of the model.
        note: What else its reader should know: why quotations stand in the place of a model's words.
        seconds: Time of each step, by name.
    """

    text: str
    decision: Decision
    query: Query
    hits: tuple[Hit, ...] = ()
    citations: tuple[Citation, ...] = ()
    unsupported: tuple[str, ...] = ()
    written_by: str = "extracts"
    note: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
