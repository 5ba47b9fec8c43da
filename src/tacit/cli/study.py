"""``tacit study``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tacit.cli.options import FORCE, JSON, OUT, QUIET, SEED
from tacit.cli.output import present

NAMES = ("reporting-bias", "forgetting", "conversation")


def study(  # noqa: PLR0917 - one parameter per option
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Which study: reporting-bias, forgetting or conversation.")
    ],
    preset: Annotated[
        str, typer.Option(metavar="NAME", help="default (2 to 8 minutes on 2 cores), full (longer), quick (a look).")
    ] = "default",
    rates: Annotated[
        str | None,
        typer.Option(
            metavar="RATES",
            help='What ordinary captions state: LAION-2B, COCO, ..., or "spatial=0.1%,counting=1.7%,...".',
        ),
    ] = None,
    models: Annotated[
        list[str] | None,
        typer.Option(metavar="RESULTS", help="Results of your own models of several sizes; judged too. Repeatable."),
    ] = None,
    captions: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Your own captions: audited, and the laboratory set to them. Repeatable."),
    ] = None,
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Language of --captions. Default: en.")] = None,
    dataset: Annotated[
        str | None, typer.Option(metavar="NAME", help="Measure the steps on mtrag or mtrag-un as well.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Tables of --dataset. Default: what TACIT_REAL_DATA names.")
    ] = None,
    out: OUT = None,
    device: Annotated[
        str | None, typer.Option(metavar="NAME", help="Where models are trained: cpu (default), cuda, mps.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Models at a time. Default: all processors.")] = None,
    seed: SEED = 0,
    json: JSON = False,
    force: FORCE = False,
    quiet: QUIET = False,
) -> None:
    """A whole loop: measure a gap, judge whether scale closes it, fix it, verify.

    reporting-bias: in a small world whose truth is known, speakers caption pictures as people do on the web. Do models
    trained on that learn to count, to place, to deny, to tell before from after? Does more of the same help? Does
    asking for it, and what does that break? The report says what was found, whatever it is. --rates, --models,
    --captions, --language and --device are its own.

    forgetting: does tuning a model for one skill cost what it learns from demonstrations, and what prevents that? First
    where formulas say it (one layer of linear attention), then in small transformers, each way of tuning stopped at the
    same error on the skill.

    conversation: users talk about a made-up world whose truth is known and are answered from its documents. Which turns
    go wrong, does more text mend them, does each step (resolving, declining, asking back, repairing, compressing), and
    what does it break? --dataset and --data are its own.

    Exit codes: 0 done (claims that do not hold are part of the result), 2 the request is wrong, 3 the data cannot be
    read.
    """
    from tacit.errors import UsageError
    from tacit.runs.progress import make_progress

    if name not in NAMES:
        raise UsageError(f"There is no study {name!r}. There is: {', '.join(NAMES)}.")

    def remark(words: str) -> None:
        if not quiet:
            typer.echo(words, err=True)

    bias = {"--rates": rates, "--models": models, "--captions": captions, "--language": language, "--device": device}
    owned: dict[str, dict[str, object]] = {
        "reporting-bias": {**bias},
        "conversation": {"--dataset": dataset, "--data": data},
    }
    for owner, given in owned.items():
        if name != owner and (foreign := [option for option, value in given.items() if value]):
            raise UsageError(f"{foreign[0]} is an option of the study {owner}. Leave it out.")
    progress = make_progress(quiet=quiet, things="rounds" if name == "conversation" else "models")
    if name == "conversation":
        from tacit.studies.conversation import api as talks
        from tacit.studies.conversation import presets as sizes
        from tacit.studies.conversation import report as page

        if data and not dataset:
            raise UsageError("--data is the folder of a data set: name that too, with --dataset mtrag or mtrag-un.")
        held = talks.conversation(
            sizes.get_preset(preset, seed=seed),
            data=talks.Data(dataset, data) if dataset else None,
            out=out, workers=workers, force=force, progress=progress, remark=remark,
        )  # fmt: skip
        present(held, page.print_study, json=json, out=out, quiet=quiet)
        return
    if name == "forgetting":
        from tacit.studies.forgetting import api, presets, report

        found = api.forgetting(
            presets.get_preset(preset, seed=seed), out=out, workers=workers, force=force, progress=progress,
            remark=remark,
        )  # fmt: skip
        present(found, report.print_study, json=json, out=out, quiet=quiet)
        return
    from tacit.studies.reporting_bias.api import Yours, reporting_bias
    from tacit.studies.reporting_bias.presets import get_preset
    from tacit.studies.reporting_bias.report import print_study

    chosen = get_preset(preset, rates=_rates(rates), seed=seed, device=device or "cpu")
    yours = Yours(tuple(models or ()), tuple(captions or ()), language or "en")
    result = reporting_bias(
        chosen, yours=yours, out=out, workers=workers, force=force, progress=progress, remark=remark
    )
    present(result, print_study, json=json, out=out, quiet=quiet)


def _rates(text: str | None) -> str | dict[str, float] | None:
    """Rates by the name of a corpus, or as shares by type; a type with a share of 0 is one that nobody asks about."""
    if text is None or "=" not in text:
        return text
    from tacit.captions.curate.targets import parse_targets

    given = parse_targets(text, "--rates", none=True)
    return {each.type: float(each.share) for each in given if each.share}
