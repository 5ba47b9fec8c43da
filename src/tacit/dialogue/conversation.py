"""A conversation: resolves a turn, retrieves, decides, compresses and answers, and remembers what was said."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from tacit.dialogue.meant import Meant, Taken
from tacit.dialogue.protocols import Draft, Situation
from tacit.dialogue.records import Turn
from tacit.dialogue.replies import Citation, Decision, Reply
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterator, Sequence

    from tacit.dialogue.index.api import Index
    from tacit.dialogue.protocols import Answerer, Compressor, Decider, Resolver, Retriever
    from tacit.dialogue.records import Span

LONGEST_TURN: Final = 20_000
"""Characters of one turn; what is longer is a document, which `tacit index` reads."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a turn. `tacit.dialogue.steps.make_steps` makes the default ones; `dataclasses.replace` swaps one.

    Attributes:
        resolver: Makes a query of the turn and those before it.
        retriever: Finds passages.
        decider: Decides what to do.
        compressor: Chooses what of the passages is shown to the answerer.
        answerer: Writes what the user reads.
    """

    resolver: Resolver
    retriever: Retriever
    decider: Decider
    compressor: Compressor
    answerer: Answerer


@dataclass(frozen=True, slots=True)
class ConversationSettings:
    """How much is read and shown.

    Attributes:
        passages: How many are retrieved for a turn.
        words: How many of them, at most, are shown to the answerer.
    """

    passages: int = 10
    words: int = 800


@dataclass(slots=True)
class _Work:
    """A turn while it is worked on."""

    taken: Taken
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        began = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - began


class Conversation:
    r"""One conversation over an index.

    Every turn gets a `Reply`: words with citations, and the decision behind them: answer, partial, decline, clarify,
    repair or small talk. May be used from several threads; turns are taken one after the other.

    Args:
        index: What `tacit index` made, open or by its folder.
        history: Turns before the first one that is asked, oldest first.
        steps: How turns are worked on; without them what works with no model.
        settings: How much is read and shown.

    Attributes:
        history: All turns so far.
        replies: What was replied, oldest first.

    Example:
        >>> import tempfile, pathlib
        >>> from tacit.dialogue import Conversation, Index
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "llamas.md").write_text("# Llamas\n\nLlamas live in the Andes. They weigh up to 200 kg.")
        >>> _ = Index.build([folder / "llamas.md"], folder / "index")
        >>> reply = Conversation(folder / "index").ask("Where do llamas live?")
        >>> reply.decision.kind, reply.citations[0].span.text
        ('answer', 'Llamas live in the Andes. They weigh up to 200 kg.')
    """

    def __init__(
        self,
        index: Index | str | Path,
        *,
        history: Sequence[Turn] = (),
        steps: Steps | None = None,
        settings: ConversationSettings | None = None,
    ) -> None:
        from tacit.dialogue.index.api import Index
        from tacit.dialogue.steps import make_steps

        self._index = index if isinstance(index, Index) else Index.open(Path(index))
        self._opened = self._index is not index
        self._steps = steps or make_steps(self._index)
        self._settings = settings or ConversationSettings()
        self.history: list[Turn] = list(history)
        self.replies: list[Reply] = []
        self._meant = Meant(history)
        self._lock = threading.Lock()
        self._taking: int | None = None

    def ask(self, text: str) -> Reply:
        """Take one turn.

        Args:
            text: What the user says.

        Returns:
            The reply. It is part of the history from now on.

        Raises:
            UsageError: If nothing is said, or more than fits.
            EndpointError: If a model is used and does not answer. The turn can be taken again.
        """
        with self._turn(text) as work:
            situation, decision, spans = self._prepare(work)
            with work.timed("answer"):
                draft = self._steps.answerer.answer(situation, decision, spans)
            return self._close(text, situation, decision, draft, work)

    def stream(self, text: str) -> Generator[str | Reply]:
        """Take one turn, piece by piece. Until it was read to its end, or closed, no other turn is taken.

        Args:
            text: What the user says.

        Yields:
            Pieces of the text as they are written, then the whole reply, of which the text is what counts.

        Raises:
            UsageError: If nothing is said, or more than fits.
            EndpointError: If a model is used and does not answer. The turn can be taken again.
        """
        return self._stream(text)

    def _stream(self, text: str, *, awaited: bool = False) -> Generator[str | Reply]:
        with self._turn(text, awaited=awaited) as work:
            situation, decision, spans = self._prepare(work)
            draft = None
            with work.timed("answer"):
                for piece in self._steps.answerer.stream(situation, decision, spans):
                    if isinstance(piece, Draft):
                        draft = piece
                    else:
                        yield piece
            if draft is None:
                raise TypeError(f"The answerer {self._steps.answerer.name} ended without a draft.")
            yield self._close(text, situation, decision, draft, work)

    async def aask(self, text: str) -> Reply:
        """As `ask`, without holding up the event loop."""
        return await asyncio.to_thread(self.ask, text)

    async def astream(self, text: str) -> AsyncIterator[str | Reply]:
        """As `stream`, without holding up the event loop."""
        pieces = self._stream(text, awaited=True)
        try:
            while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
                yield piece
        finally:
            with suppress(ValueError):  # cancelled while a thread waits for the next piece, which then is the last
                pieces.close()

    @contextmanager
    def _turn(self, text: str, *, awaited: bool = False) -> Iterator[_Work]:
        """One turn at a time, of what may be said.

        Args:
            text: What the user says.
            awaited: Whether an event loop reads the reply, in threads of a pool. It closes what is left half-read, so
                that the next turn need only wait.

        Raises:
            UsageError: If nothing is said, more than fits, or in the middle of a reply that this thread still reads.
        """
        if not text.strip():
            raise UsageError("Nothing was said. Say something, or end the conversation.")
        if len(text) > LONGEST_TURN:
            raise UsageError(
                f"A turn of {len(text):,} characters is more than the {LONGEST_TURN:,} that one may have. "
                "Documents are read by `tacit index`."
            )
        me = None if awaited else threading.get_ident()
        if me is not None and self._taking == me:  # it would wait for itself, for ever
            raise UsageError("A reply is still being streamed. Read it to its end, or close it, before the next turn.")
        with self._lock:
            self._taking = me
            try:
                yield _Work(self._meant.take(text.strip()))
            finally:
                self._taking = None

    def _prepare(self, work: _Work) -> tuple[Situation, Decision, list[Span]]:
        """Everything before the words: what is looked for, what is found, what is decided and what is shown."""
        from tacit.dialogue.repair.again import look_again

        taken, steps, k = work.taken, self._steps, self._settings.passages
        with work.timed("resolve"):
            query = steps.resolver.resolve(taken.history, taken.turn)
        with work.timed("retrieve"):
            hits = steps.retriever.retrieve(query, k)
        situation = Situation(
            taken.history, taken.turn, query, tuple(hits), self._index.engine, tuple(self.replies), taken.clarified
        )
        with work.timed("decide"):
            decision = steps.decider.decide(situation)
            if decision.kind == "repair":
                situation, decision = look_again(situation, decision, steps.retriever, k)
        if taken.refused:
            left = tuple(option for option in decision.options if option not in taken.refused)
            decision = replace(decision, options=left)
        if decision.kind not in {"answer", "partial", "repair"}:
            return situation, decision, []
        with work.timed("compress"):
            return situation, decision, steps.compressor.compress(situation, self._settings.words)

    def _close(self, text: str, situation: Situation, decision: Decision, draft: Draft, work: _Work) -> Reply:
        citations = tuple(Citation(number, span) for number, span in enumerate(draft.spans, 1))
        reply = Reply(
            draft.text, decision, situation.query, tuple(situation.hits), citations, draft.unsupported,
            self._steps.answerer.name, draft.note, dict(work.seconds),
        )  # fmt: skip
        self._meant.heard(work.taken)
        self._meant.said(draft.text, decision.options if decision.kind == "clarify" else None)
        self.history += [Turn("user", text.strip()), Turn("assistant", draft.text)]
        self.replies.append(reply)
        return reply

    def close(self) -> None:
        """Let go of the index, if the conversation has opened it."""
        if self._opened:
            self._index.close()

    def __enter__(self) -> Conversation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
