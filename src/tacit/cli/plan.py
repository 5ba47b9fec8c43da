"""``tacit plan``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from tacit.cli.options import JSON, QUIET, SEED, TEXT
from tacit.cli.output import present

if TYPE_CHECKING:
    from tacit.captions.curate.planning import Ask


def plan(  # noqa: PLR0917 - one parameter per option
    images: Annotated[
        str, typer.Argument(metavar="IMAGES", help="A folder of images, or a table of images and perhaps captions.")
    ],
    want: Annotated[
        list[str] | None,
        typer.Option(metavar="TYPE=N,...", help="True statements wanted, e.g. negation=500,spatial=300."),
    ] = None,
    for_: Annotated[
        str | None, typer.Option("--for", metavar="SELECTION", help="Want what a tacit curate result is short of.")
    ] = None,
    ask: Annotated[
        str, typer.Option(metavar="one|all", help="Questions per image: one, or all that are wanted.")
    ] = "one",
    expect: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TYPE=RATE|FILE",
            help="Share of answers that truly state the type: spatial=30/100, spatial=30%, or a tacit elicit export. "
            "Repeatable. Default: published yields.",
        ),
    ] = None,
    facts: Annotated[
        str | None,
        typer.Option(metavar="TABLE", help="What the images hold: image, object, and count or x, y, width, height."),
    ] = None,
    captions: Annotated[
        str | None, typer.Option(metavar="TABLE", help="Captions of a folder of images: image, caption.")
    ] = None,
    text: TEXT = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="ISO 639-1 code of the captions.")] = "en",
    overlap: Annotated[
        str, typer.Option(metavar="SHARE", help="Share of images that two people answer, for agreement.")
    ] = "10%",
    seconds: Annotated[
        list[str] | None, typer.Option(metavar="TYPE=S,...", help="Seconds per answer, e.g. counting=20.")
    ] = None,
    wage: Annotated[float, typer.Option(metavar="PAY", help="Pay per hour.")] = 15.0,
    currency: Annotated[str, typer.Option(metavar="CODE", help="Its currency.")] = "USD",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the plan here, for tacit elicit.")] = None,
    json: JSON = False,
    seed: SEED = 0,
    quiet: QUIET = False,
) -> None:
    """Which images to ask people about, and what for.

    Prefers images whose captions leave most unsaid and, with --facts, those that hold something to report. Says what
    the answers should yield and cost, and how well the overlap measures agreement.

    Exit codes: 0 done, 2 the request is wrong, 3 the data cannot be read.
    """
    from tacit.captions.curate.expectations import parse_numbers, read_expectations, read_shortfalls
    from tacit.captions.curate.plan_result import print_plan
    from tacit.captions.curate.planning import PlanSettings
    from tacit.captions.curate.planning import plan as make_plan
    from tacit.captions.curate.rates import parse_share
    from tacit.errors import UsageError

    if (want is None) == (for_ is None):
        raise UsageError("Say what is wanted: either --want negation=500,spatial=300, or --for SELECTION.")
    wanted = (
        {t: int(n) for t, n in parse_numbers(want, "--want", whole=True).items()}
        if want
        else read_shortfalls(for_ or "")
    )
    settings = PlanSettings(
        wanted=wanted, ask=cast("Ask", ask), expected=read_expectations(expect or ()),
        overlap=parse_share(overlap, "--overlap"), seconds=parse_numbers(seconds, "--seconds") if seconds else {},
        wage=wage, currency=currency, seed=seed,
    )  # fmt: skip
    found = make_plan(images, settings, captions=captions, facts=facts, text=text, language=language)
    if out is not None:
        found.plan.write(out)
    present(found, print_plan, json=json, out=None, quiet=quiet)
    if out is not None and not quiet:
        typer.echo(f"Plan: {out}. Ask with: tacit elicit IMAGES --plan {out}", err=True)
