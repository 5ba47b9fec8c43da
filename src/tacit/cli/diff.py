"""``tacit diff``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_AUDIT = "Folder of an audit (its --out), or its result.json."


def diff(
    a: Annotated[Path, typer.Argument(help=f"Before: {_AUDIT[0].lower()}{_AUDIT[1:]}")],
    b: Annotated[Path, typer.Argument(help=f"After: {_AUDIT[0].lower()}{_AUDIT[1:]}")],
    json: Annotated[bool, typer.Option("--json", help="Print all changes as JSON instead of text.")] = False,
) -> None:
    """Compare two audits.

    Gives the change of every rate with an interval: what is clearly different, and what may be chance.
    """
    import sys

    from rich.console import Console

    from tacit.captions.audit.diff import diff as compare
    from tacit.captions.audit.diff import print_diff, read_result

    found = compare(read_result(a), read_result(b))
    if json:
        typer.echo(found.to_json(), nl=False)
    else:
        print_diff(found, Console(file=sys.stdout, highlight=False))
