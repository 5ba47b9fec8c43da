"""The steps of a turn. Each is a small protocol with a folder of its own; `tacit.dialogue.Conversation` joins them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from tacit.dialogue.records import Hit, Passage, Query, Span, Turn
from tacit.dialogue.replies import Decision, Reply

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@runtime_checkable
class Statistics(Protocol):
    """What an index knows of its terms."""

    def passages(self) -> int:
        """Number of passages."""
        ...

    def frequency(self, term: str) -> int:
        """Number of passages that hold an analysed term."""
        ...


@runtime_checkable
class Engine(Protocol):
    """Where passages are kept and found. One conformance suite tests all: `tacit.testing.check_engine`."""

    name: str

    def write(self, passages: Sequence[Passage], vectors: NDArray[np.float32] | None = None) -> None:
        """Add passages; one whose id is there already is replaced. Visible to searches after `commit`.

        Args:
            passages: What to add.
            vectors: Shape (passages, dimensions), unit length, if the engine keeps vectors.
        """
        ...

    def delete(self, documents: Collection[str]) -> None:
        """Take out all passages of these documents. Visible after `commit`."""
        ...

    def commit(self) -> None:
        """Make what was written and deleted visible and durable, all of it or nothing."""
        ...

    def search(self, terms: Mapping[str, float], k: int) -> list[Hit]:
        """The best passages by weighted terms (BM25), best first; equal scores in order of id."""
        ...

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[Hit]:
        """The passages nearest to a vector by cosine, best first; none if the engine keeps no vectors."""
        ...

    def get(self, ids: Sequence[str]) -> list[Passage]:
        """Passages by id, in this order; those that are not there are left out."""
        ...

    def scan(self) -> Iterator[Passage]:
        """All passages, in no particular order."""
        ...

    def passages(self) -> int:
        """Number of passages."""
        ...

    def frequency(self, term: str) -> int:
        """Number of passages that hold an analysed term."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class Embedder(Protocol):
    """What makes vectors of texts."""

    @property
    def name(self) -> str:
        """Which model it is; kept with the index."""
        ...

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, shape (texts, dimensions)."""
        ...


class Resolver(Protocol):
    """Makes a query of a turn and of those before it."""

    def resolve(self, history: Sequence[Turn], turn: str) -> Query:
        """The query.

        Args:
            history: Earlier turns, oldest first, without the last one.
            turn: What the user says now.
        """
        ...


class Retriever(Protocol):
    """Finds passages for a query: one engine, or several of which the ranks are fused."""

    def retrieve(self, query: Query, k: int = 10) -> list[Hit]:
        """The best passages, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision may read.

    Attributes:
        history: Earlier turns, oldest first.
        turn: What the user says now.
        query: What was looked for.
        hits: What was found, best first.
        statistics: Of the index.
        replies: What tacit replied so far in this conversation, oldest first; empty if others did.
        clarified: Whether the user just said what the turn means; then it is not asked back about again.
    """

    history: Sequence[Turn]
    turn: str
    query: Query
    hits: Sequence[Hit]
    statistics: Statistics
    replies: Sequence[Reply] = ()
    clarified: bool = False


class Writer(Protocol):
    """A chat model; `tacit.models.endpoint.chat.ChatEndpoint` is one."""

    def complete(self, messages: Sequence[Mapping[str, str]], *, max_tokens: int) -> str:
        """What the model replies.

        Raises:
            EndpointError: If there is no reply.
        """
        ...


class ChatModel(Writer, Protocol):
    """A chat model that has a name and whose reply can be read while it is written."""

    name: str

    def stream(self, messages: Sequence[Mapping[str, str]], *, max_tokens: int) -> Iterator[str]:
        """The reply piece by piece.

        Raises:
            EndpointError: If there is no reply, or it breaks off.
        """
        ...


class Signal(Protocol):
    """One thing that is read of a situation. A new one is one file in ``decide/signals`` and its test."""

    name: str

    def read(self, situation: Situation) -> Mapping[str, float | None]:
        """Numbers by name, each name beginning with that of the signal; ``None`` where nothing can be said."""
        ...


class Verifier(Protocol):
    """Says how well passages answer a question: an NLI model, or a model behind an endpoint."""

    name: str

    def verify(self, question: str, passages: Sequence[Passage]) -> float | None:
        """Probability that they hold the answer; ``None`` if it cannot say."""
        ...


class Decider(Protocol):
    """Decides what to do with a turn."""

    def decide(self, situation: Situation) -> Decision:
        """The decision."""
        ...


class Compressor(Protocol):
    """Chooses what of the passages is shown to the answerer."""

    def compress(self, situation: Situation, budget: int, shown: Collection[str] = ()) -> list[Span]:
        """Spans in the order of the hits; may be empty.

        Args:
            situation: The turn.
            budget: Words at most.
            shown: Ids of passages that were shown in an earlier turn; not sent again unless needed.
        """
        ...


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer wrote, before citations are checked.

    Attributes:
        text: With citations as ``[1]``, counted in the order of the spans given.
        spans: What it was given, or for extracts the sentences that it took.
        unsupported: Sentences that no span supports.
        note: What else its reader should know: why quotations stand in the place of a model's words.
    """

    text: str
    spans: tuple[Span, ...]
    unsupported: tuple[str, ...] = ()
    note: str = ""


class Answerer(Protocol):
    """Writes what the user reads."""

    name: str

    def answer(self, situation: Situation, decision: Decision, spans: Sequence[Span]) -> Draft:
        """The words for a decision."""
        ...

    def stream(self, situation: Situation, decision: Decision, spans: Sequence[Span]) -> Iterable[str | Draft]:
        """The words piece by piece, then the draft as `answer` returns it."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read.

    Attributes:
        name: A path below the folder that was indexed, or an id that came with the data.
        text: All of it.
        title: May be empty.
        headings: Where in the text headings begin, their level (1 is highest) and words.
        whole: Whether it is a passage already (data with ``_id``, ``title``, ``text``), not to be cut.
    """

    name: str
    text: str
    title: str = ""
    headings: tuple[tuple[int, int, str], ...] = field(default=())
    whole: bool = False
