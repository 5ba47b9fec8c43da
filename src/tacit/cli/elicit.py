"""``tacit elicit``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tacit.cli.options import QUIET

if TYPE_CHECKING:
    from tacit.captions.elicit.api import Started
    from tacit.captions.elicit.export import Only


def elicit(  # noqa: PLR0917 - one parameter per option
    images: Annotated[
        Path | None,
        typer.Argument(metavar="IMAGES", help="Folder of jpg, png, webp or gif images. --export needs none."),
    ] = None,
    ask: Annotated[
        str | None,
        typer.Option(metavar="TYPES", help="counting,spatial,negation,temporal, or some of them. Default: all."),
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(metavar="PLAN", help="Which images to ask about and what, from tacit plan.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The project's folder; the same one goes on.")] = Path(
        "elicit"
    ),
    annotators: Annotated[
        str | None, typer.Option(metavar="N|NAMES", help="How many people, or their names with commas. Default: one.")
    ] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="Of questions and answers (ISO 639-1).")] = "en",
    licence: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Terms under which answers are given; kept with each.")
    ] = None,
    host: Annotated[str, typer.Option(metavar="HOST", help="Where to listen. Other than loopback: --exposed.")] = (
        "127.0.0.1"
    ),
    exposed: Annotated[bool, typer.Option("--exposed", help="Yes, let other machines in, over plain HTTP.")] = False,
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="0 takes any that is free.")] = 8765,
    browse: Annotated[bool, typer.Option("--open", help="Open the admin's page in the browser.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Change the project in --out: other images, other types. Answers stay.")
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the answers (.parquet, .jsonl, .csv, .tar) and serve nothing."),
    ] = None,
    only: Annotated[str, typer.Option(metavar="WHICH", help="With --export: all or accepted.")] = "all",
    quiet: QUIET = False,
) -> None:
    """Ask people what captions leave unsaid, in their browsers, and keep every answer.

    Serves a local web page: one image at a time and a plain question per type. Prints a link for you and one per
    annotator. Ctrl+C stops it; the same command goes on with the same links. --export writes what there is.

    Exit codes: 0 done, 2 the request is wrong, 3 the data cannot be read or written.
    """
    from tacit.captions.elicit import api
    from tacit.errors import UsageError
    from tacit.runs.progress import make_progress
    from tacit.web.listening import Address

    if export is not None:
        count = api.export(out, export, only=_which(only))
        if not quiet:
            typer.echo(f"{count:,} answer{'' if count == 1 else 's'}: {export}", err=True)
        return
    if images is None:
        raise UsageError("Name the folder of images to ask about: tacit elicit IMAGES. Only --export goes without it.")
    running = False

    def started(told: Started) -> None:
        nonlocal running
        running = True
        _tell(told)
        if browse:
            typer.launch(f"{told.base}/admin/{told.links.admin}")

    try:
        api.serve(
            images, wanted=api.wanted_of(ask, plan=plan, language=language, licence=licence), out=out,
            annotators=_names(annotators), address=Address(host, port, exposed), force=force,
            progress=make_progress(quiet=quiet, things="images"), started=started,
        )  # fmt: skip
    except KeyboardInterrupt:
        if not running:
            raise
        typer.echo("\nStopped. Every answer is kept; the same command goes on, with the same links.", err=True)


def _which(only: str) -> Only:
    from tacit.errors import UsageError

    if only == "all":
        return "all"
    if only == "accepted":
        return "accepted"
    raise UsageError(f"--only is {only!r}; it is all or accepted.")


def _names(text: str | None) -> list[str]:
    """Names of annotators from a number or a list."""
    from tacit.errors import UsageError

    if text is None:
        return []
    if text.isascii() and text.isdigit():
        if not 0 < int(text) <= 1000:
            raise UsageError("--annotators is a number from 1 to 1000, or names with commas between them.")
        return [f"annotator {number}" for number in range(1, int(text) + 1)]
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _tell(told: Started) -> None:
    """Say who opens which link, and what will not be shown."""
    from tacit.io.places import shown

    pictures = told.project.store.pictures()
    broken = [picture for picture in pictures if picture.problem]
    typer.echo(f"{len(pictures) - len(broken):,} images to ask about; answers are kept in {told.project.folder}.")
    for picture in broken[:10]:
        typer.echo(f"  left out: {shown(picture.path)} {shown(picture.problem)}")
    if len(broken) > 10:
        typer.echo(f"  and {len(broken) - 10:,} more that cannot be shown; the admin's page lists them.")
    if told.links.renewed:
        typer.echo(f"New links, because {told.links_file} did not have them: {', '.join(told.links.renewed)}.")
    lines = told.links.lines(told.base)
    width = max(len(name) for name, _ in lines)
    for name, link in lines:
        typer.echo(f"  {name:{width}}  {link}")
    if told.exposed:
        typer.echo("Other machines can reach this, over plain HTTP: links and answers can be read on the way.")
    typer.echo(f"Whoever has a link is let in; they are also in {told.links_file}. Ctrl+C stops.")
