"""``tacit mix``."""

from __future__ import annotations

from typing import Annotated

import typer

from tacit.cli.options import JSON
from tacit.cli.output import present

SOURCES = Annotated[
    list[str],
    typer.Argument(
        metavar="COUNT@RATE...",
        help="Items of a source and the share that states the type: 17138@6.9%, 17138@69/1000 (judged), "
        "17138@AUDIT (an audit's folder). x as COUNT is sought; x/9000 says that there are 9000. NAME=COUNT@RATE "
        "names it.",
    ),
]


def mix(  # noqa: PLR0917 - one parameter per option
    sources: SOURCES,
    target: Annotated[str | None, typer.Option(metavar="SHARE", help="The share that is wanted, such as 39%.")] = None,
    total: Annotated[
        str | None, typer.Option(metavar="N", help="Items of the mixture: with x twice, one makes room for the other.")
    ] = None,
    type_: Annotated[str | None, typer.Option("--type", metavar="TYPE", help="Which type of the audits.")] = None,
    level: Annotated[float, typer.Option(metavar="SHARE", help="Nominal coverage of intervals made here.")] = 0.95,
    json: JSON = False,
) -> None:
    """What share does a mixture give, or how much of a source gives a wanted share?

    tacit mix 9000@100% 17138@6.9% mixes; tacit mix x@100% 17138@69/1000 --target 39% finds the number for x.

    Exit codes: 0 done, 1 the target cannot be reached, 2 the request is wrong, 3 an audit cannot be read.
    """
    from tacit.captions.curate.mixture import mix_sources, print_mix
    from tacit.captions.curate.rates import parse_number, parse_share
    from tacit.errors import CheckFailedError

    found = mix_sources(
        sources,
        type_=type_,
        target=None if target is None else parse_share(target, "--target"),
        total=None if total is None else parse_number(total, "--total"),
        level=level,
    )
    present(found, print_mix, json=json, out=None, quiet=True)
    problems = [mixture.problem for mixture in found.mixtures if mixture.problem]
    if problems:
        raise CheckFailedError(f"Not reached: {'; '.join(problems)}.")
