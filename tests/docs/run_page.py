"""Runs the code on a page of documentation, in order, in the current folder. Called by test_snippets.py.

usage: python run_page.py PAGE

What is run: fenced blocks tagged ``python`` (with prompts they are compared like doctests) and the lines of ``console``
and ``bash`` blocks that call ``tacit``. A comment before a block changes that:

    <!-- snippet: skip REASON -->    do not run it
    <!-- snippet: exit CODE -->      its commands end with this exit code
"""

from __future__ import annotations

import doctest
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DIRECTIVE = re.compile(r"<!-- snippet: (skip|exit) (.+?) -->")
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<tag>[^`]*)$")
SHELL = ("console", "bash")


@dataclass(frozen=True)
class Snippet:
    """A fenced block: its tag, its text, the line it starts on, and what a comment before it says."""

    tag: str
    text: str
    line: int
    skip: str = ""
    exit_code: int = 0


def snippets(page: str) -> Iterator[Snippet]:
    """The fenced blocks of a page in Markdown."""
    lines = iter(enumerate(page.splitlines(), start=1))
    skip, exit_code = "", 0
    for number, line in lines:
        if found := DIRECTIVE.search(line):
            skip = found[2] if found[1] == "skip" else ""
            exit_code = int(found[2]) if found[1] == "exit" else 0
        elif opening := FENCE.match(line):
            body = []
            for _, inner in lines:
                if inner.strip() == opening["ticks"]:
                    break
                body.append(inner.removeprefix(opening["indent"]))
            yield Snippet(opening["tag"].strip(), "\n".join(body) + "\n", number + 1, skip, exit_code)
            skip, exit_code = "", 0
        elif line.strip():
            skip, exit_code = "", 0


def commands(snippet: Snippet) -> list[str]:
    """The command lines of a shell block: those after a prompt in ``console``, all of them in ``bash``."""
    lines = snippet.text.replace("\\\n", " ").splitlines()
    if snippet.tag == "console":
        return [line[2:].strip() for line in lines if line.startswith("$ ")]
    return [line.partition("  #")[0].strip() for line in lines if line.strip() and not line.startswith("#")]


def _run_python(snippet: Snippet, page: Path, names: dict[str, object]) -> None:
    if snippet.text.lstrip().startswith(">>>"):
        test = doctest.DocTestParser().get_doctest(snippet.text, names, page.name, str(page), snippet.line - 1)
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        runner.run(test, clear_globs=False)
        names.update(test.globs)
        if runner.failures:
            sys.exit(f"{page}:{snippet.line}: the output differs")
    else:
        # Blank lines before it, so that a traceback names the line of the page.
        code = compile("\n" * (snippet.line - 1) + snippet.text, str(page), "exec")
        exec(code, names)  # noqa: S102 - our own documentation


def _run_shell(snippet: Snippet, page: Path) -> None:
    from tacit.cli.main import (
        main as tacit,
    )  # in this process: starting one for each command would take most of the time

    for command in commands(snippet):
        words = shlex.split(command)
        if words[0] == "tacit" and (code := tacit(words[1:])) != snippet.exit_code:
            sys.exit(f"{page}:{snippet.line}: {command!r} ended with {code}, not {snippet.exit_code}")


def main(page: Path) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    for snippet in snippets(page.read_text(encoding="utf-8")):
        if snippet.skip or snippet.tag not in {"python", *SHELL}:
            continue
        print(f"-- {page.name}:{snippet.line} {snippet.tag}", flush=True)
        if snippet.tag == "python":
            _run_python(snippet, page, names)
        elif snippet.tag in SHELL:
            _run_shell(snippet, page)
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
