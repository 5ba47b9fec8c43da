"""Captions of a whole set of scenes, with the truth beside them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tacit.captions.detect.hits import TYPES
from tacit.captions.world.language import Mixed
from tacit.captions.world.pictures import PLACE
from tacit.captions.world.scene import LANDMARKS
from tacit.captions.world.speakers.telling import pick, similar
from tacit.errors import DataError
from tacit.evidence.estimate import Estimate
from tacit.evidence.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from tacit.captions.world.language import Language
    from tacit.captions.world.scene import Scene, Sort
    from tacit.captions.world.speakers.telling import Speaker
    from tacit.captions.world.statement import Statement


@dataclass(frozen=True, slots=True)
class Captions:
    """One caption for each of several scenes.

    Attributes:
        images: What the scene's picture is called.
        texts: The captions.
        statements: What they say.
        scenes: What they are said of.
        languages: Code of the language of each.
        speaker: Name of who said them.
    """

    images: tuple[str, ...]
    texts: tuple[str, ...]
    statements: tuple[Statement, ...]
    scenes: tuple[Scene, ...]
    languages: tuple[str, ...]
    speaker: str

    def __len__(self) -> int:
        return len(self.texts)

    def to_frame(self) -> pl.DataFrame:
        """One row per caption.

        Returns:
            Columns ``image``, ``caption``, ``language``, ``speaker``, and for each type ``TYPE_there`` (there is
            something to report) and ``TYPE_stated`` (the caption reports it).
        """
        import polars as pl

        there = [scene.opportunities() for scene in self.scenes]
        stated = [statement.states() for statement in self.statements]
        truth = {}
        for type_ in TYPES:
            truth[f"{type_}_there"] = [type_ in types for types in there]
            truth[f"{type_}_stated"] = [type_ in types for types in stated]
        said = {"image": self.images, "caption": self.texts, "language": self.languages}
        return pl.DataFrame({**said, "speaker": [self.speaker] * len(self), **truth})


def image_name(index: int) -> str:
    """What the picture of a scene is called: ``scene-000007``."""
    return f"scene-{index:06d}"


def make_captions(
    scenes: Sequence[Scene], speaker: Speaker, language: Language | Mixed, seed: int, *, first: int = 0
) -> Captions:
    """Let a speaker caption scenes.

    Args:
        scenes: What to caption.
        speaker: Who captions.
        language: In which language, or mixture of languages.
        seed: Of everything that is drawn. The captions of the first scenes do not depend on how many follow.
        first: Number of the first scene in the names of images.

    Example:
        >>> from tacit.captions.world.language import get_language
        >>> from tacit.captions.world.scene import draw_scene
        >>> from tacit.captions.world.speakers.pragmatic import PragmaticSpeaker
        >>> rng = np.random.default_rng(5)
        >>> scenes = [draw_scene(rng) for _ in range(3)]
        >>> for text in make_captions(scenes, PragmaticSpeaker.reporting("COCO"), get_language("en"), seed=1).texts:
        ...     print(text)
        a blue square with a flash and a blue circle and a house
        a blue circle with a spin left of a house
        a red triangle and a house and a red circle
    """
    rng = np.random.default_rng(seed)
    statements, texts, codes = [], [], []
    for scene in scenes:
        statement = speaker.choose(scene, rng)
        spoken = language.draw(rng) if isinstance(language, Mixed) else language
        statements.append(statement)
        texts.append(spoken.say(statement))
        codes.append(spoken.code)
    images = tuple(image_name(first + index) for index in range(len(scenes)))
    return Captions(images, tuple(texts), tuple(statements), tuple(scenes), tuple(codes), speaker.name)


def reported(scenes: Sequence[Scene], statements: Sequence[Statement], level: float = 0.95) -> dict[str, Estimate]:
    """Share of captions that state a type where there was something to report, counted from the truth.

    Args:
        scenes: What was captioned.
        statements: What was said of each, in the same order.
        level: Nominal coverage of the Wilson intervals.

    Returns:
        An estimate for each type, over the scenes that gave occasion for it; missing where none did.

    Raises:
        DataError: If there is not one statement per scene.
    """
    if len(scenes) != len(statements):
        raise DataError(f"There are {len(scenes)} scenes and {len(statements)} statements; each scene needs one.")
    there: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for scene, statement in zip(scenes, statements, strict=True):
        types = scene.opportunities()
        there.update(types)
        said.update(type_ for type_ in statement.states() if type_ in types)
    return {
        type_: wilson(said[type_], there[type_], level)
        if there[type_]
        else Estimate.none("no scene has anything of this type to report", level=level)
        for type_ in TYPES
    }


def object_name(sort: Sort) -> str:
    """What `facts` calls a sort, which is what captions call it: ``red circle``, ``house``."""
    return sort.shape if sort in LANDMARKS else " ".join(sort)


VERIFIED: Final = 2
"""Sorts per picture of which `facts` says that they are absent."""


def facts(scenes: Sequence[Scene], seed: int = 0, *, first: int = 0) -> pl.DataFrame:
    """What is in the pictures, as ``tacit audit --facts`` reads it.

    Args:
        scenes: What is pictured.
        seed: Of the choice of absent sorts.
        first: Number of the first scene in the names of images, as for `make_captions`.

    Returns:
        A row for each thing: ``image``, ``object`` (its colour and shape; of a landmark
        only the shape), ``count`` (1), ``x``, ``y``, ``width``,
        ``height`` (of its place, in pixels from the top left), ``event`` (what is about to happen or has happened to
        it, or null) and ``absent`` (false). Besides, `VERIFIED` rows for each image with a sort that is not there
        though something like it is: ``count`` 0, ``absent`` true, no place.

    Example:
        >>> from tacit.captions.world.scene import SORTS, group
        >>> for row in facts([group(np.random.default_rng(1), SORTS[0], 2)]).rows():
        ...     print(row)
        ('scene-000000', 'red circle', 1, 6, 0, 6, 6, None, False)
        ('scene-000000', 'red circle', 1, 18, 6, 6, 6, None, False)
        ('scene-000000', 'green circle', 0, None, None, None, None, None, True)
        ('scene-000000', 'red square', 0, None, None, None, None, None, True)
    """
    import polars as pl

    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for index, scene in enumerate(scenes, first):
        image = image_name(index)
        for at, thing in enumerate(scene.things):
            event = scene.event.name if scene.event is not None and at == 0 else None
            place = (thing.column * PLACE, thing.row * PLACE, PLACE, PLACE)
            rows.append((image, object_name(thing.sort), 1, *place, event, False))
        missing = list(similar(scene))
        for _ in range(VERIFIED):
            sort = pick(missing, rng)
            missing.remove(sort)
            rows.append((image, object_name(sort), 0, None, None, None, None, None, True))
    whole = dict.fromkeys(("count", "x", "y", "width", "height"), pl.Int64)
    schema = {"image": pl.String, "object": pl.String, **whole, "event": pl.String, "absent": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")
