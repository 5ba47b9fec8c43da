"""What the reply of an endpoint says, or what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tacit.errors import EndpointError
from tacit.io.places import shown
from tacit.models.endpoint.address import KEYS

if TYPE_CHECKING:
    from tacit.models.endpoint.address import EndpointAddress
    from tacit.models.endpoint.http import Reply


def written(reply: Reply, where: EndpointAddress) -> str:
    """What the model wrote; nothing where it declined to.

    Args:
        reply: Of status 200.
        where: Who was asked.

    Raises:
        EndpointError: If the reply holds no words of a model.
    """
    choices = (reply.content or {}).get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    if isinstance(first, dict):
        told: Any = first.get("message") if where.chat else first
        if isinstance(told, dict):
            text = told.get("content" if where.chat else "text")
            if text is None or isinstance(text, str):
                return text or ""
    raise strange(reply, where.url)


def strange(reply: Reply, url: str) -> EndpointError:
    """The complaint about a reply in which nothing was found that a model would say."""
    return EndpointError(
        f"{shown(url)} answered with something that holds no reply of a model: {reply.excerpt}. Is this an "
        "OpenAI-compatible endpoint, and does its address end in /v1?"
    )


def refusal(reply: Reply, where: EndpointAddress) -> EndpointError:
    """The complaint about a reply of another status than 200."""
    said = f"{shown(where.url)} refused the question about {shown(where.model)} with status {reply.status}"
    if reply.status in {401, 403}:
        return EndpointError(f"{said}: {reply.excerpt}. Put a valid key into {KEYS[0]}.")
    return EndpointError(f"{said}: {reply.excerpt}. Check the address and the name of the model.")
