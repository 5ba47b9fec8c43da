"""Who can be asked: tacit's own conversation, an endpoint, a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tacit.dialogue.simulate.script import Agent, Said
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tacit.dialogue.conversation import ConversationSettings, Steps
    from tacit.dialogue.index.api import Index
    from tacit.dialogue.records import Turn
    from tacit.models.endpoint.chat import ChatEndpoint


@dataclass(slots=True)
class _Function:
    function: Callable[[Sequence[Turn]], str | Said]
    name: str

    def reply(self, turns: Sequence[Turn]) -> Said:
        said = self.function(turns)
        if isinstance(said, Said):
            return said
        if not isinstance(said, str):
            raise UsageError(f"The agent {self.name!r} returned {type(said).__name__}; return text or a `Said`.")
        return Said(said)


def from_function(function: Callable[[Sequence[Turn]], str | Said], *, name: str = "function") -> Agent:
    """An agent of a function.

    Args:
        function: Takes the turns so far, the user's last, and returns the reply.
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
        endpoint: Where it is.
        system: An instruction before the conversation; none if empty.
        most_tokens: Of a reply.
    """

    def __init__(self, endpoint: ChatEndpoint, *, system: str = "", most_tokens: int = 512) -> None:
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
