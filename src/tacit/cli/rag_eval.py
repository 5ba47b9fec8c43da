"""``tacit rag-eval``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tacit.cli.options import FORCE, JSON, OUT, QUIET, SEED
from tacit.cli.output import present
from tacit.cli.talking import DENSE, MODEL, REWRITE, RISK, VERIFY

DATASET = Annotated[
    str, typer.Option("--dataset", metavar="NAME|PATH", help="mtrag, mtrag-un, or tasks in the official format.")
]
DATA = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="Tables of mtrag and mtrag-un. Default: TACIT_REAL_DATA.")
]
INDEX = Annotated[
    list[str] | None,
    typer.Option(
        "--index", metavar="[NAME=]DIR", help="An index; NAME is a part of the collection's name. Repeatable."
    ),
]


def rag_eval(  # noqa: PLR0917 - one parameter per option
    predictions: Annotated[
        str | None, typer.Argument(metavar="[PREDICTIONS]", help="Predictions in the official format (.jsonl).")
    ] = None,
    index: INDEX = None,
    model: MODEL = None,
    rewrite: REWRITE = False,
    verify: VERIFY = None,
    risk: RISK = None,
    dense: DENSE = None,
    dataset: DATASET = "mtrag-un",
    data: DATA = None,
    qrels: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="Judgements for tasks of your own (.tsv). Repeatable.")
    ] = None,
    systems: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE", help="Other systems: predictions, or a table of system, task_id, text. Repeatable."
        ),
    ] = None,
    submissions: Annotated[
        bool, typer.Option(help="Compare with language models' answers that lie beside the tables of mtrag-un.")
    ] = True,
    level: Annotated[float, typer.Option(help="Nominal coverage of intervals.")] = 0.95,
    out: OUT = None,
    json: JSON = False,
    seed: SEED = 0,
    force: FORCE = False,
    quiet: QUIET = False,
) -> None:
    """How well does a system converse over documents: what it finds, decides and replies?

    Measures predictions, or replies itself from --index. Retrieval is scored exactly as by trec_eval, replies by the
    benchmarks' rules; whatever stands in for a model's judgement is called a proxy. Needs no model and no network.
    DIR/outcomes.parquet is what `tacit compare` reads.

    Exit codes: 0 done, 2 the request is wrong, 3 a file cannot be read, 4 an endpoint failed.
    """
    from tacit.dialogue.measure.api import RagEvalSettings
    from tacit.dialogue.measure.api import rag_eval as run_rag_eval
    from tacit.dialogue.measure.converse import Replying
    from tacit.dialogue.measure.report import print_rag_eval
    from tacit.errors import UsageError
    from tacit.runs.progress import make_progress

    if not index and (model, rewrite, verify, risk, dense) != (None, False, None, None, None):
        raise UsageError("--model, --rewrite, --verify, --risk and --dense are for replying from --index; name one.")

    settings = RagEvalSettings(
        dataset=dataset, data=data, qrels=tuple(qrels or ()), systems=tuple(systems or ()), submissions=submissions,
        level=level, seed=seed,
    )  # fmt: skip
    replying = Replying(tuple(index), model, rewrite, verify, risk, dense) if index else None
    found = run_rag_eval(
        predictions, replying=replying, settings=settings, out=out, force=force,
        progress=make_progress(quiet=quiet, things="tasks"),
    )  # fmt: skip
    present(found, print_rag_eval, json=json, out=out, quiet=quiet)
