"""Models behind an OpenAI-compatible endpoint (OpenAI, vLLM, llama.cpp, SGLang, TGI, Ollama, ...).

They are asked to write an answer, at temperature 0, and the answer is looked for at its beginning: their
log-likelihoods of given answers cannot be had from most of them. So what such a model does not write in the form that
the demonstrations show is wrong, and counted as such; the share in form is reported beside the accuracy.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tacit.errors import EndpointError, UsageError
from tacit.io.places import shown
from tacit.tuning.retention.endpoint_http import OK, Patience, Poster
from tacit.tuning.retention.protocol import Answer
from tacit.tuning.retention.reasons import TOO_LONG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.tuning.retention.endpoint_http import Reply
    from tacit.tuning.retention.protocol import Prompt

FORM: Final = "endpoint:MODEL@http://HOST:PORT/v1"
KEYS: Final = ("TACIT_API_KEY", "OPENAI_API_KEY")
"""Environment variables that may hold the key, in the order in which they are looked at."""
_ADDRESS: Final = re.compile(r"(?P<kind>endpoint|completions):(?P<model>.+)@(?P<url>https?://[^\s@]+)", re.IGNORECASE)
_PATHS: Final = {"endpoint": "/chat/completions", "completions": "/completions"}
_LEAST_TOKENS: Final = 16
_LENGTH_WORDS: Final = ("context_length_exceeded", "maximum context length", "exceed_context_size", "too many tokens")


@dataclass(frozen=True, slots=True)
class EndpointAddress:
    """Which model, and where.

    Attributes:
        model: What the endpoint calls it.
        url: Where questions are sent to.
        chat: Whether a question is a user's message (``endpoint:``) or a text to be continued (``completions:``, for
            base models without a chat template).
    """

    model: str
    url: str
    chat: bool


def is_endpoint(address: str) -> bool:
    """Whether an address begins like that of an endpoint.

    Example:
        >>> is_endpoint("endpoint:llama@http://localhost:8000/v1"), is_endpoint("org/endpoint")
        (True, False)
    """
    return address.partition(":")[0].lower() in _PATHS


def read_address(address: str) -> EndpointAddress:
    """Take an address apart.

    Args:
        address: ``endpoint:MODEL@http://HOST:PORT/v1``, or with ``completions:`` before it.

    Raises:
        UsageError: If it is none, or holds a password or a query.

    Example:
        >>> read_address("endpoint:org/llama@http://localhost:8000/v1").url
        'http://localhost:8000/v1/chat/completions'
    """
    match = _ADDRESS.fullmatch(address)
    parts = urlsplit(match["url"]) if match else None
    if match is None or parts is None or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(
            f"{shown(address)!r} is no address of an endpoint; these are {FORM}. A key is taken from the environment "
            f"({' or '.join(KEYS)}), never from the address."
        )
    kind = match["kind"].lower()
    return EndpointAddress(match["model"], match["url"].rstrip("/") + _PATHS[kind], kind == "endpoint")


def parse_answer(text: str, options: Sequence[str]) -> int | None:
    """The option that a text begins with.

    Args:
        text: What a model wrote; blanks, quotes and asterisks before it are passed over.
        options: As in `Prompt`. Case does not matter; the longest that fits is taken, and it must end where a word
            ends.

    Returns:
        Its index; ``None`` if the text begins with none of them.

    Example:
        >>> parse_answer(" **blue-green** is", (" blue", " blue-green")), parse_answer("Another", (" A", " B"))
        (1, None)
    """
    said = text.lstrip(" \t\r\n\"'`*").casefold()
    for at in sorted(range(len(options)), key=lambda at: -len(options[at].strip())):
        wanted = options[at].strip().casefold()
        end = said[len(wanted) : len(wanted) + 1]
        if said.startswith(wanted) and not (end.isalnum() and wanted[-1:].isalnum()):
            return at
    return None


class EndpointAnswerer:
    """A model behind an endpoint, as something that can be asked.

    Args:
        address: See `read_address`.
        concurrency: Questions on their way at a time.
        patience: Limits on time, size and tries.

    Attributes:
        name: What the endpoint calls it.
        identity: Hash of address and of how it is asked. What weights are behind it cannot be known from here.

    Raises:
        UsageError: If the address is none.
        MissingExtraError: If the HTTP library is not installed.
    """

    def __init__(self, address: str, *, concurrency: int = 8, patience: Patience | None = None) -> None:
        self._where = read_address(address)
        self.name = self._where.model
        told = ["endpoint", self._where.model, self._where.url, "temperature 0"]
        self.identity = hashlib.sha256(json.dumps(told).encode()).hexdigest()
        key = next((os.environ[name] for name in KEYS if os.environ.get(name)), None)
        self._concurrency = concurrency
        self._poster = Poster(self._where.url, key, patience or Patience())

    def close(self) -> None:
        """Let go of the connections."""
        self._poster.close()

    def answer(self, prompts: Sequence[Prompt]) -> list[Answer]:
        """See `tacit.tuning.retention.protocol.Answerer.answer`.

        Raises:
            EndpointError: If the endpoint does not answer, or not with what can be read.
        """
        pool = ThreadPoolExecutor(min(self._concurrency, max(len(prompts), 1)))
        try:
            return list(pool.map(self._one, prompts))
        except BaseException:
            self._poster.close()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def _one(self, prompt: Prompt) -> Answer:
        text = prompt.context + prompt.question
        # A token has at least one byte, so this many hold every option.
        tokens = max(_LEAST_TOKENS, *(len(option.encode()) + 4 for option in prompt.options))
        asked: dict[str, object] = {"model": self._where.model, "temperature": 0, "max_tokens": tokens}
        asked |= {"messages": [{"role": "user", "content": text}]} if self._where.chat else {"prompt": text}
        reply = self._poster.post(asked)
        if reply.status != OK:
            return self._refused(reply)
        choice = parse_answer(self._written(reply), prompt.options)
        return Answer(choice, in_form=choice is not None)

    def _written(self, reply: Reply) -> str:
        """What the model wrote; nothing where it declined to."""
        choices = (reply.content or {}).get("choices")
        first = choices[0] if isinstance(choices, list) and choices else None
        if isinstance(first, dict):
            told: Any = first.get("message") if self._where.chat else first
            if isinstance(told, dict):
                text = told.get("content" if self._where.chat else "text")
                if text is None or isinstance(text, str):
                    return text or ""
        raise EndpointError(
            f"{shown(self._where.url)} answered with something that holds no reply of a model: {reply.excerpt}. Is "
            "this an OpenAI-compatible endpoint, and does its address end in /v1?"
        )

    def _refused(self, reply: Reply) -> Answer:
        if any(words in reply.text.casefold() for words in _LENGTH_WORDS):
            return Answer(None, missing=TOO_LONG)
        where = f"{shown(self._where.url)} refused the question about {shown(self.name)} with status {reply.status}"
        if reply.status in {401, 403}:
            raise EndpointError(f"{where}: {reply.excerpt}. Put a valid key into {KEYS[0]}.")
        raise EndpointError(f"{where}: {reply.excerpt}. Check the address and the name of the model.")
