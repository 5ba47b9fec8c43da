"""What conversations are held over: a made-up world of a size, or the passages of a benchmark, as an index."""

from __future__ import annotations

import random
import re
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tacit.dialogue.index.api import Index
from tacit.dialogue.simulate.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tacit.dialogue.protocols import Document
    from tacit.dialogue.simulate.world import Thing


def part(world: World, documents: int) -> World:
    """The first things of a world.

    A smaller world is made of a larger one in this way, and not drawn anew, so that its texts are the same.

    Example:
        >>> from tacit.dialogue.simulate.world import make_world
        >>> len(part(make_world(20, seed=1), 10).documents)
        10
    """
    return World(world.things[:documents], world.documents[:documents])


def thinned(world: World, share: float, seed: int) -> list[Document]:
    """Documents that tell a share of the facts; those told at a smaller share are among those told at a larger one."""
    return [
        replace(document, text=_thinner(thing, document.text, share, seed))
        for thing, document in zip(world.things, world.documents, strict=True)
    ]


def _thinner(thing: Thing, text: str, share: float, seed: int) -> str:
    for attribute in thing.told:
        if random.Random(f"told {seed} {thing.name} {attribute.key}").random() >= share:  # noqa: S311 - not for secrets
            said = attribute.statement.format(
                name=thing.name, it=f"The {thing.kind.noun}", value=thing.facts[attribute.key]
            )
            text = text.replace(said, "")
    return re.sub(r"  +", " ", text)


@contextmanager
def indexed(documents: Sequence[Document]) -> Iterator[Index]:
    """An index of documents, which is gone afterwards."""
    with TemporaryDirectory(prefix="tacit-study-") as folder:
        for document in documents:
            path = Path(folder, "documents", document.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(document.text, encoding="utf-8")
        with indexed_files([Path(folder, "documents")]) as index:
            yield index


@contextmanager
def indexed_files(places: Sequence[Path]) -> Iterator[Index]:
    """An index of files, which is gone afterwards."""
    with TemporaryDirectory(prefix="tacit-study-") as folder:
        Index.build(places, folder)
        with Index.open(Path(folder)) as index:
            yield index


def rivals(world: World) -> dict[str, tuple[str, ...]]:
    """For each question that names a thing, what is told of others of its kind in answer to the same.

    Example:
        >>> from tacit.dialogue.simulate.world import make_world
        >>> world = make_world(10, seed=1)
        >>> question = world.things[0].told[0].question.format(name=world.things[0].name)
        >>> len(rivals(world)[question]) <= 1
        True
    """
    found = {}
    for thing in world.things:
        for attribute in thing.told:
            others = {one.facts.get(attribute.key, "") for one in world.things if one.kind is thing.kind}
            question = attribute.question.format(name=thing.name)
            found[question] = tuple(sorted(others - {thing.facts[attribute.key], ""}))
    return found
