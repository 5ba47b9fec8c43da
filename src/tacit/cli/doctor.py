"""``tacit doctor``."""

from __future__ import annotations

from typing import Annotated

import typer


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Show versions, extras, plug-ins and engines, and the command that installs what is missing.

    Nothing is installed, started or downloaded. The exit code is 0 even when something is missing.
    """
    from tacit.doctor import examine

    diagnosis = examine()
    typer.echo(diagnosis.to_json() if json else diagnosis.summary(), nl=False)
