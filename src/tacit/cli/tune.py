"""``tacit tune``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from tacit.cli.options import ALLOW_DOWNLOAD, DEVICE, EXAMPLE_MAP, FORCE, JSON, QUIET, SEED
from tacit.cli.output import present
from tacit.errors import UsageError
from tacit.io.places import shown

if TYPE_CHECKING:
    from tacit.tuning.train.settings import Precision, TooLong


def tune(  # noqa: PLR0917 - one parameter per option
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="Folder as transformers saves it, hub name (org/name[@revision]), or laboratory."
        ),
    ],
    data: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DATA...]",
            help="JSON Lines, JSON, parquet, Arrow or CSV with prompt and completion, or chats; hf:// addresses too.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for model, report and results; makes the run resumable.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only check where the values are, by perturbing them. Needs no DATA.")
    ] = False,
    update: Annotated[
        str,
        typer.Option(
            metavar="SET",
            help="What trains: value, output, value+output, attention, mlp, all, random (a control of value's "
            "size), lora-value, lora-output, lora-value+output, lora (attention) or lora-mlp.",
        ),
    ] = "value",
    scope: Annotated[
        str | None, typer.Option(metavar="TOWER", help="Where a model has several: language, vision, audio, ...")
    ] = None,
    layers: Annotated[
        str | None, typer.Option(metavar="WHICH", help="Only these, from 0: 0-3, 0,2, first:4 or last:4. Default: all.")
    ] = None,
    rank: Annotated[int, typer.Option(min=1, help="Rank of LoRA updates.")] = 8,
    keep: Annotated[
        str,
        typer.Option(
            metavar="HOW",
            help="Hold the model to its base: few-shot (goes on answering few-shot prompts from other "
            "tasks as the base does; keeps most), kl (answers to your data), l2 or ewc (weights), or none.",
        ),
    ] = "none",
    keep_weight: Annotated[float, typer.Option(metavar="W", help="Weight of --keep beside the loss.")] = 1.0,
    keep_data: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Examples of other tasks for --keep. Default: generated tasks. Repeatable."),
    ] = None,
    few_shot_loss: Annotated[
        float,
        typer.Option(
            metavar="W",
            help="Also train on few-shot prompts of DATA, with a weight that falls from W to 0. Helps this "
            "task at that number of demonstrations, and costs all other tasks.",
        ),
    ] = 0.0,
    shots: Annotated[
        int, typer.Option(min=1, help="Demonstrations in the prompts of --few-shot-loss and --keep few-shot.")
    ] = 8,
    average: Annotated[
        str | None,
        typer.Option(metavar="ALPHA", help="At the end keep this share of the change (0-1), or auto: by retention."),
    ] = None,
    stop_at_retention: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Stop when less than this share of the few-shot ability is left, e.g. .95, and keep "
            "the best checkpoint before. Checked early and often.",
        ),
    ] = None,
    measure: Annotated[
        bool, typer.Option("--measure/--no-measure", help="Measure what is left of the few-shot ability on the way.")
    ] = True,
    lr: Annotated[
        float | None, typer.Option(metavar="RATE", help="Learning rate. Default: 1e-4; LoRA 2e-4; all 2e-5.")
    ] = None,
    epochs: Annotated[float, typer.Option(metavar="N", help="Times through DATA.")] = 3.0,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps, instead of --epochs.")] = None,
    batch: Annotated[int, typer.Option(min=1, help="Sequences at a time, on each device.")] = 8,
    accumulate: Annotated[int, typer.Option(min=1, help="Batches in a step.")] = 1,
    max_length: Annotated[int, typer.Option(metavar="N", help="Most tokens of an example.")] = 1024,
    too_long: Annotated[
        str, typer.Option(metavar="HOW", help="Longer ones: error, drop, or truncate-prompt (its beginning).")
    ] = "error",
    packing: Annotated[bool, typer.Option("--packing", help="Put several short examples into one sequence.")] = False,
    template: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="How DATA is written out: text with {prompt}, chat, or a Jinja file."),
    ] = None,
    columns: EXAMPLE_MAP = None,
    drop_empty: Annotated[
        bool, typer.Option("--drop-empty", help="Leave out, and count, rows without a completion.")
    ] = False,
    held_out: Annotated[float, typer.Option(metavar="SHARE", help="Share of DATA to keep for checks.")] = 0.05,
    precision: Annotated[
        str, typer.Option(metavar="TYPE", help="float32, bfloat16 or float16. What trains is kept in float32.")
    ] = "float32",
    device: DEVICE = "auto",
    allow_download: ALLOW_DOWNLOAD = False,
    json: JSON = False,
    seed: SEED = 0,
    force: FORCE = False,
    quiet: QUIET = False,
) -> None:
    """Teach a language model a skill without losing what it learns from demonstrations.

    Trains the value projections alone (or another set), exactly: every other number of the model stays bit by bit what
    it was, and DIR/model has the layout of MODEL, or is an adapter of PEFT for LoRA. What trains is proved by
    perturbation first. On the way it measures what is left of the few-shot ability on generated tasks.

    Cut short, the same command goes on from the last complete checkpoint. On several devices: accelerate launch -m
    tacit tune ...

    Exit codes: 0 done, 1 the check of the values does not hold, 2 the request is wrong, 3 the model or data cannot be
    read, or the loss is no number any more.
    """
    if check:
        _check(model, scope=scope, seed=seed, allow_download=allow_download, json=json)
        return
    if not data or out is None:
        raise UsageError("Tuning needs DATA to learn from and --out DIR for the result; only --check needs neither.")
    from tacit.cli.scale import pairs
    from tacit.tuning.train.api import RunOptions
    from tacit.tuning.train.api import tune as run_tune
    from tacit.tuning.train.report import print_tune
    from tacit.tuning.train.settings import TuneSettings

    settings = TuneSettings(
        update=update, scope=scope, layers=layers, rank=rank, keep=keep, keep_weight=keep_weight, shots=shots,
        few_shot_loss=few_shot_loss, average=_average(average), stop_at_retention=stop_at_retention, measure=measure,
        learning_rate=lr, epochs=epochs, steps=steps, batch=batch, accumulate=accumulate, max_length=max_length,
        too_long=cast("TooLong", too_long), packing=packing, template=template, held_out=held_out,
        precision=cast("Precision", precision), device=device, seed=seed,
    )  # fmt: skip
    how = RunOptions(allow_download=allow_download, force=force, show=not quiet)
    found = run_tune(
        model, data, out=out, settings=settings, keep_data=keep_data or (), columns=pairs(columns, "--map"),
        drop_empty=drop_empty, how=how,
    )  # fmt: skip
    if os.environ.get("RANK", "0") == "0":
        present(found, print_tune, json=json, out=out, quiet=quiet)


def _average(told: str | None) -> float | None:
    from tacit.tuning.train.settings import AUTO

    if told is None or told == "auto":
        return None if told is None else AUTO
    try:
        return float(told)
    except ValueError:
        raise UsageError(f"--average {shown(told)}: it must be above 0 and at most 1, or auto.") from None


def _check(model: str, *, scope: str | None, seed: int, allow_download: bool, json: bool) -> None:
    """Say where the values are, and whether that is so."""
    from tacit.tuning.train.api import check_model

    found = check_model(model, scope=scope, seed=seed, allow_download=allow_download)
    typer.echo(found.to_json() if json else found.summary(), nl=not json)
    found.raise_if_wrong()
