"""A chat model behind an endpoint: messages in, words out, whole or piece by piece."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import EndpointError, UsageError
from tacit.io.places import shown
from tacit.models.endpoint.address import FORM, environment_key, read_address
from tacit.models.endpoint.http import OK, Patience, Poster, Reply
from tacit.models.endpoint.replies import refusal, strange, written
from tacit.models.endpoint.thoughts import answered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_DONE: Final = "[DONE]"


class ChatEndpoint:
    """A chat model behind an OpenAI-compatible endpoint.

    The key is taken from the environment (`tacit.models.endpoint.address.KEYS`).

    Args:
        address: ``endpoint:MODEL@http://HOST:PORT/v1``.
        patience: Limits on time, size and tries; by default two minutes a try, six tries, a megabyte.
        temperature: Of the sampling; 0 for the most probable words.

    Attributes:
        name: What the endpoint calls the model.

    Raises:
        UsageError: If the address is none, or of a model that only continues texts.
        MissingExtraError: If the HTTP library is not installed.
    """

    def __init__(self, address: str, *, patience: Patience | None = None, temperature: float = 0) -> None:
        self._where = read_address(address)
        if not self._where.chat:
            raise UsageError(f"{shown(address)} continues texts and holds no conversations. Use {FORM}.")
        self.name = self._where.model
        self._sampling = {"temperature": temperature}
        self._length = "max_tokens"
        self._poster = Poster(self._where.url, environment_key(), patience or Patience())

    def close(self) -> None:
        """Let go of the connections; a question on its way is not asked again."""
        self._poster.close()

    def complete(self, messages: Sequence[Mapping[str, str]], *, max_tokens: int) -> str:
        """What the model replies, without what it thinks aloud; nothing if it declines to.

        Args:
            messages: ``role`` (``system``, ``user``, ``assistant``) and ``content`` of each, oldest first.
            max_tokens: Of the reply, at most.

        Raises:
            EndpointError: If the endpoint does not answer, or not with what can be read.
        """
        reply = self._poster.post(self._asked(messages, max_tokens))
        while reply.status != OK:
            self._adapt(reply)
            reply = self._poster.post(self._asked(messages, max_tokens))
        return "".join(answered([written(reply, self._where)]))

    def stream(self, messages: Sequence[Mapping[str, str]], *, max_tokens: int) -> Iterator[str]:
        """The reply as `complete` gives it, piece by piece; in one piece if the endpoint does not stream.

        Raises:
            EndpointError: As for `complete`, and if the reply breaks off: what came until then is not all of it.
        """
        return answered(self._pieces(messages, max_tokens))

    def _pieces(self, messages: Sequence[Mapping[str, str]], max_tokens: int) -> Iterator[str]:
        finished = False
        for event in self._poster.events({**self._asked(messages, max_tokens), "stream": True}):
            if isinstance(event, Reply):
                if event.status == OK:
                    yield written(event, self._where)
                else:
                    self._adapt(event)
                    yield from self._pieces(messages, max_tokens)
                return
            if event.strip() == _DONE:
                return
            text, ended = self._piece(event)
            finished = finished or ended
            if text:
                yield text
        if not finished:
            raise EndpointError(
                f"{shown(self._where.url)} stopped before the end of its reply. Ask again; if it does so each time, "
                "look into the log of the endpoint."
            )

    def _asked(self, messages: Sequence[Mapping[str, str]], max_tokens: int) -> dict[str, object]:
        return {
            "model": self._where.model,
            **self._sampling,
            self._length: max_tokens,
            "messages": [dict(message) for message in messages],
        }

    def _adapt(self, reply: Reply) -> None:
        """Leave out or rename the setting that a model does not take, from now on; some of OpenAI's take neither.

        Raises:
            EndpointError: If the refusal is about anything else.
        """
        error = (reply.content or {}).get("error")
        wrong = error.get("param") if isinstance(error, dict) else None
        if wrong == "temperature" and self._sampling:
            self._sampling = {}
        elif wrong == "max_tokens" and self._length == wrong:
            self._length = "max_completion_tokens"
        else:
            raise refusal(reply, self._where)

    def _piece(self, data: str) -> tuple[str, bool]:
        """The words of one event, and whether they are the last."""
        try:
            event = json.loads(data)
        except (ValueError, RecursionError):
            event = None
        choices = event.get("choices") if isinstance(event, dict) else None
        if not isinstance(choices, list):
            raise strange(Reply(OK, data, None), self._where.url)
        first: Any = choices[0] if choices else {}  # The last event may hold the usage and no choice.
        delta = first.get("delta", {}) if isinstance(first, dict) else None
        text = delta.get("content") if isinstance(delta, dict) else 0
        if not (text is None or isinstance(text, str)):
            raise strange(Reply(OK, data, None), self._where.url)
        return text or "", first.get("finish_reason") is not None
