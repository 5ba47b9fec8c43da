"""A project: a folder with the answers, and the images it asks about. Made once, taken up again by the same command."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from tacit._version import __version__
from tacit.captions.detect.protocol import get_detector
from tacit.captions.elicit.images import Gallery, check_image, find_images
from tacit.captions.elicit.questions import parse_ask, questions
from tacit.captions.elicit.store import Entry, Store
from tacit.errors import DataError, UsageError
from tacit.runs.atomic import writing
from tacit.runs.lock import FolderLock
from tacit.runs.progress import NullProgress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.captions.curate.plan import Plan
    from tacit.runs.progress import Progress

DATABASE: Final = "elicit.sqlite"
CACHE: Final = "cache"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a project is to ask.

    Attributes:
        ask: Types to ask for, in this order.
        plan: Which images to ask about and what; without it every image is asked everything, by one person.
        language: ISO 639-1 code of the questions and the answers.
        licence: Under which terms the answers are given, kept with each of them; ``None`` leaves it as it is.
    """

    ask: tuple[str, ...]
    plan: Plan | None = None
    language: str = "en"
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """An open project, which nobody else serves at the same time.

    Attributes:
        folder: Where it is kept.
        store: Its answers.
        gallery: Its images.
    """

    folder: Path
    store: Store
    gallery: Gallery
    _lock: FolderLock = field(repr=False)

    def close(self) -> None:
        """Let go of it."""
        self.store.close()
        self._lock.release()


def open_project(
    images: Path, folder: Path, wanted: Wanted, *, force: bool = False, progress: Progress | None = None
) -> Project:
    """Make a project, or take it up again.

    Every image that is new is drawn once to see whether it can be shown; one that cannot is listed with the reason.

    Args:
        images: The folder of images.
        folder: The project's own; made when missing.
        wanted: What to ask.
        force: Change a project that asks for other types, or about other images. Its answers stay.
        progress: Is told of images.

    Raises:
        UsageError: If the project asks something else and `force` is not given, or there is nothing to ask.
        DataError: If the folder cannot be written, or holds something else.
    """
    questions(wanted.language)
    planned = _planned(find_images(images, leave_out=folder), wanted)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(folder)
    try:
        store = Store.open(folder / DATABASE)
        try:
            _settle(store, images, folder, planned, wanted, force=force, progress=progress or NullProgress())
        except BaseException:
            store.close()
            raise
    except BaseException:
        lock.release()
        raise
    return Project(folder, store, Gallery(images, folder / CACHE), lock)


def _settle(
    store: Store,
    images: Path,
    folder: Path,
    planned: Sequence[Entry],
    wanted: Wanted,
    *,
    force: bool,
    progress: Progress,
) -> None:
    """Make the project what is wanted, unless it is another one already."""
    identity = json.dumps([wanted.ask, wanted.language, [[e.path, e.ask, e.annotators] for e in planned]])
    before = store.settings()
    if store.identity() != identity:
        if store.identity() and not force:
            raise UsageError(_difference(folder, store, planned, wanted))
        store.put_pictures(_checked(images, planned, store, progress))
    detector = get_detector("tacit", wanted.language)
    wordings = {f"question.{t}": questions(wanted.language)[t].wording for t in wanted.ask}
    store.put_settings(
        {
            "identity": identity,
            "ask": ",".join(wanted.ask),
            "language": wanted.language,
            "detector": f"{detector.name} {detector.version}",
            "images": str(images.resolve()),
            "licence": before.get("licence", "") if wanted.licence is None else wanted.licence,
            "tacit": __version__,
            "plan": wanted.plan.model_dump_json() if wanted.plan else "",
            **wordings,
        }
    )


def find_project(folder: Path) -> Store:
    """The answers of a project that is there.

    Raises:
        UsageError: If there is no project in the folder.
    """
    path = folder / DATABASE
    if not path.is_file():
        raise UsageError(f"There is no project in {folder}. Name the folder with --out, or start one without --export.")
    return Store.open(path)


def _planned(found: Sequence[str], wanted: Wanted) -> list[Entry]:
    """The pictures to ask about, in order, not checked yet."""
    if wanted.plan is None:
        return [Entry(path, "", wanted.ask) for path in found]
    paths = _by_name(found)
    entries: dict[str, Entry] = {}
    for item in wanted.plan.items:
        ask = tuple(type_ for type_ in parse_ask(item.ask) if type_ in wanted.ask)
        if not ask:
            continue
        path = paths.get(item.image)
        if path is None:
            path, problem = item.image, "is in the plan and not in the folder of images, or not under a clear name"
        else:
            problem = ""
        if path in entries:
            raise DataError(f"The plan names image {path!r} twice. Name it once, with all that is asked about it.")
        entries[path] = Entry(path, "", ask, item.annotators, problem)
    if all(entry.problem for entry in entries.values()):
        raise UsageError(
            "None of the images that the plan asks about for these types is in the folder. The plan names them "
            "relative to the folder of images, with or without their ending."
        )
    return list(entries.values())


def _by_name(found: Sequence[str]) -> dict[str, str]:
    """Paths under their full names, and under those without ending where that is clear."""
    bare = [PurePosixPath(path).with_suffix("").as_posix() for path in found]
    times = Counter(bare)
    return {name: path for name, path in zip(bare, found, strict=True) if times[name] == 1} | {p: p for p in found}


def _checked(images: Path, planned: Sequence[Entry], store: Store, progress: Progress) -> list[Entry]:
    """The same with digests and problems."""
    known = store.digests()
    digests = {picture.path: known[picture.id] for picture in store.pictures() if not picture.problem}
    progress.start(len(planned))
    entries = []
    for entry in planned:
        digest, problem = digests.get(entry.path, ""), entry.problem
        if not digest and not problem:
            digest, problem = check_image(images, entry.path)
        entries.append(Entry(entry.path, digest, entry.ask, entry.annotators, problem))
        progress.advance(1)
    progress.close()
    return entries


def _difference(folder: Path, store: Store, planned: Sequence[Entry], wanted: Wanted) -> str:
    before, after = {picture.path for picture in store.pictures()}, {entry.path for entry in planned}
    settings = store.settings()
    what = []
    if settings.get("ask") != ",".join(wanted.ask):
        what.append(f"asks for {settings.get('ask')} and not for {','.join(wanted.ask)}")
    if settings.get("language") != wanted.language:
        what.append(f"is in language {settings.get('language')}")
    if before != after:
        what.append(f"has other images ({len(after - before)} new here, {len(before - after)} not there any more)")
    return (
        f"The project in {folder} {', '.join(what) or 'has another plan'}. Choose another --out, or use --force to "
        "change the project; the answers it holds stay."
    )
