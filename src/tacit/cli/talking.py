"""What `tacit chat` and `tacit serve` have in common: options, and how the steps are made of them."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tacit.dialogue.conversation import ConversationSettings, Steps
    from tacit.dialogue.index.api import Index
    from tacit.models.endpoint.http import Patience

KEY: Final = "TACIT_SERVE_KEY"

INDEX = Annotated[str, typer.Argument(metavar="INDEX", help="The folder that `tacit index` made.")]
MODEL = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Who writes answers: endpoint:MODEL@http://HOST:PORT/v1. Default: extracts."),
]
REWRITE = Annotated[bool, typer.Option("--rewrite", help="The model also rewrites turns into standalone questions.")]
VERIFY = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Who checks that passages answer: nli:FOLDER, or endpoint:MODEL@URL."),
]
RISK = Annotated[
    float | None,
    typer.Option(
        min=0.0, max=1.0, metavar="SHARE", help="Share of answered turns that should have been declined, at most."
    ),
]
DENSE = Annotated[
    str | None,
    typer.Option(metavar="MODEL", help="Search by vectors too, with the model that made them: as in `tacit index`."),
]
PASSAGES = Annotated[int, typer.Option(min=1, max=100, metavar="N", help="Passages retrieved for a turn.")]
WORDS = Annotated[int, typer.Option(min=20, metavar="N", help="Words of them shown to who writes, at most.")]
HOST = Annotated[str, typer.Option(metavar="NAME", help="Address to listen on.")]
PORT = Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="Port; 0 takes any that is free.")]
EXPOSED = Annotated[bool, typer.Option("--exposed", help="It is meant that other machines can reach this.")]


@dataclass(frozen=True, slots=True)
class Talking:
    """What the options say."""

    index: Path
    model: str | None
    rewrite: bool
    verify: str | None
    risk: float | None
    dense: str | None
    passages: int
    words: int

    @contextmanager
    def open(self) -> Iterator[tuple[Index, Steps, ConversationSettings]]:
        """The index, open, with the steps and settings."""
        from tacit.dialogue.conversation import ConversationSettings
        from tacit.dialogue.steps import make_steps, open_index
        from tacit.errors import UsageError

        if self.rewrite and self.model is None:
            raise UsageError("--rewrite needs --model: the model is what rewrites.")
        with closing(open_index(self.index, self.dense)) as index:
            steps = make_steps(
                index, model=self.model, rewrite=self.rewrite, verify=self.verify, risk=self.risk, patience=_patience()
            )
            yield index, steps, ConversationSettings(self.passages, self.words)


def _patience() -> Patience:
    """Somebody waits: one more try, not five."""
    from tacit.models.endpoint.http import Patience

    return Patience(tries=2, longest_wait=5)


def run_server(talking: Talking, host: str, port: int, *, exposed: bool, page: bool) -> None:
    """Serve until interrupted."""
    from importlib.util import find_spec

    from tacit.errors import MissingExtraError
    from tacit.web.listening import Address, bracketed, is_exposed, listen, run

    if any(find_spec(name) is None for name in ("starlette", "uvicorn")):
        raise MissingExtraError("Serving conversations", "dialogue")
    from tacit.dialogue.serve.app import Chat, make_app

    address = Address(host, port, exposed)
    key = os.environ.get(KEY) or None
    reached = is_exposed(address, "questions and answers")
    with talking.open() as (index, steps, settings), closing(listen(address)) as listening:
        base = f"http://{bracketed(host)}:{listening.getsockname()[1]}"
        if page:
            typer.echo(f"Open {base}/{'#key=KEY' if key else ''}  (Ctrl-C ends)", err=True)
        else:
            typer.echo(f"OpenAI-compatible: {base}/v1  (Ctrl-C ends)", err=True)
        if key:
            typer.echo(f"The key is what {KEY} holds{', to be put in place of KEY' if page else ''}.", err=True)
        elif reached:
            typer.echo(f"Anyone who reaches this address can ask. Set {KEY} to change that.", err=True)
        run(make_app(Chat(index, steps, settings, key), hosts=[bracketed(host)], page=page), listening)
