"""The ``tacit`` command: finds the sub-command, runs it, and turns every ending into a message and an exit code.

A sub-command is a function in a file of its own, written for typer, and one line in `COMMANDS`. Only the file of the
command that was asked for is imported; ``tacit --help`` imports none of them, so it stays quick however heavy they
are.

Exit codes: 0 done, 1 a check does not hold, 2 the request is wrong, 3 the data or a file cannot be read or written,
4 a model endpoint failed, 70 a bug in tacit, 130 interrupted, 141 whoever read the output went away.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tacit._version import __version__
from tacit.errors import DataError, MissingExtraError, TacitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import NoReturn, TextIO

BUG: Final = 70
"""Exit code for an error nobody foresaw (``EX_SOFTWARE`` of sysexits.h)."""
INTERRUPTED: Final = 130
"""Exit code after Ctrl-C (128 + SIGINT)."""
PIPE_CLOSED: Final = 141
"""Exit code when the reader of our output went away (128 + SIGPIPE)."""


@dataclass(frozen=True, slots=True)
class Command:
    """Where a sub-command lives.

    Attributes:
        module: The module to import when it is asked for.
        function: The function in it, with typer's annotations; its docstring is the command's own help.
        help: One line for ``tacit --help``.
        resumes: Whether the same command line takes up an interrupted run.
    """

    module: str
    function: str
    help: str
    resumes: bool = False


COMMANDS: Final[Mapping[str, Command]] = {
    "audit": Command("tacit.cli.audit", "audit", "What do these captions leave unsaid? Rates, report, checks.", True),
    "label": Command("tacit.cli.label", "label", "Label the captions that would sharpen an audit most."),
    "probe": Command(
        "tacit.cli.probe", "probe", "Which caption of an image does a model hold for the right one?", True
    ),
    "scale": Command("tacit.cli.scale", "scale", "Will more scale close the gap? Verdicts with known error rates."),
    "curate": Command("tacit.cli.curate", "curate", "Choose captions that say what captions leave unsaid.", True),
    "mix": Command("tacit.cli.mix", "mix", "What share does a mixture give, or how much gives a wanted share?"),
    "plan": Command("tacit.cli.plan", "plan", "Which images to ask people about: yield, cost, agreement."),
    "elicit": Command("tacit.cli.elicit", "elicit", "Ask people what captions leave unsaid, in their browsers.", True),
    "tune": Command("tacit.cli.tune", "tune", "Gain a skill without losing in-context learning.", True),
    "retention": Command(
        "tacit.cli.retention", "retention", "How much of its in-context learning has a tuned model kept?", True
    ),
    "index": Command("tacit.cli.index", "index", "Make an index of documents to converse over.", True),
    "chat": Command("tacit.cli.chat", "chat", "Converse over documents; it knows when not to answer."),
    "serve": Command("tacit.cli.serve", "serve", "Serve conversations over an index as /v1/chat/completions."),
    "converse": Command(
        "tacit.cli.converse", "converse", "Reply to the last turn of each conversation in a file.", True
    ),
    "rag-eval": Command(
        "tacit.cli.rag_eval", "rag_eval", "How good are replies over documents? Per class and turn.", True
    ),
    "compare": Command("tacit.cli.compare", "compare", "Did the change help, and what did it break? Paired effects."),
    "diff": Command("tacit.cli.diff", "diff", "Compare two audits."),
    "study": Command("tacit.cli.study", "study", "A whole loop: measure, judge, fix, verify. One report.", True),
    "doctor": Command("tacit.cli.doctor", "doctor", "Show versions, extras, plug-ins, engines, and what is missing."),
}


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tacit {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Measure, judge, fix and verify capability gaps that do not close with scale."""


def _not_loaded() -> None:
    """Stands in ``tacit --help`` for a command that was not asked for."""


def _load(command: Command) -> Callable[..., None]:
    from importlib import import_module

    function: Callable[..., None] = getattr(import_module(command.module), command.function)
    return function


