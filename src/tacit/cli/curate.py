"""``tacit curate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tacit.cli.options import DETECTOR, ENGINE, FORCE, JSON, LANGUAGE, PATHS, QUIET, RAY_ADDRESS, SEED, TEXT, WORKERS
from tacit.cli.output import present


def curate(  # noqa: PLR0917 - one parameter per option
    paths: PATHS,
    target: Annotated[
        str, typer.Option(metavar="SHARES", help='Wanted share of each type, e.g. "negation=5%,spatial=15%".')
    ],
    budget: Annotated[int, typer.Option(metavar="N", min=1, help="How many captions to choose, repetitions included.")],
    max_repeat: Annotated[
        int, typer.Option(metavar="K", min=1, help="How often one caption may be taken where a target needs it.")
    ] = 1,
    exclude_benchmarks: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Evaluation items: leave captions out that overlap them. Repeatable."),
    ] = None,
    text: TEXT = None,
    id: Annotated[
        str | None, typer.Option("--id", metavar="COL", help="Column that names the captions. Default: file and row.")
    ] = None,
    language: LANGUAGE = "en",
    detector: DETECTOR = "tacit",
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Labels of captions of this corpus: how often is a hit right?")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for selection and report; makes the run resumable.")
    ] = None,
    json: JSON = False,
    engine: ENGINE = "local",
    workers: WORKERS = None,
    ray_address: RAY_ADDRESS = None,
    seed: SEED = 0,
    force: FORCE = False,
    quiet: QUIET = False,
) -> None:
    """Choose captions that say what captions leave unsaid.

    Takes existing captions so that a wanted share of them states each type, spread evenly over sub-types and over the
    numbers stated, and fills the budget at random from the rest. Says when the corpus does not hold enough.

    Exit codes: 0 done, 1 a target was not reached (the selection is still written), 2 the request is wrong, 3 the
    data cannot be read.
    """
    from tacit.captions.curate.api import curate as run_curate
    from tacit.captions.curate.report import print_curate
    from tacit.captions.curate.result import CurateResult
    from tacit.errors import CheckFailedError
    from tacit.runs.progress import make_progress

    def remark(words: str) -> None:
        if not quiet:
            typer.echo(words, err=True)

    result: CurateResult = run_curate(
        paths, target=target, budget=budget, max_repeat=max_repeat, exclude_benchmarks=exclude_benchmarks or (),
        text=text, id=id, language=language, detector=detector, labels=labels, out=out, engine=engine, workers=workers,
        ray_address=ray_address, seed=seed, force=force, progress=make_progress(quiet=quiet), remark=remark,
    )  # fmt: skip
    present(result, print_curate, json=json, out=out, quiet=quiet)
    if out is not None:
        remark(f"Selection: {out / 'chosen.parquet'}")
    short = [outcome for outcome in result.types if not outcome.met]
    if short:
        told = ", ".join(f"{o.type} ({o.chosen:,} of {o.wanted:,} wanted)" for o in short)
        raise CheckFailedError(f"Not reached: {told}.")
