"""``tacit index``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tacit.cli.options import ALLOW_DOWNLOAD, DEVICE, JSON, QUIET
from tacit.cli.output import present

DOCS = Annotated[
    list[str],
    typer.Argument(
        metavar="DOCS...",
        help="Files and folders: md, txt, rst, html, pdf, docx, py; jsonl, parquet, csv with _id, title, text.",
    ),
]


def index(  # noqa: PLR0917 - one parameter per option
    docs: DOCS,
    out: Annotated[Path, typer.Option(metavar="INDEX", help="Folder of the index; brought up to date if it is there.")],
    words: Annotated[int, typer.Option(help="Words of a passage, about.")] = 180,
    overlap: Annotated[int, typer.Option(help="Words that a passage shares with the one before.")] = 30,
    dense: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Vectors too: minilm, sentence-transformers:FOLDER, model2vec:FOLDER or endpoint:MODEL@http://....",
        ),
    ] = None,
    device: DEVICE = "auto",
    allow_download: ALLOW_DOWNLOAD = False,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Make an index of documents for `tacit chat`, or bring it up to date.

    Reads only what changed since; takes out what is gone. May be interrupted at any moment, and searched meanwhile.
    Nothing in a document is run, fetched or unpacked to disk. What cannot be read is listed with the reason.

    Exit codes: 0 done, 2 the request is wrong, 3 nothing could be read or the index cannot be written, 4 an endpoint
    failed.
    """
    from tacit.dialogue.index.api import Index
    from tacit.dialogue.index.report import print_report
    from tacit.dialogue.index.settings import IndexSettings
    from tacit.runs.progress import make_progress

    settings = IndexSettings(words=words, overlap=overlap)
    embedder = None
    if dense is not None:
        from tacit.dialogue.engines.embedders import load_embedder

        embedder = load_embedder(dense, allow_download=allow_download, device=device)
    progress = make_progress(quiet=quiet, things="passages")
    report = Index.build(docs, out, settings=settings, embedder=embedder, progress=progress)
    present(report, print_report, json=json, out=None, quiet=quiet)
