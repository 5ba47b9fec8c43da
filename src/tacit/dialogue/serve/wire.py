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
    from tacit.dialogue.replies import Reply

MOST_TURNS: Final = 400
LARGEST_REQUEST: Final = 2 << 20
"""Bytes: a long conversation, sent whole with every turn."""


class Part(BaseModel):
    """A piece of a message; only texts are read."""

    model_config = ConfigDict(extra="ignore")
    type: str
    text: str = ""


class Message(BaseModel):
    """One message, of which only role and text count."""

    model_config = ConfigDict(extra="ignore")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """The words, of all its parts."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class Wanted(BaseModel):
    """A request. What tacit does not use (temperature, tools, ...) is accepted and left aside."""

    model_config = ConfigDict(extra="ignore")
    messages: list[Message] = Field(min_length=1, max_length=MOST_TURNS)
    model: str = "tacit"
    stream: bool = False
    tacit_passages: bool = False
    """Whether what was found comes back too, not only what is cited."""

    def conversation(self) -> tuple[list[Turn], str]:
        """The turns before the last one, and what the user says now.

        Raises:
            UsageError: If the last message is not the user's.
        """
        turns = [
            Turn("user" if message.role == "user" else "assistant", message.text)
            for message in self.messages
            if message.role in {"user", "assistant"} and message.text.strip()
        ]
        if not turns or turns[-1].role != "user":
            raise UsageError("messages: the last one must be the user's, with text in it.")
        return turns[:-1], turns[-1].text


def read(body: bytes) -> Wanted:
    """A request from its bytes.

    Raises:
        UsageError: If it is none, saying which field is wrong.
    """
    try:
        return Wanted.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the request"
        raise UsageError(f"{place}: {first['msg']}.") from error


def completion(reply: Reply, wanted: Wanted, name: str) -> dict[str, Any]:
    """The response to a request that is not streamed."""
    listed = sources(reply)
    text = f"{reply.text}\n\n{listed}" if listed else reply.text
    return {
        **_head(name, "chat.completion"),
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "tacit": record(reply, passages=wanted.tacit_passages),
    }


def chunk(name: str, delta: dict[str, str], *, last: bool = False, **more: object) -> bytes:
    """One event of a streamed response."""
    choice = {"index": 0, "delta": delta, "finish_reason": "stop" if last else None}
    return event({**_head(name, "chat.completion.chunk"), "choices": [choice], **more})


def event(value: dict[str, Any]) -> bytes:
    """A server-sent event. JSON escapes line ends, so a text cannot begin an event of its own."""
    return b"data: " + json.dumps(value, ensure_ascii=True).encode() + b"\n\n"


DONE: Final = b"data: [DONE]\n\n"


def problem(message: str, kind: str) -> dict[str, Any]:
    """An error as clients of OpenAI's interface read it."""
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


def _head(name: str, kind: str) -> dict[str, Any]:
    return {"id": name, "object": kind, "created": int(time.time()), "model": "tacit"}
