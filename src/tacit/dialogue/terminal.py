"""A conversation in a terminal."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from tacit.dialogue.replies import Kind, Reply
from tacit.dialogue.told import sources
from tacit.errors import TacitError
from tacit.report.terminal import WIDTH, bullet, grid, heading, plain
from tacit.report.text import visible, window

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from tacit.dialogue.conversation import Conversation

NAMES: Final[dict[Kind, str]] = {
    "answer": "Answer",
    "partial": "Partial answer",
    "decline": "Not in the documents",
    "clarify": "Asks back",
    "repair": "Looked again",
    "small_talk": "Small talk",
}
HELP: Final = (
    ("/evidence", "the passages that the last reply leans on"),
    ("/why", "the decision, what was read for it, and the query really used"),
    ("/new", "begin a new conversation"),
    ("/help", "these lines"),
    ("/quit", "end (or Ctrl-D)"),
)
_AROUND: Final = 600
"""Characters of a passage that are shown."""


def show_reply(reply: Reply, console: Console) -> None:
    """Print a reply: what was decided, the words, and the sources."""
    from rich.text import Text

    width = min(console.width, WIDTH)
    console.print(heading(NAMES[reply.decision.kind]), plain(f"- {reply.decision.reason}", "dim"), width=width)
    console.print(Text("\n\n".join(map(_lines, reply.text.split("\n\n")))), width=width)
    if reply.note:
        console.print(plain(reply.note, "yellow"), width=width)
    for sentence in reply.unsupported:
        console.print(plain(f"Not supported by what was found: {sentence}", "yellow"), width=width)
    for line in sources(reply).splitlines():
        console.print(plain(line, "dim"), width=width)


def show_evidence(reply: Reply, console: Console) -> None:
    """Print the passages that a reply leans on, the cited words in bold; the best ones if it cites none."""
    from rich.text import Text

    width = min(console.width, WIDTH)
    for cited in reply.citations:
        passage = cited.span.passage
        console.print(heading(f"[{cited.number}] {passage.title or passage.id}"), width=width)
        before, middle, after = window(passage.text, cited.span.start, cited.span.end, _AROUND)
        console.print(Text.assemble(_lines(before), (_lines(middle), "bold"), _lines(after)), width=width)
    if not reply.citations:
        console.print(plain("The reply cites nothing. Nearest in the documents:"), width=width)
        for hit in reply.hits[:3]:
            console.print(bullet(hit.passage.title or hit.passage.id), width=width)
        if not reply.hits:
            console.print(bullet("nothing"), width=width)


def _lines(text: str) -> str:
    """A text that is safe to print, in its own lines, without empty ones."""
    return "\n".join(visible(line) for line in re.split(r"[\r\n]+", text))


def show_reasons(reply: Reply, console: Console) -> None:
    """Print why a turn was decided as it was, and what was really looked for."""
    width = min(console.width, WIDTH)
    console.print(plain(f"Looked for: {reply.query.text}"), width=width)
    if reply.query.note:
        console.print(plain(f"Query: {reply.query.note}"), width=width)
    heaviest = sorted(reply.query.terms.items(), key=lambda pair: (-pair[1], pair[0]))[:15]
    console.print(plain("Terms: " + ", ".join(f"{term} {weight:.2f}" for term, weight in heaviest)), width=width)
    scores = [(name, f"{value:.2f}") for name, value in reply.decision.scores.items()]
    if scores:
        console.print(grid(("Probability of", ""), scores, numeric=(1,)), width=width)
    signals = [
        (name, "-" if value is None else f"{value:.3g}") for name, value in sorted(reply.decision.signals.items())
    ]
    if signals:
        console.print(grid(("Signal", "read"), signals, numeric=(1,)), width=width)


def talk(begin: Callable[[], Conversation], console: Console) -> None:
    """Converse until the input ends.

    Args:
        begin: Makes a new conversation.
        console: Where replies go.

    Raises:
        TacitError: If a turn fails that nobody is there to take again: the input is no terminal.
    """
    people = sys.stdin.isatty()
    if people:
        with suppress(ImportError):  # then `input` knows the arrow keys
            import readline  # noqa: F401
    conversation = begin()
    console.print(plain("Ask the documents something. /help lists what else there is; Ctrl-D ends.", "dim"))
    while (said := _read(console, people=people)) not in {None, "/quit"}:
        if said == "/new":
            conversation = begin()
            console.print(plain("A new conversation.", "dim"))
        elif said and said.startswith("/"):
            _command(said, conversation, console)
        elif said:
            try:
                with console.status("Looking ..."):
                    reply = conversation.ask(said)
                show_reply(reply, console)
            except TacitError as error:
                if not people:
                    raise
                console.print(plain(f"{error} You can ask again; the conversation is as it was.", "red"))
            except KeyboardInterrupt:
                if not people:
                    raise
                console.print(plain("Stopped; the conversation is as it was. Ctrl-D ends it.", "dim"))


def _command(said: str, conversation: Conversation, console: Console) -> None:
    shown = {"/evidence": show_evidence, "/why": show_reasons}.get(said)
    if shown is None:
        if said != "/help":
            console.print(plain(f"There is no {said}."))
        for command, what in HELP:
            console.print(plain(f"{command:<11} {what}"))
    elif not conversation.replies:
        console.print(plain("Nothing was asked yet."))
    else:
        shown(conversation.replies[-1], console)


def _read(console: Console, *, people: bool) -> str | None:
    """What is said next; ``None`` at the end. What comes from a pipe is shown, so that the output can be read."""
    try:
        said = input("\n> " if people else "").strip()
    except (EOFError, KeyboardInterrupt):
        if people:
            console.print()
        return None
    if not people and said:
        console.print()
        console.print(plain(f"> {said}"))
    return said
