"""Conformance of models: that a kind of model that is plugged in scores options as the probes take it to."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tacit.errors import MissingExtraError
from tacit.io.evals.long import AXES
from tacit.models.protocol import OptionScorer
from tacit.testing.hostile import HOSTILE
from tacit.testing.running import run_checks
from tacit.testing.subject import fail, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL.Image import Image

    from tacit.models.protocol import Model
    from tacit.testing.result import CheckOutcome

    Scores = list[list[float] | str]

_SIZES: Final = ((64, 64), (1, 1), (300, 7), (5, 200), (224, 168))
"""Width and height of the images that models are shown."""
_OPTIONS: Final = (
    ("a red circle left of a tree", "a red circle right of a tree"),
    ("a dog",),
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    ("no dog", "a dog", "no dog"),
    ("a dog that has just jumped", "a dog that is about to jump"),
)
_LEAD: Final = "a photo of " * 9_000
"""About 100 kB that say nothing, so that what follows decides."""
_TAILS: Final = (
    "A red dog.", "No blue cat to the left of two green trees.", "Seven people are about to jump.",
    "A kite flew above a house.",
)  # fmt: skip
"""Texts of which a model can tell some apart, whichever words it uses: it may well ignore the others."""
_CLOSE: Final = 1e-3
"""By how much, of the largest score, scores may differ when an image is asked about in other company: models pad."""


class _Asked:
    """A model under test, loaded once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._scorer: OptionScorer | None = None

    @property
    def scorer(self) -> OptionScorer:
        if self._scorer is None:
            self._scorer = self.model.load()
            if not isinstance(self._scorer, OptionScorer):
                fail(f"Loading it gives {quoted(self._scorer)}, which has no name, identity, attributes and score.")
        return self._scorer

    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> Scores:
        """Scores in plain form, once it is clear that they are whole."""
        answer: Any = self.scorer.score(images, options)
        found: Scores = []
        rows = list(answer)
        if len(rows) != len(images):
            fail(f"For {len(images)} images there are {len(rows)} answers.")
        for row, texts in zip(rows, options, strict=True):
            if isinstance(row, str):
                if not row.strip() or not row.isprintable():
                    fail(f"The reason why there are no scores, {quoted(row)}, says nothing.")
                found.append(row)
                continue
            numbers = [float(number) for number in row]
            if len(numbers) != len(texts):
                fail(f"For {len(texts)} options there are {len(numbers)} scores.")
            if not all(map(math.isfinite, numbers)):
                fail(f"Scores of {quoted(texts)} are not finite: {numbers}. Return a reason instead.")
            found.append(numbers)
        return found


def _pictures(seed: int = 0) -> list[Image]:
    """Noise of many sizes: no two alike, and nothing that a model could take for the same."""
    try:
        from PIL import Image
    except ImportError:
        raise MissingExtraError("Checking a model", "checkpoints") from None
    rng = np.random.default_rng(seed)
    return [Image.fromarray(rng.integers(0, 256, (high, wide, 3), dtype=np.uint8)) for wide, high in _SIZES]


def _described(asked: _Asked) -> None:
    for what, named in (("found", asked.model), ("loaded", asked.scorer)):
        for name in ("name", "identity"):
            said = getattr(named, name)
            if not isinstance(said, str) or not said.strip() or not said.isprintable():
                fail(f"The {name} of the model as it is {what} is {quoted(said)}; it must be a text that can be shown.")
    if asked.scorer.identity != asked.model.identity:
        fail("Its identity changes as it is loaded; an interrupted run could not be continued.")
    for name, value in asked.scorer.attributes.items():
        if name == "family":
            if not isinstance(value, str) or not value.strip():
                fail(f"The attribute 'family' is {quoted(value)}; it must be a text.")
        elif name not in AXES:
            fail(f"There is no attribute {quoted(name)}. There are: family, {', '.join(AXES)}.")
        elif isinstance(value, str) or not math.isfinite(value) or value <= 0:
            fail(f"The attribute {name!r} is {quoted(value)}; it must be a positive number, or be left out.")


