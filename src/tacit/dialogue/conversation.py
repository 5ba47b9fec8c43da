"""A conversation: resolves a turn, retrieves, decides, compresses and answers, and remembers what was said."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from tacit.dialogue.protocols import Draft, Situation
from tacit.dialogue.records import Turn
from tacit.dialogue.replies import Citation, Decision, Reply
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from tacit.dialogue.index.api import Index
    from tacit.dialogue.protocols import Answerer, Compressor, Decider, Resolver, Retriever
    from tacit.dialogue.records import Span
    from tacit.dialogue.resolve.slots import Filled, PendingQuestion

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
    """What is known of a turn while it is worked on."""

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
        self._steps = steps or make_steps(self._index)
        self._settings = settings or ConversationSettings()
        self.history: list[Turn] = list(history)
        self.replies: list[Reply] = []
        self._lock = threading.Lock()
        self._pending: PendingQuestion | None = None

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
        with self._lock:
            work = _Work()
            situation, decision, spans = self._prepare(text, work)
            with work.timed("answer"):
                draft = self._steps.answerer.answer(situation, decision, spans)
            return self._close(text, situation, decision, draft, work)

    def stream(self, text: str) -> Iterator[str | Reply]:
        """Take one turn, piece by piece.

        Args:
            text: What the user says.

        Yields:
            Pieces of the text as they are written, then the whole reply, of which the text is what counts: a statement
            that turned out to have no support is marked in it.

        Raises:
            UsageError: If nothing is said, or more than fits.
            EndpointError: If a model is used and does not answer.
        """
        with self._lock:
            work = _Work()
            situation, decision, spans = self._prepare(text, work)
            draft = None
            with work.timed("answer"):
                for piece in self._steps.answerer.stream(situation, decision, spans):
                    if isinstance(piece, Draft):
                        draft = piece
                    else:
                        yield piece
            if draft is None:
                draft = self._steps.answerer.answer(situation, decision, spans)
            yield self._close(text, situation, decision, draft, work)

    async def aask(self, text: str) -> Reply:
        """As `ask`, without holding up the event loop."""
        return await asyncio.to_thread(self.ask, text)

    async def astream(self, text: str) -> AsyncIterator[str | Reply]:
        """As `stream`, without holding up the event loop."""
        pieces = self.stream(text)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece

    def _prepare(self, text: str, work: _Work) -> tuple[Situation, Decision, list[Span]]:
        """Everything before the words: what is looked for, what is found, what is decided and what is shown."""
        from tacit.dialogue.repair.again import look_again

        turn, filled = self._asked(text)
        steps, k = self._steps, self._settings.passages
        # A pending question is asked in full now: it and what it was met with need not be looked at again.
        history = tuple(self.history[:-2] if filled else self.history)
        with work.timed("resolve"):
            query = steps.resolver.resolve(history, turn)
        with work.timed("retrieve"):
            hits = steps.retriever.retrieve(query, k)
        situation = Situation(history, turn, query, tuple(hits), self._index.engine, tuple(self.replies))
        with work.timed("decide"):
            decision = steps.decider.decide(situation)
            if decision.kind == "repair":
                situation, decision = look_again(situation, decision, steps.retriever, k)
        if decision.kind not in {"answer", "partial", "repair"}:
            return situation, decision, []
        with work.timed("compress"):
            spans = steps.compressor.compress(situation, self._settings.words, self._shown())
        return situation, decision, spans

    def _asked(self, text: str) -> tuple[str, Filled | None]:
        """The turn as it is worked on, and what was filled in, if it answers a clarifying question."""
        from tacit.dialogue.resolve.slots import fill

        turn = text.strip()
        if not turn:
            raise UsageError("Nothing was said. Say something, or end the conversation.")
        if len(turn) > LONGEST_TURN:
            raise UsageError(
                f"A turn of {len(turn):,} characters is more than the {LONGEST_TURN:,} that one may have. "
                "Documents are read by `tacit index`."
            )
        filled = fill(self._pending, turn) if self._pending else None
        return (filled.question if filled else turn), filled

    def _shown(self) -> frozenset[str]:
        return frozenset(cited.span.passage.id for reply in self.replies for cited in reply.citations)

    def _close(self, text: str, situation: Situation, decision: Decision, draft: Draft, work: _Work) -> Reply:
        from tacit.dialogue.resolve.slots import PendingQuestion

        citations = tuple(Citation(number, span) for number, span in enumerate(draft.spans, 1))
        reply = Reply(
            draft.text, decision, situation.query, tuple(situation.hits), citations, draft.unsupported,
            self._steps.answerer.name, dict(work.seconds),
        )  # fmt: skip
        self._pending = None
        if decision.kind == "clarify":
            self._pending = PendingQuestion(situation.turn, decision.options, draft.text)
        self.history += [Turn("user", text.strip()), Turn("assistant", draft.text)]
        self.replies.append(reply)
        return reply

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def __enter__(self) -> Conversation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
