"""``tacit label``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tacit.cli.options import DETECTOR, LANGUAGE, PATHS, QUIET, SEED, TEXT


def label(  # noqa: PLR0917 - one parameter per option
    paths: PATHS,
    labels: Annotated[Path, typer.Option(metavar="FILE", help="Where labels are kept (JSON Lines); is added to.")],
    number: Annotated[int, typer.Option(metavar="N", help="How many captions to label this time.")] = 100,
    text: TEXT = None,
    language: LANGUAGE = "en",
    detector: DETECTOR = "tacit",
    seed: SEED = 0,
    quiet: QUIET = False,
) -> None:
    """Label the captions that would sharpen an audit most.

    Draws captions at random from those with hits and from those without, as many of each as help most, and asks about
    one after the other. Every answer is kept at once; quit with q and go on later with the same command. In the end it
    says what the labels tell, and how many more would halve each interval. Then: tacit audit PATHS --labels FILE.
    """
    import sys
    from io import TextIOWrapper

    from tacit.captions.audit.draw import draw, standing
    from tacit.captions.audit.session import describe, label_captions
    from tacit.runs.progress import make_progress

    def ask(prompt: str) -> str | None:
        sys.stdout.write(prompt)
        sys.stdout.flush()
        line = sys.stdin.readline()
        return line.rstrip("\n") if line else None

    drawn = draw(
        paths, labels, number=number, text=text, language=language, detector=detector, seed=seed,
        progress=make_progress(quiet=quiet),
    )  # fmt: skip
    if not quiet:
        typer.echo(f"The captions are in column {drawn.text!r}; {drawn.tally.audited:,} could be drawn from.", err=True)
    if isinstance(sys.stdin, TextIOWrapper):
        # What is typed or piped in another encoding is a wrong answer, and no reason to stop.
        sys.stdin.reconfigure(errors="replace")
    try:
        known = label_captions(drawn, labels, ask=ask, say=typer.echo)
    except KeyboardInterrupt:
        typer.echo("\nEvery answer was kept; the same command goes on from there.", err=True)
        raise
    if known.labels:
        typer.echo(describe(standing(drawn, known)))
