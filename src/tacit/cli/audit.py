"""``tacit audit``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tacit.cli.options import (
    DETECTOR,
    ENGINE,
    FORCE,
    JSON,
    LANGUAGE,
    OUT,
    PATHS,
    QUIET,
    RAY_ADDRESS,
    SEED,
    TEXT,
    WORKERS,
)
from tacit.cli.output import present


def audit(  # noqa: PLR0917 - one parameter per option
    paths: PATHS,
    text: TEXT = None,
    group_by: Annotated[
        str | None, typer.Option("--group-by", metavar="COL", help="Also give rates for each value of this column.")
    ] = None,
    language: LANGUAGE = "en",
    detector: DETECTOR = "tacit",
    compare: Annotated[
        str | None, typer.Option(metavar="NAME", help="A second detector: what does each find that the other misses?")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Labels of captions of this corpus; corrects the rates.")
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What the images hold (table, or COCO JSON): was it there to report?"),
    ] = None,
    image: Annotated[
        str | None, typer.Option("--image", metavar="COL", help="Column that names each caption's image.")
    ] = None,
    check: Annotated[
        list[str] | None,
        typer.Option(metavar="EXPR", help='Exit with 1 unless this holds, e.g. "negation.true >= 0.01". Repeatable.'),
    ] = None,
    out: OUT = None,
    hits: Annotated[Path | None, typer.Option(metavar="FILE", help="Write every hit to this parquet file.")] = None,
    json: JSON = False,
    engine: ENGINE = "local",
    workers: WORKERS = None,
    ray_address: RAY_ADDRESS = None,
    seed: SEED = 0,
    force: FORCE = False,
    quiet: QUIET = False,
) -> None:
    """What do these captions leave unsaid?

    Measures how often captions state counts, spatial relations, negation and what happened before or after: the things
    that people rarely say and that models therefore do not learn from captions, however many there are.

    Exit codes: 0 done, 1 a --check does not hold, 2 the request is wrong, 3 the data cannot be read.
    """
    from tacit.captions.audit.api import audit as run_audit
    from tacit.captions.audit.report import print_audit
    from tacit.captions.audit.result import AuditResult
    from tacit.errors import CheckFailedError
    from tacit.runs.progress import make_progress

    def remark(words: str) -> None:
        if not quiet:
            typer.echo(words, err=True)

    result: AuditResult = run_audit(
        paths, text=text, group_by=group_by, language=language, detector=detector, compare=compare, labels=labels,
        facts=facts, image=image, checks=tuple(check or ()), out=out, hits=hits, engine=engine, workers=workers,
        ray_address=ray_address, seed=seed, force=force, progress=make_progress(quiet=quiet), remark=remark,
    )  # fmt: skip
    present(result, print_audit, json=json, out=out, quiet=quiet)
    if hits is not None:
        remark(f"Hits: {hits}")
    failed = [entry for entry in result.checks if not entry.holds]
    if failed:
        raise CheckFailedError("\n".join(f"{entry.expression} does not hold. {entry.detail}" for entry in failed))
