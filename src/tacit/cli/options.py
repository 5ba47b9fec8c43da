"""Options that several commands have, word for word."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SEED = Annotated[int, typer.Option("--seed", min=0, help="Seed of whatever is drawn.")]
QUIET = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no remarks on standard error.")]
JSON = Annotated[bool, typer.Option("--json", help="Print the result as JSON instead of text.")]
FORCE = Annotated[bool, typer.Option("--force", help="Take --out over from another run.")]
UNIT = Annotated[str, typer.Option(metavar="UNIT", help="Scores are share (0-1), percent (0-100), or auto.")]
EXAMPLE_MAP = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="OURS=YOURS", help="Name a column of the examples, e.g. prompt=question. Repeatable."
    ),
]
MAP = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="OURS=YOURS", help="Rename a column, e.g. params=n_params. Repeatable."),
]
ENGINE = Annotated[str, typer.Option(metavar="NAME", help="local (threads), processes, ray, or a plug-in's name.")]
WORKERS = Annotated[int | None, typer.Option(min=1, help="Units at a time. Default: all processors.")]
RAY_ADDRESS = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="A Ray cluster that runs already, e.g. 10.0.0.1:6379.")
]
PATHS = Annotated[
    list[str],
    typer.Argument(
        metavar="PATHS...", help="Files, folders, globs or addresses (s3://, hf://); together they are one corpus."
    ),
]
TEXT = Annotated[str | None, typer.Option("--text", metavar="COL", help="Column of the captions. Default: guessed.")]
LANGUAGE = Annotated[
    str,
    typer.Option("--language", metavar="CODE", help="ISO 639-1 code of the captions, or auto to tell each caption's."),
]
DETECTOR = Annotated[
    str, typer.Option("--detector", metavar="NAME", help="tacit, kamath2026 (26 keywords), or a plug-in's name.")
]
DEVICE = Annotated[str, typer.Option(metavar="NAME", help="auto, cpu, cuda, cuda:1 or mps.")]
PRECISION = Annotated[str, typer.Option(metavar="TYPE", help="float32, float16 or bfloat16.")]
ALLOW_DOWNLOAD = Annotated[
    bool, typer.Option("--allow-download", help="Fetch models that are not here from the Hugging Face hub.")
]
OUT = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder for report and results; makes the run resumable.")
]
