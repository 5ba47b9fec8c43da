"""A question to an HTTP endpoint: bounded in time, size and tries, with a plain word for what went wrong."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from tacit.errors import EndpointError, MissingExtraError
from tacit.io.places import shown
from tacit.models.endpoint.events import event_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

EXTRA: Final = "endpoints"
OK: Final = 200
_AGAIN: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Statuses after which the same question may be answered."""
_EXCERPT: Final = 200


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often an endpoint is asked.

    Attributes:
        seconds: For one try, from the connection to the last byte of the reply.
        tries: Of one question.
        first_wait: Seconds before the second try; doubled from try to try.
        longest_wait: Seconds at most between two tries, whatever the endpoint asks for.
        reply_bytes: Largest reply that is read.
    """

    seconds: float = 120.0
    tries: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    reply_bytes: int = 1 << 20


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    Attributes:
        status: Of HTTP.
        text: The body as text, without the key.
        content: The JSON object in it; ``None`` if it holds none.
    """

    status: int
    text: str
    content: dict[str, Any] | None = field(repr=False)

    @property
    def excerpt(self) -> str:
        """The beginning of the body, made fit to be shown."""
        return shown(self.text[:_EXCERPT]) if self.text.strip() else "nothing"


class _TryAgainError(Exception):
    """One try failed, and another may not."""

    def __init__(self, said: str, wait: float | None = None) -> None:
        super().__init__(said)
        self.wait = wait


def http_library() -> ModuleType:
    """The module ``httpx2``.

    Raises:
        MissingExtraError: If it is not installed.
    """
    try:
        import httpx2
    except ImportError:
        raise MissingExtraError("endpoint: models", EXTRA) from None
    return httpx2


class Poster:
    """Posts JSON to one address and reads the reply.

    Redirects are not followed, so neither prompts nor key go anywhere but where the user said. Nothing compressed is
    accepted, so the bytes that are counted are the bytes there are.

    Args:
        url: Where to.
        key: Sent as a bearer token; in no message.
        patience: Limits.
        advice: What to do when the endpoint stays out of order, as a sentence.

    Raises:
        MissingExtraError: If the HTTP library is not installed.
    """

    def __init__(
        self, url: str, key: str | None, patience: Patience, *, advice: str = "Try again when the endpoint is well."
    ) -> None:
        httpx = http_library()
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self.url, self._key, self._patience, self._advice = url, key, patience, advice
        self._client = httpx.Client(headers=headers, timeout=httpx.Timeout(patience.seconds), follow_redirects=False)
        self._failure: type[Exception] = httpx.HTTPError
        self._stopped = threading.Event()

    def close(self) -> None:
        """Let go of the connections, and let no try be followed by another."""
        self._stopped.set()
        self._client.close()

    def post(self, content: Mapping[str, object]) -> Reply:
        """Ask, again where that may help.

        Args:
            content: What is sent as JSON.

        Returns:
            A reply of status 200, or one that a further try would not change.

        Raises:
            EndpointError: If the last try failed too; the message says how.
        """
        for turn in range(self._patience.tries):
            try:
                with self._response(content) as (response, pieces):
                    return self._reply(response, pieces)
            except _TryAgainError as error:
                self._wait(turn, error)
        raise AssertionError("the last try returns or raises")

    def events(self, content: Mapping[str, object]) -> Iterator[str | Reply]:
        """Ask for server-sent events. It is asked again only as long as nothing has come.

        Args:
            content: What is sent as JSON.

        Yields:
            The data of each event as it comes, without the key; or the one whole reply of an endpoint that sends no
            events, or of a status that a further try would not change.

        Raises:
            EndpointError: If the last try failed too, or if the stream broke off; the message says how.
        """
        for turn in range(self._patience.tries):
            begun = False
            try:
                with self._response(content) as (response, pieces):
                    if response.status_code != OK or not _has_events(response):
                        yield self._reply(response, pieces)
                        return
                    for data in event_data(pieces):
                        begun = True
                        yield self._clean(data)
                return
            except _TryAgainError as error:
                if begun:
                    raise EndpointError(f"{shown(self.url)} broke off in its reply: {error}. Ask again.") from None
                self._wait(turn, error)

    def _wait(self, turn: int, error: _TryAgainError) -> None:
        """Until the next try.

        Raises:
            EndpointError: If there is none.
        """
        wait = self._patience.first_wait * 2**turn if error.wait is None else error.wait
        last = turn + 1 == self._patience.tries
        if last or self._stopped.wait(min(wait, self._patience.longest_wait)):
            raise EndpointError(
                f"{shown(self.url)} gave no answer in {turn + 1} tries. The last time: {error}. {self._advice}"
            ) from None

    @contextmanager
    def _response(self, content: Mapping[str, object]) -> Iterator[tuple[Any, Iterator[bytes]]]:
        """A reply of which the head is there, and its body, bounded."""
        deadline = time.monotonic() + self._patience.seconds
        try:
            with self._client.stream("POST", self.url, json=content) as response:
                self._check(response)
                yield response, self._pieces(response, deadline)
        except self._failure as error:
            raise _TryAgainError(self._clean(f"{type(error).__name__}: {error}")[:_EXCERPT]) from None

    def _pieces(self, response: Any, deadline: float) -> Iterator[bytes]:  # noqa: ANN401 - httpx2 is optional
        size = 0
        for piece in response.iter_raw():
            size += len(piece)
            if size > self._patience.reply_bytes:
                raise EndpointError(
                    f"{shown(self.url)} sent more than {self._patience.reply_bytes:,} bytes for one answer, and was "
                    "cut off. Is this the address of a model?"
                )
            if time.monotonic() > deadline:
                raise _TryAgainError(f"not finished after {self._patience.seconds:g} seconds")
            yield piece

    def _reply(self, response: Any, pieces: Iterator[bytes]) -> Reply:  # noqa: ANN401 - httpx2 is optional
        text = self._clean(b"".join(pieces).decode("utf-8", "replace"))
        reply = Reply(response.status_code, text, _object(text))
        if reply.status in _AGAIN:
            raise _TryAgainError(
                f"status {reply.status}, {reply.excerpt}", _wished(response.headers.get("retry-after"))
            )
        return reply

    def _check(self, response: Any) -> None:  # noqa: ANN401 - httpx2 is optional
        if 300 <= response.status_code < 400:
            place = self._clean(response.headers.get("location", "an unknown place"))
            raise EndpointError(
                f"{shown(self.url)} points to {shown(place[:_EXCERPT])} instead of answering. Prompts and key go only "
                "where you say: name that address if it is yours."
            )
        if response.headers.get("content-encoding", "identity") != "identity":
            raise EndpointError(f"{shown(self.url)} sent a compressed reply, which was not asked for.")

    def _clean(self, text: str) -> str:
        """Without the key, which some endpoints send back in their complaints."""
        return text.replace(self._key, "***") if self._key else text


def _wished(header: str | None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110, section 10.2.3); ``None`` if it says nothing clear."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _has_events(response: Any) -> bool:  # noqa: ANN401 - httpx2 is optional
    told: str = response.headers.get("content-type", "")
    return told.partition(";")[0].strip().lower() == "text/event-stream"


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