def build(selected: str | None = None, *, everything: bool = False) -> typer.Typer:
    """The typer application, with only the selected command loaded.

    Args:
        selected: Name of the command whose module is imported.
        everything: Import all of them, as shell completion and the documentation test need.

    Returns:
        The application; commands that were not loaded are there with their one-line help only.
    """
    # Plain help instead of boxes: four times as quick to show, and "tacit[cluster]" is not eaten as markup.
    app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback()(_root)
    for name, command in COMMANDS.items():
        if everything or name == selected:
            app.command(name, short_help=command.help)(_load(command))
        else:
            app.command(name, help=command.help)(_not_loaded)
    return app


def _selected(args: Sequence[str]) -> str | None:
    """The sub-command named on the command line; the options before it take no values."""
    return next((arg for arg in args if not arg.startswith("-")), None)


def _visible(text: str) -> str:
    """Spell out control and direction characters: messages quote data, and data must not drive a terminal."""
    return "".join(
        c if c in "\n\t" or c.isprintable() or unicodedata.category(c) == "Zs" else f"\\u{ord(c):04x}" for c in text
    )


def _say(message: str) -> None:
    sys.stderr.write(_visible(f"tacit: {message}") + "\n")


def _run_typer(args: Sequence[str]) -> int:
    command = typer.main.get_command(
        build(_selected(args), everything="_TACIT_COMPLETE" in os.environ)  # the variable typer's completion sets
    )
    try:
        command.main(args=list(args), prog_name="tacit")
    except SystemExit as end:
        # typer ends a broken pipe and a Ctrl-C at a prompt with 1, which here would mean a failed check.
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        if isinstance(end.__context__, typer.Abort):
            return INTERRUPTED
        return end.code if isinstance(end.code, int) else 0
    return 0


def _drop_output(stream: TextIO) -> None:
    """Send what is still buffered nowhere, so that Python does not complain about it while it shuts down."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, stream.fileno())
    os.close(sink)


def _interrupted(args: Sequence[str]) -> int:
    command = COMMANDS.get(_selected(args) or "")
    resumable = command is not None and command.resumes and "--out" in {a.partition("=")[0] for a in args}
    _say(
        "interrupted. What was finished is kept: run the same command again to go on from there."
        if resumable
        else "interrupted."
    )
    return INTERRUPTED


def main(args: Sequence[str]) -> int:
    """Run one command line.

    Args:
        args: The words after ``tacit``.

    Returns:
        The exit code. Whatever goes wrong has been said on stderr, in words; ``TACIT_DEBUG=1`` adds the traceback.

    Example:
        >>> main(["--version"])
        tacit ...
        0
    """
    debug = os.environ.get("TACIT_DEBUG", "") not in {"", "0"}
    try:
        code = _run_typer(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _interrupted(args)
    except BrokenPipeError:
        _drop_output(sys.stdout)
        return PIPE_CLOSED
    except Exception as error:  # the last line of defence: no traceback unless it was asked for
        if debug:
            import traceback

            traceback.print_exc()
        return _explain(error)
    return _interrupted(args) if code == INTERRUPTED else code


def _explain(error: Exception) -> int:
    if isinstance(error, TacitError):
        _say(f"error: {error}")
        return error.exit_code
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"error: {where}{error.strerror}")
        return DataError.exit_code
    if isinstance(error, ModuleNotFoundError) and error.name and not error.name.startswith("tacit"):
        _say(f"error: the package {error.name!r} is not installed. `tacit doctor` shows what is missing.")
        return MissingExtraError.exit_code
    _say(
        f"this is a bug in tacit {__version__}: {type(error).__name__}: {error}\n"
        "Please report it with the command line; TACIT_DEBUG=1 shows the traceback."
    )
    return BUG


def run() -> NoReturn:
    """Entry point of the ``tacit`` script."""
    for stream in (sys.stdout, sys.stderr):
        # A caption that the terminal's encoding cannot show must not end the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
