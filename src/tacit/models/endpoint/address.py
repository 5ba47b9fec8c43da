"""Which model is behind which endpoint, and where the key comes from."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tacit.errors import UsageError
from tacit.io.places import shown

FORM: Final = "endpoint:MODEL@http://HOST:PORT/v1"
KEYS: Final = ("TACIT_API_KEY", "OPENAI_API_KEY")
"""Environment variables that may hold the key, in the order in which they are looked at."""
_ADDRESS: Final = re.compile(r"(?P<kind>endpoint|completions):(?P<model>.+)@(?P<url>https?://[^\s@]+)", re.IGNORECASE)
_PATHS: Final = {"endpoint": "/chat/completions", "completions": "/completions"}


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

    def beside(self, path: str) -> str:
        """Another address of the same endpoint.

        Example:
            >>> read_address("endpoint:m@http://localhost/v1").beside("/embeddings")
            'http://localhost/v1/embeddings'
        """
        return self.url.removesuffix(_PATHS["endpoint" if self.chat else "completions"]) + path


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


def environment_key() -> str | None:
    """The key of the user, from the first of `KEYS` that holds one."""
    return next((os.environ[name] for name in KEYS if os.environ.get(name)), None)
