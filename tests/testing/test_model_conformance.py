"""The conformance checks of models: a model that looks passes, broken ones are caught by the check made for it."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tacit.models.protocol import TOO_LONG, Model, OptionScorer
from tacit.testing import check_model, model_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PIL.Image import Image

pytest.importorskip("PIL.Image")


class Good:
    """Agrees with some pictures more than with others, as their bytes have it."""

    name: Any = "good"
    identity: Any = "1"
    attributes: ClassVar[Mapping[str, Any]] = {"family": "toy", "params": 3.0}

    def one(self, image: Image, text: str) -> float:
        return int.from_bytes(hashlib.sha256(image.tobytes() + text.encode()).digest()[:4]) / 2**32

    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> Any:
        return [
            TOO_LONG if any(len(text) > 1000 for text in texts) else [self.one(image, text) for text in texts]
            for image, texts in zip(images, options, strict=True)
        ]


class Unnamed(Good):
    name = " "


class Unmeasured(Good):
    attributes: ClassVar[Mapping[str, Any]] = {"parameters": 3.0}


class Boundless(Good):
    attributes: ClassVar[Mapping[str, Any]] = {"params": math.inf}


class Undefined(Good):
    def one(self, image: Image, text: str) -> float:
        return super().one(image, text) if "jump" not in text else math.nan


class Short(Good):
    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> Any:
        return super().score(images, options)[:4]


class Forgetful(Good):
    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> Any:
        return [row if isinstance(row, str) else row[:9] for row in super().score(images, options)]


class Moody(Good):
    asked = 0

    def one(self, image: Image, text: str) -> float:
        self.asked += 1
        return super().one(image, text) + self.asked


class Sociable(Good):
    """Scores relative to the batch, as batch normalisation that was not switched off does."""

    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> Any:
        return [
            row if isinstance(row, str) else [x / len(images) for x in row] for row in super().score(images, options)
        ]


class Blind(Good):
    def one(self, image: Image, text: str) -> float:
        return float(len(text))


class Careless(Good):
    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> Any:
        found = super().score(images, options)
        for image in images:
            image.putpixel((0, 0), (1, 2, 3))
        return found


class Picky(Good):
    def one(self, image: Image, text: str) -> float:
        return super().one(image, text.encode("ascii").decode())


class Choosy(Good):
    """Uses one word and ignores all others."""

    def one(self, image: Image, text: str) -> float:
        return super().one(image, "cat" if "cat" in text else "")

    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> Any:
        return [[self.one(image, text) for text in texts] for image, texts in zip(images, options, strict=True)]


class Cutting(Good):
    def score(self, images: Sequence[Image], options: Sequence[Sequence[str]]) -> Any:
        return super().score(images, [[text[:77] for text in texts] for texts in options])


def failures(model: Model) -> dict[str, str]:
    return {outcome.name: outcome.detail for outcome in check_model(model) if outcome.status == "failed"}


@pytest.mark.parametrize(("name", "check"), model_checks(Model.of(Good())))
def test_a_model_that_looks_conforms(name: str, check: Callable[[], None]) -> None:
    check()


@pytest.mark.parametrize(
    ("broken", "name", "said"),
    [
        (Unnamed, "is described", "name of the model as it is found"),
        (Unmeasured, "is described", "no attribute 'parameters'"),
        (Boundless, "is described", "positive number"),
        (Undefined, "scores are whole", "not finite"),
        (Short, "scores are whole", "For 5 images there are 4 answers"),
        (Forgetful, "scores are whole", "For 10 options there are 9 scores"),
        (Moody, "is repeatable", "differently the second time"),
        (Sociable, "images beside it do not matter", "in the company of other images"),
        (Blind, "looks at the picture", "does not look"),
        (Careless, "changes nothing it is given", "changes the images"),
        (Picky, "reads any text", "UnicodeEncodeError"),
        (Cutting, "cuts no option", "TOO_LONG"),
    ],
)
def test_broken_models_are_caught(broken: type[Good], name: str, said: str) -> None:
    assert said in failures(Model.of(broken()))[name]


def test_a_model_may_ignore_words_it_does_not_use() -> None:
    assert "cuts no option" not in failures(Model.of(Choosy()))


def test_what_is_no_model_fails_without_a_traceback() -> None:
    def explodes() -> OptionScorer:
        raise ZeroDivisionError("no\x1b[2J")

    for load in (explodes, object):
        found = failures(Model("mine", "1", load))  # type: ignore[arg-type]
        assert len(found) == len(model_checks(Model.of(Good())))
        assert "\x1b" not in "".join(found.values())


def test_what_is_loaded_must_be_what_was_found() -> None:
    assert "identity changes" in failures(Model("mine", "2", Good))["is described"]
