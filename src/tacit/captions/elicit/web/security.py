"""Doors: who has a key gets in.

A link's token is the whole proof of who somebody is, so it must not leak: no referrer is sent, nothing is kept in
caches (`tacit.web.guard`), and the server writes no access log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from tacit.captions.elicit.store import Store


class Doors:
    """Lets in who has a key: ``/a/{token}`` for annotators, ``/admin/{token}`` for whoever runs the project.

    Pages behind ``/a/`` find the person as ``request.state.annotator``; pages behind either find the token, for links,
    as ``request.state.token``. No page behind a door can be reached without a key, whoever wrote it.

    Args:
        app: What comes after.
        store: Knows the keys.
        refuse: Makes the answer to those who have none.
    """

    def __init__(self, app: ASGIApp, store: Store, refuse: Callable[[], ASGIApp]) -> None:
        self._app = app
        self._store = store
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "http":
            _, _, rest = scope["path"].partition("/")
            door, _, rest = rest.partition("/")
            token = rest.partition("/")[0]
            state = scope.setdefault("state", {})
            if door == "a":
                state["annotator"] = self._store.annotator_of(token)
                if state["annotator"] is None:
                    await self._refuse()(scope, receive, send)
                    return
            elif door == "admin" and not self._store.is_admin(token):
                await self._refuse()(scope, receive, send)
                return
            state["token"] = token
        await self._app(scope, receive, send)
