"""`tacit chat`: a conversation over an index, in the terminal or as a local page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tacit.cli.talking import DENSE, EXPOSED, HOST, INDEX, MODEL, PASSAGES, PORT, REWRITE, RISK, VERIFY, WORDS, Talking


def chat(  # noqa: PLR0917 - one parameter per option
    index: INDEX,
    ask: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Ask this and end. Repeatable: turns of one conversation.")
    ] = None,
    model: MODEL = None,
    rewrite: REWRITE = False,
    verify: VERIFY = None,
    risk: RISK = None,
    dense: DENSE = None,
    passages: PASSAGES = 10,
    words: WORDS = 800,
    serve: Annotated[bool, typer.Option("--serve", help="Serve a local web page instead.")] = False,
    host: HOST = "127.0.0.1",
    port: PORT = 8765,
    exposed: EXPOSED = False,
    json: Annotated[bool, typer.Option("--json", help="With --ask: print replies as JSON, one line each.")] = False,
) -> None:
    """Converse over documents that `tacit index` has read.

    Every turn is answered, answered in part, declined, asked back about or looked at again, with the passages it leans
    on. It works with no model; with --model an endpoint writes the answers, and what it writes is checked against the
    passages.

    Example: tacit index docs --out docs.index && tacit chat docs.index
    """
    from tacit.cli.talking import run_server
    from tacit.errors import UsageError

    if serve and ask:
        raise UsageError("--serve and --ask exclude each other: one serves a page, the other answers and ends.")
    if json and not ask:
        raise UsageError("--json prints replies to --ask. Add --ask TEXT.")
    talking = Talking(Path(index), model, rewrite, verify, risk, dense, passages, words)
    if serve:
        run_server(talking, host, port, exposed=exposed, page=True)
    else:
        _converse(talking, ask or [], json=json)


def _converse(talking: Talking, asked: list[str], *, json: bool) -> None:
    import sys
    from json import dumps

    from rich.console import Console

    from tacit.dialogue.conversation import Conversation
    from tacit.dialogue.terminal import show_reply, talk
    from tacit.dialogue.told import record

    console = Console(file=sys.stdout, highlight=False)
    with talking.open() as (index, steps, settings):
        conversation = Conversation(index, steps=steps, settings=settings)
        if not asked:
            talk(lambda: Conversation(index, steps=steps, settings=settings), console)
        for text in asked:
            reply = conversation.ask(text)
            if json:
                typer.echo(dumps(record(reply), ensure_ascii=False))
            else:
                show_reply(reply, console)
