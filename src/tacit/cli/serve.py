"""`tacit serve`: an index behind the interface of OpenAI's chat completions."""

from __future__ import annotations

from pathlib import Path

from tacit.cli.talking import DENSE, EXPOSED, HOST, INDEX, MODEL, PASSAGES, PORT, REWRITE, RISK, VERIFY, WORDS, Talking


def serve(  # noqa: PLR0917 - one parameter per option
    index: INDEX,
    model: MODEL = None,
    rewrite: REWRITE = False,
    verify: VERIFY = None,
    risk: RISK = None,
    dense: DENSE = None,
    passages: PASSAGES = 10,
    words: WORDS = 800,
    host: HOST = "127.0.0.1",
    port: PORT = 8765,
    exposed: EXPOSED = False,
) -> None:
    """Serve conversations over an index as /v1/chat/completions, for chat front ends.

    Decision, citations and the query really used come back in the field "tacit" of each response. If the environment
    variable TACIT_SERVE_KEY is set, clients must send it as their API key.

    Example: tacit serve docs.index --port 8000
    """
    from tacit.cli.talking import run_server

    talking = Talking(Path(index), model, rewrite, verify, risk, dense, passages, words)
    run_server(talking, host, port, exposed=exposed, page=False)
