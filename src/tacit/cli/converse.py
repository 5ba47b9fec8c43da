"""``tacit converse``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tacit.cli.options import QUIET
from tacit.cli.rag_eval import DATA, INDEX
from tacit.cli.talking import DENSE, MODEL, REWRITE, RISK, VERIFY


def converse(  # noqa: PLR0917 - one parameter per option
    tasks: Annotated[
        str, typer.Argument(metavar="TASKS", help="Tasks in the official format (.jsonl), or mtrag or mtrag-un.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where predictions are written (.jsonl).")],
    index: INDEX = None,
    model: MODEL = None,
    rewrite: REWRITE = False,
    verify: VERIFY = None,
    risk: RISK = None,
    dense: DENSE = None,
    data: DATA = None,
    force: Annotated[bool, typer.Option("--force", help="Drop what another run to --out has not finished.")] = False,
    quiet: QUIET = False,
) -> None:
    """Reply to the last turn of each conversation in a file, from documents that `tacit index` read.

    Each task is written as it came, with contexts (what was retrieved, with scores), predictions (the reply) and
    decision (what was decided and why, options, citations) added; the scorers of MTRAG and SemEval-2026 task 8 read
    it. Of several --index, the collection that a task names picks one. What was cut short goes on with the same
    command.

    Exit codes: 0 done, 2 the request is wrong, 3 a file cannot be read or written, 4 an endpoint failed.
    """
    from contextlib import ExitStack

    from tacit.dialogue.measure.converse import Replying, reply_to
    from tacit.dialogue.measure.converse import converse as run_converse
    from tacit.dialogue.measure.datasets import load_dataset
    from tacit.runs.progress import make_progress

    replying = Replying(tuple(index or ()), model, rewrite, verify, risk, dense)
    with ExitStack() as stack:
        indexes = replying.open(stack)
        run_converse(
            load_dataset(tasks, data=data).tasks, lambda task: reply_to(task, indexes), out,
            identity=replying.identity(), force=force, progress=make_progress(quiet=quiet, things="tasks"),
        )  # fmt: skip
    if not quiet:
        typer.echo(f"Predictions: {out}", err=True)
