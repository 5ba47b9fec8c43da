"""Where a server of ours listens, and who can reach it."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tacit.errors import UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

PORT: Final = 8765
_CONNECTIONS: Final = 200


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens.

    Attributes:
        host: Name or address of this machine.
        port: 0 for any that is free.
        exposed: Whether it is meant that other machines can reach it.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    exposed: bool = False


def run(app: ASGIApp, listening: socket.socket) -> None:
    """Answer requests until interrupted. Nothing is logged but errors."""
    import uvicorn

    config = uvicorn.Config(
        app, log_level="error", access_log=False, server_header=False, proxy_headers=False,
        limit_concurrency=_CONNECTIONS, timeout_graceful_shutdown=5, lifespan="on",
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listening])


def is_exposed(address: Address, secrets: str) -> bool:
    """Whether other machines can reach it.

    Args:
        address: Where the server is to listen.
        secrets: What could be read on the way, in words.

    Raises:
        UsageError: If they can, and that was not asked for; or if it listens everywhere, under no name.
    """
    try:
        found = ipaddress.ip_address(address.host.strip("[]"))
    except ValueError:
        loopback = address.host.lower() == "localhost"
    else:
        loopback = found.is_loopback
        if found.is_unspecified:
            raise UsageError(
                f"{address.host} stands for every address of this machine and is in no link. Name with --host the one "
                "address or name that people will open."
            )
    if not loopback and not address.exposed:
        raise UsageError(
            f"{address.host} can be reached from other machines, and this server speaks plain HTTP: whoever can "
            f"listen on the network can read {secrets}. If that is what you want, add --exposed. "
            "Otherwise leave --host out, and let people in through an SSH tunnel or a proxy with HTTPS."
        )
    return not loopback


def listen(address: Address) -> socket.socket:
    """A socket that listens.

    Raises:
        UsageError: If the address cannot be had.
    """
    host = address.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, address.port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"Cannot listen on {address.host}, port {address.port}: {reason}. Choose another one with --port (0 takes "
            "any that is free)."
        ) from error


def bracketed(host: str) -> str:
    """A host as it stands in a URL: addresses of IPv6 in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
