"""Who can be asked: tacit's own conversation, an endpoint, a function."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tacit.dialogue.records import Turn
from tacit.dialogue.simulate.script import Agent, Said
from tacit.errors import UsageError

if TYPE_CHECKING:
    from tacit.dialogue.conversation import ConversationSettings, Steps
    from tacit.dialogue.index.api import Index
    from tacit.models.endpoint.chat import ChatEndpoint

Replies = Callable[[Sequence[Turn]], str | Said | Awaitable[str | Said]]
"""Takes the turns so far, the user's last, and returns the reply; a coroutine function may do so, too."""


@dataclass(slots=True)
class _Function:
    function: Replies
    name: str

    def reply(self, turns: Sequence[Turn]) -> Said:
        said = self.function(turns)
        if inspect.isawaitable(said):
            said = asyncio.run_coroutine_threadsafe(_awaited(said), _loop()).result()
        if isinstance(said, Said):
            return said
        if not isinstance(said, str):
            raise UsageError(f"The agent {self.name!r} returned {type(said).__name__}; return text or a `Said`.")
        return Said(said)


async def _awaited(coming: Awaitable[str | Said]) -> str | Said:
    return await coming


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Where coroutines run: one loop for all, so that their clients keep their connections, and not the caller's."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="tacit agents", daemon=True).start()
    return loop


def as_agent(subject: Agent | Replies) -> Agent:
    """An agent of anything with a chat interface: something with a method ``reply``, or that can be called.

    Raises:
        UsageError: If it is neither.

    Example:
        >>> from tacit.dialogue import Turn
        >>> async def bot(turns):
        ...     return "Yes."
        >>> as_agent(bot).name, as_agent(bot).reply([Turn("user", "Is it?")]).text
        ('bot', 'Yes.')
    """
    replies = getattr(subject, "reply", subject)
    if not callable(replies):
        raise UsageError(f"{type(subject).__name__} is no agent: it has no method reply(turns) and cannot be called.")
    name = getattr(subject, "name", "") or getattr(subject, "__name__", type(subject).__name__)
    return _Function(replies, str(name))


def from_function(function: Replies, *, name: str = "function") -> Agent:
    """An agent of a function, with a name.

    Args:
        function: Takes the turns so far, the user's last, and returns the reply; may be a coroutine function.
        name: What results call it.

    Example:
        >>> from tacit.dialogue import Turn
        >>> from_function(lambda turns: "Yes.").reply([Turn("user", "Is it?")]).text
        'Yes.'
    """
    return _Function(function, name)


class Own:
    """tacit's own conversation as an agent. It is taken up again from the turns alone when they do not follow.

    Args:
        index: Open index.
        steps: How turns are worked on; the default ones if not given.
        settings: How much is read and shown.
        name: What results call it.
    """

    def __init__(
        self,
        index: Index,
        steps: Steps | None = None,
        settings: ConversationSettings | None = None,
        name: str = "tacit",
    ) -> None:
        from tacit.dialogue.conversation import Conversation
        from tacit.dialogue.steps import make_steps

        self.name = name
        self._index, self._steps, self._settings = index, steps or make_steps(index), settings
        self._conversation: Conversation | None = None

    def reply(self, turns: Sequence[Turn]) -> Said:
        """See `Agent.reply`."""
        from tacit.dialogue.conversation import Conversation

        before = list(turns[:-1])
        if self._conversation is None or self._conversation.history != before:
            self._conversation = Conversation(self._index, history=before, steps=self._steps, settings=self._settings)
        reply = self._conversation.ask(turns[-1].text)
        cited = [citation.span.passage for citation in reply.citations]
        documents = dict.fromkeys(passage.document for passage in cited)
        passages = dict.fromkeys(passage.id for passage in cited)
        return Said(reply.text, reply.decision.kind, tuple(documents), tuple(passages), {"reply": reply})


class Endpoint:
    """A model behind an OpenAI-compatible endpoint as an agent.

    Args:
        endpoint: Where it is, open or as an address: ``endpoint:MODEL@http://HOST:PORT/v1``.
        system: An instruction before the conversation; none if empty.
        most_tokens: Of a reply.
    """

    def __init__(self, endpoint: ChatEndpoint | str, *, system: str = "", most_tokens: int = 512) -> None:
        if isinstance(endpoint, str):
            from tacit.models.endpoint.chat import ChatEndpoint

            endpoint = ChatEndpoint(endpoint)
        self.name = endpoint.name
        self._endpoint, self._system, self._most_tokens = endpoint, system, most_tokens

    def reply(self, turns: Sequence[Turn]) -> Said:
        """See `Agent.reply`.

        Raises:
            EndpointError: If it does not answer.
        """
        messages = [{"role": "system", "content": self._system}] if self._system else []
        messages += [{"role": turn.role, "content": turn.text} for turn in turns]
        return Said(self._endpoint.complete(messages, max_tokens=self._most_tokens))
