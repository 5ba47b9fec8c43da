"""Documents that are known or hostile, and the chat server over them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2
from tests.loopback import served

from tacit.dialogue.conversation import ConversationSettings
from tacit.dialogue.index.api import Index
from tacit.dialogue.serve.app import Chat, make_app
from tacit.dialogue.simulate.world import World, make_world
from tacit.dialogue.steps import make_steps
from tacit.models.endpoint.http import Patience

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_TRICKS = (
    "<img src=http://evil.example/p.png onerror=\"alert('x')\"> </script><script>alert(2)</script> "
    "![a](http://evil.example/i.png) [click](javascript:alert(3)) \u202egnirts\u202c \x1b[31m {{ 7*7 }}"
)
HOSTILE = {
    "one.md": f"# <script>alert(1)</script>\n\nZorbles eat moss. {_TRICKS}\n",
    "two.md": f"# \u202eeltit</title></script>\n\nZorbles drink {'x' * 10_000} dew. data: [DONE]\n\ndata: {{}}\n",
    "three.jsonl": json.dumps(
        {"_id": "3", "title": _TRICKS, "text": f"Zorbles sleep upside down in trees, {_TRICKS}."}
    ),
    "![a](http:evil.example).txt": "Zorbles weigh forty kilograms <b>each</b> <script>alert(4)</script>.",
}
"""Documents that try to be more than text, on zorbles."""


def make_index(folder: Path, documents: Mapping[str, str]) -> Path:
    """An index of documents given as text by name."""
    for name, text in documents.items():
        place = folder / "docs" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    Index.build([folder / "docs"], folder / "index")
    return folder / "index"


def world_index(folder: Path) -> tuple[World, Path]:
    """A made-up world of thirty things, among them six museums, and its index."""
    world = make_world(30, seed=3)
    return world, make_index(folder, {document.name: document.text for document in world.documents})


@dataclass(frozen=True, slots=True)
class Serving:
    """A chat server in a thread of this process."""

    base: str
    key: str | None = None

    def post(self, content: object, **headers: str) -> httpx2.Response:
        """What it answers to a request for a completion."""
        sent = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return httpx2.post(f"{self.base}/v1/chat/completions", json=content, headers=sent | headers, timeout=20)

    def ask(self, *said: str, **more: Any) -> dict[str, Any]:
        """The response to a conversation: what the user says and the assistant said, in turns."""
        response = self.post({"messages": messages(*said), **more})
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found


def messages(*said: str) -> list[dict[str, str]]:
    """Messages of the two sides in turns; the user begins."""
    return [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(said)]


@contextmanager
def serving(folder: Path, *, key: str | None = None, model: str | None = None, page: bool = True) -> Iterator[Serving]:
    """Serve an index over loopback, with the real server."""
    patience = Patience(tries=2, first_wait=0.01)
    with Index.open(folder) as index:
        steps = make_steps(index, model=model, patience=patience)
        with served(make_app(Chat(index, steps, ConversationSettings(), key), page=page)) as base:
            yield Serving(base, key)
