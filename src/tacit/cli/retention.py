"""``tacit retention``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from tacit.cli.options import ALLOW_DOWNLOAD, DEVICE, EXAMPLE_MAP, FORCE, JSON, OUT, PRECISION, QUIET, SEED
from tacit.cli.output import present

if TYPE_CHECKING:
    from tacit.models.protocol import Precision
    from tacit.tuning.retention.result import RetentionResult

BASE = Annotated[
    str,
    typer.Argument(
        metavar="BASE",
        help="[NAME=] a folder, hub name (org/name), laboratory, endpoint:MODEL@http://HOST:PORT/v1, or results of "
        "lm-eval.",
    ),
]
TUNED = Annotated[
    list[str], typer.Argument(metavar="TUNED...", help="The tuned models, in the same way; also adapters of PEFT.")
]


def retention(  # noqa: PLR0917 - one parameter per option
    base: BASE,
    tuned: TUNED,
    tasks: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME|FILE", help="In-context task, or a file of your own. Repeatable. Default: all."),
    ] = None,
    shots: Annotated[str, typer.Option(metavar="K,...", help="Numbers of demonstrations.")] = "0,1,2,4,8,16",
    draws: Annotated[int, typer.Option(min=2, help="Draws of demonstrations and their order.")] = 5,
    items: Annotated[int, typer.Option(min=2, help="Questions per task.")] = 100,
    target: Annotated[
        str | None,
        typer.Option(metavar="DATA", help="Examples of the new task, or plain text (.txt): gain, loss, divergence."),
    ] = None,
    columns: EXAMPLE_MAP = None,
    target_examples: Annotated[int, typer.Option(help="Most examples of the target to look at.")] = 200,
    drift_prompts: Annotated[int, typer.Option(help="Prompts on which attention is compared; 0 for none.")] = 16,
    margin: Annotated[float, typer.Option(help="Largest loss that does not matter, as a share.")] = 0.05,
    level: Annotated[float, typer.Option(help="Nominal coverage of intervals.")] = 0.95,
    chance: Annotated[
        list[str] | None,
        typer.Option(metavar="[TASK=]SHARE", help="Logs: accuracy of guessing where they do not say it. Repeatable."),
    ] = None,
    require_kept: Annotated[
        bool, typer.Option("--require-kept", help="Exit with 1 unless every tuned model is shown to have kept it.")
    ] = False,
    device: DEVICE = "auto",
    batch: Annotated[int, typer.Option(min=1, help="Questions at a time; endpoints: on their way at a time.")] = 16,
    precision: PRECISION = "float32",
    allow_download: ALLOW_DOWNLOAD = False,
    out: OUT = None,
    json: JSON = False,
    seed: SEED = 0,
    force: FORCE = False,
    quiet: QUIET = False,
) -> None:
    """How much of its in-context learning has a tuned model kept?

    Asks base and tuned models the same questions after the same demonstrations, on generated tasks that cannot be
    known beforehand, and reports chance-corrected retention with a verdict: kept, broken, or not shown to be kept.
    Keys of endpoints are read from TACIT_API_KEY or OPENAI_API_KEY. DIR/outcomes.parquet is what `tacit compare` reads.

    Exit codes: 0 done, 1 --require-kept does not hold, 2 the request is wrong, 3 a checkpoint or file cannot be read,
    4 an endpoint failed.
    """
    from tacit.cli.scale import pairs
    from tacit.models.protocol import Loading
    from tacit.runs.progress import make_progress
    from tacit.tuning.retention.api import retention as run_retention
    from tacit.tuning.retention.report import print_retention
    from tacit.tuning.retention.settings import RetentionSettings, read_chance, read_shots

    loading = Loading(device=device, batch=batch, precision=cast("Precision", precision), allow_download=allow_download)
    settings = RetentionSettings(
        tasks=tuple(tasks or ()), shots=read_shots(shots), draws=draws, items=items, margin=margin, level=level,
        target_examples=target_examples, drift_prompts=drift_prompts, seed=seed, chance=read_chance(chance or ()),
        loading=loading,
    )  # fmt: skip
    found = run_retention(
        base, tuned, settings=settings, target=target, columns=pairs(columns, "--map"), out=out, force=force,
        progress=make_progress(quiet=quiet, things="questions"),
    )  # fmt: skip
    present(found, print_retention, json=json, out=out, quiet=quiet)
    if require_kept:
        _require(found)


def _require(found: RetentionResult) -> None:
    from tacit.errors import CheckFailedError
    from tacit.io.places import shown

    lost = [f"{shown(one.tuned)} is {one.verdict}" for one in found.comparisons if one.verdict != "kept"]
    if lost:
        raise CheckFailedError(f"--require-kept does not hold: {'; '.join(lost)}.")
