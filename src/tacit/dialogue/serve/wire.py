"""What goes over the wire: requests and responses of OpenAI's ``/v1/chat/completions``.

Source: OpenAI API reference, "Create chat completion". Decision, citations and the query that was really used stand in
a field ``tacit`` beside ``choices``; clients that do not know it ignore it.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tacit.dialogue.records import Turn
from tacit.dialogue.told import record, sources
from tacit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.dialogue.replies import Reply

MOST_TURNS: Final = 400
LARGEST_REQUEST: Final = 2 << 20
"""Bytes: a long conversation, sent whole with every turn."""


class RequestError(UsageError):
    """A request that is none.

    Args:
        message: What is wrong, for people.
        field: The field that is wrong, as in ``messages.0.role``; ``None`` if it is no single one.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class _Read(BaseModel):
    """What is read of a request; values are of the type they should be, and nothing else in it counts."""

    model_config = ConfigDict(extra="ignore", strict=True)


class Part(_Read):
    """A piece of a message; only texts are read."""

    type: str
    text: str | None = None


class Message(_Read):
    """One message, of which only role and text count."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """The words, of all its parts."""
        if isinstance(self.content, list):
            return "\n".join(part.text or "" for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(_Read):
    """How a streamed response ends."""

    include_usage: bool = False


class Wanted(_Read):
    """A request. What tacit does not use (temperature, tools, system messages ...) is accepted and left aside."""

    messages: list[Message] = Field(min_length=1, max_length=MOST_TURNS)
    model: str = "tacit"
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    tacit_passages: bool = False
    """Whether what was found comes back too, not only what is cited."""

    def conversation(self) -> tuple[list[Turn], str]:
        """The turns before the last one, and what the user says now.

        Raises:
            RequestError: If the last message is not the user's.
        """
        turns = [
            Turn("user" if message.role == "user" else "assistant", message.text)
            for message in self.messages
            if message.role in {"user", "assistant"} and message.text.strip()
        ]
        if not turns or turns[-1].role != "user":
            raise RequestError("messages: the last one must be the user's, with text in it.", "messages")
        return turns[:-1], turns[-1].text


def read(body: bytes) -> Wanted:
    """A request from its bytes.

    Raises:
        RequestError: If it is none, saying which field is wrong.
    """
    try:
        return Wanted.model_validate_json(body)
    except ValidationError as error:
        # Of a field that can be of several types, there is an error for each, which also names the type; the one
        # that got furthest is what was meant.
        first = max(error.errors(include_url=False, include_input=False), key=lambda found: len(found["loc"]))
        places = [str(part) for part in first["loc"] if part not in {"str", "list[Part]"}]
        field = ".".join(places) or None
        raise RequestError(f"{field or 'The request'}: {first['msg']}.", field) from error


def completion(reply: Reply, wanted: Wanted, name: str) -> dict[str, Any]:
    """The response to a request that is not streamed."""
    message = {"role": "assistant", "content": reply.text + _listed(reply), "refusal": None}
    return {
        **_head(name, "chat.completion"),
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": usage(reply, wanted),
        "tacit": record(reply, passages=wanted.tacit_passages),
    }


def usage(reply: Reply, wanted: Wanted) -> dict[str, int]:
    """How much was said, in words: clients want numbers, and without a model there are no tokens to count."""
    asked = sum(len(message.text.split()) for message in wanted.messages)
    said = len((reply.text + _listed(reply)).split())
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


class Chunks:
    """The events of a streamed response.

    Args:
        wanted: What was asked.
        name: Of the response.
    """

    def __init__(self, wanted: Wanted, name: str) -> None:
        self._wanted = wanted
        self._head = _head(name, "chat.completion.chunk")
        options = wanted.stream_options
        self._usage: dict[str, None] = {"usage": None} if options and options.include_usage else {}

    def begin(self) -> bytes:
        """The first one: who speaks."""
        return self._chunk({"role": "assistant", "content": ""})

    def piece(self, text: str) -> bytes:
        """One that carries words."""
        return self._chunk({"content": text})

    def end(self, reply: Reply) -> Iterator[bytes]:
        """The last ones: sources, the end with all that tacit knows, and usage if it was wanted."""
        if listed := _listed(reply):
            yield self.piece(listed)
        yield self._chunk({}, "stop", tacit=record(reply, passages=self._wanted.tacit_passages))
        if self._usage:
            yield event({**self._head, "choices": [], "usage": usage(reply, self._wanted)})

    def _chunk(self, delta: dict[str, str], finish: str | None = None, **more: object) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return event({**self._head, "choices": [choice], **self._usage, **more})


def event(value: dict[str, Any]) -> bytes:
    """A server-sent event. JSON escapes line ends, so a text cannot begin an event of its own."""
    return b"data: " + json.dumps(value, ensure_ascii=True).encode() + b"\n\n"


DONE: Final = b"data: [DONE]\n\n"


def problem(message: str, kind: str, field: str | None = None) -> dict[str, Any]:
    """An error as clients of OpenAI's interface read it."""
    return {"error": {"message": message, "type": kind, "param": field, "code": None}}


def _listed(reply: Reply) -> str:
    listed = sources(reply)
    return listed and f"\n\n{listed}"


def _head(name: str, kind: str) -> dict[str, Any]:
    return {"id": name, "object": kind, "created": int(time.time()), "model": "tacit"}