def _whole(asked: _Asked) -> None:
    found = asked.score(_pictures(), _OPTIONS)
    if isinstance(found[0], str):
        fail(f"Two short options have no scores: {quoted(found[0])}.")
    if asked.score([], []):
        fail("Without images there are answers.")


def _repeatable(asked: _Asked) -> None:
    if asked.score(_pictures(), _OPTIONS) != asked.score(_pictures(), _OPTIONS):
        fail("The same images and options score differently the second time.")


def _alone(asked: _Asked) -> None:
    together = asked.score(_pictures(), _OPTIONS)
    for image, texts, expected in zip(_pictures(), _OPTIONS, together, strict=True):
        (found,) = asked.score([image], [texts])
        if isinstance(expected, str) or isinstance(found, str):
            agree = expected == found
        else:
            agree = np.allclose(found, expected, rtol=0, atol=_CLOSE * max(1.0, *map(abs, expected)))
        if not agree:
            fail(
                f"{quoted(texts)} scores {quoted(expected, 200)} in the company of other images and "
                f"{quoted(found, 200)} alone; what an image's options score must not depend on the images beside it."
            )


def _looks(asked: _Asked) -> None:
    if asked.score(_pictures(), _OPTIONS) == asked.score(_pictures(seed=1), _OPTIONS):
        fail("Other pictures of the same sizes give the same scores: the model does not look at them.")


def _careful(asked: _Asked) -> None:
    images, options = _pictures(), [list(texts) for texts in _OPTIONS]
    asked.score(images, options)
    if [image.tobytes() for image in images] != [image.tobytes() for image in _pictures()]:
        fail("Scoring changes the images it is given.")
    if options != [list(texts) for texts in _OPTIONS]:
        fail("Scoring changes the options it is given.")


def _hostile(asked: _Asked) -> None:
    image = _pictures()[0]
    for text in filter(str.strip, HOSTILE):  # option sets hold no blank options
        try:
            asked.score([image], [[text, "a dog"]])
        except Exception as problem:
            fail(f"The option {quoted(text)} makes it fail: {type(problem).__name__}: {quoted(str(problem), 200)}.")


def _uncut(asked: _Asked) -> None:
    image = _pictures()[0]
    (alone,) = asked.score([image], [_TAILS])
    if isinstance(alone, str) or len(set(alone)) == 1:
        return  # It tells none of these texts apart, so equal scores of longer ones would say nothing.
    (found,) = asked.score([image], [[_LEAD, *(_LEAD + tail for tail in _TAILS)]])
    if not isinstance(found, str) and len(set(found)) == 1:
        fail(
            "Options that differ after 100,000 characters score the same, although those last words make a difference "
            "on their own: what is beyond the model's reach is cut off. Return tacit.models.protocol.TOO_LONG instead."
        )


_CHECKS: Final[dict[str, Callable[[_Asked], None]]] = {
    "is described": _described,
    "scores are whole": _whole,
    "is repeatable": _repeatable,
    "images beside it do not matter": _alone,
    "looks at the picture": _looks,
    "changes nothing it is given": _careful,
    "reads any text": _hostile,
    "cuts no option": _uncut,
}


def model_checks(model: Model) -> list[tuple[str, Callable[[], None]]]:
    """The checks of a model, for a test suite: one test per check, which raises `CheckFailedError`.

    Args:
        model: The model as `find_model` gives it; it is loaded by the first check, once for all.

    Example:
        >>> from tacit.models.protocol import Model
        >>> [name for name, _ in model_checks(Model("mine", "1", lambda: None))][:2]
        ['is described', 'scores are whole']
    """
    asked = _Asked(model)
    return [(name, partial(check, asked)) for name, check in _CHECKS.items()]


def check_model(model: Model) -> tuple[CheckOutcome, ...]:
    """Run every check on a model.

    Args:
        model: The model as `find_model` gives it; one that is broken gives failed checks, never a traceback.

    Example:
        >>> from tacit.models.protocol import Model
        >>> {outcome.status for outcome in check_model(Model("mine", "1", lambda: None))}
        {'failed'}
    """
    return run_checks(model_checks(model))
