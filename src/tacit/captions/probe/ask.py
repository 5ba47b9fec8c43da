"""Asks models: items in pieces, each piece kept in the journal when it is done, no model loaded without need."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tacit.captions.probe.pictures import exchanged, grey_picture, read_picture
from tacit.captions.probe.settings import AS_ASKED
from tacit.errors import DataError, TacitError
from tacit.io.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from PIL.Image import Image

    from tacit.captions.probe.settings import Condition, ProbeSettings
    from tacit.io.option_sets import OptionItem, OptionSet
    from tacit.models.protocol import Attribute, Model, OptionScorer
    from tacit.runs.journal import Journal
    from tacit.runs.progress import Progress

PIECE: Final = 64
"""Items between two entries of the journal: what a run that is killed has to do again at most."""
_WORDS: Final = 300
NOT_FINITE: Final = "score not finite"
NO_OTHER: Final = "no other image"

Scores = list[float] | str
"""One number per option, or why there is none."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What one model answered.

    Attributes:
        system: Name of the model.
        attributes: What the model said of itself.
        scores: Per condition, what each item of the set got, in its order.
    """

    system: str
    attributes: Mapping[str, Attribute]
    scores: Mapping[Condition, Sequence[Scores]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some items under one condition, and its number in the journal."""

    number: int
    model: int
    condition: Condition
    start: int
    items: tuple[OptionItem, ...]


def ask(
    options: OptionSet,
    models: Sequence[Model],
    settings: ProbeSettings,
    contents: Mapping[str, str],
    *,
    journal: Journal | None,
    progress: Progress,
) -> list[Answers]:
    """Ask every model about every item under every condition.

    Args:
        options: The items.
        models: Loaded one at a time, and only if the journal lacks something of theirs.
        settings: Which conditions.
        contents: Hash of each image.
        journal: Where pieces are kept, and found again.
        progress: Is told of items, over all models and conditions.

    Returns:
        The answers, in the order of the models.

    Raises:
        DataError: If a model fails, or answers with something other than a number per option.
    """
    pieces = list(_pieces(options, len(models), settings))
    kept = {} if journal is None else {at: json.loads(content) for at, content in journal.payloads()}
    images = _Images(options, settings, contents)
    try:
        progress.start(
            sum(len(p.items) for p in pieces), done_rows=sum(len(p.items) for p in pieces if p.number in kept)
        )
        for at, model in enumerate(models):
            todo = [piece for piece in pieces if piece.model == at and piece.number not in kept]
            scorer = model.load() if todo else None
            for piece in todo:
                assert scorer is not None  # noqa: S101 - for the type checker: it is loaded when there is something to do
                kept[piece.number] = _ask_piece(scorer, piece, images)
                if journal is not None:
                    journal.record(piece.number, json.dumps(kept[piece.number]).encode())
                progress.advance(len(piece.items))
            del scorer  # before the next one is loaded: two large models need not fit
    finally:
        progress.close()
    return [_put_together(model.name, [p for p in pieces if p.model == at], kept) for at, model in enumerate(models)]


def _pieces(options: OptionSet, models: int, settings: ProbeSettings) -> Iterator[_Piece]:
    number = 0
    for model in range(models):
        for condition in settings.conditions:
            for start in range(0, len(options.items), PIECE):
                yield _Piece(number, model, condition, start, options.items[start : start + PIECE])
                number += 1


def _ask_piece(scorer: OptionScorer, piece: _Piece, images: _Images) -> dict[str, Any]:
    seen = images.of(piece)
    asked = [(item, image) for item, image in zip(piece.items, seen, strict=True) if not isinstance(image, str)]
    found = _scores(scorer, asked) if asked else []
    if len(found) != len(asked):
        raise DataError(f"Model {scorer.name!r} was asked about {len(asked)} items and answered for {len(found)}.")
    answers = iter(_checked(scorer.name, item, scores) for (item, _), scores in zip(asked, found, strict=True))
    scores = [image if isinstance(image, str) else next(answers) for image in seen]
    return {"attributes": dict(scorer.attributes), "scores": scores}


def _scores(scorer: OptionScorer, asked: Sequence[tuple[OptionItem, Image]]) -> Sequence[Sequence[float] | str]:
    try:
        return scorer.score([image for _, image in asked], [item.options for item, _ in asked])
    except (TacitError, MemoryError):
        raise
    except Exception as error:  # libraries and plug-ins raise what they like; the message must name the model
        said = shown(f"{type(error).__name__}: {error}"[:_WORDS])
        raise DataError(
            f"Model {shown(scorer.name)!r} failed on items {shown(asked[0][0].id)!r} to {shown(asked[-1][0].id)!r}: "
            f"{said} If it ran out of memory, ask less at a time: --batch 1."
        ) from error


def _checked(name: str, item: OptionItem, scores: Sequence[float] | str) -> Scores:
    if isinstance(scores, str):
        return scores
    numbers = [float(score) for score in scores]
    if len(numbers) != len(item.options):
        raise DataError(
            f"Model {name!r} gave {len(numbers)} scores for the {len(item.options)} options of item {item.id!r}."
        )
    return numbers if all(map(math.isfinite, numbers)) else NOT_FINITE


def _put_together(system: str, pieces: Sequence[_Piece], kept: Mapping[int, Any]) -> Answers:
    scores: dict[Condition, list[Scores]] = {}
    for piece in pieces:
        scores.setdefault(piece.condition, []).extend(kept[piece.number]["scores"])
    return Answers(system, kept[pieces[0].number]["attributes"], scores)


class _Images:
    """What each item is shown under each condition."""

    def __init__(self, options: OptionSet, settings: ProbeSettings, contents: Mapping[str, str]) -> None:
        self._options = options
        self._other: list[int | None] = []
        if "shuffled" in settings.conditions:
            items = options.items
            self._other = exchanged([i.capability for i in items], [contents[i.image] for i in items], settings.seed)
        self._grey: Image | None = None

    def of(self, piece: _Piece) -> list[Image | str]:
        """The images of a piece, or why there is none; items that share one get the same object."""
        if piece.condition == "blind":
            self._grey = self._grey or grey_picture()
            return [self._grey] * len(piece.items)
        names: list[str | None] = [item.image for item in piece.items]
        if piece.condition != AS_ASKED:
            others = self._other[piece.start : piece.start + len(piece.items)]
            names = [None if at is None else self._options.items[at].image for at in others]
        read = {name: read_picture(self._options.folder / name) for name in dict.fromkeys(names) if name is not None}
        return [NO_OTHER if name is None else read[name] for name in names]
