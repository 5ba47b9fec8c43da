"""``tacit probe``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from tacit.cli.options import ALLOW_DOWNLOAD, DEVICE, FORCE, JSON, OUT, PRECISION, QUIET, SEED
from tacit.cli.output import present

if TYPE_CHECKING:
    from tacit.models.protocol import Precision, Scoring

OPTIONS = Annotated[
    Path,
    typer.Argument(
        metavar="OPTION_SET",
        help="JSON Lines or parquet: image, options, answer, capability; optionally id, cluster, variant.",
    ),
]


def probe(  # noqa: PLR0917 - one parameter per option
    options: OPTIONS,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[NAME=]ADDRESS",
            help="open_clip:ViT-B-32:/path/model.safetensors, hf:/path/to/folder, or a plug-in's. Repeatable.",
        ),
    ] = None,
    images: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the images are. Default: beside OPTION_SET.")
    ] = None,
    control: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Also ask with a grey image (blind) or another's (shuffled). Repeatable."),
    ] = None,
    systems: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Table of what is known of models: system, family, samples, params, ..."),
    ] = None,
    scoring: Annotated[
        str,
        typer.Option(metavar="HOW", help="Generative models: likelihood per byte (normalised), total, or letters."),
    ] = "normalised",
    prompt: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Generative models: the question before the options.")
    ] = None,
    device: DEVICE = "auto",
    batch: Annotated[int, typer.Option(min=1, help="Images at a time.")] = 16,
    precision: PRECISION = "float32",
    allow_download: ALLOW_DOWNLOAD = False,
    out: OUT = None,
    json: JSON = False,
    seed: SEED = 0,
    force: FORCE = False,
    quiet: QUIET = False,
) -> None:
    """Which caption of an image does a model hold for the right one?

    Asks checkpoints to choose among captions of an image: accuracy per capability beside chance, with controls that
    show what can be solved without looking. Without --model, only the option set is checked. DIR/outcomes.parquet is
    what `tacit scale` and `tacit compare` read.

    Exit codes: 0 done, 2 the request is wrong, 3 the option set or a checkpoint cannot be read.
    """
    from tacit.captions.probe.api import probe as run_probe
    from tacit.captions.probe.report import print_probe
    from tacit.captions.probe.settings import ProbeSettings
    from tacit.io.option_sets import read_option_set
    from tacit.models.protocol import PROMPT, Loading
    from tacit.runs.progress import make_progress

    loading = Loading(
        device=device, batch=batch, precision=cast("Precision", precision), allow_download=allow_download,
        scoring=cast("Scoring", scoring), prompt=PROMPT if prompt is None else prompt,
    )  # fmt: skip
    settings = ProbeSettings(controls=tuple(control or ()), seed=seed, loading=loading)
    found = run_probe(
        read_option_set(options, images), model or [], settings=settings, systems=systems, out=out, force=force,
        progress=make_progress(quiet=quiet, things="items"),
    )  # fmt: skip
    present(found, print_probe, json=json, out=out, quiet=quiet)
