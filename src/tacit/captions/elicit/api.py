"""`tacit elicit` as functions: `serve` asks people, `export` writes what they answered."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tacit.captions.curate.plan import Plan
from tacit.captions.detect.hits import TYPES
from tacit.captions.elicit.export import Only, export_answers
from tacit.captions.elicit.links import Links, open_links
from tacit.captions.elicit.project import Wanted, find_project, open_project
from tacit.captions.elicit.questions import parse_ask
from tacit.errors import MissingExtraError
from tacit.web.listening import Address, bracketed, is_exposed, listen, run

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from tacit.captions.elicit.project import Project
    from tacit.runs.progress import Progress

_RISK: Final = "the links and what is written"
"""What others could read on the way to a server that is reached from other machines."""


@dataclass(frozen=True, slots=True)
class Started:
    """What `serve` tells when people can begin.

    Attributes:
        base: Address of the server, e.g. ``http://127.0.0.1:8765``.
        links: Everyone's link.
        links_file: Where they are written.
        project: The project.
        exposed: Whether other machines can reach it.
    """

    base: str
    links: Links
    links_file: Path
    project: Project
    exposed: bool


def serve(
    images: str | os.PathLike[str],
    *,
    wanted: Wanted,
    out: str | os.PathLike[str] = "elicit",
    annotators: Sequence[str] = (),
    address: Address | None = None,
    force: bool = False,
    progress: Progress | None = None,
    started: Callable[[Started], None] | None = None,
) -> None:
    """Ask people about images until it is interrupted.

    Args:
        images: The folder of images.
        wanted: What to ask; see `wanted_of`.
        out: The project's folder; the same one takes the project up again, with the same links.
        annotators: Names; each gets a link. Those who have one keep it. A new project has at least one.
        address: Where to listen.
        force: Change a project that asks for something else; its answers stay.
        progress: Is told of images while they are checked.
        started: Is called when people can begin.

    Raises:
        UsageError: If something asked for is not there, the port is taken, or the address is not a loopback's and
            `Address.exposed` is not set.
        MissingExtraError: If the packages of the extra ``elicit`` are not installed.
        DataError: If the project's folder cannot be written or holds something else.
    """
    _require_packages()
    address = address or Address()
    exposed = is_exposed(address, _RISK)
    from tacit.captions.elicit.web.app import make_app

    # Bound first: nothing is made for a server that cannot be.
    with (
        closing(listen(address)) as listening,
        closing(open_project(Path(images), Path(out), wanted, force=force, progress=progress)) as project,
    ):
        base = f"http://{bracketed(address.host)}:{listening.getsockname()[1]}"
        links = open_links(project.store, project.folder, annotators)
        told = Started(base, links, links.write(project.folder, base), project, exposed)
        if started is not None:
            started(told)
        run(make_app(project, [bracketed(address.host)]), listening)


def wanted_of(
    ask: str | None = None,
    *,
    plan: str | os.PathLike[str] | None = None,
    language: str = "en",
    licence: str | None = None,
) -> Wanted:
    """What a project is to ask, from words.

    Args:
        ask: Types with commas between them; all of the plan's, or all there are, when ``None``.
        plan: An annotation plan, as `tacit plan` writes it.
        language: ISO 639-1 code of questions and answers.
        licence: Under which terms the answers are given; kept with each.

    Raises:
        UsageError: If a type is not one.
        DataError: If the plan cannot be read.

    Example:
        >>> wanted_of("spatial,negation").ask
        ('spatial', 'negation')
    """
    read = Plan.read(plan) if plan is not None else None
    if ask is not None:
        asked = parse_ask(ask)
    elif read is not None:
        named = {type_ for item in read.items for type_ in item.ask}
        asked = parse_ask([type_ for type_ in TYPES if type_ in named])
    else:
        asked = TYPES
    return Wanted(asked, read, language, licence)


def export(out: str | os.PathLike[str], path: str | os.PathLike[str], *, only: Only = "all") -> int:
    """Write a project's answers to a file; see `tacit.captions.elicit.export.export_answers`.

    Args:
        out: The project's folder. Its server may be running.
        path: The file; its ending says how: parquet, jsonl, csv or tar.
        only: ``all`` or ``accepted``.

    Returns:
        How many answers were written.

    Raises:
        UsageError: If there is no project, or the ending is not known.
        DataError: If the file cannot be written, or an image has changed (tar).
    """
    with closing(find_project(Path(out))) as store:
        return export_answers(store, Path(path), only=only)


def _require_packages() -> None:
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("starlette", "uvicorn", "jinja2", "python_multipart", "PIL")):
        raise MissingExtraError("tacit elicit", "elicit")
