"""Models behind an OpenAI-compatible endpoint (OpenAI, vLLM, llama.cpp, SGLang, TGI, Ollama, ...).

They are asked to write an answer, at temperature 0, and the answer is looked for at its beginning: their
log-likelihoods of given answers cannot be had from most of them. So what such a model does not write in the form that
the demonstrations show is wrong, and counted as such; the share in form is reported beside the accuracy.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from tacit.models.endpoint.address import environment_key, read_address
from tacit.models.endpoint.http import OK, Patience, Poster
from tacit.models.endpoint.replies import refusal, written
from tacit.tuning.retention.protocol import Answer
from tacit.tuning.retention.reasons import TOO_LONG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.models.endpoint.http import Reply
    from tacit.tuning.retention.protocol import Prompt

_ADVICE: Final = (
    "What was answered is kept with --out; run the same command again when the endpoint is well, or ask less at a time "
    "(--batch)."
)
_LEAST_TOKENS: Final = 16
_LENGTH_WORDS: Final = ("context_length_exceeded", "maximum context length", "exceed_context_size", "too many tokens")


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
        address: See `tacit.models.endpoint.address.read_address`.
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
        self._concurrency = concurrency
        self._poster = Poster(self._where.url, environment_key(), patience or Patience(), advice=_ADVICE)

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
        choice = parse_answer(written(reply, self._where), prompt.options)
        return Answer(choice, in_form=choice is not None)

    def _refused(self, reply: Reply) -> Answer:
        if any(words in reply.text.casefold() for words in _LENGTH_WORDS):
            return Answer(None, missing=TOO_LONG)
        raise refusal(reply, self._where)
