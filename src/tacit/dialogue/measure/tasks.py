"""Tasks, what systems make of them, and what data they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from tacit.dialogue.measure.conditioning import Answerability
    from tacit.dialogue.records import Turn
    from tacit.dialogue.replies import Decision

MOST_CONTEXTS: Final = 10
"""Passages that the benchmark's scorer takes of one task."""
DISPUTES: Final = "Clarification"
"""The value of ``Multi-Turn`` for a turn that disputes or does not understand the answer before."""


@dataclass(frozen=True, slots=True)
class Context:
    """A passage beside a task.

    Attributes:
        document: Its id (the benchmarks call passages documents).
        text: May be empty.
        title: May be empty.
        score: Of the retrieval, if it was retrieved.
    """

    document: str
    text: str = ""
    title: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A conversation up to and with a user's turn, which is to be replied to.

    Attributes:
        id: Its name.
        conversation: The conversation it is of.
        collection: The collection of documents it is asked of, as the data name it.
        messages: Turns, oldest first; the last one is the user's.
        answerability: What there is to answer; ``None`` where nobody said.
        multi_turn: How the turn leans on those before: ``Follow-up``, `DISPUTES` or ``N/A``; empty where nobody said.
        reference: The reference reply; empty if there is none.
        context_ids: Passages that the reference leans on.
        record: The task as it came, for writing it back.
    """

    id: str
    conversation: str
    collection: str
    messages: tuple[Turn, ...]
    answerability: Answerability | None = None
    multi_turn: str = ""
    reference: str = ""
    context_ids: tuple[str, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def turn(self) -> int:
        """The number of the user's turn, from 1."""
        return sum(message.role == "user" for message in self.messages)

    @property
    def domain(self) -> str:
        """The domain of the collection: ``clapnq``, ``fiqa``, ``govt``, ``cloud``, or its own name."""
        return domain_of(self.collection)


_DOMAINS: Final = ("clapnq", "fiqa", "govt", "cloud", "banking", "telco")


def domain_of(collection: str) -> str:
    """The domain that the name of a collection tells.

    Example:
        >>> domain_of("mt-rag-ibmcloud-elser-512-100-20240502"), domain_of("clapnq"), domain_of("my docs")
        ('cloud', 'clapnq', 'my docs')
    """
    name = collection.lower()
    return next((domain for domain in _DOMAINS if domain in name), collection)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a system made of a task.

    Attributes:
        task: Id of the task.
        text: What it replied; ``None`` if it only retrieved.
        contexts: What it retrieved or was given.
        decision: What it decided, if it says so.
        scores: What the benchmark's own scorer wrote, by name (``RL_F``, ``RB_llm``, ``RB_agg``, ``idk_eval``).
    """

    task: str
    text: str | None = None
    contexts: tuple[Context, ...] = ()
    decision: Decision | None = None
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class System:
    """A system with all that it predicted.

    Attributes:
        name: What to call it.
        predictions: By task.
        contexts: Where its passages are from: ``retrieved`` by itself, or ``reference`` passages it was given.
    """

    name: str
    predictions: Mapping[str, Prediction]
    contexts: Literal["retrieved", "reference"] = "retrieved"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Tasks with what is known of them.

    Attributes:
        name: ``mtrag``, ``mtrag-un``, or the name of a file.
        tasks: In the order of the data.
        judged: Judgements by task and passage; tasks without a relevant passage are absent.
        limits: What bounds the meaning of its numbers, in sentences; shown beside them.
        apart: Domains that are reported apart from the others, with the reason.
        passages: Texts by id, of those passages that tasks refer to and the data hold.
    """

    name: str
    tasks: tuple[Task, ...]
    judged: Mapping[str, Mapping[str, int]]
    limits: tuple[str, ...] = ()
    apart: Mapping[str, str] = field(default_factory=dict)
    passages: Mapping[str, str] = field(default_factory=dict, repr=False)
